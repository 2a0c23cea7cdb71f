//! The frozen types of a difference in `json`, version 1.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::difference::Difference;
use crate::model::effective::{AddressChange, Cell, CellChange, Movement};

use super::json_types::JsonV1Scope;
use super::json_words::{
    JsonV1Cause, JsonV1Direction, JsonV1Event, JsonV1Flow, JsonV1Outcome, JsonV1Reason, JsonV1Shape,
    JsonV1Signal,
};

/// One thing that is not in a pool as a policy asks.
#[derive(Serialize, Deserialize, JsonSchema)]
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
#[derive(Serialize, Deserialize, JsonSchema)]
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

/// What a cell of the effective table says beside its outcome.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct JsonV1CellDetail {
    /// With `only-audited`: what full function would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<JsonV1Outcome>,
    /// Whether the user is told by e-mail.
    pub notifies: bool,
    /// Why.
    pub reason: JsonV1Reason,
}

/// An address set that is not as under the policy.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct JsonV1AddressDifference {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Addresses, the fewest ranges.
    pub ranges: Vec<String>,
    /// Whether they are only live (`true`) or only in the policy (`false`).
    pub only_live: bool,
    /// How the pool compares here.
    pub live_is: JsonV1Direction,
}

impl JsonV1Difference {
    /// The frozen form.
    pub(super) fn of(difference: &Difference) -> Self {
        Self {
            pool: difference.pool.clone(),
            pool_name: difference.pool_name.clone(),
            client: difference.client.clone(),
            pointer: difference.pointer.to_string(),
            shape: difference.shape.into(),
            live: difference.live.clone(),
            policy: difference.policy.clone(),
            live_is: difference.live_is.into(),
            cells: difference.cells.iter().map(cell).collect(),
            addresses: difference.addresses.iter().map(addresses).collect(),
            cause: difference.cause.map(Into::into),
        }
    }
}

fn cell(change: &CellChange) -> JsonV1CellDifference {
    JsonV1CellDifference {
        scope: (&change.scope).into(),
        flow: change.flow.into(),
        event: change.event.into(),
        signal: change.signal.into(),
        live: change.before.outcome.into(),
        policy: change.after.outcome.into(),
        live_is: change.direction.reversed().into(),
        live_detail: detail(change.before),
        policy_detail: detail(change.after),
    }
}

fn detail(cell: Cell) -> JsonV1CellDetail {
    JsonV1CellDetail {
        would: cell.would.map(Into::into),
        notifies: cell.notifies,
        reason: cell.reason.into(),
    }
}

fn addresses(change: &AddressChange) -> JsonV1AddressDifference {
    JsonV1AddressDifference {
        scope: (&change.scope).into(),
        list: change.list.as_str().to_owned(),
        ranges: change.ranges.iter().map(ToString::to_string).collect(),
        only_live: change.movement == Movement::Shrank,
        live_is: change.direction.reversed().into(),
    }
}
