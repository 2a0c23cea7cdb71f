//! Refusals: which guard, of which pool, and what would let the plan through.

use crate::text;

/// What keeps a plan from being carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Nobody can be asked, and `--yes` was not given.
    Unconfirmed,
    /// The plan that was reviewed is not the plan of now.
    StalePlan,
    /// A change weakens protection and was not named.
    Weakening,
    /// A change blocks or challenges users of a pool that is enforced already, and was not named.
    Blocking,
    /// A rule finds an error in the policy, and it was not allowed.
    LintErrors,
    /// A mode would be enforced without enough days in AUDIT.
    AuditGate,
    /// More pools would change than may.
    TooManyPools,
    /// The credentials belong to another account than the policy's.
    OtherAccount,
    /// The region that was typed is not the policy's.
    OtherRegion,
    /// Something of a pool could not be read.
    PoolPartial,
    /// A policy's pool does not exist.
    PoolMissing,
    /// A policy's client does not exist.
    ClientMissing,
    /// A whole object cannot be known to be sent back without a loss.
    NotCarried,
    /// Several policies are for one pool.
    SeveralPolicies,
    /// The name of an alarm that is to be made is another one's.
    AlarmName,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 15] = [
        Self::Unconfirmed,
        Self::StalePlan,
        Self::Weakening,
        Self::Blocking,
        Self::LintErrors,
        Self::AuditGate,
        Self::TooManyPools,
        Self::OtherAccount,
        Self::OtherRegion,
        Self::PoolPartial,
        Self::PoolMissing,
        Self::ClientMissing,
        Self::NotCarried,
        Self::SeveralPolicies,
        Self::AlarmName,
    ];

    /// Kebab-case id.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::StalePlan => "stale-plan",
            Self::Weakening => "weakening-not-named",
            Self::Blocking => "blocking-not-named",
            Self::LintErrors => "lint-errors",
            Self::AuditGate => "audit-gate-unmet",
            Self::TooManyPools => "too-many-pools",
            Self::OtherAccount => "other-account",
            Self::OtherRegion => "other-region",
            Self::PoolPartial => "pool-partial",
            Self::PoolMissing => "pool-missing",
            Self::ClientMissing => "client-missing",
            Self::NotCarried => "not-carried-over",
            Self::SeveralPolicies => "several-policies",
            Self::AlarmName => "alarm-name-taken",
        }
    }
}

/// An option that lets through what a guard refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// The option: `--allow-weaken`.
    pub option: &'static str,
    /// Its value. Hostile text.
    pub value: String,
}

impl Accept {
    /// What stands where somebody has to say why.
    pub const REASON: &'static str = "REASON";

    /// Whether the option may stand once only.
    #[must_use]
    pub fn is_single(&self) -> bool {
        matches!(self.option, "--max-pools" | "--override-gate")
    }

    /// Option and value as they are typed in a shell.
    #[must_use]
    pub fn typed(&self) -> String {
        format!("{} {}", self.option, text::shell(&self.value))
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// By which guard.
    pub guard: Guard,
    /// Id of the pool that it is about; `None` for the run.
    pub pool: Option<String>,
    /// What is refused and why: lower case, no full stop. Hostile text.
    pub message: String,
    /// What to do: lower case, no full stop. Hostile text; words to type are written for a shell.
    pub next: String,
    /// The option that lets it through, if one does.
    pub accept: Option<Accept>,
}
