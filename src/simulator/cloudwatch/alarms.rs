//! Alarms. `PutMetricAlarm` overwrites the alarm of the same name as a whole.

use serde_json::{Value, json};

use crate::model::arn::Arn;
use crate::simulator::cloudwatch::input::{bad_token, invalid, text, texts};
use crate::simulator::context::{self, Context};
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::RawMembers;

/// Most alarms on a page, and how many there are if nothing is said.
const MOST: u64 = 100;
const USUAL: u64 = 50;

pub(super) fn describe(context: &mut Context<'_>, input: &Value) -> Answer {
    let asked = input.get("MaxRecords").and_then(Value::as_u64).unwrap_or(USUAL);
    if !(1..=MOST).contains(&asked) {
        let what = "1 validation error detected: Value at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and 100";
        return Err(invalid(what));
    }
    let names = texts(input, "AlarmNames");
    if names.len() > 100 {
        return Err(invalid("Member must have length less than or equal to 100"));
    }
    let size = context.page(Some(&json!(asked)), 100);
    let (hollow, arn) = (context.behaviour.hollow_pages, arn_start(context));
    let token = text(input, "NextToken");
    let found = context::page(&context.here().alarms, (token, size, hollow), |name, alarm| {
        (wanted(input, &names, name, alarm)).then(|| Value::Object(served(&arn, name, alarm)))
    });
    let found = found.map_err(|_| bad_token())?;
    let is_composite = |alarm: &Value| alarm.get("AlarmRule").is_some();
    let (composite, metric): (Vec<_>, Vec<_>) = found.items.into_iter().partition(is_composite);
    let mut output = json!({ "CompositeAlarms": composite, "MetricAlarms": metric });
    if let Some(next) = found.next {
        output["NextToken"] = json!(next);
    }
    Ok(output)
}

fn arn_start(context: &Context<'_>) -> String {
    format!(
        "arn:aws:cloudwatch:{}:{}:alarm:",
        context.region, context.caller.account
    )
}

fn served(arn: &str, name: &str, alarm: &RawMembers) -> RawMembers {
    let mut members = alarm.clone();
    members.insert("AlarmName".into(), json!(name));
    members
        .entry("AlarmArn")
        .or_insert_with(|| json!(format!("{arn}{name}")));
    members
}

/// Without `AlarmTypes` only metric alarms are meant.
fn wanted(input: &Value, names: &[&str], name: &str, alarm: &RawMembers) -> bool {
    let types = texts(input, "AlarmTypes");
    let kind = if alarm.contains_key("AlarmRule") {
        "CompositeAlarm"
    } else {
        "MetricAlarm"
    };
    let of_kind = if types.is_empty() {
        kind == "MetricAlarm"
    } else {
        types.contains(&kind)
    };
    let starts = |prefix: &str| name.starts_with(prefix);
    let in_state = |state: &str| alarm.get("StateValue").and_then(Value::as_str) == Some(state);
    let acts = |prefix: &str| {
        let actions = ["AlarmActions", "OKActions", "InsufficientDataActions"];
        let lists = actions.iter().filter_map(|name| alarm.get(*name)?.as_array());
        lists
            .flatten()
            .filter_map(Value::as_str)
            .any(|action| action.starts_with(prefix))
    };
    of_kind
        && (names.is_empty() || names.contains(&name))
        && text(input, "AlarmNamePrefix").is_none_or(starts)
        && text(input, "StateValue").is_none_or(in_state)
        && text(input, "ActionPrefix").is_none_or(acts)
}

