//! The share of sign-ins that may be blocked. Its type is one of `schemas/gate.json`, version 1, as those of [`super::gate`].

use std::fmt::Write as _;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::impact::WouldBlock;
use crate::text;

/// Most ranges that are named.
const MOST_RANGES: usize = 3;

/// The share of sign-ins that may be blocked (`audit_gate.max_would_block_percent`), and what events show of it.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1GateLimit")]
pub struct GateLimit {
    /// What the policy allows, in percent; absent where it sets no limit, and events are asked for because of `ranges`.
    pub max_percent: Option<f64>,
    /// Always-block ranges that begin to act: AUDIT shows nothing of them, and events do.
    pub ranges: Vec<String>,
    /// `met`, `unmet` (also without evidence), or `unknown` where it depends on sign-ins of unknown risk.
    pub answer: &'static str,
    /// Whether the answer decides how the run ends.
    pub counts: bool,
    /// Sign-ins of the time in AUDIT.
    #[serde(flatten)]
    pub share: WouldBlock,
    /// First day of the time in AUDIT; absent where nothing shows one, or no events were given.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub since: Option<Date>,
    /// Its last day: that of the run, or of the snapshot.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
    /// Days of that time that the sign-ins cover; up to three days without any between two of them are covered, too.
    pub days: i64,
    /// Sign-ins before that time, which do not count.
    pub before: u64,
    /// Sign-ins after it, also of the future, which do not count.
    pub after: u64,
    /// Sign-ins without a time, or with one in the future, that would not be blocked or had failed: they are not among those of
    /// that time.
    pub undated: u64,
    /// The share that would be blocked, if nothing of what is unknown is; absent without sign-ins.
    pub percent_at_least: Option<f64>,
    /// The share that would be blocked, if everything unknown is.
    pub percent_at_most: Option<f64>,
    /// What is missing, for people.
    pub why: Option<String>,
}

impl GateLimit {
    /// One of which nothing is shown.
    pub fn unmet(max_percent: Option<f64>, ranges: Vec<String>, counts: bool) -> Self {
        Self {
            max_percent,
            ranges,
            answer: "unmet",
            counts,
            ..Self::default()
        }
    }

    /// `would be blocked: not met, 0.80 % of 5231 sign-ins in AUDIT, 0.5 % allowed; not counted: 12 before 2026-11-01`.
    pub fn verdict(&self) -> String {
        let mut words = format!("would be blocked: {}", standing(self.answer));
        if let (Some(least), Some(most)) = (self.percent_at_least, self.percent_at_most) {
            let of = text::count(self.share.sign_ins, "sign-in", "sign-ins");
            // A limit that is met by all that is unknown as well is shown with what that is.
            let _ = if most > least {
                write!(words, ", {least:.2} to {most:.2} % of {of} in AUDIT")
            } else {
                write!(words, ", {least:.2} % of {of} in AUDIT")
            };
        }
        if let Some(max) = self.max_percent {
            let _ = write!(words, ", {max} % allowed");
        }
        if !self.ranges.is_empty() {
            let _ = write!(
                words,
                ", with always-block ranges that begin to act ({})",
                text::some_words(&self.ranges, MOST_RANGES)
            );
        }
        if let Some(why) = &self.why {
            let _ = write!(words, "; {why}");
        }
        let left = self.left_out();
        if !left.is_empty() {
            let _ = write!(words, "; not counted: {}", left.join(", "));
        }
        let account = self.share.account();
        if !account.is_empty() {
            let _ = write!(words, "; incomplete sign-ins: {}", account.join(", "));
        }
        if !self.counts {
            words.push_str(" (the policy asks for no change)");
        }
        words
    }

    /// Sign-ins that do not count, by what they are.
    fn left_out(&self) -> Vec<String> {
        let mut left = Vec::new();
        if let (Some(since), 1..) = (self.since, self.before) {
            left.push(format!("{} before {since}", self.before));
        }
        if let (Some(until), 1..) = (self.until, self.after) {
            left.push(format!("{} after {until}", self.after));
        }
        for (number, what) in [
            (self.share.failed, "that had failed"),
            (self.share.unclear, "incomplete ones that would not be blocked"),
        ] {
            if number > 0 {
                left.push(format!("{number} {what}"));
            }
        }
        left
    }
}

/// An answer in words.
pub(super) fn standing(answer: &'static str) -> &'static str {
    if answer == "unmet" { "not met" } else { answer }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share is a range where something of it is unknown.
    #[test]
    fn share_shown_as_range_if_unknown() {
        for (answer, least, most, words) in [
            ("met", 0.0, 0.3333, "met, 0.00 to 0.33 % of 3000 sign-ins"),
            ("unmet", 2.0, 3.5, "not met, 2.00 to 3.50 % of 3000 sign-ins"),
            ("unknown", 0.5, 1.5, "unknown, 0.50 to 1.50 % of 3000 sign-ins"),
            ("met", 0.31, 0.31, "met, 0.31 % of 3000 sign-ins"),
        ] {
            let limit = GateLimit {
                answer,
                share: WouldBlock {
                    sign_ins: 3000,
                    ..WouldBlock::default()
                },
                percent_at_least: Some(least),
                percent_at_most: Some(most),
                ..GateLimit::unmet(Some(1.0), Vec::new(), true)
            };
            let wanted = format!("would be blocked: {words} in AUDIT, 1 % allowed");
            assert_eq!(limit.verdict(), wanted);
        }
    }
}
