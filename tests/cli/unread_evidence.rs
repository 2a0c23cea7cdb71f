//! What could not be read, or is of unknown clients, meets no gate; what nobody signs in by is no reason to doubt.

use serde_json::{Value, json};

use crate::cli::audit_time::{enforced, place};
use crate::cli::support::{Place, Run};

const LIMIT: &str = "audit_gate: { max_would_block_percent: 1 }\n";
const RANGES: &str = "risk_exceptions: { always_block: [192.0.2.0/24] }\n";

/// Settings that block at every level.
fn blocks() -> Value {
    let block = json!({ "action": "BLOCK", "notify": false });
    json!({ "own": { "account_takeover": { "low": block, "medium": block, "high": block } } })
}

fn client(key: &str, risk: &Value, oauth: &str) -> Value {
    let mut client = json!({ "key": key, "id": key, "risk": risk, "auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "oauth_flows": [oauth] });
    if oauth == "code" {
        client["identity_providers"] = json!(["COGNITO"]);
    }
    client
}

/// Sign-ins of medium risk that passed, of 28 days; `more` is added to each.
fn events(more: &Value) -> String {
    let line = |number: i64| {
        let at = jiff::civil::date(2026, 10, 21) + jiff::Span::new().days(number % 28);
        let mut line = json!({ "format": "cogward-event", "version": 1, "form": "api", "id": format!("e{number}"),
            "at": format!("{at}T12:00:00Z"), "pool": "us-west-2_EXAMPLE", "type": "SignIn", "response": "Pass",
            "level": "medium", "address": "198.51.100.7", "compromised": false });
        for (key, value) in more.as_object().unwrap() {
            line[key] = value.clone();
        }
        line.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        line.to_string() + "\n"
    };
    (0..100).map(line).collect()
}

fn words(run: &Run) -> String {
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn gate(place: &Place, more: &[&str]) -> Run {
    place.run(&[&["gate", "shop.yaml", "--from", "live.json"][..], more].concat())
}

fn unread(part: &str, client: Option<&str>) -> Value {
    let mut unread = json!({ "part": part, "operation": "Operation", "failure": "denied", "detail": "no" });
    if let Some(client) = client {
        unread["client"] = json!(client);
    }
    json!([unread])
}

/// The pool's ranges may be those of clients that could not be read, and ranges of their own are unknown.
#[test]
fn ranges_of_unread_parts_keep_gate_closed() {
    for (clients, unread) in [
        (json!([]), unread("clients", None)),
        (
            json!([{ "key": "web", "id": "web", "risk": "unknown" }]),
            unread("clients", Some("web")),
        ),
        (
            json!([{ "key": "web", "id": "web", "risk": "inherit" }]),
            unread("responses", None),
        ),
    ] {
        for (more, code, wanted) in [
            (
                RANGES,
                5,
                "with always-block ranges that begin to act (192.0.2.0/24); no events were given",
            ),
            ("", 4, "FAILED"),
        ] {
            let place = place(&(enforced().replace(LIMIT, "") + more), |pool| {
                pool["clients"] = clients.clone();
                pool["unread"] = unread.clone();
            });
            let run = gate(&place, &[]);
            assert_eq!(run.code, code, "{unread} {more}: {run:?}");
            assert!(words(&run).contains(wanted), "{unread} {more}: {}", run.out);
        }
    }
}

/// A report that judged clients otherwise is of other settings.
#[test]
fn report_with_other_clients_is_outdated() {
    let report = |place: &Place, more: &[&str]| {
        let args = [
            "impact",
            "shop.yaml",
            "-q",
            "-o",
            "report.json",
            "--events",
            "events.jsonl",
        ];
        assert_eq!(place.run(&[&args[..], more].concat()).code, 0);
    };
    // The clients could be read then, and not now.
    let web = json!([client("web", &json!("inherit"), "code")]);
    let first = place(&enforced(), |pool| pool["clients"] = web.clone());
    first.file(
        "events.jsonl",
        events(&json!({ "client": "web", "level": "low" })),
    );
    report(&first, &["--from", "live.json"]);
    let mut live: Value = serde_json::from_str(&first.read("live.json")).unwrap();
    assert_eq!(gate(&first, &["--impact", "report.json"]).code, 0);
    live["pools"][0]["clients"] = json!([]);
    live["pools"][0]["unread"] = unread("clients", None);
    first.file("live.json", live.to_string());
    let run = gate(&first, &["--impact", "report.json"]);
    assert!(
        run.code == 5 && words(&run).contains("run impact again"),
        "{run:?}"
    );
    // The policy alone does not know that the client of the events is gone.
    let policy = enforced()
        + "clients: { app: { id: app, account_takeover: { low: { action: BLOCK }, medium: { action: BLOCK }, \
                               high: { action: BLOCK } } } }\n";
    let second = place(&policy, |pool| {
        let own = client("app", &blocks(), "code");
        pool["clients"] = json!([client("web", &json!("inherit"), "code"), own]);
    });
    second.file("events.jsonl", events(&json!({ "client": "gone" })));
    report(&second, &[]);
    let run = gate(&second, &["--impact", "report.json"]);
    assert!(
        run.code == 5 && words(&run).contains("judged the policy alone"),
        "{run:?}"
    );
    report(&second, &["--from", "live.json"]);
    let run = gate(&second, &["--impact", "report.json"]);
    assert!(
        run.code == 4 && words(&run).contains("0.00 to 100.00 %"),
        "{run:?}"
    );
}

/// Answers of the API name no client.
#[test]
fn clients_without_sign_in_raise_no_doubt() {
    let web = client("web", &json!("inherit"), "code");
    for (other, code) in [
        (client("other", &blocks(), "client_credentials"), 0),
        (
            json!({ "key": "other", "id": "other", "risk": blocks(), "auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"],
                "oauth_flows": ["code"], "identity_providers": ["Okta"] }),
            0,
        ),
        (client("other", &blocks(), "code"), 4),
        (json!({ "key": "other", "id": "other", "risk": blocks() }), 4),
    ] {
        let place = place(&enforced(), |pool| pool["clients"] = json!([web, other]));
        place.file("events.jsonl", events(&json!({})));
        let run = gate(&place, &["--events", "events.jsonl"]);
        assert_eq!(run.code, code, "{other}: {run:?}");
        let run = place.run(&[
            "impact",
            "shop.yaml",
            "--from",
            "live.json",
            "--events",
            "events.jsonl",
        ]);
        let open =
            "100 events name no known client: they count only where the outcome is the same for every client";
        assert_eq!(words(&run).contains(open), code == 4, "{other}: {}", run.out);
    }
    // Nobody signs in by the pool's settings where every client has its own.
    let policy = enforced().replace(
        "medium: { action: MFA_IF_CONFIGURED }",
        "medium: { action: BLOCK }",
    );
    let quiet = json!({ "action": "NO_ACTION", "notify": false });
    let own = json!({ "own": { "account_takeover": { "low": quiet, "medium": quiet, "high": quiet },
        "compromised_credentials": { "action": "BLOCK", "events": [] } } });
    let place = place(&policy, |pool| {
        pool["clients"] = json!([client("web", &own, "code")]);
    });
    place.file("events.jsonl", events(&json!({})));
    let run = gate(&place, &["--events", "events.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
}

/// Sign ins that name no pool are said with the way out.
#[test]
fn sign_ins_without_pool_name_the_remedy() {
    let place = place(&enforced(), |_| {});
    place.file("events.jsonl", events(&json!({ "pool": null, "level": "low" })));
    let run = gate(&place, &["--events", "events.jsonl"]);
    let wanted = "100 name no pool: put `userPoolId` into each line, or read them by `cogward events --from-aws --pool \
                  us-west-2_EXAMPLE`";
    assert!(run.code == 5 && words(&run).contains(wanted), "{run:?}");
    let run = place.run(&[
        "impact",
        "shop.yaml",
        "--from",
        "live.json",
        "--events",
        "events.jsonl",
    ]);
    assert!(
        words(&run).contains("none of 100 incomplete sign-ins is certain to count"),
        "{}",
        run.out
    );
}

/// A report of an earlier version proves nothing.
#[test]
fn report_of_earlier_version_is_no_evidence() {
    let place = place(&enforced(), |_| {});
    place.file("events.jsonl", events(&json!({ "level": "low" })));
    let args = [
        "impact",
        "shop.yaml",
        "-q",
        "-o",
        "report.json",
        "--from",
        "live.json",
        "--events",
        "events.jsonl",
    ];
    assert_eq!(place.run(&args).code, 0);
    let mut report: Value = serde_json::from_str(&place.read("report.json")).unwrap();
    for day in report["pools"][0]["would_block"]["by_day"]
        .as_array_mut()
        .unwrap()
    {
        day.as_object_mut().unwrap().remove("gaps");
    }
    report["digest"] = json!(cogward::impact::saved_digest(&report));
    place.file("report.json", report.to_string());
    let run = gate(&place, &["--impact", "report.json"]);
    let wanted = "`report.json` was made by an earlier version, which does not list incomplete sign-ins: make it again";
    assert!(run.code == 5 && words(&run).contains(wanted), "{run:?}");
}

/// Events that are missing may be those that could not be read.
#[test]
fn events_unreadable_unknown_too_few_unmet() {
    for (name, text, code) in [
        ("none.jsonl", None, 4),
        ("broken.jsonl", Some("{\"a\": \"b\n".to_owned()), 4),
        ("empty.jsonl", Some("\n".to_owned()), 5),
    ] {
        let place = place(&enforced(), |_| {});
        if let Some(text) = text {
            place.file(name, text);
        }
        let run = gate(&place, &["--events", name]);
        assert_eq!(run.code, code, "{name}: {run:?}");
        let wanted = if code == 4 {
            "would be blocked: unknown"
        } else {
            "would be blocked: not met"
        };
        assert!(words(&run).contains(wanted), "{name}: {}", run.out);
    }
    // What is refused for certain stays so.
    let place = place(&enforced(), |_| {});
    place.file("events.jsonl", events(&json!({ "level": "high" })));
    let run = gate(&place, &["--events", "events.jsonl", "none.jsonl"]);
    assert!(
        run.code == 5 && words(&run).contains("would be blocked: not met"),
        "{run:?}"
    );
}
