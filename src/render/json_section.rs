//! `json` of a section: the frozen forms of `schemas/gate.json`, version 1. What they hold is what the report holds.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::report::{PoolGate, Report, Section};

use super::escape;
use super::json::tool;
use super::json_types::{JsonV1NotChecked, JsonV1Tool};

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
