//! Names in templates and plans: those that are misspelt, those that AWS has and nobody reads, and those that nobody knows.

use serde_json::Value;

use crate::cli::support::{Place, Run};

const TEMPLATE: &str = "Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: Retain
    Properties:
      UserPoolName: shop
      UserPoolTier: PLUS
      UserPoolAddOns:
        AdvancedSecurityMode: ENFORCED
        AdvancedSecurityAdditionalFlows: { CustomAuthMode: AUDIT }
      MfaConfiguration: 'OFF'
  Web:
    Type: AWS::Cognito::UserPoolClient
    Properties: { UserPoolId: !Ref Pool, ExplicitAuthFlows: [ALLOW_REFRESH_TOKEN_AUTH] }
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions:
          LowAction: { EventAction: NO_ACTION, Notify: false }
          MediumAction: { EventAction: NO_ACTION, Notify: false }
          HighAction: { EventAction: BLOCK, Notify: false }
      CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: BLOCK }, EventFilter: [SIGN_IN, SIGN_UP, PASSWORD_CHANGE] }
      RiskExceptionConfiguration: { BlockedIPRangeList: [192.0.2.1/32] }
  Logs:
    Type: AWS::Cognito::LogDeliveryConfiguration
    Properties:
      UserPoolId: !Ref Pool
      LogConfigurations:
        - { EventSource: userAuthEvents, LogLevel: INFO, S3Configuration: { BucketArn: 'arn:aws:s3:::b' } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: 1
      Metrics:
        - { Id: a, Expression: a + a, Label: x, ReturnData: true, AccountId: '1', Period: 60 }
        - Id: b
          MetricStat:
            Metric:
              Namespace: AWS/Cognito
              MetricName: AccountTakeoverRisk
              Dimensions: [{ Name: UserPoolId, Value: !Ref Pool }]
            Stat: Sum
            Unit: Count
            Period: 300
";

fn scan(text: &str) -> Run {
    let place = Place::new();
    place.file("t.yaml", text);
    place.run(&["scan", "--format", "concise", "--from", "t.yaml"])
}

/// Where a text stands, as line and column.
fn place_of(text: &str, written: &str) -> String {
    let start = text.find(written).unwrap();
    let line = text[..start].matches('\n').count() + 1;
    let column = start - text[..start].rfind('\n').map_or(0, |at| at + 1) + 1;
    format!("{line}:{column}")
}

/// What is meant, what is written, and what it is the name of.
const SLIPS: [(&str, &str, &str); 22] = [
    ("UserPoolAddOns", "UserPoolAddOn", "property"),
    ("UserPoolTier", "UserPoolTeir", "property"),
    ("AdvancedSecurityMode", "AdvancedSecurityModes", "property"),
    (
        "AdvancedSecurityAdditionalFlows",
        "AdvancedSecurityAdditionalFlow",
        "property",
    ),
    ("CustomAuthMode", "CustomAuthMod", "property"),
    ("ExplicitAuthFlows", "ExplicitAuthFlow", "property"),
    (
        "AccountTakeoverRiskConfiguration",
        "AccountTakeOverRiskConfigurations",
        "property",
    ),
    ("MediumAction", "MidiumAction", "property"),
    ("HighAction", "HighActions", "property"),
    ("EventFilter", "EventFilters", "property"),
    ("BlockedIPRangeList", "BlockedIpRangesList", "property"),
    ("LogConfigurations", "LogConfiguration", "property"),
    ("EventSource", "EventSrouce", "property"),
    ("BucketArn", "BucketArns", "property"),
    ("MetricStat", "MetricStats", "property"),
    ("MetricName", "MetricNames", "property"),
    ("ClientId: ALL", "ClientID: ALL", "property"),
    ("DeletionPolicy", "DeletionPolicys", "attribute"),
    ("Properties", "Propertys", "attribute"),
    (
        "AWS::Cognito::UserPoolRiskConfigurationAttachment",
        "AWS::Cognito::UserPoolRiskConfigurationAttachement",
        "resource type",
    ),
    (
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserpoolClient",
        "resource type",
    ),
    (
        "AWS::CloudWatch::Alarm",
        "AWS::Cloudwatch::Alarms",
        "resource type",
    ),
];

/// A slip in a name is an input error at the name, says what was meant, and no rule takes it for absent.
#[test]
fn misspelt_properties_are_faults() {
    for (meant, written, what) in SLIPS {
        let text = TEMPLATE.replacen(meant, written, 1);
        let run = scan(&text);
        let (name, known) = (
            written.split(": ").next().unwrap(),
            meant.split(": ").next().unwrap(),
        );
        let said = format!(
            "t.yaml:{}: error[unknown-key] there is no {what} `{name}`",
            place_of(&text, written)
        );
        assert_eq!(run.code, 2, "{written}: {}", run.out);
        assert!(run.out.contains(&said), "{written}: {}\n{}", run.out, run.err);
        let help = format!("`{known}`");
        let json = {
            let place = Place::new();
            place.file("t.yaml", &text);
            place.run(&["scan", "--format", "json", "--from", "t.yaml"]).out
        };
        let json: Value = serde_json::from_str(&json).unwrap();
        let fault = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["rule"] == "unknown-key")
            .unwrap();
        assert!(fault["help"].as_str().unwrap().contains(&help), "{fault}");
        for rule in [
            "threat-protection-off",
            "plus-without-protection",
            "enforced-without",
            "-missing",
            "flows-absent",
            "not-exported",
        ] {
            // The alarm of the template is on an expression.
            let is_found = |line: &str| {
                line.contains("] ") && !line.contains("[alarm-missing") && !line.contains("] if client of ")
            };
            let found = run.out.lines().any(|line| is_found(line) && line.contains(rule));
            assert!(!found, "{written}: {}", run.out);
        }
    }
}

