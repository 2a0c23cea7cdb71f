//! The program's own words, as the format spells them permanently.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::observed::Failure;
use crate::model::posture::Part;
use crate::plan::Auth;

/// Both ways between an enumeration and its frozen words.
macro_rules! words {
    ($(#[$doc:meta])* $frozen:ident of $live:ident { $($(#[$variant_doc:meta])* $word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub(in crate::observe::snapshot) enum $frozen {
            $($(#[$variant_doc])* $word,)+
        }

        impl From<$live> for $frozen {
            fn from(live: $live) -> Self {
                match live {
                    $($live::$word => Self::$word,)+
                }
            }
        }

        impl From<$frozen> for $live {
            fn from(frozen: $frozen) -> Self {
                match frozen {
                    $($frozen::$word => Self::$word,)+
                }
            }
        }
    };
}

words! {
    /// A part of a pool that is read as one.
    PartV1 of Part {
        /// Feature plan.
        Plan,
        /// Modes.
        Mode,
        /// MFA settings.
        Mfa,
        /// Whether there is a domain.
        Domain,
        /// Lambda triggers.
        Triggers,
        /// The pool's risk configuration.
        Responses,
        /// Clients, or one of them.
        Clients,
        /// Alarms.
        Alarms,
        /// Who the alarms' topics notify.
        Topics,
        /// Metrics with data.
        Metrics,
        /// Log delivery.
        LogDelivery,
    }
}

words! {
    /// Why something could not be read.
    FailureV1 of Failure {
        /// There were no credentials.
        NoCredentials,
        /// The credentials belonged to another account.
        OtherAccount,
        /// The credentials did not allow it.
        Denied,
        /// Throttled until the attempts ran out.
        Throttled,
        /// No answer came in time.
        TimedOut,
        /// The service answered with a fault, or could not be reached.
        Unavailable,
        /// The answer had something that the program did not know.
        NotUnderstood,
        /// The run was stopped before.
        Stopped,
        /// Templates do not say it.
        NotInFiles,
    }
}

words! {
    /// An authentication type with a mode of its own.
    AuthV1 of Auth {
        /// Standard authentication.
        Standard,
        /// Custom authentication.
        Custom,
    }
}
