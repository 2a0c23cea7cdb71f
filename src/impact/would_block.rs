//! The share of sign-ins that would be blocked, and what the records leave open: one account, shown by every verb that judges by
//! events.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::impact::outcome::{ReplayOutcome, ReplayReason};
use crate::model::event::EventResponse;

/// What is missing of a sign-in, so that it may count or not, or may be blocked or not.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::EnumIter,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1ShareGap")]
pub enum ShareGap {
    /// It has no known event type: it may be no sign-in.
    Type,
    /// It has no event id: it may be a repeat of another one.
    Id,
    /// It names no pool: it may be one of another.
    Pool,
    /// Which client's settings apply is unknown, and the outcome depends on it.
    Client,
    /// It has no address, and the outcome depends on ranges.
    Address,
    /// It has no known risk.
    Risk,
    /// It does not say whether credentials were compromised, and the outcome depends on it.
    Compromised,
    /// The settings that decide are unknown.
    Settings,
    /// It does not say how it ended: it may have failed.
    Result,
    /// It has no time: it may be of another period.
    Time,
    /// Its time is in the future, and says nothing.
    Future,
}

impl ShareGap {
    /// Words for people, after "sign-ins with".
    pub fn label(self) -> &'static str {
        match self {
            Self::Type => "no known event type",
            Self::Id => "no event id (repeats are not found)",
            Self::Pool => "no pool",
            Self::Client => "no known client",
            Self::Address => "no address (there are ranges)",
            Self::Risk => "no known risk",
            Self::Compromised => "compromised credentials unknown",
            Self::Settings => "settings that are unknown",
            Self::Result => "no known result",
            Self::Time => "no time",
            Self::Future => "a time in the future",
        }
    }

    /// What an unknown outcome is for want of.
    pub(super) fn of(reason: ReplayReason) -> Self {
        match reason {
            ReplayReason::TypeUnknown => Self::Type,
            ReplayReason::RiskUnknown => Self::Risk,
            ReplayReason::AddressUnknown => Self::Address,
            ReplayReason::CompromisedUnknown => Self::Compromised,
            ReplayReason::ClientUnknown => Self::Client,
            _ => Self::Settings,
        }
    }

    /// Whether a sign-in may not be one of those that count.
    fn is_of_count(self) -> bool {
        matches!(self, Self::Type | Self::Id | Self::Pool | Self::Result)
    }
}

/// The share of sign-ins that the proposed settings would have blocked, of those that had not failed: what failed is no new
/// harm, and makes no share smaller. A sign-in that may not count is supposed to count, and blocked, where that makes the share
/// larger, and left out where it makes the share smaller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "JsonV1WouldBlock")]
pub struct WouldBlock {
    /// Sign-ins of local users that passed or were in progress. Those that may not count are among them, and `unknown`, unless
    /// they would not be blocked.
    pub sign_ins: u64,
    /// Of these, those that would be blocked.
    pub blocked: u64,
    /// Of these, those of which it is unknown.
    pub unknown: u64,
    /// Further sign-ins of local users, that had failed: they count for nothing.
    pub failed: u64,
    /// Further sign-ins that would not be blocked and may not count, so that they count for nothing.
    pub unclear: u64,
    /// What is missing of those that are unknown or unclear, and of how many.
    pub gaps: BTreeMap<ShareGap, u64>,
}

impl WouldBlock {
    /// Counts a sign-in of a local user, or what may be one; `gaps` is what is missing of it beside its result.
    pub(super) fn count(
        &mut self,
        response: Option<EventResponse>,
        outcome: ReplayOutcome,
        gaps: impl IntoIterator<Item = ShareGap>,
    ) {
        if response == Some(EventResponse::Fail) {
            self.failed += 1;
            return;
        }
        let mut is_sure = true;
        for gap in gaps
            .into_iter()
            .chain(response.is_none().then_some(ShareGap::Result))
        {
            is_sure &= !gap.is_of_count();
            *self.gaps.entry(gap).or_default() += 1;
        }
        let is_unknown = outcome == ReplayOutcome::Unknown;
        let is_open = is_unknown || outcome == ReplayOutcome::Blocked;
        if !is_sure && !is_open {
            self.unclear += 1;
            return;
        }
        self.sign_ins += 1;
        if is_unknown || !is_sure {
            self.unknown += 1;
        } else {
            self.blocked += u64::from(is_open);
        }
    }

