//! What of a plan is reported though no guard refuses it.

use crate::finding::{RuleMeta, Severity};

/// Why a change is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanReason {
    /// It weakens protection, or its effect is undefined, and somebody allowed it.
    Weakens,
    /// It was to be made, and was not, or cannot be seen to have been.
    NotApplied,
}

impl PlanReason {
    /// All reasons.
    pub const ALL: [Self; 2] = [Self::Weakens, Self::NotApplied];

    /// Kebab-case id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weakens => "planned-weakening",
            Self::NotApplied => "change-not-applied",
        }
    }

    /// What it says of itself, for reports that list rules.
    pub fn meta(self) -> RuleMeta {
        let (severity, words) = match self {
            Self::Weakens => (
                Severity::Warning,
                [
                    "A change of the plan weakens protection, or its effect is undefined",
                    "It was allowed by name, or needs no permission. It is reported so that whoever reviews the plan sees it.",
                    "Review it. To leave it out, use `--exclude POINTER`, or change the policy.",
                ],
            ),
            Self::NotApplied => (
                Severity::Error,
                [
                    "A change of the plan was not made, or cannot be seen to have been made",
                    "The pool is not as the plan says. The report says what became of each call.",
                    "Correct what the report names, and run the command again: it plans what is left. The journal has what was done.",
                ],
            ),
        };
        RuleMeta::of(self.as_str(), severity, words)
    }
}
