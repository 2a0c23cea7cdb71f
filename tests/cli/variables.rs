//! Variables of the environment: which ones a policy may read, and that no report quotes what they hold.

use crate::cli::support::{FORMATS, Place, finished};

fn faults(settings: Option<&str>, text: &str) -> Vec<String> {
    let place = Place::with(text);
    if let Some(settings) = settings {
        place.file("cogward.toml", settings);
    }
    let (_, found) = place.findings_with(&[], &[("STAGE", "prod"), ("DATABASE_URL", "x")]);
    let faults = found
        .into_iter()
        .filter(|(rule, ..)| rule.starts_with("variable-"));
    faults.map(|(rule, at, _)| format!("{rule} {at}")).collect()
}

/// A variable is read if it has a default or the settings name it.
#[test]
fn allowed_with_default_or_when_listed() {
    let text =
        "version: 1\nname: a-${STAGE:-dev}\ndescription: ${DATABASE_URL}\ntarget: { pool: us-west-2_A }\n";
    let (stage, url) = ("policies/a.yaml:2:7", "policies/a.yaml:3:14");
    let not_allowed = |at: &str| format!("variable-not-allowed {at}");
    assert_eq!(faults(None, text), [not_allowed(url)]);
    assert_eq!(faults(Some("[lint]\n"), text), [not_allowed(url)]);
    assert_eq!(
        faults(Some("variables = []\n"), text),
        [not_allowed(stage), not_allowed(url)]
    );
    assert_eq!(faults(Some("variables = ['STAGE']\n"), text), [not_allowed(url)]);
    assert_eq!(
        faults(Some("variables = ['DATABASE_URL']\n"), text),
        [not_allowed(stage)]
    );
    let both = "variables = ['DATABASE_URL', 'STAGE']\n";
    assert_eq!(faults(Some(both), text), Vec::<String>::new());
    let unset = text.replace("DATABASE_URL", "NOPE");
    assert_eq!(
        faults(Some("variables = ['NOPE', 'STAGE']\n"), &unset),
        [format!("variable-unset {url}")]
    );
    // Also where a layer or a body is named, and in a layer.
    let text = "version: 1\nextends: ${BASE}\ntarget: { pool: us-west-2_A }\n";
    assert_eq!(faults(None, text), ["variable-not-allowed policies/a.yaml:2:10"]);
}

