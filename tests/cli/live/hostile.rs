//! Names and answers that try every trick, in every format of every verb.

use cogward::simulator::{FaultKind, InjectedFault};
use serde_json::json;

use crate::cli::hostile::raw as tricks;
use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, client, raw};
use crate::cli::support::FORMATS;

const EVIL: &str = "e\u{1b}[31m\r\n::error::owned\n##[group] <script>alert(1)</script> | **b** `c` \u{202e}x";

fn hostile() -> Aws {
    let policy = POLICY
        .replace("clients:", "clients:\n  \"*\": inherit")
        .replace("feature_plan: PLUS\n", "");
    let aws = Aws::with(&policy).change(|pool| {
        pool.user_pool["Name"] = EVIL.into();
        pool.user_pool["UserPoolTags"] = json!({ EVIL: EVIL });
        pool.clients.insert("evil1".into(), client(EVIL));
        let own = json!({ "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "NO_ACTION" } } });
        pool.risk_configurations.insert("evil1".into(), raw(own));
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = json!({
            "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com",
            "BlockEmail": { "Subject": EVIL, "TextBody": EVIL, "HtmlBody": EVIL },
        });
    });
    aws.place.file(
        "policies/b.yaml",
        "version: 1
name: b
target: { pool: us-west-2_A }
account_takeover:
  high: { action: BLOCK, notify: false }
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/a@example.com
    block_email: { subject: s, text: t, html: h }
",
    );
    aws.server.change(|world| {
        let alarm = json!({
            "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300,
            "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "ActionsEnabled": true, "AlarmActions": [EVIL],
            "Dimensions": [{ "Name": "UserPoolId", "Value": POOL }, { "Name": "RiskLevel", "Value": EVIL }],
        });
        let region = world.region_mut(ACCOUNT, REGION);
        region.alarms.insert(EVIL.into(), raw(alarm));
    });
    // What the service says is hostile as well: a plan that is unknown is quoted.
    let unknown = FaultKind::Set(
        "/UserPool/UserPoolTier".into(),
        "\u{1b}[31m\n::error::owned".into(),
    );
    aws.faults(vec![InjectedFault::new(unknown).at("DescribeUserPool")])
}

/// A credential in a live text is in no output.
#[test]
fn credential_in_live_text_is_hidden() {
    let aws = hostile().change(|pool| {
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"]["BlockEmail"]["TextBody"] =
            "use AKIAIOSFODNN7EXAMPLE".into();
    });
    aws.run(&["snapshot", "--output", "live.json"]);
    for verb in ["diff", "scan"] {
        for format in FORMATS {
            let run = aws.run(&[verb, "--from", "live.json", "--format", format]);
            assert_eq!(run.code, 4);
            assert!(!run.out.contains("AKIAIOSFODNN7EXAMPLE"), "{verb} {format}");
        }
    }
}

/// A difference names the variable and shows what is live.
#[test]
fn differences_show_variable_not_value() {
    const CANARY: &str = "hunter2canary";
    let policy = POLICY
        .replace("name: a\n", "name: a-${V}\n")
        .replace("log-group:x", "log-group:${V}");
    let aws = Aws::with(&policy);
    aws.place.file("cogward.toml", "variables = ['V']\n");
    aws.run(&["snapshot", "--output", "live.json"]);
    for verb in ["diff", "gate"] {
        for format in FORMATS {
            let mut command = aws.command(&[verb, "--from", "live.json", "--format", format]);
            let run = crate::cli::support::finished(&command.env("V", CANARY).output().unwrap());
            assert!(
                !run.out.contains(CANARY) && !run.err.contains(CANARY),
                "{verb} {format}: {}",
                run.out
            );
            if (verb, format) == ("diff", "json") {
                let group = |name: &str| format!("log-group:{name}\"");
                assert!(
                    run.out.contains(&group("${V}")) && run.out.contains(&group("x")),
                    "{}",
                    run.out
                );
            }
        }
    }
}

/// Nothing hostile is raw in any format of any verb.
#[test]
fn verbs_escape_names_in_all_formats() {
    let aws = hostile();
    aws.run(&["snapshot", "--output", "live.json"]);
    for verb in [
        vec!["diff", "--require-coverage"],
        vec!["scan"],
        vec!["explain", "--pool", POOL],
    ] {
        for format in FORMATS {
            let run = aws.run(&[&verb[..], &["--from", "live.json", "--format", format]].concat());
            if run.code == 2 && verb[0] == "explain" {
                continue;
            }
            assert_eq!(run.code, 4, "{verb:?} {format}");
            // Inside of a code block markup is only text; that none stays open is held in `tests/render`.
            let shown = match format {
                "markdown" => run.out.replace("<script>", ""),
                _ => run.out.clone(),
            };
            assert_eq!(tricks(format, &shown), Vec::<String>::new(), "{verb:?} {format}");
            assert_eq!(
                tricks("stderr", &run.err),
                Vec::<String>::new(),
                "{verb:?} {format}"
            );
            if ["human", "json"].contains(&format) && verb[0] != "explain" {
                assert!(run.out.contains("owned"), "it is shown: {verb:?} {format}");
            }
        }
    }
}

/// What a snapshot says on the way is harmless.
#[test]
fn snapshot_messages_are_escaped() {
    let aws = hostile();
    let run = aws.run(&["snapshot", "--output", "live.json"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("owned"), "{}", run.err);
    assert_eq!(tricks("stderr", &run.err), Vec::<String>::new());
    let run = aws.run(&["explain", "--pool", &format!("us-west-2_{EVIL}")]);
    assert_eq!(tricks("stderr", &run.err), Vec::<String>::new());
    assert_eq!(tricks("human", &run.out), Vec::<String>::new());
}

/// A client whose name looks like a variable: its waivers are about it, whatever the environment has.
#[test]
fn client_named_like_a_variable() {
    let name = "a ${HOME:-x} b";
    let aws = Aws::one().change(|pool| {
        pool.clients.insert("evil1".into(), client(name));
        let own = json!({ "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "NO_ACTION" } } });
        pool.risk_configurations.insert("evil1".into(), raw(own));
    });
    let run = aws.run(&["init", "--region", REGION, "new"]);
    assert_eq!(run.code, 0, "{run:?}");
    let text = aws.place.read("new/customers.yaml");
    assert!(
        text.contains(&format!("at: \"/clients/{}", name.replace("${", "$${"))),
        "{text}"
    );
    let run = aws.run(&["lint", "new"]);
    assert!(run.code == 0 && !run.out.contains("waiver-unused"), "{run:?}");
}
