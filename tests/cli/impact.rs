//! `cogward impact`: recorded events against policies and snapshots.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::support::{Place, Run, finished};

const SHOP: &str = "\
version: 1
name: shop
target: { pool: us-west-2_EXAMPLE }
feature_plan: PLUS
mode: { standard: AUDIT }
mfa: { configuration: OPTIONAL }
audit_gate: { max_would_block_percent: 5 }
account_takeover:
  low: { action: NO_ACTION }
  medium: { action: MFA_IF_CONFIGURED }
  high: { action: BLOCK }
compromised_credentials: { action: BLOCK }
";

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The policy, and every sample of the export in `logs/`.
fn shop() -> Place {
    let place = Place::new();
    place.file("shop.yaml", SHOP);
    for entry in std::fs::read_dir(top().join("tests/data/events")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("export-") {
            place.file(&format!("logs/{name}"), std::fs::read(entry.path()).unwrap());
        }
    }
    place
}

/// The JSON report, which fits its schema.
fn report(run: &Run) -> Value {
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let schema = std::fs::read_to_string(top().join("schemas/impact.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&report)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(report["exit_code"], run.code);
    report
}

fn row<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let mut rows = list.as_array().unwrap().iter();
    rows.find(|row| row[key] == value).unwrap_or(&Value::Null)
}

/// A snapshot of the pool in a mode, with this answer at high risk and a client of its own.
fn snapshot(mode: &str, high: &str) -> String {
    let level = |action: &str| json!({ "action": action, "notify": false });
    json!({ "version": 1, "pools": [{
        "account": "123456789012", "region": "us-west-2", "id": "us-west-2_EXAMPLE", "name": "customers",
        "feature_plan": "PLUS", "mode": { "standard": mode }, "mfa": { "configuration": "OPTIONAL" },
        "responses": { "account_takeover": {
            "low": level("NO_ACTION"), "medium": level("MFA_REQUIRED"), "high": level(high) } },
        "clients": [{ "key": "web", "id": "1example23456789", "risk": "inherit" }],
    }] })
    .to_string()
}

/// A policy in audit is judged as if it were ENFORCED.
#[test]
fn audit_policy_judged_as_enforced() {
    let place = shop();
    let run = place.run(&["impact", "shop.yaml", "--events", "logs", "-f", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = report(&run);
    assert_eq!(report["events"], 26);
    let pool = &report["pools"][0];
    let blocked = row(&pool["outcomes"], "outcome", "blocked");
    assert_eq!(blocked["now"]["events"], 0, "nothing is done in AUDIT");
    assert_eq!(
        (&blocked["proposed"]["events"], &blocked["failed"]),
        (&json!(5), &json!(1))
    );
    assert_eq!((&blocked["valid"], &blocked["invalid"]), (&json!(1), &json!(0)));
    let challenged = row(&pool["changes"], "change", "newly-challenged");
    assert_eq!(
        (&challenged["events"], &challenged["with_mfa"]),
        (&json!(7), &json!(2))
    );
    let share = &pool["would_block"];
    assert_eq!(
        (&share["sign_ins"], &share["blocked"], &share["unknown"]),
        (&json!(19), &json!(4), &json!(1))
    );
    assert_eq!(share["limit"], "unmet");
    let high = row(&pool["breakdowns"][0]["rows"], "value", "high");
    assert_eq!(
        high["outcomes"],
        json!({ "blocked": { "events": 5, "users": 5 } })
    );
    let decided = row(&pool["reasons"], "pointer", "/account_takeover/high");
    assert_eq!(decided["events"], 4);
    let decided = row(&pool["reasons"], "pointer", "/compromised_credentials");
    assert_eq!(decided["events"], 1);
}

#[test]
fn human_says_first_what_the_numbers_are() {
    let run = shop().run(&["impact", "shop.yaml", "--events", "logs"]);
    assert!(
        run.out
            .lines()
            .nth(1)
            .unwrap()
            .contains("a replay of recorded events, not a forecast"),
        "{}",
        run.out
    );
    assert_eq!(run.out.matches("replay").count(), 1);
    for words in [
        "proposed: policy shop, as if it were ENFORCED (it says AUDIT)",
        "4 of 19 sign-ins that had not failed (21.05 %; 26.32 % with the 1 unknown)",
        "the policy allows 5 %: not met",
        "newly blocked                 5 (5)",
        "read 7 files: 26 events, 1 repeat left out",
    ] {
        let out = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains(&words), "{words}: {}", run.out);
    }
    assert!(!run.out.contains("user-"), "names are shown only if asked for");
    let named = shop().run(&["impact", "shop.yaml", "--events", "logs", "--names"]);
    assert!(named.out.contains("(user-15)"), "{}", named.out);
}

#[test]
fn against_a_pool_as_it_is() {
    let place = shop();
    place.file("live.json", snapshot("ENFORCED", "BLOCK"));
    let args = [
        "impact",
        "shop.yaml",
        "--from",
        "live.json",
        "-f",
        "json",
        "--events",
        "logs",
    ];
    let run = place.run(&args);
    assert_eq!(run.code, 0, "{run:?}");
    let found = report(&run);
    let changes = &found["pools"][0]["changes"];
    let events = |change: &str| row(changes, "change", change)["events"].clone();
    // The policy's mode is AUDIT; it is judged as ENFORCED, and nothing else differs but compromised credentials, of which the
    // pool says nothing: what it does with them is undefined.
    assert_eq!(events("newly-blocked"), 0);
    assert_eq!(events("no-longer-blocked"), 0);
    assert_eq!(found["pools"][0]["pool_name"], "customers");
    place.file("live.json", snapshot("ENFORCED", "NO_ACTION"));
    let found = report(&place.run(&args));
    let changes = &found["pools"][0]["changes"];
    // Of the five at high risk one is compromised, and one does not say: what the pool does with these is unknown. So is
    // the event without a risk.
    assert_eq!(row(changes, "change", "newly-blocked")["events"], 3);
    assert_eq!(row(changes, "change", "unknown")["events"], 3);
    place.file("live.json", snapshot("OFF", "BLOCK"));
    let found = report(&place.run(&args));
    let now = row(&found["pools"][0]["outcomes"], "outcome", "not-assessed");
    assert_eq!(now["now"]["events"], 26);
}

#[test]
fn what_cannot_be_judged_is_said() {
    let place = shop();
    // Two policies: events without a pool could be of either.
    place.file(
        "other.yaml",
        "version: 1\nname: other\ntarget: { pool: us-west-2_OTHER }\n",
    );
    let api = std::fs::read(top().join("tests/data/events/auth-events-iso.json")).unwrap();
    place.file("logs/api.json", api);
    place.file("logs/broken", "{\"a\": \"b\n");
    let run = place.run(&[
        "impact",
        "shop.yaml",
        "other.yaml",
        "-f",
        "json",
        "--events",
        "logs",
    ]);
    assert_eq!(run.code, 4, "{run:?}");
    let found = report(&run);
    assert_eq!((&found["without_pool"], &found["broken"]), (&json!(2), &json!(1)));
    // One policy: they are its own, and that is said.
    let run = place.run(&["impact", "shop.yaml", "-f", "json", "--events", "logs"]);
    let found = report(&run);
    assert_eq!(found["pools"][0]["total"]["events"], 28);
    assert!(
        run.out
            .contains("2 events name no pool, and are taken for this one's"),
        "{}",
        run.out
    );
    let one = r#"{"message":{"eventId":"e","eventType":"SignIn","riskLevel":"High"}}"#;
    place.file("one.jsonl", one);
    let run = place.run(&["impact", "shop.yaml", "--events", "one.jsonl"]);
    for words in [
        "1 names no user",
        "1 event names no pool, and is taken for this one's",
    ] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    let run = place.run(&["impact", "shop.yaml", "other.yaml", "--events", "one.jsonl"]);
    assert!(run.out.contains(", 1 names no pool"), "{}", run.out);
    // No policy for the pool of the events.
    let run = place.run(&[
        "impact",
        "other.yaml",
        "-f",
        "json",
        "--events",
        "logs/export-nulls.jsonl",
    ]);
    assert_eq!((run.code, &report(&run)["other_pools"]), (2, &json!(4)));
    place.file(
        "named.yaml",
        "version: 1\nname: named\ntarget: { names: [cust-*] }\n",
    );
    let run = place.run(&["impact", "named.yaml", "--events", "logs/export-nulls.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(
        run.out.contains("--from SNAPSHOT says which pools are meant"),
        "{}",
        run.out
    );
}

#[test]
fn wrong_usage() {
    let place = shop();
    assert_eq!(place.run(&["impact", "shop.yaml"]).code, 2);
    // The option takes all names that follow it, and so a policy, too.
    place.file("policies/shop.yaml", SHOP);
    for verb in [&["impact"][..], &["investigate", "--pool", "us-west-2_EXAMPLE"]] {
        let run = place.run(&[verb, &["--events", "logs", "shop.yaml"]].concat());
        let words = "error: `shop.yaml` is a policy, not a log: --events takes every name that follows it; name policies before it\n";
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (2, "", words));
    }
    // Events that are all of other pools say nothing of this one.
    place.file("other.yaml", SHOP.replace("us-west-2_EXAMPLE", "us-west-2_OTHER"));
    let other = ["investigate", "--pool", "us-west-2_OTHER"];
    for (verb, words) in [
        (
            &["impact", "other.yaml"][..],
            "error: no event is of a pool that a policy is for: 26 events in the files",
        ),
        (
            &other,
            "error: nothing in the files is of pool us-west-2_OTHER in the window",
        ),
    ] {
        let run = place.run(&[verb, &["--events", "logs"]].concat());
        assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    }
    let run = place.run(&["impact", "shop.yaml", "-f", "json", "--events", "logs", "nowhere"]);
    assert_eq!(run.code, 2, "a file that is not there");
    assert_eq!(report(&run)["events"], 26, "what is there is read");
    let run = place.run(&["impact", "shop.yaml", "-o", "out.sarif", "--events", "logs"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("FORMAT being human, csv, json, markdown, comment or html"),
        "{}",
        run.err
    );
    let run = place.run(&[
        "impact",
        "shop.yaml",
        "-q",
        "-o",
        "out.md",
        "-o",
        "out.json",
        "--events",
        "logs",
    ]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert!(
        place.read("out.md").contains("| newly blocked | 5 (5) |"),
        "{}",
        place.read("out.md")
    );
}

/// What makes numbers wrong stands before them.
#[test]
fn diagnoses_precede_the_numbers() {
    let place = shop();
    let args = [
        "impact",
        "shop.yaml",
        "--events",
        "logs/export-backend-one-address.jsonl",
    ];
    let run = place.run(&args);
    assert_eq!(run.code, 0, "{run:?}");
    let out = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = |words: &str| out.find(words).unwrap_or_else(|| panic!("{words}: {out}"));
    let last = at("sign-ins come from a device that was not recognized [device-unknown]");
    assert!(at("4 of 4 sign-ins have no context data [context-data-missing]") < last);
    assert!(last < at("events (users) by outcome"), "{}", run.out);
    let found = report(&place.run(&[&args[..], &["-f", "json"]].concat()));
    for diagnosis in found["pools"][0]["diagnoses"].as_array().unwrap() {
        let id = diagnosis["id"].as_str().unwrap();
        let page = place.run(&["explain", id]);
        assert!(page.code == 0 && page.out.contains("## What to do"), "{page:?}");
    }
    assert_eq!(found["pools"][0]["diagnoses"].as_array().unwrap().len(), 3);
}

/// The lines of the rules about events, each with a space between its words.
fn said(run: &Run) -> Vec<String> {
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let ids = [
        "context-data-missing",
        "device-unknown",
        "one-address-many-users",
        "sign-ins-few",
    ];
    let marked = text.split(" × ").skip(1).chain(text.split(" accepted ").skip(1));
    let line = |text: &str| text[..text.find(" events (users) by").unwrap_or(text.len())].to_owned();
    marked
        .map(line)
        .filter(|line| ids.iter().any(|id| line.contains(id)))
        .collect()
}

/// Events of a server that sends no context, from one address.
const ONE_ADDRESS: [&str; 4] = [
    "impact",
    "shop.yaml",
    "--events",
    "logs/export-backend-one-address.jsonl",
];

/// Rules about events have waivers and ignores.
#[test]
fn event_rules_honour_waivers_and_ignores() {
    let place = shop();
    let args = ONE_ADDRESS;
    assert_eq!(said(&place.run(&args)).len(), 3);

    // What is accepted is shown, and marked no longer; `lint` does not take a waiver for unused, as it reads no events.
    let client = "2example23456789";
    let accepted = format!(
        "{SHOP}clients:\n  # cogward: ignore[device-unknown] behind a gateway\n  backend: {{ id: {client} }}\nwaivers:\n  \
         - {{ rule: context-data-missing, client: backend, reason: being fixed, until: 2099-01-01 }}\n"
    );
    place.file("shop.yaml", accepted);
    let lint = place.run(&["lint", "shop.yaml"]);
    for words in ["waiver-unused", "ignore-unused", "rule-unknown"] {
        assert!(!lint.out.contains(words), "{}", lint.out);
    }
    let run = place.run(&args);
    let found = report(&place.run(&[&args[..], &["-f", "json"]].concat()));
    let found = found["pools"][0]["diagnoses"].as_array().unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap(),
                &one["pointer"],
                &one["suppressed"]["kind"],
            )
        })
        .collect();
    let at = json!("/clients/backend");
    assert_eq!(
        told,
        [
            ("one-address-many-users", &at, &Value::Null),
            ("context-data-missing", &at, &json!("waiver")),
            ("device-unknown", &at, &json!("ignore")),
        ],
        "{}",
        run.out
    );
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("[context-data-missing], waived until 2099-01-01: being fixed")
            && text.contains("[device-unknown], ignored in the file: behind a gateway"),
        "{}",
        run.out
    );
}

