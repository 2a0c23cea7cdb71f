//! Questions are loaded strictly, and answered as a slow and obvious reader would.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::model::event::{AuthEvent, CloudTrailRecord, EventFeedback, Spelled};
use crate::source::{Source, SourceId, Sources};

fn load(text: &str) -> Result<InsightQuestion, Vec<String>> {
    let source = Source::new("q.yaml", text, &[]);
    QuestionLoader::default()
        .load(SourceId(0), &source)
        .map_err(|findings| {
            let one = |finding: &crate::finding::Finding| {
                let place = finding.primary.pointer.as_ref().map(ToString::to_string);
                format!(
                    "{} {} ({})",
                    place.unwrap_or_default(),
                    finding.message,
                    finding.help
                )
            };
            findings.iter().map(one).collect()
        })
}

fn question(rest: &str) -> InsightQuestion {
    load(&format!("id: q\ntitle: any title\nwhy: because one asks\n{rest}")).unwrap()
}

fn answer(question: InsightQuestion, events: &[AuthEvent]) -> InsightAnswer {
    let mut counter = QuestionCounter::new(question);
    for event in events {
        counter.add(InsightRecord::Event(event));
    }
    counter.finish()
}

fn count(number: u64) -> MeasureValue {
    MeasureValue::Count {
        number,
        at_least: false,
    }
}

/// Every built in question is valid and names what the issue asks.
#[test]
fn builtin_questions_complete_and_valid() {
    let questions = builtin_questions(&mut Sources::default()).unwrap();
    let ids: Vec<_> = questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "context-by-client",
            "event-types",
            "failures",
            "federated",
            "feedback",
            "high-risk-by-address",
            "high-risk-by-country",
            "risk-climbs",
            "takeover-with-compromised-credentials"
        ]
    );
}

#[test]
fn a_fault_is_named_with_its_place() {
    let head = "id: q\ntitle: any title\nwhy: because one asks\n";
    for (text, faults) in [
        (
            "group: [address]\nfilter: [{ member: risk, is: [hihg] }]",
            "/filter/0/is/0 `risk` is never `hihg` (did you mean `high`?)",
        ),
        (
            "group: [address]\nfilter: [{ member: compromised, is: [maybe] }]",
            "/filter/0/is/0 `compromised` is never `maybe` (it is `true` and `false`, or not known)",
        ),
        (
            "group: [address]\nfilter: [{ member: risk }]",
            "/filter/0 a condition has exactly one of `is`, `not` and `known` (write one condition for each; all of them must hold)",
        ),
        (
            "group: [address]\nfilter: [{ member: type, is: [SignIn], known: true }]",
            "/filter/0 a condition has exactly one of `is`, `not` and `known` (write one condition for each; all of them must hold)",
        ),
        (
            "group: [address, address]",
            "/group/1 `address` is named twice (name it once)",
        ),
        (
            "group: [address]\nmeasure: [users, users]",
            "/measure/1 `users` is measured twice (name it once)",
        ),
        (
            "group: [address]\norder: users",
            "/order `users` is not measured (order by one of `measure`)",
        ),
        (
            "of: trail\ngroup: [address]\nmeasure: [events, last-risk]",
            "/measure/1 CloudTrail records have no risk (ask `of: events`)",
        ),
        (
            "of: trail\ngroup: [address]\nkeep: risk-climbs",
            "/keep CloudTrail records have no risk that could climb (ask `of: events`)",
        ),
    ] {
        assert_eq!(load(&format!("{head}{text}\n")).unwrap_err(), [faults], "{text}");
    }
}

#[test]
fn what_the_schema_refuses_has_a_place_too() {
    let head = "id: q\ntitle: any title\nwhy: because one asks\n";
    for (text, part) in [
        (
            "of: trail\ngroup: [risk]",
            "/group/0 CloudTrail records have no `risk`",
        ),
        ("group: [reason]", "/group/0 auth events have no `reason`"),
        ("group: [adress]", "/group/0"),
        ("group: []", "/group"),
        ("group: [address]\nlimit: 0", "/limit"),
        ("group: [address]\nlimits: 3", "/limits"),
        (
            "group: [address]\nfilter: [{ member: risk, is: [] }]",
            "/filter/0/is",
        ),
        (
            "group: [address]\nfilter: [{ member: risk, is: [3] }]",
            "/filter/0/is/0",
        ),
        ("measure: [events]", "`group`"),
        (
            "group: [address]\n---\ngroup: [address]",
            "a question file holds one document; this one holds 2",
        ),
        ("group: [address", ""),
    ] {
        let faults = load(&format!("{head}{text}\n")).unwrap_err();
        assert!(
            faults.len() == 1 && faults[0].contains(part),
            "{text}: {faults:?}"
        );
    }
    let faults = load("id: other\ntitle: any title\nwhy: because one asks\ngroup: [address]\n").unwrap_err();
    assert_eq!(
        faults,
        ["/id the file name does not match the question's id `other` (call the file `other.yaml`)"]
    );
}

