//! Finds members of a described alarm that this version does not know. The SDK's types drop them, and `PutMetricAlarm`, which replaces the
//! alarm as a whole, would take them away.

use serde_json::{Map, Value};

/// An object's members that are known: with their own members, where these are objects or lists of them.
struct Shape(&'static [(&'static str, Option<&'static Shape>)]);

/// `MetricAlarm` as the SDK reads it. Alarms on more than a metric are not changed, so that nothing of `Metrics` counts.
static ALARM: Shape = Shape(&[
    ("ActionConfiguration", Some(&ACTIONS)),
    ("ActionsEnabled", None),
    ("AlarmActions", None),
    ("AlarmArn", None),
    ("AlarmConfigurationUpdatedTimestamp", None),
    ("AlarmDescription", None),
    ("AlarmName", None),
    ("ComparisonOperator", None),
    ("DatapointsToAlarm", None),
    ("Dimensions", Some(&Shape(&[("Name", None), ("Value", None)]))),
    ("EvaluateLowSampleCountPercentile", None),
    ("EvaluationCriteria", None),
    ("EvaluationInterval", None),
    ("EvaluationPeriods", None),
    ("EvaluationState", None),
    ("EvaluationWindow", Some(&WINDOW)),
    ("ExtendedStatistic", None),
    ("InsufficientDataActions", None),
    ("MetricName", None),
    ("Metrics", None),
    ("Namespace", None),
    ("OKActions", None),
    ("Period", None),
    ("StateReason", None),
    ("StateReasonData", None),
    ("StateTransitionedTimestamp", None),
    ("StateUpdatedTimestamp", None),
    ("StateValue", None),
    ("Statistic", None),
    ("Threshold", None),
    ("ThresholdMetricId", None),
    ("TreatMissingData", None),
    ("Unit", None),
    (
        "WarmUpConfiguration",
        Some(&Shape(&[
            ("OnlyStartEvaluatingAfterWarmUpPeriodEnds", None),
            ("WarmUpPeriodDurationInMinutes", None),
        ])),
    ),
]);
static ACTIONS: Shape = Shape(&[(
    "AlarmTagsPropagation",
    Some(&Shape(&[
        ("Enabled", None),
        ("ExcludedTagKeys", None),
        ("IncludedTagKeys", None),
    ])),
)]);
static WINDOW: Shape = Shape(&[
    ("SlidingWindow", Some(&Shape(&[]))),
    ("WallClockWindow", Some(&Shape(&[("Timezone", None)]))),
]);

/// Dotted names of what is unknown of the alarm of a name, by the body of an answer to `DescribeAlarms`, ordered. Null
/// is nothing.
pub(super) fn unknown(body: &Value, name: &str) -> Vec<String> {
    let alarms = body.get("MetricAlarms").and_then(Value::as_array);
    let named = |alarm: &&Value| alarm.get("AlarmName").and_then(Value::as_str) == Some(name);
    let alarm = alarms.into_iter().flatten().find(named);
    let mut found = Vec::new();
    look(&ALARM, alarm.unwrap_or(&Value::Null), "", &mut found);
    found.sort();
    found.dedup();
    found
}

fn look(shape: &Shape, value: &Value, under: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => of_members(shape, members, under, into),
        Value::Array(items) => items.iter().for_each(|item| look(shape, item, under, into)),
        _ => {}
    }
}

fn of_members(shape: &Shape, members: &Map<String, Value>, under: &str, into: &mut Vec<String>) {
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        let place = format!("{under}{name}");
        match shape.0.iter().find(|(known, _)| known == name) {
            Some((_, Some(inner))) => look(inner, value, &format!("{place}."), into),
            Some((_, None)) => {}
            None => into.push(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is not known is found at every depth.
    #[test]
    fn unknown_members_found_at_any_depth() {
        let known = json!({ "AlarmName": "a", "Period": 60, "Dimensions": [{ "Name": "x", "Value": "y" }], "New": null,
            "EvaluationWindow": { "SlidingWindow": {} }, "Metrics": [{ "Anything": 1 }] });
        let odd = json!({ "AlarmName": "b", "New": { "A": 1 }, "Dimensions": [{ "Name": "x" }, { "Kind": "y" }],
            "EvaluationWindow": { "WallClockWindow": { "Timezone": "UTC", "Offset": 3 } },
            "ActionConfiguration": { "AlarmTagsPropagation": { "Enabled": true, "Depth": 1 }, "Retry": 2 },
            "WarmUpConfiguration": { "Ramp": 1 } });
        let body = json!({ "MetricAlarms": [known, odd] });
        assert_eq!(unknown(&body, "a"), <[&str; 0]>::default());
        let wanted = [
            "ActionConfiguration.AlarmTagsPropagation.Depth",
            "ActionConfiguration.Retry",
            "Dimensions.Kind",
            "EvaluationWindow.WallClockWindow.Offset",
            "New",
            "WarmUpConfiguration.Ramp",
        ];
        assert_eq!(unknown(&body, "b"), wanted);
        for none in [json!({}), json!([]), json!({ "MetricAlarms": 1 })] {
            assert_eq!(unknown(&none, "b"), <[&str; 0]>::default());
        }
    }
}
