//! What public templates have in them: unquoted words, custom resources, files beside templates, pools that conditions leave out.

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

/// A pool that is enforced, with a client and responses that allow high risk.
const POOL: &str = "  Pool:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Pool, ClientName: web, ExplicitAuthFlows: [ALLOW_USER_AUTH] } }
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: ALL
      AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: NO_ACTION, Notify: false } } }
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } }
";

/// A custom resource may add to a pool; what is written of it is judged all the same.
#[test]
fn custom_resources_hide_nothing_written() {
    let custom = "  Style: { Type: Custom::Style, Properties: { ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:x, UserPoolId: !Ref Pool } }\n";
    let bare = "  Bare: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Pool, ClientName: bare } }\n";
    for more in ["", custom] {
        let text = format!("Resources:\n{POOL}{bare}{more}");
        let (code, found) = scan(&[("t.yaml", &text)], &[]);
        assert_eq!(code, 1, "{found}");
        for rule in ["[high-risk-allowed]", "[flow-not-covered] client `web`"] {
            assert!(found.contains(rule), "{rule}: {found}");
        }
        // The custom resource may give a client its flows, and add others.
        assert_eq!(found.contains("[auth-flows-absent]"), more.is_empty(), "{found}");
        assert_eq!(
            found.contains("clients of pool Pool: not checked"),
            !more.is_empty(),
            "{found}"
        );
    }
}

/// So is what a client has of its own, where the pool's own may be elsewhere.
#[test]
fn responses_of_clients_are_judged_alone() {
    let custom = "  Style: { Type: Custom::Style, Properties: { ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:x, UserPoolId: !Ref Pool } }\n";
    let own = POOL.replace("ClientId: ALL", "ClientId: !Ref Web");
    for more in ["", custom] {
        let (code, found) = scan(&[("t.yaml", &format!("Resources:\n{own}{more}"))], &[]);
        assert_eq!(code, 1, "{found}");
        assert!(found.contains("[high-risk-allowed]"), "{found}");
        // The custom resource may set those of the pool.
        let of_pool = found.contains("[enforced-without-responses] the pool");
        assert_eq!(of_pool, more.is_empty(), "{found}");
    }
}

/// A pool without a client in the files has some elsewhere.
#[test]
fn clients_may_be_elsewhere() {
    let pool = "Resources:\n  Pool: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: LITE } }\n";
    let (code, found) = scan(&[("t.yaml", pool)], &[]);
    assert_eq!(
        (code, found.contains("[threat-protection-off]")),
        (1, true),
        "{found}"
    );
    assert!(!found.contains("nobody"), "{found}");
}

/// Words without quotes are booleans on both sides.
#[test]
fn unquoted_defaults_are_allowed() {
    for (allowed, default, is_allowed) in [
        ("[Yes, No]", "Yes", true),
        ("[yes, no]", "NO", true),
        ("['Yes', 'No']", "'Yes'", true),
        ("['Yes', 'No']", "Yes", false),
        ("[Yes, No]", "Maybe", false),
    ] {
        let text = format!(
            "Parameters: {{ In: {{ Type: String, AllowedValues: {allowed}, Default: {default} }} }}
Conditions: {{ Is: !Equals [!Ref In, Yes] }}
Resources:
  Pool: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolName: !If [Is, a, b], UserPoolTier: LITE }} }}
"
        );
        let (_, found) = scan(&[("t.yaml", &text)], &[]);
        assert_eq!(
            found.contains("AllowedValues"),
            !is_allowed,
            "{allowed} {default}: {found}"
        );
    }
}

/// Of a folder, what has a key of templates and is none is left out.
#[test]
fn folders_have_other_files() {
    let place = Place::new();
    place.file("f/pool.yaml", format!("Resources:\n{POOL}"));
    place.file(
        "f/appspec.yml",
        "version: 0.0\nResources:\n  - TargetService: { Type: AWS::ECS::Service }\n",
    );
    place.file(
        "f/event.json",
        "{ \"fragment\": { \"Resources\": { \"T\": { \"Type\": \"AWS::SNS::Topic\" } } } }",
    );
    let run = place.run(&["scan", "--from", "f", "--format", "concise"]);
    assert_eq!(run.code, 1, "{}", run.out);
    let run = place.run(&["scan", "--from", "f/appspec.yml", "--format", "concise"]);
    assert_eq!(
        (run.code, run.out.contains("[key-missing]")),
        (2, true),
        "{}",
        run.out
    );
}

/// A file whose pool is left out by a condition has one.
#[test]
fn conditions_leave_pools_out() {
    let text = format!(
        "Parameters: {{ Make: {{ Type: String, Default: 'false' }} }}
Conditions: {{ Is: !Equals [!Ref Make, 'true'] }}
Resources:
{}",
        POOL.replace(
            "    Properties: { UserPoolName",
            "    Condition: Is\n    Properties: { UserPoolName"
        )
    );
    let text = text.split("  Web:").next().unwrap();
    let (code, found) = scan(&[("t.yaml", text)], &[]);
    let said = "t.yaml: not checked: with these values its conditions leave its user pool out";
    assert_eq!((code, found.contains(said)), (0, true), "{found}");
    assert!(!found.contains("no user pool in it"), "{found}");
    let (code, found) = scan(&[("t.yaml", text)], &["--parameter", "Make=true"]);
    assert_eq!(
        (code, found.contains("[enforced-without-responses]")),
        (1, true),
        "{found}"
    );
}
