//! `json` of an impact: the frozen form of `schemas/impact.json`, version 1.

use std::io::{self, Write};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::finding::{Finding, Severity, Suppression};
use crate::impact::{
    Breakdown, EventCount, HitUser, ImpactChange, ImpactReport, OutcomeRow, PolicyImpact, ReasonRow,
    WouldBlock, saved_digest,
};
use crate::report::NotChecked;

use crate::render::json::run::JsonV1Run;
use crate::render::json::tool;
use crate::render::json::types::JsonV1Tool;
use crate::render::{RenderOptions, escape, head};

/// What policies would have done to recorded events: a replay, not a forecast. Absent fields mean "not known"; no field is
/// ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward impact, version 1")]
pub struct JsonV1Impact<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote it.
    pub tool: JsonV1Tool,
    /// The exit code of the process: 0 everything was read and judged, 2 invalid input or no event to judge, 4 something could
    /// not be read.
    pub exit_code: u8,
    /// When and by whom it was made, and of what; absent where nothing of it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<JsonV1Run>,
    /// SHA-256 over the rest of this document, in hexadecimal, whatever its layout and order: `--impact` refuses one that was
    /// edited.
    pub digest: String,
    /// SHA-256 over the events, in hexadecimal, whatever their order.
    pub events_digest: String,
    /// Events that were read, each once.
    pub events: u64,
    /// Values that could not be read.
    pub broken: u64,
    /// Events of pools that no policy is for.
    pub other_pools: u64,
    /// Events that name no pool, where several could be meant.
    pub without_pool: u64,
    /// How the events were read, for people.
    pub reading: Vec<String>,
    /// Policies on their pools.
    pub pools: Vec<JsonV1PoolImpact<'a>>,
    /// What was not judged.
    pub not_checked: Vec<NotChecked>,
}

/// A policy's impact on one pool.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PoolImpact<'a> {
    /// Name of the policy.
    pub policy: String,
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: Option<String>,
    /// What "now" is, for people.
    pub now: String,
    /// What "proposed" is, for people. It is always judged as if its mode were ENFORCED.
    pub proposed: String,
    /// What to know before the numbers, for people.
    pub notes: Vec<String>,
    /// SHA-256 over the proposed settings, as far as they decide anything: `--impact` refuses a report on other settings.
    pub settings_digest: String,
    /// All events.
    pub total: EventCount,
    /// Events that name no user.
    pub without_user: u64,
    /// Events of users beyond the 500,000 that are counted: numbers of users are at least so many.
    pub uncounted: u64,
    /// Events that name no client, or one that the settings do not list.
    pub other_clients: u64,
    /// The earliest time.
    #[schemars(extend("format" = "date-time"))]
    pub first: Option<String>,
    /// The latest time.
    #[schemars(extend("format" = "date-time"))]
    pub last: Option<String>,
    /// Days (UTC) with events.
    pub days: u64,
    /// What rules about events found, such as a known cause of wrong risk levels; `cogward explain ID` says why it matters.
    pub diagnoses: Vec<JsonV1Diagnosis>,
    /// Sign-ins that rules do not see by client or address: there were too many of both.
    pub undiagnosed: u64,
    /// What would be blocked.
    pub would_block: JsonV1WouldBlock,
    /// Every outcome, hardest first.
    pub outcomes: &'a [OutcomeRow],
    /// Why, as proposed, most frequent first.
    pub reasons: &'a [ReasonRow],
    /// What changes from now to proposed.
    pub changes: &'a [ImpactChange],
    /// Outcomes as proposed, by members of the events.
    pub breakdowns: &'a [Breakdown],
    /// Users most hit.
    pub users: &'a [HitUser],
    /// Emails to users, as proposed.
    pub notifications: u64,
    /// Emails beside these of which it is unconfirmed whether they are sent: the notification configuration, or its
    /// template, is missing.
    pub unconfirmed_notifications: u64,
}

/// What a rule about events found.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Diagnosis {
    /// Id of the rule.
    pub id: String,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// In words.
    pub message: String,
    /// The client or setting of the policy that it is about; absent for the whole pool, or if the policy does not name it.
    pub pointer: Option<String>,
    /// What to do.
    pub help: String,
    /// Why it does not count.
    pub suppressed: Option<Suppression>,
}

