//! Loops of templates over lists that are not known: what they may make is not known, and not absent.

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

/// What is said of a template with these resources, where `List` is not known.
fn said(resources: &str) -> String {
    let place = Place::new();
    let head = "Transform: AWS::LanguageExtensions\nParameters: { List: { Type: CommaDelimitedList }, One: { Type: String } }\nResources:\n";
    place.file("t.yaml", format!("{head}{resources}"));
    place
        .run(&["scan", "--from", "t.yaml", "--format", "concise"])
        .out
}

const POOL: &str = "
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }";

/// Each pool is checked once, with what the same loop makes for it.
#[test]
fn pools_of_a_loop_are_checked() {
    let looped = |list: &str, risk: &str| {
        said(&format!(
            "
  Fn::ForEach::Pools:
    - X
    - {list}
    - Pool${{X}}:
        Type: AWS::Cognito::UserPool
        Properties: {{ UserPoolName: !Sub 'shop-${{X}}', UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }} }}
{risk}"
        ))
    };
    let risk = "      Risk${X}:
        Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
        Properties:
          UserPoolId: !Ref Pool${X}
          ClientId: ALL
          CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: NO_ACTION } }
          AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: BLOCK, Notify: false } } }
";
    for (list, pools) in [("!Ref List", 1), ("[a, !Ref One]", 2), ("[a, b]", 2)] {
        let without = looped(list, "");
        let of = |text: &str, rule: &str| text.matches(rule).count();
        assert_eq!(
            of(&without, "[enforced-without-responses]"),
            pools,
            "{list}: {without}"
        );
        let with = looped(list, risk);
        assert_eq!(of(&with, "[enforced-without-responses]"), 0, "{list}: {with}");
        assert_eq!(
            of(&with, "[compromised-credentials-allowed]"),
            pools,
            "{list}: {with}"
        );
        assert_eq!(
            with.contains("over a list that is not known"),
            list.contains("Ref"),
            "{list}: {with}"
        );
    }
}

/// A loop makes the parts of other pools unread that its resources set, and no others.
#[test]
fn parts_a_loop_may_add_are_unread() {
    for (body, unread) in [
        (
            "'C${X}': { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Pool } }",
            "clients",
        ),
        (
            "'L${X}': { Type: AWS::Cognito::LogDeliveryConfiguration, Properties: { UserPoolId: !Ref Pool, LogConfigurations: [] } }",
            "log delivery",
        ),
        (
            "'A${X}': { Type: AWS::CloudWatch::Alarm, Properties: { MetricName: !Ref X, Namespace: AWS/Cognito, Dimensions: [{ Name: UserPoolId, Value: !Ref Pool }] } }",
            "alarms",
        ),
        (
            "'R${X}': { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref Pool, ClientId: ALL, CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } } } }",
            "clients risk configuration",
        ),
        ("'T${X}': { Type: AWS::SNS::Topic }", ""),
        (
            "'M${X}': { Type: !Ref X }",
            "alarms clients log delivery risk configuration",
        ),
    ] {
        let text = said(&format!(
            "{POOL}\n  Fn::ForEach::Each: [X, !Ref List, {{ {body} }}]\n"
        ));
        for part in ["clients", "log delivery", "alarms", "risk configuration"] {
            assert_eq!(
                text.contains(&format!("\n{part} of pool Pool: not checked")),
                unread.contains(part),
                "{part}: {body}: {text}"
            );
        }
    }
}

/// Names that a loop makes are no faults where its list is not known: of conditions, resources and types.
#[test]
fn names_that_a_loop_makes_are_not_known() {
    let pools = "
  Fn::ForEach::Pools:
    - X
    - !Ref List
    - Pool${X}:
        Type: AWS::Cognito::UserPool
        Condition: On${X}
        Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
      Risk${X}:
        Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
        Properties:
          UserPoolId: !GetAtt Pool${X}.UserPoolId
          ClientId: ALL
          CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: !If ['On${X}', NO_ACTION, BLOCK] } }
          AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: BLOCK, Notify: false } } }
";
    let text = said(pools);
    assert!(!text.contains("value-invalid"), "{text}");
    assert!(
        text.contains("[compromised-credentials-allowed] if condition `On${X}` is true: "),
        "{text}"
    );
    let text = said(&format!(
        "{pools}      Other${{X}}: {{ Type: 'AWS::Cognito::${{X}}' }}\n"
    ));
    assert!(
        text.contains("the type of `Other${X}` is not known") && !text.contains("value-invalid"),
        "{text}"
    );
}

/// A loop within values adds its entries there; one over a list that is not known leaves the mapping open.
#[test]
fn loops_within_properties() {
    let template = |list: &str| {
        format!(
            "Transform: AWS::LanguageExtensions
Parameters: {{ Open: {{ Type: CommaDelimitedList }} }}
Resources:
  P:
    Type: AWS::Cognito::UserPool
    Properties:
      Fn::ForEach::A: [K, [UserPoolTier], {{ \"${{K}}\": PLUS }}]
      UserPoolAddOns:
        Fn::ForEach::B: [X, [Security], {{ Fn::ForEach::C: [K, {list}, {{ \"Advanced${{X}}${{K}}\": ENFORCED }}] }}]
"
        )
    };
    let (_, out) = scan(&[("t.yaml", &template("[Mode]"))], &[]);
    assert!(
        out.contains("t.yaml:9:93: error[enforced-without-responses]"),
        "{out}"
    );
    assert!(!out.contains("plan-left-out"), "{out}");
    let (_, out) = scan(&[("t.yaml", &template("!Ref Open"))], &[]);
    assert!(
        !out.contains("error[") && out.contains("mode of pool P: not checked"),
        "{out}"
    );
}
