//! A service that is none of AWS's: every plan, report and journal says that it was asked.

use std::process::Command;

use serde_json::Value;

use crate::cli::live::support::{Aws, POLICY};
use crate::cli::support::{FORMATS, finished};

fn entries(report: &Value) -> Vec<(String, bool)> {
    let summary = report.get("summary").unwrap_or(report);
    let entries = summary["not_checked"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["what"] == "whether this is AWS")
        .map(|entry| (entry["why"].as_str().unwrap().to_owned(), entry["failed"] == true))
        .collect()
}

fn said(address: &str) -> String {
    format!("{address} was used (AWS_ENDPOINT_URL or endpoint_url)")
}

/// Every report and plan names it and nothing fails for it.
#[test]
fn reports_and_plans_name_it_and_succeed() {
    let aws = Aws::one();
    let note = vec![(said(&aws.server.endpoint()), false)];
    for args in [
        &["diff"][..],
        &["scan", "--deny", "never"],
        &["explain", "--pool", "us-west-2_A"],
        &["gate"],
        &["apply", "--dry-run"],
    ] {
        let report = aws.json(args);
        assert_eq!(entries(&report), note, "{args:?}: {report}");
        assert_eq!(report["exit_code"], 0, "{args:?}");
    }
    let outputs = FORMATS.map(|format| format!("{format}=out.{format}"));
    let outputs: Vec<_> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    aws.run(&[&["diff"], outputs.as_slice()].concat());
    let port = aws.server.address().port().to_string();
    for format in FORMATS {
        let text = aws.place.read(&format!("out.{format}"));
        assert!(text.contains(&port), "{format}: {text}");
    }
    for format in ["human", "markdown", "json"] {
        let run = aws.run(&["apply", "--dry-run", "--format", format]);
        assert!(run.out.contains(&port), "{format}: {}", run.out);
    }
}

#[test]
fn a_snapshot_and_a_journal_keep_it() {
    let aws = Aws::with(&POLICY.replace("action: BLOCK, notify: false", "action: BLOCK, notify: true"));
    let address = aws.server.endpoint();
    aws.run(&["snapshot", "--output", "saved.json"]);
    let saved: Value = serde_json::from_str(&aws.place.read("saved.json")).unwrap();
    assert_eq!(saved["endpoints"], serde_json::json!([address]));
    let offline = aws.json(&["diff", "--from", "saved.json"]);
    assert_eq!(entries(&offline), [(said(&address), false)]);
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-finding",
        "notify-without-configuration=a test",
        "--journal",
        "j.jsonl",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let journal = aws.place.read("j.jsonl");
    let first: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    assert_eq!(first["endpoints"], serde_json::json!([address]));
    assert!(run.out.contains(&said(&address)), "{}", run.out);
    assert_eq!(
        aws.run(&["rollback", "j.jsonl", "--dry-run"]).code,
        5,
        "it weakens"
    );
}

/// One service or a profile is enough and who asks is not shown.
#[test]
fn single_service_and_profile_endpoints() {
    let (aws, other) = (Aws::one(), Aws::one());
    let run = |change: &dyn Fn(&mut Command)| {
        let mut command = aws.command(&["diff", "--format", "json"]);
        change(&mut command);
        let run = finished(&command.output().unwrap());
        entries(&serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}")))
    };
    let one = said(&aws.server.endpoint());
    let two = said(&other.server.endpoint());
    let found = run(&|command| {
        command.env("AWS_ENDPOINT_URL_CLOUDWATCH", other.server.endpoint());
    });
    let mut both = vec![(one.clone(), false), (two, false)];
    both.sort();
    assert_eq!(found, both);
    let profile = format!("[default]\nendpoint_url = {}\n", aws.server.endpoint());
    aws.place.file("config", profile);
    let config = aws.place.path("config");
    let found = run(&|command| {
        command
            .env_remove("AWS_ENDPOINT_URL")
            .env("AWS_CONFIG_FILE", &config);
    });
    assert_eq!(found, [(one, false)]);
    let address = aws.server.address();
    let found = run(&|command| {
        command.env(
            "AWS_ENDPOINT_URL",
            format!("http://user:hunter2hunter2@{address}"),
        );
    });
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
}
