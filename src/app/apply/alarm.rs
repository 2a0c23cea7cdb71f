//! Alarms of a plan: what is wanted of one, and the request that makes it so.

use serde_json::{Map, Value};

use crate::app::apply::work::Work;
use crate::aws::AlarmRequest;
use crate::model::alarm::Alarm;
use crate::plan::{Call, Change, Leaf};
use crate::policy::write;

/// An alarm that was read, in the policy language's words.
pub(super) fn read(request: &AlarmRequest) -> Value {
    let missing = || "missing".to_owned();
    write::alarm(&Alarm {
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
    })
}

/// The name of a call's alarm.
pub(super) fn name(call: &Call) -> &str {
    call.sets.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The change that a call makes, with the alarm that the plan asks for.
fn change<'a>(call: &Call, work: &'a Work) -> Option<(&'a Change, &'a Alarm)> {
    let makes = |change: &&Change| call.makes.contains(&change.leaf.pointer());
    let change = work.diff.changes.iter().find(makes)?;
    let Leaf::Alarm(index) = change.leaf else {
        return None;
    };
    Some((change, work.diff.desired.alarms.as_ref()?.get(index)?))
}

/// Members that the plan changes of an alarm that exists.
fn differing(change: &Change) -> Option<&Map<String, Value>> {
    change.wanted.as_ref()?.as_object()
}

/// The alarm as it is to be, in the policy language's words: of one that exists, what is not managed stays.
pub(super) fn wanted(call: &Call, work: &Work, object: &Value) -> Value {
    let Some((change, alarm)) = change(call, work) else {
        return object.clone();
    };
    let Value::Object(mut whole) = write::alarm(alarm) else {
        return object.clone();
    };
    whole.insert("name".to_owned(), name(call).into());
    let (Some(there), Some(differing)) = (object.as_object(), differing(change)) else {
        return Value::Object(whole);
    };
    let mut after = there.clone();
    let members = whole
        .into_iter()
        .filter(|(member, _)| differing.contains_key(member));
    after.extend(members.filter(|(member, _)| member != "name"));
    Value::Object(after)
}

/// The request of a call: a new alarm, or the one that exists with what the plan changes.
pub(super) fn request(call: &Call, work: &Work, there: Option<AlarmRequest>) -> AlarmRequest {
    let Some((change, alarm)) = change(call, work) else {
        return there.unwrap_or_default();
    };
    let Some(mut request) = there else {
        return AlarmRequest::new(name(call), alarm);
    };
    for member in differing(change).into_iter().flat_map(Map::keys) {
        set(&mut request, member, alarm);
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
        _ => {}
    }
}
