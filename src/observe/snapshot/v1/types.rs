//! What stands in the file: every type of the format. How they come from what was seen, and go back to it, is in the
//! other files.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::client_setting::ClientSettings;
use crate::model::mode::{FeaturePlan, MfaConfiguration, MfaFactor, Mode};
use crate::model::observed::Failure;
use crate::model::posture::Part;
use crate::model::response::{Action, CompromisedAction, PasswordEvent};
use crate::observe::snapshot::v1::history::HistoryV1;
use crate::observe::snapshot::v1::others::OtherAlarmV1;

/// Observed postures of user pools, saved by `cogward snapshot`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward snapshot")]
pub(in crate::observe::snapshot) struct SnapshotV1 {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub(in crate::observe::snapshot) version: u32,
    /// When it was taken, if that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(in crate::observe::snapshot) taken_at: Option<Timestamp>,
    /// Whether client ids and email addresses are pseudonyms.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::observe::snapshot) redacted: bool,
    /// Which part of the pools it holds, if it is not all that were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<ShardV1>,
    /// Pools, ordered by account, region and id.
    pub(super) pools: Vec<PoolV1>,
    /// Pool ids that were asked for and do not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<String>,
    /// Places that could not be seen, so that pools may be missing from this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unreachable: Vec<UnreachableV1>,
    /// Addresses that were asked in place of AWS's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) endpoints: Vec<String>,
    /// What AWS's histories show of the time in AUDIT of the pools that are in it, by pool id; absent where they were not
    /// asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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

/// A place that could not be seen.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnreachableV1 {
    /// Account id, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// Region; empty for the whole account.
    pub(super) region: String,
    /// The pool that was asked for, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pool: Option<String>,
    /// The API operation.
    pub(super) operation: String,
    /// Why.
    pub(super) failure: Failure,
    /// AWS's own words.
    pub(super) detail: String,
}

/// One user pool. What is not there is not configured, unless `unread` names it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PoolV1 {
    /// Account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
    /// Pool id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Pool name.
    pub(super) name: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
    /// When the pool was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) created: Option<Timestamp>,
    /// When any member of the pool was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) last_modified: Option<Timestamp>,
    /// Estimated number of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) estimated_users: Option<u64>,
    /// Feature plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) feature_plan: Option<FeaturePlan>,
    /// Enforcement modes.
    pub(super) mode: ModeV1,
    /// MFA settings.
    pub(super) mfa: MfaV1,
    /// Whether it has a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) domain: Option<bool>,
    /// Lambda triggers that it has, all of them; absent where they are unknown, as in snapshots of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) triggers: Option<BTreeSet<String>>,
    /// The pool's own risk configuration.
    pub(super) responses: RiskV1,
    /// App clients, ordered by key.
    pub(super) clients: Vec<ClientV1>,
    /// Alarms on the pool's metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) alarms: Option<Vec<AlarmV1>>,
    /// Composite alarms, queries and expressions that concern the pool; absent where they are unknown, as in snapshots
    /// of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) other_alarms: Option<Vec<OtherAlarmV1>>,
    /// Log delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) log_delivery: Option<LogDeliveryV1>,
    /// Who the alarms' topics notify, by ARN.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) topics: BTreeMap<String, TopicV1>,
    /// Threat metrics with data of late, as CloudWatch spells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seen_metrics: Option<Vec<MetricV1>>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unread: Vec<UnreadV1>,
}

/// Enforcement modes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ModeV1 {
    /// Standard authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) standard: Option<Mode>,
    /// Custom authentication; `OFF` is absent in the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) custom: Option<Mode>,
}

/// MFA settings.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MfaV1 {
    /// Whether MFA is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) configuration: Option<MfaConfiguration>,
    /// Factors that are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) factors: Option<BTreeSet<MfaFactor>>,
}

/// One app client.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientV1 {
    /// Its name, with the id where names repeat.
    pub(super) key: String,
    /// Client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Its risk configuration.
    pub(super) risk: OverrideV1,
    /// Its other settings; absent where they are unknown. A row that is added is a key that older snapshots do not have.
    #[serde(flatten)]
    pub(super) settings: ClientSettings,
    /// Whether it has a client secret; absent where that is unknown. The secret itself is never kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) has_secret: Option<bool>,
}

/// A client's risk configuration.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OverrideV1 {
    /// Unknown.
    Unknown,
    /// The pool's.
    Inherit,
    /// Its own, which replaces the pool's as a whole.
    Own(Box<RiskV1>),
}

