//! What `gate` has to say: the evidence for every mode, and the verdicts.

use jiff::civil::Date;

use crate::report::NotChecked;

/// Everything one run of `gate` has to say.
#[derive(Clone, Debug)]
pub struct GateReport {
    /// The tool's version.
    pub version: &'static str,
    /// The day that counted as today.
    pub today: Date,
    /// Pools under their policies, in the order of policies and pools.
    pub pools: Vec<PoolGate>,
    /// What was not read.
    pub not_checked: Vec<NotChecked>,
    /// The process's exit code, the same in every format.
    pub exit_code: u8,
}

/// One pool under one policy.
#[derive(Clone, Debug)]
pub struct PoolGate {
    /// Name of the policy. Hostile text.
    pub policy: String,
    /// Pool id.
    pub pool: String,
    /// Pool name. Hostile text.
    pub pool_name: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Modes that the gate is about, standard first.
    pub modes: Vec<ModeGate>,
    /// The share of sign-ins that may be blocked, if the policy limits it.
    pub limit: Option<GateLimit>,
}

/// The share of sign-ins that may be blocked (`audit_gate.max_would_block_percent`), and what events show of it.
#[derive(Clone, Debug)]
pub struct GateLimit {
    /// What the policy allows, in percent.
    pub max_percent: f64,
    /// `met`, `unmet` or `unknown`. Without evidence it is unmet.
    pub answer: &'static str,
    /// Whether it decides how the run ends.
    pub counts: bool,
    /// The share that would be blocked, at least and at most; `None` without sign-ins.
    pub percent: Option<(f64, f64)>,
    /// Sign-ins of local users in the events.
    pub sign_ins: u64,
    /// What is missing, one sentence without a full stop; empty if nothing is.
    pub why: String,
}

/// The gate of one authentication type.
#[derive(Clone, Debug)]
pub struct ModeGate {
    /// `standard` or `custom`.
    pub auth: &'static str,
    /// The mode that the policy asks for; `None` where it says nothing of it.
    pub wanted: Option<&'static str>,
    /// The mode that the pool is in; `None` where that could not be read.
    pub live: Option<&'static str>,
    /// Whether the verdict decides how the run ends.
    pub counts: bool,
    /// Days that must be shown.
    pub minimum_days: u32,
    /// Days that are shown; `None` where nothing shows any.
    pub days: Option<i64>,
    /// `met`, `unmet` or `unknown`; `None` where the pool is ENFORCED already.
    pub answer: Option<&'static str>,
    /// Id of the source that decided.
    pub by: Option<&'static str>,
    /// The first day on which what decided is enough, if nothing changes.
    pub enough_on: Option<Date>,
    /// Evidence, strongest first.
    pub evidence: Vec<GateEvidence>,
    /// Sources that could not be read.
    pub unread: Vec<GateUnread>,
    /// Labels of sources that were not asked.
    pub not_asked: Vec<&'static str>,
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub struct GateEvidence {
    /// Id of the source.
    pub source: &'static str,
    /// The source in words.
    pub label: &'static str,
    /// In AUDIT since this day, as it shows.
    pub since: Option<Date>,
    /// Days from then to the day of the run.
    pub days: Option<i64>,
    /// The last day on which it shows the pool out of AUDIT, and the mode then; `None` for the day of its creation.
    pub other: Option<(Date, Option<&'static str>)>,
    /// What it rests on; may be empty.
    pub note: String,
    /// What it is worth.
    pub worth: Worth,
}

/// What a piece of evidence is worth beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It counts.
    Counts,
    /// Another source shows otherwise: which, on which day, and what the mode was.
    Refuted {
        /// The source in words.
        by: &'static str,
        /// The day.
        day: Date,
        /// The mode then; `None` for the day of the pool's creation.
        was: Option<&'static str>,
    },
    /// A source in words that could show otherwise and was not read.
    Doubtful(&'static str),
    /// A declaration, and the pool was modified after the declared day, on this one.
    Modified(Date),
    /// It shows no first day.
    Silent,
}

/// A source that could not be read, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateUnread {
    /// Id of the source.
    pub source: &'static str,
    /// The source in words.
    pub label: &'static str,
    /// It shows nothing of what was before this day; `None`: nothing at all.
    pub before: Option<Date>,
    /// Why. Hostile text.
    pub why: String,
}
