//! One pool and its clients.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::client::{Client, Override};
use crate::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use crate::model::observed::{Observed, Unread};
use crate::model::posture::{Origin, Posture};
use crate::observe::snapshot::v1::responses::RiskV1;
use crate::observe::snapshot::v1::surroundings::{AlarmV1, LogDeliveryV1, MetricV1, TopicV1};
use crate::observe::snapshot::v1::words::{FailureV1, PartV1};

/// One user pool. What is not there is not configured, unless `unread` names it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PoolV1 {
    /// Account id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// Pool id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Pool name.
    name: String,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    /// When the pool was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    created: Option<Timestamp>,
    /// When any member of the pool was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    last_modified: Option<Timestamp>,
    /// Estimated number of users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    estimated_users: Option<u64>,
    /// Feature plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feature_plan: Option<FeaturePlan>,
    /// Enforcement modes.
    mode: ModeV1,
    /// MFA settings.
    mfa: MfaV1,
    /// Whether it has a domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<bool>,
    /// The pool's own risk configuration.
    responses: RiskV1,
    /// App clients, ordered by key.
    clients: Vec<ClientV1>,
    /// Alarms on the pool's metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alarms: Option<Vec<AlarmV1>>,
    /// Log delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    log_delivery: Option<LogDeliveryV1>,
    /// Who the alarms' topics tell, by ARN.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    topics: BTreeMap<String, TopicV1>,
    /// Threat metrics with data of late, as CloudWatch spells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seen_metrics: Option<Vec<MetricV1>>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unread: Vec<UnreadV1>,
}

/// Enforcement modes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ModeV1 {
    /// Standard authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    standard: Option<Mode>,
    /// Custom authentication; `OFF` is absent in the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom: Option<Mode>,
}

/// MFA settings.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MfaV1 {
    /// Whether MFA is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    configuration: Option<MfaConfiguration>,
    /// Factors that are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    factors: Option<BTreeSet<MfaFactor>>,
}

/// One app client.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ClientV1 {
    /// Its name, with the id where names repeat.
    key: String,
    /// Client id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Its risk configuration.
    risk: OverrideV1,
    /// `ExplicitAuthFlows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_flows: Option<BTreeSet<String>>,
    /// `AllowedOAuthFlows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oauth_flows: Option<BTreeSet<String>>,
    /// `SupportedIdentityProviders`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity_providers: Option<BTreeSet<String>>,
    /// `EnablePropagateAdditionalUserContextData`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    propagate_user_context: Option<bool>,
}

/// A client's risk configuration.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum OverrideV1 {
    /// Not known.
    Unknown,
    /// The pool's.
    Inherit,
    /// Its own, which shadows the pool's as a whole.
    Own(Box<RiskV1>),
}

/// Something that could not be read.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UnreadV1 {
    /// What.
    part: PartV1,
    /// Key of the client it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    /// The API operation.
    operation: String,
    /// Why.
    failure: FailureV1,
    /// The service's own words.
    detail: String,
}

impl From<&Observed> for PoolV1 {
    fn from(live: &Observed) -> Self {
        let posture = &live.posture;
        Self {
            account: posture.account.clone(),
            region: posture.region.clone(),
            id: posture.pool_id.clone(),
            name: live.name.clone(),
            tags: live.tags.clone(),
            created: live.created,
            last_modified: live.last_modified,
            estimated_users: live.estimated_users,
            feature_plan: posture.feature_plan,
            mode: ModeV1 {
                standard: posture.mode.standard,
                custom: posture.mode.custom,
            },
            mfa: MfaV1 {
                configuration: posture.mfa.configuration,
                factors: posture.mfa.factors.clone(),
            },
            domain: posture.domain,
            responses: (&posture.responses).into(),
            clients: posture.clients.iter().map(ClientV1::from).collect(),
            alarms: posture
                .alarms
                .as_ref()
                .map(|alarms| alarms.iter().map(AlarmV1::from).collect()),
            log_delivery: posture.log_delivery.as_ref().map(LogDeliveryV1::from),
            topics: posture
                .topics
                .iter()
                .map(|(arn, topic)| (arn.clone(), (*topic).into()))
                .collect(),
            seen_metrics: posture
                .seen_metrics
                .as_ref()
                .map(|seen| seen.iter().map(MetricV1::from).collect()),
            unread: live.unread.iter().map(UnreadV1::from).collect(),
        }
    }
}

impl From<PoolV1> for Observed {
    fn from(frozen: PoolV1) -> Self {
        let unread: Vec<Unread> = frozen.unread.into_iter().map(Into::into).collect();
        let posture = Posture {
            origin: Origin::Observed,
            account: frozen.account,
            region: frozen.region,
            pool_id: frozen.id,
            feature_plan: frozen.feature_plan,
            mode: Modes {
                standard: frozen.mode.standard,
                custom: frozen.mode.custom,
            },
            mfa: Mfa {
                configuration: frozen.mfa.configuration,
                factors: frozen.mfa.factors,
            },
            domain: frozen.domain,
            responses: frozen.responses.into(),
            clients: frozen.clients.into_iter().map(Into::into).collect(),
            other_clients: None,
            alarms: frozen
                .alarms
                .map(|alarms| alarms.into_iter().map(Into::into).collect()),
            log_delivery: frozen.log_delivery.map(Into::into),
            topics: frozen
                .topics
                .into_iter()
                .map(|(arn, topic)| (arn, topic.into()))
                .collect(),
            seen_metrics: frozen
                .seen_metrics
                .map(|seen| seen.into_iter().map(Into::into).collect()),
            unread: unread.iter().map(|unread| unread.part).collect(),
        };
        Self {
            name: frozen.name,
            tags: frozen.tags,
            posture,
            created: frozen.created,
            last_modified: frozen.last_modified,
            estimated_users: frozen.estimated_users,
            unread,
        }
    }
}

impl From<&Client> for ClientV1 {
    fn from(live: &Client) -> Self {
        Self {
            key: live.key.clone(),
            id: live.id.clone(),
            risk: match &live.risk {
                Override::Unknown => OverrideV1::Unknown,
                Override::Inherit => OverrideV1::Inherit,
                Override::Own(own) => OverrideV1::Own(Box::new(own.as_ref().into())),
            },
            auth_flows: live.auth_flows.clone(),
            oauth_flows: live.oauth_flows.clone(),
            identity_providers: live.identity_providers.clone(),
            propagate_user_context: live.propagate_user_context,
        }
    }
}

impl From<ClientV1> for Client {
    fn from(frozen: ClientV1) -> Self {
        Self {
            key: frozen.key,
            id: frozen.id,
            risk: match frozen.risk {
                OverrideV1::Unknown => Override::Unknown,
                OverrideV1::Inherit => Override::Inherit,
                OverrideV1::Own(own) => Override::Own(Box::new((*own).into())),
            },
            auth_flows: frozen.auth_flows,
            oauth_flows: frozen.oauth_flows,
            identity_providers: frozen.identity_providers,
            propagate_user_context: frozen.propagate_user_context,
        }
    }
}

impl From<&Unread> for UnreadV1 {
    fn from(live: &Unread) -> Self {
        Self {
            part: live.part.into(),
            client: live.client.clone(),
            operation: live.operation.clone(),
            failure: live.failure.into(),
            detail: live.detail.clone(),
        }
    }
}

impl From<UnreadV1> for Unread {
    fn from(frozen: UnreadV1) -> Self {
        Self {
            part: frozen.part.into(),
            client: frozen.client,
            operation: frozen.operation,
            failure: frozen.failure.into(),
            detail: frozen.detail,
        }
    }
}
