//! The posture: everything about a pool's threat protection in one value.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::ident::all;
pub use crate::model::alarm::SeenMetric;
use crate::model::alarm::{Alarm, OtherAlarm};
use crate::model::client::Client;
use crate::model::log_delivery::LogDelivery;
use crate::model::mode::{FeaturePlan, Mfa, Modes};
use crate::model::response::RiskConfiguration;
use crate::pointer::Pointer;

crate::ident::spelled!(Part);

/// Where a posture comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A policy: what is not there is not managed.
    #[default]
    Desired,
    /// A live pool, a snapshot or a template: what is not there is absent, except what
    /// [`Posture::unread`] names.
    Observed,
}

/// A part of a posture that is read, or managed, as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "PartV1")]
#[derive(strum::VariantArray, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    /// Feature plan.
    #[strum(serialize = "feature-plan")]
    Plan,
    /// Both modes.
    Mode,
    /// MFA settings.
    Mfa,
    /// Pool domain.
    Domain,
    /// Lambda triggers.
    Triggers,
    /// The pool's risk configuration.
    Responses,
    /// Clients, their flows and their own risk configurations.
    Clients,
    /// Alarms.
    Alarms,
    /// Who the alarms' topics notify.
    Topics,
    /// Metrics for which there is data.
    Metrics,
    /// Log delivery.
    LogDelivery,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 11] = all(Self::VARIANTS);

    /// Words for people: "log delivery".
    pub fn label(self) -> &'static str {
        match self {
            Self::Plan => "feature plan",
            Self::Mfa => "MFA",
            Self::Triggers => "Lambda triggers",
            Self::Responses => "risk configuration",
            Self::Topics => "topic subscriptions",
            Self::Metrics => "metrics with data",
            Self::LogDelivery => "log delivery",
            _ => self.as_str(),
        }
    }

    /// Whether only rules use it: nothing of it is managed, compared or sent back, so that a pool of which it was
    /// not read can be compared and written all the same.
    pub fn is_for_rules_only(self) -> bool {
        matches!(self, Self::Domain | Self::Triggers | Self::Topics | Self::Metrics)
    }
}

/// Who a topic notifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "TopicV1")]
pub enum Topic {
    /// It exists.
    Found {
        /// Confirmed subscriptions.
        confirmed: u32,
        /// Subscriptions nobody has confirmed: they get nothing.
        pending: u32,
    },
    /// There is no such topic.
    Missing,
    // Usual for a topic that a whole organisation shares.
    /// It is in another account, which does not let it be read.
    Hidden,
}

/// What only the templates or the plan that make a pool show; nothing of it for a live pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that rules ask")]
pub struct TemplateFacts {
    /// Whether the pool is one of a template, plan or state, whose texts can have parts that are not known: `${parameter `From`}`.
    pub is_source: bool,
    /// Whether the feature plan is left out, and nothing may add it.
    pub plan_left_out: bool,
    /// Whether a plan creates the pool, so that it keeps nothing of what was before.
    pub is_created: bool,
    /// Whether other files have alarms, too.
    pub more_alarms: bool,
    /// Whether there may be more clients than those that are there, which are known.
    pub more_clients: bool,
    /// Resources that set a risk configuration which another one sets.
    pub set_twice: Vec<RiskResource>,
    /// Resources that are destroyed, which resets a risk configuration that another one sets.
    pub reset: Vec<RiskResource>,
    /// Resources of Terraform whose client is the word `ALL`.
    pub named_all: Vec<RiskResource>,
}

impl TemplateFacts {
    /// Whether a plan may reset the configuration of a client, or of the pool: the order of destroying one resource and
    /// setting another decides what is left, and no plan shows it.
    pub fn may_reset(&self, client: Option<&str>) -> bool {
        self.reset.iter().any(|one| one.client.as_deref() == client)
    }
}

/// A resource that sets a risk configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskResource {
    /// Logical id or address. Hostile text.
    pub name: String,
    /// The client whose configuration it is, by its key; `None` for the pool's.
    pub client: Option<String>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// One pool's threat protection, desired or observed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Posture {
    /// Desired or observed.
    pub origin: Origin,
    /// AWS account id, 12 digits.
    pub account: Option<String>,
    /// AWS region.
    pub region: Option<String>,
    /// User pool id.
    pub pool_id: Option<String>,
    /// Feature plan.
    pub feature_plan: Option<FeaturePlan>,
    /// Enforcement modes.
    pub mode: Modes,
    /// MFA settings.
    pub mfa: Mfa,
    /// Whether the pool has a domain (hosted pages exist); `None` is "unknown".
    pub domain: Option<bool>,
    /// Lambda triggers that the pool has, by the API's names, all of them; `None` is "unknown".
    pub triggers: Option<BTreeSet<String>>,
    /// The pool's own risk configuration.
    pub responses: RiskConfiguration,
    /// Clients, in the order of the policy or of the listing. `*` is not among them.
    pub clients: Vec<Client>,
    /// What is said of every client that is not in `clients`, if anything.
    pub other_clients: Option<Client>,
    /// Alarms on the pool's threat metrics; `None` is "unknown".
    pub alarms: Option<Vec<Alarm>>,
    /// Composite alarms, queries and expressions that concern the pool (observed postures only); `None` is "unknown".
    pub other_alarms: Option<Vec<OtherAlarm>>,
    /// Log delivery; `None` is "unknown".
    pub log_delivery: Option<LogDelivery>,
    /// Topics that alarms notify, by ARN, as far as they were read (observed postures only).
    pub topics: BTreeMap<String, Topic>,
    /// Threat metrics of the pool for which CloudWatch has seen data; `None` is "not asked", and an
    /// empty list says nothing about metrics without data of late (docs/facts.md, "Metrics that CloudWatch lists").
    pub seen_metrics: Option<Vec<SeenMetric>>,
    /// Parts that should have been read and could not be.
    pub unread: BTreeSet<Part>,
    /// Settings, or parts of them, that are there and not known: what the posture has in their place says nothing (templates only).
    pub unknown: BTreeSet<Pointer>,
    /// What only templates and plans show.
    pub template: TemplateFacts,
}

/// The trigger that sends a pool's email in Cognito's place, for notifications of threat protection too
/// (`CustomEmailSender_AccountTakeOverNotification`).
pub const CUSTOM_EMAIL_SENDER: &str = "CustomEmailSender";

/// The trigger without which Cognito refuses custom authentication: "Custom auth lambda trigger is not configured for
/// the user pool" (aws-amplify/amplify-js issues 5623 and 6327).
pub const DEFINE_AUTH_CHALLENGE: &str = "DefineAuthChallenge";

impl Posture {
    /// Whether the pool has a trigger; `None` where its triggers are unknown.
    pub fn has_trigger(&self, name: &str) -> Option<bool> {
        self.triggers.as_ref().map(|triggers| triggers.contains(name))
    }
}
