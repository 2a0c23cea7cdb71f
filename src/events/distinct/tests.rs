//! Which records are of one event, and which of them counts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::event::Spelled;

fn event(id: Option<&str>, pool: Option<&str>, response: &str, second: i64) -> AuthEvent {
    AuthEvent {
        id: id.map(str::to_owned),
        pool: pool.map(str::to_owned),
        response: Spelled::read(Some(response)),
        at: jiff::Timestamp::from_second(second).ok(),
        ..AuthEvent::default()
    }
}

fn of(events: &[AuthEvent]) -> (DistinctEvents, Vec<AuthEvent>) {
    let mut store = EventStore::default();
    for event in events {
        store.add(event).unwrap();
    }
    let mut distinct = store.finish().unwrap();
    let mut found = Vec::new();
    distinct.events(&mut |event| found.push(event.clone())).unwrap();
    assert_eq!(found.len() as u64, distinct.distinct());
    (distinct, found)
}

#[test]
fn the_furthest_response_counts() {
    let progress = event(Some("e"), Some("p"), "InProgress", 9);
    let pass = event(Some("e"), Some("p"), "Pass", 1);
    let fail = event(Some("e"), Some("p"), "Fail", 5);
    for order in [
        [&progress, &pass, &fail],
        [&pass, &fail, &progress],
        [&fail, &progress, &pass],
    ] {
        let (distinct, found) = of(&order.map(Clone::clone));
        assert_eq!(found, std::slice::from_ref(&pass));
        assert_eq!(distinct.repeats(), 2);
    }
    let later = event(Some("e"), Some("p"), "Pass", 2);
    assert_eq!(of(&[later.clone(), pass]).1, [later]);
}

/// Pools are apart and an unknown pool is any.
#[test]
fn unknown_pool_matches_any_pool() {
    let one = event(Some("e"), Some("p"), "Pass", 1);
    let other = event(Some("e"), Some("q"), "Pass", 1);
    let unknown = event(Some("e"), None, "Fail", 1);
    for order in [
        [&one, &other, &unknown],
        [&unknown, &other, &one],
        [&one, &unknown, &other],
    ] {
        assert_eq!(of(&order.map(Clone::clone)).1.len(), 2);
    }
}

/// An answer of the API says how an event ended, and the export whose it was.
#[test]
fn records_of_one_event_are_merged() {
    let export = AuthEvent {
        client: Some("c".into()),
        sub: Some("s".into()),
        ..event(Some("e"), Some("p"), "InProgress", 1)
    };
    let slower = event(Some("e"), Some("p"), "InProgress", 0);
    let api = event(Some("e"), None, "Pass", 2);
    let whole = AuthEvent {
        at: api.at,
        response: api.response.clone(),
        ..export.clone()
    };
    let other = event(Some("f"), Some("p"), "Pass", 3);
    for order in [
        [&export, &slower, &other, &api],
        [&api, &other, &export, &slower],
        [&slower, &api, &export, &other],
    ] {
        let (distinct, mut found) = of(&order.map(Clone::clone));
        found.sort_by_key(|event| event.id.clone());
        assert_eq!(found, [whole.clone(), other.clone()]);
        assert_eq!(distinct.repeats(), 2);
    }
}

#[test]
fn without_an_id_nothing_is_a_repeat() {
    let none = event(None, Some("p"), "Pass", 1);
    assert_eq!(of(&[none.clone(), none]).1.len(), 2);
}

/// More than memory takes are each there once in their order.
#[test]
fn spilled_events_unique_and_in_order() {
    // Some blocks of every part are written, and some marks wait.
    let number = i64::try_from(PARTS * BLOCK * 5 / 4).unwrap();
    let id = |at: i64| format!("e-{}", if at % 5 == 0 { at / 2 } else { at });
    let mut store = EventStore::keeping(KeptTexts::NONE);
    let mut best = BTreeMap::new();
    for at in 0..number {
        let response = if at % 3 == 0 { "Fail" } else { "Pass" };
        store.add(&event(Some(&id(at)), Some("p"), response, at)).unwrap();
        let rank = (response, at);
        let held = best.entry(id(at)).or_insert(rank);
        *held = rank.max(*held);
    }
    let mut wanted: Vec<_> = best.into_values().map(|(_, at)| at).collect();
    wanted.sort_unstable();
    let mut distinct = store.finish().unwrap();
    let mut found = Vec::new();
    distinct
        .events(&mut |event| found.push(event.at.unwrap().as_second()))
        .unwrap();
    assert!(found == wanted, "{} of {}", found.len(), wanted.len());
    assert_eq!(distinct.repeats() + distinct.distinct(), number.unsigned_abs());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against a table of all records, in any order.
    #[test]
    fn each_event_once_whatever_the_order(
        events in prop::collection::vec(("[a-c]", "[pq]", 0..4_usize, 0..3_i64), 0..30),
        turn in any::<prop::sample::Index>(),
    ) {
        let responses = ["InProgress", "Fail", "Pass", "Strange"];
        let all: Vec<_> = events
            .iter()
            .map(|(id, pool, response, at)| event(Some(id), Some(pool), responses[*response], *at))
            .collect();
        let mut slow = BTreeMap::new();
        for event in &all {
            let rank = |event: &AuthEvent| (event.response.known(), event.at);
            let best = slow.entry((event.id.clone(), event.pool.clone())).or_insert_with(|| event.clone());
            if rank(event) > rank(best) {
                *best = event.clone();
            }
        }
        let mut turned = all.clone();
        if !turned.is_empty() {
            let by = turn.index(turned.len());
            turned.rotate_left(by);
        }
        for order in [all, turned] {
            let (_, mut found) = of(&order);
            found.sort();
            let mut wanted: Vec<_> = slow.values().cloned().collect();
            wanted.sort();
            prop_assert_eq!(found, wanted);
        }
    }
}
