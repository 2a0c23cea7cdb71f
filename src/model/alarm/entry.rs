//! One alarm as it is written or read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// ARNs notified when the alarm fires.
    pub actions: Vec<String>,
    /// What a policy has no words for.
    pub beyond: Beyond,
}

/// Settings of an alarm for which the policy language has no words, and which decide when it fires. A policy's alarm has
/// none of them. Names and meanings are those of `PutMetricAlarm` (API reference).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beyond {
    /// `DatapointsToAlarm`: how many of the evaluation periods must breach; `None` for all of them.
    pub datapoints_to_alarm: Option<u32>,
    /// `Unit`: only data with this unit counts; `None` for any.
    pub unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`, which counts for percentiles only.
    pub low_samples: Option<String>,
    /// `WarmUpConfiguration`.
    pub warm_up: Option<WarmUp>,
    /// The time zone of an `EvaluationWindow` that is aligned to the clock, so that the alarm waits for the end of its
    /// period; `None` for a window that slides, which is the default.
    pub wall_clock: Option<String>,
    /// Whether the alarm is of a kind that policies do not have, such as one on an expression, of which this is one
    /// metric: `PutMetricAlarm` with a single metric would replace it.
    pub is_other_kind: bool,
    /// Members that this version does not know, by their dotted names: a request could not send them back. Hostile text.
    pub unknown: Vec<String>,
}

impl Beyond {
    /// Keys under which they are shown and recorded, in this order.
    pub const KEYS: [&str; 5] = [
        "datapoints_to_alarm",
        "unit",
        "evaluate_low_sample_count_percentile",
        "warm_up",
        "wall_clock",
    ];
}

/// A time after an alarm was made or changed in which it carries out no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WarmUpV1")]
pub struct WarmUp {
    /// How many minutes.
    pub minutes: u32,
    /// Whether it lasts for all of that, though there is data earlier.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lasts: bool,
}

#[cfg(test)]
impl Alarm {
    /// One that fires at the first event, for tests.
    pub(crate) fn sample(metric: &str, dimensions: &[(&str, &str)]) -> Self {
        let dimensions = dimensions.iter();
        Self {
            name: None,
            namespace: "AWS/Cognito".into(),
            metric: metric.into(),
            dimensions: dimensions
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            statistic: "Sum".into(),
            period: 300,
            evaluation_periods: 1,
            threshold: 1.0,
            comparison: "GreaterThanOrEqualToThreshold".into(),
            treat_missing_data: "notBreaching".into(),
            actions_enabled: true,
            actions: Vec::new(),
            beyond: Beyond::default(),
        }
    }
}

impl Alarm {
    /// The name under which it is made: its own, or where nobody named it one after what it is on, such as
    /// `cogward-us-west-2_EXAMPLE-AccountTakeoverRisk-SignIn-High`. CloudWatch knows an alarm of an account and region by
    /// its name alone.
    pub fn full_name(&self) -> String {
        let dimension = |name: &str| self.dimensions.get(name).map(String::as_str);
        let made = || {
            let parts = [
                Some("cogward"),
                dimension("UserPoolId"),
                Some(self.metric.as_str()),
                dimension("Operation"),
                dimension("RiskLevel"),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join("-")
        };
        self.name.clone().unwrap_or_else(made)
    }

    /// How many of its last [`evaluation_periods`](Self::evaluation_periods) must breach.
    pub fn needed(&self) -> u32 {
        self.beyond.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }
}
