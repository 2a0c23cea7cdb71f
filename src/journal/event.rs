//! The journal's lines. Frozen as version 1.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One line of a journal of `cogward`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[schemars(title = "cogward journal, one line")]
pub enum JournalEvent {
    /// The first line: who, when, what for.
    Run(Run),
    /// A call is about to be made.
    Begin(Begin),
    /// A call has ended.
    End(End),
    /// The last line: the run has ended, and every call in it.
    Close(Close),
}

/// Who changes what, and why it was allowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// When it began.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Version of the program.
    pub tool_version: String,
    /// What was run: `apply`, `rollback`, `audit`, `feedback`.
    pub command: String,
    /// SHA-256 of the plan, in hexadecimal.
    pub plan_digest: String,
    /// Whose credentials are used, one for each account.
    pub who: Vec<Who>,
    /// Addresses that were asked in place of AWS's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<String>,
    /// What guards were given.
    #[serde(default, skip_serializing_if = "Reasons::is_empty")]
    pub reasons: Reasons,
    /// What the audit gate said of each step to ENFORCED.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<JournaledGate>,
}

/// A step to ENFORCED, and the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JournaledGate {
    /// Pool id.
    pub pool: String,
    /// `standard` or `custom`.
    pub auth: String,
    /// What is shown, and by what, for people.
    pub shown: String,
    /// Whether that is enough.
    pub met: bool,
}

/// A caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// Account id.
    pub account: String,
    /// ARN of the user or session, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

/// What was given on the command line: to guards, and to choose among changes.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    /// Why a pool was put into AUDIT.
    pub audit: Option<String>,
    /// Why a mode is enforced although its gate is not met.
    pub override_gate: Option<String>,
    /// Changes that may weaken, as JSON pointers into the policy; also those of a rollback that were agreed to by typing
    /// the pool's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_weaken: Vec<String>,
    /// Changes that may block or challenge more users, as JSON pointers into the policy; also those that were agreed to
    /// by typing the pool's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_block: Vec<String>,
    /// Why errors of rules do not count, by rule id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub allow_finding: BTreeMap<String, String>,
    /// The places that were all that was wanted, as JSON pointers into the policy; absent where everything was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// Changes that were left out, as JSON pointers into the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

impl Reasons {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A call that is about to be made.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// Number of the call in the run, from 1.
    pub call: u32,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The API operation.
    pub operation: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: String,
    /// Pool id.
    pub pool: String,
    /// Client id, where it is about one.
    pub client: Option<String>,
    /// JSON pointers of the changes that it makes, in the policy's terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub makes: Vec<String>,
    /// What is there, as the API has it: what a rollback puts back. Null for nothing.
    pub before: Value,
    /// What is sent, or the part of it that differs.
    pub after: Value,
}

/// A call that has ended.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Number of the call.
    pub call: u32,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The service's error code.
    pub code: Option<String>,
    /// The error in words, and what AWS added to the object although nobody sent it.
    pub detail: Option<String>,
    /// What of the object is gone or different when it is read again, beside what the call was to change, as it was before:
    /// AWS dropped it, or somebody else changed it. A rollback names it, and does not put it back.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub beside: Value,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The service confirmed it.
    Done,
    /// It failed, and reading again showed no change, or it was not sent.
    Refused,
    /// It is unknown whether it changed something.
    Unknown,
}

/// The run has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: Timestamp,
    /// Whether all calls of the plan were made and confirmed, and changed nothing beside what they were to change.
    pub complete: bool,
    /// Calls of the plan that were not tried.
    pub not_tried: u32,
}

/// The schema of a line (`schemas/journal.json`).
pub fn schema() -> Value {
    crate::schema::of::<JournalEvent>("journal")
}
