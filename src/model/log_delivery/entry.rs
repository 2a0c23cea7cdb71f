//! Log delivery as it is written or read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::log_delivery::source::LogSource;

// More than one destination is a fault the rules find, and so is none where it is not said that it must go nowhere.
/// Where one event source goes.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DeliveryV1")]
pub struct Delivery {
    // As written; where it is absent, the tool uses the only valid one.
    /// `LogLevel`.
    pub level: Option<String>,
    /// Log group ARN.
    pub cloudwatch_logs: Option<String>,
    /// Bucket ARN.
    pub s3: Option<String>,
    /// Delivery stream ARN.
    pub firehose: Option<String>,
    /// Whether it must not be delivered anywhere: `none` in a policy. Never so of what was observed, where a source that
    /// is not delivered is absent.
    #[serde(skip)]
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

// `LogDeliveryConfiguration`. An event source that is absent is not delivered, or in a policy not managed.
/// Log delivery by event source.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LogDeliveryV1")]
pub struct LogDelivery {
    // What investigation and impact analysis read.
    /// `userAuthEvents`.
    pub user_auth_events: Option<Delivery>,
    // Failures of messages.
    /// `userNotification`.
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
