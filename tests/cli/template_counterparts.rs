//! Which pool before is which after, and which stack is meant, where several have the same names.

use serde_json::{Value, json};

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

const COMPARED: [&str; 6] = ["--before", "old", "--fail-on", "weaker", "--deny", "never"];

/// A template with one pool, with a name if one is given.
fn pool(name: &str, mode: &str) -> String {
    let name = if name.is_empty() {
        String::new()
    } else {
        format!("UserPoolName: {name}, ")
    };
    format!(
        "Resources:\n  Pool: {{ Type: AWS::Cognito::UserPool, Properties: {{ {name}UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}\n"
    )
}

/// Pools of one logical id are paired by name, else by file, in whatever order they are read.
#[test]
fn pools_of_one_logical_id() {
    let old = [("old/shop.yaml", pool("shop", "ENFORCED"))];
    let new = [
        ("new/admin.yaml", pool("admin", "ENFORCED")),
        ("new/shop.yaml", pool("shop", "AUDIT")),
    ];
    let run = |old: &[(&str, String)], new: &[(&str, String)], from: &[&str]| {
        let place = Place::new();
        for (name, text) in old.iter().chain(new) {
            place.file(name, text);
        }
        let mut args = vec![
            "scan",
            "--format",
            "concise",
            "--elsewhere",
            "alarms,log-delivery",
        ];
        args.extend(from.iter().flat_map(|name| ["--from", name]));
        args.extend(COMPARED);
        let run = place.run(&args);
        (run.code, run.out + &run.err)
    };
    let (code, out) = run(&old, &new, &["new"]);
    assert_eq!(code, 3, "{out}");
    assert!(
        out.contains(
            "[change-undefined] `/mode/standard` changes from `ENFORCED` to `AUDIT`, which may weaken pool `shop"
        ),
        "{out}"
    );
    assert!(out.contains("1 pool new: admin"), "{out}");
    for name in ["shop", ""] {
        let other = if name.is_empty() { "" } else { "staff" };
        let files = |folder: &str| {
            [
                (format!("{folder}/a.yaml"), pool(name, "AUDIT")),
                (format!("{folder}/b.yaml"), pool(other, "ENFORCED")),
            ]
        };
        let old = files("old");
        let old: Vec<_> = old
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        let new = files("new");
        let new: Vec<_> = new
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone()))
            .collect();
        let (code, out) = run(&old, &new, &["new/b.yaml", "new/a.yaml"]);
        assert_eq!(code, 0, "{out}");
        assert!(out.contains("nothing changes for sign-ins"), "{out}");
    }
}

/// What a logical id names that two templates have is for the user to say.
#[test]
fn logical_id_of_two_pools() {
    let place = Place::new();
    place.file("a.yaml", pool("shop", "AUDIT"));
    place.file("b.yaml", pool("staff", "AUDIT"));
    let both = ["--from", "a.yaml", "--from", "b.yaml"];
    let run = |pool: &str| place.run(&[&["explain", "--pool", pool], &both[..]].concat());
    let twice = run("Pool");
    assert_eq!(twice.code, 2, "{}{}", twice.out, twice.err);
    assert!(
        twice
            .err
            .contains("`Pool` is the logical id of 2 pools: Pool, Pool #2"),
        "{}",
        twice.err
    );
    assert_eq!(run("staff").code, 0);
    // No policy can tell two pools of one name apart.
    place.file("b.yaml", pool("shop", "ENFORCED"));
    let made = place.run(&[&["init", "made"], &both[..]].concat());
    assert_eq!(made.code, 2, "{}{}", made.out, made.err);
    assert!((made.out + &made.err).contains("another pool of the files has the same name"),);
}

/// A nested stack that is not there sets nothing of the pool that it would get.
#[test]
fn nested_stack_that_is_not_there() {
    let text = |condition: &str, kind: &str| {
        format!(
            "Conditions: {{ C: {condition} }}
Parameters: {{ Env: {{ Type: String }} }}
Resources:
  Pool: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }} }} }}
  N: {{ Type: {kind}, Condition: C, Properties: {{ TemplateURL: 'https://b/x.yaml', Location: 'https://b/x.yaml', Parameters: {{ P: !Ref Pool }} }} }}
"
        )
    };
    for kind in ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"] {
        let (code, out) = scan(&[("t.yaml", &text("!Equals [a, b]", kind))], &[]);
        assert!(
            code == 1 && out.contains("error[enforced-without-responses] the pool"),
            "{out}"
        );
        let (code, out) = scan(&[("t.yaml", &text("!Equals [!Ref Env, prod]", kind))], &[]);
        assert!(
            code == 1 && out.contains("error[enforced-without-responses] if condition `C` is false:"),
            "{out}"
        );
    }
}

