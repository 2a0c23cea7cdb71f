//! What was checked and found to be good: formats for test reports have it beside the findings.

/// Something that was checked and found to be good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Title of the pool, as its findings have it. Hostile text.
    pub pool: String,
    /// Name of the policy. Hostile text.
    pub policy: String,
    /// What, one sentence without a full stop.
    pub what: String,
}
