//! What the policies change from a base, in the frozen form of `json`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::effective::{AddressChange, CellChange, Movement};
use crate::report::{Report, Review, ReviewedPool};

use super::json_detail::{JsonV1CellDetail, detail};
use super::json_words::{
    JsonV1Direction, JsonV1Event, JsonV1Flow, JsonV1Outcome, JsonV1Scope, JsonV1Severity, JsonV1Signal,
};

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
    pub resolved: Vec<JsonV1ResolvedFinding>,
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
    pub direction: JsonV1Direction,
    /// What became of the policy: `changed`, `added` or `removed`; of pools of templates always `changed`.
    pub policy: String,
    /// Whether the names are of pools that were seen.
    pub is_pool: bool,
    /// Settings that differ, layers included.
    pub settings: Vec<JsonV1SettingChange>,
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
    /// The file of the policy, or the template.
    pub file: String,
}

/// A setting that differs.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1SettingChange {
    /// JSON pointer of the setting.
    pub pointer: String,
    /// Before; absent where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After; absent where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// A cell of the effective table that changes.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1CellChange {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// How the user signs in.
    pub flow: JsonV1Flow,
    /// What the request is.
    pub event: JsonV1Event,
    /// What threat protection sees.
    pub signal: JsonV1Signal,
    /// What happens before.
    pub before: JsonV1Outcome,
    /// What happens after.
    pub after: JsonV1Outcome,
    /// What that does to protection.
    pub direction: JsonV1Direction,
    /// More of what happens before.
    pub before_detail: JsonV1CellDetail,
    /// More of what happens after.
    pub after_detail: JsonV1CellDetail,
}

/// An address list that changes.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1AddressChange {
    /// For which clients it holds.
    pub scope: JsonV1Scope,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Addresses, the fewest ranges.
    pub ranges: Vec<String>,
    /// Whether the list gets them (`true`) or loses them (`false`).
    pub added: bool,
    /// What that does to protection.
    pub direction: JsonV1Direction,
}

/// A finding that the base has and that is gone.
#[derive(Serialize, JsonSchema)]
pub struct JsonV1ResolvedFinding {
    /// The rule's id.
    pub rule: String,
    /// Severity at the base.
    pub severity: JsonV1Severity,
    /// What was wrong, plain text.
    pub message: String,
    /// `file:line:column` at the base.
    pub place: String,
}

impl JsonV1ReviewChange {
    /// What templates or plans change; `None` where nothing says what was before.
    pub(super) fn all(report: &Report) -> Option<Vec<Self>> {
        let changes = report.changes.as_ref()?;
        Some(changes.iter().map(change).collect())
    }
}

impl JsonV1Review {
    /// The frozen form. `prints` are the fingerprints of the report's findings, in their order.
    pub(super) fn of(report: &Report, prints: &[String]) -> Option<Self> {
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
            resolved: resolved(review),
        })
    }
}

fn resolved(review: &Review) -> Vec<JsonV1ResolvedFinding> {
    let findings = review.resolved.iter();
    findings
        .map(|finding| JsonV1ResolvedFinding {
            rule: finding.rule.to_string(),
            severity: finding.severity.into(),
            message: finding.message.clone(),
            place: finding.place.clone(),
        })
        .collect()
}

fn change(pool: &ReviewedPool) -> JsonV1ReviewChange {
    let names = pool.names.iter().map(|(title, file)| JsonV1ReviewName {
        title: title.clone(),
        file: file.clone(),
    });
    let settings = pool.settings.iter().map(|one| JsonV1SettingChange {
        pointer: one.pointer.to_string(),
        before: one.before.clone(),
        after: one.after.clone(),
    });
    JsonV1ReviewChange {
        names: names.collect(),
        condition: pool.condition.clone(),
        direction: pool.direction().into(),
        policy: pool.fate.as_str().to_owned(),
        is_pool: pool.is_pool,
        settings: settings.collect(),
        cells: pool.comparison.changes.iter().map(cell).collect(),
        addresses: pool.comparison.addresses.iter().map(addresses).collect(),
    }
}

fn cell(change: &CellChange) -> JsonV1CellChange {
    JsonV1CellChange {
        scope: (&change.scope).into(),
        flow: change.flow.into(),
        event: change.event.into(),
        signal: change.signal.into(),
        before: change.before.outcome.into(),
        after: change.after.outcome.into(),
        direction: change.direction.into(),
        before_detail: detail(change.before),
        after_detail: detail(change.after),
    }
}

fn addresses(change: &AddressChange) -> JsonV1AddressChange {
    JsonV1AddressChange {
        scope: (&change.scope).into(),
        list: change.list.as_str().to_owned(),
        ranges: change.ranges.iter().map(ToString::to_string).collect(),
        added: change.movement == Movement::Grew,
        direction: change.direction.into(),
    }
}
