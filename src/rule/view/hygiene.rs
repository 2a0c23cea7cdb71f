//! Waivers, ignores, credentials, overlaps and the baseline.

use schemars::JsonSchema;
use serde::Serialize;

/// One waiver.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaiverView {
    /// Of the waiver.
    pub pointer: String,
    /// The rule it waives.
    pub rule: String,
    /// The client it is limited to; empty for all.
    pub client: String,
    /// Why.
    pub reason: String,
    /// Last day, as written.
    pub until: String,
    /// Whether it no longer holds: the day is over, or is not a date.
    pub expired: bool,
    /// Whether `until` is a date.
    pub valid_date: bool,
    /// Days from today until it ends; negative when over.
    pub days_left: i64,
    /// Whether it waived something in this run.
    pub used: bool,
}

/// One inline ignore.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IgnoreView {
    /// A pointer of the form `#N`: the N-th comment of the file. Use it in `at` only.
    pub pointer: String,
    /// The rule it ignores.
    pub rule: String,
    /// Why; may be empty.
    pub reason: String,
    /// Whether it ignored something in this run.
    pub used: bool,
}

/// A value that looks like a credential.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SecretView {
    /// A pointer of the form `@N`: the N-th such place of the file. Use it in `at` only.
    pub pointer: String,
    /// What it looks like: "AWS access key id".
    pub kind: String,
}

/// A leaf that two policies manage for the same pool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OverlapView {
    /// The leaf in this policy.
    pub pointer: String,
    /// The other leaves that both manage, in words for a message after the first: "", " (and `/mfa`)".
    pub more: String,
    /// The other policy's name.
    pub other: String,
    /// The other policy's place, of the form `~N/pointer`. Use it in `related.at` only.
    pub other_pointer: String,
    /// The pool: its id, or the selector that may meet.
    pub pool: String,
}

/// A baseline entry that nothing matched.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaleView {
    /// A pointer into the baseline file, of the form `=/findings/3`. Use it in `at` only.
    pub pointer: String,
    /// The rule.
    pub rule: String,
    /// The file it was in.
    pub file: String,
}
