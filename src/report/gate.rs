//! What `gate` has to say: the evidence for every mode, and the verdicts. The types are those of `schemas/gate.json`, version 1:
//! fields may be added, and none is renamed, removed or given another meaning.

use std::fmt::Write as _;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{RuleMeta, Severity};
use crate::plan::gate::{EvidenceSource, NO_EVENT_YET, Standing};
use crate::pointer::Pointer;
use crate::report::gate_limit::{GateLimit, standing};
use crate::text;

/// The gates of a run.
#[derive(Clone, Debug)]
pub struct GateSection {
    /// The day that counted as today.
    pub today: Date,
    /// Pools under their policies, in the order of policies and pools.
    pub pools: Vec<PoolGate>,
}

/// Something that was checked and found to be good: formats for test reports have it beside the findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Title of the pool, as its findings have it. Hostile text.
    pub pool: String,
    /// Name of the policy. Hostile text.
    pub policy: String,
    /// What, one sentence without a full stop.
    pub what: String,
}

impl Passed {
    /// The pool, and the policy where there is one. Hostile text.
    pub fn title(&self) -> String {
        match self.policy.as_str() {
            "" => self.pool.clone(),
            policy => format!("{}, policy {policy}", self.pool),
        }
    }
}

/// An answer that decides how the run ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountingAnswer {
    /// `met`, `unmet` or `unknown`.
    pub answer: &'static str,
    /// Why it is not met; `None` where it is.
    pub reason: Option<GateReason>,
    /// The setting of the policy that it is about.
    pub at: Pointer,
    /// Its line.
    pub words: String,
}

/// One pool under one policy.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PoolGate")]
pub struct PoolGate {
    /// Name of the policy.
    pub policy: String,
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Modes that the gate is about.
    pub modes: Vec<ModeGate>,
    /// The share of sign-ins that may be blocked; absent where the policy does not limit it.
    pub limit: Option<GateLimit>,
}

/// The gate of one authentication type.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ModeGate")]
pub struct ModeGate {
    /// `standard` or `custom`.
    pub auth: &'static str,
    /// The mode that the policy asks for; absent where it says nothing of it.
    pub wanted: Option<&'static str>,
    /// The mode that the pool is in; absent where that could not be read.
    pub live: Option<&'static str>,
    /// Whether the answer decides how the run ends.
    pub counts: bool,
    /// `met`, `unmet`, or `unknown` where what would decide could not be read; absent where the pool is ENFORCED.
    pub answer: Option<&'static str>,
    /// Days in AUDIT that must be shown.
    pub minimum_days: u32,
    /// Days that are shown; negative for a day that is still to come, absent where nothing shows any.
    pub days: Option<i64>,
    /// The source that decided.
    pub by: Option<&'static str>,
    /// The first day on which what decided is enough.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub enough_on: Option<Date>,
    /// Evidence, strongest first.
    pub evidence: Vec<GateEvidence>,
    /// Sources that could not be read, or not to their end.
    pub unread: Vec<GateUnread>,
    /// Labels of sources that were not asked.
    #[serde(skip)]
    pub not_asked: Vec<&'static str>,
}

/// One piece of evidence.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Evidence")]
pub struct GateEvidence {
    /// `unmodified`, `cloudtrail`, `metrics`, `ledger` or `declared`.
    pub source: &'static str,
    /// The source in words.
    #[serde(skip)]
    pub label: &'static str,
    /// In AUDIT since this day; absent where it shows none.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub since: Option<Date>,
    /// Days from then to the day of the run.
    pub days: Option<i64>,
    /// The last day on which it shows the pool out of AUDIT, the day of its creation included.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub out_on: Option<Date>,
    /// The mode on that day; `None` for the day of the pool's creation.
    #[serde(skip)]
    pub out_as: Option<&'static str>,
    /// The days on which it was seen, in order, of a source that looks at single days.
    #[serde(skip)]
    pub seen: Vec<Date>,
    /// What it rests on, for people.
    pub note: Option<String>,
    /// What it is worth beside the others: `counts`, `refuted` (another shows the pool out of AUDIT within its time),
    /// `doubtful` (another could, and was not read), `modified` (the pool was modified after the declared day), or `silent` (it
    /// shows no first day).
    #[schemars(with = "String")]
    pub worth: Standing,
}

/// A source that could not be read.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Unread")]
pub struct GateUnread {
    /// Which.
    pub source: &'static str,
    /// The source in words.
    #[serde(skip)]
    pub label: &'static str,
    /// It shows nothing of what was before this day; absent where it shows nothing at all.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub before: Option<Date>,
    /// Why, for people.
    pub why: String,
}

