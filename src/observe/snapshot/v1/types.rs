//! Types of the file that differ from those of the model; the other files convert between the two. All other types are the
//! model's own (`crate::model`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::alarm::{OtherAlarm, WarmUp};
use crate::model::client::Client;
use crate::model::log_delivery::LogDelivery;
use crate::model::mode::{FeaturePlan, Mfa, Modes};
use crate::model::observed::{Unreachable, Unread};
use crate::model::posture::{SeenMetric, Topic};
use crate::model::response::RiskConfiguration;
use crate::observe::snapshot::v1::history::HistoryV1;

/// Observed postures of user pools, saved by `cogward snapshot`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward snapshot")]
pub(in crate::observe::snapshot) struct SnapshotV1 {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub(in crate::observe::snapshot) version: u32,
    /// When it was taken, if that was kept.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(in crate::observe::snapshot) taken_at: Option<Timestamp>,
    /// Whether client ids and email addresses are pseudonyms.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::observe::snapshot) redacted: bool,
    /// Which part of the pools it holds, if it is not all that were read.
    pub(super) shard: Option<ShardV1>,
    /// Pools, ordered by account, region and id.
    pub(super) pools: Vec<PoolV1>,
    /// Pool ids that were asked for and do not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<String>,
    /// Places that could not be seen, so that pools may be missing from this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unreachable: Vec<Unreachable>,
    /// Addresses that were asked in place of AWS's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) endpoints: Vec<String>,
    /// What AWS's histories show of the time in AUDIT of the pools that are in it, by pool id; absent where they were not
    /// asked.
    pub(super) histories: Option<BTreeMap<String, HistoryV1>>,
}

/// One part of the pools that were read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShardV1 {
    /// Name of the run; absent where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    /// Which shard, from 1.
    pub(super) index: u32,
    /// How many there are.
    pub(super) count: u32,
}

/// One user pool. What is not there is not configured, unless `unread` names it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PoolV1 {
    /// Account id.
    pub(super) account: Option<String>,
    /// Region.
    pub(super) region: Option<String>,
    /// Pool id.
    pub(super) id: Option<String>,
    /// Pool name.
    pub(super) name: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
    /// When the pool was created.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) created: Option<Timestamp>,
    /// When any member of the pool was last changed.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) last_modified: Option<Timestamp>,
    /// Estimated number of users.
    pub(super) estimated_users: Option<u64>,
    /// Feature plan.
    pub(super) feature_plan: Option<FeaturePlan>,
    /// Enforcement modes.
    pub(super) mode: Modes,
    /// MFA settings.
    pub(super) mfa: Mfa,
    /// Whether it has a domain.
    pub(super) domain: Option<bool>,
    /// Lambda triggers that it has, all of them; absent where they are unknown, as in snapshots of earlier versions.
    pub(super) triggers: Option<BTreeSet<String>>,
    /// The pool's own risk configuration.
    pub(super) responses: RiskConfiguration,
    /// App clients, ordered by key.
    pub(super) clients: Vec<Client>,
    /// Alarms on the pool's metrics.
    pub(super) alarms: Option<Vec<AlarmV1>>,
    /// Composite alarms, queries and expressions that concern the pool; absent where they are unknown, as in snapshots
    /// of earlier versions.
    pub(super) other_alarms: Option<Vec<OtherAlarm>>,
    /// Log delivery.
    pub(super) log_delivery: Option<LogDelivery>,
    /// Who the alarms' topics notify, by ARN.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) topics: BTreeMap<String, Topic>,
    /// Threat metrics with data of late, as CloudWatch spells them.
    pub(super) seen_metrics: Option<Vec<SeenMetric>>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unread: Vec<Unread>,
}

/// A CloudWatch alarm.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmV1 {
    /// Name.
    pub(super) name: Option<String>,
    /// Metric namespace.
    pub(super) namespace: String,
    /// Metric name as written.
    pub(super) metric: String,
    /// Dimensions, name to value.
    pub(super) dimensions: BTreeMap<String, String>,
    /// Statistic.
    pub(super) statistic: String,
    /// Period in seconds.
    pub(super) period: u32,
    /// Periods that must breach.
    pub(super) evaluation_periods: u32,
    /// Threshold; absent where it is not a number.
    pub(super) threshold: Option<f64>,
    /// Comparison operator.
    pub(super) comparison: String,
    /// How missing data counts.
    pub(super) treat_missing_data: String,
    /// Whether actions are carried out.
    pub(super) actions_enabled: bool,
    /// ARNs notified.
    pub(super) actions: Vec<String>,
    /// `DatapointsToAlarm`; absent for all periods.
    pub(super) datapoints_to_alarm: Option<u32>,
    /// `Unit`; absent for any.
    pub(super) unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`.
    pub(super) evaluate_low_sample_count_percentile: Option<String>,
    /// `WarmUpConfiguration`.
    pub(super) warm_up: Option<WarmUp>,
    /// Time zone of an evaluation window that is aligned to the clock; absent for one that slides.
    pub(super) wall_clock: Option<String>,
    /// Whether the alarm is of a kind that policies do not have, such as one on an expression, of which this is one
    /// metric.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) other_kind: bool,
    /// Members that the program did not know, by their dotted names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unknown: Vec<String>,
}
