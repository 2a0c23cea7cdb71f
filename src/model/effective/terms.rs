//! The words of effective protection: flows, events, signals, outcomes, cells and scopes.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use strum::VariantArray as _;

use crate::ident::all;
use crate::model::client::EVERY_OTHER;
use crate::model::effective::reason::Reason;
use crate::model::response::{PasswordEvent, RiskLevel};

crate::ident::spelled!(Flow, Event, Signal, CellOutcome);

// docs/facts.md, "Which flows are covered".
/// How a user signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Flow")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Flow {
    /// The password reaches Cognito: `USER_PASSWORD_AUTH`, `ADMIN_USER_PASSWORD_AUTH`, managed login.
    Password,
    /// Secure remote password: Cognito never sees the password.
    Srp,
    /// `CUSTOM_AUTH`, governed by the custom mode.
    Custom,
    /// SAML, OIDC or social sign-in: never covered.
    Federated,
    /// `client_credentials`: no user, never covered.
    Machine,
    /// `USER_AUTH`, passkeys, one-time passwords: not documented.
    Unknown,
}

impl Flow {
    /// All of them, in order.
    pub const ALL: [Self; 6] = all(Self::VARIANTS);

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Srp => "SRP",
            Self::Custom => "custom authentication",
            Self::Federated => "federated",
            Self::Machine => "machine to machine",
            Self::Unknown => "choice-based (USER_AUTH; AWS does not say)",
        }
    }
}

/// What the request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Event")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Event {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    SignUp,
    /// Password change.
    PasswordChange,
}

impl Event {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::SignIn, Self::SignUp, Self::PasswordChange];

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignUp => "sign-up",
            Self::PasswordChange => "password change",
        }
    }

    /// The same event as the API's event filter names it.
    pub fn password_event(self) -> PasswordEvent {
        match self {
            Self::SignIn => PasswordEvent::SignIn,
            Self::SignUp => PasswordEvent::SignUp,
            Self::PasswordChange => PasswordEvent::PasswordChange,
        }
    }
}

/// What threat protection sees in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Signal")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Signal {
    /// Account-takeover risk, low.
    Low,
    /// Account-takeover risk, medium.
    Medium,
    /// Account-takeover risk, high.
    High,
    /// The credentials are compromised, or the password is commonly guessed.
    CompromisedCredentials,
}

impl Signal {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::CompromisedCredentials];

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Low => "low risk",
            Self::Medium => "medium risk",
            Self::High => "high risk",
            Self::CompromisedCredentials => "compromised credentials",
        }
    }

    /// The risk level of an account-takeover signal; `None` for compromised credentials.
    pub fn risk_level(self) -> Option<RiskLevel> {
        match self {
            Self::Low => Some(RiskLevel::Low),
            Self::Medium => Some(RiskLevel::Medium),
            Self::High => Some(RiskLevel::High),
            Self::CompromisedCredentials => None,
        }
    }
}

// The strongest protection first; the schema shows the next line.
/// What really happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Outcome")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum CellOutcome {
    /// Denied.
    Blocked,
    /// MFA challenge; users without a factor are denied.
    MfaRequired,
    /// MFA challenge where the user has a factor; others pass.
    MfaIfConfigured,
    /// Passes, and the user is notified.
    AllowedNotified,
    /// Passes.
    Allowed,
    /// Passes and is logged; `would` says what full function would have done.
    OnlyAudited,
    /// ENFORCED without a configuration to enforce: AWS's texts and field reports disagree.
    Undefined,
    /// Should be checked, but this flow hides what the check needs.
    Blind,
    /// Threat protection is off.
    Off,
    /// Threat protection does not cover this.
    NotCovered,
    /// The policy does not manage what decides this, or it could not be read.
    #[default]
    Unknown,
}

impl CellOutcome {
    /// All of them, in order.
    pub const ALL: [Self; 11] = all(Self::VARIANTS);

    /// Whether it is known what happens.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Undefined | Self::Unknown)
    }

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::MfaRequired => "MFA required",
            Self::MfaIfConfigured => "MFA if configured",
            Self::AllowedNotified => "allowed, user notified",
            Self::Allowed => "allowed",
            Self::OnlyAudited => "audit only",
            Self::Undefined => "undefined",
            Self::Blind => "not checked",
            Self::Off => "off",
            Self::NotCovered => "not covered",
            Self::Unknown => "unknown",
        }
    }
}

