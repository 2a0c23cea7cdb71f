//! A world to look at, and looks at it with quick limits.

use std::sync::Mutex;
use std::time::Duration;

use cogward::aws::{Connector, Limits, Session};
use cogward::model::observed::{Estate, Failure, Observed, Selector, Unread};
use cogward::model::posture::Part;
use cogward::observe::live::{Fetched, Place, Progress, Silent, Stop, observe};
use cogward::simulator::{AwsState, Options, Pool, Server};
use serde_json::{Value, json};

pub use crate::support::aws::{ACCOUNT, CLIENT, KEY, POOL, REGION, SECRET, raw};

pub const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:security";

/// A pool with a client, and an override of that client.
pub fn pool(name: &str) -> Pool {
    let mut pool = Pool::of(raw(json!({
        "Name": name,
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" },
        "MfaConfiguration": "OPTIONAL",
        "LastModifiedDate": 1_790_000_000.5,
        "CreationDate": 1_780_000_000,
        "EstimatedNumberOfUsers": 42,
        "UserPoolTags": { "env": "prod", "team": name },
        "FutureMember": { "Kept": [1, "two"] },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }));
    pool.clients.insert(
        CLIENT.into(),
        raw(json!({
            "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "ClientSecret": SECRET, "FutureMember": 7,
        })),
    );
    let high = json!({ "HighAction": { "EventAction": "BLOCK", "Notify": false } });
    let section = json!({ "AccountTakeoverRiskConfiguration": { "Actions": high } });
    pool.risk_configurations
        .insert(String::new(), raw(section.clone()));
    pool.risk_configurations.insert(CLIENT.into(), raw(section));
    pool.log_configurations = Some(vec![json!({
        "LogLevel": "INFO", "EventSource": "userAuthEvents",
        "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:x" },
    })]);
    pool
}

/// One account, one region, one pool, and an alarm on it that tells a topic.
pub fn world() -> AwsState {
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    let region = world.region_mut(ACCOUNT, REGION);
    region.pools.insert(POOL.into(), pool("customers"));
    region.alarms.insert("risk".into(), raw(alarm(POOL)));
    region.topics.insert(
        TOPIC.into(),
        serde_json::from_value(json!({ "subscriptions": [
        { "protocol": "email", "endpoint": "a@example.com", "confirmed": true },
        { "protocol": "email", "endpoint": "b@example.com", "confirmed": false },
    ] }))
        .unwrap(),
    );
    region.metrics.push(serde_json::from_value(json!({
        "namespace": "AWS/Cognito", "name": "AccountTakeOverRisk",
        "dimensions": { "UserPoolId": POOL, "Operation": "SignIn", "RiskLevel": "high" }, "data": [[now(), 1.0]],
    })).unwrap());
    world
}

pub fn alarm(pool: &str) -> Value {
    json!({
        "Namespace": "AWS/Cognito", "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300,
        "EvaluationPeriods": 1, "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "ActionsEnabled": true, "AlarmActions": [TOPIC],
        "Dimensions": [
            { "Name": "UserPoolId", "Value": pool }, { "Name": "Operation", "Value": "SignIn" }, { "Name": "RiskLevel", "Value": "high" },
        ],
    })
}

/// Seconds since 1970: CloudWatch lists metrics with data of late only.
pub fn now() -> f64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs_f64()
}

pub fn start(options: Options) -> Server {
    Server::start(world(), options).unwrap()
}

/// No quotas, and two attempts.
pub fn quick() -> Limits {
    Limits {
        quotas: false,
        attempts: 2,
        ..Limits::default()
    }
}

/// The same with time-outs that a slow answer runs into soon.
pub fn impatient() -> Limits {
    Limits {
        attempt_timeout: Duration::from_secs(2),
        ..quick()
    }
}

/// The shared configuration that leads to a server.
pub fn config(server: &Server, key: &str) -> String {
    format!(
        "[default]\naws_access_key_id = {key}\naws_secret_access_key = secret\nendpoint_url = {}\n",
        server.endpoint()
    )
}

pub fn connector(server: &Server, limits: Limits) -> Connector {
    Connector::new(limits).with_shared_config(config(server, KEY))
}

pub fn place(selectors: impl Into<Vec<Selector>>) -> Place {
    Place {
        session: Session::default(),
        region: REGION.to_owned(),
        account: None,
        selectors: selectors.into(),
        shard: None,
    }
}

pub async fn look_with(server: &Server, limits: Limits, places: &[Place]) -> Fetched {
    let stop = Stop::default();
    observe(&connector(server, limits), places, &limits, &Silent, &stop).await
}

/// A look at all pools of the region.
pub async fn look(server: &Server) -> Fetched {
    look_with(server, quick(), &[place([Selector::default()])]).await
}

/// The only pool of an estate that was wholly reached.
pub fn only(estate: &Estate) -> &Observed {
    assert_eq!(estate.unreachable, [], "{estate:?}");
    let [pool] = estate.pools.as_slice() else {
        panic!("not one pool: {estate:?}")
    };
    pool
}

/// What could not be read, in brief, each once.
pub fn brief(unread: &[Unread]) -> Vec<(Part, &str, Failure)> {
    let mut brief: Vec<_> = unread
        .iter()
        .map(|u| (u.part, u.operation.as_str(), u.failure))
        .collect();
    brief.dedup();
    brief
}

/// Operations that the server was asked for, in order of their names, with how often.
pub fn calls(server: &Server) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for call in server.log() {
        *counts.entry(call.operation.clone()).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// Counts what it is told, and stops the run after so many calls.
#[derive(Default)]
pub struct Count {
    pub told: Mutex<(usize, usize, usize)>,
    pub stop_after: Option<(usize, Stop)>,
}

impl Progress for Count {
    fn called(&self, _operation: &'static str) {
        let mut told = self.told.lock().unwrap();
        told.0 += 1;
        if let Some((calls, stop)) = &self.stop_after
            && told.0 >= *calls
        {
            stop.stop();
        }
    }

    fn found(&self, pools: usize) {
        self.told.lock().unwrap().1 += pools;
    }

    fn done(&self) {
        self.told.lock().unwrap().2 += 1;
    }
}
