//! `cogward events`: logs of any form to clean lines, each event once; what was not read is said.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::cli::support::{Place, Run, finished};

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/events")
}

/// A folder with samples in `logs/`.
fn with(names: &[&str]) -> Place {
    let place = Place::new();
    for name in names {
        place.file(
            &format!("logs/{name}"),
            std::fs::read(samples().join(name)).unwrap(),
        );
    }
    place
}

fn lines(run: &Run) -> Vec<Value> {
    run.out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Each event once and the furthest response.
#[test]
fn repeats_dropped_furthest_response_kept() {
    let place = with(&["export-in-progress-then-pass.jsonl"]);
    let run = place.run(&["events", "logs"]);
    assert_eq!(run.code, 0, "{run:?}");
    let found = lines(&run);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["response"], "Pass");
    assert_eq!(found[0]["level"], "medium");
    assert_eq!(
        run.err,
        "read 1 file: 1 event, 1 repeat left out; from 2026-10-05T08:00:00Z to 2026-10-05T08:01:00Z\n"
    );
}

/// A folder of every form is one set of events.
#[test]
fn folder_of_all_formats() {
    let place = Place::new();
    for entry in std::fs::read_dir(samples()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        // No ending says what is in a file.
        place.file(
            &format!("logs/a/{}", name.replace('.', "_")),
            std::fs::read(entry.path()).unwrap(),
        );
    }
    place.file("logs/.hidden", "{");
    let run = place.run(&["events", "logs", "-o", "all.jsonl"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    let text = place.read("all.jsonl");
    let again = place.run(&["events", "all.jsonl"]);
    assert_eq!(again.out, text, "what it writes it reads");
    assert!(again.err.starts_with("read 1 file: 45 events;"), "{}", again.err);
    for said in [
        "repeats left out",
        "no event: 1 user notification",
        "no event: 1 control message of a subscription",
        "not used here: 15 CloudTrail records of Cognito",
        "no record of Cognito in `logs/a/list-users-by-sub_json`: it seems to be an answer of ListUsers",
        "wrote all.jsonl",
    ] {
        assert!(run.err.contains(said), "{said}: {}", run.err);
    }
}

#[test]
fn standard_input_and_pseudonyms() {
    let place = Place::new();
    let mut command = place.command(&["events", "-", "--redact"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let sample = std::fs::read(samples().join("export-backend-one-address.jsonl")).unwrap();
    child.stdin.take().unwrap().write_all(&sample).unwrap();
    let run = finished(&child.wait_with_output().unwrap());
    assert_eq!(run.code, 0, "{run:?}");
    let found = lines(&run);
    assert_eq!(found.len(), 4);
    assert!(
        found.iter().all(|event| event["address"] == found[0]["address"]),
        "equal ones stay equal"
    );
    for secret in ["user-", "00000000-aaaa", "example2345", "192.0.2."] {
        assert!(!run.out.contains(secret), "{secret}: {}", run.out);
    }
}

/// What cannot be read is said and the rest is written.
#[test]
fn unreadable_file_told_rest_written() {
    let place = with(&["export-documented.jsonl"]);
    place.file("logs/broken.jsonl", "{\"a\": \"cut\n");
    assert_eq!(place.run(&["events", "logs"]).code, 4);
    // A name of nothing is wrong input; the rest is written all the same.
    let run = place.run(&["events", "logs", "nowhere.gz"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(lines(&run).len(), 7);
    assert!(
        run.err
            .contains("could not be read: logs/broken.jsonl: byte 0: a line ends inside a text"),
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("could not be read: `nowhere.gz`: there is no such file or folder"),
        "{}",
        run.err
    );
}

/// What is wrong with one file does not hide what is wrong with another.
#[test]
fn broken_values_named_per_file() {
    let place = with(&["export-documented.jsonl"]);
    for (name, lines) in [("a", 500), ("b", 1), ("c", 30)] {
        place.file(&format!("logs/{name}"), "{\"a\": \"cut\n".repeat(lines));
    }
    let run = place.run(&["events", "logs"]);
    assert_eq!(run.code, 4, "{run:?}");
    let of = |name: &str| {
        run.err
            .matches(&format!("could not be read: logs/{name}: byte "))
            .count()
    };
    assert_eq!([of("a"), of("b"), of("c")], [10, 1, 9], "{}", run.err);
    assert!(
        run.err
            .contains("could not be read: 511 more values are not listed\n"),
        "{}",
        run.err
    );
    for number in 0..40 {
        place.file(&format!("many/{number}"), "{\"a\": \"cut\n{\"a\": \"cut\n");
    }
    let run = place.run(&["events", "many"]);
    let words = "could not be read: 60 more values are not listed; 20 further files have such values\n";
    assert!(run.err.contains(words), "{}", run.err);
}

/// What one verb says of doubtful records, the others say, too.
#[test]
fn record_doubts_told_by_every_command() {
    let place = Place::with(
        "version: 1\nname: shop\ntarget: { pool: us-west-2_EXAMPLE }\nfeature_plan: PLUS\nmode: { standard: AUDIT }\n",
    );
    let event = |id: u8, at: &str, context: &str| {
        format!(
            r#"{{"eventTimestamp":"{at}","message":{{"eventId":"{id}","eventType":"SignIn","userPoolId":"us-west-2_EXAMPLE","hasContextData":"{context}","compromisedCredentialDetected":"false","riskDecision":"PASS"}}}}"#
        ) + "\n"
    };
    let future = "32503680000000";
    place.file(
        "a.jsonl",
        event(1, "1791187200000", "maybe") + &event(2, future, "true") + &event(3, "", "true"),
    );
    for verb in [
        &["events"][..],
        &["insights"],
        &["impact", "policies", "--events"],
    ] {
        let run = place.run(&[verb, &["a.jsonl"]].concat());
        let said = (run.out + &run.err)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        for words in [
            "unknown context data `maybe`, neither `true` nor `false`: 1 event, taken as unknown",
            "with a time in the future: 1 event",
            "without a time: 1 event",
        ] {
            assert!(said.contains(words), "{verb:?}: {words}: {said}");
        }
    }
}

/// What is no log is named and nothing is written.
#[test]
fn non_log_named_and_nothing_written() {
    let place = Place::with("version: 1\nname: shop\n");
    let run = place.run(&["events", "policies/a.yaml", "-o", "out.jsonl"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains(
            "no record of Cognito in `policies/a.yaml`: it seems to be a policy; check it with `cogward lint`"
        ),
        "{}",
        run.err
    );
    assert!(
        run.err.ends_with("error: there are no events to write\n"),
        "{}",
        run.err
    );
    assert!(!place.path("out.jsonl").exists());
    assert_eq!(place.run(&["events"]).code, 2);
    assert_eq!(place.run(&["events", "policies/*.gz"]).code, 2);
}

#[test]
fn hostile_texts_do_not_reach_the_terminal() {
    let place = Place::new();
    let escape = r#"{"message":{"eventId":"e","userPoolId":"p","eventType":"\u001b[31mX\n##[error]","city":"\u202e"}}"#;
    place.file("e", escape);
    let run = place.run(&["events", "e"]);
    assert_eq!(run.code, 0);
    for text in [&run.out, &run.err] {
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}') && !text.contains("##["),
            "{text:?}"
        );
    }
    assert_eq!(lines(&run)[0]["type"], "\u{1b}[31mX\n##[error]");
}
