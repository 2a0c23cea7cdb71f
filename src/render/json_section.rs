//! `json` of a section: the frozen forms of `schemas/gate.json` and `schemas/apply.json`, version 1. What they hold is what the
//! report holds.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::proposal::{ApplyOutcome, Counts, Ending, PoolProposal, Proposal, Refused};
use crate::report::{PoolGate, Report, Section};

use super::escape;
use super::json::tool;
use super::json_types::{JsonV1NotChecked, JsonV1Tool};
use super::section;

/// Writes the section of a report; nothing for a report without one.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    match &report.section {
        None => Ok(()),
        Some(Section::Gate(gate)) => {
            let document = JsonV1Gates {
                version: 1,
                tool: tool(report.version),
                exit_code: report.exit_code,
                today: gate.today.to_string(),
                pools: &gate.pools,
                not_checked: not_checked(report),
            };
            escape::write_json(&document, out)
        }
        Some(Section::Plan(proposal)) => escape::write_json(&plan(report, proposal), out),
    }
}

fn plan<'a>(report: &Report, proposal: &'a Proposal) -> JsonV1Proposal<'a> {
    let pool = |pool: &'a PoolProposal| JsonV1Pool {
        pool,
        effects: section::effects(pool, usize::MAX),
    };
    JsonV1Proposal {
        version: 1,
        tool: tool(report.version),
        command: proposal.command,
        exit_code: report.exit_code,
        digest: &proposal.digest,
        ending: proposal.ending,
        counts: proposal.counts(),
        pools: proposal.pools.iter().map(pool).collect(),
        unchanged: &proposal.unchanged,
        refused: &proposal.refused,
        accept_all: proposal.accept_all(),
        not_checked: not_checked(report),
        outcome: proposal.outcome.as_ref(),
    }
}

fn not_checked(report: &Report) -> Vec<JsonV1NotChecked> {
    report
        .summary
        .not_checked
        .iter()
        .map(JsonV1NotChecked::from)
        .collect()
}

/// The JSON Schema (2020-12) of what `gate --format json` writes, generated from its types.
#[must_use]
pub fn gate_schema() -> Value {
    crate::schema::of::<JsonV1Gates<'_>>("gate")
}

/// The JSON Schema (2020-12) of what `apply --format json` writes, generated from its types.
#[must_use]
pub fn apply_schema() -> Value {
    crate::schema::of::<JsonV1Proposal<'_>>("apply")
}

/// What an apply or a rollback would do, and what became of it. Absent fields mean "there is none".
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward apply, version 1")]
struct JsonV1Proposal<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What wrote it.
    tool: JsonV1Tool,
    /// The command: `apply`, `rollback` or `audit`.
    command: &'a str,
    /// The exit code of the process: 0 done or nothing to do, 3 not carried out, 4 something failed or could not
    /// be read, 5 refused.
    exit_code: u8,
    /// SHA-256 of the plan, in hexadecimal.
    digest: &'a str,
    /// How far the run went: `dry-run`, `declined`, `carried-out`.
    #[schemars(with = "String")]
    ending: Ending,
    /// Numbers.
    counts: Counts,
    /// Pools that would change, by account, region and id.
    pools: Vec<JsonV1Pool<'a>>,
    /// Names and ids of pools that are already up to date.
    unchanged: &'a [String],
    /// What keeps the plan from being carried out.
    refused: &'a [Refused],
    /// The line for a shell that lets through all that an option lets through; absent where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_all: Option<String>,
    /// What could not be read.
    not_checked: Vec<JsonV1NotChecked>,
    /// What became of it; absent where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'a ApplyOutcome>,
}

/// What would be done to one pool.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PoolProposal")]
struct JsonV1Pool<'a> {
    #[serde(flatten)]
    pool: &'a PoolProposal,
    /// What happens to requests otherwise than before, for people.
    effects: Vec<String>,
}

/// The gates of a run. Absent fields mean "there is none"; no field is ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward gate, version 1")]
struct JsonV1Gates<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What wrote it.
    tool: JsonV1Tool,
    /// The exit code of the process: 0 every gate that counts is met, 2 invalid input, 4 something could not be
    /// read, 5 some gate is not met.
    exit_code: u8,
    /// The day that counted as today.
    #[schemars(extend("format" = "date"))]
    today: String,
    /// Pools under their policies.
    pools: &'a [PoolGate],
    /// What was not read.
    not_checked: Vec<JsonV1NotChecked>,
}
