//! What evidence leaves out: sign-ins of which something is missing prove nothing, and impact, gate and diff give the same
//! account of them.

use serde_json::{Value, json};

use crate::cli::audit_time::{enforced, place};
use crate::cli::support::{Place, Run};

/// A record of the export: a sign-in without risk that passed, with what differs; `null` takes a member away.
fn record(number: usize, change: &Value) -> Value {
    let at = jiff::civil::date(2026, 10, 21) + jiff::Span::new().days(i64::try_from(number % 28).unwrap());
    let at: jiff::Timestamp = format!("{at}T12:00:00Z").parse().unwrap();
    let mut record = json!({
        "eventTimestamp": at.as_millisecond().to_string(), "eventSource": "USER_ACTIVITY", "logLevel": "INFO",
        "message": {
            "eventId": format!("e{number}"), "eventType": "SignIn", "eventResponse": "Pass", "riskLevel": "",
            "riskDecision": "PASS", "compromisedCredentialDetected": "false", "userSub": format!("u{number}"),
            "userPoolId": "us-west-2_EXAMPLE", "clientId": "1example23456789", "ipAddress": "198.51.100.7",
        },
    });
    for (key, value) in change.as_object().unwrap() {
        let members = if key == "eventTimestamp" {
            &mut record
        } else {
            &mut record["message"]
        };
        match value {
            Value::Null => drop(members.as_object_mut().unwrap().remove(key)),
            value => members[key] = value.clone(),
        }
    }
    record
}

/// 196 sign-ins without risk, and four with what differs.
fn events(change: &Value) -> String {
    let quiet = (0..196).map(|number| record(number, &json!({})));
    let odd = (196..200).map(|number| record(number, change));
    quiet.chain(odd).map(|record| record.to_string() + "\n").collect()
}

