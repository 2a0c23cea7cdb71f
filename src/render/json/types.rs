//! The frozen types of `json`, version 1. Fields may be added; none is renamed, removed or given
//! another meaning without a new version. Words such as [`Flow`] and small types are the model's own: `schemas/report.json`
//! shows what becomes of them.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::finding::{NotChecked, RuleMeta, Severity, Suppression};
use crate::model::effective::{CellOutcome, Event, Flow, Reason, Scope, Signal};
use crate::model::mode::Mode;
use crate::report::Differences;

use crate::render::json::difference::JsonV1Difference;
use crate::render::json::review::{JsonV1Review, JsonV1ReviewChange};
use crate::render::json::run::JsonV1Run;

// Its long lists are made while they are written: in memory, the tables of a pool are a hundred times as large as what they
// are made of.
/// A report of cogward. Absent fields mean "there is none"; no field is ever null, except `value`
/// of an edit, which holds any JSON.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward report, version 1")]
pub struct JsonV1Report<'a, F, P> {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote the report.
    pub tool: JsonV1Tool,
    /// What the report is filed by; absent where nothing is known of it.
    pub run: Option<JsonV1Run>,
    /// The command, such as `lint`.
    pub command: &'a str,
    /// The exit code of the process: 0 clean, 1 findings, 2 invalid input, 3 differences, 4 something could
    /// not be read.
    pub exit_code: u8,
    /// Counts.
    pub summary: JsonV1Summary,
    /// Findings by file, position and rule; suppressed ones included.
    #[schemars(with = "Vec<JsonV1Finding<'static>>")]
    pub findings: F,
    /// Every rule that ran or has a finding, by id.
    pub rules: Vec<JsonV1Rule<'a>>,
    /// Effective protection of each policy.
    #[schemars(with = "Vec<JsonV1Pool<'static, Vec<JsonV1Row<'static>>>>")]
    pub pools: P,
    /// What the policies change from a base commit; absent where none is named.
    pub review: Option<JsonV1Review>,
    /// What a plan, or new templates, change in each pool; absent where nothing says what was before.
    pub changes: Option<Vec<JsonV1ReviewChange>>,
}

/// The program.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Tool {
    /// Always `cogward`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Counts. Suppressed and hidden findings are not among errors, warnings and notes.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Summary {
    /// Files read.
    pub files: usize,
    /// Policies checked.
    pub policies: usize,
    /// Pools that were seen; absent where none were asked for.
    pub pools: Option<usize>,
    /// Differences between policies and pools; only of `diff`.
    pub differences: Option<JsonV1Differences>,
    /// Rules that ran.
    pub rules: usize,
    /// Rules among them that could not judge some pool, because what they need of it is not known; absent for none.
    pub rules_not_checked: Option<usize>,
    /// Findings of this severity that count.
    pub errors: usize,
    /// Findings of this severity that count.
    pub warnings: usize,
    /// Findings of this severity that count.
    pub notes: usize,
    /// Errors because of which the tool could not do its work.
    pub input_faults: usize,
    /// Findings that are waived, ignored or in the baseline.
    pub suppressed: usize,
    /// Findings below the minimum severity; they are not in `findings`.
    pub hidden: usize,
    /// Findings that `--fix` would correct.
    pub fixable: usize,
    /// What was not read.
    pub not_checked: Vec<NotChecked>,
}

/// Differences by how the pools compare with the policies.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Differences {
    #[serde(flatten)]
    pub all: Differences,
    /// By which side moved; absent where no difference says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causes: Option<JsonV1Causes>,
}

/// Differences by which side moved since pool and policy agreed.
#[derive(Clone, Copy, Serialize, JsonSchema)]
pub struct JsonV1Causes {
    /// The pool was changed.
    pub drift: usize,
    /// The policy was changed, and is not applied yet.
    pub pending: usize,
    /// Both were changed.
    pub conflict: usize,
    /// The ledger has no record of it.
    pub differs: usize,
}

