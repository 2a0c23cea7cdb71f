//! Each function of `CloudFormation` once, and what is known to be a trap: what becomes of a mode that is written with it.

use serde_json::Value;

use crate::cli::support::Place;

const HEAD: &str = "Parameters:
  Given: { Type: String }
  Mode: { Type: String, Default: ENFORCED }
  List: { Type: CommaDelimitedList, Default: 'AUDIT, ENFORCED' }
  Hidden: { Type: String, NoEcho: true, Default: AUDIT }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /mode }
  Allowed: { Type: String, AllowedValues: [AUDIT, ENFORCED] }
  Flag: { Type: String, Default: 'true' }
Mappings:
  Modes: { prod: { mode: ENFORCED }, us-west-2: { mode: ENFORCED } }
  Both: { prod: { mode: ENFORCED }, dev: { mode: AUDIT } }
Conditions:
  Yes: !Equals [a, a]
  No: !Not [!Condition Yes]
  OpenOne: !Equals [!Ref Given, x]
  YesOrOpen: !Or [!Condition OpenOne, !Condition Yes]
  NoAndOpen: !And [!Condition OpenOne, !Condition No]
  QuotedIsPlain: !Equals [!Ref Flag, true]
  Two: !Equals [!Length [a, b], 2]
";

/// The mode of a pool in words, with the condition where it is not certain.
fn mode(written: &str, args: &[&str]) -> String {
    let place = Place::new();
    let text = format!(
        "Transform: AWS::LanguageExtensions\n{HEAD}Resources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      UserPoolTier: PLUS\n      UserPoolAddOns: {{ AdvancedSecurityMode: {written} }}\n"
    );
    place.file("t.yaml", text);
    let mut all = vec!["scan", "--format", "json", "--from", "t.yaml"];
    all.extend(args);
    let run = place.run(&all);
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err));
    let mut said = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let message = finding["message"].as_str().unwrap();
        let when = message.strip_prefix("if ").and_then(|rest| rest.split_once(": "));
        let when = when.map_or(String::new(), |(when, _)| format!(" if {when}"));
        match finding["rule"].as_str().unwrap() {
            "enforced-without-responses" => said.push(format!("ENFORCED{when}")),
            "plus-without-protection" => said.push(format!("OFF{when}")),
            "value-invalid" | "value-not-allowed" => said.push(format!("fault: {message}")),
            _ => {}
        }
    }
    if said.is_empty() {
        "AUDIT".to_owned()
    } else {
        said.join(", ")
    }
}

#[test]
fn functions_that_can_be_evaluated_are() {
    let enforced = [
        "ENFORCED",
        "!Ref Mode",
        "{ Ref: Mode }",
        "!Sub '${Mode}'",
        "!Sub ['${A}CED', { A: ENFOR }]",
        "!Join ['', [ENF, ORCED]]",
        "!Join ['', [!Ref Mode]]",
        "!Select [1, [AUDIT, ENFORCED]]",
        "!Select ['1', !Ref List]",
        "!Select [0, !Split [',', 'ENFORCED,AUDIT']]",
        "!FindInMap [Modes, prod, mode]",
        "!FindInMap [Modes, !Ref 'AWS::Region', mode]",
        "!FindInMap [Modes, none, mode, { DefaultValue: ENFORCED }]",
        // Whichever key it is, the value is the same.
        "!FindInMap [Modes, !Ref Given, mode]",
        "!If [Yes, ENFORCED, AUDIT]",
        "!If [No, AUDIT, ENFORCED]",
        "!If [YesOrOpen, ENFORCED, AUDIT]",
        "!If [NoAndOpen, AUDIT, ENFORCED]",
        "!If [QuotedIsPlain, ENFORCED, AUDIT]",
        "!If [Two, ENFORCED, AUDIT]",
        // Both are the same: the condition does not matter.
        "!If [OpenOne, ENFORCED, ENFORCED]",
        "{ Fn::If: [Yes, !Ref Mode, AUDIT] }",
    ];
    for written in enforced {
        assert_eq!(mode(written, &["--region", "us-west-2"]), "ENFORCED", "{written}");
    }
    assert_eq!(mode("!Ref Given", &["--parameter", "Given=ENFORCED"]), "ENFORCED");
    assert_eq!(mode("!Ref AWS::NoValue", &[]), "OFF");
    assert_eq!(
        mode("!If [OpenOne, ENFORCED, AUDIT]", &["--parameter", "Given=x"]),
        "ENFORCED"
    );
    assert_eq!(
        mode("!If [OpenOne, ENFORCED, AUDIT]", &["--parameter", "Given=y"]),
        "AUDIT"
    );
}

