//! The frozen words of `json`: one per variant of the model, mapped totally, so that a new variant
//! does not compile until its word is decided.

use schemars::JsonSchema;
use serde::Serialize;

use crate::difference::{Cause, Shape};
use crate::finding::Severity;
use crate::model::effective::{CellOutcome, Direction, Event, Flow, Reason, Scope, Signal};

/// Declares a frozen enumeration with the same variants as one of the model.
macro_rules! frozen {
    ($(#[$doc:meta])* $name:ident from $model:ident { $($variant:ident => $words:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $(#[doc = $words] $variant),+
        }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                match value {
                    $($model::$variant => Self::$variant),+
                }
            }
        }
    };
}

/// How much a finding matters.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum JsonV1Severity {
    /// Worth knowing.
    Note,
    /// Protection is likely not what its author thinks.
    Warning,
    /// Protection is broken, or the input is.
    Error,
}

/// Whose configuration decides.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum JsonV1Scope {
    /// Every client that is not named.
    Others,
    /// A client with the pool's configuration.
    Inherits {
        /// Its key in the policy, or its id.
        client: String,
    },
    /// A client with an override.
    Own {
        /// Its key in the policy, or its id.
        client: String,
    },
}

impl From<Severity> for JsonV1Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

impl From<&Scope> for JsonV1Scope {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::Others => Self::Others,
            Scope::Inherits(client) => Self::Inherits {
                client: client.clone(),
            },
            Scope::Own(client) => Self::Own {
                client: client.clone(),
            },
        }
    }
}

frozen! {
    /// How a pool compares with a policy.
    JsonV1Direction from Direction {
        Weaker => "Less is stopped, or fewer users are notified.",
        Undefined => "Undefined: AWS's behaviour on one side is unconfirmed or unknown.",
        Neutral => "Nothing that protects differs.",
        Stronger => "More is stopped, or more users are notified.",
    }
}

frozen! {
    /// Which side changed since policy and pool last agreed.
    JsonV1Cause from Cause {
        Drift => "The pool was changed.",
        Pending => "The policy was changed, and is not applied yet.",
        Conflict => "Both were.",
        Differs => "Nothing is recorded of it.",
    }
}

frozen! {
    /// How two values are best shown side by side.
    JsonV1Shape from Shape {
        Value => "As they are.",
        Set => "A set: what is only on one side.",
        Text => "A text of many lines: line by line.",
    }
}

frozen! {
    /// How a user signs in.
    JsonV1Flow from Flow {
        Password => "The password reaches Cognito.",
        Srp => "Secure remote password.",
        Custom => "`CUSTOM_AUTH`.",
        Federated => "SAML, OIDC or social sign-in.",
        Machine => "`client_credentials`.",
        Unknown => "`USER_AUTH`, passkeys, one-time passwords: not documented.",
    }
}

frozen! {
    /// What a request is.
    JsonV1Event from Event {
        SignIn => "Sign-in.",
        SignUp => "Sign-up.",
        PasswordChange => "Password change.",
    }
}

frozen! {
    /// What threat protection sees in a request.
    JsonV1Signal from Signal {
        Low => "Account-takeover risk, low.",
        Medium => "Account-takeover risk, medium.",
        High => "Account-takeover risk, high.",
        CompromisedCredentials => "The credentials are compromised, or the password is commonly guessed.",
    }
}

frozen! {
    /// What really happens.
    JsonV1Outcome from CellOutcome {
        Blocked => "Denied.",
        MfaRequired => "MFA challenge; users without a factor are denied.",
        MfaIfConfigured => "MFA challenge for users who have a factor.",
        AllowedNotified => "Passes, and the user is notified.",
        Allowed => "Passes.",
        OnlyAudited => "Passes and is logged.",
        Undefined => "ENFORCED without a configuration to enforce.",
        Blind => "Should be checked, but the flow hides what the check needs.",
        Off => "Threat protection is off.",
        NotCovered => "Threat protection does not cover this.",
        Unknown => "Not managed by the policy, or not readable.",
    }
}

frozen! {
    /// Why a cell is as it is.
    JsonV1Reason from Reason {
        Configured => "The configured action.",
        AuditMode => "The mode is AUDIT.",
        ModeOff => "The mode is OFF.",
        ModeUnknown => "The mode is unknown.",
        SectionMissing => "ENFORCED, and the section is missing.",
        LevelMissing => "ENFORCED, and the level has no action.",
        MfaOff => "The action requires MFA and the pool's MFA is OFF.",
        MfaOn => "The pool's MFA is ON.",
        EventNotChecked => "The event is not in the event filter.",
        PasswordHidden => "SRP hides the password.",
        NoPassword => "Custom authentication has no password.",
        TriggerMissing => "Custom authentication without the trigger that it needs: Cognito rejects it.",
        Federated => "Federated sign-in.",
        Machine => "Machine-to-machine.",
        FlowUndocumented => "AWS does not say.",
        SignInOnly => "Documented for sign-in only.",
        OverrideUnknown => "Whether the client has an override is unknown.",
        ResponsesUnread => "The pool's configuration could not be read.",
    }
}
