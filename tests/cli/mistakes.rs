//! A policy from zero: what people type wrongly at first, and what the message tells them to write.

use crate::cli::support::{CLEAN, Place};

/// The lines below `version: 1`, and what rule and help they get at which line.
const MISTAKES: &[(&str, &str, &str, u64)] = &[
    (
        "mode: { standard: true }",
        "wrong-type",
        "write `OFF`, `AUDIT` or `ENFORCED`",
        2,
    ),
    ("mode: { standard: false }", "wrong-type", "write `OFF`", 2),
    (
        "mode: { standard: off }",
        "value-not-allowed",
        "did you mean `OFF`?",
        2,
    ),
    (
        "mode: { standard: enforced }",
        "value-not-allowed",
        "did you mean `ENFORCED`?",
        2,
    ),
    (
        "mode: { standard: 1 }",
        "wrong-type",
        "write `OFF`, `AUDIT` or `ENFORCED`",
        2,
    ),
    (
        "mode:\n  standard:ENFORCED",
        "wrong-type",
        "put a blank after the colon: `standard: ENFORCED`",
        3,
    ),
    ("mfa: { configuration: false }", "wrong-type", "write `OFF`", 2),
    (
        "account_takeover: { high: BLOCK }",
        "wrong-type",
        "write `{ action: BLOCK, notify: true }`",
        2,
    ),
    (
        "target: { region: us-wset-2, names: [a] }",
        "value-invalid",
        "correct the region",
        2,
    ),
    (
        "target: { pool: us-west2_A }",
        "value-invalid",
        "correct the region",
        2,
    ),
    (
        "waivers:\n  - { rule: cidr-host-bits, reason: x, until: 2027-01-01 }",
        "value-invalid",
        "say in a few words why, for whoever decides about it next",
        3,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, statistic: sum }",
        "value-invalid",
        "did you mean `Sum`?",
        3,
    ),
    (
        "account_takeover: { high: { action: BLOCK, notify: yes } }",
        "wrong-type",
        "write `true`",
        2,
    ),
    (
        "account_takeover: { high: { action: BLOCK, notify: off } }",
        "wrong-type",
        "write `false`",
        2,
    ),
    (
        "account_takeover: { high: { action: BLOCK, notify: \"true\" } }",
        "wrong-type",
        "write it without quotes: `true`",
        2,
    ),
    (
        "compromised_credentials: BLOCK",
        "wrong-type",
        "write `{ action: BLOCK }`",
        2,
    ),
    (
        "compromised_credentials: { action: BLOCK, events: SIGN_IN }",
        "wrong-type",
        "write `[SIGN_IN]`",
        2,
    ),
    (
        "risk_exceptions: { always_block: 8.8.4.0/24 }",
        "wrong-type",
        "write `[8.8.4.0/24]`",
        2,
    ),
    ("target: { names: prod-* }", "wrong-type", "write `[prod-*]`", 2),
    (
        "target: { tags: [env=prod] }",
        "wrong-type",
        "write `{ env: prod }`",
        2,
    ),
    (
        "target: { account: 123456789012 }",
        "wrong-type",
        "put it in quotes",
        2,
    ),
    (
        "target: { account: \"1234-5678-9012\" }",
        "value-invalid",
        "write \"123456789012\"",
        2,
    ),
    (
        "target: { account: “123456789012” }",
        "value-invalid",
        "typographic quotation marks",
        2,
    ),
    (
        "target: { pool: \"arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_abc\" }",
        "value-invalid",
        "this is an ARN; the id is its end: `us-west-2_abc`",
        2,
    ),
    (
        "target: { pool: shop }",
        "value-invalid",
        "write `names: [shop]`",
        2,
    ),
    (
        "target: { region: us-west2 }",
        "value-invalid",
        "did you mean `us-west-2`?",
        2,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, period: 5 minutes }",
        "value-invalid",
        "did you mean `5m`?",
        3,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, period: 7s }",
        "value-invalid",
        "use `10s`, `20s`, `30s`, or whole minutes",
        3,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, period: 1h, evaluation_periods: 200 }",
        "value-invalid",
        "together at most a day, or seven days",
        3,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, treat_missing_data: notbreaching }",
        "value-invalid",
        "did you mean `notBreaching`?",
        3,
    ),
    (
        "alarms:\n  - { metric: Risk, operation: SignIn, comparison: GreaterThan }",
        "value-invalid",
        "GreaterThanThreshold",
        3,
    ),
    (
        "audit_gate: { minimum_days: \"14\" }",
        "wrong-type",
        "write it without quotes: `14`",
        2,
    ),
    (
        "audit_gate: { max_would_block_percent: 5% }",
        "wrong-type",
        "write the number alone: `5`",
        2,
    ),
    ("clients: [web]", "wrong-type", "write `{ web: inherit }`", 2),
    ("clients: { web: inherits }", "wrong-type", "write `inherit`", 2),
    (
        "standard: ENFORCED",
        "unknown-key",
        "`standard` belongs below `mode`",
        2,
    ),
    (
        "audit_gate: { mfa: { configuration: ON } }",
        "unknown-key",
        "`mfa` belongs at the top of the file",
        2,
    ),
    (
        "UserPoolAddOns: { AdvancedSecurityMode: ENFORCED }",
        "unknown-key",
        "that is `mode` here",
        2,
    ),
    (
        "mode: { AdvancedSecurityMode: ENFORCED }",
        "unknown-key",
        "that is `mode.standard` here",
        2,
    ),
    ("Resources: {}", "unknown-key", "CloudFormation template", 2),
    (
        "moed: { standard: AUDIT }",
        "unknown-key",
        "did you mean `mode`?",
        2,
    ),
];

