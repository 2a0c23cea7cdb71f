//! Alarms: which is which, what differs, and what an alarm is to become.

use serde_json::{Value, json};

use super::{Everything, Little, enforced};
use crate::model::alarm::{Alarm, Beyond, SeenMetric, WarmUp};
use crate::model::effective::Direction;
use crate::model::posture::Posture;
use crate::model::response::Action;
use crate::plan::{Change, Diff, diff};

use Direction::{Neutral, Stronger, Undefined, Weaker};

pub(super) const POOL: &str = "us-west-2_A";

/// An alarm as the defaults of a policy make it.
pub(super) fn usual() -> Alarm {
    Alarm {
        name: Some("takeover".into()),
        namespace: "AWS/Cognito".into(),
        metric: "AccountTakeoverRisk".into(),
        dimensions: [
            ("UserPoolId", POOL),
            ("Operation", "SignIn"),
            ("RiskLevel", "High"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        statistic: "Sum".into(),
        period: 300,
        evaluation_periods: 1,
        threshold: 1.0,
        comparison: "GreaterThanOrEqualToThreshold".into(),
        treat_missing_data: "notBreaching".into(),
        actions_enabled: true,
        actions: vec!["a".into()],
        beyond: Beyond::default(),
    }
}

/// The same with other members, as the language and CloudWatch call them; `null` is none.
pub(super) fn with(edit: &Value) -> Alarm {
    let mut alarm = usual();
    for (key, value) in edit.as_object().unwrap() {
        set(&mut alarm, key, value);
    }
    alarm
}

fn set(alarm: &mut Alarm, key: &str, value: &Value) {
    let text = || value.as_str().unwrap().to_owned();
    let perhaps = || value.as_str().map(str::to_owned);
    let count = || u32::try_from(value.as_u64().unwrap()).unwrap();
    match key {
        "name" => alarm.name = perhaps(),
        "namespace" => alarm.namespace = text(),
        "metric" => alarm.metric = text(),
        "statistic" => alarm.statistic = text(),
        "period" => alarm.period = count(),
        "evaluation_periods" => alarm.evaluation_periods = count(),
        "threshold" => alarm.threshold = value.as_f64().unwrap_or(f64::NAN),
        "comparison" => alarm.comparison = text(),
        "treat_missing_data" => alarm.treat_missing_data = text(),
        "actions_enabled" => alarm.actions_enabled = value.as_bool().unwrap(),
        "actions" => alarm.actions = serde_json::from_value(value.clone()).unwrap(),
        "datapoints_to_alarm" => alarm.beyond.datapoints_to_alarm = value.as_u64().map(|_| count()),
        "unit" => alarm.beyond.unit = perhaps(),
        "evaluate_low_sample_count_percentile" => alarm.beyond.low_samples = perhaps(),
        "wall_clock" => alarm.beyond.wall_clock = perhaps(),
        "warm_up" => {
            let minutes = count();
            alarm.beyond.warm_up = Some(WarmUp { minutes, lasts: true });
        }
        "other_kind" => alarm.beyond.is_other_kind = true,
        dimension => match perhaps() {
            Some(value) => drop(alarm.dimensions.insert(dimension.to_owned(), value)),
            None => drop(alarm.dimensions.remove(dimension)),
        },
    }
}

pub(super) fn pool(alarms: Vec<Alarm>) -> Posture {
    Posture {
        pool_id: Some(POOL.into()),
        alarms: Some(alarms),
        ..enforced(Action::Block)
    }
}

pub(super) fn asks(alarms: Vec<Alarm>) -> Posture {
    Posture {
        alarms: Some(alarms),
        ..Posture::default()
    }
}

pub(super) fn only(found: &Diff) -> &Change {
    let [change] = found.changes.as_slice() else {
        panic!("{:?}", found.changes)
    };
    change
}

/// Every default is compared and actions only where they are written.
#[test]
fn defaults_compared_actions_if_written() {
    for edit in [
        json!({ "namespace": "Custom" }),
        json!({ "statistic": "Average" }),
        json!({ "threshold": 2 }),
        json!({ "comparison": "LessThanThreshold" }),
        json!({ "period": 60 }),
        json!({ "evaluation_periods": 2 }),
        json!({ "treat_missing_data": "missing" }),
        json!({ "actions_enabled": false }),
    ] {
        let key = edit.as_object().unwrap().keys().next().unwrap();
        let found = diff(&asks(vec![usual()]), &pool(vec![with(&edit)]), &Little);
        let change = only(&found);
        let [live, wanted] = [&change.live, &change.wanted].map(|side| side.as_ref().unwrap());
        assert_eq!(live.as_object().unwrap().len(), 1, "{live}");
        assert!(
            live.get(key).is_some() && wanted.get(key).is_some() && live != wanted,
            "{key}"
        );
        assert_eq!(change.leaf.pointer().as_str(), "/alarms/0");
    }
    let other = with(&json!({ "actions": ["b"] }));
    assert!(diff(&asks(vec![usual()]), &pool(vec![other.clone()]), &Little).is_empty());
    let found = diff(&asks(vec![usual()]), &pool(vec![other]), &Everything);
    assert_eq!(only(&found).live, Some(json!({ "actions": ["b"] })));
}

/// An alarm without a name is the one on its metric.
#[test]
fn unnamed_alarm_matched_by_metric() {
    let desired = asks(vec![with(&json!({ "name": null, "UserPoolId": "" }))]);
    let live = with(&json!({ "name": "somebody's" }));
    assert!(diff(&desired, &pool(vec![live.clone()]), &Little).is_empty());
    // Rather the one that is spelt as the policy has it, then one that is equal.
    let spelt = with(&json!({ "metric": "AccountTakeOverRisk" }));
    assert!(diff(&desired, &pool(vec![spelt.clone()]), &Little).is_empty());
    let late = with(&json!({ "period": 3600 }));
    let found = diff(&desired, &pool(vec![spelt, late]), &Little);
    assert_eq!(only(&found).live, Some(json!({ "period": "1h" })));
    let many = with(&json!({ "threshold": 7 }));
    assert!(diff(&desired, &pool(vec![many, live]), &Little).is_empty());
    // One that is misspelt is another, and so is one on an expression; a new alarm gets a name.
    let misspelt = with(&json!({ "metric": "AccountTakoverRisk" }));
    let expression = with(&json!({ "other_kind": true }));
    for other in [vec![], vec![misspelt], vec![expression]] {
        let found = diff(&desired, &pool(other), &Little);
        let change = only(&found);
        assert_eq!(change.live, None);
        let name = "cogward-us-west-2_A-AccountTakeoverRisk-SignIn-High";
        assert_eq!(change.wanted.as_ref().unwrap()["name"], name);
        assert_eq!(change.direction, Stronger);
    }
}

#[test]
fn spellings_are_shown_as_they_are() {
    let metric = SeenMetric {
        name: "AccountTakeoverRisk".into(),
        dimensions: usual().dimensions,
        older: false,
    };
    let live = with(&json!({ "metric": "AccountTakeOverRisk", "RiskLevel": "high" }));
    let mut observed = pool(vec![live.clone()]);
    let found = diff(&asks(vec![usual()]), &observed, &Little);
    assert!(found.is_empty());
    assert_eq!(
        found.spelt_otherwise,
        [0],
        "nobody knows which of the two can fire"
    );
    // What else differs is put right, and the spelling stays.
    observed.alarms.as_mut().unwrap()[0].threshold = 2.0;
    let found = diff(&asks(vec![usual()]), &observed, &Little);
    assert_eq!(only(&found).wanted, Some(json!({ "threshold": 1 })));
    assert_eq!(found.alarms[&0].alarm.metric, "AccountTakeOverRisk");
    observed.seen_metrics = Some(vec![metric]);
    let found = diff(&asks(vec![usual()]), &observed, &Little);
    let change = only(&found);
    let side = |side: &Option<Value>, key: &str| side.as_ref().unwrap()[key].clone();
    assert_eq!(side(&change.live, "metric"), "AccountTakeOverRisk");
    assert_eq!(side(&change.wanted, "metric"), "AccountTakeoverRisk");
    assert_eq!(side(&change.live, "dimensions")["RiskLevel"], "high");
    assert_eq!(side(&change.wanted, "dimensions")["RiskLevel"], "High");
    assert_eq!((change.direction, found.spelt_otherwise.len()), (Stronger, 0));
    // And back: from what has data to what has none.
    observed.alarms = Some(vec![usual()]);
    let found = diff(&asks(vec![live]), &observed, &Little);
    assert_eq!(only(&found).direction, Weaker);
}

/// What policies have no words for stays unless it mutes the alarm.
#[test]
fn unmanaged_members_kept_unless_muting() {
    for (edit, wanted) in [
        (json!({ "unit": "Seconds" }), Some(json!({ "unit": null }))),
        (json!({ "unit": "Count" }), Some(json!({ "unit": null }))),
        (json!({ "warm_up": 60 }), Some(json!({ "warm_up": null }))),
        (
            json!({ "wall_clock": "UTC" }),
            Some(json!({ "wall_clock": null })),
        ),
        (json!({ "datapoints_to_alarm": 1 }), None),
        // It counts for percentiles only.
        (json!({ "evaluate_low_sample_count_percentile": "ignore" }), None),
        (
            json!({ "evaluation_periods": 5, "datapoints_to_alarm": 3 }),
            Some(json!({ "evaluation_periods": 1, "datapoints_to_alarm": null })),
        ),
        (
            json!({ "evaluation_periods": 5, "datapoints_to_alarm": 1 }),
            Some(json!({ "evaluation_periods": 1 })),
        ),
        (
            json!({ "statistic": "p99", "evaluate_low_sample_count_percentile": "ignore" }),
            Some(json!({ "statistic": "Sum", "evaluate_low_sample_count_percentile": null })),
        ),
    ] {
        let live = with(&edit);
        let found = diff(&asks(vec![usual()]), &pool(vec![live.clone()]), &Little);
        let change = found.changes.first();
        assert_eq!(change.and_then(|change| change.wanted.clone()), wanted, "{edit}");
        let is_right =
            |change: &Change| !change.must_be_named() && matches!(change.live_is(), Weaker | Undefined);
        assert!(change.is_none_or(is_right), "{edit}");
        // A journal has what was there, to the letter.
        let back = diff(&asks(vec![live.clone()]), &pool(vec![usual()]), &Everything);
        assert_eq!(back.alarms[&0].alarm.beyond, live.beyond);
    }
}

/// Percentiles and counts of periods as the policy implies them.
#[test]
fn percentile_and_datapoint_defaults() {
    let percentile =
        |few: &Value| with(&json!({ "statistic": "p99", "evaluate_low_sample_count_percentile": few }));
    let asked = asks(vec![percentile(&Value::Null)]);
    let found = diff(&asked, &pool(vec![percentile(&json!("ignore"))]), &Little);
    assert_eq!(only(&found).direction, Stronger);
    assert!(diff(&asked, &pool(vec![percentile(&json!("evaluate"))]), &Little).is_empty());
    // All of the periods are all of them, however many there are; some of them are no fewer than the policy asks for.
    let three = |needed: &Value| with(&json!({ "evaluation_periods": 3, "datapoints_to_alarm": needed }));
    let asked = asks(vec![three(&Value::Null)]);
    let found = diff(
        &asked,
        &pool(vec![with(&json!({ "datapoints_to_alarm": 1 }))]),
        &Little,
    );
    assert_eq!(found.alarms[&0].alarm.beyond, Beyond::default());
    assert!(diff(&asked, &pool(vec![three(&json!(2))]), &Little).is_empty());
}

/// A name that another kind of alarm has is not free.
#[test]
fn name_used_by_other_alarm_kind() {
    let other = with(&json!({ "other_kind": true }));
    let found = diff(&asks(vec![usual()]), &pool(vec![other]), &Little);
    let change = only(&found);
    assert_eq!(change.live.as_ref().unwrap()["name"], "takeover");
    assert!(change.must_be_named() && change.direction == Undefined);
    assert_ne!(change.direction, Neutral);
}
