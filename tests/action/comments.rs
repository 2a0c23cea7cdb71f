//! The comment on a pull request: one, changed in place, and never anybody else's.

use serde_json::{Value, json};

use crate::action::hub::{Answer, Hub};
use crate::action::runner::{Done, Runner};

const BOT: &str = "github-actions[bot]";

fn comment(id: u64, body: &str, login: &str) -> Value {
    json!({ "id": id, "body": body, "user": { "login": login } })
}

fn listing(comments: &[Value]) -> Answer {
    Answer::json(&comments.into())
}

fn use_action(hub: &Hub) -> (Runner, Done) {
    let runner = Runner::new()
        .with("command", "diff")
        .with("comment", "true")
        .pull_request()
        .hub(hub)
        .does("code", "3")
        .does("comment", "## Differences\n\n| weaker |\n");
    let done = runner.run();
    (runner, done)
}

const MARK: &str = "<!-- cogward comment diff/Policies/policies/ -->";

const LIST: &str = "GET /repos/example/policies/issues/7/comments?per_page=100&page=";

#[test]
fn the_first_run_makes_a_comment() {
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&[comment(1, "hello", "someone")])]),
        ("POST", vec![Answer(201, String::new(), b"{}".to_vec())]),
    ]);
    let (runner, done) = use_action(&hub);
    assert_eq!(done.code, 3, "{}", done.log);
    assert_eq!(hub.changes(), ["POST /repos/example/policies/issues/7/comments"]);
    assert_eq!(
        hub.said()["body"],
        format!("{MARK}\n## Differences\n\n| weaker |\n")
    );
    assert_eq!(hub.asked()[0].token.as_deref(), Some("Bearer workflow-token"));
    assert_eq!(
        runner.made(),
        [""; 0],
        "titles and branch names are not evaluated"
    );
    assert_eq!(done.commands(), [""; 0]);
}

#[test]
fn later_runs_change_it_wherever_it_stands() {
    let own = comment(42, &format!("{MARK}\nfrom before"), BOT);
    let page: Vec<_> = (0..100).map(|id| comment(id, "talk", "someone")).collect();
    let next = |page: &[Value]| {
        let Answer(status, _, body) = listing(page);
        Answer(
            status,
            "Link: <https://example.com/elsewhere>; rel=\"next\"\r\n".to_owned(),
            body,
        )
    };
    let hub = Hub::scripted(vec![
        (LIST, vec![next(&page), next(&page), listing(&[own])]),
        ("PATCH", vec![Answer::json(&json!({}))]),
    ]);
    let (_, done) = use_action(&hub);
    assert_eq!(done.code, 3);
    assert_eq!(
        hub.changes(),
        ["PATCH /repos/example/policies/issues/comments/42"]
    );
    let asked = hub.asked();
    assert!(asked[2].path.ends_with("page=3"), "{asked:?}");
}

/// A comment that says the same is left alone.
#[test]
fn unchanged_comment_not_rewritten() {
    let own = comment(42, &format!("{MARK}\n## Differences\n\n| weaker |\n"), BOT);
    let hub = Hub::scripted(vec![(LIST, vec![listing(&[own])])]);
    use_action(&hub);
    assert_eq!(hub.changes(), [""; 0]);
}

/// The marker of somebody else leads nowhere.
#[test]
fn foreign_marker_ignored() {
    let theirs = [
        comment(1, &format!("{MARK}\nhijacked"), "attacker"),
        comment(2, &format!("quoted: {MARK}"), BOT),
        comment(3, "<!-- cogward comment diff/Policies/other/ -->", BOT),
        json!({ "id": 4, "body": null, "user": null }),
    ];
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&theirs)]),
        ("POST", vec![Answer::json(&json!({}))]),
    ]);
    use_action(&hub);
    assert_eq!(hub.changes(), ["POST /repos/example/policies/issues/7/comments"]);
}

/// Commands of one job keep their own comments.
#[test]
fn each_command_has_its_own_comment() {
    let others = ["lint", "scan", "gate", "impact", "apply", "snapshot"];
    let theirs: Vec<_> = (1..)
        .zip(others)
        .map(|(id, other)| comment(id, &format!("{}\nits own", MARK.replace("diff", other)), BOT))
        .collect();
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&theirs)]),
        ("POST", vec![Answer::json(&json!({}))]),
    ]);
    use_action(&hub);
    assert_eq!(hub.changes(), ["POST /repos/example/policies/issues/7/comments"]);
}

/// A comment that may not be written fails nothing and is said.
#[test]
fn forbidden_comment_only_warns() {
    for status in [401, 403, 404] {
        let hub = Hub::scripted(vec![(LIST, vec![Answer::status(status)])]);
        let (_, done) = use_action(&hub);
        assert_eq!(done.code, 3);
        let commands = done.commands();
        assert_eq!(commands.len(), 1);
        assert!(commands[0].starts_with("::warning") && commands[0].contains("may not write it"));
        assert_eq!(hub.asked().len(), 1, "no is no: {status}");
    }
}

/// Passing faults are waited out and lasting ones said.
#[test]
fn transient_errors_retried() {
    let fault = || Answer::status(503);
    let hub = Hub::scripted(vec![
        (LIST, vec![fault(), Answer::status(502), listing(&[])]),
        ("POST", vec![fault(), Answer::json(&json!({}))]),
    ]);
    let (_, done) = use_action(&hub);
    assert_eq!(
        (done.commands().len(), hub.asked().len()),
        (0, 5),
        "{:?}",
        hub.asked()
    );
    let hub = Hub::scripted(vec![(LIST, vec![fault()])]);
    let (_, done) = use_action(&hub);
    assert_eq!((done.code, hub.asked().len()), (3, 4));
    assert!(done.commands()[0].contains("status 503"), "{:?}", done.commands());
}

