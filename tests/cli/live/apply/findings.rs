//! What rules find in a policy is shown with its plan, and errors are refused unless somebody says why.

use serde_json::{Value, json};

use crate::cli::live::apply::support::{refused, writes};
use crate::cli::live::support::{Aws, POLICY};

/// The simulated pool under a policy in which the rule `compromised-credentials-allowed` finds an error.
fn allowed() -> String {
    POLICY.replace(
        "compromised_credentials: { action: BLOCK }",
        "compromised_credentials: { action: NO_ACTION }",
    )
}

const RULE: &str = "compromised-credentials-allowed";
const NAMED: &str = "/compromised_credentials";

/// The pool as that policy wants it, but for its mode.
fn broken() -> Aws {
    Aws::with(&allowed()).change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"] = "NO_ACTION".into();
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    })
}

fn found(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["pools"][0]["findings"].as_array().unwrap().iter();
    findings
        .map(|one| (text(&one["severity"]), text(&one["rule"]), text(&one["place"])))
        .collect()
}

/// The same findings as `lint` has, but for the rule that the audit gate stands for.
fn linted(aws: &Aws) -> Vec<(String, String, String)> {
    let run = aws.run(&["lint", "--format", "json", "--today", "2026-11-21"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let counts = |one: &&Value| one["suppressed"].is_null() && one["rule"] != "enforced-before-audit";
    let findings = report["findings"].as_array().unwrap().iter().filter(counts);
    findings
        .map(|one| {
            let start = &one["location"]["start"];
            let place = format!(
                "{}:{}:{}",
                one["location"]["file"].as_str().unwrap(),
                start["line"],
                start["column"]
            );
            (text(&one["severity"]), text(&one["rule"]), place)
        })
        .collect()
}

const DAY: [&str; 2] = ["--today", "2026-11-21"];

/// A plan shows what lint finds in its policy.
#[test]
fn plan_shows_lint_findings() {
    let aws = broken();
    let report = aws.json(&[&["apply", "--dry-run"], &DAY[..]].concat());
    let shown = found(&report);
    assert_eq!(shown, linted(&aws));
    let rules: Vec<_> = shown.iter().map(|(_, rule, _)| rule.as_str()).collect();
    assert!(
        rules.contains(&RULE) && rules.contains(&"blocked-user-not-told"),
        "{rules:?}"
    );
    for format in ["human", "markdown"] {
        let run = aws.run(&["apply", "--dry-run", "--format", format]);
        for rule in &rules {
            assert!(run.out.contains(*rule), "{format}: {rule}: {}", run.out);
        }
        assert!(run.out.contains("policies/a.yaml"), "{}", run.out);
    }
}

/// Waivers ignores settings rules and baselines are those of lint.
#[test]
fn suppressions_and_settings_match_lint() {
    let rule = |more: &str| format!("[rules.{RULE}]\n{more}\n");
    let base = allowed();
    let waived = format!("{base}waivers:\n  - {{ rule: {RULE}, reason: known, until: 2026-11-21 }}\n");
    let ignored = base.replace(
        "compromised_credentials:",
        &format!("# cogward: ignore[{RULE}] known\ncompromised_credentials:"),
    );
    for (policy, config, refuses) in [
        (&base, "", true),
        (&base, &rule("severity = \"warning\"")[..], false),
        (&base, &rule("disabled = \"not here\"")[..], false),
        (
            &base,
            "[lint]\ndeny = \"never\"\nmin-severity = \"error\"\n",
            true,
        ),
        (&base, "[lint]\nbaseline = \"known.json\"\n", false),
        (&waived, "", false),
        (&ignored, "", false),
    ] {
        let aws = broken();
        aws.place.file("policies/a.yaml", policy);
        if config.contains("baseline") {
            let run = aws.run(
                &[
                    &["lint", "--write-baseline", "--baseline", "known.json"],
                    &DAY[..],
                ]
                .concat(),
            );
            assert_eq!(run.code, 0, "{run:?}");
        }
        aws.place.file("cogward.toml", config);
        let report = aws.json(&[&["apply", "--dry-run", "--override-gate", "a test"], &DAY[..]].concat());
        assert_eq!(found(&report), linted(&aws), "{config}");
        let guards: Vec<_> = report["refused"].as_array().unwrap().iter().collect();
        let lint = guards.iter().filter(|one| one["guard"] == "lint-errors").count();
        assert_eq!(lint, usize::from(refuses), "{config}: {report}");
    }
    // The waiver is over a day later.
    let aws = broken();
    aws.place.file("policies/a.yaml", &waived);
    let late = ["--dry-run", "--override-gate", "a test", "--today", "2026-11-22"];
    let (code, guards) = refused(&aws, &late);
    assert_eq!(code, 5);
    assert!(guards.iter().all(|guard| guard == "lint-errors"), "{guards:?}");
}

/// Rules of one's own count and one that fails is a fault.
#[test]
fn user_rules_count_and_failures_are_faults() {
    let rule = |when: &str| {
        format!(
            "id: own-rule\nseverity: error\nsees: [desired]\nsummary: a rule of one's own\nrationale: because it is so here\n\
             remediation: change it somehow\nwhen: {when}\nat: '\"/mode/standard\"'\nmessage: the mode is not to our taste\n\
             examples:\n  bad:\n    - {{ name: one, policy: {{}}, findings: [{{ at: '' , message: the mode is not to our taste }}] }}\n  good:\n    - {{ name: two, policy: {{}} }}\n  lookalike:\n    - {{ name: three, policy: {{}} }}\n"
        )
    };
    let aws = broken();
    aws.place.file("policies/a.yaml", POLICY);
    aws.place.file("own/own-rule.yaml", rule("posture.enforced"));
    aws.place.file("cogward.toml", "[lint]\nrules = [\"own\"]\n");
    let args = ["--yes", "--override-gate", "a test", "--allow-block", NAMED];
    assert_eq!(refused(&aws, &args), (5, vec!["lint-errors".to_owned()]));
    let aws = broken();
    aws.place.file("own/own-rule.yaml", rule("'[1][7] == 1'"));
    aws.place.file("cogward.toml", "[lint]\nrules = [\"own\"]\n");
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("rule `own-rule` failed"), "{}", run.out);
    assert!(aws.server.log().is_empty(), "AWS is not contacted");
}

/// An error is refused unless somebody says why and the journal keeps it.
#[test]
fn errors_need_a_reason_kept_in_journal() {
    let aws = broken();
    let gate = ["--yes", "--override-gate", "a test"];
    assert_eq!(refused(&aws, &gate), (5, vec!["lint-errors".to_owned()]));
    let report = aws.json(&[&["apply"], &gate[..]].concat());
    let next = report["refused"][0]["next"].as_str().unwrap();
    assert!(next.contains(&format!("--allow-finding {RULE}=REASON")), "{next}");
    let message = report["refused"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("policies/a.yaml:9:") && message.contains(RULE),
        "{message}"
    );
    for bad in [
        "",
        "=",
        RULE,
        &format!("{RULE}="),
        &format!("{RULE}=  "),
        &format!("{RULE}=REASON"),
    ] {
        let run = aws.run(&[&["apply", "--allow-finding", bad], &gate[..]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{bad}: {run:?}");
    }
    let reason = format!("{RULE}=leaked passwords are looked for elsewhere, SEC-9");
    let report = aws.json(&[&["apply", "--allow-finding", &reason], &gate[..]].concat());
    assert_eq!(report["exit_code"], 0, "{report}");
    let allowed = report["pools"][0]["findings"].as_array().unwrap().iter();
    let allowed: Vec<_> = allowed.filter(|one| one["allowed"].is_string()).collect();
    assert_eq!(allowed.len(), 1, "{report}");
    assert_eq!(
        allowed[0]["allowed"],
        "leaked passwords are looked for elsewhere, SEC-9"
    );
    let journal = aws.place.read(report["outcome"]["journal"].as_str().unwrap());
    assert!(
        journal.contains(&format!(
            r#""allow_finding":{{"{RULE}":"leaked passwords are looked for elsewhere, SEC-9"}}"#
        )),
        "{journal}"
    );
    let again = aws.run(&[&["apply", "--allow-finding", &reason], &gate[..]].concat());
    assert_eq!(again.code, 0, "applied again, there is nothing to do: {again:?}");
}

/// A saved plan is judged as well and rests on the errors.
#[test]
fn saved_plan_is_bound_to_its_errors() {
    let aws = broken();
    let reason = format!("{RULE}=a test");
    let gate = ["--override-gate", "a test"];
    let allow = ["--allow-finding", &reason];
    let run = aws.run(
        &[
            &["apply", "--dry-run", "--plan-out", "plan.json"],
            &gate[..],
            &allow,
        ]
        .concat(),
    );
    assert_eq!(run.code, 3, "{run:?}");
    let plan: Value = serde_json::from_str(&aws.place.read("plan.json")).unwrap();
    let at = format!("{NAMED}/action");
    assert_eq!(plan["pools"][0]["errors"], json!([{ "rule": RULE, "at": at }]));
    let with_plan = ["--yes", "--plan", "plan.json"];
    let found = refused(&aws, &[&with_plan[..], &gate].concat());
    assert_eq!(found, (5, vec!["lint-errors".to_owned()]));
    // The same changes under a policy with another error are another plan.
    let other = format!(
        "{}risk_exceptions: {{ always_block: [300.0.0.0/8] }}\n",
        allowed()
    );
    aws.place.file("other/a.yaml", other);
    let exclude = ["--exclude", "/risk_exceptions"];
    let all = [&["apply", "other"], &with_plan[..], &gate, &allow, &exclude].concat();
    assert_eq!(
        aws.run(&all).code,
        0,
        "what is left out is not applied, nor judged"
    );
}

/// Only policies that change something are refused.
#[test]
fn unchanged_policies_are_not_refused() {
    let aws = broken();
    aws.place.file(
        "policies/b.yaml",
        "version: 1\nname: b\ntarget: { pool: us-west-2_A }\nmfa: { configuration: OPTIONAL }\ncompromised_credentials: { action: NO_ACTION }\n",
    );
    let run = aws.run(&["apply", "policies/b.yaml", "--yes"]);
    assert_eq!(run.code, 0, "there is nothing to change: {run:?}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

#[test]
fn what_is_allowed_for_nothing_is_reported() {
    let aws = broken();
    let gate = ["apply", "--dry-run", "--override-gate", "a test"];
    let reason = format!("{RULE}=a test");
    let finding = ["--allow-finding", &reason];
    let run = aws.run(&[&gate[..], &finding, &["--allow-finding", "cidr-invalid=x"]].concat());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.err
            .contains("--allow-finding cidr-invalid: nothing of that rule"),
        "{}",
        run.err
    );
    for place in [
        "/mode/standrad",
        "/risk_exceptions",
        "us-west-2_B:/mode/standard",
        "/account_takeover/high/action",
    ] {
        let run = aws.run(&[&gate[..], &finding, &["--allow-weaken", place]].concat());
        assert_eq!(run.code, 2, "{place}: {run:?}");
        assert!(run.err.contains("nothing there would be changed"), "{}", run.err);
    }
    for (place, said) in [
        ("/account_takeover", "/account_takeover"),
        ("us-west-2_A:/mfa", "us-west-2_A:/mfa"),
    ] {
        let report = aws.json(&[&gate[..], &finding, &["--allow-weaken", place]].concat());
        assert_eq!(report["exit_code"], 3, "{report}");
        let note = format!("--allow-weaken {said}: nothing there weakens this pool");
        assert_eq!(report["pools"][0]["notes"], json!([note]));
    }
}