fn words(run: &Run) -> String {
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ask(place: &Place, verb: &str) -> Run {
    let files = ["shop.yaml", "--from", "live.json", "--events", "events.jsonl"];
    place.run(&[&[verb][..], &files].concat())
}

/// A record of high risk, with what differs.
fn high(change: &Value) -> Value {
    let mut high = json!({ "riskLevel": "High", "riskDecision": "AccountTakeover" });
    high.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    high
}

/// Members whose absence, or whose value of a wrong kind, leaves open whether the four sign-ins would be blocked.
fn members() -> Vec<(Value, &'static str)> {
    let wrong = [
        json!(["High"]),
        json!([]),
        json!({ "High": 1 }),
        json!({}),
        json!(3),
        json!(true),
        json!("Severe"),
    ];
    let risks = wrong
        .iter()
        .map(|value| (json!({ "riskLevel": value }), "no known risk"));
    let none = [json!(null), json!("")];
    let decisions = wrong
        .iter()
        .chain(&none)
        .map(|value| (json!({ "riskDecision": value }), "no known risk"));
    let types = [
        json!(["SignIn"]),
        json!({}),
        json!(7),
        json!(null),
        json!(""),
        json!("Login"),
    ];
    let types = types.map(|value| (high(&json!({ "eventType": value })), "no known event type"));
    let ids = [json!(null), json!(""), json!(["e1"]), json!({})];
    let ids = ids.map(|value| {
        (
            high(&json!({ "eventId": value })),
            "no event id (repeats are not found)",
        )
    });
    let pools = [json!(null), json!(""), json!(["us-west-2_EXAMPLE"])];
    let pools = pools.map(|value| (high(&json!({ "userPoolId": value })), "no pool"));
    let clients = [json!(null), json!(["1example23456789"]), json!("another")];
    let clients = clients.map(|value| (high(&json!({ "clientId": value })), "no known client"));
    let results = [json!(null), json!(["Pass"]), json!("Perhaps"), json!(1)];
    let results = results.map(|value| (high(&json!({ "eventResponse": value })), "no known result"));
    let addresses = [json!(null), json!(["192.0.2.1"]), json!("somewhere")];
    let addresses = addresses.map(|value| (json!({ "ipAddress": value }), "no address (there are ranges)"));
    let compromised = [json!(null), json!(["true"]), json!("perhaps"), json!({})];
    let compromised = compromised.map(|value| {
        let change = json!({ "compromisedCredentialDetected": value });
        (change, "compromised credentials unknown")
    });
    let times = [json!(null), json!(["1"]), json!("yesterday"), json!("0")];
    let times = times.map(|value| (high(&json!({ "eventTimestamp": value })), "no time"));
    let future = [json!("4070908800000"), json!("2099-01-01T00:00:00Z")];
    let future = future.map(|value| (high(&json!({ "eventTimestamp": value })), "a time in the future"));
    let mut all: Vec<_> = risks.chain(decisions).collect();
    for more in [
        types.to_vec(),
        ids.to_vec(),
        pools.to_vec(),
        clients.to_vec(),
        results.to_vec(),
    ] {
        all.extend(more);
    }
    all.extend(
        addresses
            .into_iter()
            .chain(compromised)
            .chain(times)
            .chain(future),
    );
    all
}

/// A client has settings of its own, and there are ranges, so that every member decides something.
fn own(policy: &str) -> Place {
    let more = "risk_exceptions: { always_block: [192.0.2.0/24] }\nclients:\n  web: { id: 1example23456789, inherit: true }\n  app: { id: 2example23456789, \
                account_takeover: { high: { action: NO_ACTION } } }\n";
    let policy = policy.to_owned() + more;
    place(&policy, |pool| {
        let own =
            json!({ "own": { "account_takeover": { "high": { "action": "NO_ACTION", "notify": false } } } });
        let app = json!({ "key": "app", "id": "2example23456789", "risk": own });
        pool["clients"].as_array_mut().unwrap().push(app);
    })
}

/// A share that depends on what is missing is not proved and every verb says why.
#[test]
fn share_with_incomplete_events_is_unknown() {
    for (change, missing) in members() {
        let place = own(&enforced());
        place.file("events.jsonl", events(&change));
        let account = format!("4 with {missing}");
        let run = ask(&place, "gate");
        assert_eq!(run.code, 4, "{change}: {run:?}");
        let share = "would be blocked: unknown, 0.00 to 2.00 % of 200 sign-ins in AUDIT, 1 % allowed";
        let wanted = [share, "it depends on 4 incomplete sign-ins", &account];
        let said = words(&run);
        assert!(wanted.iter().all(|part| said.contains(part)), "{change}: {said}");
        for verb in ["diff", "impact"] {
            let said = words(&ask(&place, verb));
            assert!(said.contains(&account), "{verb} {change}: {said}");
        }
        // Either answer is within this one.
        let place = own(&enforced().replace("percent: 1 ", "percent: 2 "));
        place.file("events.jsonl", events(&change));
        let run = ask(&place, "gate");
        assert!(
            run.code == 0 && words(&run).contains(&account),
            "{change}: {run:?}"
        );
    }
}

/// What is missing of sign-ins without risk makes no share smaller.
#[test]
fn incomplete_events_do_not_lower_share() {
    for change in [
        json!({ "eventType": null }),
        json!({ "eventId": null }),
        json!({ "userPoolId": null }),
        json!({ "eventResponse": null }),
    ] {
        let place = place(&enforced(), |_| {});
        let risky = json!({ "riskLevel": "High" });
        let lines = (0..400).map(|number| {
            let change = if number < 3 { &risky } else { &change };
            record(number, change).to_string()
        });
        place.file("events.jsonl", lines.collect::<Vec<_>>().join("\n"));
        let run = ask(&place, "gate");
        let wanted = "0.75 to 100.00 % of 3 sign-ins in AUDIT";
        assert_eq!(run.code, 5, "{change}: three days are too few: {run:?}");
        assert!(words(&run).contains(wanted), "{change}: {}", run.out);
    }
}

/// A type that is none of a sign-in is left out.
#[test]
fn event_types_other_than_sign_in_ignored() {
    for word in [
        "SignOut",
        "GLOBAL_SIGN_OUT",
        "ChangePassword",
        "ConfirmSignUp",
        "confirmforgotpassword",
        "SignUp",
    ] {
        let place = place(&enforced(), |_| {});
        place.file("events.jsonl", events(&high(&json!({ "eventType": word }))));
        let run = ask(&place, "gate");
        assert!(
            run.code == 0 && words(&run).contains("met, 0.00 % of 196 sign-ins"),
            "{word}: {run:?}"
        );
    }
}

/// Events of no pool may be of each of several.
#[test]
fn events_without_pool_count_for_each_pool() {
    let place = own(&enforced());
    let other = enforced()
        .replace("us-west-2_EXAMPLE", "us-west-2_OTHER")
        .replace("name: shop", "name: other");
    place.file("other.yaml", other);
    place.file("events.jsonl", events(&high(&json!({ "userPoolId": null }))));
    let run = place.run(&[
        "gate",
        "shop.yaml",
        "other.yaml",
        "--from",
        "live.json",
        "--events",
        "events.jsonl",
    ]);
    assert!(
        words(&run).contains("unknown, 0.00 to 2.00 % of 200 sign-ins"),
        "{}",
        run.out
    );
    assert!(words(&run).contains("4 with no pool"), "{}", run.out);
}

#[test]
fn what_could_not_be_read_proves_nothing() {
    for broken in [
        "{\"a\": \"b\n",
        "{\"format\":\"cogward-event\",\"version\":2}\n",
        "{\"AuthEvents\": [1]}\n",
        "{\"format\":\"cogward-event\",\"version\":1,\"form\":\"export\",\"level\":[\"high\"]}\n",
    ] {
        let place = place(&enforced(), |_| {});
        place.file("events.jsonl", events(&json!({})) + broken);
        for verb in ["gate", "diff"] {
            let run = ask(&place, verb);
            let wanted = "would be blocked: unknown, 0.00 % of 200 sign-ins in AUDIT, 1 % allowed; not all events could be read";
            assert!(words(&run).contains(wanted), "{verb} {broken}: {}", run.out);
            assert_eq!(run.code, 4, "{verb} {broken}");
        }
    }
}

/// Since when a pool has been as it is, a snapshot shows only of the day on which it was taken.
#[test]
fn snapshot_time_missing_or_in_future() {
    for (taken, wanted) in [
        (
            None,
            "the snapshot does not say when it was taken: take it again with `cogward snapshot --with-time`",
        ),
        (
            Some("2099-01-01T00:00:00Z"),
            "the snapshot says that it was taken on 2099-01-01T00:00:00Z, which is in the future",
        ),
    ] {
        let place = place(&enforced(), |_| {});
        let mut live: Value = serde_json::from_str(&place.read("live.json")).unwrap();
        match taken {
            None => drop(live.as_object_mut().unwrap().remove("taken_at")),
            Some(taken) => live["taken_at"] = json!(taken),
        }
        place.file("live.json", live.to_string());
        place.file("events.jsonl", events(&json!({})));
        for verb in ["gate", "diff"] {
            let run = ask(&place, verb);
            assert!(words(&run).contains(wanted), "{verb}: {}", run.out);
            assert!(
                !words(&run).contains("the pool itself was not read"),
                "{verb}: {}",
                run.out
            );
            // What the pool itself shows is not contradicted by what the pool itself might.
            assert!(!words(&run).contains("may say otherwise"), "{verb}: {}", run.out);
            assert_eq!(run.code, if verb == "gate" { 4 } else { 3 }, "{verb}: {run:?}");
        }
        assert!(!words(&ask(&place, "gate")).contains("Allow what the report names"));
        assert!(words(&ask(&place, "gate")).contains("the time in AUDIT is not shown for certain"));
    }
}

/// AUDIT blocks no address: always-block ranges need events at the step, also where the policy sets no limit.
#[test]
fn newly_active_ranges_need_events() {
    let ranges = "risk_exceptions: { always_block: [192.0.2.0/24, 198.51.100.0/25] }\n";
    let limit = "audit_gate: { max_would_block_percent: 1 }\n";
    for (policy, events, code, wanted) in [
        (
            enforced().replace(limit, "") + ranges,
            None,
            5,
            "not met, with always-block ranges that begin to act (192.0.2.0/24 and 198.51.100.0/25); no events were given",
        ),
        (
            enforced().replace(limit, "") + ranges,
            Some(json!({})),
            0,
            "met, 100.00 % of 200 sign-ins in AUDIT, with always-block ranges that begin to act (192.0.2.0/24 and 198.51.100.0/25)",
        ),
        (
            enforced() + ranges,
            Some(json!({})),
            5,
            "not met, 100.00 % of 200 sign-ins in AUDIT, 1 % allowed, with always-block ranges that begin to act",
        ),
    ] {
        let place = place(&policy, |_| {});
        let mut args = vec!["gate", "shop.yaml", "--from", "live.json"];
        if let Some(change) = &events {
            place.file("events.jsonl", self::events(change));
            args.extend(["--events", "events.jsonl"]);
        }
        let run = place.run(&args);
        assert!(
            run.code == code && words(&run).contains(wanted),
            "{wanted}: {run:?}"
        );
    }
    // Nothing begins to act where a mode is ENFORCED already, or where nothing is enforced.
    for (policy, mode) in [
        (enforced(), json!({ "standard": "ENFORCED" })),
        (
            enforced().replace("ENFORCED", "AUDIT"),
            json!({ "standard": "AUDIT" }),
        ),
    ] {
        let policy = policy.replace(limit, "") + ranges;
        let place = place(&policy, |pool| pool["mode"] = mode);
        let run = place.run(&["gate", "shop.yaml", "--from", "live.json"]);
        assert!(!run.out.contains("always-block"), "{run:?}");
    }
}