/// What cannot be evaluated is open and says why.
#[test]
fn unevaluated_functions_name_the_reason() {
    for (written, why) in [
        ("!Ref Given", "parameter `Given`"),
        ("!Ref Allowed", "parameter `Allowed`"),
        ("!Ref Hidden", "parameter `Hidden` (NoEcho)"),
        ("!Ref Stored", "parameter `Stored` (from SSM)"),
        ("!If [OpenOne, ENFORCED, AUDIT]", "condition `OpenOne`"),
        ("!ImportValue elsewhere", "import `elsewhere`"),
        ("!GetAtt Custom.Mode", "fault"),
        ("!Base64 x", "`!Base64 x`"),
        (
            "!Select [0, !Cidr ['10.0.0.0/16', 1, 8]]",
            "`!Select [0, !Cidr [10.0.0.0/16, 1, 8]]`",
        ),
        ("!Select [0, !GetAZs '']", "`!Select [0, !GetAZs ]`"),
        ("!ToJsonString [a]", "`!ToJsonString [a]`"),
        ("'{{resolve:ssm:mode}}'", "{{resolve:ssm:mode}}"),
        ("!Ref AWS::StackName", "AWS::StackName"),
        (
            "{ Fn::GetStackOutput: { StackName: A, OutputName: B } }",
            "output `B` of stack `A`",
        ),
        ("!FindInMap [Both, !Ref Given, mode]", "parameter `Given`"),
        (
            "!FindInMap [!Ref Given, prod, mode]",
            "`!FindInMap [!Ref Given, prod, mode]`",
        ),
        (
            "!FindInMap [Modes, none, mode]",
            "fault: there is no `Modes.none.mode` in the mapping",
        ),
        (
            "!Ref Nowhere",
            "fault: there is no parameter and no resource `Nowhere`",
        ),
        ("!Select [7, [a]]", "fault: the list has no entry 7"),
        ("[ENFORCED]", "fault: this has to be a text"),
        ("null", "fault: there is no value here"),
        ("ENFORCE", "fault: `ENFORCE` is not a value that AWS knows here"),
    ] {
        let found = mode(written, &[]);
        let is_open = found.contains("ENFORCED if ") || found.contains("fault: ");
        assert!(is_open && found.contains(why), "{written}: {found}");
        assert!(
            !found
                .split(", ")
                .any(|one| ["ENFORCED", "OFF", "AUDIT"].contains(&one)),
            "{written}: {found}"
        );
    }
}

