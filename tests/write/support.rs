//! A world with one pool to write to, and the ports to it.

use std::sync::Arc;

use cogward::aws::{
    Connect, ConnectWriter, Connector, Limits, ReadPort, Session, WriteError, WritePort, Written,
};
use cogward::simulator::{AwsState, Options, Pool, Server};
use serde_json::{Value, json};

pub use crate::support::aws::{ACCOUNT, CLIENT, KEY, POOL, REGION, SECRET, raw};

/// A pool with an app-based factor, so that MFA can be on, and a client with a secret.
pub fn world() -> AwsState {
    let mut pool = Pool::of(raw(json!({
        "Name": "customers",
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" },
        "MfaConfiguration": "OPTIONAL",
        "LastModifiedDate": 1_790_000_000.5,
        "FutureMember": { "Kept": [1, "two"] },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }));
    let client = json!({ "ClientName": "web", "ClientSecret": SECRET, "FutureMember": 7 });
    pool.clients.insert(CLIENT.into(), raw(client));
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    world.region_mut(ACCOUNT, REGION).pools.insert(POOL.into(), pool);
    world
}

pub fn start(options: Options) -> Server {
    Server::start(world(), options).unwrap()
}

/// No quotas, and three attempts.
pub fn quick() -> Limits {
    Limits {
        quotas: false,
        attempts: 3,
        attempt_timeout: std::time::Duration::from_secs(2),
        ..Limits::default()
    }
}

/// A connector to an endpoint.
pub fn connector(endpoint: &str) -> Connector {
    let config = format!(
        "[default]\naws_access_key_id = {KEY}\naws_secret_access_key = secret\nendpoint_url = {endpoint}\n"
    );
    Connector::new(quick()).with_shared_config(config)
}

/// What reads and what writes at an endpoint.
pub async fn ports(endpoint: &str) -> (Arc<dyn ReadPort>, Arc<dyn WritePort>) {
    let (connector, session) = (connector(endpoint), Session::default());
    (
        connector.connect(&session, REGION, None).await,
        connector.connect_writer(&session, REGION, None).await,
    )
}

/// `UserPool` of `DescribeUserPool`.
pub async fn describe(port: &dyn ReadPort) -> Value {
    port.describe_user_pool(POOL).await.unwrap()["UserPool"].take()
}

/// `UserPoolClient` of `DescribeUserPoolClient`.
pub async fn describe_client(port: &dyn ReadPort) -> Value {
    port.describe_client(POOL, CLIENT).await.unwrap()["UserPoolClient"].take()
}

/// A write by its operation's name, with a body that the service takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    Risk,
    Pool,
    Client,
    Logs,
    Mfa,
    Alarm,
}

impl Write {
    pub const ALL: [Self; 6] = [
        Self::Risk,
        Self::Pool,
        Self::Client,
        Self::Logs,
        Self::Mfa,
        Self::Alarm,
    ];

    pub fn operation(self) -> &'static str {
        match self {
            Self::Risk => "SetRiskConfiguration",
            Self::Pool => "UpdateUserPool",
            Self::Client => "UpdateUserPoolClient",
            Self::Logs => "SetLogDeliveryConfiguration",
            Self::Mfa => "SetUserPoolMfaConfig",
            Self::Alarm => "PutMetricAlarm",
        }
    }

    /// A body with something in it that this version does not know.
    pub fn body(self) -> Value {
        let mut body = match self {
            Self::Risk => json!({ "AccountTakeoverRiskConfiguration": { "Actions": {
                "HighAction": { "EventAction": "BLOCK", "Notify": false, "Unheard": { "of": [1, null, "ü"] } },
            } } }),
            Self::Pool => json!({
                "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED", "Unheard": { "of": [1, "ü"] } },
            }),
            Self::Client => json!({
                "ClientId": CLIENT, "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "Unheard": { "of": [1, "ü"] },
            }),
            Self::Logs => json!({ "LogConfigurations": [{
                "LogLevel": "ERROR", "EventSource": "userNotification", "Unheard": { "of": [1, "ü"] },
                "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:x" },
            }] }),
            Self::Mfa => json!({
                "MfaConfiguration": "ON", "Unheard": { "of": [1, "ü"] },
                "SoftwareTokenMfaConfiguration": { "Enabled": true },
            }),
            Self::Alarm => Value::Null,
        };
        if body.is_object() {
            body["UserPoolId"] = json!(POOL);
        }
        body
    }

    pub async fn make(self, port: &dyn WritePort) -> Result<Written, WriteError> {
        let body = self.body();
        match self {
            Self::Risk => port.set_risk_configuration(&body).await,
            Self::Pool => port.update_user_pool(&body).await,
            Self::Client => port.update_user_pool_client(&body).await,
            Self::Logs => port.set_log_delivery(&body).await,
            Self::Mfa => port.set_mfa_config(&body).await,
            Self::Alarm => port.put_metric_alarm(&alarm()).await,
        }
    }

    /// Whether the simulated world has what the write writes.
    pub fn landed(self, world: &AwsState) -> bool {
        let pool = world.pool(POOL).unwrap();
        match self {
            Self::Risk => pool.risk_configurations.contains_key(""),
            Self::Pool => pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] == json!("ENFORCED"),
            Self::Client => pool.clients[CLIENT].contains_key("ExplicitAuthFlows"),
            Self::Logs => pool.log_configurations.is_some(),
            Self::Mfa => pool.user_pool["MfaConfiguration"] == json!("ON"),
            Self::Alarm => !world.accounts[ACCOUNT].regions[REGION].alarms.is_empty(),
        }
    }
}

/// An alarm with something in every place.
pub fn alarm() -> cogward::aws::AlarmRequest {
    cogward::aws::AlarmRequest {
        name: "risk".into(),
        description: Some("who watches".into()),
        namespace: "AWS/Cognito".into(),
        metric: "AccountTakeoverRisk".into(),
        dimensions: [
            ("UserPoolId", POOL),
            ("Operation", "SignIn"),
            ("RiskLevel", "high"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into(),
        statistic: "Sum".into(),
        period: 300,
        unit: Some("Count".into()),
        evaluation_periods: 3,
        datapoints_to_alarm: Some(2),
        threshold: 1.5,
        comparison: "GreaterThanOrEqualToThreshold".into(),
        treat_missing_data: Some("notBreaching".into()),
        evaluate_low_sample_count: None,
        actions_enabled: true,
        alarm_actions: vec!["arn:aws:sns:us-west-2:123456789012:a".into()],
        ok_actions: vec!["arn:aws:sns:us-west-2:123456789012:b".into()],
        insufficient_data_actions: vec!["arn:aws:sns:us-west-2:123456789012:c".into()],
        carried: cogward::aws::CarriedSettings::default(),
    }
}
