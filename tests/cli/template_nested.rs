//! What belongs together and may not be there: nested stacks, resources with conditions, loops, and what Terraform forgets.

use serde_json::Value;

use crate::cli::support::Place;

const PARENT: &str = "Parameters: { Stage: { Type: String } }
Conditions: { Prod: !Equals [!Ref Stage, prod] }
Resources:
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./child.yaml
      Parameters: { PoolId: !Ref Pool, Events: 'SIGN_IN,SIGN_UP,PASSWORD_CHANGE', Action: !Ref AWS::NoValue }
";

const CHILD: &str = "Parameters: { PoolId: { Type: String }, Events: { Type: CommaDelimitedList }, Action: { Type: String, Default: BLOCK } }
Resources:
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref PoolId
      ClientId: ALL
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: !Ref Action }, EventFilter: !Ref Events }
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: { EventAction: NO_ACTION, Notify: false }
          MediumAction: { EventAction: NO_ACTION, Notify: false }
          HighAction: { EventAction: BLOCK, Notify: false }
";

/// The report of a scan, a line for each finding and for what was not checked.
pub fn scan(files: &[(&str, &str)], args: &[&str]) -> (i32, String) {
    let place = Place::new();
    for (name, text) in files {
        place.file(name, text);
    }
    let mut all = vec![
        "scan",
        "--format",
        "concise",
        "--elsewhere",
        "alarms,log-delivery",
        "--from",
        files[0].0,
    ];
    all.extend(args);
    let run = place.run(&all);
    (run.code, run.out + &run.err)
}

/// A nested stack has the values that its parent gives: lists out of texts, defaults for what is left out.
#[test]
fn a_nested_stack_has_what_its_parent_gives() {
    let (code, found) = scan(&[("t.yaml", PARENT), ("child.yaml", CHILD)], &[]);
    assert_eq!(code, 1, "{found}");
    for wrong in ["enforced-without", "event-missing", "has to be", "value-"] {
        assert!(!found.contains(wrong), "{wrong}: {found}");
    }
}

/// One whose condition does not hold is not made, nor what is nested in it.
#[test]
fn nested_stack_depends_on_its_condition() {
    let parent = PARENT.replace("::Stack\n", "::Stack\n    Condition: Prod\n");
    let between = "Parameters: { PoolId: { Type: String } }\nResources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: { TemplateURL: ./inner.yaml, Parameters: { PoolId: !Ref PoolId, Events: SIGN_IN } }\n";
    for files in [
        vec![("t.yaml", parent.as_str()), ("child.yaml", CHILD)],
        vec![
            ("t.yaml", parent.as_str()),
            ("child.yaml", between),
            ("inner.yaml", CHILD),
        ],
    ] {
        for (args, said) in [
            (
                vec![],
                Some("if condition `Prod` is false: the pool is `ENFORCED` without"),
            ),
            (
                vec!["--parameter", "Stage=dev"],
                Some("] the pool is `ENFORCED` without"),
            ),
            (vec!["--parameter", "Stage=prod"], None),
        ] {
            let (_, found) = scan(&files, &args);
            let has = found.contains("enforced-without-responses");
            assert_eq!(has, said.is_some(), "{args:?}: {found}");
            assert!(said.is_none_or(|said| found.contains(said)), "{args:?}: {found}");
        }
    }
    // Without anything of pools in it, the condition is nobody's business.
    let (_, found) = scan(
        &[
            ("t.yaml", &parent),
            (
                "child.yaml",
                "Parameters: { PoolId: {}, Events: {} }\nResources: { Q: { Type: 'AWS::SQS::Queue' } }\n",
            ),
        ],
        &[],
    );
    assert!(found.contains("] the pool is `ENFORCED` without"), "{found}");
}

