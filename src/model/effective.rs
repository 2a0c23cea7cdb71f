//! Effective protection: what really happens to a request, and whether a change weakens it.

use serde::Serialize;

/// How a user signs in. Fact sheet 6.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
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

/// What the request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    SignUp,
    /// Password change.
    PasswordChange,
}

/// What threat protection sees in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// Account-takeover risk, low.
    Low,
    /// Account-takeover risk, medium.
    Medium,
    /// Account-takeover risk, high.
    High,
    /// The password is known to be leaked or guessed.
    CompromisedCredentials,
}

/// What really happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Denied.
    Blocked,
    /// MFA challenge; users without a factor are denied.
    MfaRequired,
    /// MFA challenge where the user has a factor; others pass.
    MfaIfConfigured,
    /// Passes, and the user is told.
    AllowedNotified,
    /// Passes.
    Allowed,
    /// Passes and is logged; `Cell::would` says what full function would have done.
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
    Unknown,
}

/// Why a cell is as it is. Every variant has a sentence for people, see [`Reason::sentence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The configured action is carried out.
    Configured,
    /// The governing mode is AUDIT.
    AuditMode,
    /// The governing mode is OFF.
    ModeOff,
    /// The governing mode is not known.
    ModeUnknown,
    /// ENFORCED, and the section is missing.
    SectionMissing,
    /// ENFORCED, and the level has no action.
    LevelMissing,
    /// The configured action wants MFA and the pool's MFA is OFF.
    MfaOff,
    /// The configured action wants MFA and the pool's MFA is ON: everybody is challenged anyway.
    MfaOn,
    /// The event is not in the event filter.
    EventNotChecked,
    /// SRP: the password is not visible.
    PasswordHidden,
    /// Custom authentication has no password that could be checked.
    NoPassword,
    /// Federated sign-in.
    Federated,
    /// Machine-to-machine.
    Machine,
    /// `USER_AUTH` and what comes with it: AWS does not say.
    FlowUndocumented,
    /// Adaptive authentication is documented for sign-in only.
    SignInOnly,
    /// Whether the client has its own configuration is not known.
    OverrideUnknown,
}

/// One cell of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Cell {
    /// What happens.
    pub outcome: Outcome,
    /// With [`Outcome::OnlyAudited`]: what full function would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<Outcome>,
    /// Whether the user is told by e-mail.
    pub notifies: bool,
    /// Why.
    pub reason: Reason,
}

/// What decides a row: whose risk configuration applies to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Every client without a configuration of its own, as far as it is not listed by name.
    Others,
    /// A client by its key, with the pool's configuration.
    Inherits(String),
    /// A client by its key, with its own configuration.
    Own(String),
}

/// One row: a scope, a flow and an event, with a cell for each signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Whose configuration.
    pub scope: Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    /// Cells in the order of [`Signal`]: low, medium, high, compromised credentials.
    pub cells: [Cell; 4],
}

/// The effective-protection table of one posture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Rows ordered by scope as in the posture (`Others` first), then flow, then event.
    pub rows: Vec<Row>,
}
