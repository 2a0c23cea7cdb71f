//! What of a replay lies in a period: the sign-ins of its days, and how many of its days they cover.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::impact::would_block::WouldBlock;
use crate::plan::gate::REST_DAYS;
use crate::text;

/// The sign-ins of a period, and how many lie outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharePeriod {
    /// The share within. Sign-ins without a time may be of the period: those that would be blocked, or may be, are among the
    /// unknown ones, and the others are unclear.
    pub share: WouldBlock,
    /// Days of the period that its sign-ins cover: days with sign-ins, and up to three without any between them, as on a
    /// long weekend.
    pub days: i64,
    /// The longest time between two sign-ins that is not covered, its first and last day.
    pub hole: Option<(Date, Date)>,
    /// Sign-ins before the period.
    pub before: u64,
    /// Sign-ins after it.
    pub after: u64,
    /// Sign-ins without a time that do not count.
    pub undated: u64,
}

/// What of the days lies in a period.
pub fn in_period(by_day: &BTreeMap<Option<Date>, WouldBlock>, period: &RangeInclusive<Date>) -> SharePeriod {
    let mut found = SharePeriod::default();
    let mut last = None;
    for (day, share) in by_day {
        let Some(day) = *day else {
            let share = share.at_any_time();
            found.undated = share.failed + share.unclear;
            found.share += &WouldBlock { failed: 0, ..share };
            continue;
        };
        if day < *period.start() {
            found.before += share.all();
        } else if day > *period.end() {
            found.after += share.all();
        } else {
            found.share += share;
            if share.sign_ins > 0 {
                found.cover(last, day);
                last = Some(day);
            }
        }
    }
    found
}

impl SharePeriod {
    /// Counts a day with sign-ins, and those since the last one.
    fn cover(&mut self, last: Option<Date>, day: Date) {
        let since = last.map_or(1, |last| text::days(last, day));
        if since <= REST_DAYS + 1 {
            self.days += since;
            return;
        }
        self.days += 1;
        let length = |(first, last): (Date, Date)| text::days(first, last) + 1;
        let hole = last.and_then(|last| Some((last.tomorrow().ok()?, day.yesterday().ok()?)));
        let is_longer = self.hole.is_none_or(|longest| length(longest) < since - 1);
        if is_longer {
            self.hole = hole;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Days of October and November 2026 (32 is the first of November), each with ten sign-ins of which one would be blocked.
    fn found(days: &[i64]) -> SharePeriod {
        let at = |number: i64| day("2026-09-30") + jiff::Span::new().days(number);
        let one = WouldBlock {
            sign_ins: 10,
            blocked: 1,
            failed: 2,
            ..WouldBlock::default()
        };
        let by_day = days
            .iter()
            .map(|number| (Some(at(*number)), one.clone()))
            .collect();
        in_period(&by_day, &(at(10)..=at(40)))
    }

    #[test]
    fn only_days_of_the_period_count() {
        let shown = |found: SharePeriod| (found.share.sign_ins, found.days, found.before, found.after);
        for (days, expected) in [
            (&[][..], (0, 0, 0, 0)),
            (&[1, 9], (0, 0, 24, 0)),
            (&[41, 400], (0, 0, 0, 24)),
            (&[10], (10, 1, 0, 0)),
            (&[9, 10, 40, 41], (20, 2, 12, 12)),
            (&[1, 2, 20, 21, 50], (20, 2, 24, 12)),
        ] {
            assert_eq!(shown(found(days)), expected, "{days:?}");
        }
        let inside = found(&[9, 10, 11, 41]).share;
        assert_eq!((inside.blocked, inside.failed), (2, 4));
    }

    /// A long weekend is covered and a hole is not.
    #[test]
    fn long_gap_ends_coverage() {
        let shown = |days: &[i64]| {
            let found = found(days);
            (found.days, found.hole)
        };
        assert_eq!(shown(&[10, 11, 12]), (3, None));
        assert_eq!(shown(&[10, 14, 18]), (9, None), "three days of rest");
        let hole = Some((day("2026-10-11"), day("2026-10-14")));
        assert_eq!(shown(&[10, 15]), (2, hole), "four are a hole");
        let longest = Some((day("2026-10-16"), day("2026-10-29")));
        assert_eq!(shown(&[10, 15, 30]), (3, longest));
        assert_eq!(
            shown(&[10, 25, 30]).1,
            Some((day("2026-10-11"), day("2026-10-24")))
        );
        assert_eq!(shown(&[1, 10, 40, 80]).0, 2, "days outside cover nothing");
    }

    /// Sign ins without a time that may be blocked are unknown.
    #[test]
    fn undated_blockable_sign_ins_unknown() {
        let undated = WouldBlock {
            sign_ins: 9,
            blocked: 2,
            unknown: 3,
            failed: 5,
            unclear: 1,
            ..WouldBlock::default()
        };
        let by_day = BTreeMap::from([(None, undated)]);
        let found = in_period(&by_day, &(day("2026-10-01")..=day("2026-10-31")));
        assert_eq!(
            (found.share.sign_ins, found.share.blocked, found.share.unknown),
            (5, 0, 5)
        );
        assert_eq!((found.undated, found.days), (10, 0));
    }

    /// Days of failed sign-ins alone cover nothing.
    #[test]
    fn failed_sign_ins_give_no_coverage() {
        let failed = WouldBlock {
            failed: 7,
            ..WouldBlock::default()
        };
        let by_day = BTreeMap::from([(Some(day("2026-10-05")), failed)]);
        let found = in_period(&by_day, &(day("2026-10-01")..=day("2026-10-31")));
        assert_eq!((found.share.sign_ins, found.share.failed, found.days), (0, 7, 0));
    }
}
