//! `events --from-aws` over a simulated AWS: all users of a pool, continued after a stop.

use cogward::simulator::{AwsState, FaultKind, InjectedFault, Options, PoolUser, Quotas, Server};
use serde_json::{Value, json};

use crate::live::support::{Aws, POOL, raw, world};
use crate::support::Run;

/// 130 users (three pages), each with two events of the last days and an old one.
fn populated() -> AwsState {
    let mut world = world();
    let pool = world.pool_mut(POOL).unwrap();
    for number in 0..130 {
        let event = |name: &str, ago: i64| {
            raw(
                json!({ "EventId": format!("{name}-{number}"), "EventType": "SignIn", "CreationDate": -ago,
                "EventResponse": "Pass", "EventRisk": { "RiskDecision": "NoRisk", "CompromisedCredentialsDetected": false } }),
            )
        };
        let user = raw(
            json!({ "UserStatus": "CONFIRMED", "Attributes": [{ "Name": "sub", "Value": format!("sub-{number}") }] }),
        );
        pool.users.insert(
            format!("user-{number:03}"),
            PoolUser {
                user,
                auth_events: vec![event("new", 1000), event("later", 2000), event("old", 10_000_000)],
            },
        );
    }
    pool.user_pool.insert("EstimatedNumberOfUsers".into(), json!(130));
    world
}

const ARGS: [&str; 6] = ["events", "--from-aws", "--pool", POOL, "-o", "events.jsonl"];

fn collect(aws: &Aws, more: &[&str]) -> Run {
    aws.run(&[&ARGS[..], more].concat())
}