/// Rule, line, column and help of each finding.
fn findings(text: &str) -> Vec<(String, u64, u64, String)> {
    let place = Place::with(text);
    let run = place.lint(&["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let one = |finding: &serde_json::Value| {
        let start = &finding["location"]["start"];
        let at = |key: &str| start[key].as_u64().unwrap_or_default();
        (
            text(&finding["rule"]),
            at("line"),
            at("column"),
            text(&finding["help"]),
        )
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

/// Every mistake has one message with what to write.
#[test]
fn each_mistake_has_one_helpful_message() {
    for (lines, rule, help, line) in MISTAKES {
        let found = findings(&format!("version: 1\n{lines}\n"));
        let faults: Vec<_> = found.iter().filter(|(id, ..)| id != "target-missing").collect();
        let of_rule: Vec<_> = faults.iter().filter(|(id, ..)| id == rule).collect();
        assert_eq!(of_rule.len(), 1, "{lines}: {found:?}");
        assert!(
            of_rule[0].3.contains(help) && of_rule[0].1 == *line,
            "{lines}: {found:?}"
        );
        assert!(
            faults.iter().all(|(id, ..)| id != "ambiguous-scalar"),
            "{lines}: {found:?}"
        );
    }
}

/// The version is asked for at the first key and without quotes.
#[test]
fn version_missing_or_quoted() {
    let found = findings("name: a\nmode: { standard: AUDIT }\n");
    assert_eq!(
        (found[0].0.as_str(), found[0].1, found[0].2),
        ("key-missing", 1, 1)
    );
    let found = findings("version: \"1\"\n");
    assert!(found[0].3.contains("write it without quotes: `1`"), "{found:?}");
}

/// A policy for no pool is compared with nothing; a layer that another file extends is for that one.
#[test]
fn policy_without_target_noted_unless_layer() {
    let noted = |place: &Place, args: &[&str]| {
        let (code, found) = place.findings(args);
        let notes = found.into_iter().filter(|(rule, ..)| rule == "target-missing");
        (code, notes.map(|(_, at, _)| at).collect::<Vec<_>>())
    };
    let place = Place::with("version: 1\nfeature_plan: PLUS\n");
    assert_eq!(noted(&place, &[]), (0, vec!["policies/a.yaml:1:1".to_owned()]));
    place.file(
        "policies/b.yaml",
        "version: 1\nextends: a.yaml\ntarget: { pool: us-west-2_B }\n",
    );
    assert_eq!(noted(&place, &[]), (0, vec![]));
    assert_eq!(noted(&Place::with(CLEAN), &[]), (0, vec![]));
}

/// One finding for a pair of policies, with all that both manage.
#[test]
fn two_policies_of_a_pool_are_one_finding() {
    let policy = "version: 1\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\nmode: { standard: AUDIT }\n\
                  compromised_credentials: { action: BLOCK }\n";
    let place = Place::with(policy);
    place.file("policies/b.yaml", policy);
    let (_, found) = place.findings(&[]);
    let pairs: Vec<_> = found
        .iter()
        .filter(|(rule, ..)| rule == "policy-overlap")
        .collect();
    assert_eq!(pairs.len(), 1, "{found:?}");
    assert!(
        pairs[0]
            .2
            .contains("`/feature_plan` (and `/mode/standard` and `/compromised_credentials/action`)"),
        "{pairs:?}"
    );
}

/// A note on the input is a note wherever it is said.
#[cfg(feature = "live")]
#[test]
fn a_note_fails_no_command() {
    let place = Place::with("version: 1\nname: n\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\n");
    let (code, found) = place.findings(&[]);
    assert!(
        code == 0 && found.iter().any(|(rule, ..)| rule == "ambiguous-scalar"),
        "{found:?}"
    );
    place.file(
        "empty.json",
        r#"{"version":1,"pools":[],"missing":["us-west-2_A"],"unreachable":[]}"#,
    );
    let run = place.run(&["gate", "--from", "empty.json"]);
    assert!(
        !run.err.contains("error: policies") && run.err.contains("note: policies/a.yaml:2:7"),
        "{run:?}"
    );
}

/// One file in two roles: nothing is read or written, and AWS is not contacted.
#[test]
#[cfg(feature = "live")]
fn a_file_has_one_role() {
    let policy = "version: 1\nname: a\ntarget: { pool: us-west-2_A }\nmode: { standard: AUDIT }\n";
    let cases: &[&[&str]] = &[
        &["apply", "policies/a.yaml", "--journal", "y", "-o", "json=./y"],
        &[
            "apply",
            "policies/a.yaml",
            "--ledger",
            "l.jsonl",
            "-o",
            "json=l.jsonl",
        ],
        &["apply", "policies/a.yaml", "-o", "human=policies//a.yaml"],
        &["apply", "policies/a.yaml", "--plan-out", "policies/a.yaml"],
        &["rollback", "y", "--dry-run", "-o", "json=y"],
        &["rollback", "y", "--journal", "y"],
        &[
            "audit",
            "--pool",
            "us-west-2_A",
            "--reason",
            "INC-1",
            "--journal",
            "y",
            "-o",
            "json=y",
        ],
    ];
    for args in cases {
        let place = Place::with(policy);
        place.file("y", "kept").file("l.jsonl", "");
        let run = place.run(args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.err);
        assert!(run.err.contains("name two files"), "{args:?}: {}", run.err);
        assert_eq!(
            (place.read("y"), place.read("policies/a.yaml")),
            ("kept".to_owned(), policy.to_owned())
        );
    }
}

/// A region that is mistyped is no region without answer: what was meant is named wherever one is typed.
#[test]
#[cfg(feature = "live")]
fn mistyped_region_suggests_the_right_one() {
    let policy = "version: 1\nname: a\ntarget: { names: [a] }\nmode: { standard: AUDIT }\n";
    let place = Place::with(policy);
    for args in [
        &["diff", "--region", "us-wset-2"][..],
        &["scan", "--region", "us-west2"],
        &["apply", "--region", "US-WEST-2"],
        &["explain", "--pool", "us-wset-2_Webshop01"],
        &["audit", "--pool", "us-wset-2_Webshop01", "--reason", "INC-42"],
        &["snapshot", "--pool", "us-wset-2_Webshop01"],
    ] {
        let run = place.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert!(run.err.contains("did you mean `us-west-2`?"), "{args:?}: {run:?}");
    }
    place.file("cogward.toml", "[[targets]]\nregions = [\"eu-cental-1\"]\n");
    let run = place.run(&["scan"]);
    assert!(
        run.code == 2 && run.err.contains("did you mean `eu-central-1`?"),
        "{run:?}"
    );
}

/// Git Bash on Windows takes a pointer for a path.
#[test]
#[cfg(feature = "live")]
fn pointer_rewritten_by_git_bash() {
    let place = Place::with(CLEAN);
    for path in [
        "C:/Program Files/Git/mode/standard",
        r"D:\\git\\mode",
        r"us-west-2_A;C:\Program Files\Git\mode\standard",
    ] {
        for option in ["--only", "--exclude", "--allow-weaken", "--allow-block"] {
            let run = place.run(&["apply", option, path]);
            assert!(
                run.code == 2 && run.err.contains("MSYS_NO_PATHCONV=1"),
                "{option}: {run:?}"
            );
        }
        let run = place.run(&["diff", "--accept", path]);
        assert!(run.code == 2 && run.err.contains("MSYS_NO_PATHCONV=1"), "{run:?}");
    }
}