/// One whose template is not in the files may set anything of a pool that it gets.
#[test]
fn nested_stack_without_file_is_unknown() {
    for handed in [
        "!Ref Pool",
        "!GetAtt Pool.Arn",
        "!Sub 'x-${Pool}'",
        "!Join ['', [!If [Prod, !Ref Pool, a]]]",
    ] {
        let text = PARENT
            .replace("./child.yaml", "https://s3.example/child.yaml")
            .replace("!Ref Pool", handed);
        let (_, found) = scan(&[("t.yaml", &text)], &[]);
        // In the other branch it gets no pool.
        let certain = found.replace("enforced-without-responses] if condition `Prod` is false", "");
        assert!(!certain.contains("enforced-without"), "{found}");
        assert_eq!(certain != found, handed.contains("!If"), "{found}");
        assert!(
            found.contains("the nested stack `Nested` gets the pool, and its template is not in the files"),
            "{found}"
        );
    }
    let text = PARENT
        .replace("./child.yaml", "https://s3.example/child.yaml")
        .replace("!Ref Pool", "other");
    let (_, found) = scan(&[("t.yaml", &text)], &[]);
    assert!(
        found.contains("enforced-without") && !found.contains("gets the pool"),
        "{found}"
    );
}

/// What belongs to a pool or client that a condition leaves out belongs to nothing, and makes no pool of its own.
#[test]
fn parts_of_an_absent_resource_are_reported() {
    let risk = CHILD
        .split_once("Resources:\n")
        .unwrap()
        .1
        .replace("!Ref PoolId", "!Ref Pool")
        .replace("!Ref Action", "BLOCK")
        .replace("!Ref Events", "[SIGN_IN]");
    let head = PARENT.split_once("  Nested:").unwrap().0;
    let text = format!(
        "{}{risk}",
        head.replace(
            "'AWS::Cognito::UserPool',",
            "'AWS::Cognito::UserPool', Condition: Prod,"
        )
    );
    let (_, found) = scan(&[("t.yaml", &text)], &[]);
    assert!(
        found.contains(
            "Risk: not checked: where the condition of its pool does not hold, the deployment fails"
        ),
        "{found}"
    );
    assert!(
        found.contains("event-missing")
            && !found.contains("feature plan of pool")
            && !found.contains("mode of pool"),
        "{found}"
    );
    let client = "  Web: { Type: 'AWS::Cognito::UserPoolClient', Condition: Prod, Properties: { UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH] } }\n";
    let text = format!(
        "{head}{client}{}",
        risk.replace("ClientId: ALL", "ClientId: !Ref Web")
    );
    let (_, found) = scan(&[("t.yaml", &text)], &["--parameter", "Stage=dev"]);
    assert!(
        found.contains("where the condition of its client does not hold"),
        "{found}"
    );
    assert!(found.contains("] the pool is `ENFORCED` without"), "{found}");
}

/// What differs between the cases is checked in each, and not listed as not checked.
#[test]
fn what_differs_between_cases_is_checked() {
    let text = PARENT
        .split_once("  Nested:")
        .unwrap()
        .0
        .replace("Mode: ENFORCED", "Mode: !If [Prod, ENFORCED, AUDIT]");
    let (_, found) = scan(&[("t.yaml", &text)], &[]);
    assert!(
        found.contains("if condition `Prod` is true: the pool is `ENFORCED`"),
        "{found}"
    );
    assert!(!found.contains("mode of pool"), "{found}");
}

/// The variable of a loop stands for its value in every text.
#[test]
fn loop_variables_are_replaced_everywhere() {
    let text = "Transform: AWS::LanguageExtensions
Conditions: { OnA: !Equals [a, a], OnB: !Equals [a, b] }
Resources:
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }
  Fn::ForEach::Clients:
    - N
    - [A, B]
    - Web${N}:
        Type: AWS::Cognito::UserPoolClient
        Condition: On${N}
        Properties: { UserPoolId: !Ref Pool, ClientName: !Sub 'c-${N}', ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH] }
      Risk${N}:
        Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
        Condition: On${N}
        Properties: { UserPoolId: !Ref Pool, ClientId: !Ref 'Web${N}', CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: !If ['On${N}', NO_ACTION, BLOCK] } } }
";
    let (code, found) = scan(&[("t.yaml", text)], &[]);
    assert!(code == 1 && found.contains("client `c-A`"), "{found}");
    for wrong in ["if client of", "c-B", "${N}", "set-twice"] {
        assert!(!found.contains(wrong), "{wrong}: {found}");
    }
}

