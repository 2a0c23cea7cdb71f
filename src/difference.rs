//! A difference between a policy and a pool, as reports show it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::effective::{AddressChange, CellChange, Direction};
use crate::pointer::Pointer;

crate::ident::spelled!(Cause);

/// How two values are best shown side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Shape")]
pub enum Shape {
    /// As they are.
    Value,
    /// A set: what is only on one side.
    Set,
    /// A text of many lines: line by line.
    Text,
}

/// Which side of a difference moved since both were known to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Cause")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Cause {
    /// The pool was changed.
    Drift,
    /// The policy was changed, and is not applied yet.
    Pending,
    /// Both were.
    Conflict,
    /// Nothing is recorded of it.
    Differs,
}

impl Cause {
    /// All of them, what needs attention first.
    pub const ALL: [Self; 4] = [Self::Drift, Self::Conflict, Self::Pending, Self::Differs];

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Drift => "drift: the pool was changed",
            Self::Pending => "pending: the policy was changed and is not applied",
            Self::Conflict => "conflict: pool and policy were both changed",
            Self::Differs => "not recorded: the ledger has no record of it",
        }
    }
}

/// One thing that is not in a pool as a policy asks. Values are in the policy language's words; of an alarm
/// that exists only the members that differ. All texts are hostile.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// Pool id.
    pub pool: String,
    /// Pool name.
    pub pool_name: String,
    /// Key of the client in the policy; absent for the pool itself.
    pub client: Option<String>,
    /// JSON pointer of the leaf in the policy's terms.
    #[schemars(with = "String")]
    pub pointer: Pointer,
    /// How to show it.
    pub shape: Shape,
    /// What the pool has, in the policy language's words; absent for nothing. Sets are ordered.
    pub live: Option<Value>,
    /// What the policy asks for; absent for nothing.
    pub policy: Option<Value>,
    /// How the pool compares with the policy because of it.
    pub live_is: Direction,
    /// Cells of the effective table that differ because of it: `before` is live, `after` as the policy asks.
    #[serde(skip)]
    pub cells: Vec<CellChange>,
    /// Address sets that differ because of it, from live to the policy.
    #[serde(skip)]
    pub addresses: Vec<AddressChange>,
    /// Which side changed since policy and pool last agreed; absent where that was not asked.
    pub cause: Option<Cause>,
}

impl Difference {
    /// A value in one line: a word as it is, anything else as JSON, nothing as `nothing`.
    pub fn words(value: Option<&Value>) -> String {
        match value {
            None => "nothing".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Object(map)) => {
                let entries: Vec<_> = map
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", Self::words(Some(value))))
                    .collect();
                entries.join(", ")
            }
            Some(Value::Array(list)) if list.is_empty() => "none".to_owned(),
            Some(Value::Array(list)) => {
                let entries: Vec<_> = list.iter().map(|value| Self::words(Some(value))).collect();
                entries.join(", ")
            }
            Some(other) => other.to_string(),
        }
    }

    /// Whether a value holds mappings within a mapping: too much for one line.
    pub fn has_sections(value: &Value) -> bool {
        value
            .as_object()
            .is_some_and(|map| map.values().any(Value::is_object))
    }

    /// What is live only, and what is only in the policy, of a set.
    pub fn only(&self) -> (Vec<String>, Vec<String>) {
        let list = |value: &Option<Value>| match value {
            Some(Value::Array(list)) => list.iter().map(|item| Self::words(Some(item))).collect(),
            _ => Vec::new(),
        };
        let (live, policy): (Vec<_>, Vec<_>) = (list(&self.live), list(&self.policy));
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these
                .iter()
                .filter(|item| !those.contains(item))
                .cloned()
                .collect()
        };
        (only(&live, &policy), only(&policy, &live))
    }
}