/// A condition takes every spelling of a word.
#[test]
fn condition_matches_every_spelling() {
    let event = AuthEvent {
        event_type: Spelled::read(Some("SIGN_IN")),
        decision: Spelled::read(Some("ACCOUNT_TAKEOVER")),
        compromised: Some(true),
        ..AuthEvent::default()
    };
    let asked = question(
        "group: [address]\nfilter: [{ member: type, is: [sign_in] }, { member: decision, is: [account-takeover] }, { member: compromised, is: [true] }]",
    );
    assert_eq!(answer(asked, &[event]).matched, 1);
}

/// Unknown is a row of its own and never no risk or none.
#[test]
fn unknown_is_its_own_row() {
    let event = |level: &str, decision: &str, address: Option<&str>| AuthEvent {
        level: Spelled::read(Some(level)),
        decision: Spelled::read(Some(decision)),
        address: address.map(str::to_owned),
        ..AuthEvent::default()
    };
    let events = [
        event("", "PASS", Some("192.0.2.1")),
        // An always-block range: refused without a level.
        event("", "Block", Some("192.0.2.1")),
        event("", "", None),
        event("High", "Block", None),
        event("Severe", "PASS", None),
    ];
    let found = answer(
        question("group: [risk]\nmeasure: [events, users, addresses]"),
        &events,
    );
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| (row.group[0].as_deref(), row.values.clone()))
        .collect();
    let unknown = MeasureValue::Unknown;
    assert_eq!(
        rows,
        [
            (
                None,
                vec![
                    count(2),
                    unknown.clone(),
                    MeasureValue::Count {
                        number: 1,
                        at_least: true
                    }
                ]
            ),
            (Some("Severe"), vec![count(1), unknown.clone(), unknown.clone()]),
            (Some("high"), vec![count(1), unknown.clone(), unknown.clone()]),
            (Some("none"), vec![count(1), unknown, count(1)]),
        ]
    );
}

#[test]
fn what_cannot_be_decided_is_counted_apart() {
    let event = |decision: &str, compromised: Option<bool>| AuthEvent {
        decision: Spelled::read(Some(decision)),
        compromised,
        ..AuthEvent::default()
    };
    let events = [
        event("AccountTakeover", Some(true)),
        event("AccountTakeover", None),
        event("", Some(true)),
        // Whatever the other one is, it does not count.
        event("NoRisk", None),
        event("", Some(false)),
    ];
    let asked = "group: [address]\nfilter: [{ member: decision, is: [AccountTakeover] }, { member: compromised, is: [true] }]";
    let found = answer(question(asked), &events);
    assert_eq!((found.records, found.matched, found.undecided), (5, 1, 2));
    let not = "group: [address]\nfilter: [{ member: decision, not: [NoRisk] }]";
    let found = answer(question(not), &events);
    assert_eq!((found.matched, found.undecided), (2, 2));
    let known = "group: [address]\nfilter: [{ member: compromised, known: false }]";
    let found = answer(question(known), &events);
    assert_eq!((found.matched, found.undecided), (2, 0));
}

/// Risk climbs from the first event to the last in whatever order they come.
#[test]
fn risk_climb_independent_of_input_order() {
    let event = |user: &str, second: i64, level: &str| AuthEvent {
        sub: Some(user.to_owned()),
        at: jiff::Timestamp::from_second(second).ok(),
        level: Spelled::read(Some(level)),
        ..AuthEvent::default()
    };
    let mut events = vec![
        event("up", 3, "high"),
        event("up", 1, "low"),
        event("up", 2, "medium"),
        event("down", 1, "high"),
        event("down", 2, "low"),
        event("peak", 1, "low"),
        event("peak", 2, "high"),
        event("peak", 3, "low"),
        event("unknown", 1, "low"),
        event("unknown", 2, ""),
    ];
    events.push(AuthEvent {
        at: None,
        ..event("unknown", 1, "high")
    });
    let asked = question("group: [user]\nmeasure: [events, first-risk, last-risk]\nkeep: risk-climbs");
    let found = answer(asked, &events);
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].group, [Some("up".to_owned())]);
    assert_eq!(
        found.rows[0].values,
        [count(3), MeasureValue::Risk("low"), MeasureValue::Risk("high")]
    );
}

#[test]
fn refusals_are_asked_of_the_trail_only() {
    let questions = builtin_questions(&mut Sources::default()).unwrap();
    let asked = questions
        .into_iter()
        .find(|question| question.id == "failures")
        .unwrap();
    let mut counter = QuestionCounter::new(asked);
    counter.add(InsightRecord::Event(&AuthEvent::default()));
    let refused = |message: Option<&str>| CloudTrailRecord {
        code: message.map(|_| "NotAuthorizedException".to_owned()),
        message: message.map(str::to_owned),
        ..CloudTrailRecord::default()
    };
    for message in [
        Some("Unable to login because of security reasons."),
        Some("Password attempts exceeded"),
        None,
    ] {
        counter.add(InsightRecord::Trail(&refused(message)));
    }
    counter.add(InsightRecord::Trail(&CloudTrailRecord {
        is_page: true,
        ..CloudTrailRecord::default()
    }));
    let found = counter.finish();
    assert_eq!((found.records, found.matched, found.undecided), (4, 2, 1));
    let reasons: Vec<_> = found.rows.iter().map(|row| row.group[0].as_deref()).collect();
    assert_eq!(reasons, [Some("block"), Some("lockout")]);
}