fn plan(changes: &Value, more: &Value) -> String {
    let mut plan = serde_json::json!({ "format_version": "1.2", "terraform_version": "1.12.0", "complete": true, "resource_changes": changes });
    plan.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    plan.to_string()
}

fn change(address: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    serde_json::json!({ "address": address, "mode": "managed", "type": address.split('.').find(|part| part.starts_with("aws_")).unwrap(),
        "name": "a", "change": { "actions": actions, "before": before, "after": after, "after_unknown": {} } })
}

/// What Terraform forgets stays as it is.
#[test]
fn what_is_forgotten_stays() {
    let pool = serde_json::json!({ "id": "us-west-2_A", "name": "shop", "user_pool_tier": "PLUS", "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED", "advanced_security_additional_flows": [] }] });
    let level = |action: &str| serde_json::json!([{ "event_action": action, "notify": false }]);
    let risk = serde_json::json!({ "user_pool_id": "us-west-2_A", "client_id": null,
        "account_takeover_risk_configuration": [{ "notify_configuration": [], "actions": [{ "low_action": level("NO_ACTION"), "medium_action": level("NO_ACTION"), "high_action": level("BLOCK") }] }],
        "compromised_credentials_risk_configuration": [{ "event_filter": [], "actions": [{ "event_action": "BLOCK" }] }] });
    for pool_is_forgotten in [false, true] {
        let actions: &[&str] = if pool_is_forgotten {
            &["forget"]
        } else {
            &["no-op"]
        };
        let after = if pool_is_forgotten { &Value::Null } else { &pool };
        let changes = serde_json::json!([
            change("aws_cognito_user_pool.a", actions, &pool, after),
            change(
                "aws_cognito_risk_configuration.a",
                &["forget"],
                &risk,
                &Value::Null
            ),
        ]);
        let (_, found) = scan(
            &[("plan.json", &plan(&changes, &serde_json::json!({})))],
            &["--fail-on", "any"],
        );
        assert!(
            !found.contains("enforced-without") && !found.contains("change-"),
            "{found}"
        );
        assert!(found.contains("1 pool"), "{found}");
    }
}

/// A pool that is replaced is another one: what is destroyed was of the one before.
#[test]
fn a_pool_that_is_replaced_has_another_id() {
    let mut pool = serde_json::json!({ "id": "us-west-2_A", "name": "shop", "user_pool_tier": "PLUS", "user_pool_add_ons": [{ "advanced_security_mode": "AUDIT", "advanced_security_additional_flows": [] }] });
    let mut risk = serde_json::json!({ "user_pool_id": "us-west-2_A", "client_id": null, "compromised_credentials_risk_configuration": [{ "event_filter": [], "actions": [{ "event_action": "BLOCK" }] }] });
    let (pool_before, risk_before) = (pool.clone(), risk.clone());
    pool.as_object_mut().unwrap().remove("id");
    risk.as_object_mut().unwrap().remove("user_pool_id");
    let replaced = |address: &str, before: &Value, after: &Value, unknown: &str| {
        let mut change = change(address, &["delete", "create"], before, after);
        change["change"]["after_unknown"] = serde_json::json!({ unknown: true });
        change
    };
    let changes = serde_json::json!([
        replaced("aws_cognito_user_pool.a", &pool_before, &pool, "id"),
        replaced(
            "aws_cognito_risk_configuration.a",
            &risk_before,
            &risk,
            "user_pool_id"
        ),
    ]);
    let references = serde_json::json!({ "configuration": { "root_module": { "resources": [{ "address": "aws_cognito_risk_configuration.a",
        "expressions": { "user_pool_id": { "references": ["aws_cognito_user_pool.a.id", "aws_cognito_user_pool.a"] } } }] } } });
    let (_, found) = scan(
        &[("plan.json", &plan(&changes, &references))],
        &["--fail-on", "any"],
    );
    assert!(
        !found.contains("reset-by-destroy") && !found.contains("change-"),
        "{found}"
    );
    assert!(
        found.contains("responses-inert") && found.contains("1 pool"),
        "{found}"
    );
}