// docs/facts.md, "Notification emails".
/// Whether a user is notified of a risk by email.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notified {
    /// No.
    #[default]
    No,
    /// It is configured, and the notification configuration or the template for it is missing: what AWS then does is
    /// unconfirmed.
    Unconfirmed,
    /// Yes.
    Yes,
}

impl Notified {
    /// Whether it is known that an email is sent: what formats for programs say.
    pub fn is_known(self) -> bool {
        self == Self::Yes
    }
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// What happens.
    pub outcome: CellOutcome,
    /// With [`CellOutcome::OnlyAudited`]: what full function would have done.
    pub would: Option<CellOutcome>,
    /// Whether the user is notified by email.
    pub notifies: Notified,
    /// Why.
    pub reason: Reason,
    /// Where AWS does not say whether it covers the flow: what happens if it does. If it does not, nothing is assessed.
    pub if_covered: Option<Covered>,
}

/// What happens to a request of a flow of which AWS does not say whether it is covered, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Covered")]
pub struct Covered {
    /// What happens.
    pub outcome: CellOutcome,
    /// Whether the user is notified by email; `false` where that is unconfirmed.
    #[serde(serialize_with = "as_known")]
    #[schemars(with = "bool")]
    pub notifies: Notified,
    /// Why.
    pub reason: Reason,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn as_known<S: Serializer>(notified: &Notified, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bool(notified.is_known())
}

impl Cell {
    /// The cell under one of AWS's two possible answers, if it is not documented whether the flow is covered; else the
    /// cell as it is.
    pub fn under(self, is_covered: bool) -> Self {
        match self.if_covered {
            None => self,
            Some(_) if !is_covered => Self::plain(CellOutcome::NotCovered, Reason::FlowUndocumented),
            Some(covered) => Self {
                notifies: covered.notifies,
                ..Self::plain(covered.outcome, covered.reason)
            },
        }
    }

    /// [`Cell::words`] for one side of a change: an undefined answer that depends on whether the flow is covered says
    /// what it is if so, because the two sides may differ in that alone.
    pub fn words_in_change(self) -> String {
        match self.if_covered {
            Some(_) if self.outcome == CellOutcome::Undefined => {
                format!("{} (if covered: {})", self.words(), self.under(true).words())
            }
            _ => self.words(),
        }
    }

    /// Words for people: `blocked, user notified`, or for an audited one what would happen.
    pub fn words(self) -> String {
        let mut text = self.outcome.label().to_owned();
        if let Some(would) = self.would {
            text = format!("{text} (would be: {})", would.label());
        }
        match self.notifies {
            Notified::Unconfirmed => text.push_str(", user notified (unconfirmed)"),
            Notified::Yes if self.outcome != CellOutcome::AllowedNotified => text.push_str(", user notified"),
            Notified::Yes | Notified::No => {}
        }
        text
    }
}

/// What decides a row: whose risk configuration applies to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(tag = "kind", content = "client", rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Scope")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Scope {
    /// Every client without an override, as far as it is not listed by name.
    Others,
    /// A client by its key, with the pool's configuration.
    Inherits(String),
    /// A client by its key, with its own configuration.
    Own(String),
    /// A client by its key, with its own configuration on one side of a comparison and the pool's on the other.
    Switches(String),
}

impl Scope {
    /// The client's key; `None` for [`Scope::Others`].
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Others => None,
            Self::Inherits(key) | Self::Own(key) | Self::Switches(key) => Some(key),
        }
    }

    /// This side of a comparison and the later one of the same key as one scope.
    pub fn with(&self, later: &Self) -> Self {
        match (self, later) {
            (Self::Own(_), Self::Inherits(key)) | (Self::Inherits(_), Self::Own(key)) => {
                Self::Switches(key.clone())
            }
            _ => later.clone(),
        }
    }

    /// Whether it is of no client that exists: the pool's, and what a policy says of every client that it does not name.
    pub fn is_of_others(&self) -> bool {
        matches!(self.key(), None | Some(EVERY_OTHER))
    }

    /// Kebab-case id of the kind of scope, without the key.
    pub fn as_str(&self) -> &'static str {
        self.into()
    }

    /// Words for people. The key is as it came from outside: renderers escape it.
    pub fn label(&self) -> String {
        match self {
            Self::Others => "other clients".to_owned(),
            Self::Inherits(key) => format!("{key} (pool configuration)"),
            Self::Own(key) => format!("{key} (own configuration)"),
            Self::Switches(key) => key.clone(),
        }
    }
}
