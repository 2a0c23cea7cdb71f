//! What AWS's histories show of a pool's time in AUDIT.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::mode::Mode;
use crate::plan::Auth;
use crate::plan::gate::{Blind, Evidence, EvidenceSource, Known, Other, Out};

/// What AWS's histories show of a pool's time in AUDIT: evidence for the audit gate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryV1 {
    /// Evidence, for both authentication types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceV1>,
    /// What could not be read, or not to its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadHistoryV1>,
}

/// One piece of evidence.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EvidenceV1 {
    /// Which authentication type.
    auth: Auth,
    /// Where it comes from.
    source: HistorySourceV1,
    /// In AUDIT from this day on, UTC, without a break; absent where it shows no such day.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    since: Option<Date>,
    /// When it shows the pool out of AUDIT last, if it does.
    other: Option<OtherV1>,
    /// What it rests on, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    /// The days on which it was seen, of a source that looks at single days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    seen: Vec<Date>,
}

/// A day on which the pool was not in AUDIT.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OtherV1 {
    /// The day, UTC.
    #[schemars(with = "String", extend("format" = "date"))]
    day: Date,
    /// The mode; absent on the day before the pool was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<Mode>,
}

/// A history that could not be read, or not to its end.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UnreadHistoryV1 {
    /// The authentication type; absent for both.
    auth: Option<Auth>,
    /// Which history.
    source: HistorySourceV1,
    /// It shows nothing of what was before this day; absent: nothing at all.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    before: Option<Date>,
    /// Why.
    why: String,
}

/// A history that AWS keeps.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum HistorySourceV1 {
    /// CloudTrail's events of the pool.
    CloudTrail,
    /// Threat-protection metrics of CloudWatch.
    Metrics,
}

impl HistorySourceV1 {
    /// `None` for what no history of AWS shows: what a pool, a ledger or a policy says is read where it stands.
    fn of(source: EvidenceSource) -> Option<Self> {
        match source {
            EvidenceSource::CloudTrail => Some(Self::CloudTrail),
            EvidenceSource::Metrics => Some(Self::Metrics),
            EvidenceSource::Unmodified | EvidenceSource::Ledger | EvidenceSource::Declared => None,
        }
    }
}

impl From<HistorySourceV1> for EvidenceSource {
    fn from(frozen: HistorySourceV1) -> Self {
        match frozen {
            HistorySourceV1::CloudTrail => Self::CloudTrail,
            HistorySourceV1::Metrics => Self::Metrics,
        }
    }
}

impl From<&Known> for HistoryV1 {
    fn from(known: &Known) -> Self {
        let piece = |one: &Evidence| {
            Some(EvidenceV1 {
                auth: one.auth,
                source: HistorySourceV1::of(one.source)?,
                since: one.since,
                other: one.other.map(|Other { day, out }| OtherV1 {
                    day,
                    mode: match out {
                        Out::Mode(mode) => Some(mode),
                        Out::NoPool => None,
                    },
                }),
                note: one.note.clone(),
                seen: one.seen.clone(),
            })
        };
        let blind = |one: &Blind| {
            Some(UnreadHistoryV1 {
                auth: one.auth,
                source: HistorySourceV1::of(one.source)?,
                before: one.before,
                why: one.why.clone(),
            })
        };
        Self {
            evidence: known.evidence.iter().filter_map(piece).collect(),
            unread: known.blind.iter().filter_map(blind).collect(),
        }
    }
}

impl From<HistoryV1> for Known {
    fn from(frozen: HistoryV1) -> Self {
        let piece = |one: EvidenceV1| Evidence {
            auth: one.auth,
            source: one.source.into(),
            since: one.since,
            other: one.other.map(|other| Other {
                day: other.day,
                out: other.mode.map_or(Out::NoPool, Out::Mode),
            }),
            note: one.note,
            seen: one.seen,
        };
        let blind = |one: UnreadHistoryV1| Blind {
            auth: one.auth,
            source: one.source.into(),
            before: one.before,
            why: one.why,
        };
        Self {
            evidence: frozen.evidence.into_iter().map(piece).collect(),
            blind: frozen.unread.into_iter().map(blind).collect(),
        }
    }
}
