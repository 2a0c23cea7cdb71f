//! `cogward investigate`: recorded sign-ins and CloudTrail, user by user.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};

const POOL: &str = "us-west-2_EXAMPLE";

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Samples by name in `logs/`, and a policy in `policies/a.yaml`.
fn place() -> Place {
    let place = Place::with(format!(
        "version: 1\nname: shop\ntarget: {{ pool: {POOL} }}\nmode: {{ standard: AUDIT }}\nmfa: {{ configuration: OPTIONAL }}\n\
         account_takeover:\n  high: {{ action: BLOCK, notify: false }}\n"
    ));
    for entry in std::fs::read_dir(top().join("tests/data/events")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name != "README.md" {
            place.file(&format!("logs/{name}"), std::fs::read(entry.path()).unwrap());
        }
    }
    place
}

fn ask(place: &Place, more: &[&str]) -> Run {
    place.run(&[&["investigate", "--pool", POOL], more].concat())
}

/// The JSON form, which fits its schema.
fn report(run: &Run) -> Value {
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
    let schema = std::fs::read_to_string(top().join("schemas/investigation.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let faults: Vec<_> = validator
        .iter_errors(&report)
        .map(|fault| fault.to_string())
        .collect();
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(report["exit_code"], run.code);
    report
}

fn steps<'a>(report: &'a Value, sub: &str) -> &'a Vec<Value> {
    let mut users = report["users"].as_array().unwrap().iter();
    let user = users
        .find(|user| user["sub"] == sub)
        .unwrap_or_else(|| panic!("{sub}: {report}"));
    user["steps"].as_array().unwrap()
}

