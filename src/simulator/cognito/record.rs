//! What a write leaves in CloudTrail. The shape of `requestParameters` is not confirmed; this is the convention.
//! docs/facts.md, "CloudTrail events of a user pool".

use serde_json::{Map, Value, json};

use crate::simulator::context::Context;

/// Members that CloudTrail does not show.
const HIDDEN: [&str; 1] = ["clientId"];

/// Adds the event of a call that succeeded.
pub(super) fn record(context: &mut Context<'_>, operation: &str, input: &Value) {
    let (now, region, caller) = (context.now, context.region.to_owned(), context.caller.clone());
    let events = &mut context.here().events;
    let id = format!("00000000-0000-4000-9000-{:012}", events.len());
    let user = caller.arn.rsplit('/').next().unwrap_or_default();
    let event = json!({
        "EventId": id,
        "EventName": operation,
        "EventTime": now,
        "EventSource": "cognito-idp.amazonaws.com",
        "ReadOnly": "false",
        "Username": user,
        "CloudTrailEvent": {
            "eventVersion": "1.09",
            "eventID": id,
            "eventSource": "cognito-idp.amazonaws.com",
            "eventName": operation,
            "awsRegion": region,
            "eventType": "AwsApiCall",
            "recipientAccountId": caller.account,
            "userIdentity": { "arn": caller.arn },
            "requestParameters": parameters(input),
        },
    });
    if let Value::Object(event) = event {
        events.push(event);
    }
}

/// The members of a request with small first letters.
fn parameters(input: &Value) -> Value {
    match input {
        Value::Object(members) => {
            let small = |(name, value): (&String, &Value)| {
                let name = small(name);
                let hidden = HIDDEN.contains(&name.as_str());
                let value = if hidden {
                    json!("HIDDEN_DUE_TO_SECURITY_REASONS")
                } else {
                    parameters(value)
                };
                (name, value)
            };
            Value::Object(members.iter().map(small).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(parameters).collect(),
        other => other.clone(),
    }
}

fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
