//! What a call sets: typed from the planner to the writer, and in the API's words where it is shown.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::json::present;
use crate::model::alarm::Alarm;
use crate::model::client_setting::{ClientSetting, ClientSettings};
use crate::model::log_delivery::{Delivery, LogDelivery, LogSource};
use crate::model::mode::{Mfa, Mode};
use crate::model::response::RiskConfiguration;
use crate::plan::alarms;
use crate::plan::body::risk_members;
use crate::plan::setting::RiskSetting;
use crate::policy::write;
use crate::update::PoolSettings;

crate::ident::spelled!(Write);

/// The API's operations that write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
pub enum Write {
    /// Feature plan and modes.
    UpdateUserPool,
    /// MFA.
    SetUserPoolMfaConfig,
    /// Responses of the pool or a client; with nothing but ids it takes a client's away.
    SetRiskConfiguration,
    /// Settings of a client.
    UpdateUserPoolClient,
    /// Where log events go.
    SetLogDeliveryConfiguration,
    /// An alarm.
    PutMetricAlarm,
}

/// What one call sets. Calls that replace a whole object are completed, when they are made, from the object as it is
/// then, so that nothing else changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Sets {
    /// Of a pool by `UpdateUserPool`.
    Pool(PoolSettings),
    /// Of a pool's MFA.
    Mfa(Mfa),
    /// Of a risk configuration.
    Risk(RiskSets),
    /// Of a client.
    Client(ClientSettings),
    /// Of log delivery.
    Logs(LogSets),
    /// Of an alarm.
    Alarm(Box<AlarmSets>),
}

/// What is set of a risk configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskSets {
    /// Id of the pool.
    pub pool: Option<String>,
    /// The configuration as it is to be.
    pub to: RiskConfiguration,
    /// The settings of it that are set; `None` is all of it. Nothing at all resets: to the pool's defaults, or for a
    /// client to the pool's configuration (docs/facts.md, "A risk configuration without sections is a reset").
    pub only: Option<Vec<RiskSetting>>,
}

/// What is set of log delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct LogSets {
    /// As it is to be as a whole.
    pub to: LogDelivery,
    /// The sources that differ: the others are sent back as they are described.
    pub sources: BTreeSet<LogSource>,
}

/// What is set of an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmSets {
    /// The alarm under its name, as it is to be as a whole.
    pub to: Alarm,
    /// The members that differ, by their keys in a policy; `None` for an alarm that is to be created.
    pub only: Option<Vec<String>>,
}

impl Sets {
    /// The operation that sets it.
    pub fn operation(&self) -> Write {
        match self {
            Self::Pool(_) => Write::UpdateUserPool,
            Self::Mfa(_) => Write::SetUserPoolMfaConfig,
            Self::Risk(_) => Write::SetRiskConfiguration,
            Self::Client(_) => Write::UpdateUserPoolClient,
            Self::Logs(_) => Write::SetLogDeliveryConfiguration,
            Self::Alarm(_) => Write::PutMetricAlarm,
        }
    }

    /// The members that are set, as the API names them, where null takes a member away; an alarm in the policy's terms.
    /// `client` is the id of the client that it is about.
    pub fn members(&self, client: Option<&str>) -> Value {
        match self {
            Self::Pool(set) => pool(*set),
            Self::Mfa(set) => json!({ "MfaConfiguration": set.configuration, "factors": set.factors }),
            Self::Risk(set) => set.members(client),
            Self::Client(set) => ClientSetting::ALL
                .iter()
                .filter_map(|setting| {
                    let value = set.get(*setting)?;
                    Some((setting.member().to_owned(), Value::from(value)))
                })
                .collect::<Map<_, _>>()
                .into(),
            Self::Logs(set) => logs(&set.to),
            Self::Alarm(set) => set.members(),
        }
    }
}

/// `AdvancedSecurityMode` is a required member; OFF for custom authentication is absence (docs/facts.md, "Two modes").
fn pool(set: PoolSettings) -> Value {
    let mut value = json!({});
    if let Some(plan) = set.feature_plan {
        value["UserPoolTier"] = json!(plan);
    }
    if let Some(mode) = set.standard {
        value["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": mode });
    }
    if let Some(mode) = set.custom.filter(|mode| *mode != Mode::Off) {
        value["UserPoolAddOns"]["AdvancedSecurityAdditionalFlows"] = json!({ "CustomAuthMode": mode });
    }
    value
}

impl RiskSets {
    /// The ids with the places that are set: the body of a call on a configuration of which nothing was described.
    pub fn members(&self, client: Option<&str>) -> Value {
        let mut members = risk_members(&self.to, self.only.as_deref());
        members.insert("UserPoolId".to_owned(), json!(self.pool));
        members.extend(client.map(|client| ("ClientId".to_owned(), client.into())));
        members.sort_keys();
        Value::Object(members)
    }

    /// Whether the call resets the configuration.
    pub fn resets(&self) -> bool {
        risk_members(&self.to, self.only.as_deref()).is_empty()
    }
}

/// All sources, since the call replaces the list.
fn logs(to: &LogDelivery) -> Value {
    let there = LogSource::ALL
        .into_iter()
        .filter_map(|source| Some(log_configuration(source, to.delivered(source)?)));
    json!({ "LogConfigurations": there.collect::<Vec<_>>() })
}

/// What a source is delivered to.
pub fn log_configuration(source: LogSource, to: &Delivery) -> Value {
    let arn = |name: &str, arn: &Option<String>| arn.as_ref().map(|arn| json!({ name: arn }));
    let level = to.level.as_deref().unwrap_or(source.level());
    let logs = arn("LogGroupArn", &to.cloudwatch_logs);
    Value::Object(present([
        ("EventSource", Some(source.api_name().into())),
        ("LogLevel", Some(level.into())),
        ("CloudWatchLogsConfiguration", logs),
        ("S3Configuration", arn("BucketArn", &to.s3)),
        ("FirehoseConfiguration", arn("StreamArn", &to.firehose)),
    ]))
}

impl LogSets {
    /// The sources that are set, each with what it is delivered to.
    pub fn settings(&self) -> Vec<(LogSource, Option<Delivery>)> {
        let set = self.sources.iter();
        set.map(|source| (*source, self.to.delivered(*source).cloned()))
            .collect()
    }
}

impl AlarmSets {
    fn members(&self) -> Value {
        let mut members = match &self.only {
            None => write::alarm(&self.to),
            Some(keys) => {
                let whole = alarms::whole(&self.to);
                let value = |key: &String| whole.get(key).cloned().unwrap_or_default();
                keys.iter().map(|key| (key.clone(), value(key))).collect()
            }
        };
        members["name"] = json!(self.to.name);
        members
    }
}
