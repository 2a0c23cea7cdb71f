//! Which events count for `audit_gate.max_would_block_percent`: those of the time in AUDIT, and of them what had not failed.

use serde_json::{Value, json};

use crate::cli::saved_impact::{POLICY, snapshot};
use crate::cli::support::{Place, Run};

/// The pool's mode is AUDIT, and it was modified last on 2026-10-20; the snapshot is of 2026-11-20.
pub fn place(policy: &str, change: impl FnOnce(&mut Value)) -> Place {
    let place = Place::new();
    place.file("shop.yaml", policy);
    let mut live: Value = serde_json::from_str(&snapshot(&json!("inherit"))).unwrap();
    live["pools"][0]["last_modified"] = json!("2026-10-20T12:00:00Z");
    change(&mut live["pools"][0]);
    place.file("live.json", live.to_string());
    place
}

pub fn enforced() -> String {
    POLICY.replace("AUDIT", "ENFORCED")
}

/// One event, with what differs from a sign-in without risk that passed.
fn event(number: usize, day: i64, change: &Value) -> String {
    let at = jiff::civil::date(2026, 10, 20) + jiff::Span::new().days(day);
    let mut event = json!({
        "format": "cogward-event", "version": 1, "form": "export", "id": format!("e{number}"), "at": format!("{at}T12:00:00Z"),
        "pool": "us-west-2_EXAMPLE", "type": "SignIn", "response": "Pass", "decision": "NoRisk", "compromised": false,
    });
    for (key, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(event.as_object_mut().unwrap().remove(key)),
            value => event[key] = value.clone(),
        }
    }
    event.to_string()
}

/// A number of the same on each of these days, counted from the first one in AUDIT.
type Part = (usize, std::ops::Range<i64>, Value);

