//! Alarms of a plan: what is wanted of one, and the request that makes it so.

use serde_json::Value;

use crate::aws::AlarmRequest;
use crate::model::alarm::Alarm;
use crate::plan::{AlarmSets, UNKNOWN_OF_ALARM, whole_alarm};
use crate::text;

/// An alarm that was read, in the words of plans.
pub(super) fn read(request: &AlarmRequest) -> Value {
    let missing = || "missing".to_owned();
    whole_alarm(&Alarm {
        name: Some(request.name.clone()),
        namespace: request.namespace.clone(),
        metric: request.metric.clone(),
        dimensions: request.dimensions.clone(),
        statistic: request.statistic.clone(),
        period: request.period,
        evaluation_periods: request.evaluation_periods,
        threshold: request.threshold,
        comparison: request.comparison.clone(),
        treat_missing_data: request.treat_missing_data.clone().unwrap_or_else(missing),
        actions_enabled: request.actions_enabled,
        actions: request.alarm_actions.clone(),
        beyond: request.beyond(),
    })
}

/// What of an alarm that was read is unknown, in words; `None` for nothing.
pub(super) fn unknown(object: &Value) -> Option<String> {
    let names = object.get(UNKNOWN_OF_ALARM)?.as_array()?;
    let names: Vec<_> = names
        .iter()
        .filter_map(Value::as_str)
        .map(|name| format!("`{name}`"))
        .collect();
    Some(text::join_words(&names))
}

/// The alarm as it is to be, in the words of plans: of one that exists, what is not managed stays.
pub(super) fn wanted(set: &AlarmSets, object: &Value) -> Value {
    let whole = whole_alarm(&set.to);
    let (Some(there), Some(changing)) = (object.as_object(), &set.only) else {
        return whole;
    };
    let mut after = there.clone();
    for member in changing {
        match whole.get(member) {
            Some(value) => drop(after.insert(member.clone(), value.clone())),
            None => drop(after.shift_remove(member)),
        }
    }
    Value::Object(after)
}

/// The request of a call: a new alarm, or the one that exists with what the plan changes.
pub(super) fn request(sets: &AlarmSets, there: Option<AlarmRequest>) -> AlarmRequest {
    let Some(mut request) = there else {
        return AlarmRequest::new(sets.to.name.as_deref().unwrap_or_default(), &sets.to);
    };
    for member in sets.only.iter().flatten() {
        set(&mut request, member, &sets.to);
    }
    request
}

fn set(request: &mut AlarmRequest, member: &str, alarm: &Alarm) {
    match member {
        "metric" => request.metric.clone_from(&alarm.metric),
        "namespace" => request.namespace.clone_from(&alarm.namespace),
        "dimensions" => request.dimensions.clone_from(&alarm.dimensions),
        "statistic" => request.statistic.clone_from(&alarm.statistic),
        "threshold" => request.threshold = alarm.threshold,
        "comparison" => request.comparison.clone_from(&alarm.comparison),
        "period" => request.period = alarm.period,
        "evaluation_periods" => request.evaluation_periods = alarm.evaluation_periods,
        "treat_missing_data" => request.treat_missing_data = Some(alarm.treat_missing_data.clone()),
        "actions_enabled" => request.actions_enabled = alarm.actions_enabled,
        "actions" => request.alarm_actions.clone_from(&alarm.actions),
        _ => request.set_beyond(member, &alarm.beyond),
    }
}
