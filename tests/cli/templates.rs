//! Pools of templates and plans: what is found where, in which cases, and what bad files give.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::support::{Place, Run};

/// Copies the samples.
pub fn samples() -> Place {
    let place = Place::new();
    copy(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/templates")),
        &place,
        "",
    );
    place
}

fn copy(folder: &Path, place: &Place, below: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), place, &format!("{name}/"));
        } else {
            place.file(&name, fs::read(entry.path()).unwrap());
        }
    }
}

pub fn json(place: &Place, args: &[&str]) -> (i32, Value) {
    let mut all = vec!["scan", "--format", "json"];
    all.extend(args);
    let Run { code, out, err } = place.run(&all);
    (
        code,
        serde_json::from_str(&out).unwrap_or_else(|_| Value::String(err)),
    )
}

/// Rule, place, and the condition, if there is one; in order.
pub fn found(place: &Place, args: &[&str]) -> Vec<String> {
    let (_, json) = json(place, args);
    let one = |finding: &Value| {
        let at = &finding["location"];
        let at = match at["file"].as_str() {
            Some(file) => format!("{file}:{}:{}", at["start"]["line"], at["start"]["column"]),
            None => format!(
                "{}#{}",
                at["pool"].as_str().unwrap(),
                at["pointer"].as_str().unwrap_or_default()
            ),
        };
        let message = finding["message"].as_str().unwrap();
        let condition = message.strip_prefix("if ").and_then(|rest| rest.split_once(": "));
        let condition = condition.map_or(String::new(), |(condition, _)| format!(" if {condition}"));
        format!("{} {at}{condition}", finding["rule"].as_str().unwrap())
    };
    json["findings"]
        .as_array()
        .unwrap_or_else(|| panic!("{json}"))
        .iter()
        .map(one)
        .collect()
}

pub fn check(args: &[&str], expected: &[&str]) {
    let mut found = found(&samples(), args);
    let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{args:?}");
}

pub const PLACE: [&str; 4] = ["--region", "us-west-2", "--account", "123456789012"];

pub fn with_place<'a>(args: &[&'a str]) -> Vec<&'a str> {
    args.iter().copied().chain(PLACE).collect()
}

#[test]
fn short_forms_are_functions() {
    let expected = [
        "alarm-dead short-forms.yaml:81:9",
        "client-override-incomplete short-forms.yaml:48:3",
        "enforced-without-responses short-forms.yaml:48:3",
        "client-override-weaker short-forms.yaml:48:3",
    ];
    check(&with_place(&["--from", "short-forms.yaml"]), &expected);
    // Without an account the sender is not known, and nothing is said of it.
    check(&["--from", "short-forms.yaml"], &expected);
    check(
        &["--from", "short-forms.yaml", "--region", "eu-north-1"],
        &[&expected[..], &["notify-source-region short-forms.yaml:42:22"]].concat(),
    );
}

#[test]
fn long_forms_are_the_same() {
    let expected = [
        "alarm-dead cdk-like.template.json:92:19",
        "alarm-dead cdk-like.template.json:92:19",
        "notify-template-missing cdk-like.template.json:41:23",
        "cidr-host-bits cdk-like.template.json:58:59",
        "compromised-credentials-event-missing cdk-like.template.json:54:48",
        "range-not-public cdk-like.template.json:58:59",
        "range-not-public cdk-like.template.json:58:59",
        "auth-flows-absent cdk-like.template.json:22:3",
        "custom-auth-mode-useless cdk-like.template.json:12:61",
    ];
    check(&["--from", "cdk-like.template.json"], &expected);
    check(&with_place(&["--from", "cdk-like.template.json"]), &expected);
}

/// A boolean of YAML 1 1 is a fault of the file and judged as meant.
#[test]
fn yaml_1_1_boolean_fault_judged_as_meant() {
    let expected = [
        "value-invalid sam.yaml:10:25",
        "adaptive-mfa-impossible sam.yaml:23:23",
        "notify-without-configuration sam.yaml:23:23",
        "alarm-missing sam.yaml:7:3",
        "alarm-missing sam.yaml:7:3",
        "auth-flows-absent sam.yaml:12:3",
        "risk-level-missing sam.yaml:22:9",
        "user-activity-not-exported sam.yaml:7:3",
        "responses-inert sam.yaml:22:9",
        "plan-left-out sam.yaml:7:3",
    ];
    check(&with_place(&["--from", "sam.yaml"]), &expected);
    assert_eq!(json(&samples(), &["--from", "sam.yaml"]).0, 2);
}

