//! What `--from` names: folders and patterns of templates, plans and states, and files that are none.

use serde_json::{Value, json};

use crate::cli::support::{Place, Run};
use crate::cli::templates::samples;

const POOL: &str =
    "Resources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: { UserPoolName: shop }\n";

fn scan(place: &Place, from: &str) -> Run {
    place.run(&["scan", "--from", from, "--format", "concise"])
}

/// Names of the pools of a report.
fn pools(place: &Place, from: &str) -> Vec<String> {
    let run = place.run(&["scan", "--from", from, "--format", "json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let named = findings.iter().filter_map(|one| one["policy"].as_str());
    let mut found: Vec<_> = named.map(ToOwned::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

fn flat(run: &Run) -> String {
    let said = format!("{} {}", run.out, run.err);
    said.split(['│', '\n', ' '])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A folder is all of its templates plans states and assemblies.
#[test]
fn folder_yields_all_kinds_of_templates() {
    let place = samples();
    place
        .file("infra/a/identity.yaml", POOL)
        .file(
            "infra/b/members.template",
            POOL.replace("shop", "members").replace("  P:", "  Q:"),
        )
        .file("infra/plan.json", place.read("plan-new/tfplan.json"))
        .file("infra/state/now.json", place.read("plan-change/tfstate.json"));
    for name in place.names("cdk-out") {
        place.file(
            &format!("infra/app/cdk.out/{name}"),
            place.read(&format!("cdk-out/{name}")),
        );
    }
    // What is none of these is left alone.
    for (name, text) in [
        ("package.json", r#"{"name": "x", "Resources": {"a": 1}}"#),
        ("values.yaml", "a: {{ .Values.b }}\n"),
        ("k8s.yaml", "apiVersion: v1\nkind: ConfigMap\n"),
        ("snapshot.json", r#"{"version": 1, "pools": []}"#),
        ("notes.md", "Resources:\n"),
        (".hidden.yaml", POOL),
        ("ignored/t.yaml", POOL),
        (".gitignore", "ignored/\n"),
    ] {
        place.file(&format!("infra/{name}"), text);
    }
    place.file(".git/HEAD", "ref: refs/heads/main\n");
    let expected = [
        "PoolD3F588B8",
        "customers",
        "members",
        "partners",
        "shop",
        "staff",
    ];
    let mut found: Vec<String> = pools(&place, "infra");
    for name in &mut found {
        name.truncate(name.find(" (").unwrap_or(name.len()));
    }
    found.dedup();
    assert_eq!(found, expected);
    assert_eq!(pools(&place, "infra/"), pools(&place, "infra"));
    assert_eq!(pools(&place, "infra/a/*.yaml"), ["shop (P)"]);
    // An app's own folder has one of that name.
    assert_eq!(pools(&place, "infra/app"), pools(&place, "infra/app/cdk.out"));
    // The other verbs take the same.
    let run = place.run(&["explain", "--pool", "members", "--from", "infra"]);
    assert!(run.out.contains("members"), "{}{}", run.out, run.err);
}

/// A template that another one of the folder nests is read once.
#[test]
fn nested_template_in_folder_is_read_once() {
    let place = Place::new();
    let nest = |url: &str| {
        format!(
            "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n      \
             Parameters: {{ Name: given }}\n"
        )
    };
    let child = "Parameters:\n  Name: { Type: String }\nResources:\n  P:\n    Type: AWS::Cognito::UserPool\n    \
                 Properties: { UserPoolName: !Ref Name }\n";
    place
        .file("infra/a/child.yaml", child)
        .file("infra/parent.yaml", nest("./a/child.yaml"));
    assert_eq!(pools(&place, "infra"), ["given (P)"]);
    // Templates that nest each other are read all the same.
    place
        .file(
            "round/a.yaml",
            nest("b.yaml") + "  P:\n    Type: AWS::Cognito::UserPool\n",
        )
        .file("round/b.yaml", nest("a.yaml"));
    assert!(!pools(&place, "round").is_empty());
}

/// What looks like one and cannot be read is said.
#[test]
fn unreadable_candidates_are_reported() {
    let place = Place::new();
    place.file("infra/good.yaml", POOL);
    for (name, text, code, said) in [
        (
            "cut.yaml",
            "Resources:\n  P: {Type: AWS::Cognito::UserPool, \n",
            2,
            "cut.yaml:",
        ),
        (
            "plan.json",
            r#"{"format_version": "1.2", "terraform_version": "1", "#,
            2,
            "plan.json:1:52: error[value-invalid] it is cut off",
        ),
        (
            "terraform.tfstate",
            r#"{"version": 4, "terraform_version": "1", "serial": 3}"#,
            1,
            "a raw Terraform state: run `terraform show -json",
        ),
        (
            "serverless.yml",
            "service: a\nprovider:\n  name: aws\n",
            1,
            "run `serverless package`",
        ),
    ] {
        place.file(&format!("infra/{name}"), text);
        let run = place.run(&["scan", "--from", "infra"]);
        let concise = scan(&place, "infra");
        let both = flat(&run) + &flat(&concise);
        assert!(
            run.code == code && both.contains(said) && both.contains("good.yaml"),
            "{name} {}: {both}",
            run.code
        );
        std::fs::remove_file(place.path(&format!("infra/{name}"))).unwrap();
    }
    place.file("infra/wide.json", b"\xff\xfe{\0".as_slice());
    let run = place.run(&["scan", "--from", "infra", "--deny", "never"]);
    assert!(
        run.code == 4
            && flat(&run).contains("infra/wide.json: it cannot be read: it is UTF-16, and not UTF-8"),
        "{} {}",
        run.code,
        flat(&run)
    );
    std::fs::create_dir(place.path("empty")).unwrap();
    place.file("none/a.json", "{}");
    for folder in ["empty", "none", "none/*.json"] {
        for verb in [&["scan"][..], &["explain", "--pool", "P"], &["init", "out"]] {
            let run = place.run(&[verb, &["--from", folder]].concat());
            assert!(
                run.code == 2 && flat(&run).contains("a plan or a state")
                    || flat(&run).contains("no template, plan or state"),
                "{folder} {verb:?}: {}",
                flat(&run)
            );
        }
    }
}

/// Name, text, what is said of it, what to do.
const OTHERS: [(&str, &str, &str, &str); 22] = [
    (
        "a.json",
        "{\"a\":1}",
        "no snapshot, template, plan or state",
        "terraform show -json",
    ),
    (
        "a.yaml",
        "a: 1\n",
        "no snapshot, template, plan or state",
        "terraform show -json",
    ),
    (
        "t.txt",
        "hello",
        "no snapshot, template, plan or state",
        "terraform show -json",
    ),
    ("empty.json", " \n", "an empty file", "name a snapshot"),
    ("list.json", "[1, 2]", "a JSON list", "name a snapshot"),
    ("none.json", "[]", "a JSON list", "name a snapshot"),
    (
        "cut.json",
        "{\"a\":",
        "no snapshot, template, plan or state",
        "name a snapshot",
    ),
    (
        "k8s.yaml",
        "apiVersion: v1\nkind: Pod\n",
        "a Kubernetes manifest",
        "name a snapshot",
    ),
    (
        "k8s.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}",
        "a Kubernetes manifest",
        "name a snapshot",
    ),
    (
        "serverless.yml",
        "service: a\nprovider:\n  name: aws\n",
        "a serverless.yml",
        "serverless package",
    ),
    (
        "main.tf",
        "resource \"aws_cognito_user_pool\" \"a\" {}\n",
        "Terraform configuration (HCL)",
        "terraform plan",
    ),
    (
        "terraform.tfstate",
        "{\"version\": 4, \"terraform_version\": \"1\", \"serial\": 1}",
        "a raw Terraform state",
        "terraform show -json",
    ),
    (
        "manifest.json",
        "{\"artifacts\": {}, \"version\": \"55\"}",
        "the manifest of a cdk.out folder",
        "--from cdk.out",
    ),
    (
        "p.json",
        "[{\"ParameterKey\": \"A\", \"ParameterValue\": \"b\"}]",
        "a parameters file",
        "--parameters",
    ),
    (
        "p2.json",
        "{\"Parameters\": {\"A\": \"b\"}}",
        "a parameters file",
        "--parameters",
    ),
    (
        "package.json",
        "{\"name\": \"x\", \"dependencies\": {}}",
        "a package.json",
        "name a snapshot",
    ),
    (
        "cdk.json",
        "{\"app\": \"node x\", \"context\": {}}",
        "a cdk.json",
        "cdk.out",
    ),
    ("page.html", "<!doctype html>", "an HTML page", "name a snapshot"),
    (
        "pool.json",
        "{\"UserPool\": {\"Id\": \"us-west-2_A\"}}",
        "an answer of the AWS CLI",
        "name a snapshot",
    ),
    (
        "policy.yaml",
        "version: 1\ntarget: { pool: us-west-2_A }\n",
        "a policy",
        "cogward lint",
    ),
    (
        "journal.json",
        "{\"event\": \"run\"}",
        "a journal",
        "name a snapshot",
    ),
    (
        "ci.yml",
        "on: push\njobs: {}\n",
        "a GitHub Actions workflow",
        "name a snapshot",
    ),
];

/// Every verb that takes templates says what a file of another kind is, and what to name.
#[test]
fn other_file_kinds_named_by_all_verbs() {
    let place = Place::with("version: 1\ntarget: { names: [shop] }\n");
    for (name, text, seems, help) in OTHERS {
        place.file(name, text);
        for verb in [
            &["scan"][..],
            &["diff", "policies"],
            &["explain", "--pool", "shop"],
            &["init", "out"],
        ] {
            let run = place.run(&[verb, &["--from", name]].concat());
            let said = flat(&run);
            assert!(
                run.code == 2 && [name, seems, help].iter().all(|words| said.contains(words)),
                "{name} {verb:?}: {} {said}",
                run.code
            );
        }
    }
    place.file("tfplan", b"PK\x03\x04\x14\0\x08\0\xf1\xff".as_slice());
    for verb in [&["scan"][..], &["init", "out"]] {
        let run = place.run(&[verb, &["--from", "tfplan"]].concat());
        let said = flat(&run);
        assert!(
            run.code == 2 && said.contains("saved plan") && said.contains("terraform show -json tfplan"),
            "{said}"
        );
    }
}

/// The change of a resource of a plan.
fn change<'a>(plan: &'a mut Value, address: &str) -> &'a mut Value {
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    let found = changes.iter_mut().find(|change| change["address"] == address);
    &mut found.unwrap()["change"]
}

/// The responses that a plan sets are as before, and the destroy of another resource may reset them.
#[test]
fn destroy_may_reset_and_weaken_responses() {
    let place = samples();
    let mut plan: Value = serde_json::from_str(&place.read("plan-change/tfplan.json")).unwrap();
    let set = change(&mut plan, "aws_cognito_risk_configuration.full[0]")["after"].clone();
    let gone = &mut change(&mut plan, "aws_cognito_risk_configuration.plain[0]")["before"];
    for (member, value) in set.as_object().unwrap() {
        gone[member] = value.clone();
    }
    let of_customers = |change: &Value| change["address"].as_str().unwrap().contains("customers");
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    changes.retain(|change| !of_customers(change));
    place.file("plan.json", plan.to_string());
    let from = ["--from", "plan.json", "--region", "us-west-2"];
    let scan = ["scan", "--fail-on", "weaker", "--deny", "never"];
    let run = place.run(&[&scan[..], &from].concat());
    let said = flat(&run);
    assert_eq!(run.code, 3, "{said}");
    assert!(said.contains("changes for sign-ins: 4 undefined"), "{said}");
    let run = place.run(&[&["explain", "--pool", "partners"], &from[..]].concat());
    assert!(flat(&run).contains("at sign-in: unknown"), "{run:?}");
    // It is neither equal nor different, and no policy is made of it.
    let run = place.run(&[&["init", "new"], &from[..]].concat());
    let said = flat(&run);
    let policy = place.read("new/partners.yaml");
    for member in ["/account_takeover/high", "/compromised_credentials"] {
        assert!(said.contains(member), "{said}");
    }
    for member in [
        "account_takeover:",
        "compromised_credentials:",
        "risk_exceptions:",
    ] {
        assert!(!policy.contains(member), "{policy}");
    }
    place.file(
        "own.yaml",
        policy + "compromised_credentials: { action: BLOCK }\n",
    );
    let run = place.run(&[&["diff", "own.yaml"], &from[..]].concat());
    let said = flat(&run);
    let reset = "not checked: FAILED: /compromised_credentials of policy partners on pool us-west-2_06cb75f13: the plan \
                 sets them and destroys a resource that may reset them: what is left is unknown";
    assert!(
        run.code == 4 && said.contains(reset) && !said.contains("live-"),
        "{said}"
    );
}

/// A value of another kind at one mark leaves the other resources, and the other files.
#[test]
fn faulty_plan_resource_spares_the_others() {
    let place = samples();
    let good: Value = serde_json::from_str(&place.read("plan-change/tfplan.json")).unwrap();
    let customers = "aws_cognito_user_pool.customers";
    for (part, other) in [
        ("before", json!("text")),
        ("after", json!([1])),
        ("after_unknown", json!(7)),
        ("before_sensitive", json!("x")),
        ("after_sensitive", json!([])),
        ("actions", json!("update")),
    ] {
        let mut plan = good.clone();
        change(&mut plan, customers)[part] = other;
        place.file("plan.json", plan.to_string());
        let run = place.run(&["scan", "--from", "plan.json", "--from", "short-forms.yaml"]);
        let said = flat(&run);
        let fault = format!("`{part}` has to be");
        assert!(
            run.code == 2 && said.contains(&fault) && said.contains(customers),
            "{part}: {said}"
        );
        for other in [
            "responses-reset-by-destroy",
            "aws_cognito_user_pool.partners",
            "client-override-incomplete",
        ] {
            assert!(said.contains(other), "{part}: {other}: {said}");
        }
        // Nothing is said of a pool that is not known.
        let report = place.run(&["scan", "--from", "plan.json", "--format", "json"]);
        let report: Value = serde_json::from_str(&report.out).unwrap();
        let of_customers: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["location"]["pool"] == customers && one["rule"] != "value-invalid")
            .collect();
        assert!(of_customers.is_empty(), "{part}: {of_customers:#?}");
    }
    let mut plan = good.clone();
    plan["resource_changes"][0]
        .as_object_mut()
        .unwrap()
        .remove("address");
    place.file("plan.json", plan.to_string());
    let run = place.run(&["scan", "--from", "plan.json"]);
    assert!(
        run.code == 2 && flat(&run).contains("has no address or no type"),
        "{}",
        flat(&run)
    );
    let mut state: Value = serde_json::from_str(&place.read("plan-change/tfstate.json")).unwrap();
    state["values"]["root_module"]["resources"][0]["values"] = json!("text");
    place.file("state.json", state.to_string());
    let run = place.run(&["scan", "--from", "state.json"]);
    let said = flat(&run);
    assert!(
        run.code == 2 && said.contains("`values` has to be an object"),
        "{said}"
    );
    assert!(said.contains("user-activity-not-exported"), "{said}");
}

/// What was before and is not known is said, with the case in which a change is one.
#[test]
fn a_mode_before_that_is_sensitive_is_said() {
    let place = samples();
    let mut plan: Value = serde_json::from_str(&place.read("plan-change/tfplan.json")).unwrap();
    let own = change(&mut plan, "aws_cognito_user_pool.customers");
    own["before_sensitive"] = json!({"user_pool_add_ons": [{"advanced_security_mode": true}]});
    own["after"]["user_pool_add_ons"] = json!([{"advanced_security_mode": "AUDIT"}]);
    place.file("plan.json", plan.to_string());
    let run = place.run(&["scan", "--from", "plan.json"]);
    let said = flat(&run);
    assert!(said.contains("before: mode of pool"), "{said}");
    let mode = "aws_cognito_user_pool.customers.user_pool_add_ons.advanced_security_mode (sensitive)";
    assert!(
        said.contains(&format!(
            "if, before, {mode} is ENFORCED: `/mode/standard` changes from `ENFORCED` to `AUDIT`"
        )),
        "{said}"
    );
}

/// A long section before the resources hides them from nobody.
#[test]
fn resources_may_come_late() {
    let place = Place::new();
    let keys = "    - { mode: ENFORCED, plan: PLUS }\n".repeat(3_000);
    place.file("t.yaml", format!("Metadata:\n  M:\n{keys}Resources:\n  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }} }} }}\n"));
    let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
    assert!(run.out.contains("[enforced-without-responses]"), "{}", run.out);
}