/// What a function does not take is a fault at its place, and no value: nothing is said of the mode.
#[test]
fn malformed_functions_are_faults() {
    for (written, function) in [
        ("!If [Yes]", "Fn::If"),
        ("!If []", "Fn::If"),
        ("!If Yes", "Fn::If"),
        ("!Join [a]", "Fn::Join"),
        ("!Join [a, b]", "Fn::Join"),
        ("!Join [[a], [b]]", "Fn::Join"),
        ("!Join [a, [[b]]]", "Fn::Join"),
        ("!Join [a, [!Ref List]]", "Fn::Join"),
        ("!Sub []", "Fn::Sub"),
        ("!Sub [ENFORCED, b]", "Fn::Sub"),
        ("!Sub [ENFORCED, {}, {}]", "Fn::Sub"),
        ("{ Fn::Sub: { a: b } }", "Fn::Sub"),
        ("!Select [a]", "Fn::Select"),
        ("!Select [a, [ENFORCED]]", "Fn::Select"),
        ("!Select [-1, [ENFORCED]]", "Fn::Select"),
        ("!Select [0, ENFORCED]", "Fn::Select"),
        ("!Select [[0], [ENFORCED]]", "Fn::Select"),
        ("!FindInMap [a]", "Fn::FindInMap"),
        ("!FindInMap [Modes, prod, mode, ENFORCED]", "Fn::FindInMap"),
        ("!FindInMap [Modes, [prod], mode]", "Fn::FindInMap"),
        ("!GetAtt []", "Fn::GetAtt"),
        ("!GetAtt P", "Fn::GetAtt"),
        ("!GetAtt [P, [Arn]]", "Fn::GetAtt"),
        ("!Select [0, !Split [',']]", "Fn::Split"),
        ("!Select [0, !Split [',', [ENFORCED]]]", "Fn::Split"),
        ("{ Ref: [Mode] }", "Ref"),
        ("{ Ref: 1 }", "Ref"),
        ("!ImportValue [a]", "Fn::ImportValue"),
        ("!Length ENFORCED", "Fn::Length"),
        ("{ Fn::GetStackOutput: [a] }", "Fn::GetStackOutput"),
        ("!If [!Equals [a], ENFORCED, AUDIT]", "Fn::Equals"),
        ("!If [!Not [], ENFORCED, AUDIT]", "Fn::Not"),
        ("!If [!And [!Condition Yes], ENFORCED, AUDIT]", "Fn::And"),
    ] {
        let found = mode(written, &[]);
        assert!(
            found.contains(&format!("fault: `{function}` takes ")),
            "{written}: {found}"
        );
        let is_certain = found
            .split(", ")
            .any(|one| ["ENFORCED", "OFF", "AUDIT"].contains(&one));
        assert!(!is_certain, "{written}: {found}");
    }
}

/// Two values that are not known are not the same one, and what is not known in a text leaves the words that fit.
#[test]
fn values_that_are_not_known_differ() {
    let actions = |low: &str, high: &str| {
        let place = Place::new();
        let actions = format!(
            "{{ LowAction: {{ EventAction: {low}, Notify: false }}, HighAction: {{ EventAction: {high}, Notify: false }} }}"
        );
        let text = format!(
            "Parameters:
  Given: {{ Type: String }}
  Kind: {{ Type: String, AllowedValues: [REQUIRED, IF_CONFIGURED] }}
Mappings:
  M: {{ us-west-2: {{ mode: ENFORCED, low: NO_ACTION }}, eu-west-1: {{ mode: AUDIT, low: MFA_REQUIRED }} }}
Resources:
  P:
    Type: AWS::Cognito::UserPool
    Properties:
      MfaConfiguration: 'ON'
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      UserPoolAddOns: {{ AdvancedSecurityMode: !FindInMap [M, !Ref AWS::Region, mode] }}
  R:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties: {{ UserPoolId: !Ref P, ClientId: ALL, AccountTakeoverRiskConfiguration: {{ Actions: {actions} }} }}
"
        );
        place.file("t.yaml", text);
        place
            .run(&["scan", "--from", "t.yaml", "--format", "concise"])
            .out
    };
    let of = |low, high, rule: &str| {
        let out = actions(low, high);
        assert!(!out.contains("value-not-allowed"), "{low} {high}: {out}");
        out.contains(rule)
    };
    let escalating = "responses-not-escalating";
    assert!(of("'{{resolve:ssm:/a}}'", "'{{resolve:ssm:/b}}'", escalating));
    assert!(!of("'{{resolve:ssm:/a}}'", "'{{resolve:ssm:/a}}'", escalating));
    assert!(of(
        "!FindInMap [M, !Ref AWS::Region, low]",
        "NO_ACTION",
        escalating
    ));
    assert!(!of("!FindInMap [M, !Ref AWS::Region, low]", "BLOCK", escalating));
    assert!(of("BLOCK", "!Sub 'MFA_${Given}'", escalating));
    assert!(!of("NO_ACTION", "!Sub 'MFA_${Given}'", "high-risk-allowed"));
    assert!(!of("NO_ACTION", "!Sub 'MFA_${Kind}'", "high-risk-allowed"));
    assert!(
        actions("NO_ACTION", "!Sub 'X${Given}'")
            .contains("`X${parameter 'Given'}` is not a value that AWS knows here")
    );
}

