//! `json` of a section: the frozen forms of `schemas/gate.json`, `schemas/apply.json`, `schemas/history.json`,
//! `schemas/evidence.json` and `schemas/feedback.json`, version 1. What they hold is what the report holds.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::proposal::{ApplyOutcome, Counts, Ending, PoolProposal, Proposal, Refused};
use crate::report::{
    Control, EvidenceHead, FeedbackSection, NotChecked, PoolEvidence, PoolGate, Report, Section,
    SubjectHistory,
};

use crate::render::json::run::JsonV1Run;
use crate::render::json::tool;
use crate::render::json::types::JsonV1Tool;
use crate::render::options::RenderOptions;
use crate::render::section;
use crate::render::{escape, head};

/// Writes the section of a report; nothing for a report without one.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let run = JsonV1Run::of(&options.head, head::places(report, &options.head));
    match &report.section {
        None => Ok(()),
        Some(Section::Gate(gate)) => {
            let document = JsonV1Gates {
                version: 1,
                tool: tool(report.version),
                exit_code: report.exit_code,
                run,
                today: gate.today.to_string(),
                pools: &gate.pools,
                not_checked: &report.summary.not_checked,
            };
            escape::write_json(&document, out)
        }
        Some(Section::Plan(proposal)) => escape::write_json(&plan(report, proposal, run), out),
        Some(Section::History(history)) => {
            let document = JsonV1History {
                version: 1,
                tool: tool(report.version),
                exit_code: report.exit_code,
                run,
                from: (!history.subjects.is_empty()).then(|| history.from.to_string()),
                to: (!history.subjects.is_empty()).then(|| history.to.to_string()),
                subjects: &history.subjects,
                not_checked: &report.summary.not_checked,
            };
            escape::write_json(&document, out)
        }
        Some(Section::Evidence(evidence)) => {
            let document = JsonV1Evidence {
                version: 1,
                tool: tool(report.version),
                exit_code: report.exit_code,
                run,
                head: &evidence.head,
                controls: &evidence.controls,
                pools: &evidence.pools,
                not_checked: &report.summary.not_checked,
            };
            escape::write_json(&document, out)
        }
        Some(Section::Feedback(feedback)) => {
            let document = JsonV1Feedback {
                version: 1,
                tool: tool(report.version),
                exit_code: report.exit_code,
                feedback,
                not_checked: &report.summary.not_checked,
            };
            escape::write_json(&document, out)
        }
    }
}

fn plan<'a>(report: &'a Report, proposal: &'a Proposal, run: Option<JsonV1Run>) -> JsonV1Proposal<'a> {
    let pool = |pool: &'a PoolProposal| JsonV1Pool {
        pool,
        effects: section::effects(pool),
    };
    JsonV1Proposal {
        version: 1,
        tool: tool(report.version),
        command: proposal.command,
        exit_code: report.exit_code,
        run,
        digest: &proposal.digest,
        ending: proposal.ending,
        counts: proposal.counts(),
        pools: proposal.pools.iter().map(pool).collect(),
        unchanged: &proposal.unchanged,
        refused: &proposal.refused,
        accept_all: proposal.accept_all(),
        not_checked: &report.summary.not_checked,
        outcome: proposal.outcome.as_ref(),
    }
}

/// The JSON Schema (2020-12) of what `gate --format json` writes, generated from its types.
pub fn gate_schema() -> Value {
    crate::schema::of::<JsonV1Gates<'_>>("gate")
}

/// The JSON Schema (2020-12) of what `history --format json` writes, generated from its types.
pub fn history_schema() -> Value {
    crate::schema::of::<JsonV1History<'_>>("history")
}

/// The JSON Schema (2020-12) of what `evidence --format json` writes, generated from its types.
pub fn evidence_schema() -> Value {
    crate::schema::of::<JsonV1Evidence<'_>>("evidence")
}

/// The JSON Schema (2020-12) of what `investigate feedback --format json` writes, generated from its types.
pub fn feedback_schema() -> Value {
    crate::schema::of::<JsonV1Feedback<'_>>("feedback")
}

/// The JSON Schema (2020-12) of what `apply --format json` writes, generated from its types.
pub fn apply_schema() -> Value {
    crate::schema::of::<JsonV1Proposal<'_>>("apply")
}

/// What an apply or a rollback would do, and what became of it. Absent fields mean "there is none".
#[serde_with::skip_serializing_none]
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
    /// When and by whom it was made, and of what; absent where nothing of it is known.
    run: Option<JsonV1Run>,
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
    accept_all: Option<String>,
    /// What could not be read.
    not_checked: &'a [NotChecked],
    /// What became of it; absent where nothing was written.
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
    /// When and by whom it was made, and of what; absent where nothing of it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<JsonV1Run>,
    /// The day that counted as today.
    #[schemars(extend("format" = "date"))]
    today: String,
    /// Pools under their policies.
    pools: &'a [PoolGate],
    /// What was not read.
    not_checked: &'a [NotChecked],
}

/// What was kept of earlier runs. Absent fields mean "there is none"; no field is ever null.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward history, version 1")]
struct JsonV1History<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What wrote it.
    tool: JsonV1Tool,
    /// The exit code of the process: 0 shown, 2 nothing of use was read, 4 something could not be used.
    exit_code: u8,
    /// When it was made, and from which files; absent where nothing of it is known.
    run: Option<JsonV1Run>,
    /// The first day of which something is known; absent where nothing is.
    #[schemars(extend("format" = "date"))]
    from: Option<String>,
    /// The last one.
    #[schemars(extend("format" = "date"))]
    to: Option<String>,
    /// Pools by id, then policies by name.
    subjects: &'a [SubjectHistory],
    /// What was not read.
    not_checked: &'a [NotChecked],
}

/// Evidence for an audit. Absent fields mean "there is none"; no field is ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward evidence, version 1")]
struct JsonV1Evidence<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What wrote it.
    tool: JsonV1Tool,
    /// The exit code of the process: 0 written, 2 there is no pool, 4 something could not be read, 5 the credentials are of
    /// another account.
    exit_code: u8,
    /// When and by whom it was made, and from which snapshot; absent where nothing of it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<JsonV1Run>,
    #[serde(flatten)]
    head: &'a EvidenceHead,
    /// Controls, by framework and id.
    controls: &'a [Control],
    /// Pools, in the order of account, region and id.
    pools: &'a [PoolEvidence],
    /// What was not read.
    not_checked: &'a [NotChecked],
}

/// Feedback for recorded events. Absent fields mean "there is none"; no field is ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward feedback, version 1")]
struct JsonV1Feedback<'a> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// What wrote it.
    tool: JsonV1Tool,
    /// The exit code of the process: 0 given or already there, 3 cancelled or a dry run, 4 something failed, 5 refused.
    exit_code: u8,
    #[serde(flatten)]
    feedback: &'a FeedbackSection,
    /// What was not read.
    not_checked: &'a [NotChecked],
}
