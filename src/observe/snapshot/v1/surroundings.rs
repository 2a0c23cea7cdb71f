//! Alarms, metrics, topics and log delivery.

use crate::model::alarm::{Alarm, Beyond, WarmUp};
use crate::model::log_delivery::{Delivery, LogDelivery, LogSource};
use crate::model::posture::{SeenMetric, Topic};
use crate::observe::snapshot::v1::types::{
    AlarmV1, DeliveryV1, LogDeliveryV1, MetricV1, SubscriptionsV1, TopicV1, WarmUpV1,
};

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
            datapoints_to_alarm: live.beyond.datapoints_to_alarm,
            unit: live.beyond.unit.clone(),
            evaluate_low_sample_count_percentile: live.beyond.low_samples.clone(),
            warm_up: live
                .beyond
                .warm_up
                .map(|WarmUp { minutes, lasts }| WarmUpV1 { minutes, lasts }),
            wall_clock: live.beyond.wall_clock.clone(),
            other_kind: live.beyond.is_other_kind,
            unknown: live.beyond.unknown.clone(),
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
            beyond: Beyond {
                datapoints_to_alarm: frozen.datapoints_to_alarm,
                unit: frozen.unit,
                low_samples: frozen.evaluate_low_sample_count_percentile,
                warm_up: frozen
                    .warm_up
                    .map(|WarmUpV1 { minutes, lasts }| WarmUp { minutes, lasts }),
                wall_clock: frozen.wall_clock,
                is_other_kind: frozen.other_kind,
                unknown: frozen.unknown,
            },
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
            Topic::Hidden => Self::Hidden,
        }
    }
}

impl From<TopicV1> for Topic {
    fn from(frozen: TopicV1) -> Self {
        match frozen {
            TopicV1::Found(SubscriptionsV1 { confirmed, pending }) => Self::Found { confirmed, pending },
            TopicV1::Missing => Self::Missing,
            TopicV1::Hidden => Self::Hidden,
        }
    }
}

impl From<&LogDelivery> for LogDeliveryV1 {
    fn from(live: &LogDelivery) -> Self {
        Self {
            user_auth_events: live.delivered(LogSource::UserAuthEvents).map(DeliveryV1::from),
            user_notification: live.delivered(LogSource::UserNotification).map(DeliveryV1::from),
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
            nowhere: false,
        }
    }
}
