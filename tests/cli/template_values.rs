//! Values that fail the deployment: all of them are told, each at its place.

use crate::cli::template_nested::scan;

/// One wrong value hides no other one of the same resource.
#[test]
fn every_wrong_value_is_told() {
    let text = "Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS } }
  C: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref P, ExplicitAuthFlows: [ALLOW_USER_SRP_AUTHS, ALLOW_NEW_THING] } }
  L: { Type: AWS::Cognito::LogDeliveryConfiguration, Properties: { UserPoolId: !Ref P, LogConfigurations: [{ EventSource: userAuthEvent, LogLevel: INFO }] } }
  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref P
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: { EventAction: ALLOW, Notify: maybe }
          MediumAction: { Notify: false }
          HighAction: { EventAction: BLOCK }
      CompromisedCredentialsRiskConfiguration: { EventFilter: [SIGNUP], Actions: { EventAction: BLOK } }
";
    let (code, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(code, 2, "{out}");
    for said in [
        "t.yaml:3:98: error[value-not-allowed] `ALLOW_USER_SRP_AUTHS`",
        "t.yaml:4:123: error[value-not-allowed] `userAuthEvent`",
        "t.yaml:12:37: error[value-not-allowed] `ALLOW`",
        "t.yaml:12:52: error[value-invalid] this has to be true or false",
        "t.yaml:13:25: error[key-missing] `EventAction` is missing here: the deployment fails",
        "t.yaml:14:23: error[key-missing] `Notify` is missing here: the deployment fails",
        "t.yaml:15:64: error[value-not-allowed] `SIGNUP`",
        "t.yaml:15:97: error[value-not-allowed] `BLOK`",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    // AWS may have flows since this version.
    assert!(!out.contains("`ALLOW_NEW_THING` is not"), "{out}");
    let section = "AccountTakeoverRiskConfiguration: { Low: 1 }\n";
    let bare = format!("{}{section}", &text[..text.find("AccountTakeover").unwrap()]);
    let (_, out) = scan(&[("t.yaml", &bare)], &[]);
    assert!(
        out.contains("t.yaml:10:41: error[key-missing] `Actions` is missing here"),
        "{out}"
    );
}

/// A default that the parameter does not allow fails the deployment.
#[test]
fn default_outside_of_allowed_values() {
    let text = "Parameters: { Mode: { Type: String, Default: ENFORCED, AllowedValues: [AUDIT] } }
Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: !Ref Mode } } }
";
    let (code, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("t.yaml:1:46: error[value-invalid] the default of parameter `Mode`"),
        "{out}"
    );
}

/// A resource without a type fails the deployment, and may be anything.
#[test]
fn resource_without_type_is_a_fault() {
    let text = "Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }
  U: { Tpye: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref P } }
";
    let (code, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(code, 2, "{out}");
    assert!(
        out.contains("t.yaml:3:6: error[value-invalid] `U` has no `Type`"),
        "{out}"
    );
    assert!(!out.contains("error[enforced-without-responses]"), "{out}");
}

/// The end of a pool's ARN is its id.
#[test]
fn pool_id_out_of_its_arn() {
    let text = "Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } } }
  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Select [1, !Split [\"/\", !GetAtt P.Arn]]
      ClientId: ALL
      AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: BLOCK, Notify: false } } }
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } }
";
    let (_, out) = scan(&[("t.yaml", text)], &[]);
    assert!(!out.contains("error["), "{out}");
    assert!(
        out.contains("t.yaml:8:66: warning[blocked-user-not-told] the pool responds"),
        "{out}"
    );
}
