//! Files of the wrong kind, for every option that takes one: the message says which file, what is wrong with it and what to do,
//! in words of this program.

use crate::cli::support::Place;

const POLICY: &str = "version: 1\nname: prod\ntarget: { pool: us-west-2_A }\nmode: { standard: AUDIT }\n";
const SNAPSHOT: &str = r#"{"version": 1, "taken_at": "2026-11-01T02:00:00Z", "pools": []}"#;
const TEMPLATE: &str =
    "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: { UserPoolName: shop }\n";

/// What is wrong with a file.
const WRONG: [&str; 13] = [
    "missing.x",
    "empty.x",
    "folder",
    "binary.x",
    "other.json",
    "lines.jsonl",
    "policy.yaml",
    "snapshot.json",
    "template.yaml",
    "report.json",
    "text.txt",
    "cut.json",
    "dangling.x",
];

/// Commands, the file in them as `@`; and files that they may take.
const COMMANDS: &[(&str, &[&str])] = &[
    ("lint @", &["policy.yaml"]),
    ("lint --baseline @", &["missing.x", "dangling.x"]),
    ("lint --rules @", &[]),
    ("lint --config @", &["empty.x"]),
    ("scan --from @", &["template.yaml", "snapshot.json"]),
    ("scan --rules @ --from snapshot.json", &[]),
    ("diff @ --from snapshot.json", &["policy.yaml"]),
    ("diff policies --from @", &["template.yaml", "snapshot.json"]),
    (
        "diff policies --from snapshot.json --ledger @",
        &["missing.x", "empty.x", "dangling.x"],
    ),
    ("gate @ --from snapshot.json", &["policy.yaml"]),
    ("gate policies --from @", &["snapshot.json"]),
    ("gate policies --from snapshot.json --ledger @", &["empty.x"]),
    ("gate policies --from snapshot.json --impact @", &[]),
    ("gate policies --from snapshot.json --events @", &[]),
    ("impact @ --events lines.jsonl", &["policy.yaml"]),
    ("impact policies --events @", &[]),
    (
        "impact policies --events lines.jsonl --from @",
        &["template.yaml", "snapshot.json"],
    ),
    ("events @", &[]),
    ("insights @", &[]),
    ("insights lines.jsonl --questions @", &[]),
    ("investigate --pool us-west-2_A --events @", &[]),
    ("investigate --pool us-west-2_A --trail @", &[]),
    (
        "investigate --pool us-west-2_A --events lines.jsonl --from @",
        &[],
    ),
    (
        "investigate --pool us-west-2_A --events lines.jsonl --policy @",
        &["policy.yaml"],
    ),
    ("history @", &[]),
    ("evidence @ --from snapshot.json", &["policy.yaml"]),
    ("evidence policies --from @", &["snapshot.json"]),
    ("evidence policies --from snapshot.json --record @", &[]),
    ("merge @", &[]),
    ("export @ --to cloudformation", &["policy.yaml"]),
    ("explain --pool us-west-2_A --from @", &[]),
    ("rollback @", &[]),
    ("apply @ --dry-run", &["policy.yaml"]),
    ("apply policies --plan @", &[]),
    ("rules test @", &[]),
];

/// Words of libraries, not of this program.
const RAW: [&str; 20] = [
    "expected value",
    "expected key",
    "expected one of",
    "invalid type",
    "invalid value:",
    "missing field",
    "unknown field",
    "unknown variant",
    "EOF while",
    "trailing characters",
    "control character",
    "key must be",
    "did not match any",
    "at line ",
    "os error",
    "panicked",
    "Some(",
    "Err(",
    "struct ",
    "serde",
];

/// What a next step begins with.
const NEXT: [&str; 16] = [
    "compare with ",
    "create it",
    "name ",
    "check ",
    "write ",
    "cogward ",
    "fix ",
    "give ",
    "save ",
    "add ",
    "put ",
    "take ",
    "line it up",
    "start with",
    "known keys",
    "leave ",
];

fn place() -> Place {
    let place = Place::with(POLICY);
    let binary: Vec<u8> = (0..=255).collect();
    place
        .file("empty.x", "")
        .file("binary.x", binary.repeat(20))
        .file("other.json", "{\"hello\": [1, 2, {\"a\": null}]}")
        .file("lines.jsonl", "{\"a\": 1}\n{\"a\": 2}\n")
        .file("policy.yaml", POLICY)
        .file("snapshot.json", SNAPSHOT)
        .file("template.yaml", TEMPLATE)
        .file(
            "report.json",
            place.run(&["lint", "--no-time", "--format", "json"]).out,
        )
        .file("text.txt", "hello there\n")
        .file("cut.json", "{\"version\": 1, \"pools\": [")
        .link("nowhere", "dangling.x");
    std::fs::create_dir(place.path("folder")).unwrap();
    place
}