/// A parameter that two properties have, which do not take the same values, is no fault.
#[test]
fn parameter_shared_by_properties_is_valid() {
    let place = Place::new();
    place.file(
        "t.yaml",
        "Parameters: { Mode: { Type: String } }
Resources:
  P:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolAddOns: { AdvancedSecurityMode: !Ref Mode, AdvancedSecurityAdditionalFlows: { CustomAuthMode: !Ref Mode } } }
",
    );
    let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
    assert!(
        run.code == 1 && !run.out.contains("value-not-allowed"),
        "{}",
        run.out
    );
}

/// A text of one part has the few values of that part.
#[test]
fn one_part_keeps_its_few_values() {
    for written in [
        "!Ref Allowed",
        "!Sub '${Allowed}'",
        "!Sub ['${A}', { A: !Ref Allowed }]",
        "!Join [',', [!Ref Allowed]]",
        "!Select [0, [!Ref Allowed]]",
        "!If [Yes, !Ref Allowed, AUDIT]",
    ] {
        let found = mode(written, &[]);
        assert_eq!(found, "ENFORCED if parameter `Allowed` is ENFORCED", "{written}");
    }
}

/// What the deployment refuses has no value: it opens no case.
#[test]
fn a_fault_opens_no_case() {
    for (written, why) in [
        ("!Ref Nowhere", "there is no parameter and no resource `Nowhere`"),
        ("!GetAtt Nowhere.Arn", "there is no resource `Nowhere`"),
        (
            "!Sub '${Nowhere}'",
            "there is no parameter and no resource `Nowhere`",
        ),
        ("!Select [7, [a]]", "the list has no entry 7"),
        (
            "!FindInMap [Modes, none, mode]",
            "there is no `Modes.none.mode` in the mapping",
        ),
        (
            "!FindInMap [Modes, !Ref Nowhere, mode]",
            "there is no parameter and no resource `Nowhere`",
        ),
        (
            "!Select [0, !Split [',', !Ref Nowhere]]",
            "there is no parameter and no resource `Nowhere`",
        ),
        ("!If [Nowhere, AUDIT, AUDIT-]", "there is no condition `Nowhere`"),
        ("null", "there is no value here, and CloudFormation takes no null"),
    ] {
        let found = mode(written, &[]);
        assert!(found.starts_with(&format!("fault: {why}")), "{written}: {found}");
        assert!(!found.contains("ENFORCED if"), "{written}: {found}");
    }
}

/// A macro in place of a value gives any; one at the top adds resources and conditions, as SAM does.
#[test]
fn what_a_macro_gives_is_no_fault() {
    for written in [
        "{ Fn::Transform: { Name: Mine } }",
        "!Transform { Name: AWS::Include }",
    ] {
        let found = mode(written, &[]);
        assert!(
            found.contains("ENFORCED if `!Transform { Name") && !found.contains("fault"),
            "{written}: {found}"
        );
    }
    for (transform, is_fault) in [
        ("", true),
        ("Transform: AWS::LanguageExtensions\n", true),
        ("Transform: AWS::Serverless-2016-10-31\n", false),
        ("Transform: [AWS::LanguageExtensions, Mine]\n", false),
    ] {
        let text = format!(
            "{transform}{}",
            POOL.replace(
                "UserPoolName: shop",
                "UserPoolName: shop, SmsConfiguration: { SnsCallerArn: !GetAtt MadeRole.Arn }, \
                 EmailConfiguration: !If [Made, { From: a }, { From: b }]"
            )
        );
        let text = text.replace(
            "AdvancedSecurityMode: ENFORCED",
            "AdvancedSecurityMode: !Ref Made",
        );
        let (code, found) = concise(&[("t.yaml", &text)], &[]);
        assert_eq!(
            found.contains("there is no"),
            is_fault,
            "{transform}: {code} {found}"
        );
    }
}