    /// The same where none is sure to be of the period that counts.
    pub(super) fn at_any_time(&self) -> Self {
        let open = self.blocked + self.unknown;
        Self {
            sign_ins: open,
            blocked: 0,
            unknown: open,
            failed: self.failed,
            unclear: self.unclear + self.sign_ins - open,
            gaps: self.gaps.clone(),
        }
    }

    /// All sign-ins of local users, counted or not.
    pub fn all(&self) -> u64 {
        self.sign_ins + self.failed + self.unclear
    }

    /// The share in percent, at least and at most; `None` without sign-ins that count.
    pub fn percent(&self) -> Option<(f64, f64)> {
        // Numbers of events are far below where these lose digits.
        #[expect(clippy::cast_precision_loss, reason = "a share is shown with a few digits")]
        let share = |part: u64, of: u64| part as f64 * 100.0 / of as f64;
        let most = self.sign_ins + self.unclear;
        (self.sign_ins > 0).then(|| {
            let at_most = share(self.blocked + self.unknown, self.sign_ins);
            (share(self.blocked, most), at_most)
        })
    }

    /// Whether it is within what is allowed, in percent: `met`, `unmet`, or `unknown` where that hangs on sign-ins of which
    /// something is unknown, or where there are none.
    pub fn within(&self, most: f64) -> &'static str {
        match self.percent() {
            Some((_, at_most)) if at_most <= most => "met",
            Some((at_least, _)) if at_least > most => "unmet",
            Some(_) | None => "unknown",
        }
    }

    /// What is missing of sign-ins, in words: `3 with no event id (repeats are not found)`.
    pub fn account(&self) -> Vec<String> {
        let gaps = self.gaps.iter();
        gaps.map(|(gap, number)| format!("{number} with {}", gap.label()))
            .collect()
    }
}

impl std::ops::AddAssign<&Self> for WouldBlock {
    fn add_assign(&mut self, other: &Self) {
        self.sign_ins += other.sign_ins;
        self.blocked += other.blocked;
        self.unknown += other.unknown;
        self.failed += other.failed;
        self.unclear += other.unclear;
        for (gap, number) in &other.gaps {
            *self.gaps.entry(*gap).or_default() += number;
        }
    }
}

impl<'a> std::iter::Sum<&'a Self> for WouldBlock {
    fn sum<I: Iterator<Item = &'a Self>>(all: I) -> Self {
        let mut sum = Self::default();
        all.for_each(|one| sum += one);
        sum
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    /// Every gap, of one blocked and one allowed sign-in beside 98 that are known: either answer is tried.
    #[test]
    fn gap_cannot_prove_a_share() {
        use ReplayOutcome::{Allowed, Blocked, Unknown};
        for gap in ShareGap::iter() {
            let of = |outcome, is_unknown: bool| {
                let mut share = WouldBlock {
                    sign_ins: 98,
                    ..WouldBlock::default()
                };
                let mut open = WouldBlock::default();
                let response = (gap != ShareGap::Result).then_some(EventResponse::Pass);
                let outcome = if is_unknown { Unknown } else { outcome };
                open.count(response, outcome, (gap != ShareGap::Result).then_some(gap));
                let is_of_time = matches!(gap, ShareGap::Time | ShareGap::Future);
                share += &if is_of_time { open.at_any_time() } else { open };
                share
            };
            let is_of_outcome = !gap.is_of_count() && !matches!(gap, ShareGap::Time | ShareGap::Future);
            let open = of(Blocked, is_of_outcome);
            assert_eq!(
                (open.within(0.5), open.within(1.02)),
                ("unknown", "met"),
                "{gap:?}"
            );
            assert_eq!(open.account(), [format!("1 with {}", gap.label())]);
            if !is_of_outcome {
                let quiet = of(Allowed, false);
                assert_eq!((quiet.sign_ins, quiet.unclear), (98, 1), "{gap:?}");
            }
        }
    }

    #[test]
    fn what_is_left_out_makes_no_share_certain() {
        let share = WouldBlock {
            sign_ins: 1,
            blocked: 1,
            unclear: 999,
            ..WouldBlock::default()
        };
        assert_eq!(share.within(0.05), "unmet");
        assert_eq!(share.within(1.0), "unknown", "the others may count");
    }
}
