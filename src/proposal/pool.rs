//! What would be done to one pool. The types are those of `schemas/apply.json`, version 1: fields may be added, and none is
//! renamed, removed or given another meaning. All texts are hostile.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::difference::Difference;
use crate::finding::Severity;
use crate::model::effective::{AddressChange, CellChange, Direction};
use crate::pointer::Pointer;
use crate::text;

/// What would be done to one pool.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct PoolProposal {
    /// Pool id.
    pub id: String,
    /// Pool name.
    pub name: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Name of the policy, or of the journal; the reason of an audit.
    pub policy: String,
    /// Changes, where the pool is weakest first.
    #[schemars(with = "Vec<JsonV1PlannedChange<'static>>")]
    pub changes: Vec<Planned>,
    /// Calls, in order.
    pub calls: Vec<CallShown>,
    /// Cells of the effective table that change by all of it together.
    #[serde(skip)]
    pub cells: Vec<CellChange>,
    /// Address sets that change.
    #[serde(skip)]
    pub addresses: Vec<AddressChange>,
    /// About how many users the pool has, by AWS's estimate; absent where that is unknown.
    pub users: Option<u64>,
    /// What newly blocks or challenges users who sign in today.
    pub blocks: Vec<Block>,
    /// What it costs, for people.
    pub costs: Vec<String>,
    /// Whole objects that are sent back.
    pub carried: Vec<Carried>,
    /// JSON pointers of what is all that is wanted; empty where everything is.
    #[schemars(with = "Vec<String>")]
    pub only: Vec<Pointer>,
    /// JSON pointers of changes that were left out.
    #[schemars(with = "Vec<String>")]
    pub excluded: Vec<Pointer>,
    /// Audit gates that the plan goes through.
    pub gates: Vec<Gate>,
    /// What rules find in the policy.
    pub findings: Vec<PolicyFinding>,
    /// What else is to be known, for people.
    pub notes: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What differs, from live to wanted.
    pub difference: Difference,
    /// What the change does to protection.
    pub direction: Direction,
    /// Whether it is made only if somebody names it.
    pub must_be_named: bool,
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let change = JsonV1PlannedChange {
            at: self.difference.pointer.as_str(),
            from: self.difference.live.as_ref(),
            to: self.difference.policy.as_ref(),
            direction: self.direction.as_str(),
        };
        change.serialize(serializer)
    }
}

/// One change.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
struct JsonV1PlannedChange<'a> {
    /// JSON pointer of the leaf in the policy's terms.
    at: &'a str,
    /// What the pool has; absent for nothing.
    from: Option<&'a Value>,
    /// What it will have; absent for nothing.
    to: Option<&'a Value>,
    /// What the change does to protection: `weaker`, `undefined`, `neutral` or `stronger`.
    direction: &'a str,
}

/// Sign-ins that are answered more strictly from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Block")]
pub struct Block {
    /// Which, for people: `sign-in at low risk`, `requests from 203.0.113.0/24`, or `sign-in by ALLOW_USER_SRP_AUTH`.
    pub what: String,
    /// What happens to them today, for people.
    pub from: String,
    /// What will happen to them, for people.
    pub to: String,
    /// Keys of the clients by which users are kept out.
    pub clients: Vec<String>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Call")]
pub struct CallShown {
    /// The API operation.
    pub operation: &'static str,
    /// Id of the client that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What it sets, in the API's words.
    pub sets: Value,
    /// JSON pointers of the changes that it makes.
    #[schemars(with = "Vec<String>")]
    pub makes: Vec<Pointer>,
}

/// A whole object that is sent back with only the managed members changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Carried")]
pub struct Carried {
    /// The API operation.
    pub operation: &'static str,
    /// Id of the client that it is; absent for the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Members that are sent as they were.
    pub members: Vec<String>,
    /// Those of them that this version does not know.
    pub unknown: Vec<String>,
    /// Places that are not sent.
    pub left_out: Vec<NotSent>,
}

/// A place that is not sent back; Cognito keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1LeftOut")]
pub struct NotSent {
    /// JSON pointer in the service's description.
    #[schemars(with = "String")]
    pub at: Pointer,
    /// Why, for people.
    pub why: &'static str,
}

/// What a rule finds in the policy.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PolicyFinding")]
pub struct PolicyFinding {
    /// The rule's id.
    pub rule: String,
    /// `error`, `warning` or `note`. An error is applied only if somebody allowed it.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// File, line and column.
    pub place: String,
    /// JSON pointer into the policy, where there is one.
    #[schemars(with = "Option<String>")]
    pub at: Option<Pointer>,
    /// Why an error does not count, where somebody said so.
    pub allowed: Option<String>,
}

/// A step to ENFORCED.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Gate")]
pub struct Gate {
    /// `standard` or `custom`.
    pub auth: &'static str,
    /// What is shown, for people.
    pub words: String,
    /// Whether it is met.
    pub met: bool,
    /// Why it does not count, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<String>,
}

impl PoolProposal {
    /// Name and id, for people. Hostile text.
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            self.id.clone()
        } else {
            format!("{} ({})", self.name, self.id)
        }
    }
}

/// `the pool has about 12,345 users (AWS's estimate)`.
pub fn pool_users(users: Option<u64>) -> String {
    match users {
        Some(users) => format!("the pool has about {} (AWS's estimate)", text::users(users)),
        None => "how many users the pool has is unknown".to_owned(),
    }
}