#[test]
fn what_cannot_be_held_is_said() {
    let event = |address: &str, user: &str| AuthEvent {
        address: Some(address.to_owned()),
        sub: Some(user.to_owned()),
        ..AuthEvent::default()
    };
    let events = [
        event("a", "1"),
        event("a", "2"),
        event("a", "1"),
        event("b", "3"),
        event("a", "4"),
    ];
    let mut counter = QuestionCounter::bounded(question("group: [address]\nmeasure: [events, users]"), 1, 2);
    for event in &events {
        counter.add(InsightRecord::Event(event));
    }
    let found = counter.finish();
    assert_eq!((found.matched, found.beyond), (5, 1));
    assert_eq!(
        found.rows[0].values,
        [
            count(4),
            MeasureValue::Count {
                number: 2,
                at_least: true
            }
        ]
    );
}

#[test]
fn rows_beyond_the_limit_are_counted() {
    let event = |address: &str| AuthEvent {
        address: Some(address.to_owned()),
        ..AuthEvent::default()
    };
    let events = ["c", "b", "a", "b", "d"].map(event);
    let found = answer(question("group: [address]\nlimit: 2"), &events);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| row.group[0].as_deref().unwrap())
        .collect();
    assert_eq!(rows, ["b", "a"], "equal ones by name");
    assert_eq!((found.more_rows, found.more_events), (2, 2));
}

fn events() -> impl Strategy<Value = Vec<AuthEvent>> {
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    let text = |texts: &'static [&'static str]| {
        prop::option::of(prop::sample::select(texts).prop_map(str::to_owned))
    };
    let one = (
        word(&["SignIn", "sign_up", "", "SignOut"]),
        word(&["", "low", "HIGH", "Severe"]),
        word(&["PASS", "Block", ""]),
        text(&["a", "b"]),
        text(&["s", "t", "u"]),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::sample::select(&["Valid", "Invalid"][..])),
    );
    let one = one.prop_map(
        |(kind, level, decision, address, sub, compromised, feedback)| AuthEvent {
            event_type: Spelled::read(Some(kind)),
            level: Spelled::read(Some(level)),
            decision: Spelled::read(Some(decision)),
            address,
            sub,
            compromised,
            feedback: feedback.map(|value| EventFeedback {
                value: Spelled::read(Some(value)),
                ..EventFeedback::default()
            }),
            ..AuthEvent::default()
        },
    );
    prop::collection::vec(one, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Against rows that are found by looking at all events again for each.
    #[test]
    fn answers_are_those_of_a_slow_reader(mut events in events(), turn in any::<prop::sample::Index>()) {
        let asked = question("group: [address, risk]\nmeasure: [users, events]\nfilter: [{ member: type, is: [SignIn, SignUp] }, { member: compromised, not: [true] }]");
        let found = answer(asked.clone(), &events);
        let risk = |event: &AuthEvent| match (event.level.text(), event.decision.text()) {
            (None, Some("NoRisk")) => Some("none".to_owned()),
            (level, _) => level.map(str::to_owned),
        };
        let key = |event: &AuthEvent| (event.address.clone(), risk(event));
        let counts: Vec<_> = events
            .iter()
            .filter(|event| matches!(event.event_type.text(), Some("SignIn" | "SignUp")) && event.compromised == Some(false))
            .collect();
        let keys: BTreeSet<_> = counts.iter().map(|event| key(event)).collect();
        let mut slow = BTreeMap::new();
        for one in keys {
            let of: Vec<_> = counts.iter().filter(|event| key(event) == one).collect();
            let users: BTreeSet<_> = of.iter().filter_map(|event| event.sub.clone()).collect();
            let at_least = of.iter().any(|event| event.sub.is_none());
            slow.insert(one, (users.len() as u64, at_least, of.len() as u64));
        }
        prop_assert_eq!(found.matched, counts.len() as u64);
        prop_assert_eq!(found.rows.len(), slow.len());
        for row in &found.rows {
            let (users, at_least, events) = slow[&(row.group[0].clone(), row.group[1].clone())];
            let users = if users == 0 { MeasureValue::Unknown } else { MeasureValue::Count { number: users, at_least } };
            prop_assert_eq!(&row.values, &[users, count(events)]);
        }
        if !events.is_empty() {
            let by = turn.index(events.len());
            events.rotate_left(by);
        }
        prop_assert_eq!(answer(asked, &events).rows, found.rows, "the order of events does not matter");
    }
}