/// One fault.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Finding<'a> {
    /// The rule's id.
    pub rule: String,
    /// Severity after overrides.
    pub severity: Severity,
    /// What is wrong, plain text.
    pub message: String,
    /// Where.
    pub location: JsonV1Location,
    /// Words for the marked text.
    pub label: Option<String>,
    /// Places that explain it.
    pub related: Vec<JsonV1Related>,
    /// What to do, plain text.
    pub help: Option<String>,
    /// A safe fix.
    pub fix: Option<JsonV1Fix>,
    /// Name of the policy it is about.
    pub policy: Option<String>,
    /// Why it does not count; absent when it does.
    pub suppressed: Option<Suppression>,
    /// Whether the tool could not do its work because of this.
    pub input_fault: bool,
    /// What is not in the pool as the policy asks; only of `diff`.
    pub difference: Option<JsonV1Difference<'a>>,
    /// Stays the same when lines move or other parts change; the same as in SARIF.
    pub fingerprint: String,
}

/// A place in a text, or in a live pool.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Location {
    /// The file, relative to where the tool was started, or the name of a built-in text; absent in a live pool.
    pub file: Option<String>,
    /// Id of the live pool in which `pointer` stands.
    pub pool: Option<String>,
    /// Whether the text ships inside the program.
    pub builtin: bool,
    /// First character; absent, as `end`, in a live pool and for a file that could not be read.
    pub start: Option<JsonV1Position>,
    /// One past the last character.
    pub end: Option<JsonV1Position>,
    /// JSON pointer of the place in its document.
    pub pointer: Option<String>,
}

/// A position between characters.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Position {
    /// Bytes of UTF-8 from the start of the file, from 0, a byte order mark included; absent for a file that was not found, or
    /// whose text is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

/// Another place that explains a finding.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Related {
    /// Where.
    pub location: JsonV1Location,
    /// What stands there, plain text.
    pub label: String,
}

/// A fix; all edits or none.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Fix {
    /// What it does.
    pub title: String,
    /// Changes of the finding's document.
    pub edits: Vec<JsonV1Edit>,
}

/// One change.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Edit {
    /// JSON pointer of the entry.
    pub at: String,
    /// Whether the entry is set to `value` or removed.
    pub action: JsonV1EditAction,
    /// The new value, any JSON; only with `set`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// What an edit does.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JsonV1EditAction {
    /// Sets the entry.
    Set,
    /// Removes the entry.
    Remove,
}

/// What a rule says of itself.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Rule<'a> {
    #[serde(flatten)]
    pub meta: &'a RuleMeta,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
}

/// What really happens under one policy or in one pool.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Pool")]
pub struct JsonV1Pool<'a, R> {
    /// Name of the policy or pool.
    pub title: &'a str,
    /// The file it comes from; absent for live pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'a str>,
    /// Whether not all clients of the pool could be read, so that some may be missing; absent where all were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clients_unread: bool,
    /// The modes of the pool; absent for a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modes: Option<JsonV1Modes>,
    /// The table.
    pub rows: R,
}

/// The modes of threat protection of a pool.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Modes {
    /// Of standard authentication; absent where it is not known.
    pub standard: Option<Mode>,
    /// Of custom authentication; absent where it is not known.
    pub custom: Option<Mode>,
}

/// One row of the table: what happens to an event of a flow, for each signal.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Row<'a> {
    /// For which clients it holds.
    pub scope: &'a Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    // As text: see `cells`.
    /// One cell per signal, in the order low, medium, high, compromised credentials.
    #[schemars(with = "Vec<JsonV1Cell>")]
    pub cells: Option<&'a RawValue>,
}

/// One cell of the table.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Cell {
    /// What threat protection sees.
    pub signal: Signal,
    /// What happens.
    pub outcome: CellOutcome,
    /// With `only-audited`: what full function would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<CellOutcome>,
    /// Whether the user is notified by email; `false` where that is unconfirmed.
    pub notifies: bool,
    /// That it is unconfirmed, because the notification configuration or its template is missing; absent where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notifies_unconfirmed: bool,
    /// Why, as an identifier.
    pub reason: Reason,
    /// Why, for people.
    pub why: String,
}
