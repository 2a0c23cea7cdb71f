//! `investigate --resume` over a simulated AWS: wherever a run ends, the next one asks for the rest alone, and finds the same.

use std::process::Stdio;
use std::time::{Duration, Instant};

use cogward::simulator::{FaultKind, InjectedFault, Options, Server};
use serde_json::{Value, json};

use crate::cli::live::investigate::{BY_ALARM, incident};
use crate::cli::live::support::Aws;
use crate::cli::support::Run;

/// What only an investigation asks for.
const ASKED: [&str; 4] = [
    "DescribeAlarmHistory",
    "LookupEvents",
    "ListUsers",
    "AdminListUserAuthEvents",
];

fn aws() -> Aws {
    let options = Options {
        page_size: Some(2),
        ..Options::default()
    };
    Aws {
        server: Server::start(incident(), options).unwrap(),
        ..Aws::new(incident())
    }
}

fn args() -> Vec<&'static str> {
    [&BY_ALARM[..], &["--names", "-f", "json", "--resume", "inc"]].concat()
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"))
}

/// How many calls were answered.
fn answered(aws: &Aws) -> Vec<usize> {
    let log = aws.server.log();
    let of = |operation: &&str| {
        let calls = log.iter().filter(|call| call.operation == **operation);
        calls.filter(|call| call.status == Some(200)).count()
    };
    ASKED.iter().map(of).collect()
}

/// Users, and what was read.
fn found(report: &Value) -> Value {
    json!([
        report["users"],
        report["counts"],
        report["reading"],
        report["without_user"],
        report["since"],
        report["until"]
    ])
}

/// What one run without trouble finds, and with how many calls.
fn whole() -> (Value, Vec<usize>) {
    let aws = aws();
    let run = aws.run(&args());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(aws.place.names("."), Vec::<String>::new(), "nothing is left");
    (found(&report(&run)), answered(&aws))
}

/// A run that ends at each call of an operation in turn, and one that continues it. The window is of one moment in both; what
/// lies between differs by the seconds between both servers' starts, so each is compared with a third run of its own server.
fn ends_at(operation: &str, kind: &FaultKind, more: &[&str]) {
    let (_, calls) = whole();
    let all = calls[ASKED.iter().position(|one| *one == operation).unwrap()];
    assert!(all > 1 || operation == "DescribeAlarmHistory", "{calls:?}");
    for nth in 1..=u32::try_from(all).unwrap() {
        let fault = InjectedFault::new(kind.clone()).at(operation).from(nth);
        let aws = aws().faults(vec![fault]);
        let first = aws.run(&[&args()[..], more].concat());
        assert_eq!(first.code, 4, "{operation} {nth}: {first:?}");
        let aws = aws.faults(Vec::new());
        let second = aws.run(&args());
        assert_eq!(second.code, 0, "{operation} {nth}: {second:?}");
        let mut asked = answered(&aws);
        if operation == "ListUsers" {
            // Whoever is not found is asked about by the sub, which is another call.
            asked.truncate(3);
        }
        assert_eq!(asked, calls[..asked.len()], "{operation} {nth}: no call twice");
        assert_eq!(
            aws.place.names("."),
            Vec::<String>::new(),
            "the parts are deleted"
        );
        let third = report(&aws.run(&args()));
        assert_eq!(found(&report(&second)), found(&third), "{operation} {nth}");
        if operation != "DescribeAlarmHistory" {
            assert!(
                first.err.contains(
                    "run the same command again to continue; what was read, with names, is in inc.1.part"
                ),
                "{first:?}"
            );
            assert!(second.err.contains("continuing an earlier run"), "{second:?}");
        }
    }
}

#[test]
fn a_run_that_is_denied_is_continued() {
    ends_at("LookupEvents", &FaultKind::AccessDenied, &[]);
    ends_at("DescribeAlarmHistory", &FaultKind::AccessDenied, &[]);
}

/// A run whose credentials expire is continued.
#[test]
fn run_with_expired_credentials_continues() {
    ends_at("ListUsers", &FaultKind::ExpiredToken, &[]);
}

#[test]
fn a_run_that_is_throttled_is_continued() {
    ends_at(
        "AdminListUserAuthEvents",
        &FaultKind::Throttle,
        &["--timeout", "4"],
    );
}

