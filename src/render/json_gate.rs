//! `json` of the gate: the frozen form of `schemas/gate.json`, version 1.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::report::{GateEvidence, GateReport, GateUnread, ModeGate, PoolGate, Worth};

use super::escape;
use super::json::tool;
use super::json_types::{JsonV1NotChecked, JsonV1Tool};

/// The gates of a run. Absent fields mean "there is none"; no field is ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward gate, version 1")]
pub struct JsonV1Gates {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote it.
    pub tool: JsonV1Tool,
    /// The exit code of the process: 0 every gate that counts is met, 2 invalid input, 4 something could not be
    /// read, 5 some gate is not met.
    pub exit_code: u8,
    /// The day that counted as today.
    #[schemars(extend("format" = "date"))]
    pub today: String,
    /// Pools under their policies.
    pub pools: Vec<JsonV1PoolGate>,
    /// What was not read.
    pub not_checked: Vec<JsonV1NotChecked>,
}

/// One pool under one policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PoolGate {
    /// Name of the policy.
    pub policy: String,
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: String,
    /// Account id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Modes that the gate is about.
    pub modes: Vec<JsonV1ModeGate>,
    /// The share of sign-ins that may be blocked; absent where the policy does not limit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<JsonV1GateLimit>,
}

/// The share of sign-ins that may be blocked (`audit_gate.max_would_block_percent`), and what events show of it.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1GateLimit {
    /// What the policy allows, in percent.
    pub max_percent: f64,
    /// `met`, `unmet` (also without evidence), or `unknown` where it depends on sign-ins of unknown risk.
    pub answer: String,
    /// Whether the answer decides how the run ends.
    pub counts: bool,
    /// Sign-ins of local users in the events.
    pub sign_ins: u64,
    /// The share that would be blocked, if nothing of what is unknown is; absent without sign-ins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_at_least: Option<f64>,
    /// The share that would be blocked, if everything unknown is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_at_most: Option<f64>,
    /// What is missing, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The gate of one authentication type.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ModeGate {
    /// `standard` or `custom`.
    pub auth: String,
    /// The mode that the policy asks for; absent where it says nothing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// The mode that the pool is in; absent where that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// Whether the answer decides how the run ends.
    pub counts: bool,
    /// `met`, `unmet`, or `unknown` where what would decide could not be read; absent where the pool is ENFORCED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Days in AUDIT that must be shown.
    pub minimum_days: u32,
    /// Days that are shown; negative for a day that is still to come, absent where nothing shows any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// The source that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The first day on which what decided is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub enough_on: Option<String>,
    /// Evidence, strongest first.
    pub evidence: Vec<JsonV1Evidence>,
    /// Sources that could not be read, or not to their end.
    pub unread: Vec<JsonV1Unread>,
}

/// One piece of evidence.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Evidence {
    /// `unmodified`, `cloudtrail`, `metrics`, `ledger` or `declared`.
    pub source: String,
    /// In AUDIT since this day; absent where it shows none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub since: Option<String>,
    /// Days from then to the day of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// The last day on which it shows the pool out of AUDIT, the day of its creation included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub out_on: Option<String>,
    /// What it rests on, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it is worth beside the others: `counts`, `refuted` (another shows the pool out of AUDIT within its time),
    /// `doubtful` (another could, and was not read), `modified` (the pool was modified after the declared day), or `silent` (it
    /// shows no first day).
    pub worth: String,
}

/// A source that could not be read.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Unread {
    /// Which.
    pub source: String,
    /// It shows nothing of what was before this day; absent where it shows nothing at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub before: Option<String>,
    /// Why, for people.
    pub why: String,
}

/// Writes the report.
pub(super) fn render(report: &GateReport, out: &mut dyn Write) -> io::Result<()> {
    let document = JsonV1Gates {
        version: 1,
        tool: tool(report.version),
        exit_code: report.exit_code,
        today: report.today.to_string(),
        pools: report.pools.iter().map(pool).collect(),
        not_checked: report.not_checked.iter().map(JsonV1NotChecked::from).collect(),
    };
    escape::write_json(&document, out)
}

/// The JSON Schema (2020-12) of what `gate --format json` writes, generated from its types.
#[must_use]
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Gates>("gate")
}

fn pool(pool: &PoolGate) -> JsonV1PoolGate {
    JsonV1PoolGate {
        policy: pool.policy.clone(),
        pool: pool.pool.clone(),
        pool_name: pool.pool_name.clone(),
        account: pool.account.clone(),
        region: pool.region.clone(),
        modes: pool.modes.iter().map(mode).collect(),
        limit: pool.limit.as_ref().map(|limit| JsonV1GateLimit {
            max_percent: limit.max_percent,
            answer: limit.answer.to_owned(),
            counts: limit.counts,
            sign_ins: limit.sign_ins,
            percent_at_least: limit.percent.map(|(least, _)| least),
            percent_at_most: limit.percent.map(|(_, most)| most),
            why: Some(limit.why.clone()).filter(|why| !why.is_empty()),
        }),
    }
}

fn mode(mode: &ModeGate) -> JsonV1ModeGate {
    let word = |word: Option<&str>| word.map(str::to_owned);
    JsonV1ModeGate {
        auth: mode.auth.to_owned(),
        wanted: word(mode.wanted),
        live: word(mode.live),
        counts: mode.counts,
        answer: word(mode.answer),
        minimum_days: mode.minimum_days,
        days: mode.days,
        by: word(mode.by),
        enough_on: mode.enough_on.map(|day| day.to_string()),
        evidence: mode.evidence.iter().map(evidence).collect(),
        unread: mode.unread.iter().map(unread).collect(),
    }
}

fn evidence(one: &GateEvidence) -> JsonV1Evidence {
    JsonV1Evidence {
        source: one.source.to_owned(),
        since: one.since.map(|day| day.to_string()),
        days: one.days,
        out_on: one.other.map(|(day, _)| day.to_string()),
        note: (!one.note.is_empty()).then(|| one.note.clone()),
        worth: match one.worth {
            Worth::Counts => "counts",
            Worth::Refuted { .. } => "refuted",
            Worth::Doubtful(_) => "doubtful",
            Worth::Modified(_) => "modified",
            Worth::Silent => "silent",
        }
        .to_owned(),
    }
}

fn unread(one: &GateUnread) -> JsonV1Unread {
    JsonV1Unread {
        source: one.source.to_owned(),
        before: one.before.map(|day| day.to_string()),
        why: one.why.clone(),
    }
}
