//! `investigate feedback`: what is shown, asked, written, journaled and read again, and what goes wrong.

use std::process::Stdio;
use std::time::{Duration, Instant};

use cogward::journal;
use cogward::simulator::{AwsState, Empty, FaultKind, InjectedFault, PoolUser, Server};
use serde_json::{Value, json};

use crate::cli::live::apply::prompts::Talk;
use crate::cli::live::support::{Aws, POOL, raw, world};
use crate::cli::support::Run;

const WRITE: &str = "AdminUpdateAuthEventFeedback";
const ONE: [&str; 9] = [
    "investigate",
    "feedback",
    "--pool",
    POOL,
    "--user",
    "alice",
    "--event",
    "e-1",
    "--valid",
];

fn users() -> AwsState {
    let mut world = world();
    let event = |id: &str, level: &str| {
        raw(
            json!({ "EventId": id, "EventType": "SignIn", "CreationDate": -100, "EventResponse": "Pass",
            "EventRisk": { "RiskDecision": "AccountTakeover", "RiskLevel": level } }),
        )
    };
    let user = PoolUser {
        user: raw(json!({ "UserStatus": "CONFIRMED", "Attributes": [{ "Name": "sub", "Value": "s-1" }] })),
        auth_events: vec![event("e-1", "High"), event("e-2", "High"), event("e-3", "Low")],
    };
    world.pool_mut(POOL).unwrap().users.insert("alice".into(), user);
    world
}

fn aws() -> Aws {
    Aws::new(users())
}

/// The feedback that an event has.
fn feedback(server: &Server, id: &str) -> Value {
    let world = server.world();
    let events = &world.pool(POOL).unwrap().users["alice"].auth_events;
    let event = events.iter().find(|event| event["EventId"] == id).unwrap();
    event
        .get("EventFeedback")
        .map_or(Value::Null, |feedback| feedback["FeedbackValue"].clone())
}

fn writes(aws: &Aws) -> usize {
    aws.server
        .log()
        .iter()
        .filter(|call| call.operation == WRITE)
        .count()
}

fn give(aws: &Aws, more: &[&str]) -> Run {
    aws.run(&[&ONE[..], &["--names"], more].concat())
}

/// One event gets the word and is read again.
#[test]
fn single_event_written_and_read_again() {
    let aws = aws();
    let run = give(&aws, &["--yes", "--journal", "a.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    for words in [
        "user alice, event e-1",
        "feedback: no feedback -> Valid",
        "Valid: this was the user, a false positive",
        "event e-1: feedback given; read again: Valid",
        "journal: a.jsonl",
    ] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    assert_eq!(feedback(&aws.server, "e-1"), "Valid");
    let record = journal::read(aws.place.read("a.jsonl").as_bytes()).unwrap();
    assert_eq!((record.run.command.as_str(), record.made.len()), ("feedback", 1));
    assert_eq!(record.made[0].begin.after["FeedbackValue"], "Valid");
    assert!(record.close.unwrap().complete);
    let again = give(&aws, &["--yes"]);
    assert!(
        again.code == 0 && again.out.contains("already up to date"),
        "{again:?}"
    );
    assert_eq!(writes(&aws), 1);
    let back = aws.run(&["rollback", "a.jsonl", "--yes"]);
    assert!(
        back.code == 2 && back.err.contains("is a journal of feedback"),
        "{back:?}"
    );
}

/// Without a terminal somebody must have agreed.
#[test]
fn unconfirmed_run_without_terminal() {
    let aws = aws();
    let run = give(&aws, &[]);
    assert!(run.code == 5 && run.err.contains("--yes"), "{run:?}");
    let run = give(&aws, &["--dry-run"]);
    assert!(
        run.code == 3 && run.out.contains("dry run: nothing was written"),
        "{run:?}"
    );
    let wrong = aws.run(&[
        "investigate",
        "feedback",
        "--pool",
        POOL,
        "--user",
        "alice",
        "--event",
        "e-7",
        "--valid",
        "--yes",
    ]);
    assert!(
        wrong.code == 2 && wrong.err.contains("has no event `e-7`"),
        "{wrong:?}"
    );
    for args in [
        &["--valid"][..],
        &["--user", "alice", "--event", "e-1"],
        &["--user", "a", "--event", "e", "--valid", "--invalid"],
    ] {
        assert_eq!(
            aws.run(&[&["investigate", "feedback", "--pool", POOL], args].concat())
                .code,
            2,
            "{args:?}"
        );
    }
    assert_eq!(writes(&aws), 0);
}

/// At a terminal the word itself is asked for.
#[test]
fn prompt_accepts_only_the_verdict_word() {
    let aws = aws();
    let question = "Type `valid` to give this feedback, anything else to cancel: ";
    for (answer, code) in [("yes\n", 3), ("invalid\n", 3), ("valid\n", 0)] {
        let mut talk = Talk::begin(aws.command(&ONE));
        talk.until(question);
        talk.types(answer);
        let (found, seen) = talk.ended();
        assert_eq!(found, Some(code), "{answer}: {seen}");
        assert_eq!(writes(&aws), usize::from(code == 0), "{answer}");
    }
}

/// Many come from a report with names and no more than allowed.
#[test]
fn events_of_report_need_names_and_max() {
    let aws = aws();
    let sub = |more: &[&str]| {
        let base = [
            "investigate",
            "feedback",
            "--pool",
            POOL,
            "--from",
            "r.json",
            "--all-of",
            "high",
            "--invalid",
            "--yes",
        ];
        aws.run(&[&base[..], more].concat())
    };
    let look = [
        "investigate",
        "--pool",
        POOL,
        "--since",
        "1h",
        "--user",
        "alice",
        "-q",
    ];
    assert_eq!(aws.run(&[&look[..], &["-o", "r.json"]].concat()).code, 0);
    let run = sub(&["--max", "5"]);
    assert!(
        run.code == 2 && run.err.contains("pseudonyms; write it with --names"),
        "{run:?}"
    );
    assert_eq!(
        aws.run(&[&look[..], &["--names", "-o", "r.json"]].concat()).code,
        0
    );
    let run = sub(&["-f", "json"]);
    assert!(run.code == 5 && run.err.contains("--max 2"), "{run:?}");
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&report["ending"], &report["exit_code"], &report["refused"]),
        (
            &json!("refused"),
            &json!(5),
            &json!("feedback for 2 events would be given; --max 2 allows it")
        )
    );
    let run = sub(&["--max", "2"]);
    assert_eq!(run.code, 0, "{run:?}");
    for (id, value) in [
        ("e-1", json!("Invalid")),
        ("e-2", json!("Invalid")),
        ("e-3", Value::Null),
    ] {
        assert_eq!(feedback(&aws.server, id), value);
    }
}

