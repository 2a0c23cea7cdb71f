//! Leaves: the smallest things that a policy manages, each of which is compared and copied by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::client_setting::ClientSetting;
use crate::model::effective::AddressList;
use crate::model::log_delivery::LogSource;
use crate::model::mode::Mode;
use crate::model::notification::{TemplateKind, TemplatePart};
use crate::model::response::RiskLevel;
use crate::pointer::Pointer;

crate::ident::spelled!(SenderField);

/// An authentication type with a mode of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "AuthV1")]
pub enum Auth {
    /// Standard authentication.
    Standard,
    /// Custom authentication.
    Custom,
}

impl Auth {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Custom];

    /// The key under `mode` in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Custom => "custom",
        }
    }
}

/// Whose risk configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The pool's.
    Pool,
    /// A client's own, by its key in the posture.
    Client(String),
}

impl Holder {
    fn pointer(&self) -> Pointer {
        match self {
            Self::Pool => Pointer::root(),
            Self::Client(key) => Pointer::root().child("clients").child(key),
        }
    }
}

/// A sender's setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SenderField {
    /// SES identity.
    SourceArn,
    /// Sender address.
    From,
    /// Address for replies.
    ReplyTo,
}

impl SenderField {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::SourceArn, Self::From, Self::ReplyTo];
}

/// A leaf of a risk configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskSetting {
    /// Action and notification at one level.
    Level(RiskLevel),
    /// Of `notifications`.
    Sender(SenderField),
    /// Of one template.
    Template(TemplateKind, TemplatePart),
    /// Action and events of compromised credentials.
    Compromised,
    /// A list of IP exceptions.
    Ranges(AddressList),
}

impl RiskSetting {
    fn pointer(self, root: &Pointer) -> Pointer {
        let notifications = || root.child("account_takeover").child("notifications");
        match self {
            Self::Level(level) => root.child("account_takeover").child(level.as_str()),
            Self::Sender(part) => notifications().child(part.as_str()),
            Self::Template(kind, part) => notifications().child(kind.as_str()).child(part.as_str()),
            Self::Compromised => root.child("compromised_credentials"),
            Self::Ranges(list) => root.child("risk_exceptions").child(list.as_str()),
        }
    }

    /// All leaves of a risk configuration, in the language's order.
    pub fn all() -> impl Iterator<Item = Self> {
        let templates = TemplateKind::ALL
            .into_iter()
            .flat_map(|kind| TemplatePart::ALL.map(|part| Self::Template(kind, part)));
        RiskLevel::ALL
            .into_iter()
            .map(Self::Level)
            .chain(SenderField::ALL.map(Self::Sender))
            .chain(templates)
            .chain([Self::Compromised])
            .chain(AddressList::ALL.map(Self::Ranges))
    }
}

/// The smallest thing that is managed. The order is the language's, so that changes read like a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Feature plan.
    FeaturePlan,
    /// A mode.
    Mode(Auth),
    /// Whether MFA is asked for.
    Mfa,
    /// Enabled factors.
    MfaFactors,
    /// A leaf of a risk configuration.
    Risk(Holder, RiskSetting),
    /// Whether a client has an override, and then all of it.
    Override(String),
    /// A setting of a client.
    Client(String, ClientSetting),
    /// An alarm, by its index in the desired posture.
    Alarm(usize),
    /// Where log events go.
    LogDelivery(LogSource),
}

impl Setting {
    /// Where the leaf stands in a policy.
    pub fn pointer(&self) -> Pointer {
        let root = Pointer::root();
        let client = |key: &str| root.child("clients").child(key);
        match self {
            Self::FeaturePlan => root.child("feature_plan"),
            Self::Mode(auth) => root.child("mode").child(auth.as_str()),
            Self::Mfa => root.child("mfa").child("configuration"),
            Self::MfaFactors => root.child("mfa").child("factors"),
            Self::Risk(holder, leaf) => leaf.pointer(&holder.pointer()),
            Self::Override(key) => client(key),
            Self::Client(key, setting) => client(key).child(setting.as_str()),
            Self::Alarm(index) => root.child("alarms").child(index),
            Self::LogDelivery(source) => root.child("log_delivery").child(source.as_str()),
        }
    }

    /// The client it is about.
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Risk(Holder::Client(key), _) | Self::Override(key) | Self::Client(key, _) => Some(key),
            _ => None,
        }
    }

    /// Whether its value is a set, of which order and repetition mean nothing.
    pub fn is_set(&self) -> bool {
        matches!(self, Self::MfaFactors | Self::Risk(_, RiskSetting::Ranges(_)))
            || matches!(self, Self::Client(_, setting) if setting.is_set())
    }

    /// Whether its value is a text that people read, perhaps of many lines.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Risk(_, RiskSetting::Template(_, part)) if *part != TemplatePart::Subject)
    }
}

/// The mode of an authentication type.
pub fn mode_of(modes: crate::model::mode::Modes, auth: Auth) -> Option<Mode> {
    match auth {
        Auth::Standard => modes.standard,
        Auth::Custom => modes.custom,
    }
}
