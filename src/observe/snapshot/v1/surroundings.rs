//! Alarms, metrics, topics and log delivery.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::alarm::Alarm;
use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::model::posture::{SeenMetric, Topic};

/// A CloudWatch alarm.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmV1 {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Metric namespace.
    namespace: String,
    /// Metric name as written.
    metric: String,
    /// Dimensions, name to value.
    dimensions: BTreeMap<String, String>,
    /// Statistic.
    statistic: String,
    /// Period in seconds.
    period: u32,
    /// Periods that must breach.
    evaluation_periods: u32,
    /// Threshold; absent where it is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    /// Comparison operator.
    comparison: String,
    /// How missing data counts.
    treat_missing_data: String,
    /// Whether actions are carried out.
    actions_enabled: bool,
    /// ARNs told.
    actions: Vec<String>,
}

/// A metric with data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MetricV1 {
    /// Name as CloudWatch spells it.
    name: String,
    /// Dimensions, name to value.
    dimensions: BTreeMap<String, String>,
    /// Whether there is only data of more than two weeks ago: CloudWatch does not list the metric any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    older: bool,
}

/// Who a topic tells.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TopicV1 {
    /// There is no such topic.
    Missing,
    /// It exists.
    Found(SubscriptionsV1),
}

/// Subscriptions of a topic.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionsV1 {
    /// Confirmed ones.
    confirmed: u32,
    /// Those that nobody has confirmed.
    pending: u32,
}

/// Log delivery by event source.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogDeliveryV1 {
    /// `userAuthEvents`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_auth_events: Option<DeliveryV1>,
    /// `userNotification`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_notification: Option<DeliveryV1>,
}

/// Where one event source goes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryV1 {
    /// `LogLevel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    /// Log group ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cloudwatch_logs: Option<String>,
    /// Bucket ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s3: Option<String>,
    /// Delivery stream ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    firehose: Option<String>,
}

impl From<&Alarm> for AlarmV1 {
    fn from(live: &Alarm) -> Self {
        Self {
            name: live.name.clone(),
            namespace: live.namespace.clone(),
            metric: live.metric.clone(),
            dimensions: live.dimensions.clone(),
            statistic: live.statistic.clone(),
            period: live.period,
            evaluation_periods: live.evaluation_periods,
            threshold: Some(live.threshold).filter(|threshold| threshold.is_finite()),
            comparison: live.comparison.clone(),
            treat_missing_data: live.treat_missing_data.clone(),
            actions_enabled: live.actions_enabled,
            actions: live.actions.clone(),
        }
    }
}

impl From<AlarmV1> for Alarm {
    fn from(frozen: AlarmV1) -> Self {
        Self {
            name: frozen.name,
            namespace: frozen.namespace,
            metric: frozen.metric,
            dimensions: frozen.dimensions,
            statistic: frozen.statistic,
            period: frozen.period,
            evaluation_periods: frozen.evaluation_periods,
            threshold: frozen.threshold.unwrap_or(f64::NAN),
            comparison: frozen.comparison,
            treat_missing_data: frozen.treat_missing_data,
            actions_enabled: frozen.actions_enabled,
            actions: frozen.actions,
        }
    }
}

impl From<&SeenMetric> for MetricV1 {
    fn from(live: &SeenMetric) -> Self {
        Self {
            name: live.name.clone(),
            dimensions: live.dimensions.clone(),
            older: !live.listed,
        }
    }
}

impl From<MetricV1> for SeenMetric {
    fn from(frozen: MetricV1) -> Self {
        Self {
            name: frozen.name,
            dimensions: frozen.dimensions,
            listed: !frozen.older,
        }
    }
}

impl From<Topic> for TopicV1 {
    fn from(live: Topic) -> Self {
        match live {
            Topic::Found { confirmed, pending } => Self::Found(SubscriptionsV1 { confirmed, pending }),
            Topic::Missing => Self::Missing,
        }
    }
}

impl From<TopicV1> for Topic {
    fn from(frozen: TopicV1) -> Self {
        match frozen {
            TopicV1::Found(SubscriptionsV1 { confirmed, pending }) => Self::Found { confirmed, pending },
            TopicV1::Missing => Self::Missing,
        }
    }
}

impl From<&LogDelivery> for LogDeliveryV1 {
    fn from(live: &LogDelivery) -> Self {
        Self {
            user_auth_events: live.user_auth_events.as_ref().map(DeliveryV1::from),
            user_notification: live.user_notification.as_ref().map(DeliveryV1::from),
        }
    }
}

impl From<LogDeliveryV1> for LogDelivery {
    fn from(frozen: LogDeliveryV1) -> Self {
        Self {
            user_auth_events: frozen.user_auth_events.map(Into::into),
            user_notification: frozen.user_notification.map(Into::into),
        }
    }
}

impl From<&Delivery> for DeliveryV1 {
    fn from(live: &Delivery) -> Self {
        Self {
            level: live.level.clone(),
            cloudwatch_logs: live.cloudwatch_logs.clone(),
            s3: live.s3.clone(),
            firehose: live.firehose.clone(),
        }
    }
}

impl From<DeliveryV1> for Delivery {
    fn from(frozen: DeliveryV1) -> Self {
        Self {
            level: frozen.level,
            cloudwatch_logs: frozen.cloudwatch_logs,
            s3: frozen.s3,
            firehose: frozen.firehose,
        }
    }
}