/// A loop or a macro in a section may add to it: what is not written there is not known, and no fault.
#[test]
fn what_a_section_may_get_is_no_fault() {
    let include = "{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://a/b } } }";
    for (section, written) in [
        (
            "Parameters: { L: { Type: CommaDelimitedList } }\nConditions: { 'Fn::ForEach::C': [N, !Ref L, { 'Is${N}': !Equals [a, a] }] }".to_owned(),
            "!If [IsA, ENFORCED, AUDIT]",
        ),
        (format!("Conditions: {include}"), "!If [Added, ENFORCED, AUDIT]"),
        (format!("Mappings: {include}"), "!FindInMap [Added, a, b]"),
        (format!("Parameters: {include}"), "!Ref Added"),
    ] {
        let text = format!(
            "Transform: AWS::LanguageExtensions\n{section}\n{}",
            POOL.replace("Mode: ENFORCED", &format!("Mode: {written}"))
        );
        let (code, found) = concise(&[("t.yaml", &text)], &[]);
        assert!(code != 2 && found.contains("] if "), "{section}: {code} {found}");
    }
    let (_, found) = concise(
        &[(
            "t.yaml",
            &format!("Fn::Transform: {{ Name: AWS::Include }}\n{POOL}"),
        )],
        &[],
    );
    assert!(
        !found.contains("enforced-without") && found.contains("the macro AWS::Include"),
        "{found}"
    );
}

/// What the deployment refuses: a name in other letters, and a property that is missing. Nothing rests on it.
#[test]
fn miscased_or_missing_property_is_a_fault() {
    let lower = POOL.replace("UserPoolAddOns", "UserPoolAddons");
    let nested = POOL.replace("AdvancedSecurityMode", "advancedSecurityMode");
    for (text, said) in [
        (&lower, "there is no property `UserPoolAddons`"),
        (&nested, "there is no property `advancedSecurityMode`"),
    ] {
        let (code, found) = concise(&[("t.yaml", text)], &[]);
        assert!(code == 2 && found.contains(said), "{found}");
        for rule in [
            "threat-protection-off",
            "plus-without-protection",
            "enforced-without",
        ] {
            assert!(!found.contains(&format!("[{rule}")), "{found}");
        }
    }
    let answers = ANSWERS.replace("!ImportValue shop-pool", "us-west-2_A");
    for (left_out, said) in [
        (
            "      ClientId: ALL\n",
            "`A` has no `ClientId`: the deployment fails",
        ),
        ("      UserPoolId: us-west-2_A\n", "`A` has no `UserPoolId`"),
    ] {
        let text = answers.replace(left_out, "");
        let (code, found) = concise(&[("t.yaml", &text)], &[]);
        assert!(code == 2 && found.contains(said), "{found}");
    }
    let (_, found) = concise(&[("t.yaml", &answers)], &[]);
    assert!(!found.contains("the deployment fails"), "{found}");
}

