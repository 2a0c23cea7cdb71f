//! What stacks give each other: values of other regions, parameters of nested stacks; and what is for something of another pool.

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

const POOL: &str = "  Pool:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
";

/// Responses for a pool or a client.
fn risk(pool: &str, client: &str) -> String {
    format!(
        "  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: {pool}
      ClientId: {client}
      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}
      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}
"
    )
}

/// What CDK's writer puts into another region, its reader has.
#[test]
fn values_cross_regions() {
    let writer = "  Writer:
    Type: Custom::CrossRegionExportWriter
    Properties:
      ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:w
      WriterProps: { region: us-east-1, exports: { /cdk/exports/b/aRefPool: !Ref Pool } }
";
    let reader = "  Reader:
    Type: Custom::CrossRegionExportReader
    Properties:
      ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:r
      ReaderProps: { region: us-east-1, prefix: b, imports: { /cdk/exports/b/aRefPool: '{{resolve:ssm:/cdk/exports/b/aRefPool}}' } }
";
    let a = format!("Resources:\n{POOL}{writer}");
    let without = "enforced-without-responses";
    for (name, is_found) in [("aRefPool", true), ("aRefOther", false)] {
        let pool = format!("!GetAtt [Reader, /cdk/exports/b/{name}]");
        let b = format!("Resources:\n{reader}{}", risk(&pool, "ALL"));
        let (_, found) = scan(&[("a.yaml", &a), ("b.yaml", &b)], &["--from", "b.yaml"]);
        assert_eq!(found.contains(without), !is_found, "{found}");
        assert_eq!(
            found.contains("the pool of export `/cdk/exports/b/aRefOther` of another region is"),
            !is_found,
            "{found}"
        );
        assert!(!found.contains("custom resource"), "{found}");
    }
}

/// A nested stack takes the parameters that it has, and needs those without a default.
#[test]
fn nested_stacks_take_their_parameters() {
    let child = "Parameters: { PoolId: { Type: String }, Mode: { Type: String, Default: x } }\nResources:\n  T: { Type: AWS::SNS::Topic }\n";
    let parent = |given: &str| {
        format!(
            "Resources:\n{POOL}  Nested:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{ TemplateURL: ./child.yaml{given} }}\n"
        )
    };
    for (given, said) in [
        (", Parameters: { PoolId: !Ref Pool }", None),
        (", Parameters: { PoolId: !Ref Pool, Mode: y }", None),
        (
            "",
            Some(
                "t.yaml:5:3: error[value-invalid] the nested stack `Nested` gives its parameter `PoolId` no value, and it has no default",
            ),
        ),
        (
            ", Parameters: { PoolId: !Ref Pool, Pool: x }",
            Some(
                "t.yaml:7:79: error[value-invalid] the template of the nested stack `Nested` has no parameter `Pool`",
            ),
        ),
    ] {
        let parent = parent(given);
        let (code, found) = scan(&[("t.yaml", &parent), ("child.yaml", child)], &[]);
        assert_eq!(code, if said.is_some() { 2 } else { 1 }, "{found}");
        match said {
            Some(said) => assert!(found.contains(said), "{found}"),
            None => assert!(!found.contains("value-invalid"), "{found}"),
        }
    }
}

/// The service takes a configuration for a client of the same pool only.
#[test]
fn a_client_is_of_its_pool() {
    let client = |pool: &str| {
        format!(
            "  Web: {{ Type: AWS::Cognito::UserPoolClient, Properties: {{ UserPoolId: !Ref {pool}, ExplicitAuthFlows: [ALLOW_USER_SRP_AUTH] }} }}\n"
        )
    };
    let other = POOL.replace("Pool:\n", "Other:\n").replace("shop", "other");
    for pool in ["Pool", "Other"] {
        let text = format!(
            "Resources:\n{POOL}{other}{}{}",
            client(pool),
            risk("!Ref Pool", "!Ref Web")
        );
        let (code, found) = scan(&[("t.yaml", &text)], &[]);
        let said = "t.yaml:13:17: error[value-invalid] `Risk` is for the client `Web` of the pool `Other`, and its pool is `Pool`: the deployment fails";
        assert_eq!(
            (found.contains(said), code),
            (pool == "Other", if pool == "Other" { 2 } else { 1 }),
            "{found}"
        );
        assert!(!found.contains("client Web of pool Pool"), "{found}");
    }
}

/// An alarm on another attribute of a pool than its id is one of that pool, and never fires.
#[test]
fn an_alarm_on_an_arn_is_dead() {
    let alarm = |value: &str| {
        format!(
            "  On:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: CompromisedCredentialRisk
      Dimensions: [{{ Name: UserPoolId, Value: {value} }}, {{ Name: Operation, Value: SignIn }}, {{ Name: RiskLevel, Value: High }}]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      AlarmActions: ['arn:aws:sns:us-west-2:111122223333:x']
"
        )
    };
    for (value, said) in [
        ("!Ref Pool", None),
        ("!GetAtt Pool.UserPoolId", None),
        ("!GetAtt Pool.Arn", Some("Pool.Arn")),
        ("!Sub '${Pool.ProviderName}'", Some("Pool.ProviderName")),
    ] {
        let place = Place::new();
        place.file("t.yaml", format!("Resources:\n{POOL}{}", alarm(value)));
        let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
        let dead =
            said.map(|what| format!("t.yaml:10:19: error[alarm-dead] `${{{what}}}` is not a user pool id"));
        match dead {
            Some(dead) => assert!(run.out.contains(&dead), "{}", run.out),
            None => assert!(!run.out.contains("alarm-dead"), "{}", run.out),
        }
        assert!(!run.out.contains("not checked: its pool"), "{}", run.out);
    }
}

/// A value that AWS refuses in some cases only is said with the condition.
#[test]
fn input_errors_have_conditions() {
    let text = |mode: &str| {
        format!(
            "Parameters: {{ Stage: {{ Type: String }} }}
Conditions: {{ Prod: !Equals [!Ref Stage, prod] }}
Resources:
  Pool: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}
"
        )
    };
    let refused = "`ON` is not a value that AWS knows here: the deployment fails";
    for (mode, when) in [
        ("!If [Prod, 'ON', AUDIT]", "if condition `Prod` is true: "),
        ("!If [Prod, AUDIT, 'ON']", "if condition `Prod` is false: "),
        ("'ON'", ""),
    ] {
        let (code, found) = scan(&[("t.yaml", &text(mode))], &[]);
        assert_eq!(code, 2);
        assert!(
            found.contains(&format!("[value-not-allowed] {when}{refused}")),
            "{found}"
        );
    }
    let text = text("!If [Prod, 'ON', AUDIT]");
    let (code, found) = scan(&[("t.yaml", &text)], &["--parameter", "Stage=prod"]);
    assert!(
        code == 2 && found.contains(&format!("[value-not-allowed] {refused}")),
        "{found}"
    );
}

/// A default in a mapping's search needs a transform.
#[test]
fn find_in_map_has_a_default_by_transform() {
    for (transform, said) in [("", true), ("Transform: AWS::LanguageExtensions\n", false)] {
        let text = format!(
            "{transform}Mappings: {{ M: {{ a: {{ b: AUDIT }} }} }}
Resources:
  Pool: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: !FindInMap [M, c, b, {{ DefaultValue: AUDIT }}] }} }} }}
"
        );
        let (_, found) = scan(&[("t.yaml", &text)], &[]);
        let why = "`DefaultValue` in `Fn::FindInMap` needs `Transform: AWS::LanguageExtensions`, which this template does not have";
        assert_eq!(found.contains(why), said, "{found}");
    }
}