#[test]
fn rules_about_events_have_settings() {
    let place = shop();
    place.file(
        "cogward.toml",
        "[rules.context-data-missing]\ndisabled = \"known\"\n[rules.device-unknown]\nseverity = \"note\"\n",
    );
    let run = place.run(&ONE_ADDRESS);
    let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        !text.contains("[context-data-missing]") && text.contains("× note: client"),
        "{}",
        run.out
    );
    assert!(
        text.contains("rule context-data-missing: disabled: known"),
        "{}",
        run.out
    );
}

/// Users have rules about events of their own.
#[test]
fn user_event_rules_run_and_fail_clearly() {
    let place = shop();
    place.file("rules/sign-ins-few.yaml", OWN);
    assert_eq!(
        place.run(&["rules", "test", "rules"]).out,
        "1 rule, 3 examples: 3 passed, 0 failed\n"
    );
    let run = place.run(&[&ONE_ADDRESS[..], &["--rules", "rules"]].concat());
    assert!(
        run.out.contains("only 4 sign-ins were recorded [sign-ins-few]"),
        "{}",
        run.out
    );
    place.file(
        "rules/sign-ins-few.yaml",
        OWN.replace("events.total <", "events.total / 0 <"),
    );
    let run = place.run(&[&ONE_ADDRESS[..], &["--rules", "rules"]].concat());
    assert!(
        run.code == 2 && run.err.contains("rule `sign-ins-few` failed"),
        "{run:?}"
    );
    place.file(
        "rules/sign-ins-few.yaml",
        OWN.replace("events.total <", "events.totl <"),
    );
    let run = place.run(&["lint", "shop.yaml", "--rules", "rules"]);
    assert!(
        run.err.contains("did you mean `total`?") || run.out.contains("did you mean `total`?"),
        "{run:?}"
    );
}

