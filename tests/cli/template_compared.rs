//! Conditions that compare: one value is not two things at once, and YAML 1.1 decides what is a boolean.

use crate::cli::support::Place;

/// A template with these parameters and conditions, this mode and this action at high risk.
fn template(head: &str, mode: &str, high: &str) -> String {
    format!(
        "{head}
Resources:
  P: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }} }}
  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref P
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: {{ EventAction: NO_ACTION, Notify: false }}
          MediumAction: {{ EventAction: NO_ACTION, Notify: false }}
          HighAction: {{ EventAction: {high}, Notify: false }}
      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}
"
    )
}

fn scan(text: &str) -> String {
    let place = Place::new();
    place.file("t.yaml", text);
    let args = [
        "scan",
        "--from",
        "t.yaml",
        "--elsewhere",
        "alarms,log-delivery",
        "--format",
        "concise",
    ];
    place.run(&args).out
}

/// The pool is ENFORCED in one stage, and allows high risk in another one: in none both.
#[test]
fn one_value_is_not_two_things() {
    let mode = "!If [IsProd, ENFORCED, AUDIT]";
    let high = "!If [IsDev, NO_ACTION, BLOCK]";
    for (parameters, compared, [dev, prod]) in [
        (
            "Parameters: { Env: { Type: String } }",
            "!Ref Env",
            ["dev", "prod"],
        ),
        ("", "!Ref AWS::Region", ["eu-west-1", "us-east-1"]),
        (
            "Parameters: { Env: { Type: String } }",
            "!Sub '${Env}'",
            ["dev", "prod"],
        ),
    ] {
        for conditions in [
            format!("IsProd: !Equals [{compared}, {prod}], IsDev: !Equals [{dev}, {compared}]"),
            format!("IsProd: !Not [!Not [!Equals [{compared}, {prod}]]], IsDev: !Equals [{compared}, {dev}]"),
            format!(
                "IsProd: !Or [!Equals [{compared}, {prod}], !Equals [{compared}, x]], IsDev: !Or [!Equals [{compared}, {dev}], \
                 !Equals [{compared}, y]]"
            ),
            format!(
                "IsProd: !Equals [{compared}, {prod}], IsDev: !And [!Not [{{ Condition: IsProd }}], !Equals [{compared}, {dev}]]"
            ),
        ] {
            let out = scan(&template(
                &format!("{parameters}\nConditions: {{ {conditions} }}"),
                mode,
                high,
            ));
            assert!(!out.contains("error"), "{conditions}: {out}");
            assert!(out.contains("blocked-user-not-told"), "{conditions}: {out}");
        }
    }
    // Two parameters are two values.
    let two = "Parameters: { Env: { Type: String }, Other: { Type: String } }
Conditions: { IsProd: !Equals [!Ref Env, prod], IsDev: !Equals [!Ref Other, dev] }";
    let out = scan(&template(two, mode, high));
    let condition = "error[high-risk-allowed] if condition `IsDev` is true and condition `IsProd` is true";
    assert!(out.contains(condition), "{out}");
}

/// What a condition says of a parameter is so where the parameter is the value.
#[test]
fn compared_parameter_is_the_value() {
    let head = "Parameters: { Mode: { Type: String } }
Conditions: { Is: !Equals [!Ref Mode, ENFORCED] }";
    let out = scan(&template(head, "!Ref Mode", "!If [Is, BLOCK, NO_ACTION]"));
    assert!(!out.contains("error"), "{out}");
    let out = scan(&template(head, "!Ref Mode", "!If [Is, NO_ACTION, BLOCK]"));
    assert!(
        out.contains("error[high-risk-allowed] if condition `Is` is true"),
        "{out}"
    );
}

/// CloudFormation reads YAML 1.1: `yes` is a boolean where one is wanted, and the text `true` where texts are compared.
#[test]
fn unquoted_booleans_of_yaml_1_1() {
    for (word, notified) in [("yes", true), ("On", true), ("no", false), ("OFF", false)] {
        let text = template("", "ENFORCED", "BLOCK")
            .replace("BLOCK, Notify: false", &format!("BLOCK, Notify: {word}"));
        let out = scan(&text);
        assert!(!out.contains("value-invalid"), "{word}: {out}");
        assert_eq!(out.contains("blocked-user-not-told"), !notified, "{word}: {out}");
        assert_eq!(
            out.contains("notify-without-configuration"),
            notified,
            "{word}: {out}"
        );
    }
    let quoted = template("", "ENFORCED", "BLOCK").replace("BLOCK, Notify: false", "BLOCK, Notify: 'yes'");
    assert!(scan(&quoted).contains("value-invalid"));
    let inert = "responses-inert";
    for (default, compared, enforced) in [
        ("'true'", "yes", true),
        ("yes", "'yes'", false),
        ("yes", "'true'", true),
        ("'yes'", "'yes'", true),
        ("no", "false", true),
    ] {
        let head = format!(
            "Parameters: {{ A: {{ Type: String, Default: {default} }} }}\nConditions: {{ Is: !Equals [!Ref A, {compared}] }}"
        );
        let out = scan(&template(&head, "!If [Is, ENFORCED, AUDIT]", "BLOCK"));
        assert_eq!(out.contains(inert), !enforced, "{default} {compared}: {out}");
    }
}

/// A value that one side of a comparison names and the other does not is among the others there: the pool is on both sides.
#[test]
fn values_of_one_side_are_among_the_others() {
    let of = |value: &str| {
        let head = format!(
            "Parameters: {{ Env: {{ Type: String }} }}
Conditions: {{ Is: !Or [!Equals [!Ref Env, prod], !Equals [!Ref Env, {value}]] }}"
        );
        template(&head, "!If [Is, ENFORCED, AUDIT]", "BLOCK")
    };
    let place = Place::new();
    place
        .file("before.yaml", of("staging"))
        .file("after.yaml", of("dev"));
    let args = [
        "scan",
        "--from",
        "after.yaml",
        "--before",
        "before.yaml",
        "--format",
        "concise",
    ];
    let run = place.run(&args);
    assert!(!run.out.contains("there before and not after"), "{run:?}");
    assert!(!run.out.contains("1 pool new"), "{run:?}");
    let weaker = "if parameter `Env` is another value, and if, before, parameter `Env` is staging: weaker: ";
    assert!(
        run.out.contains(weaker) && run.out.contains("blocked → audit only"),
        "{run:?}"
    );
    assert!(
        run.out.contains("if parameter `Env` is dev: stronger: "),
        "{run:?}"
    );
}
