//! Alarms that are not on one metric.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::alarm::{OtherAlarm, Watched};

/// An alarm on other alarms, on a query or on an expression.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherAlarmV1 {
    /// Alarm name.
    name: String,
    /// What it is on.
    on: WatchedV1,
    /// Whether actions are carried out.
    actions_enabled: bool,
    /// ARNs notified.
    actions: Vec<String>,
}

/// What an alarm is on.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WatchedV1 {
    /// Other alarms: `AlarmRule`.
    Alarms(String),
    /// A query over metrics.
    Query(String),
    /// A metric-math expression, of which the metrics are among the pool's alarms.
    Expression(String),
}

impl From<&OtherAlarm> for OtherAlarmV1 {
    fn from(live: &OtherAlarm) -> Self {
        Self {
            name: live.name.clone(),
            on: match &live.on {
                Watched::Alarms(rule) => WatchedV1::Alarms(rule.clone()),
                Watched::Query(query) => WatchedV1::Query(query.clone()),
                Watched::Expression(expression) => WatchedV1::Expression(expression.clone()),
            },
            actions_enabled: live.actions_enabled,
            actions: live.actions.clone(),
        }
    }
}

impl From<OtherAlarmV1> for OtherAlarm {
    fn from(frozen: OtherAlarmV1) -> Self {
        Self {
            name: frozen.name,
            on: match frozen.on {
                WatchedV1::Alarms(rule) => Watched::Alarms(rule),
                WatchedV1::Query(query) => Watched::Query(query),
                WatchedV1::Expression(expression) => Watched::Expression(expression),
            },
            actions_enabled: frozen.actions_enabled,
            actions: frozen.actions,
        }
    }
}