/// Every form of the samples is joined to users.
#[test]
fn all_event_forms_joined_to_users() {
    let place = place();
    let run = ask(&place, &["--events", "logs", "--names", "-f", "json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let all = report(&run);
    assert_eq!(
        (&all["counts"]["records"], &all["requests_without_user"]),
        (&json!(12), &json!(4))
    );
    let sub = "00000000-aaaa-4bbb-8ccc-000000000009";
    let blocked = steps(&all, sub)
        .iter()
        .find(|step| step["refused"]["cause"] == "block")
        .unwrap();
    assert_eq!(blocked["refused"]["derived"], false, "CloudTrail has the error");
    assert!(
        all["users"][0]["steps"]
            .as_array()
            .unwrap()
            .iter()
            .any(|step| step["refused"]["cause"] == "block" || step["compromised"] == true)
    );
    // An event and the record of the same request are one step.
    let joined = steps(&all, "00000000-aaaa-4bbb-8ccc-000000000001");
    let both = joined
        .iter()
        .find(|step| step["sources"] == json!(["event", "cloudtrail"]))
        .unwrap();
    assert_eq!(
        (&both["flow"], &both["level"]),
        (&json!("USER_SRP_AUTH"), &Value::Null)
    );
    let nameless = all["without_user"].as_array().unwrap();
    assert!(
        nameless.iter().any(|row| row["refused"] == "wrong-password"),
        "{nameless:?}"
    );
    assert!(
        nameless.iter().any(|row| row["action"] == "login_POST"),
        "pages of managed login are included: {nameless:?}"
    );
}

/// The setting that decides is named from a policy.
#[test]
fn deciding_setting_named_from_policy() {
    let place = place();
    let args = [
        "--events",
        "logs/export-field-spelling.jsonl",
        "--policy",
        "policies/a.yaml",
    ];
    let run = ask(&place, &args);
    assert_eq!(run.code, 0, "{run:?}");
    for words in [
        "policy shop, standard AUDIT",
        "allowed (audit only), /mode/standard",
        "ENFORCED would be: blocked (as configured),",
        "/account_takeover/high",
    ] {
        let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "{words}: {}", run.out);
    }
    let other = place.run(&[
        "investigate",
        "--pool",
        "us-west-2_B",
        "--events",
        "logs",
        "--policy",
        "policies/a.yaml",
    ]);
    assert!(
        other.code == 2 && other.err.contains("no policy there names `us-west-2_B`"),
        "{other:?}"
    );
}

/// What leaves the terminal names nobody unless asked.
#[test]
fn output_beyond_terminal_is_redacted() {
    let place = place();
    let secrets = [
        "user-0",
        "00000000-aaaa",
        "192.0.2.",
        "198.51.100.",
        "Berlin",
        "1example23456789",
    ];
    let names = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    let base = ["--events", "logs"];
    // A pipe is not the terminal.
    let run = ask(&place, &base);
    assert!(!names(&run.out) && run.out.contains("redacted-"), "{}", run.out);
    assert!(names(&ask(&place, &[&base[..], &["--names"]].concat()).out));
    assert!(!names(&ask(&place, &[&base[..], &["--redact"]].concat()).out));
    for (format, file) in [
        ("json", "a.json"),
        ("markdown", "a.md"),
        ("html", "a.html"),
        ("human", "a.txt"),
    ] {
        if format != "human" {
            let shown = ask(&place, &[&base[..], &["-f", format]].concat()).out;
            assert!(!names(&shown) && shown.contains("redacted-"), "{format}: {shown}");
            let shown = ask(&place, &[&base[..], &["-f", format, "--names"]].concat()).out;
            assert!(names(&shown), "{format}");
        }
        let run = ask(&place, &[&base[..], &["-q", "-o", file]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!names(&place.read(file)), "{file}");
        ask(&place, &[&base[..], &["-q", "--names", "-o", file]].concat());
        assert!(names(&place.read(file)), "{file}");
    }
    let both = ask(&place, &[&base[..], &["--names", "--redact"]].concat());
    assert_eq!(both.code, 2);
}

/// A pseudonym of a report leads to the user.
#[test]
fn pseudonym_of_report_selects_user() {
    let place = place();
    let hidden = report(&ask(&place, &["--events", "logs", "-f", "json"]));
    assert_eq!(hidden["redacted"], true);
    let user = hidden["users"][0]["sub"].as_str().unwrap();
    let run = ask(&place, &["--events", "logs", "--user", user, "-f", "json"]);
    let one = report(&run);
    assert_eq!(one["users"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&one["users"][0]["sub"], &one["requests_without_user"]),
        (&json!(user), &json!(0))
    );
}

#[test]
fn window_and_address_narrow() {
    let place = place();
    let args = [
        "--trail",
        "logs/cloudtrail-records.json",
        "--since",
        "2026-10-05T08:04:00Z",
        "--until",
        "2026-10-05T08:05:00Z",
        "--names",
        "-f",
        "json",
    ];
    let run = ask(&place, &args);
    let found = report(&run);
    assert_eq!(
        (&found["counts"]["records"], &found["counts"]["outside"]),
        (&json!(2), &json!(10))
    );
    let run = ask(
        &place,
        &[
            "--trail",
            "logs/cloudtrail-records.json",
            "--address",
            "198.51.100.7",
            "--names",
            "-f",
            "json",
        ],
    );
    let found = report(&run);
    assert_eq!(found["users"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["requests_without_user"], 0);
}

#[test]
fn lines_fit_the_width() {
    let place = place();
    for width in [60, 80, 120] {
        let mut command = place.command(&[
            "investigate",
            "--pool",
            POOL,
            "--events",
            "logs",
            "--policy",
            "policies/a.yaml",
        ]);
        command.env("COLUMNS", width.to_string());
        let run = crate::cli::support::finished(&command.output().unwrap());
        assert_eq!(run.code, 0);
        let long = run.out.lines().find(|line| {
            // A word that is longer than the line cannot be broken.
            line.chars().count() > width && line.trim().contains(' ')
        });
        assert_eq!(long, None, "{width}");
    }
}

/// Hostile texts are escaped in every format.
#[test]
fn hostile_texts_escaped_in_all_formats() {
    let place = Place::new();
    let bad = "\u{1b}[2J\n::error::x<script>|`#1 @me";
    let line = json!({ "eventSource": "USER_ACTIVITY", "message": { "eventId": bad, "eventType": bad, "userName": bad,
        "riskLevel": "High", "riskDecision": bad, "eventResponse": bad, "ipAddress": bad, "country": bad, "deviceName": bad,
        "idpName": bad, "clientId": bad, "userPoolId": POOL } });
    let trail = json!({ "eventSource": "cognito-idp.amazonaws.com", "eventName": bad, "sourceIPAddress": bad, "userAgent": bad,
        "errorCode": bad, "errorMessage": bad, "additionalEventData": { "sub": bad, "userPoolId": POOL } });
    place.file("a.jsonl", format!("{line}\n{trail}\n"));
    for format in ["human", "json", "markdown", "html"] {
        for names in ["--names", "--redact"] {
            let run = ask(&place, &["--events", "a.jsonl", names, "-f", format]);
            assert_eq!(run.code, 0, "{run:?}");
            assert!(
                !run.out.contains('\u{1b}')
                    && (format == "human" || format == "json" || !run.out.contains("<script")),
                "{format}: {}",
                run.out
            );
            assert!(
                !run.out.lines().any(|line| line.trim_start().starts_with("::")),
                "{format}"
            );
        }
    }
}

#[test]
fn wrong_usage_and_nothing_of_the_pool() {
    let place = place();
    for (args, words) in [
        (
            &["--events", "logs", "--since", "soon"][..],
            "--since soon: not a time",
        ),
        (
            &["--events", "logs", "--since", "1h", "--until", "2h"],
            "--since is after --until",
        ),
        (
            &["--events", "logs", "--address", "here"],
            "neither an address nor a range",
        ),
        (
            &["--events", "logs", "--from", "none.json"],
            "`none.json` cannot be read",
        ),
        (&["--events", "logs", "--format", "sarif"], "sarif"),
    ] {
        let run = ask(&place, args);
        assert!(run.code == 2 && run.err.contains(words), "{args:?}: {run:?}");
    }
    let run = place.run(&[
        "investigate",
        "--pool",
        "us-west-2_Z",
        "--events",
        "logs",
        "-f",
        "json",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(report(&run)["counts"]["events"], 0);
    place.file("broken.jsonl", "{\"eventSource\":\"USER_ACTIVITY\",\"message\":{\"eventId\":\"e\",\"userPoolId\":\"us-west-2_EXAMPLE\",\"eventType\":\"SignIn\"}}\n{\"a\":");
    let run = ask(&place, &["--events", "broken.jsonl"]);
    assert!(
        run.code == 4 && run.out.contains("FAILED: events: broken.jsonl: byte"),
        "{run:?}"
    );
}
