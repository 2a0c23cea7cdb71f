//! The audit gate: whether enough days in AUDIT are shown before a mode becomes ENFORCED.

use jiff::civil::Date;

use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::plan::leaf::{Auth, mode_of};
use crate::text;

/// What shows that a pool is in AUDIT, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The mode is AUDIT and nothing of the pool was modified since: a change of the mode would have modified it.
    Unmodified,
    /// CloudTrail's history of the pool, 90 days back.
    CloudTrail,
    /// Threat-protection metrics with data: risk was assessed, in which mode they do not say.
    Metrics,
    /// The ledger that the nightly comparison keeps.
    Ledger,
    /// The day declared in the policy.
    Declared,
}

impl Source {
    /// All sources, strongest first.
    pub const ALL: [Self; 5] = [
        Self::Unmodified,
        Self::CloudTrail,
        Self::Metrics,
        Self::Ledger,
        Self::Declared,
    ];

    /// Kebab-case id.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unmodified => "unmodified",
            Self::CloudTrail => "cloudtrail",
            Self::Metrics => "metrics",
            Self::Ledger => "ledger",
            Self::Declared => "declared",
        }
    }

    /// Words for people, as in "in AUDIT since ..., by ...".
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unmodified => "the pool was not modified since",
            Self::CloudTrail => "CloudTrail",
            Self::Metrics => "threat-protection metrics",
            Self::Ledger => "the ledger",
            Self::Declared => "the policy's declaration",
        }
    }
}

/// One piece of evidence for one authentication type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// Which authentication type.
    pub auth: Auth,
    /// Where it comes from.
    pub source: Source,
    /// In AUDIT since this day, UTC.
    pub since: Date,
    /// Whether it shows as well that it was not so before: weaker evidence then cannot say otherwise.
    pub exact: bool,
}

/// What the gate says of one authentication type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which authentication type.
    pub auth: Auth,
    /// Days that must be shown.
    pub minimum: u32,
    /// The evidence that decided, if there is any.
    pub by: Option<Evidence>,
    /// Days that it shows; negative for a day that is still to come.
    pub days: Option<i64>,
    /// Whether the step may be made.
    pub met: bool,
}

/// Judges the evidence for one authentication type, strongest first: the first that shows enough days opens the
/// gate, and exact evidence ends the search either way. With a minimum of no days the gate is open.
#[must_use]
pub fn verdict(auth: Auth, minimum: u32, evidence: &[Evidence], today: Date) -> Verdict {
    let mut own: Vec<_> = evidence.iter().filter(|one| one.auth == auth).copied().collect();
    own.sort_by_key(|one| (one.source, one.since));
    let mut best: Option<(Evidence, i64)> = None;
    for one in own {
        let days = text::days(one.since, today);
        let enough = days >= i64::from(minimum);
        if enough || one.exact || best.is_none_or(|(_, most)| days > most) {
            best = Some((one, days));
        }
        if enough || one.exact {
            break;
        }
    }
    let days = best.map(|(_, days)| days);
    Verdict {
        auth,
        minimum,
        by: best.map(|(one, _)| one),
        days,
        met: minimum == 0 || days.is_some_and(|days| days >= i64::from(minimum)),
    }
}

/// What a pool shows by itself: a mode that is AUDIT has been so since the pool was last modified, at least.
#[must_use]
pub fn unmodified(pool: &Observed) -> Vec<Evidence> {
    let Some(modified) = pool.last_modified else {
        return Vec::new();
    };
    let since = modified.to_zoned(jiff::tz::TimeZone::UTC).date();
    let audited = |auth: &Auth| mode_of(pool.posture.mode, *auth) == Some(Mode::Audit);
    let one = |auth| Evidence {
        auth,
        source: Source::Unmodified,
        since,
        exact: false,
    };
    Auth::ALL.into_iter().filter(audited).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mode::Modes;
    use crate::model::posture::Posture;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn evidence(source: Source, since: &str, exact: bool) -> Evidence {
        Evidence {
            auth: Auth::Standard,
            source,
            since: day(since),
            exact,
        }
    }

    fn judge(list: &[Evidence]) -> (bool, Option<Source>, Option<i64>) {
        let found = verdict(Auth::Standard, 14, list, day("2026-11-21"));
        (found.met, found.by.map(|by| by.source), found.days)
    }

    #[test]
    fn the_strongest_that_suffices_opens_the_gate() {
        let declared = evidence(Source::Declared, "2026-11-01", false);
        let young = evidence(Source::Unmodified, "2026-11-20", false);
        assert_eq!(judge(&[]), (false, None, None));
        assert_eq!(judge(&[declared]), (true, Some(Source::Declared), Some(20)));
        assert_eq!(
            judge(&[declared, young]),
            (true, Some(Source::Declared), Some(20))
        );
        assert_eq!(judge(&[young]), (false, Some(Source::Unmodified), Some(1)));
        assert_eq!(
            judge(&[evidence(Source::Ledger, "2026-11-07", true)]),
            (true, Some(Source::Ledger), Some(14))
        );
    }

    #[test]
    fn exact_evidence_is_not_overruled_by_a_declaration() {
        let trail = evidence(Source::CloudTrail, "2026-11-18", true);
        let declared = evidence(Source::Declared, "2026-01-01", false);
        assert_eq!(
            judge(&[declared, trail]),
            (false, Some(Source::CloudTrail), Some(3))
        );
    }

    #[test]
    fn each_authentication_type_needs_its_own() {
        let list = [evidence(Source::Declared, "2026-01-01", false)];
        assert!(!verdict(Auth::Custom, 14, &list, day("2026-11-21")).met);
        assert!(verdict(Auth::Custom, 0, &[], day("2026-11-21")).met);
        let to_come = [evidence(Source::Declared, "2027-01-01", false)];
        assert_eq!(judge(&to_come), (false, Some(Source::Declared), Some(-41)));
    }

    #[test]
    fn a_pool_shows_its_modes_only_where_they_are_audit() {
        let pool = Observed {
            posture: Posture {
                mode: Modes {
                    standard: Some(Mode::Audit),
                    custom: Some(Mode::Enforced),
                },
                ..Posture::default()
            },
            last_modified: "2026-10-01T23:59:59Z".parse().ok(),
            ..Observed::default()
        };
        let found = unmodified(&pool);
        assert_eq!(
            found,
            [Evidence {
                exact: false,
                ..evidence(Source::Unmodified, "2026-10-01", false)
            }]
        );
        assert!(unmodified(&Observed::default()).is_empty());
    }
}