#[test]
fn an_open_parameter_is_judged_case_by_case() {
    let common = [
        "alarm-missing parameters.yaml:10:3",
        "alarm-missing parameters.yaml:10:3",
        "user-activity-not-exported parameters.yaml:10:3",
    ];
    let with = |more: &[&'static str]| [&common[..], more].concat();
    check(
        &with_place(&["--from", "parameters.yaml"]),
        &with(&["enforced-without-responses parameters.yaml:17:31 if parameter `Mode` is ENFORCED"]),
    );
    check(
        &with_place(&["--from", "parameters.yaml", "--parameter", "Stage=prod"]),
        &with(&[
            // In other words for either mode, and one finding.
            "responses-not-escalating parameters.yaml:34:23",
            "high-risk-allowed parameters.yaml:34:23 if parameter `Mode` is ENFORCED",
            "responses-inert parameters.yaml:31:9 if parameter `Mode` is AUDIT",
        ]),
    );
    check(
        &with_place(&[
            "--from",
            "parameters.yaml",
            "--parameters",
            "parameters.prod.json",
        ]),
        &with(&["blocked-user-not-told parameters.yaml:34:23"]),
    );
}

/// Every function is evaluated and what is open is said.
#[test]
fn functions_evaluated_and_open_cases_named() {
    let common = [
        "alarm-missing every-intrinsic.yaml:20:3",
        "user-activity-not-exported every-intrinsic.yaml:20:3",
        "alarm-silent every-intrinsic.yaml:81:7",
        "alarm-silent every-intrinsic.yaml:81:7",
        "range-not-public every-intrinsic.yaml:64:29",
        "range-not-public every-intrinsic.yaml:64:29",
        "range-not-public every-intrinsic.yaml:66:13",
        "compromised-credentials-allowed every-intrinsic.yaml:62:9 if parameter `Secret` (NoEcho) is NO_ACTION",
        "notify-template-missing every-intrinsic.yaml:55:25 if `!Equals [!Length [1, 2], 3]` is true",
        // In every case: the pool has no trigger for custom authentication.
        "custom-auth-mode-useless every-intrinsic.yaml:32:27",
        "alarm-missing every-intrinsic.yaml:69:3",
        "alarm-missing every-intrinsic.yaml:69:3",
        "user-activity-not-exported every-intrinsic.yaml:69:3",
        "plan-left-out every-intrinsic.yaml:69:3",
    ];
    let blind = "compromised-credentials-blind every-intrinsic.yaml:40:3 if condition `Abroad` is true";
    check(
        &["--from", "every-intrinsic.yaml"],
        &[&common[..], &[blind]].concat(),
    );
    check(&with_place(&["--from", "every-intrinsic.yaml"]), &common);
    let (code, json) = json(&samples(), &["--from", "every-intrinsic.yaml"]);
    let unread = json["summary"]["not_checked"].to_string();
    assert!(
        unread.contains("Elsewhere") && unread.contains("risk configuration of pool Other"),
        "{unread}"
    );
    assert_eq!(code, 1);
}

#[test]
fn an_assembly_is_read_as_one() {
    check(
        &["--from", "cdk-out"],
        &[
            "adaptive-mfa-impossible cdk-out/Guard.template.json:8:21",
            "adaptive-mfa-impossible cdk-out/Guard.template.json:16:23",
            "alarm-missing cdk-out/IdentityAuth1306AF4F.nested.template.json:3:3",
            "alarm-silent cdk-out/Guard.template.json:39:3",
            "blocked-user-not-told cdk-out/Guard.template.json:8:21",
            "compromised-credentials-event-missing cdk-out/Guard.template.json:23:48",
            "user-activity-not-exported cdk-out/IdentityAuth1306AF4F.nested.template.json:3:3",
        ],
    );
    check(
        &["--from", "cdk-weak-out"],
        &[
            "client-override-incomplete cdk-weak-out/Guard.template.json:40:3",
            "compromised-credentials-allowed cdk-weak-out/Guard.template.json:50:48",
            "enforced-without-responses cdk-weak-out/Guard.template.json:40:3",
            "alarm-missing cdk-weak-out/Identity.template.json:3:3",
            "alarm-missing cdk-weak-out/Identity.template.json:3:3",
            "blocked-user-not-told cdk-weak-out/Guard.template.json:8:21",
            "client-override-weaker cdk-weak-out/Guard.template.json:40:3",
            "user-activity-not-exported cdk-weak-out/Identity.template.json:3:3",
        ],
    );
}

/// An attachment alone is judged as far as it goes.
#[test]
fn attachment_alone_is_judged_in_part() {
    check(
        &["--from", "cdk-out/Guard.template.json"],
        &[
            "blocked-user-not-told cdk-out/Guard.template.json:8:21",
            "compromised-credentials-event-missing cdk-out/Guard.template.json:23:48",
        ],
    );
}

/// A plan of new resources is tied by its references.
#[test]
fn new_plan_resources_joined_by_references() {
    let customers = "module.auth[\"customers\"].aws_cognito_user_pool.this#";
    let staff = "module.auth[\"staff\"].aws_cognito_user_pool.this#";
    let pool = "aws_cognito_risk_configuration.pool";
    let actions = "/account_takeover_risk_configuration/actions";
    let mut expected: Vec<String> = [
        "alarm-blind aws_cloudwatch_metric_alarm.takeover[\"SignIn\"]#",
        "alarm-blind aws_cloudwatch_metric_alarm.takeover[\"SignUp\"]#",
        "alarm-dead aws_cloudwatch_metric_alarm.takeover[\"SignIn\"]#",
        "alarm-dead aws_cloudwatch_metric_alarm.takeover[\"SignUp\"]#",
        "client-override-incomplete aws_cognito_risk_configuration.api#",
        "client-override-weaker aws_cognito_risk_configuration.api#",
        "enforced-without-responses aws_cognito_risk_configuration.api#",
        "range-not-public aws_cognito_risk_configuration.api#/risk_exception_configuration/skipped_ip_range_list",
        "compromised-credentials-blind module.auth[\"customers\"].aws_cognito_user_pool_client.this[\"web\"]#",
        "compromised-credentials-blind module.auth[\"staff\"].aws_cognito_user_pool_client.this[\"web\"]#",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    expected.push(format!("alarm-missing {customers}"));
    expected.push(format!("user-activity-not-exported {customers}"));
    expected.push(format!("plan-left-out {customers}"));
    expected.push(format!("plan-left-out {staff}"));
    expected.push(format!("alarm-missing {staff}"));
    expected.push(format!("alarm-missing {staff}"));
    expected.push(format!(
        "responses-inert {pool}[\"staff\"]#/account_takeover_risk_configuration"
    ));
    for key in ["customers", "staff"] {
        expected.push(format!(
            "responses-not-escalating {pool}[\"{key}\"]#{actions}/high_action"
        ));
        expected.push(format!(
            "notify-template-missing {pool}[\"{key}\"]#{actions}/medium_action"
        ));
    }
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    check(&["--from", "plan-new/tfplan.json"], &expected);
}

/// What is sensitive in a plan is never printed.
#[test]
fn sensitive_plan_values_are_not_printed() {
    let place = samples();
    for format in ["human", "json", "sarif", "markdown", "html"] {
        let run = place.run(&[
            "scan",
            "--from",
            "plan-new/tfplan.json",
            "--region",
            "us-east-1",
            "--format",
            format,
        ]);
        assert!(!run.out.contains("identity/example.com"), "{format}: {}", run.out);
        assert!(!run.err.contains("identity/example.com"), "{format}");
    }
}

#[test]
fn a_state_and_the_plan_that_weakens_it() {
    let answers = "aws_cognito_risk_configuration";
    let high = "#/account_takeover_risk_configuration/actions/high_action";
    let missing = |pool: &str| format!("alarm-missing aws_cognito_user_pool.{pool}#");
    let exported = |pool: &str| format!("user-activity-not-exported aws_cognito_user_pool.{pool}#");
    let state = [
        missing("customers"),
        missing("customers"),
        exported("customers"),
        missing("partners"),
        missing("partners"),
        exported("partners"),
        format!("blocked-user-not-told {answers}.customers{high}"),
        "enforced-without-responses aws_cognito_user_pool.partners#/user_pool_add_ons/advanced_security_mode"
            .into(),
    ];
    let state: Vec<_> = state.iter().map(String::as_str).collect();
    check(
        &["--from", "plan-change/tfstate.json", "--region", "us-west-2"],
        &state,
    );
    let plan = [
        missing("partners"),
        missing("partners"),
        exported("partners"),
        format!("blocked-user-not-told {answers}.customers{high}"),
        format!("blocked-user-not-told {answers}.full[0]{high}"),
        "plus-without-protection aws_cognito_user_pool.customers#/user_pool_tier".into(),
        "threat-protection-off aws_cognito_user_pool.customers#".into(),
        format!("responses-inert {answers}.customers#/account_takeover_risk_configuration"),
        // What the plan says of its own before.
        "change-weaker aws_cognito_user_pool.customers#".into(),
        format!("change-weaker {answers}.customers{high}"),
        format!("responses-reset-by-destroy {answers}.plain[0]#"),
        // What is left of the responses depends on an order that no plan shows.
        "change-undefined aws_cognito_user_pool.partners#".into(),
        "change-undefined aws_cognito_user_pool_client.web[\"partners\"]#".into(),
    ];
    let plan: Vec<_> = plan.iter().map(String::as_str).collect();
    check(
        &["--from", "plan-change/tfplan.json", "--region", "us-west-2"],
        &plan,
    );
}

#[test]
fn parts_can_be_said_to_be_elsewhere() {
    check(
        &[
            "--from",
            "parameters.yaml",
            "--parameter",
            "Mode=AUDIT",
            "--elsewhere",
            "alarms,log-delivery",
        ],
        &[],
    );
}

/// Rules that judged nothing are said in the last line, so that "no findings" is not taken for an answer of all of them.
#[test]
fn rules_that_were_not_checked_are_counted() {
    let place = samples();
    let args = [
        "scan",
        "--from",
        "parameters.yaml",
        "--parameter",
        "Mode=AUDIT",
        "--elsewhere",
        "alarms",
    ];
    let run = |format: &str| place.run(&[&args[..], &["--format", format]].concat());
    let words = |args: &[&str]| {
        let run = place.run(args);
        (run.out + &run.err)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let report: Value = serde_json::from_str(&run("json").out).unwrap();
    let left_out = report["summary"]["rules_not_checked"].as_u64().unwrap();
    assert!(left_out > 1, "{report:#}");
    for format in [
        "human", "table", "concise", "summary", "markdown", "comment", "html",
    ] {
        let said = format!("61 rules for pools ({left_out} not checked)");
        let words = words(&[&args[..], &["--format", format]].concat());
        assert!(words.contains(&said), "{format}: {words}");
    }
    place.file(
        "other.yaml",
        "Resources:\n  P: { Type: 'AWS::Cognito::UserPool' }\n",
    );
    let said = words(&[&args[..], &["--from", "other.yaml"]].concat());
    assert!(said.contains(" not checked on some pool)"), "{said}");
    let said = words(&["scan", "--from", "other.yaml"]);
    assert!(said.ends_with("in 1 pool, 61 rules for pools"), "{said}");
}

/// A file that is something else says what to do.
#[test]
fn files_of_other_kinds_name_the_remedy() {
    let place = Place::new();
    for (name, text, hint) in [
        (
            "terraform.tfstate",
            "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": 1}",
            "terraform show -json",
        ),
        (
            "serverless.yml",
            "service: a\nprovider:\n  name: aws\n",
            "serverless package",
        ),
        (
            "main.tf",
            "resource \"aws_cognito_user_pool\" \"a\" {}\n",
            "terraform plan",
        ),
        (
            "policy.yaml",
            "version: 1\ntarget: { pool: us-west-2_A }\n",
            "cogward lint",
        ),
        (
            "manifest.json",
            "{\"version\": \"55.0.0\", \"artifacts\": {}}",
            "cdk.out",
        ),
        ("text.txt", "hello\n", "CloudFormation template"),
    ] {
        place.file(name, text);
        let run = place.run(&["scan", "--from", name]);
        assert_eq!(run.code, 2, "{name}");
        assert!(run.out.contains(hint), "{name}: {}", run.out);
    }
}

#[test]
fn other_verbs_take_the_same_source() {
    let place = samples();
    let run = place.run(&["explain", "--pool", "customers", "--from", "short-forms.yaml"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("customers"), "{}", run.out);
    place.file(
        "policies/a.yaml",
        "version: 1\ntarget: { names: [customers] }\nmode: { standard: AUDIT }\n",
    );
    let run = place.run(&["diff", "policies", "--from", "short-forms.yaml"]);
    assert!(run.out.contains("mode"), "{} {}", run.out, run.err);
    let run = place.run(&["diff", "policies", "--from", "cut-off.yaml"]);
    assert_eq!(run.code, 2);
    place.file("snapshot.json", "{\"version\": 1, \"pools\": []}");
    let run = place.run(&["scan", "--from", "snapshot.json", "--parameter", "A=b"]);
    assert_eq!(
        (run.code, run.err.contains("for templates")),
        (2, true),
        "{}",
        run.err
    );
}

/// A policy that begins with a template is for the pool that gets its name, and asks for what the template has.
#[test]
fn a_policy_begins_with_a_template() {
    for (from, name) in [
        ("short-forms.yaml", "customers"),
        ("cdk-like.template.json", "shop-us-west-2"),
        ("plan-new/tfplan.json", "customers"),
        ("good/template.json", "shop"),
        ("good/tfstate.json", "shop"),
    ] {
        let place = samples();
        let more = ["--region", "us-west-2", "--account", "123456789012"];
        let run = place.run(&[&["init", "--from", from], &more[..]].concat());
        assert!(run.out.contains("wrote"), "{from}: {}{}", run.out, run.err);
        assert!(!run.err.contains("cannot express"), "{from}: {}", run.err);
        let file = format!("policies/{name}.yaml");
        let text = fs::read_to_string(place.path(&file)).unwrap_or_else(|_| panic!("{from}: {}", run.out));
        assert!(text.contains("target:"), "{from}: {text}");
        let run = place.run(&[&["diff", "policies", "--from", from], &more[..]].concat());
        assert!(
            run.out.contains("no differences"),
            "{from}: {text}{}{}",
            run.out,
            run.err
        );
    }
}
