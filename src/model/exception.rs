//! IP exceptions: ranges that are always blocked, and ranges that are never assessed.

/// One entry of an exception list. `text` is what the author wrote and may be no CIDR at all: the
/// rules, not the loader, judge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpRange {
    /// As written.
    pub text: String,
    /// Whether the policy used the long form (`{cidr, reason, owner, until}`).
    pub long_form: bool,
    /// Last day of the exception (long form), ISO 8601 as written.
    pub until: Option<String>,
}

/// `RiskExceptionConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RiskExceptions {
    /// `BlockedIPRangeList`.
    pub always_block: Vec<IpRange>,
    /// `SkippedIPRangeList`.
    pub always_allow: Vec<IpRange>,
}
