//! Differences in the frozen form of `json`.

use crate::difference::Difference;
use crate::model::effective::{AddressChange, CellChange, Movement};

use super::json_detail::detail;
use super::json_types::{JsonV1AddressDifference, JsonV1CellDifference, JsonV1Difference};

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

fn addresses(change: &AddressChange) -> JsonV1AddressDifference {
    JsonV1AddressDifference {
        scope: (&change.scope).into(),
        list: change.list.as_str().to_owned(),
        ranges: change.ranges.iter().map(ToString::to_string).collect(),
        only_live: change.movement == Movement::Shrank,
        live_is: change.direction.reversed().into(),
    }
}