/// A rule about events of a user's own.
const OWN: &str = "\
id: sign-ins-few
severity: warning
sees: [desired]
stage: events
summary: Few sign-ins were recorded
rationale: A share of a handful of sign-ins says nothing about all of them.
remediation: Export user activity for longer.
when: events.total < 100
message: 'only {{ events.total }} sign-ins were recorded'
examples:
  bad:
    - { name: ten, policy: {}, events: { total: 10 }, findings: [{ at: '', message: only 10 sign-ins were recorded }] }
  good: [{ name: many, policy: {}, events: { total: 1000 } }]
  lookalike: [{ name: just enough, policy: {}, events: { total: 100 } }]
";

/// A policy that enforces, and a pool in AUDIT since long.
fn about_to_enforce(max: &str) -> Place {
    let place = shop();
    let policy = SHOP.replace("standard: AUDIT", "standard: ENFORCED").replace(
        "max_would_block_percent: 5",
        &format!("max_would_block_percent: {max}"),
    );
    place.file("shop.yaml", policy);
    let mut pools: Value = serde_json::from_str(&snapshot("AUDIT", "NO_ACTION")).unwrap();
    pools["taken_at"] = json!("2026-11-20T00:00:00Z");
    pools["pools"][0]["created"] = json!("2025-01-01T00:00:00Z");
    pools["pools"][0]["last_modified"] = json!("2026-01-01T00:00:00Z");
    place.file("live.json", pools.to_string());
    let pool = "us-west-2_EXAMPLE";
    let events = crate::cli::saved_impact::events(pool);
    let unknown = crate::cli::saved_impact::line("unknown", pool, "2026-10-20T00:00:00Z", "");
    place.file("events.jsonl", &events);
    place.file("unknown.jsonl", format!("{events}\n{unknown}"));
    place
}