/// What may have been written is not written again.
#[test]
fn uncertain_post_not_repeated() {
    for status in [500, 502, 504] {
        let hub = Hub::scripted(vec![
            (LIST, vec![listing(&[])]),
            ("POST", vec![Answer::status(status)]),
        ]);
        let (_, done) = use_action(&hub);
        assert_eq!(hub.changes().len(), 1, "{status}");
        assert_eq!(done.code, 3);
    }
}

#[test]
fn answers_that_make_no_sense_are_said() {
    for body in ["", "[", "{\"message\": \"hello\"}", "3", "\"x\""] {
        let hub = Hub::scripted(vec![
            (LIST, vec![Answer(200, String::new(), body.into())]),
            ("POST", vec![Answer::json(&json!({}))]),
        ]);
        let (_, done) = use_action(&hub);
        assert_eq!(done.code, 3, "{body}: {}", done.log);
        assert!(!done.log.contains("Traceback"), "{body}: {}", done.log);
    }
    // More headers than Python reads, and JSON that is nested deeper.
    for (headers, body) in [
        ("X: y\r\n".repeat(300), "[]".to_owned()),
        (String::new(), "[".repeat(200_000)),
    ] {
        let hub = Hub::scripted(vec![(LIST, vec![Answer(200, headers, body.into_bytes())])]);
        let (_, done) = use_action(&hub);
        assert!(done.code == 3 && !done.log.contains("Traceback"), "{}", done.log);
    }
    // Nobody listens there.
    let runner = Runner::new()
        .with("comment", "true")
        .pull_request()
        .variable("GITHUB_API_URL", "http://127.0.0.1:9");
    let done = runner.run();
    assert_eq!(done.code, 0);
    assert!(done.commands()[0].contains("no answer"), "{:?}", done.commands());
}

/// Outside of a pull request there is no comment.
#[test]
fn no_comment_without_pull_request() {
    let hub = Hub::scripted(vec![]);
    for event in [
        json!({}),
        json!({ "pull_request": { "number": "7; touch made" } }),
        json!([]),
    ] {
        let runner = Runner::new().with("comment", "true").event(event).hub(&hub);
        let done = runner.run();
        assert_eq!(done.code, 0);
        assert!(done.commands()[0].contains("not about a pull request"));
    }
    assert_eq!(hub.asked().len(), 0);
}

/// A comment is within githubs limit and whole.
#[test]
fn long_report_within_size_limit() {
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&[])]),
        ("POST", vec![Answer::json(&json!({}))]),
    ]);
    let long = format!(
        "# Report\n<details>\n\n````diff\n{}",
        "- a line that is long\n".repeat(9_000)
    );
    let runner = Runner::new()
        .with("comment", "true")
        .pull_request()
        .hub(&hub)
        .does("comment", &long);
    runner.run();
    let said = hub.said();
    let body = said["body"].as_str().unwrap();
    assert!((60_000..65_536).contains(&body.len()), "{}", body.len());
    let end = &body[body.len() - 140..];
    assert!(end.contains("\n````\n</details>\n"), "{end}");
    assert!(end.ends_with("the job summary has the whole report.*\n"), "{end}");
}

/// Characters that GitHub may count as two, as every emoji is, do not make it too long.
#[test]
fn wide_characters_within_size_limit() {
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&[])]),
        ("POST", vec![Answer::json(&json!({}))]),
    ]);
    let runner = Runner::new()
        .with("comment", "true")
        .pull_request()
        .hub(&hub)
        .does(
            "comment",
            &format!("# Report\n{}", "🔻 \u{fe0f}ä\n".repeat(12_000)),
        );
    runner.run();
    let said = hub.said();
    let body = said["body"].as_str().unwrap();
    assert!(
        body.encode_utf16().count() < 65_536,
        "{}",
        body.encode_utf16().count()
    );
    assert!(body.ends_with("the job summary has the whole report.*\n"));
}

/// Keys and names of workflows may be long, and equal but for characters that no marker takes.
#[test]
fn similar_keys_have_distinct_markers() {
    let long = "x".repeat(400);
    let alike = [
        ("é", "ü"),
        ("a b", "a-b"),
        ("a/b", "a-b"),
        (&*long, &*format!("{long}y")),
    ];
    for (one, other) in alike {
        let marks = [one, other].map(|key| {
            let hub = Hub::scripted(vec![
                (LIST, vec![listing(&[])]),
                ("POST", vec![Answer::json(&json!({}))]),
            ]);
            let runner = Runner::new()
                .with("comment", "true")
                .with("comment-key", key)
                .pull_request()
                .hub(&hub)
                .does("comment", "# Report\n");
            runner.run();
            let said = hub.said();
            let mark = said["body"].as_str().unwrap().lines().next().unwrap().to_owned();
            assert!(mark.len() < 300 && mark.ends_with(" -->"), "{mark}");
            mark
        });
        assert_ne!(marks[0], marks[1]);
    }
}

/// A run that made no report replaces what an earlier one said.
#[test]
fn failed_run_replaces_old_comment() {
    let own = comment(42, &format!("{MARK}\nall is well"), BOT);
    let hub = Hub::scripted(vec![
        (LIST, vec![listing(&[own])]),
        ("PATCH", vec![Answer::json(&json!({}))]),
    ]);
    let runner = Runner::new()
        .with("command", "diff")
        .with("paths", "")
        .with("comment", "true")
        .pull_request()
        .hub(&hub);
    assert_eq!(runner.run().code, 2);
    let body = hub.said()["body"].to_string();
    assert!(body.contains("could not write a report"), "{body}");
}
