//! Where reading a template ends: levels, conditions that are faults, and parameters that one side has.

use crate::cli::support::Place;
use crate::cli::template_nested::scan;

/// A pool below the deepest level that is read is named as not read: the run fails, whatever else it found.
#[test]
fn pools_nested_too_deep_are_named() {
    let outer = |index: usize, beside: &str| {
        let next = index + 1;
        format!(
            "Resources:\n  In: {{ Type: 'AWS::CloudFormation::Stack', Properties: {{ TemplateURL: ./t{next}.yaml }} }}\n{beside}"
        )
    };
    let pool = "  P: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolTier: PLUS } }\n";
    let at = |levels: usize, beside: &str| {
        let texts: Vec<_> = (0..levels)
            .map(|index| outer(index, if index == 0 { beside } else { "" }))
            .chain([format!("Resources:\n{pool}")])
            .collect();
        let names: Vec<_> = (0..=levels).map(|index| format!("t{index}.yaml")).collect();
        let files = names
            .iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str));
        let files: Vec<_> = files.collect();
        scan(&files, &[])
    };
    for beside in ["", pool] {
        let (code, found) = at(8, beside);
        assert_eq!(code, 1, "{found}");
        assert!(
            found.contains("t8.yaml:2:3: ") && !found.contains("too deep"),
            "{found}"
        );
        let (code, found) = at(9, beside);
        assert_eq!(code, 4, "{found}");
        assert!(
            found.contains("t9.yaml: FAILED: it is nested more than 8 levels deep, and was not checked"),
            "{found}"
        );
    }
}

/// A condition that is a fault decides nothing: what depends on it is not known, and no case is made of it.
#[test]
fn invalid_conditions_give_no_findings() {
    let template = |conditions: &str, mode: &str, condition: &str| {
        format!(
            "Parameters: {{ Stage: {{ Type: String }} }}\nConditions:\n  Prod: !Equals [!Ref Stage, prod]\n{conditions}Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ UserPoolTier: PLUS, MfaConfiguration: 'ON', EnabledMfas: [SOFTWARE_TOKEN_MFA], UserPoolAddOns: {{ AdvancedSecurityMode: {mode} }} }}\n  Risk:\n    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n{condition}    Properties:\n      UserPoolId: !Ref Pool\n      ClientId: ALL\n      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}\n      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}\n"
        )
    };
    let faults = [
        ("", "there is no condition `X`"),
        ("  X: !Not [!Condition X]\n", "condition `X` refers to itself"),
        ("  X: !Equals [a]\n", "`Fn::Equals` takes"),
        ("  X: !Equals [!Ref Nowhere, a]\n", "`Nowhere`"),
        (
            "  X: !Or [!Condition Y, !Condition Prod]\n",
            "there is no condition `Y`",
        ),
        (
            "  X: !Not [{ 'Fn::And': [!Condition Prod] }]\n",
            "`Fn::And` takes",
        ),
        ("  X: [a, b]\n", "a condition is one function"),
    ];
    let places = [
        ("ENFORCED", "    Condition: X\n"),
        ("!If [X, ENFORCED, 'OFF']", ""),
        ("!If [Prod, !If [X, ENFORCED, 'OFF'], ENFORCED]", ""),
    ];
    for (conditions, said) in faults {
        for (mode, condition) in places {
            let text = template(conditions, mode, condition);
            let (code, found) = scan(&[("t.yaml", &text)], &[]);
            assert_eq!(code, 2, "{text}\n{found}");
            assert!(found.contains(said), "{text}\n{found}");
            for wrong in ["`X` is", "enforced-without", "threat-protection-off", "`Y` is"] {
                assert!(!found.contains(wrong), "{wrong}: {text}\n{found}");
            }
        }
    }
}

/// A parameter that one of both sides has is known: it may be new, or gone.
#[test]
fn parameters_of_one_side_are_known() {
    let text = |name: &str| {
        format!(
            "Parameters: {{ {name}: {{ Type: String }} }}\nResources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: !Ref {name} }} }}\n"
        )
    };
    let place = Place::new();
    place
        .file("old.yaml", text("OldMode"))
        .file("new.yaml", text("NewMode"));
    let scan = [
        "scan",
        "--from",
        "new.yaml",
        "--format",
        "concise",
        "--parameter",
        "NewMode=AUDIT",
    ];
    let both = ["--before", "old.yaml", "--parameter", "OldMode=ENFORCED"];
    let run = place.run(&[&scan[..], &both].concat());
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("changes from `ENFORCED` to `AUDIT`") && !run.out.contains("no template has"),
        "{}",
        run.out
    );
    let wrong = place.run(&[&scan[..], &both, &["--parameter", "Mod=AUDIT"]].concat());
    assert!(
        wrong.code == 2 && wrong.out.contains("no template has the parameter `Mod`"),
        "{}",
        wrong.out
    );
    let alone = place.run(&[&scan[..], &["--parameter", "OldMode=AUDIT"]].concat());
    assert_eq!(alone.code, 2, "{}", alone.out);
}