#[test]
fn a_run_that_is_killed_is_continued() {
    let (_, calls) = whole();
    for (operation, nth) in [("LookupEvents", 2), ("AdminListUserAuthEvents", 2)] {
        let fault = InjectedFault::new(FaultKind::Slow(60_000))
            .at(operation)
            .from(nth);
        let aws = aws().faults(vec![fault]);
        let mut command = aws.command(&args());
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_mins(1);
        let came = |aws: &Aws| {
            let log = aws.server.log();
            log.iter().filter(|call| call.operation == operation).count()
        };
        while came(&aws) < nth as usize {
            assert!(Instant::now() < until, "the call never came");
            std::thread::yield_now();
        }
        let meanwhile = aws.run(&args());
        let words = "`inc.1.part`: another run is writing it: wait until that one has ended";
        assert!(
            meanwhile.code == 2 && meanwhile.err.contains(words),
            "{meanwhile:?}"
        );
        assert_eq!(aws.place.names("."), ["inc.1.part"]);
        child.kill().unwrap();
        child.wait().unwrap();
        let part = aws.place.read("inc.1.part");
        let kept = part
            .lines()
            .filter(|line| line.ends_with('}') && line.contains("\"page\""))
            .count();
        assert!(kept > 0, "{part}");
        let aws = aws.faults(Vec::new());
        let before: usize = answered(&aws).iter().sum();
        let run = aws.run(&args());
        assert_eq!(run.code, 0, "{run:?}");
        let asked = answered(&aws).iter().sum::<usize>() - before;
        // The alarm's history gave the window, which is kept as such.
        let all: usize = calls.iter().sum::<usize>() - calls[0];
        assert_eq!(asked, all - kept, "only what was not there");
        let third = report(&aws.run(&args()));
        assert_eq!(found(&report(&run)), found(&third));
        assert_eq!(aws.place.names("."), Vec::<String>::new());
    }
}

/// Another window and a damaged file are no ground to build on.
#[test]
fn other_window_and_damaged_file_refused() {
    let fault = InjectedFault::new(FaultKind::AccessDenied)
        .at("LookupEvents")
        .from(3);
    let aws = aws().faults(vec![fault]);
    assert_eq!(aws.run(&args()).code, 4);
    let text = aws.place.read("inc.1.part");
    let aws = aws.faults(Vec::new());
    let run = aws.run(&[
        "investigate",
        "--pool",
        "us-west-2_A",
        "--since",
        "1h",
        "--resume",
        "inc",
    ]);
    let words = "`inc.1.part`: it is of `cogward investigate --pool us-west-2_A --alarm risk`; continue it with the same options, \
                 or delete it";
    assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    for more in [
        ["--user", "alice"],
        ["--address", "198.51.100.0/24"],
        ["--max-users", "1"],
    ] {
        let run = aws.run(&[&args()[..], &more].concat());
        let words = "`inc.1.part`: it is of `cogward investigate --pool us-west-2_A --alarm risk`";
        assert!(run.code == 2 && run.err.contains(words), "{run:?}");
        assert_eq!(aws.place.read("inc.1.part"), text, "another question leaves it");
    }
    let of_events = aws.run(&["events", "--from-aws", "--pool", "us-west-2_A", "-o", "inc"]);
    assert_eq!(of_events.code, 0, "{of_events:?}");
    // What is cut or damaged is read again, and so is a listing whose token AWS does not take any more.
    let third = found(&report(&aws.run(&args())));
    let damaged = [
        text[..text.len() - 20].to_owned(),
        format!("{}\nno json\n{{}}\n", text.trim_end()),
        text.replace("\"next\":\"", "\"next\":\"x"),
    ];
    assert_ne!(damaged[2], text);
    for text in damaged {
        aws.place.file("inc.1.part", &text);
        let run = aws.run(&args());
        let is_damaged = text.contains("no json");
        assert_eq!(run.code, if is_damaged { 4 } else { 0 }, "{text}: {run:?}");
        assert_eq!(found(&report(&run)), third);
        // The events of the other collection; what was not read is kept.
        let names = aws.place.names(".");
        let (kept, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.ends_with(".damaged"));
        assert_eq!(
            (names, kept.len()),
            (vec!["inc".to_owned()], usize::from(is_damaged))
        );
        for name in kept {
            std::fs::remove_file(aws.place.path(&name)).unwrap();
        }
    }
    let run = aws.run(&[
        "investigate",
        "--pool",
        "us-west-2_A",
        "--trail",
        "x",
        "--resume",
        "inc",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
}
