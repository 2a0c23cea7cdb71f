//! The frozen types of `json`, version 1. Fields may be added; none is renamed, removed or given
//! another meaning without a new version. Nothing here is shared with the engines' own types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::json_detail::JsonV1CellDetail;
use super::json_review::{JsonV1Review, JsonV1ReviewChange};
use super::json_run::JsonV1Run;
use super::json_words::{
    JsonV1Cause, JsonV1Direction, JsonV1Event, JsonV1Flow, JsonV1Outcome, JsonV1Reason, JsonV1Scope,
    JsonV1Severity, JsonV1Shape, JsonV1Signal,
};

/// A report of cogward. Absent fields mean "there is none"; no field is ever null, except `value`
/// of an edit, which holds any JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward report, version 1")]
pub struct JsonV1Report {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote the report.
    pub tool: JsonV1Tool,
    /// What the report is filed by; absent where nothing is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<JsonV1Run>,
    /// The command, such as `lint`.
    pub command: String,
    /// The exit code of the process: 0 clean, 1 findings, 2 invalid input, 3 differences, 4 something could
    /// not be read.
    pub exit_code: u8,
    /// Counts.
    pub summary: JsonV1Summary,
    /// Findings by file, position and rule; suppressed ones included.
    pub findings: Vec<JsonV1Finding>,
    /// Every rule that ran or has a finding, by id.
    pub rules: Vec<JsonV1Rule>,
    /// Effective protection of each policy.
    pub pools: Vec<JsonV1Pool>,
    /// What the policies change from a base commit; absent where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<JsonV1Review>,
    /// What a plan, or new templates, change in each pool; absent where nothing says what was before.
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Summary {
    /// Files read.
    pub files: usize,
    /// Policies checked.
    pub policies: usize,
    /// Pools that were seen; absent where none were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pools: Option<usize>,
    /// Differences between policies and pools; only of `diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<JsonV1Differences>,
    /// Rules that ran.
    pub rules: usize,
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
    pub not_checked: Vec<JsonV1NotChecked>,
}

/// Something that was not read.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1NotChecked {
    /// A rule, a file or a policy.
    pub what: String,
    /// Why, for people.
    pub why: String,
    /// Whether it should have been read and could not be.
    pub failed: bool,
}

/// Differences by how the pools compare with the policies.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Differences {
    /// Live is weaker; pools and clients that are gone included.
    pub weaker: usize,
    /// Undefined.
    pub undefined: usize,
    /// Makes no difference to protection.
    pub neutral: usize,
    /// Live is stronger.
    pub stronger: usize,
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
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Finding {
    /// The rule's id.
    pub rule: String,
    /// Severity after overrides.
    pub severity: JsonV1Severity,
    /// What is wrong, plain text.
    pub message: String,
    /// Where.
    pub location: JsonV1Location,
    /// Words for the marked text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Places that explain it.
    pub related: Vec<JsonV1Related>,
    /// What to do, plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// A safe fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<JsonV1Fix>,
    /// Name of the policy it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Why it does not count; absent when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<JsonV1Suppression>,
    /// Whether the tool could not do its work because of this.
    pub input_fault: bool,
    /// What is not in the pool as the policy asks; only of `diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<JsonV1Difference>,
    /// Stays the same when lines move or other parts change; the same as in SARIF.
    pub fingerprint: String,
}

/// A place in a text, or in a live pool.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Location {
    /// The file, relative to where the tool was started, or the name of a built-in text; absent in a live pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Id of the live pool in which `pointer` stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// Whether the text ships inside the program.
    pub builtin: bool,
    /// First character; absent, as `end`, in a live pool and for a file that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<JsonV1Position>,
    /// One past the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<JsonV1Position>,
    /// JSON pointer of the place in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

/// A position between characters.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Position {
    /// Bytes of UTF-8 from the start of the file, from 0, a byte order mark included.
    pub offset: usize,
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

/// Why a finding does not count.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum JsonV1Suppression {
    /// A waiver in the policy.
    Waiver {
        /// Its reason.
        reason: String,
        /// Its last day, ISO 8601.
        until: String,
    },
    /// A comment in the file.
    Ignore {
        /// Its reason; may be empty.
        reason: String,
    },
    /// The baseline file.
    Baseline,
}

/// What a rule says of itself.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Rule {
    /// The id.
    pub id: String,
    /// Severity before overrides.
    pub severity: JsonV1Severity,
    /// The fault in a few words.
    pub summary: String,
    /// Why it matters. Markdown.
    pub rationale: String,
    /// What to do. Markdown.
    pub remediation: String,
    /// Further reading.
    pub references: Vec<JsonV1Reference>,
    /// Framework to control ids.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Whether it ships inside the program.
    pub builtin: bool,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
}

/// Further reading.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Reference {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
}

/// What really happens under one policy or in one pool.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Pool {
    /// Name of the policy or pool.
    pub title: String,
    /// The file it comes from; absent for live pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The table.
    pub rows: Vec<JsonV1Row>,
}

/// One row of the table: what happens to an event of a flow, for each signal.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Row {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// How the user signs in.
    pub flow: JsonV1Flow,
    /// What the request is.
    pub event: JsonV1Event,
    /// One cell per signal, in the order low, medium, high, compromised credentials.
    pub cells: Vec<JsonV1Cell>,
}

/// One cell of the table.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Cell {
    /// What threat protection sees.
    pub signal: JsonV1Signal,
    /// What happens.
    pub outcome: JsonV1Outcome,
    /// With `only-audited`: what full function would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<JsonV1Outcome>,
    /// Whether the user is notified by email.
    pub notifies: bool,
    /// Why, as an identifier.
    pub reason: JsonV1Reason,
    /// Why, for people.
    pub why: String,
}

/// One thing that is not in a pool as a policy asks.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Difference {
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: String,
    /// Key of the client in the policy; absent for the pool itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// JSON pointer of the leaf in the policy's terms.
    pub pointer: String,
    /// How to show it.
    pub shape: JsonV1Shape,
    /// What the pool has, in the policy language's words; absent for nothing. Sets are ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Value>,
    /// What the policy asks for; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// How the pool compares with the policy because of it.
    pub live_is: JsonV1Direction,
    /// What happens otherwise than under the policy.
    pub cells: Vec<JsonV1CellDifference>,
    /// Addresses that are treated otherwise.
    pub addresses: Vec<JsonV1AddressDifference>,
    /// Which side changed since policy and pool last agreed; absent where that was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<JsonV1Cause>,
}

/// A cell of the effective table that is not as under the policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellDifference {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// How the user signs in.
    pub flow: JsonV1Flow,
    /// What the request is.
    pub event: JsonV1Event,
    /// What threat protection sees.
    pub signal: JsonV1Signal,
    /// What happens.
    pub live: JsonV1Outcome,
    /// What would happen under the policy.
    pub policy: JsonV1Outcome,
    /// How the pool compares here.
    pub live_is: JsonV1Direction,
    /// More of what happens.
    pub live_detail: JsonV1CellDetail,
    /// More of what would happen under the policy.
    pub policy_detail: JsonV1CellDetail,
}

/// An address set that is not as under the policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1AddressDifference {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Addresses, the fewest ranges.
    pub ranges: Vec<String>,
    /// Whether they are live only (`true`) or only in the policy (`false`).
    pub only_live: bool,
    /// How the pool compares here.
    pub live_is: JsonV1Direction,
}
