//! Random pools with all that surrounds them, and one scene in which every kind of call has something to do.

use cogward::simulator::{AwsState, Pool, RawMembers};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::apply::support::{ACCOUNT, POOL, REGION, raw};
use crate::support::random;

pub const WEB: &str = "1web";
pub const APP: &str = "2app";

fn action() -> impl Strategy<Value = Value> {
    let words = select(vec!["NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"]);
    (words, any::<bool>(), option::of(0..9_u8)).prop_map(|(word, notify, unheard)| {
        let mut action = json!({ "EventAction": word, "Notify": notify });
        if let Some(number) = unheard {
            action["DelayUnheard"] = json!(number);
        }
        action
    })
}

/// A risk configuration, members that nobody knows included.
pub fn risk() -> impl Strategy<Value = RawMembers> {
    let takeover = (
        option::of(action()),
        option::of(action()),
        action(),
        any::<bool>(),
    );
    let takeover = takeover.prop_map(|(low, medium, high, mails)| {
        let mut section = json!({ "Actions": { "HighAction": high }, "ScoreUnheard": { "of": [1, null] } });
        for (name, level) in [("LowAction", low), ("MediumAction", medium)] {
            if let Some(level) = level {
                section["Actions"][name] = level;
            }
        }
        if mails {
            section["NotifyConfiguration"] = json!({
                "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com", "ToneUnheard": "kind",
                "MfaEmail": { "Subject": "Was it you?", "TextBody": "Hello {username}" },
            });
        }
        section
    });
    let compromised = select(vec!["BLOCK", "NO_ACTION"]).prop_map(
        |action| json!({ "Actions": { "EventAction": action }, "EventFilter": ["SIGN_IN"], "ListUnheard": "a" }),
    );
    let exceptions = Just(json!({ "BlockedIPRangeList": ["198.51.100.0/24"], "SkippedIPRangeList": [] }));
    let sections = (
        option::of(takeover),
        option::of(compromised),
        option::of(exceptions),
    );
    sections.prop_map(|(takeover, compromised, exceptions)| {
        let mut found = RawMembers::new();
        for (name, section) in [
            ("AccountTakeoverRiskConfiguration", takeover),
            ("CompromisedCredentialsRiskConfiguration", compromised),
            ("RiskExceptionConfiguration", exceptions),
        ] {
            found.extend(section.map(|section| (name.to_owned(), section)));
        }
        found
    })
}

pub fn log(source: &str, level: &str) -> Value {
    json!({
        "EventSource": source, "LogLevel": level, "BatchUnheard": 5,
        "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:before" },
    })
}

/// An alarm of the name that policies have.
pub fn alarm(threshold: f64) -> RawMembers {
    raw(json!({
        "AlarmName": "risk", "AlarmDescription": "who watches", "Namespace": "AWS/Cognito",
        "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300, "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2, "Threshold": threshold, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching", "ActionsEnabled": true,
        "AlarmActions": ["arn:aws:sns:us-west-2:123456789012:before"],
        "OKActions": ["arn:aws:sns:us-west-2:123456789012:ok"], "InsufficientDataActions": [],
        "Dimensions": [
            { "Name": "UserPoolId", "Value": POOL }, { "Name": "Operation", "Value": "SignIn" },
            { "Name": "RiskLevel", "Value": "High" },
        ],
    }))
}

/// Something that nobody knows, planted into any object of a pool: beside what is known, or alone.
#[derive(Clone, Debug)]
struct Plant {
    into: Index,
    name: String,
    value: Value,
    alone: bool,
}

fn plants() -> impl Strategy<Value = Vec<Plant>> {
    let one = (
        any::<Index>(),
        "[A-Z][a-z]{1,6}Planted",
        random::anything(),
        weighted(0.2),
    );
    let one = one.prop_map(|(into, name, value, alone)| Plant {
        into,
        name,
        value,
        alone,
    });
    vec(one, 0..3)
}