/// A slip in a parameter that is used is an input error as well, and its value is then not known.
#[test]
fn misspelt_parameter_members_are_faults() {
    let text = TEMPLATE.replace(
        "AdvancedSecurityMode: ENFORCED",
        "AdvancedSecurityMode: !Ref Mode",
    );
    for (members, faulty) in [
        ("Type: String, Defualt: ENFORCED", Some(("Defualt", "Default"))),
        (
            "Type: String, AllowedValue: [ENFORCED]",
            Some(("AllowedValue", "AllowedValues")),
        ),
        ("Typ: String, Default: ENFORCED", Some(("Typ", "Type"))),
        (
            "Type: String, Default: ENFORCED, noEcho: true",
            Some(("noEcho", "NoEcho")),
        ),
        ("Type: String, Default: AUDIT, Defaults: ENFORCED", None),
        ("Type: String, Default: AUDIT, Novelty: 1", None),
    ] {
        let parameter = |name: &str| format!("  {name}: {{ {members} }}\n");
        let whole = format!("Parameters:\n{}{text}", parameter("Mode"));
        let run = scan(&whole);
        let all = run.out.clone() + &run.err;
        let Some((written, meant)) = faulty else {
            let name = members.rsplit(", ").next().unwrap().split(':').next().unwrap();
            let said = format!("property `{name}` of a parameter ({})", place_of(&whole, name));
            assert!(all.contains(&said) || name == "Defaults", "{members}: {all}");
            assert!(!all.contains("unknown-key"), "{members}: {all}");
            continue;
        };
        let said = format!(
            "t.yaml:{}: error[unknown-key] there is no property of parameters `{written}`",
            place_of(&whole, written)
        );
        assert!(run.code == 2 && run.out.contains(&said), "{members}: {all}");
        assert!(
            !run.out.contains("threat-protection-off") && !run.out.contains("if parameter"),
            "{all}"
        );
        let place = Place::new();
        place.file("t.yaml", &whole);
        let human = place.run(&["scan", "--from", "t.yaml"]).out;
        assert!(human.contains(&format!("`{meant}`")), "{human}");
        // Nothing of a pool depends on one that is not used.
        let unused = scan(&format!("Parameters:\n{}{TEMPLATE}", parameter("Unused")));
        assert!(unused.code < 2, "{}", unused.out);
    }
}

/// Names that nothing is near to may be new: they are listed with their places, and change nothing else.
#[test]
fn a_name_that_may_be_new_is_listed() {
    let before = scan(TEMPLATE);
    for (beside, new) in [
        (
            "      UserPoolTier: PLUS\n",
            "      ThreatIntelligence: { Feed: x }\n",
        ),
        (
            "        AdvancedSecurityMode: ENFORCED\n",
            "        Novelty: { A: 1 }\n",
        ),
        (
            "          HighAction: { EventAction: BLOCK, Notify: false }\n",
            "          CriticalAction: {}\n",
        ),
        ("    DeletionPolicy: Retain\n", "    Novelty: 1\n"),
        // As near as a new property could be, beside the one that it is near to.
        ("      UserPoolTier: PLUS\n", "      UserPoolTiers: [A]\n"),
        ("Resources:\n", "  New: { Type: 'AWS::Cognito::Novelty' }\n"),
        (
            "      UserPoolTier: PLUS\n",
            "      SoftwareTokenMfaConfiguration: { Enabled: true }\n",
        ),
    ] {
        let text = TEMPLATE.replacen(beside, &format!("{beside}{new}"), 1);
        let run = scan(&text);
        let name = new.trim().split(':').next().unwrap();
        let (written, name) = if name == "New" {
            ("'AWS::Cognito::Novelty", "AWS::Cognito::Novelty")
        } else {
            (name, name)
        };
        let said = format!("`{name}` ({})", place_of(&text, written));
        let all = run.out.clone() + &run.err;
        assert_eq!(run.code, before.code, "{all}");
        assert!(
            all.contains("this version does not know") && all.contains(&said),
            "{said}: {all}"
        );
        assert!(!all.contains("unknown-key"), "{all}");
    }
    let many: Vec<_> = (0..20).map(|at| format!("      Novelty{at}: 1\n")).collect();
    let many = many.concat();
    let text = TEMPLATE.replacen("      UserPoolTier: PLUS\n", &many, 1);
    let run = scan(&text);
    assert!(
        run.err.contains("and 12 more") || run.out.contains("and 12 more"),
        "{}{}",
        run.out,
        run.err
    );
}

