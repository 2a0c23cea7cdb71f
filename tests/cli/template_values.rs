//! Values that fail the deployment: all of them are told, each at its place.

use crate::cli::support::Place;
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

/// A template that uses a parameter in a name, or the first value of a list.
fn with_parameter(parameter: &str) -> String {
    let name = if parameter.contains("List") {
        "['p-${X}', { X: !Select [0, !Ref X] }]"
    } else {
        "'p-${X}'"
    };
    format!(
        "Parameters: {{ X: {{ {parameter} }} }}
Resources:
  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolName: !Sub {name} }} }}
"
    )
}

/// What a parameter says of its values holds for defaults and for what is given, in lists for each value.
#[test]
fn values_that_parameters_refuse() {
    for (parameter, why) in [
        (
            "Type: Number, Default: ten",
            "is not a number, as its Type requires",
        ),
        ("Type: Number, Default: 5, MinValue: 6", "is below its MinValue"),
        (
            "Type: Number, Default: 5, MaxValue: \"4.5\"",
            "is above its MaxValue",
        ),
        (
            "Type: String, Default: ab, MinLength: 3",
            "is shorter than its MinLength",
        ),
        (
            "Type: String, Default: abcd, MaxLength: 3",
            "is longer than its MaxLength",
        ),
        (
            "Type: String, Default: prod1, AllowedPattern: '[a-z]+'",
            "does not match its AllowedPattern",
        ),
        (
            "Type: List<Number>, Default: '1, two'",
            "is not a number, as its Type requires",
        ),
        (
            "Type: CommaDelimitedList, Default: 'a,b', AllowedValues: [a]",
            "is not one of its AllowedValues",
        ),
    ] {
        let text = with_parameter(parameter);
        let (code, out) = scan(&[("t.yaml", &text)], &[]);
        let said = format!("error[value-invalid] the default of parameter `X` {why}");
        assert!(code == 2 && out.contains(&said), "{parameter}: {out}");
        // What is given is not shown: it may be a secret.
        let (rest, given) = parameter.split_once("Default: ").unwrap();
        let end = given.find(", M").or(given.find(", A")).unwrap_or(given.len());
        let text = text.replace(&format!("Default: {}", &given[..end]), "Description: x");
        let value = given[..end].trim_matches('\'');
        let (code, out) = scan(&[("t.yaml", &text)], &["--parameter", &format!("X={value}")]);
        let said = format!("error[value-invalid] the value that is given for parameter `X` {why}");
        assert!(
            code == 2 && out.contains(&said) && !out.contains(&format!("`{value}`")),
            "{rest}{out}"
        );
    }
}

#[test]
fn values_that_parameters_take() {
    for parameter in [
        "Type: Number, Default: -1.5e2, MinValue: -200, MaxValue: 0",
        "Type: String, Default: äöü, MinLength: 3, MaxLength: 3",
        "Type: String, Default: prod, AllowedPattern: '[a-z]+'",
        // An expression that only Java knows.
        "Type: String, Default: prod, AllowedPattern: '(?=p)[a-o]+'",
        "Type: CommaDelimitedList, Default: 'a, b', AllowedValues: [a, b, c], AllowedPattern: '[a-c]'",
    ] {
        let text = with_parameter(parameter);
        let (code, out) = scan(&[("t.yaml", &text)], &[]);
        assert!(code < 2, "{parameter}: {out}");
    }
}

/// A reference to another service is one value, wherever its text is put together; two are two.
#[test]
fn references_put_together() {
    let pool = |mode: &str| {
        format!(
            "Parameters: {{ Env: {{ Type: String, Default: dev }} }}
Resources:
  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}
"
        )
    };
    for mode in [
        "'{{resolve:ssm:/dev/mode}}'",
        "!Sub '{{resolve:ssm:/${Env}/mode}}'",
        "!Join ['', ['{{resolve:ssm:/', !Ref Env, '/mode}}']]",
        "!Sub ['{{resolve:ssm:/${E}/mode}}', { E: !Ref Env }]",
    ] {
        let (code, out) = scan(&[("t.yaml", &pool(mode))], &[]);
        assert_eq!(code, 1, "{mode}: {out}");
        assert!(
            out.contains("error[enforced-without-responses] if `{{resolve:ssm:/dev/mode}}` is ENFORCED")
                || out.contains("error[enforced-without-responses] if {{resolve:ssm:/dev/mode}} is ENFORCED"),
            "{mode}: {out}"
        );
    }
    let risk = |name: &str| {
        format!(
            "  {name}: {{ Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: {{ UserPoolId: !Sub '{{{{resolve:ssm:/${{Env}}/{name}}}}}', ClientId: ALL, CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }} }} }}\n"
        )
    };
    let text = format!(
        "Parameters: {{ Env: {{ Type: String, Default: dev }} }}\nResources:\n{}{}",
        risk("A"),
        risk("B")
    );
    let (_, out) = scan(&[("t.yaml", &text)], &[]);
    assert!(!out.contains("risk-set-twice"), "{out}");
}