/// Places of all objects, those of tags excepted, which are texts.
fn objects(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            into.push(at.to_owned());
            for (name, value) in members.iter().filter(|(name, _)| *name != "UserPoolTags") {
                let name = name.replace('~', "~0").replace('/', "~1");
                objects(value, &format!("{at}/{name}"), into);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                objects(value, &format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
}

impl Plant {
    /// The pool with it. Alone it stands only where the rest of the pool does not hang on what stood there before.
    fn put(self, pool: &Pool) -> Pool {
        let mut whole = serde_json::to_value(pool).unwrap();
        let mut all = Vec::new();
        objects(&whole, "", &mut all);
        let containers = ["", "/clients", "/risk_configurations"];
        all.retain(|at| !containers.contains(&at.as_str()));
        if self.alone {
            let may_be = ["/risk_configurations/", "/mfa/", "/user_pool/UserPoolAddOns"];
            all.retain(|at| may_be.iter().any(|start| at.starts_with(start)));
            // Without a factor there is no pool with MFA.
            all.retain(|at| at != "/mfa/SoftwareTokenMfaConfiguration");
        }
        if all.is_empty() {
            return pool.clone();
        }
        let place = whole.pointer_mut(self.into.get::<String>(&all)).unwrap();
        if self.alone {
            *place = json!({});
        }
        place[self.name.as_str()] = self.value;
        serde_json::from_value(whole).unwrap()
    }
}

/// A pool and whether there is an alarm.
pub fn scene() -> impl Strategy<Value = (Pool, bool)> {
    (plain(), plants()).prop_map(|((pool, has_alarm), plants)| {
        let pool = plants.into_iter().fold(pool, |pool, plant| plant.put(&pool));
        (pool, has_alarm)
    })
}

fn plain() -> impl Strategy<Value = (Pool, bool)> {
    let clients = (random::client(), random::client());
    let risks = (option::of(risk()), option::of(risk()), option::of(risk()));
    let logs = (any::<bool>(), any::<bool>());
    let more = (any::<bool>(), weighted(0.3), weighted(0.2));
    (random::pool(), clients, risks, logs, more).prop_map(
        |(
            user_pool,
            (web, mut app),
            (of_pool, of_web, of_app),
            (events, notes),
            (has_alarm, mails, bare),
        )| {
            let mut pool = Pool::of(user_pool);
            pool.mfa =
                raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true }, "FactorUnheard": [1] }));
            if mails {
                let texts = if bare {
                    json!({})
                } else {
                    json!({ "Subject": "code", "Message": "{####}" })
                };
                pool.mfa.insert("EmailMfaConfiguration".into(), texts);
            }
            // With MFA off the service has no factors.
            if pool.user_pool["MfaConfiguration"] == "OFF" {
                pool.user_pool["MfaConfiguration"] = "OPTIONAL".into();
            }
            app["ClientName"] = "app".into();
            pool.clients.insert(WEB.into(), web);
            pool.clients.insert(APP.into(), app);
            for (key, risk) in [("", of_pool), (WEB, of_web), (APP, of_app)] {
                if let Some(risk) = risk.filter(|risk| !risk.is_empty()) {
                    pool.risk_configurations.insert(key.into(), risk);
                }
            }
            let mut entries = Vec::new();
            // Only that plan exports what users do.
            if events && pool.user_pool["UserPoolTier"] == "PLUS" {
                entries.push(log("userAuthEvents", "INFO"));
            }
            if notes {
                entries.push(log("userNotification", "ERROR"));
            }
            pool.log_configurations = Some(entries);
            (pool, has_alarm)
        },
    )
}

pub fn put_alarm(world: &mut AwsState, threshold: f64) {
    let alarms = &mut world.region_mut(ACCOUNT, REGION).alarms;
    alarms.insert("risk".into(), alarm(threshold));
}

/// A pool in which [`policy`] has something to do by every kind of call.
pub fn pool() -> Pool {
    let mut pool = Pool::of(raw(json!({
        "Name": "customers", "UserPoolTier": "PLUS", "LastModifiedDate": 1_790_000_000.5,
        "UserPoolAddOns": { "AdvancedSecurityMode": "AUDIT" }, "MfaConfiguration": "OPTIONAL",
        "DeletionProtection": "ACTIVE", "FutureMember": { "Kept": [1, "two"] }, "EstimatedNumberOfUsers": 42,
        "AutoVerifiedAttributes": ["email"], "LambdaConfig": { "PreSignUp": "arn:aws:lambda:us-west-2:123456789012:function:a" },
        "Policies": { "PasswordPolicy": { "MinimumLength": 20, "TemporaryPasswordValidityDays": 3 } },
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }] },
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
        "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" },
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
        "KeyConfiguration": { "KeyType": "AWS_OWNED_KEY" }, "IssuerConfiguration": { "Type": "ORIGINAL" },
    })));
    pool.mfa = raw(json!({ "SoftwareTokenMfaConfiguration": { "Enabled": true }, "FactorUnheard": [1] }));
    let client = |name: &str| {
        raw(json!({
            "ClientName": name, "ClientSecret": crate::apply::support::SECRET, "FutureMember": 7, "RefreshTokenValidity": 5,
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "AllowedOAuthFlowsUserPoolClient": false,
            "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false,
            "PreventUserExistenceErrors": "LEGACY", "AuthSessionValidity": 3, "LastModifiedDate": 1_790_000_000.5,
        }))
    };
    pool.clients.insert(WEB.into(), client("web"));
    pool.clients.insert(APP.into(), client("app"));
    let own = json!({ "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "NO_ACTION" }, "EventFilter": [] } });
    pool.risk_configurations.insert(APP.into(), raw(own));
    let of_pool = json!({ "AccountTakeoverRiskConfiguration": {
        "Actions": { "HighAction": { "EventAction": "NO_ACTION", "Notify": false, "DelayUnheard": 3 } },
    } });
    pool.risk_configurations.insert(String::new(), raw(of_pool));
    pool.log_configurations = Some(vec![log("userNotification", "ERROR")]);
    pool
}

/// A policy that asks for something of every kind of call.
pub fn policy() -> Value {
    json!({
        "version": 1, "name": "all", "target": { "pool": POOL },
        "mode": { "standard": "ENFORCED" }, "mfa": { "configuration": "ON" },
        "account_takeover": { "high": { "action": "BLOCK", "notify": false } },
        "clients": { "app": "inherit", "web": { "auth_flows": ["ALLOW_USER_SRP_AUTH"] } },
        "alarms": [{ "name": "risk", "metric": "AccountTakeoverRisk", "operation": "SignIn", "risk_level": "High", "threshold": 1 }],
        "log_delivery": { "user_auth_events": { "cloudwatch_logs": "arn:aws:logs:us-west-2:123456789012:log-group:x" } },
    })
}

/// Operations of the scene, in the order in which they are made.
pub const ORDER: [&str; 7] = [
    "SetLogDeliveryConfiguration",
    "PutMetricAlarm",
    "SetUserPoolMfaConfig",
    "SetRiskConfiguration",
    "SetRiskConfiguration",
    "UpdateUserPoolClient",
    "UpdateUserPool",
];