/// A module that configures a provider by itself has its region, not the root's.
#[test]
fn module_provider_has_its_own_region() {
    let pool = serde_json::json!({ "id": "us-west-2_A", "name": "shop", "user_pool_tier": "PLUS", "user_pool_add_ons": [{ "advanced_security_mode": "AUDIT", "advanced_security_additional_flows": [] }] });
    let risk = serde_json::json!({ "user_pool_id": "us-west-2_A", "account_takeover_risk_configuration": [{ "actions": [], "notify_configuration": [
        { "source_arn": "arn:aws:ses:ap-northeast-1:123456789012:identity/a@example.com", "from": "a@example.com" }] }] });
    let changes = serde_json::json!([
        change(
            "module.m.aws_cognito_user_pool.a",
            &["create"],
            &Value::Null,
            &pool
        ),
        change(
            "aws_cognito_risk_configuration.a",
            &["create"],
            &Value::Null,
            &risk
        ),
    ]);
    let region = |name: &str| serde_json::json!({ "expressions": { "region": { "constant_value": name } } });
    let variable =
        |names: &[&str]| serde_json::json!({ "expressions": { "region": { "references": names } } });
    let said = |key: &str, providers: &Value, more: &[&str]| {
        let resource = serde_json::json!({ "address": "aws_cognito_user_pool.a", "mode": "managed", "type": "aws_cognito_user_pool", "name": "a", "provider_config_key": key, "expressions": {} });
        let call = serde_json::json!({ "expressions": { "area": { "references": ["var.region"] }, "plain": { "constant_value": "eu-south-1" } },
            "module": { "variables": { "area": {}, "plain": {}, "left": { "default": "sa-east-1" } }, "resources": [resource] } });
        let configuration = serde_json::json!({
            "variables": { "region": { "value": "eu-west-1" }, "part": { "value": "eu" }, "secret": { "value": "eu-west-1" }, "list": { "value": ["eu-west-1"] } },
            "configuration": { "provider_config": providers,
                "root_module": { "variables": { "region": {}, "part": {}, "secret": { "sensitive": true }, "list": {} }, "module_calls": { "m": call } } } });
        let place = Place::new();
        place.file("plan.json", plan(&changes, &configuration));
        let run = place.run(&[&["scan", "--format", "concise", "--from", "plan.json"], more].concat());
        let (_, rest) = run.out.split_once("a pool in `")?;
        Some(rest.split('`').next().unwrap().to_owned())
    };
    let own = serde_json::json!({ "aws": region("us-east-1"), "module.m:aws": region("eu-west-1") });
    let none = serde_json::json!({ "aws": region("us-east-1") });
    for (key, providers, expected) in [
        ("module.m:aws", &own, "eu-west-1"),
        ("module.m:aws", &none, "us-east-1"),
        ("aws", &own, "us-east-1"),
    ] {
        assert_eq!(
            said(key, providers, &[]).as_deref(),
            Some(expected),
            "{key} {providers}"
        );
    }
    // Of what is written around a variable a plan shows nothing.
    for (key, names, expected) in [
        ("aws", &["var.region"] as &[&str], Some("eu-west-1")),
        ("aws.eu", &["var.region"], Some("eu-west-1")),
        ("module.m:aws", &["var.area"], Some("eu-west-1")),
        ("module.m:aws.eu", &["var.plain"], Some("eu-south-1")),
        ("module.m:aws", &["var.left"], Some("sa-east-1")),
        ("module.m:aws", &["var.absent"], None),
        ("module.n:aws", &["var.area"], None),
        ("aws", &["var.part"], None),
        ("aws", &["var.secret"], None),
        ("aws", &["var.list"], None),
        ("aws", &["var.absent"], None),
        ("aws", &["var.region", "var.part"], None),
        ("aws", &["local.region"], None),
    ] {
        let providers = serde_json::json!({ key: variable(names) });
        assert_eq!(said(key, &providers, &[]).as_deref(), expected, "{key} {names:?}");
        let given = said(key, &providers, &["--region", "us-east-2"]);
        assert_eq!(given.as_deref(), Some("us-east-2"), "{key} {names:?}");
    }
}

