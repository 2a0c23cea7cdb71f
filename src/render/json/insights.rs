//! `json` of answers: the frozen form of `schemas/insights.json`, version 1.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::finding::NotChecked;
use crate::insights::{InsightAnswer, InsightReport, MeasureValue, RecordKind};

use crate::render::json::run::JsonV1Run;
use crate::render::json::tool;
use crate::render::json::types::JsonV1Tool;
use crate::render::{RenderOptions, escape, head};

/// Answers to questions about recorded events. Absent fields mean "not known"; no field is ever null.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward insights, version 1")]
pub struct JsonV1Insights {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote it.
    pub tool: JsonV1Tool,
    /// The exit code of the process: 0 everything was read, 2 invalid input or nothing to ask, 4 something could not be read.
    pub exit_code: u8,
    /// When the report was made, and of which files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<JsonV1Run>,
    /// Auth events that were read, each once.
    pub events: u64,
    /// `CloudTrail` records of Cognito that were read, each once.
    pub trail: u64,
    /// Values that could not be read.
    pub broken: u64,
    /// How records were read, for people.
    pub reading: Vec<String>,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
    /// Names of clients by their ids, as far as --from and --policy say them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clients: BTreeMap<String, String>,
    /// Answers, by question.
    pub answers: Vec<JsonV1InsightAnswer>,
}

/// A question's answer.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1InsightAnswer {
    /// The question's id.
    pub question: String,
    /// What is asked.
    pub title: String,
    /// What is counted: `events` or `trail`.
    pub of: RecordKind,
    /// Whether there was any record to count; without one there is no answer, which is not an answer of 0.
    pub answered: bool,
    /// Records that count.
    pub matched: u64,
    /// Records of which it is unknown whether they count.
    pub undecided: u64,
    /// Rows, in order.
    pub rows: Vec<JsonV1AnswerRow>,
    /// Rows beyond the question's limit.
    pub more_rows: u64,
    /// Records in these.
    pub more_events: u64,
    /// Records in rows that could not be held.
    pub beyond: u64,
}

/// A row.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1AnswerRow {
    /// Values by member; one that is absent is unknown.
    pub group: BTreeMap<&'static str, String>,
    /// Numbers by measure; one that is absent is unknown.
    pub numbers: BTreeMap<&'static str, u64>,
    /// Risks (`none`, `low`, `medium`, `high`) by measure; one that is absent is unknown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub risks: BTreeMap<&'static str, &'static str>,
    /// Measures of which there may be more, because some records do not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at_least: Vec<&'static str>,
}

/// The schema of the form.
pub fn schema() -> Value {
    crate::schema::of::<JsonV1Insights>("insights")
}

/// Writes the answers.
pub(in crate::render) fn render(
    report: &InsightReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = JsonV1Insights {
        version: 1,
        tool: tool(report.version),
        exit_code: report.exit_code,
        run: JsonV1Run::of(&options.head, head::named(&options.head)),
        events: report.events,
        trail: report.trail,
        broken: report.broken,
        reading: report.reading.clone(),
        not_checked: report.not_checked.clone(),
        clients: report.clients.clone(),
        answers: report.answers.iter().map(answer).collect(),
    };
    escape::write_json(&document, out)
}

fn answer(answer: &InsightAnswer) -> JsonV1InsightAnswer {
    JsonV1InsightAnswer {
        question: answer.question.id.clone(),
        title: answer.question.title.clone(),
        of: answer.question.of,
        answered: answer.records > 0,
        matched: answer.matched,
        undecided: answer.undecided,
        rows: (0..answer.rows.len()).filter_map(|at| row(answer, at)).collect(),
        more_rows: answer.more_rows,
        more_events: answer.more_events,
        beyond: answer.beyond,
    }
}

fn row(answer: &InsightAnswer, at: usize) -> Option<JsonV1AnswerRow> {
    let row = answer.rows.get(at)?;
    let members = answer.question.group.iter().zip(&row.group);
    let group = members
        .filter_map(|(member, value)| Some((member.as_str(), value.clone()?)))
        .collect();
    let mut shown = JsonV1AnswerRow {
        group,
        numbers: BTreeMap::new(),
        risks: BTreeMap::new(),
        at_least: Vec::new(),
    };
    for (measure, value) in answer.question.measures.iter().zip(&row.values) {
        match value {
            MeasureValue::Unknown => {}
            MeasureValue::Count { number, at_least } => {
                shown.numbers.insert(measure.as_str(), *number);
                shown.at_least.extend(at_least.then_some(measure.as_str()));
            }
            MeasureValue::Risk(risk) => {
                shown.risks.insert(measure.as_str(), risk);
            }
        }
    }
    Some(shown)
}
