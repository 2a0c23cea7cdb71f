//! Differences in the frozen form of `json`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::difference::Difference;
use crate::model::effective::{
    AddressChange, Cell, CellChange, CellOutcome, Covered, Direction, Event, Flow, Movement, Notified,
    Reason, Scope, Signal,
};

/// One thing that is not in a pool as a policy asks.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Difference<'a> {
    #[serde(flatten)]
    pub difference: &'a Difference,
    /// What happens otherwise than under the policy.
    pub cells: Vec<JsonV1CellDifference>,
    /// Addresses that are treated otherwise.
    pub addresses: Vec<JsonV1AddressDifference>,
}

/// A cell of the effective table that is not as under the policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellDifference {
    /// For which clients it holds.
    pub scope: Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    /// What threat protection sees.
    pub signal: Signal,
    /// What happens.
    pub live: CellOutcome,
    /// What would happen under the policy.
    pub policy: CellOutcome,
    /// How the pool compares here.
    pub live_is: Direction,
    /// More of what happens.
    pub live_detail: JsonV1CellDetail,
    /// More of what would happen under the policy.
    pub policy_detail: JsonV1CellDetail,
}

/// An address set that is not as under the policy.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1AddressDifference {
    /// For which clients it holds.
    pub scope: Scope,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Addresses, the fewest ranges.
    pub ranges: Vec<String>,
    /// Whether they are live only (`true`) or only in the policy (`false`).
    pub only_live: bool,
    /// How the pool compares here.
    pub live_is: Direction,
}

/// What a cell of the effective table says beside its outcome.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellDetail {
    /// With `only-audited`: what full function would have done.
    pub would: Option<CellOutcome>,
    /// Whether the user is notified by email; `false` where that is unconfirmed.
    pub notifies: bool,
    /// That it is unconfirmed, because the notification configuration or its template is missing; absent where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub notifies_unconfirmed: bool,
    /// Why.
    pub reason: Reason,
    /// Where AWS does not say whether it covers the flow: what happens if it does.
    pub if_covered: Option<Covered>,
}

impl From<Cell> for JsonV1CellDetail {
    fn from(cell: Cell) -> Self {
        Self {
            would: cell.would,
            notifies: cell.notifies.is_known(),
            notifies_unconfirmed: cell.notifies == Notified::Unconfirmed,
            reason: cell.reason,
            if_covered: cell.if_covered,
        }
    }
}

impl<'a> JsonV1Difference<'a> {
    /// The frozen form.
    pub(in crate::render) fn of(difference: &'a Difference) -> Self {
        Self {
            difference,
            cells: difference.cells.iter().map(cell).collect(),
            addresses: difference.addresses.iter().map(addresses).collect(),
        }
    }
}

fn cell(change: &CellChange) -> JsonV1CellDifference {
    JsonV1CellDifference {
        scope: change.scope.clone(),
        flow: change.flow,
        event: change.event,
        signal: change.signal,
        live: change.before.outcome,
        policy: change.after.outcome,
        live_is: change.direction.reversed(),
        live_detail: change.before.into(),
        policy_detail: change.after.into(),
    }
}

fn addresses(change: &AddressChange) -> JsonV1AddressDifference {
    JsonV1AddressDifference {
        scope: change.scope.clone(),
        list: change.list.as_str().to_owned(),
        ranges: change.ranges.iter().map(ToString::to_string).collect(),
        only_live: change.movement == Movement::Shrank,
        live_is: change.direction.reversed(),
    }
}
