//! Templates and plans with faults, circles and values that do not fit, and hostile ones.

use std::fmt::Write as _;

use serde_json::Value;

use crate::cli::support::{Place, finished};
use crate::cli::templates::{found, json, samples};

/// What is wrong in one file leaves the others.
#[test]
fn broken_files_do_not_block_others() {
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
        rules.contains("it is cut off")
            && rules.contains("\"line\":1,\"column\":73")
            && rules.contains("file-unreadable"),
        "{rules}"
    );
}

/// A file that is broken is named by every verb, with its place, and so is the next one.
#[test]
fn every_verb_names_all_broken_files() {
    let place = Place::new();
    place
        .file("a.yaml", "Resources: {\n")
        .file("b.yaml", "Resources: [\n");
    place.file(
        "good.yaml",
        "Resources:\n  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: shop, UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }\n",
    );
    let policy = |name: &str| {
        format!("version: 1\nname: p\ntarget: {{ names: [{name}] }}\nmode: {{ standard: ENFORCED }}\n")
    };
    place
        .file("p.yaml", policy("shop"))
        .file("q.yaml", policy("other"));
    let from = ["--from", "a.yaml", "--from", "good.yaml", "--from", "b.yaml"];
    for verb in [
        vec!["diff", "p.yaml"],
        vec!["diff", "q.yaml"],
        vec!["explain", "--pool", "shop"],
        vec!["init"],
    ] {
        let run = place.run(&[verb.as_slice(), &from].concat());
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, 2, "{verb:?}: {said}");
        assert!(
            said.contains("a.yaml") && said.contains(":1:12"),
            "{verb:?}: {said}"
        );
        assert!(said.contains("b.yaml"), "{verb:?}: {said}");
        // The others are compared, and what a broken file may have is not missing.
        assert_eq!(
            said.contains("[live-undefined]"),
            verb[1..] == ["p.yaml"],
            "{verb:?}: {said}"
        );
        assert!(!said.contains("pool-missing"), "{verb:?}: {said}");
    }
    assert!(!place.path("policies").exists());
}

/// CloudFormation takes one document.
#[test]
fn a_second_document_is_a_fault() {
    let place = Place::new();
    let pool = |mode: &str| {
        format!(
            "Resources:\n  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}\n"
        )
    };
    place.file("t.yaml", format!("{}---\n{}", pool("ENFORCED"), pool("AUDIT")));
    let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
    assert!(
        run.code == 2
            && run
                .out
                .contains("t.yaml:3:1: error[value-invalid] a second document begins here")
            && run.out.contains("[enforced-without-responses]"),
        "{}",
        run.out
    );
    place.file("t.yaml", format!("---\n{}...\n", pool("ENFORCED")));
    assert_eq!(place.run(&["scan", "--from", "t.yaml"]).code, 1);
}

/// A template in itself, at any depth and however its name is written, ends at the line that nests it.
#[test]
fn a_template_that_nests_itself_is_a_fault() {
    let place = Place::new();
    let nests = |file: &str| {
        format!(
            "Resources:\n  N: {{ Type: AWS::CloudFormation::Stack, Properties: {{ TemplateURL: {file} }} }}\n  P: {{ Type: AWS::Cognito::UserPool }}\n"
        )
    };
    place
        .file("x/a.yaml", nests("./b.yaml"))
        .file("x/b.yaml", nests("../x/a.yaml"))
        .file("x/c.yaml", nests("c.yaml"));
    let absolute = place.path("x/a.yaml").to_str().unwrap().to_owned();
    for (name, at) in [
        ("x/a.yaml", "x/b.yaml:2:"),
        ("./x/a.yaml", "x/b.yaml:2:"),
        ("x/c.yaml", "x/c.yaml:2:"),
        (&absolute, "x/b.yaml:2:"),
        ("x", "x/"),
    ] {
        let run = place.run(&["scan", "--from", name, "--format", "concise"]);
        assert!(
            run.code == 2 && run.out.contains(at) && run.out.contains("which it is in"),
            "{name}: {}{}",
            run.out,
            run.err
        );
    }
}

/// An export is there once in an account and region: which of two is imported is not known.
#[test]
fn duplicate_export_is_a_fault_at_import() {
    let place = Place::new();
    let exports = |mode: &str| {
        format!(
            "Resources:\n  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}\nOutputs: {{ P: {{ Value: !Ref P, Export: {{ Name: pool }} }} }}\n"
        )
    };
    place
        .file("a.yaml", exports("AUDIT"))
        .file("b.yaml", exports("ENFORCED"));
    place.file(
        "c.yaml",
        "Resources:\n  R:\n    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n    Properties: { UserPoolId: !ImportValue pool, ClientId: ALL, CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: NO_ACTION } } }\n",
    );
    let scan = |files: &[&str]| {
        let from: Vec<_> = files.iter().flat_map(|file| ["--from", file]).collect();
        place
            .run(&[&["scan", "--format", "concise"], from.as_slice()].concat())
            .out
    };
    let both = scan(&["a.yaml", "b.yaml", "c.yaml"]);
    assert!(
        both.contains("b.yaml:3:48: error[value-invalid] another template exports `pool`"),
        "{both}"
    );
    assert!(
        !both.contains("[compromised-credentials-allowed] the pool"),
        "{both}"
    );
    for files in [["a.yaml", "b.yaml"], ["b.yaml", "c.yaml"]] {
        assert!(!scan(&files).contains("exports"), "{files:?}");
    }
}

/// What cannot be a region or an account is said, and not taken.
#[test]
fn impossible_regions_and_accounts_refused() {
    let place = samples();
    for (option, value, why) in [
        ("--region", "narnia", "AWS has no such region"),
        ("--region", "us-wset-2", "did you mean `us-west-2`?"),
        ("--account", "12", "has 12 digits"),
        ("--account", "12345678901x", "has 12 digits"),
    ] {
        let run = place.run(&["scan", "--from", "short-forms.yaml", option, value]);
        assert!(
            run.code == 2 && run.err.contains(why),
            "{option} {value}: {}",
            run.err
        );
    }
}

/// An empty text names no pool: it is no pool of its own, either.
#[test]
fn an_empty_id_is_a_fault() {
    let place = Place::new();
    for value in ["\"\"", "!Sub \"\"", "!Join [\"\", []]"] {
        let resource = "Type: AWS::Cognito::UserPoolRiskConfigurationAttachment";
        let properties = format!("{{ UserPoolId: {value}, ClientId: ALL }}");
        place.file(
            "t.yaml",
            format!("Resources:\n  Answers:\n    {resource}\n    Properties: {properties}\n"),
        );
        let (code, json) = json(&place, &["--from", "t.yaml"]);
        let findings = json["findings"].to_string();
        assert_eq!(code, 2, "{value}: {findings}");
        assert!(
            findings.contains("`UserPoolId` of `Answers` is empty"),
            "{value}: {findings}"
        );
    }
}

/// A whole block that is known after apply and has no expression is from a `dynamic` block: it is not known, and not left out.
#[test]
fn block_known_after_apply_is_unknown() {
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
            let findings = report["findings"].to_string();
            // A scan tries the values; who sees the pool once is told.
            let explained = place
                .run(&["explain", "--pool", "shop", "--from", "plan.json"])
                .out;
            assert!(
                explained.contains("not known from the files"),
                "{actions} {unknown}: {explained}"
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
    assert!(notes.contains("265 of at least 729 cases judged"), "{notes}");
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

/// Values that AWS does not know are faults of the file.
#[test]
fn values_unknown_to_aws_are_faults() {
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
        run.code == 2 && run.out.contains("no template has the parameter `Mod`"),
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
