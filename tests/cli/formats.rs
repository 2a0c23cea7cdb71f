//! Formats and files: the same verdict everywhere, every file written that can be.

use crate::cli::support::{CLEAN, FORMATS, POLICY, Place};

#[test]
fn the_format_never_changes_the_verdict() {
    for (text, code) in [(CLEAN, 0), (POLICY, 1), ("version: 1\nmod: 1\n", 2)] {
        let place = Place::with(text);
        for format in FORMATS {
            let run = place.lint(&["--format", format]);
            assert_eq!((run.code, run.err.as_str()), (code, ""), "{format}");
            assert!(!run.out.trim().is_empty(), "{format}");
        }
    }
}

/// Endings tell the format and files hold what stdout would.
#[test]
fn output_format_follows_file_ending() {
    let place = Place::with(POLICY);
    let typed = [
        ("out/r.json", "json"),
        ("r.sarif", "sarif"),
        ("r.xml", "junit"),
        ("r.md", "markdown"),
        ("r.csv", "csv"),
        ("r.html", "html"),
        ("r.htm", "html"),
        ("r.txt", "human"),
        ("table=r.tbl", "table"),
        ("github=r=1.json", "github"),
    ];
    std::fs::create_dir(place.path("out")).unwrap();
    let mut args = vec!["--quiet"];
    args.extend(typed.iter().flat_map(|(file, _)| ["-o", *file]));
    let run = place.lint(&args);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (1, "", ""));
    for (typed, format) in typed {
        let file = typed.strip_prefix("table=").unwrap_or(typed);
        let file = file.strip_prefix("github=").unwrap_or(file);
        assert_eq!(place.read(file), place.lint(&["--format", format]).out, "{typed}");
    }
    assert_eq!(place.names("out"), ["r.json"], "no temporary file is left");
}

/// What cannot be written keeps nothing else from being written.
#[test]
fn unwritable_outputs_do_not_block_others() {
    let place = Place::with(CLEAN);
    let run = place.lint(&[
        "-o",
        "no/such/r.json",
        "-o",
        "policies/x.md",
        "-o",
        "html=policies",
    ]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "error: `no/such/r.json` cannot be written: its folder does not exist\nerror: `policies` cannot be written: it is a folder\n"
    );
    assert!(run.out.contains("no findings in 1 policy"), "{}", run.out);
    assert_eq!(place.names("policies"), ["a.yaml", "x.md"]);
    let full = place.lint(&["-q", "-o", "json=/dev/full"]);
    assert_eq!(
        (full.code, full.err.as_str()),
        (
            2,
            "error: `/dev/full` cannot be written: no space left on device\n"
        )
    );
}

/// `-o` names a report: a policy, a layer, a rule or a log that was read is not to be lost by a slip.
#[test]
fn output_does_not_overwrite_input_files() {
    let place = Place::with(CLEAN);
    place.file("log.jsonl", "{}\n");
    let before = place.read("policies/a.yaml");
    for args in [
        &["lint", "policies", "-o", "json=policies/a.yaml"][..],
        &["lint", "policies", "-o", "html=./policies/../policies/a.yaml"],
        &[
            "impact",
            "policies",
            "--events",
            "log.jsonl",
            "-o",
            "json=log.jsonl",
        ],
    ] {
        let run = place.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains("was read by this command"), "{args:?}: {run:?}");
    }
    assert_eq!(place.read("policies/a.yaml"), before);
    assert_eq!(place.read("log.jsonl"), "{}\n");
    let event = r#"{"message":{"eventId":"e","eventType":"SignIn"}}"#;
    place
        .file("events.jsonl", event)
        .file("kept/a.json", r#"{"tool":"cogward"}"#);
    for (args, file) in [
        (
            &["events", "events.jsonl", "-o", "events.jsonl"][..],
            "events.jsonl",
        ),
        (&["history", "kept", "-o", "json=kept/a.json"], "kept/a.json"),
    ] {
        let before = place.read(file);
        let run = place.run(args);
        assert!(run.err.contains("was read by this command"), "{args:?}: {run:?}");
        assert_eq!((run.code, place.read(file)), (2, before), "{args:?}");
    }
    // What pools are read from is as little to be lost.
    let place = Place::new();
    place.file(
        "pools.json",
        r#"{"version":1,"taken_at":"2026-11-20T12:00:00Z","pools":[]}"#,
    );
    let template =
        "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: { UserPoolName: a }\n";
    place.file("stacks/pool.yaml", template);
    let before = place.read("pools.json");
    for (from, output) in [
        ("pools.json", "json=pools.json"),
        ("stacks/pool.yaml", "html=stacks/pool.yaml"),
        ("stacks", "html=stacks/pool.yaml"),
    ] {
        let run = place.run(&["scan", "--from", from, "-o", output]);
        assert!(run.err.contains("was read by this command"), "{from}: {run:?}");
    }
    assert_eq!(place.read("pools.json"), before);
    assert_eq!(place.read("stacks/pool.yaml"), template);
    // A report of an earlier run that lies among the templates is none.
    for _ in 0..2 {
        let run = place.run(&["scan", "--from", "stacks", "-o", "json=stacks/r.json"]);
        assert!(!run.err.contains("was read by this command"), "{run:?}");
    }
    let place = Place::with(CLEAN);
    // What an earlier run wrote is replaced.
    for _ in 0..2 {
        assert_eq!(place.run(&["lint", "policies", "-o", "json=r.json"]).code, 0);
    }
}

/// An output replaces a file whole and keeps a link.
#[test]
fn output_replaces_file_and_keeps_link() {
    let place = Place::with(CLEAN);
    place
        .file("real.json", "old".repeat(50_000))
        .link("real.json", "r.json");
    assert_eq!(place.lint(&["-q", "-o", "r.json"]).code, 0);
    assert!(place.path("r.json").is_symlink());
    let report: serde_json::Value = serde_json::from_str(&place.read("real.json")).unwrap();
    assert_eq!(report["exit_code"], 0);
}

/// Every format lists the worst first and then by place.
#[test]
fn findings_sorted_by_severity_then_place() {
    // Below warnings and notes there is an error.
    let place = Place::with(format!(
        "{POLICY}alarms: [{{ metric: AccountTakeoverRisk, risk_level: High }}]\n"
    ));
    let expected = [
        "the dimension Operation is missing",
        "standard authentication has no threat protection",
        "of the pool has bits set after",
        "alarm on AccountTakeoverRisk notifies nobody",
        "without effect while the mode is",
        "of the pool does nothing",
    ];
    let listing = FORMATS
        .into_iter()
        .filter(|format| !["csv", "summary"].contains(format));
    for format in listing {
        let out = place.lint(&["--format", format]).out;
        // Without borders, marks and the places where lines are broken.
        let words = out.split(|c: char| !c.is_alphanumeric());
        let words: Vec<_> = words.filter(|word| !["", "code"].contains(word)).collect();
        let words = words.join(" ");
        let found = expected.map(|message| {
            words
                .find(message)
                .unwrap_or_else(|| panic!("{format}: {message}: {out}"))
        });
        assert!(found.is_sorted(), "{format}: {found:?}\n{out}");
    }
}
