//! The issue of a nightly run: open as long as something is weaker or could not be read, and one at a time.

use serde_json::{Value, json};

use crate::action::hub::{Answer, Hub};
use crate::action::runner::{Done, Runner};

const MARK: &str = "<!-- cogward issue diff/Policies/policies/ -->";
const LIST: &str = "GET /repos/example/policies/issues?state=open";

fn counts(weaker: u64, neutral: u64) -> String {
    json!({ "summary": { "differences": { "weaker": weaker, "undefined": 0, "neutral": neutral, "stronger": 0 } } })
        .to_string()
}

fn hub(open: &[Value]) -> Hub {
    Hub::scripted(vec![
        (LIST, vec![Answer::json(&open.into())]),
        ("P", vec![Answer::json(&json!({}))]),
    ])
}

fn night(hub: &Hub, code: &str, json: &str) -> Done {
    Runner::new()
        .with("command", "diff")
        .with("issue", "true")
        .variable("GITHUB_SERVER_URL", "https://github.com")
        .variable("GITHUB_RUN_ID", "99")
        .hub(hub)
        .does("code", code)
        .does("json", json)
        .does("comment", "## What is weaker\n")
        .run()
}

fn open() -> Value {
    json!({ "number": 5, "body": format!("{MARK}\nfrom before"), "user": { "login": "github-actions[bot]" } })
}

#[test]
fn what_is_weaker_opens_an_issue() {
    let hub = hub(&[]);
    let done = night(&hub, "3", &counts(1, 0));
    assert_eq!(done.code, 3, "{}", done.log);
    assert_eq!(hub.changes(), ["POST /repos/example/policies/issues"]);
    let body = hub.said();
    assert!(body["title"].as_str().unwrap().starts_with("cogward: "));
    let text = body["body"].as_str().unwrap();
    assert!(
        text.starts_with(&format!("{MARK}\n## What is weaker\n")),
        "{text}"
    );
    assert!(
        text.contains("https://github.com/example/policies/actions/runs/99"),
        "{text}"
    );
}

#[test]
fn a_look_that_failed_opens_one_as_well() {
    for (code, json) in [("4", counts(0, 0)), ("2", String::new()), ("5", counts(0, 0))] {
        let hub = hub(&[]);
        night(&hub, code, &json);
        assert_eq!(hub.changes(), ["POST /repos/example/policies/issues"], "{code}");
    }
}

/// An open issue is brought up to date and not opened twice.
#[test]
fn open_issue_updated_not_duplicated() {
    let hub = hub(&[open()]);
    night(&hub, "3", &counts(2, 0));
    assert_eq!(hub.changes(), ["PATCH /repos/example/policies/issues/5"]);
    let body = hub.said();
    assert!(body["body"].to_string().contains("What is weaker") && body.get("state").is_none());
}

/// Clean closes it with a word and opens none.
#[test]
fn clean_run_closes_issue() {
    let hub = hub(&[open()]);
    assert_eq!(night(&hub, "0", &counts(0, 0)).code, 0);
    assert_eq!(
        hub.changes(),
        [
            "POST /repos/example/policies/issues/5/comments",
            "PATCH /repos/example/policies/issues/5"
        ]
    );
    assert_eq!(hub.said()["state"], "closed");
    let hub = self::hub(&[]);
    night(&hub, "0", &counts(0, 0));
    assert_eq!(hub.changes(), [""; 0]);
}

/// Differences that weaken nothing open none and close none.
#[test]
fn harmless_differences_keep_issue_state() {
    let hub = hub(&[]);
    assert_eq!(night(&hub, "3", &counts(0, 4)).code, 3);
    assert_eq!(hub.changes(), [""; 0]);
    let hub = self::hub(&[open()]);
    night(&hub, "3", &counts(0, 4));
    assert_eq!(hub.changes(), ["PATCH /repos/example/policies/issues/5"]);
    assert!(hub.said().get("state").is_none());
}

/// Issues and pull requests of others are left alone.
#[test]
fn foreign_issues_untouched() {
    let mut theirs = open();
    theirs["user"]["login"] = "attacker".into();
    let mut pull_request = open();
    pull_request["pull_request"] = json!({ "url": "x" });
    let hub = hub(&[theirs, pull_request]);
    night(&hub, "0", &counts(0, 0));
    assert_eq!(hub.changes(), [""; 0]);
}

/// An issue that cannot be written fails the run.
#[test]
fn unwritable_issue_fails_the_run() {
    for status in [403, 404, 410, 500] {
        let hub = Hub::scripted(vec![(LIST, vec![Answer::status(status)])]);
        let done = night(&hub, "0", &counts(0, 0));
        assert_eq!(done.code, 2, "{status}");
        assert!(
            done.commands()[0].contains("issues: write"),
            "{:?}",
            done.commands()
        );
    }
}

/// What is not live or not clean closes none.
#[test]
fn partial_or_offline_run_closes_nothing() {
    for (name, report) in [
        (
            "a snapshot",
            json!({ "command": "diff", "run": { "from": ["pools.json"] }, "summary": {} }),
        ),
        ("linted only", json!({ "command": "lint", "summary": {} })),
        (
            "fail-on: never",
            json!({ "command": "scan", "summary": { "errors": 2 } }),
        ),
        (
            "fail-on: weaker",
            json!({ "command": "diff", "summary": { "differences": { "neutral": 1 } } }),
        ),
    ] {
        let hub = hub(&[open()]);
        night(&hub, "0", &report.to_string());
        assert_eq!(
            hub.changes(),
            ["PATCH /repos/example/policies/issues/5"],
            "{name}"
        );
        assert!(hub.said().get("state").is_none(), "{name}");
        let hub = self::hub(&[]);
        night(&hub, "0", &report.to_string());
        assert_eq!(hub.changes(), [""; 0], "{name}");
    }
}
