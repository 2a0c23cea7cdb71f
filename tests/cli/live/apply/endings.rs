//! What is tried before AWS is asked (files, the day, reasons), and the exit code of a run of which a report was not written.

use std::process::Stdio;

use crate::cli::live::apply::support::{modified_now, writes};
use crate::cli::live::support::{Aws, POLICY, POOL};
use crate::cli::support::finished;

/// A pool that the policy changes; that it blocks more has to be named.
fn open_pool() -> Aws {
    Aws::one().change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk.shift_remove("CompromisedCredentialsRiskConfiguration");
        pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "AUDIT".into();
    })
}

const APPLY: [&str; 4] = ["apply", "--yes", "--journal=a.jsonl", NAMED];
const NAMED: &str = "--allow-block=/compromised_credentials";

#[test]
fn every_path_is_tried_before_aws_is_asked() {
    for (run, more) in [
        (&APPLY[..], ["--output", "json=nowhere/x.json"]),
        (&APPLY[..], ["--output", "json=policies"]),
        (&APPLY[..], ["--output", "markdown=policies/a.yaml/x.md"]),
        (&["apply", "--dry-run"][..], ["--plan-out", "nowhere/plan.json"]),
    ] {
        let aws = open_pool();
        let run = aws.run(&[run, &more[..]].concat());
        assert_eq!(run.code, 2, "{more:?}: {run:?}");
        assert!(run.err.contains("cannot be written"), "{more:?}: {run:?}");
        assert!(aws.server.log().is_empty(), "{more:?}: AWS is not contacted");
        assert!(!aws.place.names(".").contains(&"a.jsonl".to_owned()), "{more:?}");
    }
    let aws = open_pool();
    aws.place.file("x.json", "before");
    let run = aws.run(&["apply", "--dry-run", NAMED, "--output", "json=x.json"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(
        aws.place.read("x.json").contains("exit_code"),
        "it is written over"
    );
}

/// A report that is not written does not look like a run that did nothing.
#[cfg(target_os = "linux")]
#[test]
fn unwritten_report_exit_code_after_writes() {
    // Calls that went well, to a file and to standard output; and one that failed.
    for (to_file, denied) in [(true, false), (false, false), (true, true)] {
        let mut aws = open_pool();
        if denied {
            let fault = cogward::simulator::FaultKind::AccessDenied;
            aws = aws.faults(vec![
                cogward::simulator::InjectedFault::new(fault).at("SetRiskConfiguration"),
            ]);
        }
        let file = ["--output", "json=/dev/full"];
        let args = [&APPLY[..], if to_file { &file[..] } else { &[] }].concat();
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = aws.command(&args);
        command.stderr(Stdio::piped());
        if to_file {
            command.stdout(Stdio::piped());
        } else {
            command.stdout(full);
        }
        let run = finished(&command.spawn().unwrap().wait_with_output().unwrap());
        assert_eq!(run.code, 4, "{run:?}");
        assert!(
            run.err.contains("cannot be written: no space left on device"),
            "{run:?}"
        );
        assert!(!writes(&aws.server).is_empty());
        assert!(aws.place.read("a.jsonl").contains("\"close\""), "{run:?}");
    }
    // Where nothing was written to AWS, it is wrong usage.
    let aws = open_pool();
    let run = aws.run(&["apply", "--dry-run", "--output", "json=/dev/full"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn a_run_that_writes_goes_by_the_clock() {
    let rule = "compromised-credentials-allowed";
    let waived = POLICY.replace(
        "compromised_credentials: { action: BLOCK }",
        "compromised_credentials: { action: NO_ACTION }",
    ) + &format!("waivers:\n  - {{ rule: {rule}, reason: known, until: 2026-06-01 }}\n");
    let aws = Aws::with(&waived);
    let journal = aws.place.path("j.jsonl").to_string_lossy().into_owned();
    for verb in [
        &["apply", "--yes"][..],
        &["rollback", &journal, "--yes"],
        &["audit", "--pool", POOL, "--reason", "INC-1", "--yes"],
    ] {
        for day in ["2026-05-01", "2000-01-01", "9999-01-01"] {
            let run = aws.run(&[verb, &["--today", day]].concat());
            assert_eq!(run.code, 2, "{verb:?} {day}: {run:?}");
            assert!(
                run.err.contains(&format!("--today {day}: the day is ")),
                "{run:?}"
            );
        }
    }
    assert!(aws.server.log().is_empty(), "AWS is not contacted");
    // The plan of a day that is over may be seen, and the day of the clock may be typed.
    assert_ne!(aws.run(&["apply", "--dry-run", "--today", "2026-05-01"]).code, 2);
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .to_string();
    let run = open_pool().run(&["apply", "--yes", NAMED, "--today", &today]);
    assert_eq!(run.code, 0, "{run:?}");
}

/// A reason is a word that can be seen and holds no credential.
#[test]
fn reasons_must_be_visible_and_not_secret() {
    for empty in [
        "",
        " ",
        "\u{200b}",
        "\u{200b}\u{200d}",
        "\u{2060}",
        "\u{feff}",
        "\u{ad}",
        "\u{3164}",
        "\u{115f}",
        "\u{2800}",
        "\u{e0041}",
        "\u{301}",
        "\u{202e}",
        "\t\n",
        "...",
        "REASON",
        " REASON ",
    ] {
        let aws = modified_now(Aws::one());
        let finding = format!("high-risk-allowed={empty}");
        for args in [
            &["audit", "--pool", POOL, "--yes", "--reason", empty][..],
            &["apply", "--yes", "--override-gate", empty],
            &["apply", "--yes", "--allow-finding", &finding],
        ] {
            let run = aws.run(args);
            assert_eq!(run.code, 2, "{args:?}: {run:?}");
            assert!(aws.server.log().is_empty(), "{args:?}");
        }
    }
    let key = "AKIAIOSFODNN7EXAMPLE";
    let reason = format!("the key {key} leaked");
    let finding = format!("alarm-missing={reason}");
    let audit = ["audit", "--pool", POOL, "--reason", &reason];
    let apply = ["apply", "--override-gate", &reason, "--allow-finding", &finding];
    for (aws, args) in [(Aws::one(), &audit[..]), (modified_now(Aws::one()), &apply[..])] {
        for format in ["human", "json", "markdown"] {
            let run = aws.run(&[args, &["--dry-run", "--format", format]].concat());
            assert_eq!(run.code, 3, "{run:?}");
            assert!(
                !run.out.contains(key) && run.out.contains("leaked"),
                "{format}: {}",
                run.out
            );
        }
        let run = aws.run(&[args, &["--yes", "--journal=a.jsonl", "--output", "json=x.json"]].concat());
        assert_eq!(run.code, 0, "{run:?}");
        for text in [
            run.out,
            run.err,
            aws.place.read("a.jsonl"),
            aws.place.read("x.json"),
        ] {
            assert!(!text.contains(key), "{text}");
        }
        assert!(aws.place.read("a.jsonl").contains("leaked"));
    }
}