/// Whatever goes wrong: nothing is said to be given that was not, and the journal says what is known.
#[test]
fn faults_end_in_the_truth() {
    let kinds = [
        FaultKind::Throttle,
        FaultKind::Internal,
        FaultKind::BadGateway,
        FaultKind::Reset,
        FaultKind::Lost,
        FaultKind::AccessDenied,
        FaultKind::ExpiredToken,
        FaultKind::NotFound,
        FaultKind::Garbage,
        FaultKind::Truncated,
        FaultKind::Empty(Empty::Error),
        FaultKind::Gone,
    ];
    for kind in kinds {
        let aws = aws().faults(vec![InjectedFault::new(kind.clone()).at(WRITE)]);
        let run = give(&aws, &["--yes", "--journal", "a.jsonl", "--timeout", "60"]);
        let landed = !matches!(kind, FaultKind::Gone) && feedback(&aws.server, "e-1") == "Valid";
        assert_eq!(run.code, if landed { 0 } else { 4 }, "{kind:?}: {run:?}");
        assert_eq!(run.out.contains("read again: Valid"), landed, "{kind:?}: {run:?}");
        let record = journal::read(aws.place.read("a.jsonl").as_bytes()).unwrap();
        let end = record.made[0].end.as_ref().unwrap().outcome;
        assert_eq!(end == journal::Outcome::Done, landed, "{kind:?}: {end:?}");
    }
}

/// AWS's words may name the user, in any spelling and however short the name is: what leaves the terminal has none of them.
#[test]
fn report_without_names_hides_aws_messages() {
    let aws = aws().faults(vec![InjectedFault::new(FaultKind::AccessDenied).at(WRITE)]);
    let detail = |more: &[&str]| {
        let run = aws.run(&[&ONE[..], &["--yes", "-f", "json"], more].concat());
        assert_eq!(run.code, 4, "{run:?}");
        let report: Value = serde_json::from_str(&run.out).unwrap();
        report["events"][0]["detail"].as_str().unwrap().to_owned()
    };
    let hidden = detail(&[]);
    assert_eq!(hidden, "access denied; read again: the event is as it was");
    let named = detail(&["--names"]);
    assert!(
        named.contains("is not authorized to perform") && named.ends_with("as it was"),
        "{named}"
    );
}

#[test]
fn after_a_failure_nothing_more_is_tried() {
    let aws = aws();
    let look = [
        "investigate",
        "--pool",
        POOL,
        "--since",
        "1h",
        "--user",
        "alice",
        "-q",
        "--names",
        "-o",
        "r.json",
    ];
    assert_eq!(aws.run(&look).code, 0);
    let aws = aws.faults(vec![InjectedFault::new(FaultKind::AccessDenied).at(WRITE)]);
    let run = aws.run(&[
        "investigate",
        "feedback",
        "--pool",
        POOL,
        "--from",
        "r.json",
        "--all-of",
        "high",
        "--valid",
        "--yes",
        "--max",
        "2",
    ]);
    assert!(
        run.code == 4
            && run.out.contains("not tried")
            && run.out.contains("feedback given for 0 of 2 events"),
        "{run:?}"
    );
    assert_eq!(writes(&aws), 1);
}