/// A template names those that it nests from where it is.
#[test]
fn nested_templates_in_folders() {
    let nest = |url: &str, more: &str| {
        format!(
            "Resources:\n  N: {{ Type: AWS::CloudFormation::Stack, Properties: {{ TemplateURL: {url}{more} }} }}\n"
        )
    };
    let inner =
        "Parameters: { Mode: { Type: String, Default: AUDIT } }\n".to_owned() + &pool("", "!Ref Mode");
    let place = Place::new();
    place.file("all/root.yaml", nest("sub/mid.yaml", ""));
    place.file(
        "all/sub/mid.yaml",
        nest("../pools/pool.yaml", ", Parameters: { Mode: ENFORCED }"),
    );
    place.file("all/pools/pool.yaml", &inner);
    for from in ["all", "all/root.yaml", "./all"] {
        let run = place.run(&[
            "scan",
            "--format",
            "concise",
            "--elsewhere",
            "alarms,log-delivery",
            "--from",
            from,
        ]);
        assert!(
            run.code == 1
                && run
                    .out
                    .contains("all/pools/pool.yaml:3:115: error[enforced-without-responses] the pool"),
            "{from}: {}{}",
            run.out,
            run.err
        );
        assert!(!run.out.contains("is not in the files"), "{}", run.out);
    }
}

/// Stages of an assembly have stacks of one name; each refers to its own, in each of the spellings.
#[test]
fn stages_refer_to_their_own_stacks() {
    let imported = json!({ "Fn::ImportValue": "auth:Pool" });
    let output = |region: Option<&str>| {
        let mut read = json!({ "StackName": "auth", "OutputName": "Pool" });
        if let Some(region) = region {
            read["Region"] = region.into();
        }
        json!({ "Fn::GetStackOutput": read })
    };
    let places = [
        "aws://111111111111/us-east-1",
        "aws://222222222222/us-east-1",
        "aws://unknown-account/unknown-region",
    ];
    for reference in [imported, output(None), output(Some("us-east-1"))] {
        for [dev, prod] in [[places[0], places[1]], [places[2], places[2]]] {
            let place = Place::new();
            stage(&place, "Dev", "AUDIT", "BLOCK", dev, &reference);
            stage(&place, "Prod", "ENFORCED", "NO_ACTION", prod, &reference);
            place.file("cdk.out/cdk.out", "{\"version\":\"38.0.0\"}");
            let nested = |name: &str| json!({ "type": "cdk:cloud-assembly", "properties": { "directoryName": format!("assembly-{name}") } });
            let manifest = json!({ "version": "38.0.0", "artifacts": { "assembly-Dev": nested("Dev"), "assembly-Prod": nested("Prod") } });
            place.file("cdk.out/manifest.json", manifest.to_string());
            let run = place.run(&[
                "scan",
                "--format",
                "concise",
                "--elsewhere",
                "alarms,log-delivery",
                "--from",
                "cdk.out",
            ]);
            let (out, what) = (&run.out, format!("{reference} {dev}: {}{}", run.out, run.err));
            assert_eq!(run.code, 1, "{what}");
            assert!(
                out.contains("assembly-Prod/risk.template.json:1:")
                    && out.contains("error[high-risk-allowed]"),
                "{what}"
            );
            assert!(
                !out.contains("risk-set-twice") && !out.contains("enforced-without-responses"),
                "{what}"
            );
        }
    }
}

/// A stage with a pool in one stack, and its responses in another.
fn stage(place: &Place, name: &str, mode: &str, high: &str, environment: &str, reference: &Value) {
    let auth = json!({
        "Resources": { "Pool": { "Type": "AWS::Cognito::UserPool", "Properties": {
            "UserPoolTier": "PLUS", "UserPoolAddOns": { "AdvancedSecurityMode": mode }
        } } },
        "Outputs": { "Pool": { "Value": { "Ref": "Pool" }, "Export": { "Name": "auth:Pool" } } }
    });
    let level = |action: &str| json!({ "EventAction": action, "Notify": false });
    let risk = json!({ "Resources": { "Risk": { "Type": "AWS::Cognito::UserPoolRiskConfigurationAttachment", "Properties": {
        "UserPoolId": reference, "ClientId": "ALL",
        "AccountTakeoverRiskConfiguration": { "Actions": { "LowAction": level("NO_ACTION"), "MediumAction": level("MFA_IF_CONFIGURED"), "HighAction": level(high) } },
        "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } }
    } } } });
    let folder = format!("cdk.out/assembly-{name}");
    let stack = |own: &str| {
        json!({ "type": "aws:cloudformation:stack", "environment": environment,
        "properties": { "templateFile": format!("{own}.template.json"), "stackName": own } })
    };
    let manifest =
        json!({ "version": "38.0.0", "artifacts": { "Auth": stack("auth"), "Risk": stack("risk") } });
    place.file(&format!("{folder}/manifest.json"), manifest.to_string());
    place.file(&format!("{folder}/auth.template.json"), auth.to_string());
    place.file(&format!("{folder}/risk.template.json"), risk.to_string());
}
