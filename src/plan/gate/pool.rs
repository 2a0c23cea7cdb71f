//! What a pool shows by itself, and what its policy declares.

use jiff::civil::Date;

use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::model::posture::Part;
use crate::plan::gate::evidence::{Blind, Evidence, EvidenceSource, Known, Other, Out};
use crate::plan::setting::{Auth, mode_of};
use crate::text::day;

/// What a pool shows by itself: a mode that is AUDIT has been so since the pool was last modified, at least; one that
/// is not AUDIT now is out of it, and before its creation no pool was in any mode.
pub fn unmodified(pool: &Observed, today: Date) -> Known {
    let mut known = Known::default();
    let modified = pool.modified(today);
    for auth in Auth::ALL {
        let mode = mode_of(pool.posture.mode, auth);
        let out = mode.filter(|mode| *mode != Mode::Audit);
        let out = out.map(|mode| Other {
            day: today,
            out: Out::Mode(mode),
        });
        let created = pool.created.map(|at| Other {
            day: day(at),
            out: Out::NoPool,
        });
        let audit = mode == Some(Mode::Audit);
        known.evidence.push(Evidence {
            auth,
            source: EvidenceSource::Unmodified,
            since: modified.filter(|_| audit).map(day),
            other: out.or(created),
            note: match (mode, pool.last_modified) {
                (Some(Mode::Audit), Some(_)) if modified.is_some() => {
                    "AUDIT, and not modified since".to_owned()
                }
                (Some(Mode::Audit), Some(at)) => {
                    format!("AUDIT now; it cannot have been modified last on {}", day(at))
                }
                (Some(Mode::Audit), None) => "AUDIT now; when it was modified last is unknown".to_owned(),
                (Some(mode), _) => format!("{} now", Out::Mode(mode).label()),
                (None, _) => "its mode is unknown".to_owned(),
            },
            seen: Vec::new(),
        });
    }
    if let Some(unread) = pool.unread.iter().find(|unread| unread.part == Part::Mode) {
        known.blind.push(Blind {
            auth: None,
            source: EvidenceSource::Unmodified,
            before: None,
            why: [
                "its mode was not read: ",
                unread.failure.label(),
                ": ",
                &unread.operation,
                ": ",
                &unread.detail,
            ]
            .concat(),
        });
    }
    known
}

/// The days that a policy declares, standard and custom.
pub fn declared(since: [Option<Date>; 2]) -> Vec<Evidence> {
    let pairs = Auth::ALL.into_iter().zip(since);
    pairs
        .filter_map(|(auth, since)| Some(Evidence::since(auth, EvidenceSource::Declared, since?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mode::Modes;
    use crate::model::posture::Posture;

    /// A pool shows since when it is in audit and whether it is.
    #[test]
    fn audit_since_last_modification() {
        let pool = Observed {
            posture: Posture {
                mode: Modes {
                    standard: Some(Mode::Audit),
                    custom: Some(Mode::Enforced),
                },
                ..Posture::default()
            },
            created: "2026-09-01T00:00:00Z".parse().ok(),
            last_modified: "2026-10-01T23:59:59Z".parse().ok(),
            ..Observed::default()
        };
        let today = "2026-11-21".parse().unwrap();
        let known = unmodified(&pool, today);
        let brief: Vec<_> = known
            .evidence
            .iter()
            .map(|one| (one.since, one.other.map(|other| (other.day, other.out))))
            .collect();
        let created = ("2026-09-01".parse().unwrap(), Out::NoPool);
        let enforced = (today, Out::Mode(Mode::Enforced));
        assert_eq!(
            brief,
            [("2026-10-01".parse().ok(), Some(created)), (None, Some(enforced))]
        );
        for (odd, day) in [
            ("1970-01-01T00:00:00Z", "1970-01-01"),
            ("1969-12-31T23:59:59Z", "1969-12-31"),
            ("2013-12-31T00:00:00Z", "2013-12-31"),
            ("2026-08-31T00:00:00Z", "2026-08-31"),
            ("2026-11-22T00:00:00Z", "2026-11-22"),
            ("9999-01-01T00:00:00Z", "9999-01-01"),
        ] {
            let mut pool = pool.clone();
            pool.last_modified = odd.parse().ok();
            let known = unmodified(&pool, today);
            assert_eq!(known.evidence[0].since, None, "{odd}");
            assert!(known.evidence[0].note.ends_with(day), "{:?}", known.evidence[0]);
        }
        let nothing = unmodified(&Observed::default(), today);
        assert!(
            nothing
                .evidence
                .iter()
                .all(|one| one.since.is_none() && one.other.is_none())
        );
    }
}
