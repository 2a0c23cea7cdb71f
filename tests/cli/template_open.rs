//! What a template leaves open: it is not known, and neither a text nor nothing.

use crate::cli::support::Place;

/// What a template leaves open is not written into a policy as a text, and its logical ids are no ids.
#[test]
fn policy_omits_open_template_values() {
    let place = Place::new();
    let template = "Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: { UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: { AdvancedSecurityMode: ENFORCED } }
  Risk:
    Type: AWS::Cognito::UserPoolRiskConfigurationAttachment
    Properties:
      UserPoolId: !Ref Pool
      ClientId: ALL
      AccountTakeoverRiskConfiguration:
        Actions: { HighAction: { EventAction: BLOCK, Notify: true } }
        NotifyConfiguration:
          SourceArn: !ImportValue ses
          From: '{{resolve:ssm:/from}}'
      RiskExceptionConfiguration: { BlockedIPRangeList: [11.0.0.0/24, !ImportValue cidr] }
  Logs:
    Type: AWS::Cognito::LogDeliveryConfiguration
    Properties:
      UserPoolId: !Ref Pool
      LogConfigurations:
        - { EventSource: userAuthEvents, LogLevel: INFO, CloudWatchLogsConfiguration: { LogGroupArn: !ImportValue group } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/Cognito
      MetricName: AccountTakeoverRisk
      Dimensions: [{ Name: UserPoolId, Value: !Ref Pool }, { Name: Operation, Value: SignIn }, { Name: RiskLevel, Value: High }]
      Statistic: Sum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!ImportValue topic]
";
    place.file("t.yaml", template);
    let run = place.run(&["init", "--from", "t.yaml"]);
    assert!(run.out.contains("wrote"), "{run:?}");
    let text = place.read("policies/shop.yaml");
    for open in ["${", "11.0.0.0", "user_auth_events:", "UserPoolId: Pool"] {
        assert!(!text.contains(open), "{open}: {text}");
    }
    for left_out in [
        "/account_takeover/notifications",
        "/risk_exceptions/always_block",
        "/log_delivery/user_auth_events",
        "/alarms/0/actions",
    ] {
        assert!(
            text.contains(left_out) && run.out.contains(left_out),
            "{left_out}: {text} {run:?}"
        );
    }
    assert!(
        text.contains("action: BLOCK") && text.contains("AccountTakeoverRisk"),
        "{text}"
    );
    let run = place.run(&["lint", "policies"]);
    assert!(run.code < 2 && !run.out.contains("alarm-dead"), "{run:?}");
}

/// An alarm on a query that is not known may be on any pool: none is said to have no alarm.
#[test]
fn a_query_that_is_open_may_be_of_the_pool() {
    for (query, is_missing) in [
        (
            "!Sub \"SELECT SUM(AccountTakeoverRisk) FROM SCHEMA(\\\"AWS/Cognito\\\", UserPoolId) WHERE UserPoolId = '${AWS::StackName}'\"",
            false,
        ),
        ("!ImportValue query", false),
        ("SELECT SUM(CallCount) FROM SCHEMA(\"AWS/Usage\", Service)", true),
    ] {
        let place = Place::new();
        let template = format!(
            "Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties: {{ UserPoolName: shop, UserPoolTier: PLUS, UserPoolAddOns: {{ AdvancedSecurityMode: ENFORCED }} }}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics: [{{ Id: q, Expression: {query}, Period: 300 }}]
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
"
        );
        place.file("t.yaml", template);
        let run = place.run(&["scan", "--from", "t.yaml"]);
        assert_eq!(
            run.out.contains("[alarm-missing]"),
            is_missing,
            "{query}: {}",
            run.out
        );
    }
}

/// The same of a pool that a plan changes: it has an id, and texts that are known after apply.
#[test]
fn policy_omits_unknown_plan_values() {
    let level = |action: &str| serde_json::json!([{ "event_action": action, "notify": true }]);
    let takeover = serde_json::json!([{ "actions": [{ "low_action": [], "medium_action": [], "high_action": level("BLOCK") }],
        "notify_configuration": [{ "from": "a@example.com", "block_email": [], "mfa_email": [], "no_action_email": [] }] }]);
    let change = |kind: &str, actions: &[&str], after: serde_json::Value, unknown: serde_json::Value| {
        serde_json::json!({ "address": format!("{kind}.shop"), "mode": "managed", "type": kind, "name": "shop",
            "change": { "actions": actions, "before": if actions == ["create"] { serde_json::Value::Null } else { after.clone() }, "after": after, "after_unknown": unknown } })
    };
    let alarm = serde_json::json!({ "alarm_name": "risk", "namespace": "AWS/Cognito", "metric_name": "AccountTakeoverRisk", "statistic": "Sum",
        "period": 300, "evaluation_periods": 1, "threshold": 1, "comparison_operator": "GreaterThanOrEqualToThreshold", "treat_missing_data": "notBreaching",
        "dimensions": { "UserPoolId": "us-west-2_Shop", "Operation": "SignIn", "RiskLevel": "High" } });
    let plan = serde_json::json!({ "format_version": "1.2", "terraform_version": "1.12.0", "complete": true, "resource_changes": [
        change("aws_cognito_user_pool", &["no-op"], serde_json::json!({ "id": "us-west-2_Shop", "name": "shop", "user_pool_tier": "PLUS",
            "user_pool_add_ons": [{ "advanced_security_mode": "ENFORCED", "advanced_security_additional_flows": [] }] }), serde_json::json!({})),
        change("aws_cognito_risk_configuration", &["create"], serde_json::json!({ "user_pool_id": "us-west-2_Shop", "client_id": null,
            "account_takeover_risk_configuration": takeover }), serde_json::json!({ "id": true, "account_takeover_risk_configuration": [{ "notify_configuration": [{ "source_arn": true }] }] })),
        change("aws_cloudwatch_metric_alarm", &["create"], alarm, serde_json::json!({ "id": true, "alarm_actions": true })),
    ] });
    let place = Place::new();
    place.file("plan.json", plan.to_string());
    let run = place.run(&["init", "--from", "plan.json"]);
    let text = place.read("policies/shop.yaml");
    assert!(!text.contains("${"), "{text}");
    for left_out in ["/account_takeover/notifications", "/alarms/0/actions"] {
        assert!(
            text.contains(left_out) && run.out.contains(left_out),
            "{left_out}: {text} {run:?}"
        );
    }
    assert!(
        text.contains("pool: us-west-2_Shop") && text.contains("UserPoolId: us-west-2_Shop"),
        "{text}"
    );
}