/// Why a gate is not met. Like the checks of the input these are not rules: there is no file to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateReason {
    /// Too few days in AUDIT are shown.
    Unmet,
    /// What would show days in AUDIT could not be read.
    Unknown,
    /// Too many sign-ins would be blocked, or nothing shows how many.
    ShareUnmet,
    /// How many would be blocked depends on sign-ins of unknown risk.
    ShareUnknown,
}

impl GateReason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Unmet, Self::Unknown, Self::ShareUnmet, Self::ShareUnknown];

    /// The reason of an answer; `None` for one that is good.
    pub fn of(answer: &str, is_share: bool) -> Option<Self> {
        match (answer, is_share) {
            ("met", _) => None,
            ("unknown", false) => Some(Self::Unknown),
            ("unknown", true) => Some(Self::ShareUnknown),
            (_, false) => Some(Self::Unmet),
            (_, true) => Some(Self::ShareUnmet),
        }
    }

    /// Kebab-case id. The first is the id of the guard that refuses for the same reason.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unmet => "audit-gate-unmet",
            Self::Unknown => "audit-gate-unknown",
            Self::ShareUnmet => "would-block-share-unmet",
            Self::ShareUnknown => "would-block-share-unknown",
        }
    }

    /// What it says of itself, for reports that list rules.
    pub fn meta(self) -> RuleMeta {
        RuleMeta::of(self.as_str(), Severity::Error, self.text())
    }

    fn text(self) -> [&'static str; 3] {
        match self {
            Self::Unmet => [
                "Too few days in AUDIT are shown for a step to ENFORCED",
                "Threat protection learns in AUDIT, and its logs show who would be blocked. AWS recommends two weeks or more before \
                 anybody is.",
                "Wait until the day that the gate names, or add evidence: a ledger (`gate --ledger`), or `audit_gate.audit_since` \
                 in the policy. To enforce earlier, give a reason: `apply --override-gate REASON`.",
            ],
            Self::Unknown => [
                "What would show days in AUDIT could not be read",
                "Something that was not read may show the pool out of AUDIT, so that a declaration or a ledger alone meets no gate.",
                "Allow what the report names as not read: the role of `docs/iam/` has all permissions.",
            ],
            Self::ShareUnmet => [
                "More sign-ins would be blocked than the policy allows, or nothing shows how many",
                "`audit_gate.max_would_block_percent` limits how many sign-ins the policy may block. Without enough events nobody \
                 knows.",
                "Give the events of the time in AUDIT (`gate --events LOGS`); `cogward impact` shows who would be blocked, and why.",
            ],
            Self::ShareUnknown => [
                "How many sign-ins would be blocked depends on some of unknown risk",
                "The share is within the limit if none of them would be blocked, and above it if all of them would be.",
                "`cogward impact` shows them: give logs that hold their risk levels.",
            ],
        }
    }
}

impl GateSection {
    /// `1 of 2 gates met, 1 unknown`; `unread` says whether something could not be read.
    pub fn closing(&self, unread: bool) -> String {
        if self.pools.is_empty() {
            let unread = if unread {
                "no pool could be read"
            } else {
                "no policy with a `target` was read"
            };
            return format!("nothing was checked: {unread}");
        }
        let answers: Vec<_> = self.pools.iter().flat_map(PoolGate::counting).collect();
        if answers.is_empty() {
            return "no step to ENFORCED is pending".to_owned();
        }
        let number = |word: &str| answers.iter().filter(|one| one.answer == word).count();
        let gates = text::count(answers.len(), "gate", "gates");
        let mut text = format!("{} of {gates} met", number("met"));
        if number("unknown") > 0 {
            // Writing to a text cannot fail.
            let _ = write!(text, ", {} unknown", number("unknown"));
        }
        text
    }

    /// Gates that count and are met.
    pub fn passed(&self) -> Vec<Passed> {
        let of = |pool: &PoolGate| {
            let met = pool.counting().into_iter().filter(|one| one.reason.is_none());
            let passed = met.map(|one| Passed {
                pool: pool.title(),
                policy: pool.policy.clone(),
                what: one.words,
            });
            passed.collect::<Vec<_>>()
        };
        self.pools.iter().flat_map(of).collect()
    }
}

impl PoolGate {
    /// Name and id of the pool. Hostile text.
    pub fn title(&self) -> String {
        text::titled(&self.pool_name, &self.pool)
    }

