//! Risk levels, actions and the risk configuration: how a pool or client answers a risk.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::exception::RiskExceptions;
use crate::model::notification::{Notifications, TemplateKind};

crate::ident::spelled!(RiskLevel, Action, CompromisedAction, PasswordEvent);

/// The risk that adaptive authentication gives to a request. Ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, strum::VariantArray, clap::ValueEnum)]
#[strum(serialize_all = "lowercase")]
pub enum RiskLevel {
    /// Low.
    #[value(help = "Low risk")]
    Low,
    /// Medium.
    #[value(help = "Medium risk")]
    Medium,
    /// High.
    #[value(help = "High risk")]
    High,
}

impl RiskLevel {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];
}

// Ordered as in the console, docs/facts.md, "Stricter actions at higher risk"; editors show the next line.
/// The answer to an account-takeover risk, ordered from laxest to strictest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// Allow the sign-in.
    NoAction,
    /// Ask for MFA where the user has a factor, otherwise allow.
    MfaIfConfigured,
    /// Ask for MFA where the user has a factor, otherwise block.
    MfaRequired,
    /// Block the sign-in.
    Block,
}

impl Action {
    /// The template that a notification of this action uses. docs/facts.md, "Notification emails".
    pub fn template(self) -> TemplateKind {
        match self {
            Self::NoAction => TemplateKind::NoAction,
            Self::MfaIfConfigured | Self::MfaRequired => TemplateKind::Mfa,
            Self::Block => TemplateKind::Block,
        }
    }
}

/// The response to compromised credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum CompromisedAction {
    /// Allow and log.
    NoAction,
    // docs/facts.md, "Compromised credentials".
    /// Deny, and make the user reset the password.
    Block,
}

/// An event at which Cognito sees a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum PasswordEvent {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    SignUp,
    /// Password change.
    PasswordChange,
}

impl PasswordEvent {
    /// All events.
    pub const ALL: [Self; 3] = [Self::SignIn, Self::SignUp, Self::PasswordChange];
}

/// The response at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ResponseV1")]
pub struct Response {
    /// What happens to the request.
    pub action: Action,
    /// Whether the user is notified.
    pub notify: bool,
}

// `AccountTakeoverRiskConfiguration`. A level that is absent has no action configured.
/// Responses by risk level.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TakeoverV1")]
pub struct AccountTakeover {
    /// At low risk.
    pub low: Option<Response>,
    /// At medium risk.
    pub medium: Option<Response>,
    /// At high risk.
    pub high: Option<Response>,
    /// How users are notified.
    pub notifications: Option<Notifications>,
}

impl AccountTakeover {
    /// The answer at a level.
    pub fn at(&self, level: RiskLevel) -> Option<Response> {
        match level {
            RiskLevel::Low => self.low,
            RiskLevel::Medium => self.medium,
            RiskLevel::High => self.high,
        }
    }
}

// `CompromisedCredentialsRiskConfiguration`.
/// The response to compromised credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CompromisedV1")]
pub struct CompromisedCredentials {
    /// What happens to the request.
    pub action: CompromisedAction,
    // As written; docs/facts.md, "Compromised credentials".
    /// `EventFilter`; empty is all events.
    pub events: BTreeSet<PasswordEvent>,
}

impl CompromisedCredentials {
    /// Whether an event is checked: listed, or the filter is empty.
    pub fn checks(&self, event: PasswordEvent) -> bool {
        self.events.is_empty() || self.events.contains(&event)
    }
}

// Of a pool, or of a client, which replaces the pool's as a whole:
// docs/facts.md, "A client's configuration replaces the pool's".
/// A risk configuration: sections that are not there are not configured.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RiskV1")]
pub struct RiskConfiguration {
    /// Adaptive authentication.
    pub account_takeover: Option<AccountTakeover>,
    /// Leaked or guessed passwords.
    pub compromised_credentials: Option<CompromisedCredentials>,
    /// Addresses that are always blocked or never assessed.
    pub risk_exceptions: Option<RiskExceptions>,
}
