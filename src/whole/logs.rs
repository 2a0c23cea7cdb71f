//! `SetLogDeliveryConfiguration` from `GetLogDeliveryConfiguration`: whether the call merges or replaces the list is
//! not confirmed, so that every entry is sent. docs/facts.md, "Log destinations that are not sent".

use serde_json::{Map, Value, json};

use crate::model::log_delivery::{Delivery, LogDelivery};
use crate::whole::body::{Changed, UpdateBody};
use crate::whole::draft::{at, exact};
use crate::whole::refusal::Refusal;

/// Event sources with their only valid levels.
const SOURCES: [(&str, &str); 2] = [("userAuthEvents", "INFO"), ("userNotification", "ERROR")];

/// Destinations with the member that holds the ARN. An entry has one of them.
const DESTINATIONS: [(&str, &str); 3] = [
    ("CloudWatchLogsConfiguration", "LogGroupArn"),
    ("S3Configuration", "BucketArn"),
    ("FirehoseConfiguration", "StreamArn"),
];

/// The body of `SetLogDeliveryConfiguration` for which a pool's logs go where they are wanted, from the whole answer
/// of `GetLogDeliveryConfiguration`, read a moment ago. An entry that goes where it is wanted is sent back as it was;
/// of one that changes, members that this version does not know are kept. A source that is not wanted is not sent.
///
/// # Errors
/// An answer whose entries are no list of objects; a number that would be rounded.
pub fn log_delivery(pool: &str, described: &Value, wanted: &LogDelivery) -> Result<UpdateBody, Refusal> {
    let entries = entries(described)?;
    let mut list = Vec::new();
    let mut update = UpdateBody {
        body: Value::Null,
        carried: Vec::new(),
        unknown: Vec::new(),
        changed: Vec::new(),
        left_out: Vec::new(),
    };
    let wishes = [&wanted.user_auth_events, &wanted.user_notification];
    for ((source, level), wish) in SOURCES.into_iter().zip(wishes) {
        let before = entries.iter().find(|entry| is_of(entry, source));
        let after = wish.as_ref().map(|wish| entry(source, level, before, wish));
        if before == after.as_ref() {
            update.carried.extend(before.map(|_| source.to_owned()));
        } else {
            update.changed.push(Changed {
                pointer: at(&["LogConfigurations", source]),
                before: before.cloned().map(Value::Object),
                after: after.clone().map(Value::Object),
            });
        }
        list.extend(after.map(Value::Object));
    }
    // A source that this version does not know is nobody's wish, and stays.
    for (index, other) in entries.iter().enumerate() {
        if SOURCES.iter().all(|(source, _)| !is_of(other, source)) {
            let name = format!("LogConfigurations.{index}");
            update.unknown.push(name.clone());
            update.carried.push(name);
            list.push(Value::Object(other.clone()));
        }
    }
    let list = Value::Array(list);
    exact(&list, &at(&["LogConfigurations"]))?;
    update.body = json!({ "UserPoolId": pool, "LogConfigurations": list });
    Ok(update)
}

fn entries(described: &Value) -> Result<Vec<Map<String, Value>>, Refusal> {
    let path = ["LogDeliveryConfiguration", "LogConfigurations"];
    let refusal = |what| Refusal::Shape {
        pointer: at(&path),
        what,
    };
    let list = path.iter().try_fold(described, |value, name| value.get(*name));
    match list {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|entry| {
                entry
                    .as_object()
                    .cloned()
                    .ok_or_else(|| refusal("has an entry that is no object"))
            })
            .collect(),
        Some(_) => Err(refusal("is no list")),
    }
}

fn is_of(entry: &Map<String, Value>, source: &str) -> bool {
    entry.get("EventSource").and_then(Value::as_str) == Some(source)
}

/// An entry as it is wanted, on the ground of what is there.
fn entry(
    source: &str,
    level: &str,
    before: Option<&Map<String, Value>>,
    wanted: &Delivery,
) -> Map<String, Value> {
    let mut entry = before.cloned().unwrap_or_default();
    entry.entry("EventSource").or_insert_with(|| source.into());
    let level = wanted.level.as_deref().unwrap_or(level);
    entry.insert("LogLevel".to_owned(), level.into());
    let arns = [&wanted.cloudwatch_logs, &wanted.s3, &wanted.firehose];
    for ((member, inner), arn) in DESTINATIONS.into_iter().zip(arns) {
        match arn {
            None => drop(entry.shift_remove(member)),
            Some(arn) => {
                let destination = entry.entry(member).or_insert_with(|| json!({}));
                if !destination.is_object() {
                    *destination = json!({});
                }
                destination[inner] = arn.as_str().into();
            }
        }
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "arn:aws:logs:us-west-2:123456789012:log-group:x";

    fn described() -> Value {
        json!({ "LogDeliveryConfiguration": { "UserPoolId": "us-west-2_A", "LogConfigurations": [
            { "EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": { "LogGroupArn": GROUP }, "Future": 1 },
            { "EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": { "BucketArn": "arn:aws:s3:::b" }, "Future": 2 },
        ] } })
    }

    fn to(group: &str) -> Delivery {
        Delivery {
            cloudwatch_logs: Some(group.to_owned()),
            ..Delivery::default()
        }
    }

    #[test]
    fn what_stays_is_sent_back_and_what_changes_keeps_what_is_unknown() {
        let wanted = LogDelivery {
            user_auth_events: Some(to(GROUP)),
            user_notification: Some(to(GROUP)),
        };
        let found = log_delivery("us-west-2_A", &described(), &wanted).unwrap();
        let group = json!({ "LogGroupArn": GROUP });
        assert_eq!(
            found.body,
            json!({ "UserPoolId": "us-west-2_A", "LogConfigurations": [
                { "EventSource": "userAuthEvents", "LogLevel": "INFO", "Future": 2, "CloudWatchLogsConfiguration": group },
                { "EventSource": "userNotification", "LogLevel": "ERROR", "CloudWatchLogsConfiguration": group, "Future": 1 },
            ] })
        );
        assert_eq!(
            (found.carried, found.changed.len()),
            (vec!["userNotification".to_owned()], 1)
        );
    }

    #[test]
    fn sources_come_go_and_stay_whatever_they_are() {
        let none = json!({ "LogDeliveryConfiguration": null });
        let auth = LogDelivery {
            user_auth_events: Some(to(GROUP)),
            user_notification: None,
        };
        let found = log_delivery("p", &none, &auth).unwrap();
        assert_eq!(found.body["LogConfigurations"].as_array().unwrap().len(), 1);
        let found = log_delivery("p", &described(), &LogDelivery::default()).unwrap();
        assert_eq!(
            (&found.body["LogConfigurations"], found.changed.len()),
            (&json!([]), 2)
        );
        let odd =
            json!({ "LogDeliveryConfiguration": { "LogConfigurations": [{ "EventSource": "other" }] } });
        let found = log_delivery("p", &odd, &auth).unwrap();
        assert_eq!(
            found.body["LogConfigurations"][1],
            json!({ "EventSource": "other" })
        );
        assert_eq!(found.unknown, ["LogConfigurations.0"]);
        for broken in [
            json!({ "LogConfigurations": 1 }),
            json!({ "LogConfigurations": [1] }),
        ] {
            let described = json!({ "LogDeliveryConfiguration": broken });
            assert!(log_delivery("p", &described, &auth).is_err());
        }
    }
}
