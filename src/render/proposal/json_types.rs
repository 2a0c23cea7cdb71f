//! The frozen types of a proposal in `json`, version 1. Fields may be added; none is renamed, removed or given another
//! meaning without a new version.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::render::json_types::{JsonV1NotChecked, JsonV1Tool};

/// What an apply or a rollback would do, and what became of it. Absent fields mean "there is none".
#[derive(Serialize, JsonSchema)]
#[schemars(title = "cogward apply, version 1")]
pub struct JsonV1Proposal {
    /// Version of this form: always 1.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// What wrote it.
    pub tool: JsonV1Tool,
    /// The command: `apply`, `rollback` or `audit`.
    pub command: String,
    /// The exit code of the process: 0 done or nothing to do, 3 not carried out, 4 something failed or could not
    /// be read, 5 refused.
    pub exit_code: u8,
    /// SHA-256 of the plan, in hexadecimal.
    pub digest: String,
    /// How far the run went: `dry-run`, `declined`, `carried-out`.
    pub ending: String,
    /// Numbers.
    pub counts: JsonV1Counts,
    /// Pools that would change, by account, region and id.
    pub pools: Vec<JsonV1PoolProposal>,
    /// Names and ids of pools that are already up to date.
    pub unchanged: Vec<String>,
    /// What keeps the plan from being carried out.
    pub refused: Vec<JsonV1Refused>,
    /// The line for a shell that lets through all that an option lets through; absent where nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_all: Option<String>,
    /// What could not be read.
    pub not_checked: Vec<JsonV1NotChecked>,
    /// What became of it; absent where nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<JsonV1ApplyOutcome>,
}

/// Numbers.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Counts {
    /// Pools that would change.
    pub pools: usize,
    /// Changes.
    pub changes: usize,
    /// Changes that strengthen protection.
    pub stronger: usize,
    /// Changes that protect neither more nor less.
    pub neutral: usize,
    /// Changes with undefined effect.
    pub undefined: usize,
    /// Changes that weaken protection.
    pub weaker: usize,
    /// Calls.
    pub calls: usize,
}

/// What would be done to one pool.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PoolProposal {
    /// Pool id.
    pub id: String,
    /// Pool name.
    pub name: String,
    /// Account id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Name of the policy, or of the journal; the reason of an audit.
    pub policy: String,
    /// Changes, where the pool is weakest first.
    pub changes: Vec<JsonV1PlannedChange>,
    /// Calls, in order.
    pub calls: Vec<JsonV1Call>,
    /// What happens to requests otherwise than before, for people.
    pub effects: Vec<String>,
    /// About how many users the pool has, by AWS's estimate; absent where that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<u64>,
    /// What newly blocks or challenges users, though the pool is enforced already.
    pub blocks: Vec<JsonV1Block>,
    /// What it costs, for people.
    pub costs: Vec<String>,
    /// Whole objects that are sent back.
    pub carried: Vec<JsonV1Carried>,
    /// JSON pointers of what is all that is wanted; empty where everything is.
    pub only: Vec<String>,
    /// JSON pointers of changes that were left out.
    pub excluded: Vec<String>,
    /// Audit gates that the plan goes through.
    pub gates: Vec<JsonV1Gate>,
    /// What rules find in the policy.
    pub findings: Vec<JsonV1PolicyFinding>,
    /// What else is to be known, for people.
    pub notes: Vec<String>,
}

/// One change.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PlannedChange {
    /// JSON pointer of the leaf in the policy's terms.
    pub at: String,
    /// What the pool has; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What it will have; absent for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
    /// What the change does to protection: `weaker`, `undefined`, `neutral` or `stronger`.
    pub direction: String,
}

/// One call.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Call {
    /// The API operation.
    pub operation: String,
    /// Id of the client that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What it sets, in the API's words.
    pub sets: Value,
    /// JSON pointers of the changes that it makes.
    pub makes: Vec<String>,
}

/// A whole object that is sent back with only the managed members changed.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Carried {
    /// The API operation.
    pub operation: String,
    /// Id of the client that it is; absent for the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Members that are sent as they were.
    pub members: Vec<String>,
    /// Those of them that this version does not know.
    pub unknown: Vec<String>,
    /// Places that are not sent.
    pub left_out: Vec<JsonV1LeftOut>,
}

/// A place that is not sent back; Cognito keeps it.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1LeftOut {
    /// JSON pointer in the service's description.
    pub at: String,
    /// Why, for people.
    pub why: String,
}

/// A step to ENFORCED.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Gate {
    /// `standard` or `custom`.
    pub auth: String,
    /// What is shown, for people.
    pub words: String,
    /// Whether it is met.
    pub met: bool,
    /// Why it does not count, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<String>,
}

/// Requests that are answered more strictly from then on.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Block {
    /// Which, for people.
    pub what: String,
    /// What happens to them today, for people.
    pub from: String,
    /// What will happen to them, for people.
    pub to: String,
    /// Keys of the clients by which users are kept out.
    pub clients: Vec<String>,
}

/// What a rule finds in the policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PolicyFinding {
    /// The rule's id.
    pub rule: String,
    /// `error`, `warning` or `note`. An error is applied only if somebody allowed it.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// File, line and column.
    pub place: String,
    /// JSON pointer into the policy, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why an error does not count, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
}

/// A refusal.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Refused {
    /// The guard, such as `weakening-not-named`.
    pub guard: String,
    /// Pool id; absent for the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// What is refused and why, for people.
    pub message: String,
    /// What to do, for people.
    pub next: String,
    /// Option and value that let it through; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<Vec<String>>,
}

/// What became of a plan.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ApplyOutcome {
    /// The journal's file.
    pub journal: String,
    /// The line for a shell that undoes what was applied, with the options that it will need; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Whether somebody ended the run early.
    pub stopped: bool,
    /// Why no more calls were made in any pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Pools, in the order of the plan.
    pub pools: Vec<JsonV1PoolOutcome>,
}

/// What became of one pool.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1PoolOutcome {
    /// Pool id.
    pub id: String,
    /// Changes.
    pub changes: Vec<JsonV1ChangeOutcome>,
    /// Calls.
    pub calls: Vec<JsonV1CallOutcome>,
    /// What went wrong beside calls, for people.
    pub trouble: Vec<String>,
    /// Whether the pool was read again and is up to date; absent where that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_as_wanted: Option<bool>,
}

/// What became of one change.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ChangeOutcome {
    /// JSON pointer of the leaf.
    pub at: String,
    /// `applied`, `not-taken`, `failed` or `not-tried`.
    pub state: String,
}

/// What became of one call.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CallOutcome {
    /// The API operation.
    pub operation: String,
    /// Id of the client that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// `done`, `already`, `failed`, `unknown`, `moved` or `not-tried`.
    pub ended: String,
    /// The service's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What there is to say of it, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
