//! A saved impact report as evidence: `--impact` of `gate`, `diff` and `apply`.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};

pub const POLICY: &str = "\
version: 1
name: shop
target: { pool: us-west-2_EXAMPLE }
feature_plan: PLUS
mode: { standard: AUDIT }
mfa: { configuration: OPTIONAL }
audit_gate: { max_would_block_percent: 1 }
account_takeover:
  low: { action: NO_ACTION }
  medium: { action: MFA_IF_CONFIGURED }
  high: { action: BLOCK }
compromised_credentials: { action: BLOCK }
";

pub fn line(id: &str, pool: &str, at: &str, more: &str) -> String {
    format!(
        r#"{{"format":"cogward-event","version":1,"form":"export","id":"{id}","at":"{at}","pool":"{pool}","type":"SignIn","response":"Pass",{more}"compromised":false}}"#
    )
}

/// 100 sign-ins of 20 days, of which one has high risk.
pub fn events(pool: &str) -> String {
    let quiet = r#""decision":"NoRisk","#;
    let at = |n: u32| format!("2026-10-{:02}T00:00:00Z", n % 20 + 1);
    let mut lines: Vec<_> = (0..99)
        .map(|n| line(&format!("e{n}"), pool, &at(n), quiet))
        .collect();
    lines.push(line("high", pool, "2026-10-20T00:00:00Z", r#""level":"high","#));
    lines.join("\n")
}

pub fn snapshot(web: &Value) -> String {
    let level = |action: &str| json!({ "action": action, "notify": false });
    json!({ "version": 1, "taken_at": "2026-11-20T00:00:00Z", "pools": [{
        "account": "123456789012", "region": "us-west-2", "id": "us-west-2_EXAMPLE", "name": "customers",
        "created": "2025-01-01T00:00:00Z", "last_modified": "2026-01-01T00:00:00Z",
        "feature_plan": "PLUS", "mode": { "standard": "AUDIT" }, "mfa": { "configuration": "OPTIONAL" },
        "responses": { "account_takeover": {
            "low": level("NO_ACTION"), "medium": level("MFA_REQUIRED"), "high": level("NO_ACTION") } },
        "clients": [{ "key": "web", "id": "1example23456789", "risk": web }],
    }] })
    .to_string()
}

/// The report of a policy in AUDIT, and then the policy asks for ENFORCED.
fn place() -> Place {
    let place = Place::new();
    place.file("shop.yaml", POLICY);
    place.file("live.json", snapshot(&json!("inherit")));
    place.file("events.jsonl", events("us-west-2_EXAMPLE"));
    report(&place, &["--from", "live.json"]);
    place.file("shop.yaml", POLICY.replace("AUDIT", "ENFORCED"));
    place
}

fn report(place: &Place, more: &[&str]) {
    let args = [
        "impact",
        "shop.yaml",
        "-q",
        "-o",
        "report.json",
        "--events",
        "events.jsonl",
    ];
    let run = place.run(&[&args[..], more].concat());
    assert_eq!(run.code, 0, "{run:?}");
}

fn gate(place: &Place, more: &[&str]) -> Run {
    place.run(&[&["gate", "shop.yaml", "--from", "live.json"][..], more].concat())
}

fn one_line(run: &Run) -> String {
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_report_shows_what_its_events_show() {
    let place = place();
    let by_report = gate(&place, &["--impact", "report.json"]);
    assert_eq!(by_report.code, 0, "{by_report:?}");
    let by_events = gate(&place, &["--events", "events.jsonl"]);
    assert_eq!((by_events.code, &by_events.out), (0, &by_report.out));
    let wanted = "would be blocked: met, 1.00 % of 100 sign-ins in AUDIT, 1 % allowed";
    assert!(one_line(&by_report).contains(wanted), "{}", by_report.out);
    // Laid out in another way.
    let whole: Value = serde_json::from_str(&place.read("report.json")).unwrap();
    place.file("report.json", whole.to_string());
    assert_eq!(gate(&place, &["--impact", "report.json"]).code, 0);
    // The limit is the policy's of today.
    let policy = place.read("shop.yaml").replace("percent: 1 ", "percent: 0.5 ");
    place.file("shop.yaml", policy);
    let run = gate(&place, &["--impact", "report.json"]);
    assert_eq!(run.code, 5);
    assert!(
        one_line(&run).contains("not met, 1.00 % of 100 sign-ins in AUDIT, 0.5 % allowed"),
        "{}",
        run.out
    );
}

/// What decides nothing may change and what decides may not.
#[test]
fn report_is_bound_to_deciding_settings() {
    let changed =
        "`report.json` judged other settings: the policy, or what the pool has beside it, has changed since";
    for (from, to, code) in [
        ("name: shop", "name: store", 0),
        ("minimum_days", "minimum_days", 0),
        (
            "feature_plan: PLUS\n",
            "feature_plan: PLUS\ntags: { team: a }\n",
            0,
        ),
        ("high: { action: BLOCK }", "high: { action: MFA_REQUIRED }", 5),
        ("low: { action: NO_ACTION }", "low: { action: BLOCK }", 5),
        (
            "credentials: { action: BLOCK }",
            "credentials: { action: NO_ACTION }",
            5,
        ),
        ("configuration: OPTIONAL", "configuration: \"OFF\"", 5),
        (
            "compromised_credentials",
            "risk_exceptions: { always_block: [192.0.2.0/24] }\ncompromised_credentials",
            5,
        ),
        (
            "compromised_credentials",
            "clients: { web: { id: 1example23456789, account_takeover: { high: { action: NO_ACTION } } } }\ncompromised_credentials",
            5,
        ),
    ] {
        let place = place();
        place.file("shop.yaml", place.read("shop.yaml").replace(from, to));
        let run = gate(&place, &["--impact", "report.json"]);
        if run.code == 2 {
            // A key that the policy does not have: nothing to judge here.
            assert!(to.contains("tags"), "{run:?}");
            continue;
        }
        assert_eq!(run.code, code, "{to}: {run:?}");
        assert_eq!(one_line(&run).contains(changed), code == 5, "{to}: {}", run.out);
    }
    // The pool's own side.
    let place = place();
    let own = json!({ "own": { "account_takeover": { "high": { "action": "BLOCK", "notify": false } } } });
    place.file("live.json", snapshot(&own));
    let run = gate(&place, &["--impact", "report.json"]);
    let alone = "`report.json` judged the policy alone, and the pool has settings or clients of which the policy says \
                 nothing: run impact again with --from SNAPSHOT";
    assert!(run.code == 5 && one_line(&run).contains(alone), "{run:?}");
}

#[test]
fn a_report_that_is_none_is_wrong_input() {
    let place = place();
    let whole = place.read("report.json");
    for (text, words) in [
        (
            whole.replace("\"blocked\": 1,", "\"blocked\": 0,"),
            "it was edited",
        ),
        (
            whole.replace("\"version\": 1", "\"version\": 2"),
            "it has version 2",
        ),
        (place.read("live.json"), "is not a report of `cogward impact`"),
        ("nothing".to_owned(), "is not a report of `cogward impact`"),
    ] {
        place.file("other.json", &text);
        for verb in [&["gate"][..], &["diff"]] {
            let run = place.run(
                &[
                    verb,
                    &["shop.yaml", "--from", "live.json", "--impact", "other.json"],
                ]
                .concat(),
            );
            assert!(run.code == 2 && run.err.contains(words), "{words}: {run:?}");
        }
    }
    assert_eq!(gate(&place, &["--impact", "none.json"]).code, 2);
    let both = gate(&place, &["--impact", "report.json", "--events", "events.jsonl"]);
    assert!(
        both.code == 2 && both.err.contains("cannot be used with"),
        "{both:?}"
    );
}

/// A report of other pools or of a part is named.
#[test]
fn report_of_other_pools_or_partial_events() {
    let place = place();
    place.file(
        "shop.yaml",
        POLICY.replace("us-west-2_EXAMPLE", "us-west-2_OTHER"),
    );
    place.file("events.jsonl", events("us-west-2_OTHER"));
    report(&place, &[]);
    place.file("shop.yaml", POLICY.replace("AUDIT", "ENFORCED"));
    let run = gate(&place, &["--impact", "report.json"]);
    let words = "`report.json` is of us-west-2_OTHER, and not of this pool";
    assert!(run.code == 5 && one_line(&run).contains(words), "{run:?}");
    // Half of the events could not be read.
    place.file(
        "events.jsonl",
        format!("{}\n{{\"a\": \"b\n", events("us-west-2_EXAMPLE")),
    );
    let args = [
        "impact",
        "shop.yaml",
        "-q",
        "-o",
        "report.json",
        "--events",
        "events.jsonl",
    ];
    assert_eq!(place.run(&args).code, 4);
    let run = gate(&place, &["--impact", "report.json"]);
    assert!(
        run.code == 4 && one_line(&run).contains("something could not be read or judged"),
        "{run:?}"
    );
}

#[test]
fn a_comparison_says_it_beside_the_step() {
    let place = place();
    let diff = |more: &[&str]| place.run(&[&["diff", "shop.yaml", "--from", "live.json"][..], more].concat());
    for (more, words) in [
        (
            &[][..],
            "Sign-ins that would be blocked: not met, 1 % allowed; no events were given (--events, or --impact).",
        ),
        (
            &["--impact", "report.json"],
            "Sign-ins that would be blocked: met, 1.00 % of 100 sign-ins in AUDIT, 1 % allowed.",
        ),
        (
            &["--events", "events.jsonl"],
            "Sign-ins that would be blocked: met, 1.00 % of 100 sign-ins in AUDIT, 1 % allowed.",
        ),
    ] {
        let run = diff(more);
        assert!(
            run.code == 3 && one_line(&run).contains(words),
            "{words}: {run:?}"
        );
    }
}