/// A file of the wrong kind is named with what to do.
#[test]
fn each_option_names_file_and_remedy() {
    let mut faults = Vec::new();
    for (typed, takes) in COMMANDS {
        let place = place();
        for file in WRONG {
            let words = typed.replace('@', file);
            let run = place.run(&words.split(' ').collect::<Vec<_>>());
            let said = run.out + &run.err;
            let mut fault = |what: String| faults.push(format!("{words}: {what}\n{said}"));
            if ![0, 1, 2, 3, 4, 5].contains(&run.code) {
                fault(format!("exit code {}", run.code));
            }
            if let Some(raw) = RAW.iter().find(|raw| said.contains(*raw)) {
                fault(format!("`{raw}` is a word of a library"));
            }
            if takes.contains(&file) {
                continue;
            }
            if ![2, 4].contains(&run.code) {
                fault(format!("exit code {} for a file of no use", run.code));
            }
            // What wraps may be broken within a line.
            let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
            if !flat.contains(file) {
                fault("the file is not named".to_owned());
            }
            if !NEXT.iter().any(|next| flat.contains(next)) {
                fault("nothing says what to do".to_owned());
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n\n{}",
        faults.len(),
        faults.join("\n---\n")
    );
}

/// What is typed wrongly is said with the command's own words: its usage, and only formats that it has.
#[test]
fn typing_errors_show_usage_of_the_verb() {
    let place = place();
    let run = place.run(&["events", "--pool", "us-west-2_A"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("cogward events [OPTIONS] --from-aws --pool <POOL> --output <FILE>"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("--from-aws <FILES>"), "{}", run.err);
    for (typed, formats) in [
        (
            "lint",
            "human, table, concise, summary, csv, json, sarif, ocsf, junit, markdown, comment, github or html",
        ),
        ("scan --from snapshot.json", "markdown, comment, github or html"),
        ("diff --from snapshot.json", "markdown, comment, github or html"),
        (
            "gate --from snapshot.json",
            "human, table, concise, json, sarif, junit, markdown, comment, github, html or svg",
        ),
        (
            "apply --dry-run",
            "human, concise, json, sarif, junit, markdown, comment, github or html",
        ),
        (
            "impact policies --events lines.jsonl",
            "human, csv, json, markdown, comment or html",
        ),
        ("insights lines.jsonl", "FORMAT being human, json"),
        (
            "investigate --pool us-west-2_A --events lines.jsonl",
            "FORMAT being human, json",
        ),
        ("history policies", "human, json, markdown, html or svg"),
        ("evidence --from snapshot.json", "human, json, markdown or html"),
    ] {
        for (file, why) in [
            ("e.pdf", "its extension sets no format"),
            ("e", "its extension sets no format"),
            ("json=", "it names no file"),
        ] {
            let words: Vec<_> = typed.split(' ').chain(["-o", file]).collect();
            let run = place.run(&words);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{words:?}");
            assert!(
                run.err.contains(file) && run.err.contains(why),
                "{words:?}: {}",
                run.err
            );
            assert!(
                why.contains("names") || run.err.contains(formats),
                "{words:?}: {}",
                run.err
            );
        }
    }
}

/// The same of values that cannot be meant together, and of what is not there.
#[test]
fn impossible_requests_name_alternatives() {
    let place = place();
    let run = place.run(&["history", "policies", "-o", "h.sarif"]);
    assert!(run.err.contains("no format sarif"), "{}", run.err);
    let run = place.run(&["lint", "--format", "ocsf", "--no-time"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("every OCSF event needs a time"), "{}", run.err);
    assert_ne!(
        place
            .run(&["lint", "--format", "ocsf", "--no-time", "--today", "2026-11-01"])
            .code,
        2
    );
    let run = place.run(&["explain", "--pool", "nope", "--from", "snapshot.json"]);
    assert!(
        run.err.contains("it has no pool: name another file"),
        "{}",
        run.err
    );
    let run = place.run(&["gate", "policies", "--from", "template.yaml"]);
    assert!(
        run.err.contains("template.yaml") && run.err.contains("cogward snapshot"),
        "{}",
        run.err
    );
    let run = place.run(&["export", "missing.yaml", "--to", "cdk"]);
    assert!(run.code == 2 && !run.out.contains("compared"), "{}", run.out);
}
