//! What the policies change from a base, in the frozen form of `json`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::effective::{
    AddressChange, CellChange, CellOutcome, Direction, Event, Flow, Movement, Scope, Signal,
};
use crate::report::{Report, ResolvedFinding, ReviewedPool, SettingChange};

use crate::render::json::difference::JsonV1CellDetail;

/// What the policies change from a base commit.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Review {
    /// The base, as it was named.
    pub base: String,
    /// Id of the commit.
    pub commit: String,
    /// Policies (`lint`) or pools (`diff`) for which something changes. Those for which the same changes are one entry.
    pub changes: Vec<JsonV1ReviewChange>,
    /// Names of policies that could not be compared, because one side has input errors.
    pub not_compared: Vec<String>,
    /// Fingerprints of findings that the base does not have.
    pub introduced: Vec<String>,
    /// Fingerprints of findings that count at the base and are suppressed now.
    pub suppressed: Vec<String>,
    /// Findings that the base has and that are gone.
    pub resolved: Vec<ResolvedFinding>,
}

/// What changes for one policy or pool, or for several alike: from a base commit, or by templates and plans.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ReviewChange {
    /// Policies or pools, at least one.
    pub names: Vec<JsonV1ReviewName>,
    /// When it is so, where that depends on open values of templates; absent where it is always so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// What it does to protection as a whole: weaker if anything is.
    pub direction: Direction,
    /// What became of the policy, or of the pool of templates: `changed`, `added` or `removed`.
    pub policy: String,
    /// Whether the names are of pools that were seen.
    pub is_pool: bool,
    /// Settings that differ, layers included.
    pub settings: Vec<SettingChange>,
    /// Cells of the effective table that change.
    pub cells: Vec<JsonV1CellChange>,
    /// Address lists that change.
    pub addresses: Vec<JsonV1AddressChange>,
}

/// A policy or pool.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ReviewName {
    /// Name of the policy, or name and id of the pool.
    pub title: String,
    /// The file of the policy, or the template; empty for a pool that is only in the earlier templates.
    pub file: String,
}

/// A cell of the effective table that changes.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellChange {
    /// For which clients it holds.
    pub scope: Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    /// What threat protection sees.
    pub signal: Signal,
    /// What happens before.
    pub before: CellOutcome,
    /// What happens after.
    pub after: CellOutcome,
    /// What that does to protection.
    pub direction: Direction,
    /// More of what happens before.
    pub before_detail: JsonV1CellDetail,
    /// More of what happens after.
    pub after_detail: JsonV1CellDetail,
}

/// An address list that changes.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1AddressChange {
    /// For which clients it holds.
    pub scope: Scope,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Addresses, the fewest ranges.
    pub ranges: Vec<String>,
    /// Whether the list gets them (`true`) or loses them (`false`).
    pub added: bool,
    /// What that does to protection.
    pub direction: Direction,
}

impl JsonV1ReviewChange {
    /// What templates or plans change; `None` where nothing says what was before.
    pub(in crate::render) fn all(report: &Report) -> Option<Vec<Self>> {
        let changes = report.changes.as_ref()?;
        Some(changes.iter().map(change).collect())
    }
}

impl JsonV1Review {
    /// The frozen form. `prints` are the fingerprints of the report's findings, in their order.
    pub(in crate::render) fn of(report: &Report, prints: &[String]) -> Option<Self> {
        let review = report.review.as_ref()?;
        let named = |indexes: &std::collections::BTreeSet<usize>| {
            let prints = indexes.iter().filter_map(|index| prints.get(*index));
            prints.cloned().collect()
        };
        Some(Self {
            base: review.reference.clone(),
            commit: review.commit.clone(),
            changes: review.pools.iter().map(change).collect(),
            not_compared: review.not_compared.clone(),
            introduced: named(&review.introduced),
            suppressed: named(&review.suppressed),
            resolved: review.resolved.clone(),
        })
    }
}

fn change(pool: &ReviewedPool) -> JsonV1ReviewChange {
    let names = pool.names.iter().map(|(title, file)| JsonV1ReviewName {
        title: title.clone(),
        file: file.clone(),
    });
    JsonV1ReviewChange {
        names: names.collect(),
        condition: pool.condition.clone(),
        direction: pool.direction(),
        policy: pool.fate.as_str().to_owned(),
        is_pool: pool.is_pool,
        settings: pool.settings.clone(),
        cells: pool.comparison.changes.iter().map(cell).collect(),
        addresses: pool.comparison.addresses.iter().map(addresses).collect(),
    }
}

fn cell(change: &CellChange) -> JsonV1CellChange {
    JsonV1CellChange {
        scope: change.scope.clone(),
        flow: change.flow,
        event: change.event,
        signal: change.signal,
        before: change.before.outcome,
        after: change.after.outcome,
        direction: change.direction,
        before_detail: change.before.into(),
        after_detail: change.after.into(),
    }
}

fn addresses(change: &AddressChange) -> JsonV1AddressChange {
    JsonV1AddressChange {
        scope: change.scope.clone(),
        list: change.list.as_str().to_owned(),
        ranges: change.ranges.iter().map(ToString::to_string).collect(),
        added: change.movement == Movement::Grew,
        direction: change.direction,
    }
}
