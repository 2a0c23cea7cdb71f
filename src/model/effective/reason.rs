//! Why a cell of the effective table is as it is.

use schemars::JsonSchema;
use serde::Serialize;
use strum::VariantArray as _;

use crate::ident::all;

crate::ident::spelled!(Reason);

/// Why a cell is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "JsonV1Reason")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// The configured action is carried out.
    Configured,
    /// The governing mode is AUDIT.
    AuditMode,
    /// The governing mode is OFF.
    ModeOff,
    /// The governing mode is unknown.
    ModeUnknown,
    /// ENFORCED, and the section is missing.
    SectionMissing,
    /// ENFORCED, and the level has no action.
    LevelMissing,
    /// The configured action asks for MFA and the pool's MFA is OFF.
    MfaOff,
    /// The configured action asks for MFA and the pool's MFA is ON: everybody is challenged anyway.
    MfaOn,
    /// The event is not in the event filter.
    EventNotChecked,
    /// SRP: the password is not visible.
    PasswordHidden,
    /// Custom authentication has no password that could be checked.
    NoPassword,
    /// Custom authentication without the trigger that it needs.
    TriggerMissing,
    /// Federated sign-in.
    Federated,
    /// Machine-to-machine.
    Machine,
    /// `USER_AUTH` and what comes with it: AWS does not say.
    FlowUndocumented,
    /// Adaptive authentication is documented for sign-in only.
    SignInOnly,
    /// Whether the client has an override is unknown.
    OverrideUnknown,
    /// The risk configuration that decides could not be read.
    ResponsesUnread,
}

impl Reason {
    /// All of them, in order.
    pub const ALL: [Self; 18] = all(Self::VARIANTS);

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Configured => "as configured",
            Self::AuditMode => "audit only",
            Self::ModeOff => "mode off",
            Self::ModeUnknown => "mode unknown",
            Self::SectionMissing => "section missing",
            Self::LevelMissing => "no action at this level",
            Self::MfaOff => "MFA is off",
            Self::MfaOn => "MFA is always on",
            Self::EventNotChecked => "event not checked",
            Self::PasswordHidden => "password not visible",
            Self::NoPassword => "no password",
            Self::TriggerMissing => "sign-in rejected",
            Self::Federated => "federated",
            Self::Machine => "machine to machine",
            Self::FlowUndocumented => "flow not documented",
            Self::SignInOnly => "sign-in only",
            Self::OverrideUnknown => "override unknown",
            Self::ResponsesUnread => "responses not read",
        }
    }

    /// One plain sentence, which says so where AWS's answer is unconfirmed. The sections below "What happens to a
    /// request" of docs/facts.md have the sources.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Configured => "The configured action is carried out.",
            Self::AuditMode => {
                "The mode is AUDIT: the risk is assessed, logged and counted, and the request goes on."
            }
            Self::ModeOff => "The mode is OFF or absent: nothing is assessed.",
            Self::ModeUnknown => "The mode that governs this is not managed here or could not be read.",
            Self::SectionMissing => {
                "The mode is ENFORCED and the section with the actions is missing: AWS's console text says that the defaults block, field reports say that everything is allowed; unconfirmed, so nothing may be enforced."
            }
            Self::LevelMissing => {
                "The mode is ENFORCED and this risk level has no action: AWS accepts that and does not say what then happens (unconfirmed)."
            }
            Self::MfaOff => {
                "The action asks for MFA and the pool's MFA is OFF: nobody can be challenged, so MFA_IF_CONFIGURED allows, and whether MFA_REQUIRED blocks or does nothing is unconfirmed."
            }
            Self::MfaOn => {
                "The action asks for MFA and the pool's MFA is ON: everybody is challenged at every sign-in anyway."
            }
            Self::EventNotChecked => {
                "The event filter leaves this event out, so the password is not checked."
            }
            Self::PasswordHidden => "With SRP the password never reaches Cognito, so it cannot be checked.",
            Self::NoPassword => "Custom authentication has no password that could be checked.",
            Self::TriggerMissing => {
                "The pool has no DefineAuthChallenge trigger: Cognito rejects custom sign-ins, so there is nothing to assess."
            }
            Self::Federated => {
                "Threat protection does not cover federated sign-in: the identity provider has to."
            }
            Self::Machine => "Threat protection does not cover client credentials: there is no user.",
            Self::FlowUndocumented => {
                "AWS does not say whether threat protection covers USER_AUTH, passkeys and one-time passwords as first factor (unconfirmed)."
            }
            Self::SignInOnly => "Adaptive authentication is documented for sign-in only.",
            Self::OverrideUnknown => "Whether this client has an override could not be read.",
            Self::ResponsesUnread => {
                "The risk configuration that decides this could not be read, or a plan may reset it."
            }
        }
    }
}