/// A custom resource: its type, its properties, the call that is said to set something (`""`: of which nobody knows what it
/// does; `None`: nothing is said), and the rules that still hold.
type CustomCase = (
    &'static str,
    String,
    Option<&'static str>,
    &'static [&'static str],
);

const MODE: &str = "plus-without-protection";
const RISK: &str = "enforced-without-responses";

fn custom_resources() -> Vec<CustomCase> {
    let aws = |operation: &str, action: &str, more: &str| {
        format!(
            r#"{operation}: !Join ['', ['{{"service":"CognitoIdentityServiceProvider","action":"{action}","parameters":{{{more}"UserPoolId":"', !Ref Pool, '"}}}}']]"#
        )
    };
    let own = "Custom::Own";
    let typed = "Create: { action: setRiskConfiguration, parameters: { UserPoolId: !Ref Pool } }".to_owned();
    let risk = Some("SetRiskConfiguration");
    let of_client = aws("Update", "setRiskConfiguration", r#""ClientId":"x","#);
    vec![
        (
            "Custom::AWS",
            aws("Create", "setRiskConfiguration", ""),
            risk,
            &[MODE],
        ),
        (
            "Custom::AWS",
            aws("Create", "SetRiskConfigurationCommand", ""),
            risk,
            &[MODE],
        ),
        (
            "Custom::AWS",
            aws("Create", "updateUserPool", ""),
            Some("UpdateUserPool"),
            &[],
        ),
        (
            "Custom::AWS",
            aws("Create", "setUserPoolMfaConfig", ""),
            Some("SetUserPoolMfaConfig"),
            &[MODE, RISK],
        ),
        ("Custom::AWS", of_client, risk, &[MODE]),
        ("Custom::AWS", typed, risk, &[MODE]),
        (
            "Custom::AWS",
            aws("Create", "describeUserPool", ""),
            None,
            &[MODE, RISK],
        ),
        (own, "PoolId: !GetAtt Pool.Arn".to_owned(), Some(""), &[]),
        (
            "AWS::CloudFormation::CustomResource",
            "Ids: [!If [Open, !Sub 'x-${Pool}', a]]".to_owned(),
            Some(""),
            &[],
        ),
        (own, "PoolId: other".to_owned(), None, &[MODE, RISK]),
        (
            "Custom::CDKBucketDeployment",
            "SourceMarkers: [{ pool: !Ref Pool }]".to_owned(),
            None,
            &[MODE, RISK],
        ),
    ]
}

/// A custom resource is a program: what it sets of a pool that it gets is not known, and what it only reads changes nothing.
#[test]
fn what_a_custom_resource_sets_is_not_known() {
    for (kind, properties, call, kept) in custom_resources() {
        let said = match call {
            None => None,
            Some("") => Some("what the custom resource `Set` does (7:3)".to_owned()),
            Some(call) => Some(format!("what the custom resource `Set` sets by {call} (7:3)")),
        };
        for (add_ons, rule) in [
            ("UserPoolName: a", MODE),
            ("UserPoolAddOns: { AdvancedSecurityMode: ENFORCED }", RISK),
        ] {
            let text = format!(
                "Parameters: {{ Stage: {{ Type: String }} }}
Conditions: {{ Open: !Equals [!Ref Stage, x] }}
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {{ UserPoolTier: PLUS, {add_ons} }}
  Set:
    Type: {kind}
    Properties:
      ServiceToken: x
      {properties}
"
            );
            let (_, found) = scan(&[("t.yaml", &text)], &[]);
            assert!(!found.contains("client-override"), "{found}");
            let is_found = found.contains(&format!("[{rule}]"));
            assert_eq!(is_found, kept.contains(&rule), "{properties} {rule}: {found}");
            let words = said.as_deref().unwrap_or("custom resource");
            assert_eq!(found.contains(words), said.is_some(), "{properties}: {found}");
        }
    }
}
