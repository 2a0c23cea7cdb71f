//! `GetLogDeliveryConfiguration`. docs/facts.md, "Log delivery".

use serde_json::Value;

use crate::aws::convert::cursor::{Cursor, Misfit};
use crate::model::log_delivery::{Delivery, LogDelivery};

/// Reads a body. No configuration, and an empty list, deliver nothing.
///
/// # Errors
/// An event source that is not known or stands twice, or a member of another kind.
pub fn log_delivery(body: &Value) -> Result<LogDelivery, Misfit> {
    let mut found = LogDelivery::default();
    let root = Cursor::new(body);
    for entry in root
        .path(["LogDeliveryConfiguration", "LogConfigurations"])?
        .items()?
    {
        let source = entry.member("EventSource")?;
        let slot = match source.text()? {
            Some("userAuthEvents") => &mut found.user_auth_events,
            Some("userNotification") => &mut found.user_notification,
            _ => return Err(source.misfit()),
        };
        if slot.is_some() {
            return Err(source.misfit());
        }
        *slot = Some(delivery(&entry)?);
    }
    Ok(found)
}

fn delivery(entry: &Cursor<'_>) -> Result<Delivery, Misfit> {
    Ok(Delivery {
        level: entry.member("LogLevel")?.owned()?,
        cloudwatch_logs: entry
            .path(["CloudWatchLogsConfiguration", "LogGroupArn"])?
            .owned()?,
        s3: entry.path(["S3Configuration", "BucketArn"])?.owned()?,
        firehose: entry.path(["FirehoseConfiguration", "StreamArn"])?.owned()?,
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

    #[test]
    fn sources_that_are_unknown_absent_or_doubled_are_not_understood() {
        let list = |entries: Value| json!({"LogDeliveryConfiguration": {"LogConfigurations": entries}});
        let events = json!({"LogLevel": "INFO", "EventSource": "userAuthEvents"});
        for body in [
            list(json!([{"LogLevel": "INFO", "EventSource": "userDreams"}])),
            list(json!([{"LogLevel": "INFO"}])),
            list(json!([events, events])),
            list(json!({})),
            json!([]),
        ] {
            assert!(log_delivery(&body).is_err(), "{body}");
        }
    }
}
