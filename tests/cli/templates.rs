//! Pools of templates and plans: what is found where, in which cases, and what bad files give.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Place, Run, finished};

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

fn json(place: &Place, args: &[&str]) -> (i32, Value) {
    let mut all = vec!["scan", "--format", "json"];
    all.extend(args);
    let Run { code, out, err } = place.run(&all);
    (
        code,
        serde_json::from_str(&out).unwrap_or_else(|_| Value::String(err)),
    )
}

/// Rule, place, and the condition, if there is one; in order.
fn found(place: &Place, args: &[&str]) -> Vec<String> {
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

fn check(args: &[&str], expected: &[&str]) {
    let mut found = found(&samples(), args);
    let mut expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{args:?}");
}

const PLACE: [&str; 4] = ["--region", "us-west-2", "--account", "123456789012"];

fn with_place<'a>(args: &[&'a str]) -> Vec<&'a str> {
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
        "cidr-host-bits cdk-like.template.json:58:35",
        "compromised-credentials-event-missing cdk-like.template.json:54:48",
        "range-not-public cdk-like.template.json:58:35",
        "range-not-public cdk-like.template.json:58:35",
        "auth-flows-absent cdk-like.template.json:22:3",
        "custom-auth-mode-useless cdk-like.template.json:12:61",
    ];
    check(&["--from", "cdk-like.template.json"], &expected);
    check(&with_place(&["--from", "cdk-like.template.json"]), &expected);
}