/// YAML 1.1 reads these as booleans, and so does `CloudFormation`: in values, defaults and allowed values.
#[test]
fn yaml_1_1_booleans_are_faults() {
    let found = mode("OFF", &[]);
    assert!(found.contains("`OFF` without quotes is a boolean"), "{found}");
    assert!(mode("'OFF'", &[]) == "OFF" && mode("\"OFF\"", &[]) == "OFF");
    for parameter in ["Default: OFF", "AllowedValues: [OFF]"] {
        let place = Place::new();
        let text = format!(
            "Parameters:\n  M: {{ Type: String, {parameter} }}\nResources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ UserPoolAddOns: {{ AdvancedSecurityMode: !Ref M }} }}\n"
        );
        place.file("t.yaml", text);
        let run = place.run(&["scan", "--from", "t.yaml", "--format", "concise"]);
        assert!(
            run.code == 2 && run.out.contains("t.yaml:2:") && run.out.contains("without quotes is a boolean"),
            "{parameter}: {}",
            run.out
        );
    }
}

fn concise(files: &[(&str, &str)], args: &[&str]) -> (i32, String) {
    let place = Place::new();
    let mut all = vec!["scan", "--format", "concise"];
    for (name, text) in files {
        place.file(name, text);
        all.extend(["--from", name]);
    }
    all.extend(args);
    let run = place.run(&all);
    (run.code, run.out + &run.err)
}

const POOL: &str = "Resources:
  P:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
Outputs:
  Id: { Value: !Ref P, Export: { Name: shop-pool } }
";

const ANSWERS: &str = "Resources:
  A:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !ImportValue shop-pool
      ClientId: ALL
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK } }
      AccountTakeoverRiskConfiguration: { Actions: { HighAction: { EventAction: BLOCK, Notify: false } } }
";

/// Files that are named together are read together; alone, an attachment is not that of a pool of the files.
#[test]
fn exports_are_followed_between_files() {
    let (_, alone) = concise(&[("pool.yaml", POOL)], &[]);
    assert!(alone.contains("enforced-without-responses"), "{alone}");
    let (_, both) = concise(&[("pool.yaml", POOL), ("answers.yaml", ANSWERS)], &[]);
    assert!(!both.contains("enforced-without-responses"), "{both}");
    let (_, other) = concise(&[("answers.yaml", ANSWERS)], &[]);
    assert!(
        other.contains("import `shop-pool`") || other.contains("not known"),
        "{other}"
    );
    // A name with the region is one name: an export is imported within its region.
    let in_region = |text: &str| text.replace("shop-pool", "!Sub \"shop-${AWS::Region}\"");
    let answers = ANSWERS.replace(
        "!ImportValue shop-pool",
        "{ \"Fn::ImportValue\": !Sub \"shop-${AWS::Region}\" }",
    );
    let (_, both) = concise(
        &[("pool.yaml", &in_region(POOL)), ("answers.yaml", &answers)],
        &[],
    );
    assert!(
        !both.contains("enforced-without-responses") && !both.contains("not known"),
        "{both}"
    );
}

/// Loops are carried out; one over a list that is not known may make any resource.
#[test]
fn loops_make_resources() {
    let looped = |list: &str| {
        format!(
            "Transform: AWS::LanguageExtensions\nParameters:\n  Open: {{ Type: CommaDelimitedList }}\nResources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: {{ UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }} }}\n  Fn::ForEach::Each:\n    - Name\n    - {list}\n    - 'Answers${{Name}}':\n        Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n        Properties:\n          UserPoolId: !Ref P\n          ClientId: !Ref Name\n          CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}\n          AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}\n"
        )
    };
    let (_, known) = concise(&[("t.yaml", &looped("[ALL]"))], &[]);
    assert!(!known.contains("enforced-without-responses"), "{known}");
    let (_, open) = concise(&[("t.yaml", &looped("!Ref Open"))], &[]);
    assert!(
        !open.contains("enforced-without-responses") && open.contains("over a list that is not known"),
        "{open}"
    );
    let (_, given) = concise(&[("t.yaml", &looped("!Ref Open"))], &["--parameter", "Open=ALL"]);
    assert!(
        !given.contains("enforced-without-responses") && !given.contains("not known"),
        "{given}"
    );
}