/// Something that could not be read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UnreadV1 {
    /// What.
    pub(super) part: Part,
    /// Key of the client it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    /// The API operation.
    pub(super) operation: String,
    /// Why.
    pub(super) failure: Failure,
    /// AWS's own words.
    pub(super) detail: String,
}

/// A risk configuration: sections that are not there are not configured.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskV1 {
    /// Adaptive authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account_takeover: Option<TakeoverV1>,
    /// Leaked or guessed passwords.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) compromised_credentials: Option<CompromisedV1>,
    /// Addresses that are always blocked or never assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) risk_exceptions: Option<ExceptionsV1>,
}

/// Responses by risk level.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeoverV1 {
    /// At low risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) low: Option<ResponseV1>,
    /// At medium risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) medium: Option<ResponseV1>,
    /// At high risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) high: Option<ResponseV1>,
    /// How users are notified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) notifications: Option<NotificationsV1>,
}

/// The response at one level.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponseV1 {
    /// What happens to the request.
    pub(super) action: Action,
    /// Whether the user is notified.
    pub(super) notify: bool,
}

/// `NotifyConfiguration`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationsV1 {
    /// The SES identity that sends.
    pub(super) source_arn: String,
    /// `From`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    /// `ReplyTo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reply_to: Option<String>,
    /// After a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) block_email: Option<EmailV1>,
    /// With an MFA challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mfa_email: Option<EmailV1>,
    /// After an allowed sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) no_action_email: Option<EmailV1>,
}

/// A template.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmailV1 {
    /// Subject.
    pub(super) subject: String,
    /// HTML body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) html: Option<String>,
    /// Text body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
}

/// The response to compromised credentials.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CompromisedV1 {
    /// What happens to the request.
    pub(super) action: CompromisedAction,
    /// `EventFilter`; empty is all events.
    pub(super) events: BTreeSet<PasswordEvent>,
}

/// Exception lists, as they are written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionsV1 {
    /// `BlockedIPRangeList`.
    pub(super) always_block: Vec<String>,
    /// `SkippedIPRangeList`.
    pub(super) always_allow: Vec<String>,
}

/// A CloudWatch alarm.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AlarmV1 {
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) datapoints_to_alarm: Option<u32>,
    /// `Unit`; absent for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
    /// `EvaluateLowSampleCountPercentile`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) evaluate_low_sample_count_percentile: Option<String>,
    /// `WarmUpConfiguration`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) warm_up: Option<WarmUpV1>,
    /// Time zone of an evaluation window that is aligned to the clock; absent for one that slides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wall_clock: Option<String>,
    /// Whether the alarm is of a kind that policies do not have, such as one on an expression, of which this is one
    /// metric.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) other_kind: bool,
    /// Members that the program did not know, by their dotted names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unknown: Vec<String>,
}

/// A time after an alarm was made or changed in which it carries out no action.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WarmUpV1 {
    /// How many minutes.
    pub(super) minutes: u32,
    /// Whether it lasts for all of that, though there is data earlier.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) lasts: bool,
}

/// A metric with data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MetricV1 {
    /// Name as CloudWatch spells it.
    pub(super) name: String,
    /// Dimensions, name to value.
    pub(super) dimensions: BTreeMap<String, String>,
    /// Whether there is only data of more than two weeks ago: CloudWatch does not list the metric any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) older: bool,
}

/// Who a topic notifies.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum TopicV1 {
    /// There is no such topic.
    Missing,
    /// It is in another account, which does not let it be read.
    Hidden,
    /// It exists.
    Found(SubscriptionsV1),
}

/// Subscriptions of a topic.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionsV1 {
    /// Confirmed ones.
    pub(super) confirmed: u32,
    /// Those that nobody has confirmed.
    pub(super) pending: u32,
}

/// Log delivery by event source.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LogDeliveryV1 {
    /// `userAuthEvents`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user_auth_events: Option<DeliveryV1>,
    /// `userNotification`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user_notification: Option<DeliveryV1>,
}

/// Where one event source goes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeliveryV1 {
    /// `LogLevel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) level: Option<String>,
    /// Log group ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cloudwatch_logs: Option<String>,
    /// Bucket ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) s3: Option<String>,
    /// Delivery stream ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) firehose: Option<String>,
}
