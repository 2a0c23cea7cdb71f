//! The pools that are played: real in size, one in ten in audit only.

use cogward::simulator::{AwsState, Pool, RawMembers};
use serde_json::{Value, json};

/// The access key that acts for the account.
pub const KEY: &str = "simulated";
/// Where the pools are.
pub const REGION: &str = "us-west-2";
const ACCOUNT: &str = "123456789012";
const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:security";

fn raw(value: Value) -> RawMembers {
    match value {
        Value::Object(members) => members,
        _ => RawMembers::default(),
    }
}

/// A pool's id.
pub fn id(index: usize) -> String {
    format!("{REGION}_P{index:08}")
}

/// An account with so many pools, each with so many clients, an alarm and the metric that the alarm is on.
pub fn world(pools: usize, clients: usize) -> AwsState {
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    let region = world.region_mut(ACCOUNT, REGION);
    region.topics.insert(TOPIC.to_owned(), topic());
    for index in 0..pools {
        region.pools.insert(id(index), pool(index, clients));
        region
            .alarms
            .insert(format!("risk-{index:08}"), raw(alarm(&id(index))));
    }
    world
}

fn topic() -> cogward::simulator::TopicState {
    cogward::simulator::TopicState {
        subscriptions: vec![cogward::simulator::Subscription {
            protocol: "email".to_owned(),
            endpoint: "security@example.com".to_owned(),
            confirmed: true,
        }],
        ..cogward::simulator::TopicState::default()
    }
}

fn pool(index: usize, clients: usize) -> Pool {
    let mode = if index.is_multiple_of(10) {
        "AUDIT"
    } else {
        "ENFORCED"
    };
    let mut pool = Pool::of(raw(json!({
        "Name": format!("app-{index:05}"),
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": mode },
        "MfaConfiguration": "OPTIONAL",
        "CreationDate": 1_780_000_000,
        "LastModifiedDate": 1_780_000_000,
        "EstimatedNumberOfUsers": 1_000 + index,
        "UserPoolTags": { "env": "prod", "team": format!("team-{}", index / 100) },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }));
    pool.risk_configurations.insert(String::new(), raw(responses()));
    for client in 0..clients {
        let members = json!({
            "ClientName": format!("client-{client}"),
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        });
        pool.clients
            .insert(format!("client{client}of{index:08}"), raw(members));
    }
    pool.log_configurations = Some(vec![json!({
        "LogLevel": "INFO", "EventSource": "userAuthEvents",
        "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:auth" },
    })]);
    pool
}

fn responses() -> Value {
    json!({
        "AccountTakeoverRiskConfiguration": { "Actions": {
            "LowAction": { "EventAction": "NO_ACTION", "Notify": false },
            "MediumAction": { "EventAction": "MFA_IF_CONFIGURED", "Notify": false },
            "HighAction": { "EventAction": "BLOCK", "Notify": false },
        } },
        "CompromisedCredentialsRiskConfiguration": {
            "EventFilter": ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"], "Actions": { "EventAction": "BLOCK" },
        },
        "RiskExceptionConfiguration": { "BlockedIPRangeList": ["198.51.100.0/24"], "SkippedIPRangeList": ["203.0.113.0/24"] },
    })
}

fn alarm(pool: &str) -> Value {
    json!({
        "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "ActionsEnabled": true, "AlarmActions": [TOPIC],
        "Dimensions": [
            { "Name": "UserPoolId", "Value": pool },
            { "Name": "Operation", "Value": "SignIn" },
            { "Name": "RiskLevel", "Value": "High" },
        ],
    })
}
