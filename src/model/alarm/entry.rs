//! One alarm as it is written or read.

use std::collections::BTreeMap;

/// One metric alarm, as CloudWatch has it or as a policy wants it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Alarm name; `None` when the policy leaves it to the tool.
    pub name: Option<String>,
    /// Metric namespace, `AWS/Cognito` unless something else was written.
    pub namespace: String,
    /// Metric name as written; CloudWatch is case-sensitive.
    pub metric: String,
    /// Dimensions as they go to CloudWatch, name to value. In a policy without a single pool id,
    /// `UserPoolId` is there with an empty value: each selected pool's id is filled in later.
    pub dimensions: BTreeMap<String, String>,
    /// Statistic, such as `Sum`.
    pub statistic: String,
    /// Period in seconds.
    pub period: u32,
    /// Number of periods that must breach.
    pub evaluation_periods: u32,
    /// Threshold.
    pub threshold: f64,
    /// Comparison operator, CloudWatch's word.
    pub comparison: String,
    /// How missing data counts: `missing`, `ignore`, `breaching`, `notBreaching`.
    pub treat_missing_data: String,
    /// Whether actions are carried out.
    pub actions_enabled: bool,
    /// ARNs told when the alarm fires.
    pub actions: Vec<String>,
}
