//! Log delivery as it is written or read.

use crate::model::log_delivery::source::LogSource;

/// Where one event source is delivered to. More than one destination is a fault the rules find, and so is none where
/// it is not said that it must go nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// `LogLevel` as written; `None` lets the tool use the only valid one.
    pub level: Option<String>,
    /// Log group ARN.
    pub cloudwatch_logs: Option<String>,
    /// Bucket ARN.
    pub s3: Option<String>,
    /// Delivery stream ARN.
    pub firehose: Option<String>,
    /// Whether it must not be delivered anywhere: `none` in a policy. Never so of what was observed, where a source that
    /// is not delivered is absent.
    pub nowhere: bool,
}

impl Delivery {
    /// `none`: not to be delivered anywhere.
    pub fn to_nowhere() -> Self {
        Self {
            nowhere: true,
            ..Self::default()
        }
    }

    /// ARNs of the destinations, in the order of the fields.
    pub fn destinations(&self) -> impl Iterator<Item = &str> {
        [&self.cloudwatch_logs, &self.s3, &self.firehose]
            .into_iter()
            .filter_map(|arn| arn.as_deref())
    }
}

/// `LogDeliveryConfiguration`. `None` is an event source that is not delivered, or in a policy one
/// that is not managed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogDelivery {
    /// `userAuthEvents`: what investigation and impact analysis read.
    pub user_auth_events: Option<Delivery>,
    /// `userNotification`: failures of messages.
    pub user_notification: Option<Delivery>,
}

impl LogDelivery {
    /// What is delivered somewhere of a source.
    pub fn delivered(&self, source: LogSource) -> Option<&Delivery> {
        let delivery = match source {
            LogSource::UserAuthEvents => self.user_auth_events.as_ref(),
            LogSource::UserNotification => self.user_notification.as_ref(),
        };
        delivery.filter(|delivery| !delivery.nowhere)
    }
}