/// A run that was killed left a journal and runs again.
#[test]
fn killed_run_leaves_journal_and_reruns() {
    let aws = aws().faults(vec![InjectedFault::new(FaultKind::Slow(60_000)).at(WRITE)]);
    let mut command = aws.command(&[&ONE[..], &["--yes", "--journal", "a.jsonl"]].concat());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while writes(&aws) == 0 {
        assert!(Instant::now() < until, "the call never came");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let record = journal::read(aws.place.read("a.jsonl").as_bytes()).unwrap();
    assert_eq!((record.open().count(), record.close.is_none()), (1, true));
    let aws = aws.faults(Vec::new());
    let run = give(&aws, &["--yes", "--journal", "b.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(feedback(&aws.server, "e-1"), "Valid");
}

/// The one report in each format: what was given, and nobody's name in what leaves the terminal.
#[test]
fn all_formats_show_result_without_names() {
    let schema = cogward::render::feedback_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let pseudonym = cogward::ident::pseudonym("alice");
    for (format, ending) in [
        ("human", "txt"),
        ("json", "json"),
        ("markdown", "md"),
        ("html", "html"),
    ] {
        let aws = aws();
        let file = format!("out.{ending}");
        let run = aws.run(&[&ONE[..], &["--yes", "-f", format, "-o", &file]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        for text in [&run.out, &aws.place.read(&file)] {
            assert!(
                !text.contains("alice") && text.contains(&pseudonym),
                "{format}: {text}"
            );
            assert!(
                text.contains("e-1") && text.contains("AccountTakeover"),
                "{format}: {text}"
            );
        }
        let named = aws.run(&[&ONE[..], &["--names", "--dry-run", "-f", format]].concat());
        assert!(
            named.code == 0 && named.out.contains("alice"),
            "{format}: {named:?}"
        );
        if format != "json" {
            assert!(
                run.out.contains("feedback given for 1 of 1 event"),
                "{format}: {}",
                run.out
            );
            continue;
        }
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(validator.iter_errors(&report).count(), 0, "{report}");
        assert_eq!(
            (
                &report["ending"],
                &report["events"][0]["outcome"],
                &report["redacted"]
            ),
            (&json!("carried-out"), &json!("given"), &json!(true))
        );
        let report: Value = serde_json::from_str(&named.out).unwrap();
        assert_eq!(
            (&report["ending"], &report["exit_code"]),
            (&json!("up-to-date"), &json!(0))
        );
    }
}

/// What gives no feedback says so in its code and its report.
#[test]
fn dry_run_refusal_and_wrong_input_endings() {
    let schema = cogward::render::feedback_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let aws = aws();
    for (args, code, ending) in [(&["--dry-run"][..], 3, "dry-run"), (&[], 5, "refused")] {
        let run = aws.run(&[&ONE[..], &["-f", "json"], args].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(validator.iter_errors(&report).count(), 0, "{report}");
        assert_eq!(
            (run.code, &report["ending"], &report["exit_code"]),
            (code, &json!(ending), &json!(code))
        );
    }
    // Who and what is not there is wrong input.
    for (pool, user, words) in [
        (
            "us-west-2_NONE",
            "alice",
            "pool `us-west-2_NONE` was not found in us-west-2 of account",
        ),
        (
            POOL,
            "nobody",
            "has no user `nobody`: give the name as the pool has it",
        ),
    ] {
        let asked = [
            "investigate",
            "feedback",
            "--pool",
            pool,
            "--user",
            user,
            "--event",
            "e-1",
            "--valid",
            "--yes",
        ];
        let run = aws.run(&asked);
        assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    }
    for (event, fault, code, words) in [
        ("e-7", None, 2, "has no event `e-7`"),
        ("e-1", Some(FaultKind::AccessDenied), 4, "could not be read"),
    ] {
        let faults = fault.map(|kind| InjectedFault::new(kind).at("AdminListUserAuthEvents"));
        let aws = self::aws().faults(faults.into_iter().collect());
        let asked = [
            "--user", "alice", "--event", event, "--valid", "--yes", "-f", "json",
        ];
        let run = aws.run(&[&["investigate", "feedback", "--pool", POOL], &asked[..]].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(validator.iter_errors(&report).count(), 0, "{report}");
        assert!(run.code == code && run.err.contains(words), "{run:?}");
        assert_eq!(
            (&report["ending"], &report["exit_code"]),
            (&json!("refused"), &json!(code))
        );
        let refused = report["refused"].as_str().unwrap();
        assert!(refused.contains(words) && !run.out.contains("alice"), "{report}");
    }
    // A report that cannot be written keeps the call from being made.
    let run = give(&aws, &["--yes", "-o", "no/such/folder/a.json"]);
    assert!(run.code == 2 && writes(&aws) == 0, "{run:?}");
    let run = give(&aws, &["--yes", "-f", "sarif"]);
    assert!(run.code == 2 && writes(&aws) == 0, "{run:?}");
}
