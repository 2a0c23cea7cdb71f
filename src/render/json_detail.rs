//! One cell of the effective table in the frozen form of `json`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::effective::Cell;

use super::json_words::{JsonV1Outcome, JsonV1Reason};

/// What a cell of the effective table says beside its outcome.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellDetail {
    /// With `only-audited`: what full function would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<JsonV1Outcome>,
    /// Whether the user is notified by email.
    pub notifies: bool,
    /// Why.
    pub reason: JsonV1Reason,
    /// Where AWS does not say whether it covers the flow: what happens if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_covered: Option<JsonV1Covered>,
}

/// What happens to a request of a flow of which AWS does not say whether it is covered, if it is.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Covered {
    /// What happens.
    pub outcome: JsonV1Outcome,
    /// Whether the user is notified by email.
    pub notifies: bool,
    /// Why.
    pub reason: JsonV1Reason,
}

/// What a cell says beside its outcome.
pub(super) fn detail(cell: Cell) -> JsonV1CellDetail {
    JsonV1CellDetail {
        would: cell.would.map(Into::into),
        notifies: cell.notifies,
        reason: cell.reason.into(),
        if_covered: cell.if_covered.map(|covered| JsonV1Covered {
            outcome: covered.outcome.into(),
            notifies: covered.notifies,
            reason: covered.reason.into(),
        }),
    }
}
