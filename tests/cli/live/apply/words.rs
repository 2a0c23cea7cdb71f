//! Hostile names in every output, permissions, journals as they are typed, and reports that fit their schema.

use serde_json::{Value, json};

use crate::cli::hostile::raw as tricks;
use crate::cli::live::apply::support::writes;
use crate::cli::live::support::{Aws, POLICY, client, raw};

const EVIL: &str =
    "e\u{1b}[31m\r\n::error::owned\n##[group] <script>alert(1)</script> | **b** `c` $(rm -rf ~) '; \u{202e}x";

fn hostile() -> Aws {
    Aws::with(&POLICY.replace("clients:", "clients:\n  \"*\": inherit")).change(|pool| {
        pool.user_pool["Name"] = EVIL.into();
        pool.clients.insert("evil1".into(), client(EVIL));
        let own = json!({
            "AccountTakeoverRiskConfiguration": {
                "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": true } },
                "NotifyConfiguration": {
                    "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com",
                    "BlockEmail": { "Subject": EVIL, "TextBody": EVIL, "HtmlBody": EVIL },
                },
            },
            "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } },
            "RiskExceptionConfiguration": { "BlockedIPRangeList": ["192.0.2.0/24"] },
        });
        pool.risk_configurations.insert("evil1".into(), raw(own));
        pool.user_pool.insert(EVIL.into(), EVIL.into());
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    })
}