/// A client that another stack hands is no word for the whole pool.
#[test]
fn client_of_another_stack() {
    let text = "Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }
  R: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref P, ClientId: ALL, CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } } } }
  S: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref P, ClientId: !ImportValue web, CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } } } }
";
    let (_, out) = scan(&[("t.yaml", text)], &[]);
    assert!(
        !out.contains("risk-set-twice") && !out.contains("is ALL"),
        "{out}"
    );
}

/// What a deployed stack has is not the default, and what a template hides is not shown.
#[test]
fn values_that_nobody_sees() {
    let text = "Parameters: { Mode: { Type: String, Default: AUDIT, AllowedValues: [AUDIT, ENFORCED] } }
Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: !Ref Mode } } }
";
    let place = Place::new();
    place.file("t.yaml", text);
    place.file(
        "p.json",
        r#"[{ "ParameterKey": "Mode", "UsePreviousValue": true }]"#,
    );
    let run = place.run(&[
        "scan",
        "--format",
        "concise",
        "--from",
        "t.yaml",
        "--parameters",
        "p.json",
    ]);
    assert!(
        run.code == 1
            && run
                .out
                .contains("error[enforced-without-responses] if parameter `Mode` is ENFORCED"),
        "{}{}",
        run.out,
        run.err
    );
    let text = "Parameters: { Ips: { Type: CommaDelimitedList, NoEcho: true } }
Resources:
  P: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: AUDIT } } }
  R: { Type: AWS::Cognito::UserPoolRiskConfigurationAttachment, Properties: { UserPoolId: !Ref P, ClientId: ALL, RiskExceptionConfiguration: { BlockedIPRangeList: !Ref Ips } } }
";
    let (_, out) = scan(&[("t.yaml", text)], &["--parameter", "Ips=203.0.114.77/24"]);
    assert!(!out.contains("203.0.114"), "{out}");
    assert!(out.contains("parameter `Ips` (NoEcho)"), "{out}");
}

/// AWS refuses a template for each wrong condition, whether or not anything depends on it; no case is opened for it.
#[test]
fn conditions_that_nothing_depends_on() {
    let text = "Parameters: { Stage: { Type: String } }
Conditions:
  Unused: !Equals [!Ref Nobody, a]
  Unnamed: !Not [!Condition Nowhere]
  Shape: !And [!Equals [a, b], !Equals [c]]
  Decided: !Or [!Equals [a, a], !Equals [!Ref Missing, b]]
  Fine: !Equals [!Ref Stage, prod]
Resources:
  P: { Type: AWS::Cognito::UserPool, Condition: Decided, Properties: { UserPoolTier: PLUS } }
";
    let (code, out) = scan(&[("t.yaml", text)], &[]);
    assert_eq!(code, 2, "{out}");
    for said in [
        "t.yaml:3:20: error[value-invalid] there is no parameter and no resource `Nobody`",
        "t.yaml:4:29: error[value-invalid] there is no condition `Nowhere`",
        "t.yaml:5:32: error[value-invalid] `Fn::Equals` takes a list of two values",
        "t.yaml:6:42: error[value-invalid] there is no parameter and no resource `Missing`",
    ] {
        assert!(out.contains(said), "{said}: {out}");
    }
    assert_eq!(out.matches("error[value-invalid]").count(), 4, "{out}");
    assert!(!out.contains("if condition"), "{out}");
}

/// A loop makes a resource of one name once, whatever its list repeats.
#[test]
fn loop_over_a_list_that_repeats() {
    let text = "Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Pools:
    - Name
    - [a, a]
    - Pool${Name}: { Type: AWS::Cognito::UserPool, Properties: { UserPoolTier: PLUS } }
";
    let place = Place::new();
    place.file("t.yaml", text);
    let run = place.run(&["scan", "--format", "summary", "--from", "t.yaml"]);
    assert!(
        run.out.contains("1 pool") && !run.out.contains("#2"),
        "{}",
        run.out
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