pub(super) fn put(context: &mut Context<'_>, input: &Value) -> Answer {
    check(input)?;
    in_region(input, context.region)?;
    let name = text(input, "AlarmName").unwrap_or_default().to_owned();
    let now = context.now;
    let mut alarm: RawMembers = input.as_object().cloned().unwrap_or_default();
    alarm.retain(|member, value| member != "Tags" && !value.is_null());
    alarm.entry("ActionsEnabled").or_insert(json!(true));
    alarm.insert("AlarmConfigurationUpdatedTimestamp".into(), json!(now));
    let here = context.here();
    let old = here.alarms.get(&name);
    let state = old.and_then(|old| old.get("StateValue")).cloned();
    let since = old.and_then(|old| old.get("StateUpdatedTimestamp")).cloned();
    alarm.insert(
        "StateValue".into(),
        state.unwrap_or_else(|| json!("INSUFFICIENT_DATA")),
    );
    alarm.insert(
        "StateUpdatedTimestamp".into(),
        since.unwrap_or_else(|| json!(now)),
    );
    here.alarms.insert(name, alarm);
    Ok(json!({}))
}

/// What the service checks of an alarm on one metric; on expressions it is not played.
fn check(input: &Value) -> Result<(), Failure> {
    let within = |name: &str, most: usize| {
        let length = text(input, name).map(|text| text.chars().count());
        length.is_none_or(|length| (1..=most).contains(&length))
    };
    if text(input, "AlarmName").is_none() || !within("AlarmName", 255) {
        return Err(invalid("AlarmName must be given, with 1 to 255 characters"));
    }
    for list in ["AlarmActions", "OKActions", "InsufficientDataActions"] {
        if texts(input, list).len() > 5 {
            return Err(invalid(format!(
                "{list}: Member must have length less than or equal to 5"
            )));
        }
    }
    if text(input, "MetricName").is_none() {
        let other = input.get("Metrics").is_some() || input.get("EvaluationCriteria").is_some();
        return if other {
            Ok(())
        } else {
            Err(invalid("MetricName or Metrics must be given"))
        };
    }
    let number = |name: &str| input.get(name).and_then(Value::as_i64).unwrap_or_default();
    let statistic = text(input, "Statistic").or(text(input, "ExtendedStatistic"));
    for (right, what) in [
        (
            text(input, "Namespace").is_some() && within("Namespace", 255),
            "Namespace",
        ),
        (statistic.is_some(), "Statistic or ExtendedStatistic"),
        (period(number("Period")), "Period: 10, 20, 30 or a multiple of 60"),
        (number("EvaluationPeriods") >= 1, "EvaluationPeriods"),
        (
            text(input, "ComparisonOperator").is_some_and(is_operator),
            "ComparisonOperator",
        ),
    ] {
        if !right {
            return Err(invalid(format!("The parameter is missing or invalid: {what}")));
        }
    }
    Ok(())
}

/// An action in another region is refused. docs/facts.md, "Topics and subscriptions".
fn in_region(input: &Value, here: &str) -> Result<(), Failure> {
    let lists = ["AlarmActions", "OKActions", "InsufficientDataActions"];
    let topics = lists.into_iter().flat_map(|list| texts(input, list));
    let mut regions = topics.filter_map(|topic| Some(Arn::parse(topic)?.region));
    match regions.find(|region| *region != here) {
        None => Ok(()),
        Some(region) => Err(invalid(format!(
            "Invalid region {region} specified. Only {here} is supported."
        ))),
    }
}

fn period(seconds: i64) -> bool {
    seconds > 0 && (matches!(seconds, 10 | 20 | 30) || seconds % 60 == 0)
}

fn is_operator(text: &str) -> bool {
    [
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
        "LessThanLowerOrGreaterThanUpperThreshold",
        "LessThanLowerThreshold",
        "GreaterThanUpperThreshold",
    ]
    .contains(&text)
}

/// "In the event of an error, no alarms are deleted."
pub(super) fn delete(context: &mut Context<'_>, input: &Value) -> Answer {
    let names = texts(input, "AlarmNames");
    let alarms = &mut context.here().alarms;
    if let Some(missing) = names.iter().find(|name| !alarms.contains_key(**name)) {
        let message = format!("Alarm {missing} does not exist.");
        return Err(Failure::new("ResourceNotFound", message).with_status(404));
    }
    for name in names {
        alarms.remove(name);
    }
    Ok(json!({}))
}