fn gate(place: &Place, all: &[Part]) -> (i32, String) {
    let mut lines = Vec::new();
    for (number, days, change) in all {
        for day in days.clone() {
            let first = lines.len();
            lines.extend((first..first + number).map(|number| event(number, day, change)));
        }
    }
    place.file("events.jsonl", lines.join("\n"));
    let by_events = place.run(&[
        "gate",
        "shop.yaml",
        "--from",
        "live.json",
        "--events",
        "events.jsonl",
    ]);
    // A saved report shows the same.
    let report = [
        "impact",
        "shop.yaml",
        "-q",
        "-o",
        "report.json",
        "--from",
        "live.json",
    ];
    let run = place.run(&[&report[..], &["--events", "events.jsonl"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let by_report = place.run(&[
        "gate",
        "shop.yaml",
        "--from",
        "live.json",
        "--impact",
        "report.json",
    ]);
    assert_eq!((by_report.code, &by_report.out), (by_events.code, &by_events.out));
    (by_events.code, line(&by_events))
}

/// What stands of the share.
fn line(run: &Run) -> String {
    let (_, after) = run.out.split_once("would be blocked: ").unwrap();
    let (line, _) = after.split_once("\n\n").unwrap();
    // What to do next is on a line of its own.
    let line = line.split("\n  next: ").next().unwrap();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn only_events_of_the_time_in_audit_count() {
    let (quiet, high) = (json!({}), json!({ "level": "high", "decision": null }));
    let none = "not met, 1 % allowed; no event is certain to be a sign-in during AUDIT that had not failed; not counted: ";
    for (what, events, code, words) in [
        ("in AUDIT", vec![(4, 0..31, quiet.clone())], 0, "met, 0.00 % of 124 sign-ins in AUDIT, 1 % allowed".to_owned()),
        ("old", vec![(4, -800..-770, quiet.clone())], 5, format!("{none}120 before 2026-10-20")),
        ("of the day before", vec![(4, -30..0, quiet.clone())], 5, format!("{none}120 before 2026-10-20")),
        ("of the days after", vec![(4, 32..36, quiet.clone())], 5, format!("{none}16 after 2026-11-20")),
        (
            "on both sides",
            vec![(1, -30..0, quiet.clone()), (1, 32..36, quiet.clone())],
            5,
            format!("{none}30 before 2026-10-20, 4 after 2026-11-20"),
        ),
        (
            "bad ones among many old ones",
            vec![(1, 0..20, high.clone()), (50, -700..-600, quiet.clone())],
            5,
            "not met, 100.00 % of 20 sign-ins in AUDIT, 1 % allowed; not counted: 5000 before 2026-10-20".to_owned(),
        ),
        (
            "bad ones before and after, good ones in AUDIT",
            vec![(9, -30..0, high.clone()), (10, 0..31, quiet.clone()), (1, 33..36, high.clone())],
            0,
            "met, 0.00 % of 310 sign-ins in AUDIT, 1 % allowed; not counted: 270 before 2026-10-20, 3 after 2026-11-20"
                .to_owned(),
        ),
    ] {
        let place = place(&enforced(), |_| {});
        assert_eq!(gate(&place, &events), (code, words), "{what}");
    }
}

#[test]
fn days_without_events_are_not_covered() {
    let quiet = json!({});
    let met = |n: u32| format!("met, 0.00 % of {n} sign-ins in AUDIT, 1 % allowed");
    let unmet = |n: u32, why: &str| {
        format!("not met, 0.00 % of {n} sign-ins in AUDIT, 1 % allowed; the events cover {why}")
    };
    for (days, code, words) in [
        (vec![(0, 14)], 0, met(14)),
        (vec![(0, 13)], 5, unmet(13, "13 of 14 days")),
        (vec![(17, 31)], 0, met(14)),
        (
            vec![(0, 1), (15, 16)],
            5,
            unmet(2, "2 of 14 days; none is of 2026-10-21 to 2026-11-03"),
        ),
        (
            vec![(0, 6), (20, 27)],
            5,
            unmet(13, "13 of 14 days; none is of 2026-10-26 to 2026-11-08"),
        ),
        (vec![(0, 7), (20, 27)], 0, met(14)),
        // Weekdays.
        (vec![(0, 4), (6, 11), (13, 14)], 0, met(10)),
        // Days outside fill no hole.
        (
            vec![(-20, 0), (0, 10), (32, 36)],
            5,
            format!(
                "{}; not counted: 20 before 2026-10-20, 4 after 2026-11-20",
                unmet(10, "10 of 14 days")
            ),
        ),
    ] {
        let place = place(&enforced(), |_| {});
        let events: Vec<_> = days
            .iter()
            .map(|(from, to)| (1, *from..*to, quiet.clone()))
            .collect();
        assert_eq!(gate(&place, &events), (code, words), "{days:?}");
    }
}

/// A sign-in of high risk, with what else differs.
fn high(more: &Value) -> Value {
    let mut high = json!({ "level": "high", "decision": null });
    high.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    high
}

#[test]
fn what_failed_or_may_have_dilutes_nothing() {
    let (quiet, failed) = (json!({}), json!({ "response": "Fail" }));
    for (what, events, code, words) in [
        (
            "failed ones alone",
            vec![(4, 0..31, failed.clone())],
            5,
            "not met, 1 % allowed; no event is certain to be a sign-in during AUDIT that had not failed; not counted: 124 \
             that had failed",
        ),
        (
            "many failed ones",
            vec![(1, 0..20, high(&json!({}))), (99, 0..20, failed.clone())],
            5,
            "not met, 100.00 % of 20 sign-ins in AUDIT, 1 % allowed; not counted: 1980 that had failed",
        ),
        (
            "bad ones that had failed",
            vec![
                (10, 0..20, quiet.clone()),
                (9, 0..20, high(&json!({ "response": "Fail" }))),
            ],
            0,
            "met, 0.00 % of 200 sign-ins in AUDIT, 1 % allowed; not counted: 180 that had failed",
        ),
    ] {
        let place = place(&enforced(), |_| {});
        assert_eq!(gate(&place, &events), (code, words.to_owned()), "{what}");
    }
}

/// What may have failed or been at another time dilutes nothing.
#[test]
fn uncertain_events_do_not_dilute_share() {
    let quiet = json!({});
    for (what, events, code, words) in [
        (
            "many without a result",
            vec![
                (1, 0..20, high(&json!({}))),
                (99, 0..20, json!({ "response": null })),
            ],
            4,
            "unknown, 1.00 to 100.00 % of 20 sign-ins in AUDIT, 1 % allowed; it depends on 1980 incomplete sign-ins; not counted: 1980 incomplete ones that would not be blocked; incomplete sign-ins: 1980 with no known result",
        ),
        (
            "bad ones without a result",
            vec![
                (8, 0..20, quiet.clone()),
                (2, 0..20, high(&json!({ "response": "Perhaps" }))),
            ],
            4,
            "unknown, 0.00 to 20.00 % of 200 sign-ins in AUDIT, 1 % allowed; it depends on 40 incomplete sign-ins; incomplete sign-ins: 40 with no known result",
        ),
        (
            "in progress",
            vec![(1, 0..20, high(&json!({ "response": "InProgress" })))],
            5,
            "not met, 100.00 % of 20 sign-ins in AUDIT, 1 % allowed",
        ),
        (
            "without a time",
            vec![(5, 0..20, quiet.clone()), (3, 0..20, json!({ "at": null }))],
            0,
            "met, 0.00 % of 100 sign-ins in AUDIT, 1 % allowed; not counted: 60 incomplete ones that would not be blocked; incomplete sign-ins: 60 with no time",
        ),
        (
            "bad ones without a time",
            vec![
                (8, 0..20, quiet.clone()),
                (2, 0..20, high(&json!({ "at": null }))),
            ],
            4,
            "unknown, 0.00 to 20.00 % of 200 sign-ins in AUDIT, 1 % allowed; it depends on 40 incomplete sign-ins; incomplete sign-ins: 40 with no time",
        ),
        (
            "federated ones",
            vec![
                (1, 0..20, high(&json!({}))),
                (99, 0..20, json!({ "idp": "Google" })),
            ],
            5,
            "not met, 100.00 % of 20 sign-ins in AUDIT, 1 % allowed",
        ),
    ] {
        let place = place(&enforced(), |_| {});
        assert_eq!(gate(&place, &events), (code, words.to_owned()), "{what}");
    }
}

/// Each client is judged by its own settings.
#[test]
fn client_judged_by_own_settings() {
    let own = "clients:\n  web: { id: 1example23456789, account_takeover: { low: { action: BLOCK }, medium: { action: BLOCK }, \
               high: { action: NO_ACTION } } }\n";
    let of = |client: &str, level: &str| json!({ "client": client, "level": level, "decision": null });
    for (client, level, code, share) in [
        ("1example23456789", "low", 5, "not met, 50.00 %"),
        ("1example23456789", "high", 0, "met, 0.00 %"),
    ] {
        let place = place(&(enforced() + own), |_| {});
        let events = [(1, 0..31, of(client, level)), (1, 0..31, json!({}))];
        let words = format!("{share} of 62 sign-ins in AUDIT, 1 % allowed");
        assert_eq!(gate(&place, &events), (code, words), "{client} {level}");
    }
}

#[test]
fn without_a_time_in_audit_no_event_counts() {
    let quiet = [(4, -100..31, json!({}))];
    let nothing =
        "not met, 1 % allowed; nothing shows a time in AUDIT, so that it is unknown which events are of it";
    // OFF today.
    let off = place(&enforced(), |pool| pool["mode"]["standard"] = json!("OFF"));
    assert_eq!(gate(&off, &quiet), (5, nothing.to_owned()));
    // Of two modes one is.
    let both = enforced().replace("standard: ENFORCED", "standard: ENFORCED, custom: ENFORCED");
    let custom = place(&both, |pool| pool["mode"]["custom"] = json!("OFF"));
    assert_eq!(gate(&custom, &quiet), (5, nothing.to_owned()));
    // A declared day that another one contradicts.
    let declared = enforced().replace("percent: 1 }", "percent: 1, audit_since: 2026-01-01 }");
    let modified = place(&declared, |_| {});
    let words = "met, 0.00 % of 124 sign-ins in AUDIT, 1 % allowed; not counted: 400 before 2026-10-20";
    assert_eq!(gate(&modified, &quiet), (0, words.to_owned()));
}

/// Of a pool that is ENFORCED the declared time counts.
#[test]
fn enforced_pool_uses_declared_time() {
    let quiet = [(1, -40..31, json!({}))];
    let is_enforced = |pool: &mut Value| pool["mode"]["standard"] = json!("ENFORCED");
    let already = place(&enforced(), is_enforced);
    let (code, found) = gate(&already, &quiet);
    assert_eq!(code, 0, "nothing is asked");
    assert!(
        found.starts_with("not met, 1 % allowed; nothing shows a time in AUDIT"),
        "{found}"
    );
    let days = "percent: 1, audit_since: 2026-10-01, enforced_since: 2026-10-20 }";
    let declared = place(&enforced().replace("percent: 1 }", days), is_enforced);
    let words = "met, 0.00 % of 19 sign-ins in AUDIT, 1 % allowed; not counted: 21 before 2026-10-01, 31 after 2026-10-19 (the \
                 policy asks for no change)";
    assert_eq!(gate(&declared, &quiet), (0, words.to_owned()));
}

/// A comparison and a saved report of before count no other days.
#[test]
fn diff_and_saved_report_count_same_days() {
    let place = place(&enforced(), |_| {});
    gate(&place, &[(4, -800..-770, json!({})), (1, 32..36, json!({}))]);
    let wanted = "Sign-ins that would be blocked: not met, 1 % allowed; no event is certain to be a sign-in during \
                  AUDIT that had not failed; not counted: 120 before 2026-10-20, 4 after 2026-11-20.";
    for evidence in [["--events", "events.jsonl"], ["--impact", "report.json"]] {
        let run = place.run(&[&["diff", "shop.yaml", "--from", "live.json"][..], &evidence].concat());
        let all = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(run.code == 3 && all.contains(wanted), "{run:?}");
    }
    let run = place.run(&[
        "gate",
        "shop.yaml",
        "--from",
        "live.json",
        "--events",
        "events.jsonl",
        "-f",
        "json",
    ]);
    let limit = &serde_json::from_str::<Value>(&run.out).unwrap()["pools"][0]["limit"];
    let numbers = [
        "sign_ins", "days", "before", "after", "undated", "failed", "unclear",
    ]
    .map(|key| limit[key].as_i64());
    assert_eq!(numbers, [0, 0, 120, 4, 0, 0, 0].map(Some));
    assert_eq!(
        (&limit["since"], &limit["until"]),
        (&json!("2026-10-20"), &json!("2026-11-20"))
    );
}
