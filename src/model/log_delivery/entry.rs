//! Log delivery as it is written or read.

/// Where one event source is delivered to. More than one destination is a fault the rules find.
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
