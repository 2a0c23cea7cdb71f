//! What of a proposal is shown.

/// Which part of a proposal is written by formats for people. `json` always has all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanPart {
    /// What would be done, and what stands against it.
    Plan,
    /// What became of it.
    Outcome,
    /// Both.
    All,
}

/// How a proposal is shown.
#[derive(Clone, Copy, Debug)]
pub struct ProposalView {
    /// Which part.
    pub section: PlanPart,
    /// Whether calls, and what they carry over, are listed.
    pub calls: bool,
}
