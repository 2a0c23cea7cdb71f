//! Alarms: which way a change goes, by what would have rung and who would have been notified.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::alarms::{POOL, asks, only, pool, usual, with};
use super::{Everything, Little};
use crate::model::alarm::{Alarm, Beyond};
use crate::model::effective::Direction;
use crate::model::posture::Topic;
use crate::plan::alarm_coverage::{Around, step};
use crate::plan::diff;
use crate::plan::step::Step;

use Direction::{Neutral, Stronger, Undefined, Weaker};

/// A step between alarms of a pool without data and without known topics, which no policy asks for.
fn judged(before: &Alarm, after: &Alarm) -> Step {
    let topics = BTreeMap::new();
    let around = Around {
        pool: Some(POOL),
        seen: &[],
        topics: &topics,
        is_read: false,
        named: None,
    };
    step(Some(before), after, &around)
}

/// Whatever an alarm with its actions off would ring for: it notifies nobody, so that nothing is lost by what replaces it,
/// unless another alarm reads its state.
#[test]
fn disabled_actions_below_any_notifier() {
    for (edit, _) in edits() {
        let mut off = with(&edit);
        off.actions_enabled = false;
        let (there, back) = (judged(&off, &usual()), judged(&usual(), &off));
        assert_eq!((there.direction, there.is_unordered), (Stronger, false), "{edit}");
        assert_eq!(back.direction, Weaker, "{edit}");
    }
    let gutted = json!({ "comparison": "LessThanThreshold", "statistic": "Average", "treat_missing_data": "breaching",
        "actions_enabled": false });
    let mut live = pool(vec![with(&gutted)]);
    for (others, named) in [(None, true), (Some(Vec::new()), false)] {
        live.other_alarms = others;
        let found = diff(&asks(vec![usual()]), &live, &Little);
        let [change] = &found.changes[..] else {
            panic!("{:?}", found.changes)
        };
        assert_eq!(change.must_be_named(), named, "{change:?}");
    }
}

/// Edits of the usual alarm, and what each is in comparison.
fn edits() -> Vec<(Value, Direction)> {
    let weaker = [
        json!({ "period": 3600 }),
        json!({ "statistic": "Average" }),
        json!({ "statistic": "Minimum" }),
        json!({ "statistic": "p99.9" }),
        json!({ "statistic": "TM(10%:90%)" }),
        json!({ "threshold": 2 }),
        json!({ "threshold": null }),
        json!({ "comparison": "GreaterThanThreshold" }),
        json!({ "comparison": "LessThanThreshold" }),
        json!({ "comparison": "GreaterThanUpperThreshold" }),
        json!({ "evaluation_periods": 3 }),
        json!({ "evaluation_periods": 3, "datapoints_to_alarm": 2 }),
        json!({ "evaluation_periods": 3, "datapoints_to_alarm": 1 }),
        json!({ "treat_missing_data": "breaching" }),
        json!({ "treat_missing_data": "ignore" }),
        json!({ "treat_missing_data": "missing" }),
        json!({ "actions_enabled": false }),
        json!({ "actions": [] }),
        json!({ "warm_up": 5 }),
        json!({ "wall_clock": "UTC" }),
    ];
    let same = [
        json!({}),
        json!({ "threshold": 0, "comparison": "GreaterThanThreshold" }),
        json!({ "threshold": 0.5 }),
    ];
    let stronger = [json!({ "period": 60 }), json!({ "actions": ["a", "b"] })];
    let undefined = [
        json!({ "metric": "OverrideBlock" }),
        json!({ "metric": "Unheard" }),
        json!({ "RiskLevel": "Low" }),
        json!({ "Operation": "SignUp" }),
    ];
    let all = [
        (weaker.to_vec(), Weaker),
        (dead(), Weaker),
        (same.to_vec(), Neutral),
        (stronger.to_vec(), Stronger),
        (undefined.to_vec(), Undefined),
        (perhaps(), Undefined),
    ];
    all.into_iter()
        .flat_map(|(edits, direction)| edits.into_iter().map(move |edit| (edit, direction)))
        .collect()
}