#[test]
fn the_line_to_add_is_said() {
    let place = Place::with("version: 1\nname: ${DATABASE_URL}\ntarget: { pool: us-west-2_A }\n");
    let run = place.lint(&["--format", "json"]);
    assert!(
        run.out.contains(r#"`variables = [\"DATABASE_URL\"]`"#),
        "{}",
        run.out
    );
    place.file("cogward.toml", "variables = ['STAGE']\n");
    let run = place.lint(&["--format", "json"]);
    assert!(
        run.out.contains(r#"`variables = [\"STAGE\", \"DATABASE_URL\"]`"#),
        "{}",
        run.out
    );
}

/// Values of a policy, each with a variable where a report may quote it.
const PLACES: [&str; 16] = [
    "name: x-${V:-a}\nmode: { standard: OFF }",
    "name: \"\\x24{V:-a}\"\nmode: { standard: OFF }",
    "mode: { standard: \"${V:-OFF}\" }",
    "mode: { standard: \"x-${V:-OFF}-y\" }",
    "feature_plan: ${V:-PLUS}",
    "audit_gate:\n  minimum_days: ${V:-14}",
    "audit_gate:\n  audit_since: ${V:-2026-01-01}",
    "risk_exceptions: { always_block: [\"${V:-192.0.2.1/24}\", \"x${V:-192.0.2.1/24}\"] }",
    "risk_exceptions: { always_allow: [{ cidr: \"${V:-1.2.3.4/5}\", reason: \"${V:-x}\", until: \"${V:-soon}\" }] }",
    "extends: ${V:-strict}",
    "extends: ./${V:-strict}.yaml",
    "account_takeover: { notifications: { source_arn: \"${V:-x}\", block_email: { subject: \"{${V:-x}}\", text_file: \"${V:-x}\" } } }",
    "account_takeover: { notifications: { source_arn: \"arn:aws:ses:us-west-2:1:identity/${V:-x}\", block_email: { subject: s, html: \"{${V:-x}}\" } } }",
    "clients: { web: { id: \"${V:-a}\" }, app: { id: \"${V:-a}\" } }",
    "waivers:\n  - { rule: \"${V:-x}\", client: \"${V:-x}\", reason: \"${V:-x}\", until: \"${V:-x}\", at: \"${V:-x}\" }",
    "log_delivery: { user_auth_events: { cloudwatch_logs: \"arn:aws:logs:us-west-2:1:${V:-x}\" } }",
];

#[test]
fn no_report_quotes_what_a_variable_holds() {
    let long = format!("postgres://app:{}@db.internal/main", "p4ssphr4se".repeat(8));
    let values = [
        ("hunter2canary", "canary"),
        ("s3cr3t", "s3cr3t"),
        ("two \"lines\" of\ncanary", "canary"),
        ("arn:aws:ses:us-west-2:123456789012:identity/canary", "canary"),
        (&long, "p4ssphr4se"),
    ];
    for (index, place_of_value) in PLACES.into_iter().enumerate() {
        let text = format!("version: 1\ntarget: {{ pool: us-west-2_A }}\n{place_of_value}\n");
        let place = Place::with(&text);
        place.file("policies/b.yaml", &text);
        place.file("pools.json", r#"{"version":1,"pools":[]}"#);
        for (value, part) in values {
            let run = |args: &[&str]| {
                let mut command = place.command(args);
                command.env("V", value);
                let run = finished(&command.output().unwrap());
                for shown in [&run.out, &run.err] {
                    assert!(
                        !shown.contains(part),
                        "{args:?} {place_of_value} {value}: {shown}"
                    );
                }
            };
            run(&["lint", "--verbose", "--format", "json"]);
            if !value.starts_with("hunter2") {
                continue;
            }
            run(&["lint", "--fix", "--diff"]);
            for command in ["diff", "gate"] {
                run(&[command, "--from", "pools.json", "--format", "json"]);
            }
            let formats = if index < 2 { &FORMATS[..] } else { &["human"] };
            for format in formats {
                run(&["lint", "--format", format]);
            }
        }
        assert_eq!(place.read("policies/a.yaml"), text);
    }
}

#[test]
fn a_fix_writes_no_value_of_the_environment() {
    let text = "version: 1\ntarget: { pool: us-west-2_A }\nrisk_exceptions: { always_block: [\"${RANGE:-192.0.2.1/24}\", 198.51.100.1/24] }\n";
    let place = Place::with(text);
    let mut command = place.command(&["lint", "--fix", "--quiet"]);
    command.env("RANGE", "203.0.113.9/24");
    assert_eq!(finished(&command.output().unwrap()).code, 1);
    assert_eq!(
        place.read("policies/a.yaml"),
        text.replace("198.51.100.1/24", "198.51.100.0/24")
    );
}

#[test]
fn a_finding_names_the_variable() {
    let place =
        Place::with("version: 1\ntarget: { pool: us-west-2_A }\nmode: { standard: \"${MODE_OF_A:-OFF}\" }\n");
    let (_, found) = place.findings_with(&[], &[("MODE_OF_A", "hunter2canary")]);
    assert_eq!(
        (found[0].0.as_str(), found[0].2.as_str()),
        ("value-not-allowed", "the text `${MODE_OF_A}` is not allowed here")
    );
    // A word of the language is no secret, and the finding is about it.
    let (_, found) = place.findings_with(&[], &[("MODE_OF_A", "OFF")]);
    assert!(found[0].2.contains("OFF"), "{found:?}");
}
