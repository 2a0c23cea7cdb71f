//! Amazon SNS: topics and who is subscribed to them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::simulator::context::{self, Context};
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::service::Service;
use crate::simulator::state::{Subscription, TopicState};

/// Most subscriptions on a page.
const MOST: usize = 100;

/// Carries out an operation; `None` if there is none of this name.
pub(super) fn call(context: &mut Context<'_>, operation: &str, input: &Value) -> Option<Answer> {
    Some(match operation {
        "GetTopicAttributes" => get_topic_attributes(context, input),
        "ListSubscriptionsByTopic" => list_subscriptions_by_topic(context, input),
        _ => return None,
    })
}

/// A topic of this region by its ARN, with the account that owns it.
fn topic<'a>(
    context: &'a mut Context<'_>,
    operation: &str,
    input: &Value,
) -> Result<(String, String, &'a TopicState), Failure> {
    let arn = input.get("TopicArn").and_then(Value::as_str).unwrap_or_default();
    let parts: Vec<_> = arn.split(':').collect();
    let ["arn", _, "sns", region, account, _name] = parts[..] else {
        return Err(Failure::new("InvalidParameter", "Invalid parameter: TopicArn"));
    };
    if region != context.region {
        return Err(Failure::new("InvalidParameter", "Invalid parameter: TopicArn"));
    }
    if account != context.caller.account {
        return Err(Service::Sns.denied(&context.caller.arn, operation));
    }
    let missing = || Service::Sns.not_found("Topic does not exist");
    let topic = context.here().topics.get(arn).ok_or_else(missing)?;
    Ok((arn.to_owned(), account.to_owned(), topic))
}

fn get_topic_attributes(context: &mut Context<'_>, input: &Value) -> Answer {
    let (arn, owner, topic) = topic(context, "GetTopicAttributes", input)?;
    let confirmed = topic.subscriptions.iter().filter(|s| s.confirmed).count();
    let pending = topic.subscriptions.len() - confirmed;
    let mut attributes = BTreeMap::from([
        ("TopicArn", arn),
        ("Owner", owner),
        ("SubscriptionsConfirmed", confirmed.to_string()),
        ("SubscriptionsPending", pending.to_string()),
        ("SubscriptionsDeleted", "0".to_owned()),
    ]);
    let own = topic.attributes.iter();
    attributes.extend(own.map(|(name, value)| (name.as_str(), value.clone())));
    Ok(json!({ "Attributes": attributes }))
}

fn list_subscriptions_by_topic(context: &mut Context<'_>, input: &Value) -> Answer {
    let (size, hollow) = (context.page(None, MOST), context.behaviour.hollow_pages);
    let (arn, owner, topic) = topic(context, "ListSubscriptionsByTopic", input)?;
    let numbered = topic.subscriptions.iter().enumerate();
    let keyed: BTreeMap<String, &Subscription> = numbered.map(|(n, s)| (format!("{n:08}"), s)).collect();
    let token = input.get("NextToken").and_then(Value::as_str);
    let found = context::page(&keyed, (token, size, hollow), |number, subscription| {
        let own = if subscription.confirmed {
            format!("{arn}:00000000-0000-4000-8000-{number:0>12}")
        } else {
            "PendingConfirmation".to_owned()
        };
        Some(json!({
            "SubscriptionArn": own,
            "Owner": owner,
            "Protocol": subscription.protocol,
            "Endpoint": subscription.endpoint,
            "TopicArn": arn,
        }))
    });
    let found = found.map_err(|_| Failure::new("InvalidParameter", "Invalid parameter: NextToken"))?;
    let next = found.next.map_or(Value::Null, Value::String);
    Ok(json!({ "Subscriptions": found.items, "NextToken": next }))
}
