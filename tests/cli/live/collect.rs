//! `events --from-aws` over a simulated AWS: all users of a pool, continued after a stop.

use cogward::simulator::{AwsState, FaultKind, InjectedFault, Options, PoolUser, Quotas, Server};
use serde_json::{Value, json};

use crate::cli::live::support::{Aws, POOL, raw, world};
use crate::cli::support::Run;

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

/// What failed is named and the next run continues.
#[test]
fn failed_run_is_named_and_continued() {
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

/// What says that there are no events is said.
#[test]
fn absence_of_events_is_explained() {
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
    assert_eq!(
        off.place.names("."),
        Vec::<String>::new(),
        "nothing was read, and nothing is kept"
    );
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

/// Pseudonyms are kept of a partial run and the next one continues it.
#[test]
fn redacted_partial_run_is_continued() {
    let fault = InjectedFault::new(FaultKind::AccessDenied)
        .at("AdminListUserAuthEvents")
        .from(70);
    let mut world = populated();
    for user in world.pool_mut(POOL).unwrap().users.values_mut() {
        for event in &mut user.auth_events {
            event.insert(
                "EventContextData".into(),
                json!({ "IpAddress": "192.0.2.77", "City": "Berlin", "Country": "Germany" }),
            );
        }
    }
    let aws = Aws::new(world).faults(vec![fault]);
    let run = collect(&aws, &["--redact"]);
    assert_eq!(run.code, 4, "{run:?}");
    let part = aws.place.read("events.jsonl.1.part");
    for name in ["user-0", "sub-", "192.0.2.77", "Berlin"] {
        assert!(!part.contains(name) && !run.err.contains(name), "{name}: {part}");
    }
    assert!(
        part.contains("Germany") && run.err.contains("redacted-"),
        "{part} {}",
        run.err
    );
    // What is kept is a log like any other; without pseudonyms it is another collection.
    assert_eq!(
        aws.run(&["events", "events.jsonl.1.part"]).out.lines().count(),
        69 * 3
    );
    let other = collect(&aws, &[]);
    assert!(
        other.code == 2 && other.err.contains("--pool us-west-2_A --redact`"),
        "{other:?}"
    );
    let aws = aws.faults(Vec::new());
    let before = calls(&aws, "AdminListUserAuthEvents");
    let run = collect(&aws, &["--redact"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        calls(&aws, "AdminListUserAuthEvents") - before,
        61,
        "only who is missing"
    );
    let users: std::collections::BTreeSet<_> = lines(&aws)
        .iter()
        .map(|event| event["user_name"].to_string())
        .collect();
    assert_eq!((lines(&aws).len(), users.len()), (390, 130));
    assert_eq!(aws.place.names("."), ["events.jsonl"]);
}

/// The first users can never be read: the others are, however often the command is run.
#[test]
fn unreadable_users_do_not_block_others() {
    for kind in [FaultKind::AccessDenied, FaultKind::ConcurrentModification] {
        let aws = Aws::new(populated()).faults(vec![
            InjectedFault::new(kind).at("AdminListUserAuthEvents").times(60),
        ]);
        let run = collect(&aws, &[]);
        assert_eq!(run.code, 4, "{run:?}");
        for words in [
            "60 users: user-000, user-001, user-002 and 57 more",
            "read 70 users: 210 auth events",
        ] {
            assert!(run.err.contains(words), "{words}: {}", run.err);
        }
    }
}

/// While nobody can be read one of each page is asked.
#[test]
fn all_denied_asks_one_user_per_page() {
    let aws = Aws::new(populated()).faults(vec![
        InjectedFault::new(FaultKind::AccessDenied).at("AdminListUserAuthEvents"),
    ]);
    let run = collect(&aws, &[]);
    assert_eq!(
        (run.code, calls(&aws, "AdminListUserAuthEvents")),
        (4, 62),
        "{run:?}"
    );
    assert!(
        run.err
            .contains("not asked about, since nobody could be read (68 users: "),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("run the same command again to continue"),
        "{}",
        run.err
    );
    assert_eq!(
        aws.place.names("."),
        Vec::<String>::new(),
        "an empty part is not kept"
    );
}

/// A part that was not read is never deleted.
#[test]
fn damaged_part_file_is_kept() {
    let fault = InjectedFault::new(FaultKind::AccessDenied)
        .at("AdminListUserAuthEvents")
        .from(70);
    let aws = Aws::new(populated()).faults(vec![fault]);
    assert_eq!(collect(&aws, &[]).code, 4);
    let part = aws.place.read("events.jsonl.1.part");
    let damaged = part.replacen("user-003", "user-\u{0}003", 1) + "notes of mine\n";
    aws.place.file(
        "events.jsonl.1.part",
        damaged.replacen("\"complete\"", "complete", 2),
    );
    let aws = aws.faults(Vec::new());
    let run = collect(&aws, &[]);
    assert_eq!(run.code, 4, "{run:?}");
    let words = "lines of events.jsonl.1.part, which is kept as events.jsonl.1.part.1.damaged";
    assert!(
        run.err.contains(words) && run.err.contains("wrote events.jsonl"),
        "{}",
        run.err
    );
    assert_eq!(lines(&aws).len(), 390, "who stood there is read again");
    assert_eq!(
        aws.place.names("."),
        ["events.jsonl", "events.jsonl.1.part.1.damaged"]
    );
    assert!(
        aws.place
            .read("events.jsonl.1.part.1.damaged")
            .contains("notes of mine")
    );
    // The next collection begins anew.
    assert_eq!(collect(&aws, &[]).code, 0);
}

/// Quotas are kept and wrong words are refused.
#[test]
fn quotas_and_wrong_arguments() {
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
