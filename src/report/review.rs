//! What the policies change from a base commit: the answer to what a pull request does to sign-ins.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::finding::Severity;
use crate::ident::RuleId;
use crate::model::effective::{Comparison, Direction};
use crate::pointer::Pointer;

/// Policies of a base commit beside those of this run. A report has one where a base is named and could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    /// The base, as it was named.
    pub reference: String,
    /// The commit that it names.
    pub commit: String,
    /// Policies (of `lint`) or pools (of `diff`) for which something changes, in the order of the report.
    pub pools: Vec<ReviewedPool>,
    /// Policies that could not be compared, because one side has input errors: nothing is said of them.
    pub not_compared: Vec<String>,
    /// Findings of the report that the base does not have, by their index.
    pub introduced: BTreeSet<usize>,
    /// Findings of the report that count at the base, and are suppressed now, by their index.
    pub suppressed: BTreeSet<usize>,
    /// Findings that the base has and this run has not.
    pub resolved: Vec<ResolvedFinding>,
}

/// What became of a policy since the base, or of a pool of templates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum PolicyFate {
    /// It is on both sides.
    #[default]
    Changed,
    /// It is new.
    Added,
    /// It is gone. Nothing is applied because of a policy that is: its pools stay as they are.
    Removed,
}

impl PolicyFate {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Policies that are not the same as at the base, or pools for which one is not, and for all of which the same changes; or one pool
/// of templates, before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewedPool {
    /// Name of the policy, or name and id of the pool; and the policy's file, at the base where the policy is gone, or the
    /// template, empty where the pool is gone. At least one. Hostile text.
    pub names: Vec<(String, String)>,
    /// What became of the policy, or of the pool of templates.
    pub fate: PolicyFate,
    /// Whether the names are of pools that were seen: `comparison` then fills in what the policies leave to it.
    pub is_pool: bool,
    /// What is written otherwise in the policy with its layers, in its order.
    pub settings: Vec<SettingChange>,
    /// What becomes of requests, from the base to now. Of a new policy for a pool that was seen, from what is live; of one
    /// for a pool that was not, of one that is gone, and of a pool of templates that is new or gone, nothing.
    pub comparison: Comparison,
    /// When it is so, where that depends on values of templates that are open: `if …`. Hostile text.
    pub condition: Option<String>,
}

impl ReviewedPool {
    /// Whether `comparison` says what becomes of requests; else nothing was there to compare with. `by_template`: it is a pool
    /// of templates.
    pub fn is_compared(&self, by_template: bool) -> bool {
        match self.fate {
            PolicyFate::Changed => true,
            PolicyFate::Added => self.is_pool && !by_template,
            // Nothing becomes of the pools of a policy that is gone.
            PolicyFate::Removed => !by_template,
        }
    }

    /// What it does to protection as a whole.
    pub fn direction(&self) -> Direction {
        self.comparison.direction()
    }
}

/// A setting that is written otherwise.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1SettingChange")]
pub struct SettingChange {
    /// JSON pointer of the setting.
    #[schemars(with = "String")]
    pub pointer: Pointer,
    /// Before; absent where it is not set.
    pub before: Option<Value>,
    /// After; absent where it is not set.
    pub after: Option<Value>,
}

// Its place is in a text that this run does not have. Texts are hostile.
/// A finding that the base has and that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ResolvedFinding")]
pub struct ResolvedFinding {
    /// The rule's id.
    #[schemars(with = "String")]
    pub rule: RuleId,
    /// Severity at the base.
    pub severity: Severity,
    /// What was wrong, plain text.
    pub message: String,
    /// `file:line:column` at the base.
    pub place: String,
}