#[test]
fn nothing_hostile_is_raw_in_any_output() {
    let aws = hostile();
    for format in ["human", "json", "markdown"] {
        for more in [&["--dry-run"][..], &["--dry-run", "--show-calls"], &["--yes"]] {
            let run = aws.run(&[&["apply", "--format", format], more].concat());
            assert_eq!(run.code, 5, "{format}: {run:?}");
            let shown = match format {
                "markdown" => run.out.replace("<br>", ""),
                _ => run.out.clone(),
            };
            let shown = if format == "markdown" && more.len() > 1 {
                // Inside of a code block markup is only text.
                shown.replace("<script>", "")
            } else {
                shown
            };
            assert_eq!(tricks(format, &shown), Vec::<String>::new(), "{format} {more:?}");
            assert_eq!(tricks("stderr", &run.err), Vec::<String>::new(), "{format}");
            assert!(run.out.contains("owned"), "it is shown: {format}");
        }
    }
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// What is said to be typed is harmless in a shell and lets the change through.
#[test]
fn suggested_options_shell_safe_and_valid() {
    let aws = hostile();
    let report = aws.json(&["apply", "--yes"]);
    let refused = report["refused"].as_array().unwrap();
    let weakening = refused
        .iter()
        .find(|one| one["guard"] == "weakening-not-named")
        .unwrap();
    let next = weakening["next"].as_str().unwrap();
    let typed = next
        .split("--allow-weaken ")
        .nth(1)
        .unwrap()
        .split("; or leave it out")
        .next()
        .unwrap();
    assert!(typed.starts_with('\'') && typed.contains(r"'\''"), "{typed}");
    let mut echo = std::process::Command::new("sh");
    let said = echo.args(["-c", &format!("printf %s {typed}")]).output().unwrap();
    let pointer = String::from_utf8(said.stdout).unwrap();
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-weaken",
        &pointer,
        "--journal",
        "it's a \u{1b}[31m $(journal).jsonl",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(tricks("human", &run.out), Vec::<String>::new());
    assert!(
        run.out.contains(r"to undo: cogward rollback 'it'\''s a "),
        "{}",
        run.out
    );
    let names = aws.place.names(".");
    let journal = names.iter().find(|name| name.contains("journal")).unwrap();
    let run = aws.run(&["rollback", journal, "--dry-run"]);
    assert_eq!(tricks("human", &run.out), Vec::<String>::new());
    assert_eq!(run.code, 5, "{run:?}");
}

/// A credential in a text is in no output and stays in the service.
#[test]
fn credentials_kept_out_of_all_output() {
    let policy = POLICY.replace(
        "compromised_credentials",
        "  notifications:\n    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a@example.com\n    block_email: { subject: Stopped, text: ok text }\ncompromised_credentials",
    );
    let aws = Aws::with(&policy).change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = json!({
            "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com",
            "BlockEmail": { "Subject": "Stopped", "TextBody": "use AKIAIOSFODNN7EXAMPLE" },
        });
        pool.clients
            .get_mut("web1")
            .unwrap()
            .insert("ClientSecret".into(), "s3cr3ts3cr3ts3cr3t".into());
        pool.clients.get_mut("web1").unwrap()["ExplicitAuthFlows"] = json!(["ALLOW_CUSTOM_AUTH"]);
    });
    let apply = ["apply", "--allow-block", "/clients/web/auth_flows"];
    for format in ["human", "json", "markdown"] {
        let run = aws.run(&[&apply[..], &["--dry-run", "--show-calls", "--format", format]].concat());
        assert_eq!(run.code, 3, "{run:?}");
        assert!(!run.out.contains("AKIAIOSFODNN7EXAMPLE"), "{format}");
        assert!(!run.out.contains("s3cr3t"), "{format}");
    }
    let run = aws.run(&[&apply[..], &["--yes", "--journal", "a.jsonl"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert!(!aws.place.read("a.jsonl").contains("s3cr3t"));
    let world = aws.server.world();
    let pool = world.pool(crate::cli::live::support::POOL).unwrap();
    assert_eq!(pool.clients["web1"]["ClientSecret"], "s3cr3ts3cr3ts3cr3t");
}

#[test]
fn reports_and_plans_fit_their_schemas() {
    let aws = hostile();
    let run = aws.run(&[
        "apply",
        "--dry-run",
        "-o",
        "report.json",
        "--plan-out",
        "plan.json",
    ]);
    assert_eq!(run.code, 5);
    for (file, name) in [("report.json", "apply"), ("plan.json", "plan")] {
        let schema: Value = serde_json::from_str(&aws.run(&["schema", name]).out).unwrap();
        let value: Value = serde_json::from_str(&aws.place.read(file)).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(faults, Vec::<String>::new(), "{file}");
    }
    for format in ["summary", "table", "csv"] {
        let run = aws.run(&["apply", "--dry-run", "--format", format]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{format}");
    }
}

/// The published permissions are enough to apply and to go back.
#[test]
fn published_permissions_suffice() {
    let allowed = crate::support::iam::allowed("apply").into_iter().collect();
    let options = cogward::simulator::Options {
        allowed: Some(allowed),
        ..cogward::simulator::Options::default()
    };
    let mut world = crate::cli::live::support::world();
    let pool = world.pool_mut(crate::cli::live::support::POOL).unwrap();
    pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    pool.user_pool["MfaConfiguration"] = "ON".into();
    pool.risk_configurations.clear();
    pool.log_configurations = None;
    pool.clients.get_mut("web1").unwrap()["ExplicitAuthFlows"] = json!(["ALLOW_CUSTOM_AUTH"]);
    let aws = Aws {
        server: cogward::simulator::Server::start(world, options).unwrap(),
        place: crate::cli::support::Place::new(),
    };
    let alarms = "alarms:\n  - { metric: AccountTakeoverRisk, operation: SignIn, risk_level: High }\nmode:";
    aws.place.file("policies/a.yaml", POLICY.replace("mode:", alarms));
    let plan = aws.json(&["apply", "--dry-run"]);
    let mut args = vec!["apply", "--yes", "--journal", "a.jsonl"];
    let accepted = |report: &Value| -> Vec<String> {
        let refused = report["refused"].as_array().unwrap().iter();
        let accepts = refused.filter_map(|one| one["accept"].as_array());
        let named = accepts.filter(|accept| accept[0] != "--override-gate");
        let words = named.flatten().map(|word| word.as_str().unwrap().to_owned());
        words.collect()
    };
    let named = accepted(&plan);
    args.extend(named.iter().map(String::as_str));
    let report = aws.json(&args);
    assert_eq!(report["exit_code"], 0, "{report}");
    let operations: std::collections::BTreeSet<_> = writes(&aws.server).into_iter().collect();
    assert_eq!(operations.len(), 6, "each kind of write: {operations:?}");
    let back = aws.json(&["rollback", "a.jsonl", "--dry-run"]);
    let mut args = vec![
        "rollback",
        "a.jsonl",
        "--yes",
        "--override-gate",
        "back",
        "--journal",
        "b.jsonl",
    ];
    let named = accepted(&back);
    args.extend(named.iter().map(String::as_str));
    let report = aws.json(&args);
    assert_eq!(report["exit_code"], 0, "{report}");
    assert_eq!(aws.run(&["diff"]).code, 3);
}

#[test]
fn journals_that_cannot_be_used_are_told() {
    let aws = Aws::one();
    assert_eq!(aws.run(&["rollback", "none.jsonl"]).code, 2);
    aws.place.file("odd.jsonl", "{}\n");
    let run = aws.run(&["rollback", "odd.jsonl"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("`odd.jsonl` is not a journal: line 1"),
        "{}",
        run.err
    );
    let line = r#"{"event":"run","version":1,"at":"2026-11-21T00:00:00Z","tool_version":"0.1.0","command":"apply","plan_digest":"0","who":[]}"#;
    aws.place.file("empty.jsonl", format!("{line}\n"));
    let run = aws.run(&["rollback", "empty.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.err
            .contains("`empty.jsonl` has no call: its run ended before the first one"),
        "{}",
        run.err
    );
    assert!(aws.server.log().is_empty());
    aws.place.file("there.jsonl", "");
    let aws = aws.change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    });
    let run = aws.run(&["apply", "--yes", "--journal", "there.jsonl"]);
    assert_eq!(run.code, 2, "a journal is never written over: {run:?}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// Nothing is to be done, and what could not be read and is not managed is named: it is not said to be as the policy has it.
#[test]
fn up_to_date_pool_names_unread_parts() {
    use cogward::simulator::{FaultKind, InjectedFault};

    let denied = InjectedFault::new(FaultKind::AccessDenied).at("DescribeAlarms");
    let aws = Aws::one().faults(vec![denied]);
    for args in [&["apply", "--yes"][..], &["apply", "--dry-run"]] {
        let run = aws.run(args);
        let said = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("pool customers (us-west-2_A): already up to date"),
            "{said}"
        );
        assert!(
            said.contains("alarms of pool us-west-2_A: access denied: DescribeAlarms"),
            "{said}"
        );
        assert_eq!(run.code, 0, "{said}");
    }
}
