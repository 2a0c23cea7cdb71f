//! A simulated AWS, and the program with the environment that leads to it.

use std::process::Command;

use cogward::simulator::{AwsState, InjectedFault, Options, Pool, RawMembers, Server};
use serde_json::{Value, json};

use crate::cli::support::{Place, Run, finished};

pub use crate::support::aws::{ACCOUNT, KEY, POOL, REGION, raw};

/// What a policy has to say of [`pool`] to be satisfied with it.
pub const POLICY: &str = "\
version: 1
name: a
target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }
feature_plan: PLUS
mode: { standard: ENFORCED }
mfa: { configuration: OPTIONAL }
account_takeover:
  high: { action: BLOCK, notify: false }
compromised_credentials: { action: BLOCK }
clients:
  web: { id: web1, inherit: true, auth_flows: [ALLOW_USER_PASSWORD_AUTH] }
log_delivery:
  user_auth_events: { cloudwatch_logs: \"arn:aws:logs:us-west-2:123456789012:log-group:x\" }
";

/// A simulated AWS and a folder.
pub struct Aws {
    pub server: Server,
    pub place: Place,
}

impl Aws {
    pub fn new(world: AwsState) -> Self {
        Self {
            server: Server::start(world, Options::default()).unwrap(),
            place: Place::new(),
        }
    }

    /// One pool, and a policy that it fits.
    pub fn one() -> Self {
        let aws = Self::new(world());
        aws.place.file("policies/a.yaml", POLICY);
        aws
    }

    /// The same with another text of the policy.
    pub fn with(policy: &str) -> Self {
        let aws = Self::one();
        aws.place.file("policies/a.yaml", policy);
        aws
    }

    pub fn faults(self, faults: Vec<InjectedFault>) -> Self {
        self.server.set_faults(faults);
        self
    }

    /// Changes the pool.
    pub fn change(self, change: impl FnOnce(&mut Pool)) -> Self {
        self.server.change(|world| change(world.pool_mut(POOL).unwrap()));
        self
    }

    /// The program with the environment that leads to the server, and nowhere else.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.place.command(args);
        let nowhere = self.place.path("nowhere");
        command
            .env("AWS_ENDPOINT_URL", self.server.endpoint())
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere);
        command
    }

    pub fn run(&self, args: &[&str]) -> Run {
        finished(&self.command(args).output().unwrap())
    }

    /// What every report for people ends with here: the service is none of AWS's.
    pub fn asked_instead(&self) -> String {
        format!(
            "not checked: whether this is AWS: {} was used (AWS_ENDPOINT_URL or endpoint_url)\n",
            self.server.endpoint()
        )
    }

    /// The JSON report, which says how the run ends.
    pub fn json(&self, args: &[&str]) -> Value {
        let run = self.run(&[args, &["--format", "json"]].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
        assert_eq!(report["exit_code"], run.code, "{run:?}");
        report
    }

    /// Exit code, then rule and message of each finding.
    pub fn findings(&self, args: &[&str]) -> (i64, Vec<(String, String)>) {
        let report = self.json(args);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        (
            report["exit_code"].as_i64().unwrap(),
            findings
                .map(|one| (text(&one["rule"]), text(&one["message"])))
                .collect(),
        )
    }
}

/// A pool that a policy may be content with.
pub fn pool(name: &str) -> Pool {
    let mut pool = Pool::of(raw(json!({
        "Name": name,
        "UserPoolTier": "PLUS",
        "UserPoolAddOns": { "AdvancedSecurityMode": "ENFORCED" },
        "MfaConfiguration": "OPTIONAL",
        "LastModifiedDate": 1_700_000_000,
        "CreationDate": 1_700_000_000,
        "UserPoolTags": { "env": "prod" },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true } }));
    pool.clients.insert("web1".into(), client("web"));
    let section = json!({
        "AccountTakeoverRiskConfiguration": { "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false } } },
        "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } },
    });
    pool.risk_configurations.insert(String::new(), raw(section));
    pool.log_configurations = Some(vec![json!({
        "LogLevel": "INFO", "EventSource": "userAuthEvents",
        "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:x" },
    })]);
    pool
}

pub fn client(name: &str) -> RawMembers {
    raw(json!({ "ClientName": name, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] }))
}

/// One account, one region, one pool.
pub fn world() -> AwsState {
    let mut world = AwsState::default().with_key(KEY, ACCOUNT);
    let region = world.region_mut(ACCOUNT, REGION);
    region.pools.insert(POOL.into(), pool("customers"));
    world
}

/// The demo's pools and policies.
pub fn demo() -> Aws {
    let aws = Aws::new(cogward::simulator::demo::world().unwrap());
    for (name, text) in cogward::simulator::demo::policies() {
        aws.place.file(&format!("policies/{name}"), text);
    }
    aws
}

/// The same after an apply, of which `journal.jsonl` is the journal.
pub fn applied_demo() -> Aws {
    let aws = demo();
    let applied = aws.run(&[
        "apply",
        "policies/members.yaml",
        "--yes",
        "--allow-block",
        "us-west-2_Members004:/account_takeover/high",
        "--journal",
        "journal.jsonl",
    ]);
    assert!(aws.place.path("journal.jsonl").exists(), "{applied:?}");
    aws
}