/// The gate judges the share that would be blocked.
#[test]
fn gate_judges_would_block_share() {
    for (max, events, code, words) in [
        (
            "1",
            &["--events", "events.jsonl"][..],
            0,
            "would be blocked: met, 1.00 % of 100 sign-ins in AUDIT, 1 % allowed",
        ),
        (
            "0.9",
            &["--events", "events.jsonl"],
            5,
            "would be blocked: not met, 1.00 % of 100 sign-ins in AUDIT, 0.9 % allowed",
        ),
        (
            "1",
            &["--events", "unknown.jsonl"],
            4,
            "would be blocked: unknown, 0.99 to 1.98 % of 101 sign-ins in AUDIT, 1 % allowed",
        ),
        // For lack of evidence.
        (
            "1",
            &[],
            5,
            "would be blocked: not met, 1 % allowed; no events were given (--events, or --impact)",
        ),
        (
            "100",
            &["--events", "logs"],
            5,
            "allowed; the events cover 1 of 14 days; not counted: 3 that had failed",
        ),
        (
            "1",
            &["--events", "live.json"],
            5,
            "the events have no sign-in of this pool",
        ),
    ] {
        let place = about_to_enforce(max);
        let args = [&["gate", "shop.yaml", "--from", "live.json"][..], events].concat();
        let run = place.run(&args);
        assert_eq!(run.code, code, "{max} {events:?}: {run:?}");
        let out = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.contains(words), "{words}: {}", run.out);
        for (format, part) in [
            ("table", "would be blocked"),
            ("markdown", "would be blocked"),
            ("github", "would be blocked"),
            ("json", "max_percent"),
        ] {
            let run = place.run(&[&args[..], &["-f", format]].concat());
            assert!(run.code == code && run.out.contains(part), "{format}: {run:?}");
        }
    }
    // A policy without a limit asks for no events.
    let place = about_to_enforce("1");
    place.file(
        "shop.yaml",
        place
            .read("shop.yaml")
            .replace("audit_gate: { max_would_block_percent: 1 }\n", ""),
    );
    let run = place.run(&["gate", "shop.yaml", "--from", "live.json"]);
    assert!(run.code == 0 && !run.out.contains("would be blocked"), "{run:?}");
}