fn lines(aws: &Aws) -> Vec<Value> {
    let text = aws.place.read("events.jsonl");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn calls(aws: &Aws, operation: &str) -> usize {
    let log = aws.server.log();
    log.iter().filter(|call| call.operation == operation).count()
}

#[test]
fn all_events_of_all_users_are_there_once() {
    let aws = Aws::new(populated());
    let run = collect(&aws, &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let words = "reading about 130 users: at least 133 calls, at most 30 a second of ListUsers and 50 of AdminListUserAuthEvents";
    for words in [words, "read 130 users: 390 auth events", "wrote events.jsonl"] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    let found = lines(&aws);
    assert_eq!(found.len(), 390);
    let one = found.iter().find(|event| event["id"] == "new-7").unwrap();
    assert_eq!(
        (&one["pool"], &one["sub"], &one["user_name"], &one["form"]),
        (&json!(POOL), &json!("sub-7"), &json!("user-007"), &json!("api"))
    );
    assert_eq!(
        aws.place.names("."),
        ["events.jsonl"],
        "nothing is left beside it"
    );
    // The same with a window, pseudonyms, pages of one, and pages without users.
    let mut options = Options {
        page_size: Some(1),
        ..Options::default()
    };
    options.behaviour.hollow_pages = true;
    let small = Aws {
        server: Server::start(populated(), options).unwrap(),
        ..aws
    };
    let run = collect(&small, &["--since", "30d", "--redact"]);
    assert_eq!(run.code, 0, "{run:?}");
    let found = lines(&small);
    assert_eq!(found.len(), 260, "without the old ones");
    assert!(!small.place.read("events.jsonl").contains("user-0"));
}

#[test]
fn what_failed_is_named_and_the_next_run_continues() {
    for (operation, from, left) in [("AdminListUserAuthEvents", 70, 61), ("ListUsers", 3, 10)] {
        let fault = InjectedFault::new(FaultKind::AccessDenied)
            .at(operation)
            .from(from);
        let aws = Aws::new(populated()).faults(vec![fault]);
        let run = collect(&aws, &["--since", "30d"]);
        assert_eq!(run.code, 4, "{run:?}");
        for words in [
            operation,
            "partial: events.jsonl was not written; run the same command again to continue",
            "what was read is in events.jsonl.1.part, a log like any other",
        ] {
            assert!(run.err.contains(words), "{words}: {}", run.err);
        }
        assert_eq!(aws.place.names("."), ["events.jsonl.1.part"]);
        let kept = aws.run(&["events", "events.jsonl.1.part"]);
        let some = kept.out.lines().count();
        assert!(kept.code == 0 && some == (130 - left) * 2, "{some}: {}", kept.err);
        // What is asked differently is another collection.
        let other = collect(&aws, &[]);
        let words =
            "`events.jsonl.1.part`: it is of `cogward events --from-aws --pool us-west-2_A --since 30d`";
        assert!(other.code == 2 && other.err.contains(words), "{other:?}");
        let aws = aws.faults(Vec::new());
        let before = calls(&aws, "AdminListUserAuthEvents");
        // A line that was cut is of a user who is read again.
        let mut text = aws.place.read("events.jsonl.1.part");
        text.truncate(text.len() - 10);
        aws.place.file("events.jsonl.1.part", text);
        let run = collect(&aws, &["--since", "30d"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.err.contains(&format!(
                "continuing an earlier run, {} users were read",
                129 - left
            )),
            "{}",
            run.err
        );
        assert_eq!(calls(&aws, "AdminListUserAuthEvents") - before, left + 1);
        assert_eq!(lines(&aws).len(), 260);
        assert_eq!(aws.place.names("."), ["events.jsonl"]);
    }
}

#[test]
fn what_says_that_there_are_no_events_is_said() {
    // Threat protection is OFF: nobody is asked twice.
    let off = Aws::new(populated()).change(|pool| {
        pool.user_pool
            .insert("UserPoolAddOns".into(), json!({ "AdvancedSecurityMode": "OFF" }));
    });
    let run = collect(&off, &[]);
    assert!(
        run.code == 4 && run.err.contains("threat protection is OFF"),
        "{run:?}"
    );
    assert_eq!(calls(&off, "AdminListUserAuthEvents"), 60, "the first page alone");
    // Nobody has an event.
    let quiet = Aws::new(populated()).change(|pool| {
        pool.users.values_mut().for_each(|user| user.auth_events.clear());
    });
    quiet.place.file("events.jsonl", "what was there before");
    let run = collect(&quiet, &[]);
    assert_eq!(
        (run.code, quiet.place.read("events.jsonl").as_str()),
        (0, ""),
        "{run:?}"
    );
    // Deleted while the pool was read.
    let fault = InjectedFault::new(FaultKind::NotFound)
        .at("AdminListUserAuthEvents")
        .times(2);
    let gone = Aws::new(populated()).faults(vec![fault]);
    let run = collect(&gone, &[]);
    assert!(
        run.code == 0 && run.err.contains("2 users were deleted in the meantime"),
        "{run:?}"
    );
    // What is no event is not nothing.
    let fault = InjectedFault::new(FaultKind::Merge(json!({ "AuthEvents": ["x", 5] })))
        .at("AdminListUserAuthEvents")
        .times(1);
    let run = collect(&Aws::new(populated()).faults(vec![fault]), &[]);
    assert!(
        run.code == 4 && run.err.contains("2 auth events were not understood"),
        "{run:?}"
    );
}

#[test]
fn quotas_are_kept_and_wrong_words_are_refused() {
    let options = Options {
        quotas: Some(Quotas::documented()),
        ..Options::default()
    };
    let aws = Aws {
        server: Server::start(populated(), options).unwrap(),
        ..Aws::new(populated())
    };
    let run = collect(&aws, &[]);
    let refused = aws
        .server
        .log()
        .iter()
        .filter(|call| call.status == Some(400))
        .count();
    assert_eq!((run.code, refused), (0, 0), "{run:?}");
    for (args, words) in [
        (&["events", "--from-aws", "--pool", POOL][..], "--output"),
        (&["events", "--from-aws", "-o", "a"], "--pool"),
        (&["events", "a.log", "--profile", "x"], "--from-aws"),
        (
            &["events", "a.log", "--from-aws", "--pool", POOL, "-o", "a"],
            "cannot be used with",
        ),
        (
            &[
                "events",
                "--from-aws",
                "--pool",
                POOL,
                "-o",
                "a",
                "--since",
                "never",
            ],
            "--since never",
        ),
        (
            &["events", "--from-aws", "--pool", "us-west-2_NONE", "-o", "a"],
            "us-west-2_NONE",
        ),
    ] {
        let run = aws.run(args);
        assert!(run.code == 2 && run.err.contains(words), "{args:?}: {run:?}");
    }
    let run = collect(&aws, &["--region", "eu-west-1"]);
    let words = "pool us-west-2_A is in us-west-2, as its id says, and --region names eu-west-1";
    assert!(run.code == 5 && run.err.contains(words), "{run:?}");
}
