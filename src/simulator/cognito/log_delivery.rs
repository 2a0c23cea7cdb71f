//! `SetLogDeliveryConfiguration`. docs/facts.md, "Log delivery" and "Feature plans".

use serde_json::{Value, json};

use crate::simulator::cognito::plan::{USER_ACTIVITY, check_export, source};
use crate::simulator::cognito::read::{described, pool};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::options::Unsent;

/// Where logs can go.
const DESTINATIONS: [&str; 3] = [
    "CloudWatchLogsConfiguration",
    "S3Configuration",
    "FirehoseConfiguration",
];

pub(super) fn set(context: &mut Context<'_>, input: &Value) -> Answer {
    let unsent = context.behaviour.unsent_log_configurations;
    let (id, pool) = pool(context, input)?;
    let sent = input.get("LogConfigurations").and_then(Value::as_array);
    let mut list = sent.cloned().unwrap_or_default();
    let sources: Vec<_> = list.iter().map(|entry| source(entry).to_owned()).collect();
    if sources.len() == 2 && sources[0] == sources[1] {
        let what = "Following event sources appear more then once in a request";
        return Err(Failure::invalid(format!("{what}: [{}]", sources[0])));
    }
    list.iter().try_for_each(check)?;
    if sources.iter().any(|source| source == USER_ACTIVITY) {
        check_export(&pool.user_pool)?;
    }
    if unsent == Unsent::Kept {
        let old = pool.log_configurations.iter().flatten();
        let kept = old.filter(|entry| !sources.contains(&source(entry).to_owned()));
        list.extend(kept.cloned().collect::<Vec<_>>());
    }
    pool.log_configurations = Some(list);
    pool.log_delivery = input.as_object().cloned().unwrap_or_default();
    pool.log_delivery.retain(|name, value| {
        !matches!(name.as_str(), "UserPoolId" | "LogConfigurations") && !value.is_null()
    });
    Ok(json!({ "LogDeliveryConfiguration": described(&id, pool) }))
}

/// What a source may have: its level, and where it may go.
fn check(entry: &Value) -> Result<(), Failure> {
    let given: Vec<_> = DESTINATIONS
        .iter()
        .filter(|name| entry.get(**name).is_some())
        .collect();
    let level = entry.get("LogLevel").and_then(Value::as_str);
    let right = if source(entry) == USER_ACTIVITY {
        level == Some("INFO") && given.len() == 1
    } else {
        level == Some("ERROR") && given == [&DESTINATIONS[0]]
    };
    if right {
        return Ok(());
    }
    let what = format!("Invalid log configuration for the event source {}", source(entry));
    Err(Failure::invalid(what))
}