/// Alarms that never fire for this pool.
fn dead() -> Vec<Value> {
    vec![
        json!({ "metric": "AccountTakeoverRisks" }),
        json!({ "RiskLevel": "Top" }),
        json!({ "RiskLevel": "HIGH" }),
        json!({ "Operation": null }),
        json!({ "Operation": "Signin" }),
        json!({ "UserPoolId": "us-west-2_B" }),
        json!({ "UserPool": POOL }),
        json!({ "namespace": "Custom" }),
        json!({ "unit": "Seconds" }),
    ]
}

/// What may be less than the usual alarm, or the same.
fn perhaps() -> Vec<Value> {
    vec![
        json!({ "unit": "Count" }),
        json!({ "unit": "None" }),
        json!({ "statistic": "SampleCount" }),
    ]
}

#[test]
fn what_would_have_rung_decides() {
    for (edit, expected) in edits() {
        let there = judged(&usual(), &with(&edit));
        assert_eq!(there.direction, expected, "{edit}");
        assert_eq!(there.is_unordered, expected == Undefined, "{edit}");
        let back = judged(&with(&edit), &usual());
        assert_eq!(back.direction, expected.reversed(), "{edit}, undone");
        // Of two alarms that ring for other events neither is silently left; what sees each event is no less than anything.
        let is_open = expected == Undefined && !perhaps().contains(&edit);
        assert_eq!(back.is_unordered, is_open, "{edit}, undone");
    }
    // Somebody else gets fewer notifications one way and the other, where no policy says who is meant.
    let other = with(&json!({ "actions": ["b"] }));
    for step in [judged(&usual(), &other), judged(&other, &usual())] {
        assert!(step.direction == Weaker && step.strengthens);
    }
}

/// Between two alarms that miss events what can be ordered is.
#[test]
fn alarms_with_gaps_partially_ordered() {
    let many = json!({ "threshold": 5 });
    let several = json!({ "evaluation_periods": 3 });
    for (base, edit, expected) in [
        (&many, json!({ "threshold": 4 }), Stronger),
        (&many, json!({ "threshold": 6 }), Weaker),
        (&many, json!({ "statistic": "Average" }), Weaker),
        (&many, json!({ "statistic": "SampleCount" }), Undefined),
        // Longer windows hold more events, and end later.
        (&many, json!({ "period": 3600 }), Undefined),
        (&many, json!({ "period": 60 }), Undefined),
        (&many, json!({ "evaluation_periods": 2 }), Weaker),
        (&several, json!({ "evaluation_periods": 2 }), Stronger),
        (&several, json!({ "datapoints_to_alarm": 2 }), Stronger),
        // Over several periods an alarm with `missing` rings by what data there is.
        (&several, json!({ "treat_missing_data": "missing" }), Undefined),
        (&several, json!({ "treat_missing_data": "ignore" }), Weaker),
        (&several, json!({ "treat_missing_data": "sometimes" }), Undefined),
    ] {
        let before = with(base);
        let mut whole = base.clone();
        whole
            .as_object_mut()
            .unwrap()
            .extend(edit.as_object().unwrap().clone());
        let after = with(&whole);
        assert_eq!(judged(&before, &after).direction, expected, "{base} {edit}");
        assert_eq!(
            judged(&after, &before).direction,
            expected.reversed(),
            "{base} {edit}, undone"
        );
    }
    let of = |periods: u32, needed: u32| {
        with(&json!({ "evaluation_periods": periods, "datapoints_to_alarm": needed }))
    };
    assert!(judged(&of(3, 2), &of(5, 3)).is_unordered && judged(&of(4, 3), &of(3, 2)).direction == Stronger);
    // Sooner than an hour, and for fewer events: neither hides behind the other.
    let (late, few) = (
        with(&json!({ "period": 3600 })),
        with(&json!({ "threshold": 5, "period": 60 })),
    );
    for both in [judged(&late, &few), judged(&few, &late)] {
        assert!(both.strengthens && both.direction == Weaker);
    }
}

