//! From what a policy says of the export of logs to what is to be delivered where.

use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::policy::file::{DeliveryEntry, LogDeliveryEntry, NoDelivery};

/// The delivery of both sources; one that the policy does not name is not managed.
pub(in crate::policy) fn log_delivery(entry: &LogDeliveryEntry) -> LogDelivery {
    match entry {
        LogDeliveryEntry::Word(NoDelivery::None) => LogDelivery {
            user_auth_events: Some(Delivery::to_nowhere()),
            user_notification: Some(Delivery::to_nowhere()),
        },
        LogDeliveryEntry::Settings(section) => LogDelivery {
            user_auth_events: section.user_auth_events.as_ref().map(delivery),
            user_notification: section.user_notification.as_ref().map(delivery),
        },
    }
}

fn delivery(entry: &DeliveryEntry) -> Delivery {
    match entry {
        DeliveryEntry::Word(NoDelivery::None) => Delivery::to_nowhere(),
        DeliveryEntry::Settings(section) => Delivery {
            level: section.level.clone(),
            cloudwatch_logs: section.cloudwatch_logs.clone(),
            s3: section.s3.clone(),
            firehose: section.firehose.clone(),
            nowhere: false,
        },
    }
}
