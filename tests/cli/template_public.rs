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

/// A name with an unknown part may be that of any export.
#[test]
fn an_import_may_be_any_export() {
    let (pool, rest) = POOL.split_once("  Web:").unwrap();
    let (_, risk) = rest.split_once("  Risk:").unwrap();
    let risk = risk.replace("!Ref Pool", "!ImportValue { 'Fn::Sub': '${AWS::Region}-pool' }");
    let other = format!("Resources:\n  Risk:{risk}");
    for (outputs, is_certain) in [
        (
            "Outputs: { P: { Value: !Ref Pool, Export: { Name: eu-west-1-pool } } }\n",
            false,
        ),
        ("", true),
    ] {
        let text = format!("Resources:\n{pool}{outputs}");
        let files = [("t.yaml", text.as_str()), ("risk.yaml", &other)];
        let (_, found) = scan(&files, &["--from", "risk.yaml"]);
        let certain = "[enforced-without-responses] the pool is";
        assert_eq!(found.contains(certain), is_certain, "{outputs}: {found}");
    }
}

/// What is unread in one case is not known, in whichever order the cases are.
#[test]
fn what_one_case_leaves_open_is_open() {
    for values in ["[dev, prod]", "[prod, dev]"] {
        let place = Place::new();
        let text = format!(
            "Parameters: {{ Stage: {{ Type: String, AllowedValues: {values} }} }}
Conditions: {{ Prod: !Equals [!Ref Stage, prod] }}
Resources:
{POOL}  Style: {{ Type: Custom::Style, Condition: Prod, Properties: {{ ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:x, UserPoolId: !Ref Pool }} }}
"
        );
        place.file("t.yaml", text);
        let run = place.run(&["explain", "--from", "t.yaml", "--pool", "Pool"]);
        let said = "clients of pool Pool: not known from the files: what the custom resource `Style` does";
        assert!(run.out.contains(said), "{values}: {}", run.out);
    }
}

/// A quote that is left open is an error, whatever comes after.
#[test]
fn open_quotes_end_with_their_document() {
    let text = format!("Description: \"open\n---\nResources:\n{POOL}Metadata: \"x\"\n");
    let (code, found) = scan(&[("t.yaml", &text)], &[]);
    assert_eq!((code, found.contains("[yaml-syntax]")), (2, true), "{found}");
}
