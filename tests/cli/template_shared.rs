//! Several pools out of one line: each is found, and told from the others, in every format.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cli::support::Place;
use crate::cli::templates::samples;

const INNER: &str = "Parameters: { Name: { Type: String, Default: inner } }
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: !Ref Name, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
";

const OUTER: &str = "Resources:
  A: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: inner.yaml, Parameters: { Name: one } } }
  B: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: inner.yaml } }
";

const LOOP: &str = "Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Pools:
    - X
    - [a, b]
    - Pool${X}:
        Type: AWS::Cognito::UserPool
        Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
";

/// A plan of two pools of one block, and the block.
fn plan() -> (String, &'static str) {
    let change = |key: &str| {
        serde_json::json!({ "address": format!("aws_cognito_user_pool.this[\"{key}\"]"), "mode": "managed",
            "type": "aws_cognito_user_pool", "name": "this", "index": key,
            "change": { "actions": ["create"], "before": null, "after_unknown": {},
                "after": { "name": "shop", "user_pool_tier": "PLUS",
                    "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED", "advanced_security_additional_flows": [] }] } } })
    };
    let plan = serde_json::json!({ "format_version": "1.2", "terraform_version": "1.12.0", "complete": true,
        "resource_changes": [change("a"), change("b")] });
    let block = "resource \"aws_cognito_user_pool\" \"this\" {\n  for_each = toset([\"a\", \"b\"])\n  name     = \"shop\"\n}\n";
    (plan.to_string(), block)
}

#[test]
fn pools_of_one_line_are_each_found() {
    let place = Place::new();
    let (plan, block) = plan();
    place
        .file("inner.yaml", INNER)
        .file("outer.yaml", OUTER)
        .file("loop.yaml", LOOP);
    place.file("plan.json", plan).file("main.tf", block);
    for (args, pools) in [
        (vec!["outer.yaml"], ["one (Pool)", "inner (Pool #2)"]),
        (vec!["loop.yaml"], ["shop (Poola)", "shop (Poolb)"]),
        (
            vec!["plan.json", "--source", "."],
            [
                "shop (aws_cognito_user_pool.this[\"a\"])",
                "shop (aws_cognito_user_pool.this[\"b\"])",
            ],
        ),
    ] {
        let scan = |format: &str| {
            let args = [&["scan", "--format", format, "--from"], args.as_slice()].concat();
            place.run(&args).out
        };
        let json: Value = serde_json::from_str(&scan("json")).unwrap();
        let all = json["findings"].as_array().unwrap();
        let own: Vec<_> = all
            .iter()
            .filter(|one| one["rule"] == "enforced-without-responses")
            .collect();
        let of: BTreeSet<_> = own.iter().map(|one| one["policy"].as_str().unwrap()).collect();
        assert_eq!((own.len(), of), (2, BTreeSet::from(pools)), "{args:?}");
        assert_eq!(
            own[0]["location"]["start"], own[1]["location"]["start"],
            "{args:?}"
        );
        assert_eq!(json["summary"]["errors"], 2, "{args:?}");
        let sarif: Value = serde_json::from_str(&scan("sarif")).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let prints: BTreeSet<_> = results
            .iter()
            .map(|one| one["partialFingerprints"].to_string())
            .collect();
        assert_eq!(prints.len(), results.len(), "{args:?}");
        for (text, pool) in [scan("concise"), scan("github")].iter().zip(pools) {
            assert!(
                text.contains(&format!("(pool `{pool}`)")),
                "{args:?} {pool}: {text}"
            );
        }
    }
}

/// One fault of a template that is nested twice is one fault.
#[test]
fn fault_in_twice_nested_template_said_once() {
    let place = Place::new();
    place
        .file("inner.yaml", INNER.replace("ENFORCED", "ENFORCE"))
        .file("outer.yaml", OUTER);
    let run = place.run(&["scan", "--format", "concise", "--from", "outer.yaml"]);
    assert_eq!(run.out.matches("[value-not-allowed]").count(), 1, "{}", run.out);
}

/// What a run says of findings, without the places.
fn found(place: &Place, from: &[&str]) -> (i32, Vec<String>, String) {
    let from: Vec<_> = from.iter().flat_map(|name| ["--from", name]).collect();
    let args = [&["scan", "--region", "us-west-2", "--format", "json"], &from[..]].concat();
    let run = place.run(&args);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut findings: Vec<_> = findings
        .map(|one| {
            format!(
                "{} {} {}",
                text(&one["rule"]),
                text(&one["policy"]),
                text(&one["message"])
            )
        })
        .collect();
    findings.sort();
    (run.code, findings, report["summary"].to_string())
}

/// A plan, and the states that it starts from or that are like it: nothing is taken for set twice.
#[test]
fn a_resource_of_several_files_is_one() {
    let place = samples();
    let plan: Value = serde_json::from_str(&place.read("plan-change/tfplan.json")).unwrap();
    place.file("state.json", plan["prior_state"].to_string());
    place.file("other.json", plan["prior_state"].to_string());
    let alone = found(&place, &["plan-change/tfplan.json"]);
    for both in [
        ["plan-change/tfplan.json", "state.json"],
        ["state.json", "plan-change/tfplan.json"],
    ] {
        let (code, findings, summary) = found(&place, &both);
        assert_eq!((code, &findings), (alone.0, &alone.1), "{both:?}");
        assert!(
            summary.contains("resources of it are left out: the plan that is given as well"),
            "{summary}"
        );
    }
    // Which of two states, or of two plans, is the newer one nobody knows.
    place.file("plan.json", plan.to_string());
    for both in [
        ["state.json", "other.json"],
        ["plan-change/tfplan.json", "plan.json"],
    ] {
        let (_, findings, summary) = found(&place, &both);
        assert!(
            !findings.iter().any(|one| one.starts_with("risk-set-twice")),
            "{findings:#?}"
        );
        assert!(
            summary.contains("several files have it: name one of them"),
            "{summary}"
        );
    }
}