/// A resource whose condition is false is not there; one whose condition is open is, in some cases.
#[test]
fn resource_conditions_decide_presence() {
    let with = |condition: &str| {
        format!(
            "Parameters:\n  Stage: {{ Type: String }}\nConditions:\n  Never: !Equals [a, b]\n  Prod: !Equals [!Ref Stage, prod]\n{}",
            POOL.replace("Outputs:", &format!("  A:\n    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment\n    Condition: {condition}\n    Properties:\n      UserPoolId: !Ref P\n      ClientId: ALL\n      CompromisedCredentialsRiskConfiguration: {{ Actions: {{ EventAction: BLOCK }} }}\n      AccountTakeoverRiskConfiguration: {{ Actions: {{ HighAction: {{ EventAction: BLOCK, Notify: false }} }} }}\nOutputs:"))
        )
    };
    let (_, never) = concise(&[("t.yaml", &with("Never"))], &[]);
    assert!(
        never.contains("enforced-without-responses") && !never.contains("if condition"),
        "{never}"
    );
    let (_, open) = concise(&[("t.yaml", &with("Prod"))], &[]);
    assert!(open.contains("if condition `Prod` is false: "), "{open}");
    let (_, prod) = concise(&[("t.yaml", &with("Prod"))], &["--parameter", "Stage=prod"]);
    assert!(!prod.contains("enforced-without-responses"), "{prod}");
}

/// The three forms of a parameters file are one.
#[test]
fn parameter_files_of_all_three_forms() {
    let text = "Parameters:\n  M: { Type: String }\nResources:\n  P:\n    Type: AWS::Cognito::UserPool\n    Properties: { UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: !Ref M } }\n";
    for form in [
        "[{\"ParameterKey\": \"M\", \"ParameterValue\": \"ENFORCED\"}]",
        "{\"M\": \"ENFORCED\"}",
        "{\"Parameters\": {\"M\": \"ENFORCED\"}}",
    ] {
        let place = Place::new();
        place.file("t.yaml", text).file("p.json", form);
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
            run.out.contains("enforced-without-responses") && !run.out.contains("if parameter"),
            "{form}: {}",
            run.out
        );
    }
    let place = Place::new();
    place.file("t.yaml", text).file("p.json", "7");
    let run = place.run(&["scan", "--from", "t.yaml", "--parameters", "p.json"]);
    assert!(run.code == 2 && run.err.contains("p.json"), "{}", run.err);
}

/// Where not all cases were checked, nothing is told as certain, and the run says so.
#[test]
fn too_many_cases_make_findings_uncertain() {
    let of = |count: usize| {
        let parameter =
            |at: usize| format!("  M{at}: {{ Type: String, AllowedValues: [AUDIT, ENFORCED] }}\n");
        let pool = |at: usize| {
            format!(
                "  P{at}: {{ Type: AWS::Cognito::UserPool, Properties: {{ UserPoolTier: PLUS, MfaConfiguration: 'ON', UserPoolAddOns: {{ AdvancedSecurityMode: !Ref M{at} }} }} }}\n"
            )
        };
        let all = |one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
        format!("Parameters:\n{}Resources:\n{}", all(&parameter), all(&pool))
    };
    // One more has the other value of the first parameter.
    let said = "in the 257 cases that were checked: ";
    for (count, expected) in [(8, 1), (9, 4)] {
        let place = Place::new();
        place.file("t.yaml", of(count));
        let run = place.run(&["scan", "--format", "concise", "--from", "t.yaml"]);
        let (code, found) = (run.code, run.out + &run.err);
        let is_bounded = expected == 4;
        assert_eq!(code, expected, "{found}");
        assert_eq!(found.contains("257 of at least 512 cases"), is_bounded, "{found}");
        let findings: Vec<_> = found
            .lines()
            .filter(|line| line.starts_with("t.yaml:") && line.contains("] "))
            .collect();
        assert!(!findings.is_empty(), "{found}");
        for line in findings {
            assert_eq!(
                line.contains(said),
                is_bounded && !line.contains("] if "),
                "{line}"
            );
        }
    }
}