/// A page has a picture beside each table that is drawn.
#[test]
fn html_page_has_a_chart_beside_each_table() {
    let place = shop();
    let run = place.run(&["impact", "shop.yaml", "--events", "logs", "-f", "html"]);
    assert_eq!(run.code, 0, "{run:?}");
    for part in [
        "<title>cogward impact: ",
        "<title id=\"p0-0-t\">by risk level, now and proposed</title>",
        "outcomes by client, as proposed",
        "outcomes by country, as proposed",
        "by day, as proposed",
        "<th scope=\"col\">proposed</th>",
        "<p class=\"standing error\">× ",
        "a replay of recorded events, not a forecast",
    ] {
        assert!(run.out.contains(part), "{part}");
    }
    assert_eq!(run.out.matches("<svg ").count(), 3, "one day is no picture");
    // Self-contained: nothing is loaded, and nothing is run.
    for part in ["<script", "src=", "href=", "url("] {
        assert!(!run.out.contains(part), "{part}");
    }
    // What the log says stays text.
    place.file("evil.jsonl", r#"{"eventSource":"USER_ACTIVITY","message":{"eventId":"e","eventType":"SignIn","userPoolId":"us-west-2_EXAMPLE","clientId":"<script>x</script>","country":"</svg><img src=x>","riskLevel":"High"}}"#);
    let run = place.run(&["impact", "shop.yaml", "--events", "evil.jsonl", "-f", "html"]);
    assert!(
        run.code == 0 && !run.out.contains("<script") && !run.out.contains("<img"),
        "{run:?}"
    );
    assert!(run.out.contains("&lt;img src"), "{}", run.out);
}

/// Tables are no wider than the terminal and have the same words.
#[test]
fn tables_fit_terminal_and_keep_words() {
    let place = shop();
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let args = [
        &["impact", "shop.yaml", "--events", "logs", "--no-time"][..],
        &["insights", "logs", "--no-time"],
    ];
    for args in args {
        let drawn = |width: &str| {
            let run = finished(
                &place
                    .command(args)
                    .env("COLUMNS", width)
                    .env("NO_COLOR", "1")
                    .output()
                    .unwrap(),
            );
            assert!(run.code == 0 || run.code == 4, "{run:?}");
            run.out
        };
        // Bars are shorter where there is less room.
        let bars = |text: &str| {
            let is_bar = |word: &str| word.chars().all(|one| "#Mm:.-x?".contains(one));
            let words = text.split_whitespace().filter(|word| !is_bar(word));
            words.collect::<Vec<_>>().join(" ")
        };
        let wide = drawn("1000");
        for width in [60, 80, 120] {
            let text = drawn(&width.to_string());
            let long: Vec<_> = text.lines().filter(|line| line.chars().count() > width).collect();
            assert_eq!(long, Vec::<&str>::new(), "{args:?} {width}");
            // Without room beside a table bars stand below it, with labels; without room for whole words, records name the columns in
            // each row.
            let all = |text: &str| -> std::collections::BTreeSet<String> {
                let words = words(&bars(text)).into_iter();
                words
                    .map(|word| word.trim_end_matches([';', ',']).to_owned())
                    .collect()
            };
            assert_eq!(all(&text), all(&wide), "{args:?} {width}");
            if width == 120 {
                let sorted = |text: &str| {
                    let mut words = words(&bars(text));
                    words.sort();
                    words
                };
                assert_eq!(sorted(&text), sorted(&wide), "{args:?}");
            }
        }
    }
}

/// What a level's events have now, and what they would have, with the numbers beside the bars.
#[test]
fn bars_by_risk_level_now_and_proposed() {
    let place = shop();
    let drawn = |set: &[(&str, &str)]| {
        let mut command = place.command(&["impact", "shop.yaml", "--events", "logs"]);
        command.env("COLUMNS", "120").envs(set.iter().copied());
        finished(&command.output().unwrap()).out
    };
    let rows = |text: &str| -> Vec<String> {
        let rows = text
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        rows.skip_while(|line| line != "by risk level, now and proposed")
            .take_while(|line| !line.is_empty())
            .collect()
    };
    for (set, high, legend) in [
        (
            &[("LC_ALL", "C.UTF-8"), ("TERM", "dumb")][..],
            "####################",
            "# blocked; m MFA if configured; . allowed; - not assessed; ? unknown",
        ),
        (
            &[("LC_ALL", "C.UTF-8")],
            "████████████████████",
            "█ blocked; ▒ MFA if configured; · allowed; - not assessed; ? unknown",
        ),
    ] {
        let rows = rows(&drawn(set));
        let high = format!("high, proposed 5 (5) 5 (5) {high}");
        for row in [high.as_str(), legend] {
            assert!(rows.iter().any(|one| one == row), "{row}: {rows:#?}");
        }
        assert!(
            rows[2].starts_with("all, now 26 (22) 22 (20) 4 (2) "),
            "{rows:#?}"
        );
    }
    let run = place.run(&["impact", "shop.yaml", "--events", "logs", "-f", "json"]);
    let levels = &report(&run)["pools"][0]["breakdowns"][0]["rows"];
    assert_eq!(
        row(levels, "value", "high")["now"],
        json!({ "allowed": { "events": 5, "users": 5 } })
    );
}

/// Of many days the last are shown, each with its own bar.
#[test]
fn the_last_days_are_shown() {
    let place = shop();
    let event = |day: i64| {
        let at = 1_791_187_200_000 + day * 86_400_000;
        let events = (0..=day).map(|id| {
            format!(r#"{{"eventTimestamp":"{at}","message":{{"eventId":"{day}-{id}","eventType":"SignIn","userPoolId":"us-west-2_EXAMPLE","riskLevel":"High"}}}}"#)
        });
        events.collect::<Vec<_>>().join("\n") + "\n"
    };
    let undated = r#"{"eventSource":"USER_ACTIVITY","message":{"eventId":"none","eventType":"SignIn","userPoolId":"us-west-2_EXAMPLE","riskLevel":"High"}}"#;
    let days = (0..40).map(event).collect::<String>();
    place.file("days.jsonl", days.clone());
    place.file("undated.jsonl", days + undated + "\n");
    let undated = place.run(&["impact", "shop.yaml", "--events", "undated.jsonl"]);
    let text = undated.out.split("by day, as proposed").nth(1).unwrap();
    let rows: Vec<_> = text.lines().skip(2).collect();
    let ends = [rows[0], rows[29], rows[30]].map(|row| row.split_whitespace().collect::<Vec<_>>());
    let ends = ends.map(|row| (row[0].to_owned(), row[1].to_owned()));
    let seen = ["2026-10-15 11", "2026-11-13 40", "unknown 1"].map(|row| row.split_once(' ').unwrap());
    assert_eq!(
        ends,
        seen.map(|(day, events)| (day.to_owned(), events.to_owned())),
        "{text}"
    );
    assert_eq!(rows[32], "    and 10 more", "{text}");
    let run = place.run(&["impact", "shop.yaml", "--events", "days.jsonl"]);
    let text = run.out.split("by day, as proposed").nth(1).unwrap();
    let rows: Vec<_> = text.lines().skip(2).collect();
    assert!(
        rows[0].contains("2026-10-14") && rows[0].ends_with("  #####"),
        "{text}"
    );
    assert!(
        rows[30].contains("2026-11-13") && rows[30].ends_with("  ####################"),
        "{text}"
    );
    assert_eq!(rows[32], "    and 9 more", "{text}");
}

#[test]
fn the_pools_that_count_can_be_named() {
    let place = shop();
    place.file(
        "other.yaml",
        SHOP.replace("us-west-2_EXAMPLE", "us-west-2_OTHER")
            .replace("name: shop", "name: other"),
    );
    let pools = |more: &[&str]| {
        let args = [
            "impact",
            "shop.yaml",
            "other.yaml",
            "--events",
            "logs",
            "--format",
            "json",
        ];
        let run = place.run(&[&args[..], more].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_default();
        let pools = report["pools"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> = pools
            .iter()
            .map(|pool| pool["pool"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        (run.code, ids, run.err)
    };
    assert_eq!(pools(&[]).1, ["us-west-2_EXAMPLE", "us-west-2_OTHER"]);
    let (code, ids, _) = pools(&["--pool", "us-west-2_EXAMPLE"]);
    assert_eq!((code, ids), (0, vec!["us-west-2_EXAMPLE".to_owned()]));
    let (code, ids, err) = pools(&["--pool", "us-west-2_Nobody"]);
    assert_eq!((code, ids.len()), (2, 0), "{err}");
    let (code, _, err) = pools(&["--pool", "shop"]);
    assert!(code == 2 && err.contains("--from SNAPSHOT"), "{err}");
}

#[test]
fn csv_has_every_number_of_json() {
    let place = shop();
    let args = ["impact", "shop.yaml", "--events", "logs"];
    let run = place.run(&[&args[..], &["-o", "i.csv", "--format", "json"]].concat());
    let report = report(&run);
    let text = std::fs::read_to_string(place.path("i.csv")).unwrap();
    let cells = |line: &str| -> Vec<_> {
        line[1..line.len() - 1]
            .split("\",\"")
            .map(str::to_owned)
            .collect()
    };
    let rows: Vec<_> = text.lines().map(cells).collect();
    assert_eq!(
        rows[0].join(" "),
        "pool policy by value when outcome events users"
    );
    assert!(rows.iter().all(|row| row.len() == 8), "{text}");
    let sum = |by: &str, when: &str| -> u64 {
        let counted = rows.iter().filter(|row| row[2] == by && row[4] == when);
        counted.map(|row| row[6].parse::<u64>().unwrap()).sum()
    };
    let pool = &report["pools"][0];
    let total = pool["total"]["events"].as_u64().unwrap();
    assert!(total > 0);
    for by in ["all", "level", "type", "response", "client", "country", "day"] {
        assert_eq!(sum(by, "proposed"), total, "{by}: {text}");
    }
    for by in ["all", "level"] {
        assert_eq!(sum(by, "now"), total, "{by}: {text}");
    }
    let found = rows.iter().filter(|row| row[2] == "finding").count();
    assert_eq!(found, pool["diagnoses"].as_array().unwrap().len());
}