/// Other metrics compare by what holds for any.
#[test]
fn other_metrics_compared() {
    let other = |edit: Value| {
        let mut whole = json!({ "metric": "SignInSuccesses" });
        whole
            .as_object_mut()
            .unwrap()
            .extend(edit.as_object().unwrap().clone());
        with(&whole)
    };
    for (edit, expected) in [
        (json!({ "threshold": 2 }), Weaker),
        (json!({ "threshold": 0.5 }), Stronger),
        (json!({ "evaluation_periods": 2 }), Weaker),
        (json!({ "statistic": "Average" }), Undefined),
        (json!({ "comparison": "LessThanThreshold" }), Undefined),
        (json!({ "period": 60 }), Undefined),
        (json!({ "treat_missing_data": "missing" }), Undefined),
        (json!({ "actions_enabled": false }), Weaker),
    ] {
        assert_eq!(
            judged(&other(json!({})), &other(edit.clone())).direction,
            expected,
            "{edit}"
        );
    }
    let below = |threshold: f64| other(json!({ "comparison": "LessThanThreshold", "threshold": threshold }));
    assert_eq!(judged(&below(1.0), &below(2.0)).direction, Stronger);
}

/// A new alarm is more and a dead one nothing.
#[test]
fn new_alarm_stronger_dead_one_neutral() {
    for (edit, _) in edits() {
        let found = diff(&asks(vec![with(&edit)]), &pool(Vec::new()), &Everything);
        let expected = if dead().contains(&edit) { Neutral } else { Stronger };
        assert_eq!(only(&found).direction, expected, "{edit}");
    }
}

#[test]
fn whom_a_policy_names_is_the_measure() {
    let tells = |actions: &[&str]| with(&json!({ "actions": actions }));
    let second =
        |actions: &[&str]| with(&json!({ "name": "second", "Operation": "SignUp", "actions": actions }));
    // Live, the policy, its other alarm, what live is, and whether the change has to be named.
    for (live, asked, elsewhere, is, named) in [
        (&["x"][..], &["a"][..], &["a"][..], Weaker, false),
        (&[], &["a"], &["a"], Weaker, false),
        (&["a"], &["a", "b"], &["a"], Weaker, false),
        (&["x"], &["a", "b"], &["a"], Weaker, false),
        (&["a", "x"], &["a"], &["a"], Stronger, true),
        (&["a"], &[], &["a"], Stronger, true),
        // `b` is one of the policy's own: it is not let go silently.
        (&["b"], &["a"], &["b"], Weaker, true),
    ] {
        let found = diff(
            &asks(vec![tells(asked), second(elsewhere)]),
            &pool(vec![tells(live), second(elsewhere)]),
            &Everything,
        );
        let change = only(&found);
        assert_eq!(
            (change.live_is(), change.must_be_named()),
            (is, named),
            "{live:?} {asked:?}"
        );
    }
    // A topic that reaches nobody is nobody, whichever side has it.
    let mut observed = pool(vec![tells(&["a", "x"])]);
    let pending = Topic::Found {
        confirmed: 0,
        pending: 1,
    };
    for nobody in [Topic::Missing, pending] {
        observed.topics = [("x".to_owned(), nobody)].into();
        assert_eq!(
            only(&diff(&asks(vec![tells(&["a"])]), &observed, &Everything)).direction,
            Neutral
        );
        observed.topics = [("b".to_owned(), nobody)].into();
        assert_eq!(
            only(&diff(&asks(vec![tells(&["b"])]), &observed, &Everything)).direction,
            Weaker
        );
    }
}

/// A topic of which it is not known that somebody hears it does not make up for one that is heard.
#[test]
fn heard_topic_replaced_by_another() {
    let tells = |actions: &[&str]| with(&json!({ "actions": actions }));
    let heard = Topic::Found {
        confirmed: 1,
        pending: 0,
    };
    let pending = Topic::Found {
        confirmed: 0,
        pending: 1,
    };
    for (topic, is_more) in [
        (Some(heard), true),
        (None, false),
        (Some(Topic::Hidden), false),
        (Some(Topic::Missing), false),
        (Some(pending), false),
    ] {
        let mut observed = pool(vec![tells(&["x"])]);
        observed.topics = [("x".to_owned(), heard)].into();
        observed.topics.extend(topic.map(|topic| ("a".to_owned(), topic)));
        let found = diff(&asks(vec![tells(&["a"])]), &observed, &Everything);
        let change = only(&found);
        assert_eq!(
            change.direction == Stronger,
            is_more,
            "{topic:?}: {:?}",
            change.direction
        );
        assert_eq!(change.must_be_named(), !is_more, "{topic:?}");
    }
}

