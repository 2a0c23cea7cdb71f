//! Alarms of a policy and of a pool: which is which, and what differs.

use serde_json::{Map, Value};

use crate::model::alarm::{Alarm, AlarmField, ThreatMetric, check};
use crate::policy::write;

/// What tells an alarm from others, beside its name.
const IDENTITY: [&str; 4] = ["name", "metric", "namespace", "dimensions"];

/// The observed alarm that each desired one means, each at most once: the one of the same name, or for an
/// alarm that the policy does not name one on the same metric with the same dimensions, rather one that is
/// equal. Unconfirmed spellings of a metric and the case of its risk level do not count
/// (docs/facts.md, "Spelling of metrics"); whether such an alarm is dead is a rule's business.
#[must_use]
pub fn counterparts<'a>(desired: &[Alarm], observed: &'a [Alarm]) -> Vec<Option<&'a Alarm>> {
    let values: Vec<_> = observed.iter().map(value).collect();
    let mut free: Vec<bool> = vec![true; observed.len()];
    let by_name = |wish: &Alarm, free: &[bool]| {
        let same = |index: &usize| free[*index] && wish.name.is_some() && observed[*index].name == wish.name;
        (0..observed.len()).find(same)
    };
    let mut pairs: Vec<Option<usize>> = Vec::new();
    for wish in desired {
        let found = by_name(wish, &free);
        pairs.extend([found]);
        if let Some(index) = found {
            free[index] = false;
        }
    }
    for (wish, pair) in desired.iter().zip(&mut pairs) {
        if wish.name.is_some() {
            continue;
        }
        let wish = value(wish);
        let on_the_same = |index: &usize| free[*index] && subject(&values[*index]) == subject(&wish);
        let fitting: Vec<_> = (0..observed.len()).filter(on_the_same).collect();
        let equal = fitting
            .iter()
            .find(|index| settings(&values[**index]) == settings(&wish));
        *pair = equal.or(fitting.first()).copied();
        if let Some(index) = *pair {
            free[index] = false;
        }
    }
    pairs.into_iter().map(|index| observed.get(index?)).collect()
}

/// What an alarm is on.
fn subject(alarm: &Value) -> Vec<Option<&Value>> {
    IDENTITY[1..].iter().map(|key| alarm.get(*key)).collect()
}

/// Everything else but its name.
fn settings(alarm: &Value) -> Vec<(&String, &Value)> {
    let members = alarm.as_object().into_iter().flatten();
    members
        .filter(|(key, _)| !IDENTITY.contains(&key.as_str()))
        .collect()
}

/// The members of an alarm that a policy manages and that differ: live, then as the policy wants them.
/// `names` says which members the policy writes; `None` if nothing differs.
#[must_use]
pub fn difference(desired: &Alarm, observed: &Alarm, names: &dyn Fn(&str) -> bool) -> Option<(Value, Value)> {
    let (Value::Object(wanted), Value::Object(live)) = (value(desired), value(observed)) else {
        return None;
    };
    let mut sides = (Map::new(), Map::new());
    for (key, wish) in wanted {
        let managed = IDENTITY.contains(&key.as_str()) || names(&key);
        let there = live.get(&key);
        if !managed || there == Some(&wish) {
            continue;
        }
        sides.0.extend(there.cloned().map(|there| (key.clone(), there)));
        sides.1.insert(key, wish);
    }
    (!sides.1.is_empty()).then_some((Value::Object(sides.0), Value::Object(sides.1)))
}

/// The managed members of an alarm on both sides, for comparisons with what they were before: live, then as the
/// policy wants them.
#[must_use]
pub fn held(desired: &Alarm, observed: Option<&Alarm>, names: &dyn Fn(&str) -> bool) -> [Option<Value>; 2] {
    let managed = |key: &String| IDENTITY.contains(&key.as_str()) || names(key);
    let Value::Object(mut wanted) = value(desired) else {
        return [None, None];
    };
    wanted.retain(|key, _| managed(key));
    let live = observed.map(value).and_then(|live| match live {
        Value::Object(mut live) => {
            live.retain(|key, _| wanted.contains_key(key));
            Some(Value::Object(live))
        }
        _ => None,
    });
    [live, Some(Value::Object(wanted))]
}

/// An alarm as it compares: actions as a set, unconfirmed spellings as documented.
#[must_use]
pub fn value(alarm: &Alarm) -> Value {
    let mut alarm = alarm.clone();
    let misspelt =
        |fault: &crate::model::alarm::AlarmFault| fault.field == AlarmField::Metric && !fault.unconfirmed;
    if !check(&alarm).iter().any(misspelt)
        && let Some(metric) = ThreatMetric::meant(&alarm.metric)
    {
        metric.as_str().clone_into(&mut alarm.metric);
    }
    if let Some(level) = alarm.dimensions.get_mut("RiskLevel") {
        *level = level.to_ascii_lowercase();
    }
    alarm.actions.sort_unstable();
    alarm.actions.dedup();
    write::alarm(&alarm)
}
