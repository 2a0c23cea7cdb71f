//! What the data of threat-protection metrics show: that risk was assessed, day by day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::mode::{Mode, Modes};
use crate::plan::gate::evidence::{Evidence, EvidenceSource};
use crate::plan::setting::{Auth, mode_of};
use crate::text;

/// Days in a row without data that do not end a period: a pool whose users are at work rests on a long weekend.
pub const REST_DAYS: i64 = 3;

/// What days with data of a pool's metrics show, its modes being as they are now, and having been so since an
/// update of the pool may have set them last (`updated`), where one is known.
///
/// Metrics say neither in which mode risk was assessed nor for which authentication type. So they show a first day
/// only for a type that is in AUDIT while the other is OFF, and none before that update: the two may have been
/// the other way round. The period ends where no data came for more than three days.
pub fn assessed(modes: Modes, days: &BTreeSet<Date>, updated: Option<Date>, today: Date) -> Vec<Evidence> {
    let Some((first, number)) = period(days, today) else {
        return Vec::new();
    };
    let before = updated.filter(|updated| *updated > first);
    let in_audit = |auth: &Auth| mode_of(modes, *auth) == Some(Mode::Audit);
    let alone = |auth: Auth| {
        let mut others = Auth::ALL.into_iter().filter(|other| *other != auth);
        others.all(|other| mode_of(modes, other) == Some(Mode::Off))
    };
    let one = |auth: Auth| {
        let number = text::count(number, "day", "days");
        let note = if let (true, Some(updated)) = (alone(auth), before) {
            format!(
                "risk was assessed on {number} since {first}; the pool was updated on {updated}, and the metrics do not say for \
                 which type of authentication it was assessed before"
            )
        } else if alone(auth) {
            format!("risk was assessed on {number}")
        } else {
            format!(
                "risk was assessed on {number} since {first}; the metrics do not say for which type of authentication"
            )
        };
        Evidence {
            since: alone(auth).then(|| before.unwrap_or(first)),
            note,
            seen: days.range(first..=today).copied().collect(),
            ..Evidence::since(auth, EvidenceSource::Metrics, first)
        }
    };
    Auth::ALL.into_iter().filter(in_audit).map(one).collect()
}

/// The first day of the period that lasts until today, and its days with data.
fn period(days: &BTreeSet<Date>, today: Date) -> Option<(Date, usize)> {
    let mut first = None;
    let (mut next, mut number) = (today, 0);
    for day in days.iter().rev().filter(|day| **day <= today) {
        if text::days(*day, next) > REST_DAYS + 1 {
            break;
        }
        first = Some(*day);
        (next, number) = (*day, number + 1);
    }
    Some((first?, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(standard: Mode, custom: Option<Mode>, days: &[&str]) -> Vec<(Auth, Option<Date>)> {
        let modes = Modes {
            standard: Some(standard),
            custom,
        };
        let days = days.iter().map(|day| day.parse().unwrap()).collect();
        let found = assessed(modes, &days, None, "2026-11-21".parse().unwrap());
        found.into_iter().map(|one| (one.auth, one.since)).collect()
    }

    /// A period lasts over a long weekend and no longer.
    #[test]
    fn period_spans_long_weekend_only() {
        let since = |day: &str| vec![(Auth::Standard, day.parse().ok())];
        let off = Some(Mode::Off);
        assert_eq!(show(Mode::Audit, off, &["2026-11-21"]), since("2026-11-21"));
        assert_eq!(
            show(Mode::Audit, off, &["2026-11-09", "2026-11-13", "2026-11-17"]),
            since("2026-11-09")
        );
        assert_eq!(
            show(Mode::Audit, off, &["2026-11-01", "2026-11-18"]),
            since("2026-11-18")
        );
        assert!(show(Mode::Audit, off, &["2026-11-16"]).is_empty(), "it has ended");
        assert!(
            show(Mode::Audit, off, &["2026-11-30"]).is_empty(),
            "a clock is wrong"
        );
        assert!(show(Mode::Audit, off, &[]).is_empty());
        assert!(show(Mode::Enforced, off, &["2026-11-21"]).is_empty());
    }

    /// They do not say which authentication type.
    #[test]
    fn metrics_leave_the_auth_type_open() {
        for custom in [Some(Mode::Audit), Some(Mode::Enforced), None] {
            let found = show(Mode::Audit, custom, &["2026-11-21"]);
            assert!(found.iter().all(|(_, since)| since.is_none()), "{found:?}");
            assert!(!found.is_empty());
        }
    }

    /// Before an update the types may have been the other way round.
    #[test]
    fn types_may_be_swapped_before_update() {
        let modes = Modes {
            standard: Some(Mode::Audit),
            custom: Some(Mode::Off),
        };
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let days = [
            "2026-11-01",
            "2026-11-05",
            "2026-11-09",
            "2026-11-13",
            "2026-11-17",
        ];
        let days: BTreeSet<_> = days.into_iter().map(day).collect();
        for (updated, since) in [
            (None, "2026-11-01"),
            (Some("2026-10-01"), "2026-11-01"),
            (Some("2026-11-01"), "2026-11-01"),
            (Some("2026-11-16"), "2026-11-16"),
            (Some("2026-11-20"), "2026-11-20"),
        ] {
            let found = assessed(modes, &days, updated.map(day), day("2026-11-21"));
            assert_eq!(found[0].since, Some(day(since)), "{updated:?}: {}", found[0].note);
        }
    }
}