/// The share of sign-ins that would be blocked.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1WouldBlock {
    #[serde(flatten)]
    pub all: WouldBlock,
    /// The same by day, earliest first; sign-ins without a time have no day. A gate counts days of the time in AUDIT only.
    pub by_day: Vec<JsonV1DayShare>,
    /// The share in percent, if nothing of what is unknown is blocked; absent without sign-ins.
    pub percent_at_least: Option<f64>,
    /// The share in percent, if everything unknown is blocked.
    pub percent_at_most: Option<f64>,
    /// What the policy allows, in percent (`audit_gate.max_would_block_percent`).
    pub max_percent: Option<f64>,
    /// Whether that is kept: `met`, `unmet`, or `unknown`.
    pub limit: Option<String>,
}

/// Sign-ins of one day.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1DayShare {
    /// The day (UTC); absent for sign-ins without a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub day: Option<String>,
    /// Its sign-ins.
    #[serde(flatten)]
    pub all: WouldBlock,
}
/// Writes the report.
pub(in crate::render) fn render(
    report: &ImpactReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut document = JsonV1Impact {
        version: 1,
        tool: tool(report.version),
        exit_code: report.exit_code,
        run: JsonV1Run::of(&options.head, head::named(&options.head)),
        digest: String::new(),
        events_digest: report.events_digest.clone(),
        events: report.events,
        broken: report.broken,
        other_pools: report.other_pools,
        without_pool: report.without_pool,
        reading: report.reading.clone(),
        pools: report.pools.iter().map(pool).collect(),
        not_checked: report.not_checked.clone(),
    };
    document.digest = saved_digest(&serde_json::to_value(&document)?);
    escape::write_json(&document, out)
}

/// The JSON Schema (2020-12) of what `impact --format json` writes, generated from its types.
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Impact<'_>>("impact")
}

fn pool(pool: &PolicyImpact) -> JsonV1PoolImpact<'_> {
    let impact = &pool.impact;
    let share = impact.share();
    let of_day = |(day, share): (&Option<Date>, &WouldBlock)| JsonV1DayShare {
        day: day.map(|day| day.to_string()),
        all: share.clone(),
    };
    let percent = share.percent();
    JsonV1PoolImpact {
        policy: pool.policy.clone(),
        pool: pool.pool.clone(),
        pool_name: Some(pool.pool_name.clone()).filter(|name| !name.is_empty()),
        now: pool.now.clone(),
        proposed: pool.proposed.clone(),
        notes: pool.notes.clone(),
        settings_digest: pool.settings.clone(),
        total: impact.total,
        without_user: impact.without_user,
        uncounted: impact.uncounted,
        other_clients: impact.other_clients,
        first: impact.first.map(|at| at.to_string()),
        last: impact.last.map(|at| at.to_string()),
        days: impact.days,
        diagnoses: pool.findings.iter().map(diagnosis).collect(),
        undiagnosed: impact.undiagnosed,
        would_block: JsonV1WouldBlock {
            all: share,
            by_day: impact.would_block.iter().map(of_day).collect(),
            percent_at_least: percent.map(|(least, _)| least),
            percent_at_most: percent.map(|(_, most)| most),
            max_percent: pool.max_percent,
            limit: pool.limit().map(str::to_owned),
        },
        outcomes: &impact.outcomes,
        reasons: &impact.reasons,
        changes: &impact.changes,
        breakdowns: &impact.breakdowns,
        users: &impact.users,
        notifications: impact.notifications,
        unconfirmed_notifications: impact.unconfirmed_notifications,
    }
}

fn diagnosis(finding: &Finding) -> JsonV1Diagnosis {
    let pointer = finding.primary.pointer.as_ref().map(ToString::to_string);
    JsonV1Diagnosis {
        id: finding.rule.to_string(),
        severity: finding.severity,
        message: finding.message.clone(),
        pointer: pointer.filter(|pointer| !pointer.is_empty()),
        help: finding.help.clone(),
        suppressed: finding.suppressed.clone(),
    }
}