    /// Answers that decide how the run ends, in the order of the report.
    pub fn counting(&self) -> Vec<CountingAnswer> {
        let modes = self.modes.iter().filter(|mode| mode.counts);
        let modes = modes.filter_map(|mode| {
            let answer = mode.answer?;
            Some(CountingAnswer {
                answer,
                reason: GateReason::of(answer, false),
                at: Pointer::root().child("mode").child(mode.auth),
                words: mode.verdict(),
            })
        });
        let limit = self.limit.iter().filter(|limit| limit.counts);
        let limit = limit.map(|limit| CountingAnswer {
            answer: limit.answer,
            reason: GateReason::of(limit.answer, true),
            at: Pointer::root()
                .child("audit_gate")
                .child("max_would_block_percent"),
            words: limit.verdict(),
        });
        modes.chain(limit).collect()
    }
}

impl ModeGate {
    /// What to do about a gate that is not met: how long it takes, and which command. `None` where it is met or not asked.
    pub fn next(&self, today: Date) -> Option<String> {
        let reason = GateReason::of(self.answer?, false)?;
        let days = text::count(self.minimum_days, "day", "days");
        // A pool whose mode was read: no permission helps, but another snapshot.
        let of_snapshot = |one: &GateUnread| one.source == EvidenceSource::Unmodified.as_str();
        let snapshot = self.live.is_some() && self.unread.iter().all(of_snapshot);
        if let (GateReason::Unknown, true, Some(one)) = (reason, snapshot, self.unread.first()) {
            return Some(one.why.clone());
        }
        let is_late = |one: &GateUnread| one.why.ends_with(NO_EVENT_YET);
        if reason == GateReason::Unknown && self.unread.iter().any(is_late) {
            let words = "CloudTrail shows a change some minutes later: run `cogward gate` again then";
            return Some(words.to_owned());
        }
        Some(match (reason, self.enough_on, self.live) {
            (GateReason::Unmet, Some(day), _) if day > today => {
                let left = text::count(text::days(today, day), "day is", "days are");
                let more = self.not_given();
                let more = more.map_or_else(String::new, |more| format!("more evidence ({more}), or with "));
                format!(
                    "{left} left: run `cogward gate` again on {day}; earlier only with {more}`cogward apply --override-gate REASON`"
                )
            }
            (GateReason::Unmet, None, Some("OFF")) => format!(
                "put the pool into AUDIT first: set the mode to AUDIT in the policy, run `cogward apply`, and run `cogward gate` \
                 again after {days}"
            ),
            (GateReason::Unmet, ..) => {
                let more = self.not_given();
                let more = more.map_or_else(String::new, |more| format!("add evidence ({more}), or "));
                format!(
                    "run `cogward gate` again when {days} in AUDIT are shown; {more}enforce now with a reason: `cogward apply \
                     --override-gate REASON`"
                )
            }
            _ => reason.meta().remediation,
        })
    }

    /// Evidence that people can give and have not: `--ledger`, a declaration. `None` where all of it is there.
    fn not_given(&self) -> Option<String> {
        let has_none = |source: EvidenceSource| self.evidence.iter().all(|one| one.source != source.as_str());
        let no_ledger = self.not_asked.contains(&EvidenceSource::Ledger.label());
        let not_declared = has_none(EvidenceSource::Declared);
        let more = [
            (no_ledger, "`--ledger`"),
            (not_declared, "`audit_gate.audit_since` in the policy"),
        ];
        let more: Vec<_> = more
            .iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, what)| *what)
            .collect();
        (!more.is_empty()).then(|| more.join(", or "))
    }

    /// `standard: AUDIT → ENFORCED: not met, 6 of 14 days in AUDIT; met on 2026-11-29`.
    pub fn verdict(&self) -> String {
        format!("{}: {}", self.auth, self.says())
    }

    /// The same without the type of authentication.
    pub fn says(&self) -> String {
        let live = self.live.unwrap_or("unknown");
        let Some(answer) = self.answer else {
            return format!("{live} already; the gate asks for nothing");
        };
        let asked = match self.wanted {
            Some(wanted) if Some(wanted) != self.live => format!(" → {wanted}"),
            _ => String::new(),
        };
        let minimum = text::count(self.minimum_days, "day", "days");
        let days = match self.days {
            Some(days) if days < 0 => "the declared day is in the future".to_owned(),
            Some(days) if days >= i64::from(self.minimum_days) => {
                format!("{days} days in AUDIT, {} required", self.minimum_days)
            }
            Some(days) => format!("{days} of {minimum} in AUDIT"),
            None => format!("nothing shows {minimum} in AUDIT"),
        };
        let soon = match self.enough_on {
            Some(day) if answer == "unmet" => format!("; met on {day}"),
            _ => String::new(),
        };
        let counts = if self.counts {
            ""
        } else {
            " (the policy asks for no change)"
        };
        format!("{live}{asked}: {}, {days}{soon}{counts}", standing(answer))
    }
}