/// What AWS has and nobody reads is no news, nor what a macro or a loop stands for.
#[test]
fn names_that_aws_has_are_not_listed() {
    let more = "      Schema: []\n      EmailVerificationMessage: a\n      Policies: {}\n      EmailConfiguration: { From: a }
      SmsConfiguration: { EumsSms: {}, SnsCallerArn: a }\n      WebAuthnRelyingPartyID: a\n      DeletionProtection: ACTIVE\n";
    let text = TEMPLATE.replacen(
        "      UserPoolTier: PLUS\n",
        &format!("      UserPoolTier: PLUS\n{more}"),
        1,
    );
    let others = "  Group: { Type: 'AWS::Cognito::UserPoolGroup' }\n  Log: { Type: 'AWS::CloudWatch::LogAlarm' }
  Own: { Type: 'Custom::CognitoUserPools' }\n  Run: { Type: 'AWS::Serverless::Function', Connectors: {}, Properties: { Timeout: 3, Events: { A: { Type: S3, Properties: { Bucket: b } } } } }\n";
    for text in [
        format!("{text}{others}"),
        text.replace(
            "      UserPoolTier: PLUS\n",
            "      Novelty: 1\n      Fn::Transform: { Name: Mine }\n",
        ),
        format!(
            "Transform: Mine\n{}",
            text.replace("UserPoolAddOns", "UserPoolAddOn")
        ),
    ] {
        let run = scan(&text);
        let all = run.out + &run.err;
        assert!(
            !all.contains("does not know") && !all.contains("unknown-key"),
            "{all}"
        );
    }
}

fn plan(pool: &Value, risk: &Value) -> String {
    let resource = |address: &str, after: &Value| {
        let kind = address.split('.').next().unwrap();
        serde_json::json!({ "address": address, "mode": "managed", "type": kind, "name": "a",
            "change": { "actions": ["create"], "before": null, "after": after, "after_unknown": {} } })
    };
    serde_json::json!({ "format_version": "1.2", "terraform_version": "1.12.0", "resource_changes": [
        resource("aws_cognito_user_pool.a", pool), resource("aws_cognito_risk_configuration.a", risk)] })
    .to_string()
}

/// A provider writes every attribute: one that is not there, and one that is near to it, are one.
#[test]
fn misspelt_plan_attributes_are_faults() {
    let pool = serde_json::json!({ "id": "us-west-2_A", "name": "shop", "tags_all": {}, "user_pool_tier": "PLUS",
        "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED", "advanced_security_additional_flows": [] }] });
    let risk = serde_json::json!({ "user_pool_id": "us-west-2_A", "client_id": null,
        "account_takeover_risk_configuration": [{ "notify_configuration": [], "actions": [{ "low_action": [],
            "medium_action": [], "high_action": [{ "event_action": "BLOCK", "notify": false }] }] }],
        "compromised_credentials_risk_configuration": [{ "event_filter": [], "actions": [{ "event_action": "BLOCK" }] }] });
    let whole = plan(&pool, &risk);
    let run = |text: &str| {
        let place = Place::new();
        place.file("plan.json", text);
        place.run(&["scan", "--format", "concise", "--from", "plan.json"])
    };
    assert!(
        !run(&whole).out.contains("there is no attribute"),
        "{}",
        run(&whole).out
    );
    for (meant, written) in [
        ("user_pool_add_ons", "user_pool_addons"),
        ("user_pool_add_ons", "user_pool_add_on"),
        ("advanced_security_mode", "advanced_security_modes"),
        (
            "account_takeover_risk_configuration",
            "account_take_over_risk_configurations",
        ),
        ("high_action", "hihg_action"),
        ("event_filter", "event_filters"),
    ] {
        let text = whole.replacen(&format!("\"{meant}\""), &format!("\"{written}\""), 1);
        let run = run(&text);
        let said = format!("there is no attribute `{written}`");
        assert!(
            run.code == 2 && run.out.contains(&said),
            "{written}: {}{}",
            run.out,
            run.err
        );
        assert!(
            !run.out.contains("enforced-without") && !run.out.contains("[plus-without"),
            "{}",
            run.out
        );
    }
}