#[test]
fn a_boolean_of_yaml_1_1_is_a_fault_of_the_file_and_judged_as_meant() {
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

#[test]
fn every_function_is_evaluated_and_what_is_open_is_said() {
    let common = [
        "alarm-missing every-intrinsic.yaml:20:3",
        "user-activity-not-exported every-intrinsic.yaml:20:3",
        "alarm-silent every-intrinsic.yaml:81:7",
        "alarm-silent every-intrinsic.yaml:81:7",
        "range-not-public every-intrinsic.yaml:64:9",
        "range-not-public every-intrinsic.yaml:64:9",
        "range-not-public every-intrinsic.yaml:64:9",
        "compromised-credentials-allowed every-intrinsic.yaml:62:9 if parameter `Secret` (NoEcho) is NO_ACTION",
        "notify-template-missing every-intrinsic.yaml:55:25 if Fn::Equals is true",
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

#[test]
fn an_attachment_alone_is_judged_as_far_as_it_goes() {
    check(
        &["--from", "cdk-out/Guard.template.json"],
        &[
            "blocked-user-not-told cdk-out/Guard.template.json:8:21",
            "compromised-credentials-event-missing cdk-out/Guard.template.json:23:48",
        ],
    );
}

#[test]
fn a_plan_of_new_resources_is_tied_by_its_references() {
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
        "range-not-public aws_cognito_risk_configuration.api#/risk_exception_configuration",
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

#[test]
fn what_is_sensitive_in_a_plan_is_never_printed() {
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

#[test]
fn a_file_that_is_something_else_says_what_to_do() {
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
fn what_is_wrong_in_one_file_leaves_the_others() {
    let place = samples();
    place.file(
        "cut.yaml",
        "Resources:\n  Pool: {Type: AWS::Cognito::UserPool, Properties: {\n",
    );
    place.file(
        "cut.json",
        "{\"format_version\": \"1.2\", \"terraform_version\": \"1\", \"resource_changes\": [",
    );
    let all = [
        "--from",
        "cut.yaml",
        "--from",
        "short-forms.yaml",
        "--from",
        "cut.json",
        "--from",
        "not-there.yaml",
    ];
    let (code, json) = json(&place, &all);
    let rules = json["findings"].to_string();
    assert_eq!(code, 2);
    assert!(
        rules.contains("client-override-incomplete") && rules.contains("yaml-syntax"),
        "{rules}"
    );
    assert!(
        rules.contains("line 1, column 73: it is cut off") && rules.contains("file-unreadable"),
        "{rules}"
    );
}

/// A whole block that is known after apply and has no expression is from a `dynamic` block: it is not known, and not left out.
#[test]
fn a_block_that_is_known_after_apply_is_not_known() {
    let place = Place::new();
    let plan = |before: Value, actions: Value, unknown: &str| {
        let mut after_unknown = serde_json::json!({ "id": true });
        after_unknown[unknown] = true.into();
        let pool = |more: Value| {
            let mut pool = serde_json::json!({ "name": "shop", "user_pool_tier": "PLUS" });
            pool.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            pool
        };
        serde_json::json!({
            "format_version": "1.2", "terraform_version": "1.12.0", "complete": true,
            "configuration": { "provider_config": { "aws": { "name": "aws", "full_name": "registry.terraform.io/hashicorp/aws" } },
                "root_module": { "resources": [{ "address": "aws_cognito_user_pool.shop", "mode": "managed",
                    "type": "aws_cognito_user_pool", "name": "shop", "provider_config_key": "aws",
                    "expressions": { "name": { "constant_value": "shop" }, "user_pool_tier": { "constant_value": "PLUS" } } }] } },
            "resource_changes": [{ "address": "aws_cognito_user_pool.shop", "mode": "managed",
                "type": "aws_cognito_user_pool", "name": "shop", "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": { "actions": actions, "after": pool(serde_json::json!({})), "after_unknown": after_unknown,
                    "before": if before.is_null() { before } else { pool(before) } } }],
        })
        .to_string()
    };
    let audited = serde_json::json!({ "id": "us-west-2_Example", "mfa_configuration": "ON",
        "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED" }] });
    for (before, actions) in [(Value::Null, "create"), (audited, "update")] {
        for unknown in ["user_pool_add_ons", "mfa_configuration"] {
            place.file(
                "plan.json",
                plan(before.clone(), serde_json::json!([actions]), unknown),
            );
            let (_, report) = json(&place, &["--from", "plan.json"]);
            let (not_checked, findings) = (&report["summary"]["not_checked"], report["findings"].to_string());
            assert!(
                not_checked.to_string().contains("not known from the files"),
                "{actions} {unknown}: {report}"
            );
            let is_certain = unknown == "user_pool_add_ons" && findings.contains("\"threat-protection-off\"");
            assert!(!is_certain, "{actions} {unknown}: {findings}");
        }
    }
}

#[test]
fn circles_and_depth_end() {
    let place = Place::new();
    let pool = "Resources: {P: {Type: 'AWS::Cognito::UserPool', Condition: A, Properties: {UserPoolAddOns: {AdvancedSecurityMode: !If [A, AUDIT, !FindInMap [m, x, y]]}}}}\n";
    place.file(
        "circle.yaml",
        format!("Conditions: {{A: !Condition B, B: !Not [!Condition A]}}\n{pool}"),
    );
    let (code, json) = json(&place, &["--from", "circle.yaml"]);
    assert_eq!(code, 2);
    assert!(json.to_string().contains("refers to itself"), "{json}");
    let mut deep = "x".to_owned();
    for _ in 0..60 {
        deep = format!("!Join ['', [{deep}]]");
    }
    place.file(
        "deep.yaml",
        format!(
            "Resources: {{P: {{Type: 'AWS::Cognito::UserPool', Properties: {{UserPoolName: {deep}}}}}}}\n"
        ),
    );
    assert_eq!(place.run(&["scan", "--from", "deep.yaml"]).code, 2);
}

#[test]
fn too_many_cases_are_said() {
    let place = Place::new();
    let mut text = String::from("Resources:\n");
    for index in 0..6 {
        let _ = write!(
            text,
            "  P{index}:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ UserPoolAddOns: {{ AdvancedSecurityMode: !ImportValue m{index} }} }}\n"
        );
    }
    place.file("open.yaml", text);
    let (code, json) = json(&place, &["--from", "open.yaml"]);
    assert_eq!(code, 4);
    let notes = json["summary"]["not_checked"].to_string();
    assert!(notes.contains("256 of at least 729 cases judged"), "{notes}");
}

#[test]
fn many_resources_and_hostile_names() {
    let place = Place::new();
    let mut text = String::from(
        "Resources:\n  \"P\\e[31m/~1\":\n    Type: AWS::Cognito::UserPool\n    Properties: { UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }\n",
    );
    for index in 0..10_000 {
        let _ = writeln!(
            text,
            "  T{index}: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: t{index} }} }}"
        );
    }
    place.file("large.yaml", text);
    let run = place.run(&["scan", "--from", "large.yaml"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(!run.out.contains('\u{1b}'));
}

#[test]
fn values_that_aws_does_not_know_are_faults_of_the_file() {
    let place = Place::new();
    place.file(
        "a.yaml",
        "Resources:\n  P: { Type: AWS::Cognito::UserPool }\n  A:\n    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n    Properties:\n      UserPoolId: !Ref P\n      ClientId: ALL\n      AccountTakeoverRiskConfiguration:\n        Actions: { HighAction: { EventAction: ALLOW, Notify: false } }\n",
    );
    let all = found(&place, &["--from", "a.yaml"]);
    assert!(
        all.contains(&"value-not-allowed a.yaml:9:47".to_owned()),
        "{all:?}"
    );
    // What is not valid is not absent.
    assert!(
        !all.iter()
            .any(|one| one.starts_with("enforced-without-responses")),
        "{all:?}"
    );
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

/// A parameter that no template has, and a value that its parameter does not allow, are faults: the run would judge something else.
#[test]
fn parameters_that_do_not_fit_are_faults() {
    let place = samples();
    let run = place.run(&[
        "scan",
        "--from",
        "parameters.yaml",
        "--parameter",
        "Mod=ENFORCED",
        "--format",
        "concise",
    ]);
    assert!(
        run.code == 2 && run.out.contains("no template has a parameter `Mod`"),
        "{}",
        run.out
    );
    let run = place.run(&[
        "scan",
        "--from",
        "parameters.yaml",
        "--parameter",
        "Mode=SOMETHING",
        "--format",
        "concise",
    ]);
    assert!(
        run.code == 2
            && run
                .out
                .contains("for parameter `Mode` is not one of its AllowedValues")
            && run.out.contains("if parameter `Mode` is ENFORCED")
            && !run.out.contains("SOMETHING"),
        "{}",
        run.out
    );
}

/// Two resources for one configuration: which comes last is not known, whatever the first one says.
#[test]
fn a_configuration_that_is_set_twice() {
    let resource = |name: &str, client: &str, action: &str| {
        format!(
            "  {name}:\n    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n    Properties:\n      UserPoolId: !Ref P\n      \
             ClientId: {client}\n      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: {action} }} }}\n"
        )
    };
    let pool = "Resources:\n  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS } }\n  \
                C: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref P, ClientName: web } }\n";
    for (of, client) in [("pool", "ALL"), ("client", "!Ref C")] {
        for first in ["BLOCK", "!Ref Unheard"] {
            let place = Place::new();
            let text = format!(
                "{pool}{}{}",
                resource("A", client, first),
                resource("B", client, "BLOCK")
            );
            place.file("t.yaml", text);
            let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
            let of = if of == "pool" { "the pool" } else { "client `web`" };
            let said = format!("`B` sets the risk configuration of {of}, which another resource sets");
            let flat = run.out.replace('│', "");
            let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(&said), "{of} {first}: {}", run.out);
        }
    }
}

/// What files name is read only below the working directory; a template that nests itself ends.
#[test]
fn what_templates_name_stays_inside() {
    let secret = r#"{"Resources":{"P":{"Type":"AWS::Cognito::UserPool","Properties":{"UserPoolName":"from-outside"}}}}"#;
    let place = Place::new();
    place.file("private/t.json", secret);
    let scan = |from: &str| {
        let mut command = place.command(&["scan", "--from", from]);
        command.current_dir(place.path("repo"));
        finished(&command.output().unwrap())
    };
    let nested = |url: &str| {
        format!(
            r#"{{"Resources":{{"N":{{"Type":"AWS::CloudFormation::Stack","Properties":{{"TemplateURL":"{url}"}}}},
                "P":{{"Type":"AWS::Cognito::UserPool","Properties":{{"UserPoolName":"own"}}}}}}}}"#
        )
    };
    let outside = place.path("private/t.json");
    for url in [
        outside.to_str().unwrap(),
        "../private/t.json",
        "a/../../private/t.json",
    ] {
        place.file("repo/nested.json", nested(url));
        let run = scan("nested.json");
        assert!(!run.out.contains("from-outside"), "{url}: {}", run.out);
    }
    let manifest = |artifact: &str| format!(r#"{{"version":"48.0.0","artifacts":{{"S":{artifact}}}}}"#);
    for artifact in [
        r#"{"type":"aws:cloudformation:stack","properties":{"templateFile":"../../private/t.json"}}"#,
        r#"{"type":"cdk:cloud-assembly","properties":{"directoryName":"../../private"}}"#,
    ] {
        place.file("repo/cdk.out/manifest.json", manifest(artifact));
        let run = scan("cdk.out");
        let said = run.out.contains("outside of the folder");
        assert_eq!((run.code, said), (2, true), "{artifact}: {}{}", run.out, run.err);
        assert!(!run.out.contains("from-outside"), "{artifact}: {}", run.out);
    }
    place.file("repo/a.json", nested("a.json"));
    let run = scan("a.json");
    assert!(
        run.code < 5 && run.out.contains("own"),
        "{} {}",
        run.code,
        run.err
    );
    let itself = r#"{"type":"cdk:cloud-assembly","properties":{"directoryName":"."}}"#;
    let many: Vec<_> = (0..9).map(|number| format!(r#""S{number}":{itself}"#)).collect();
    let text = format!(r#"{{"version":"48.0.0","artifacts":{{{}}}}}"#, many.join(","));
    place.file("repo/cdk.out/manifest.json", text);
    let run = scan("cdk.out");
    assert!(
        run.code == 4 && run.out.matches("nested too deep").count() == 1,
        "{} {}",
        run.code,
        run.out
    );
}
