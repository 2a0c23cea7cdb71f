//! `GetLogDeliveryConfiguration`. docs/facts.md, "Log delivery".

use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, DecodeError};
use crate::model::log_delivery::{Delivery, LogDelivery};

/// Reads a body. No configuration, and an empty list, deliver nothing.
///
/// # Errors
/// An event source that is unknown or stands twice, a destination that is unknown where no other is, a member of
/// another kind, and a configuration without a list that has members which are unknown.
pub fn log_delivery(body: &Value) -> Result<LogDelivery, DecodeError> {
    let mut found = LogDelivery::default();
    let root = Cursor::new(body).member("LogDeliveryConfiguration")?;
    let entries = root.member("LogConfigurations")?.items()?;
    root.understood(
        (!entries.is_empty()).then_some(()),
        &["UserPoolId", "LogConfigurations"],
    )?;
    for entry in entries {
        let source = entry.member("EventSource")?;
        let slot = match source.text()? {
            Some("userAuthEvents") => &mut found.user_auth_events,
            Some("userNotification") => &mut found.user_notification,
            _ => return Err(source.decode_error()),
        };
        if slot.is_some() {
            return Err(source.decode_error());
        }
        *slot = Some(delivery(&entry)?);
    }
    Ok(found)
}

const DESTINATIONS: [(&str, &str); 3] = [
    ("CloudWatchLogsConfiguration", "LogGroupArn"),
    ("S3Configuration", "BucketArn"),
    ("FirehoseConfiguration", "StreamArn"),
];

fn delivery(entry: &Cursor<'_>) -> Result<Delivery, DecodeError> {
    let mut arns = Vec::new();
    for (name, inner) in DESTINATIONS {
        let destination = entry.member(name)?;
        arns.push(destination.understood(destination.member(inner)?.owned()?, &[inner])?);
    }
    let named = arns.iter().flatten().next().map(|_| ());
    let known = DESTINATIONS.map(|(name, _)| name);
    entry.understood(named, &[&["EventSource", "LogLevel"], &known[..]].concat())?;
    let mut arns = arns.into_iter();
    let mut next = || arns.next().flatten();
    Ok(Delivery {
        level: entry.member("LogLevel")?.owned()?,
        cloudwatch_logs: next(),
        s3: next(),
        firehose: next(),
        nowhere: false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_sources_and_all_destinations() {
        let found = log_delivery(&json!({"LogDeliveryConfiguration": {"UserPoolId": "us-west-2_EXAMPLE", "LogConfigurations": [
            {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": {"LogGroupArn": "arn:logs"}},
            {"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": {"BucketArn": "arn:s3"}, "FirehoseConfiguration": {"StreamArn": "arn:fh"}},
        ]}}))
        .unwrap();
        let events = found.user_auth_events.unwrap();
        assert_eq!(
            (
                events.s3.as_deref(),
                events.firehose.as_deref(),
                events.cloudwatch_logs
            ),
            (Some("arn:s3"), Some("arn:fh"), None)
        );
        assert_eq!(
            found.user_notification.unwrap().cloudwatch_logs.as_deref(),
            Some("arn:logs")
        );
    }

    /// What is not known beside a destination does no harm.
    #[test]
    fn unknown_destination_settings_ignored() {
        let found = log_delivery(&json!({"LogDeliveryConfiguration": {"Retry": 3, "LogConfigurations": [
            {"LogLevel": "INFO", "EventSource": "userAuthEvents", "Batch": 5, "S3Configuration": {"BucketArn": "arn:s3", "Prefix": "p"}},
        ]}}))
        .unwrap();
        assert_eq!(found.user_auth_events.unwrap().s3.as_deref(), Some("arn:s3"));
    }

    #[test]
    fn nothing_is_delivered() {
        for body in [
            json!({}),
            json!({"LogDeliveryConfiguration": null}),
            json!({"LogDeliveryConfiguration": {"UserPoolId": "x"}}),
            json!({"LogDeliveryConfiguration": {"UserPoolId": "x", "LogConfigurations": []}}),
        ] {
            assert_eq!(log_delivery(&body), Ok(LogDelivery::default()), "{body}");
        }
    }

    /// Sources that are unknown absent or doubled are not understood.
    #[test]
    fn invalid_sources_rejected() {
        let list = |entries: Value| json!({"LogDeliveryConfiguration": {"LogConfigurations": entries}});
        let events = json!({"LogLevel": "INFO", "EventSource": "userAuthEvents"});
        for body in [
            list(json!([{"LogLevel": "INFO", "EventSource": "userDreams"}])),
            list(json!([{"LogLevel": "INFO"}])),
            list(json!([events, events])),
            list(json!({})),
            json!([]),
            list(
                json!([{"LogLevel": "INFO", "EventSource": "userAuthEvents", "KafkaConfiguration": {"TopicArn": "arn:x"}}]),
            ),
            list(
                json!([{"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": {"Bucket": "b"}}]),
            ),
            json!({"LogDeliveryConfiguration": {"UserPoolId": "x", "KafkaConfigurations": []}}),
        ] {
            assert!(log_delivery(&body).is_err(), "{body}");
        }
    }
}