/// In periods below a minute there is mostly no data: they are no gain.
#[test]
fn period_below_a_minute_is_weaker() {
    let of = |period: u32| with(&json!({ "period": period }));
    for (live, asked, direction) in [
        (300, 10, Weaker),
        (10, 300, Stronger),
        (60, 30, Weaker),
        (300, 60, Stronger),
    ] {
        let found = diff(&asks(vec![of(asked)]), &pool(vec![of(live)]), &Everything);
        assert_eq!(only(&found).direction, direction, "{live} {asked}");
    }
}

fn any_alarm() -> impl Strategy<Value = Alarm> {
    use prop::sample::{select, subsequence};
    let words = (
        select(vec!["Sum", "Average", "SampleCount", "p99"]),
        select(vec![
            "GreaterThanOrEqualToThreshold",
            "GreaterThanThreshold",
            "LessThanThreshold",
        ]),
        select(vec!["notBreaching", "missing", "ignore", "breaching"]),
        select(vec![
            "AccountTakeoverRisk",
            "AccountTakeOverRisk",
            "OverrideBlock",
            "SignInSuccesses",
            "Nothing",
        ]),
    );
    let numbers = (
        select(vec![10_u32, 60, 300, 3600]),
        select(vec![
            (1_u32, None),
            (3, None),
            (3, Some(1_u32)),
            (3, Some(2)),
            (5, Some(3)),
        ]),
        select(vec![0.0, 1.0, 2.0, 5.0]),
    );
    let rest = (
        any::<bool>(),
        subsequence(vec!["a", "b", "c"], 0..=3),
        select(vec![None, Some("Count"), Some("Bytes")]),
    );
    (words, numbers, rest).prop_map(|(words, (period, (periods, needed), threshold), (enabled, actions, unit))| {
        let (statistic, comparison, missing, metric) = words;
        with(&json!({
            "statistic": statistic, "comparison": comparison, "treat_missing_data": missing, "metric": metric,
            "period": period, "evaluation_periods": periods, "datapoints_to_alarm": needed, "threshold": threshold,
            "actions_enabled": enabled, "actions": actions, "unit": unit,
        }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_step_and_its_way_back_agree(one in any_alarm(), other in any_alarm()) {
        let (there, back) = (judged(&one, &other), judged(&other, &one));
        let weakens = |step: Step| step.direction == Weaker;
        // What is lost one way is won the other, and nothing is undefined one way only, but for what may be the same.
        prop_assert_eq!(there.strengthens, weakens(back), "{:?} {:?}", &there, &back);
        prop_assert_eq!(back.strengthens, weakens(there), "{:?} {:?}", &there, &back);
        if one.beyond.unit == other.beyond.unit && one.statistic == other.statistic {
            prop_assert_eq!(there.is_unordered, back.is_unordered);
        }
        let same = judged(&one, &one);
        prop_assert!(same.direction == Neutral && !same.strengthens && !same.is_unordered);
    }

    /// What is put back differs in nothing and weakens nothing silently.
    #[test]
    fn restored_alarm_has_no_silent_weakening(wish in any_alarm(), live in any_alarm()) {
        let mut wish = wish;
        wish.beyond = Beyond::default();
        let found = diff(&asks(vec![wish.clone()]), &pool(vec![live.clone()]), &Little);
        let target = found.alarms[&0].alarm.clone();
        prop_assert!(diff(&asks(vec![wish]), &pool(vec![target.clone()]), &Little).is_empty());
        let step = judged(&live, &target);
        for change in &found.changes {
            prop_assert!(change.must_be_named() || step.direction != Weaker);
            prop_assert!(change.live_is() != Stronger || change.must_be_named());
        }
    }
}
