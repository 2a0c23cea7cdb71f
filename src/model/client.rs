//! App clients: their own risk configuration, and the flows that decide what can be protected.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::client_setting::ClientSettings;
use crate::model::response::RiskConfiguration;

/// The key of what a policy says of every client that it does not name.
pub const EVERY_OTHER: &str = "*";

/// A client's risk configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "OverrideV1")]
pub enum Override {
    // The policy does not say, or it was not read.
    /// Unknown.
    #[default]
    Unknown,
    /// The pool's.
    Inherit,
    /// Its own, which replaces the pool's as a whole.
    Own(Box<RiskConfiguration>),
}

/// `ExplicitAuthFlows` of a client that has none, in order (docs/facts.md, "Flows of a client").
pub const DEFAULT_FLOWS: [&str; 3] = [
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_SRP_AUTH",
];

/// What `ExplicitAuthFlows` takes (docs/facts.md, "Flows of a client").
pub const AUTH_FLOWS: [&str; 9] = [
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    CHOICE,
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
];

/// Choice-based sign-in in `ExplicitAuthFlows`: passkeys and one-time passwords.
pub const CHOICE: &str = "ALLOW_USER_AUTH";

/// One app client.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ClientV1")]
pub struct Client {
    // In a policy the key under `clients`: a name of the author's choice or the client's name. `*` is every client that
    // is not named.
    /// Its name, with the id where names repeat.
    pub key: String,
    /// Client id.
    pub id: Option<String>,
    /// Its risk configuration.
    pub risk: Override,
    /// Its other settings; absent where they are unknown. A row that is added is a key that older snapshots do not have.
    #[serde(flatten)]
    pub settings: ClientSettings,
    // A server keeps one, and an app cannot.
    /// Whether it has a client secret; absent where that is unknown. The secret itself is never kept.
    pub has_secret: Option<bool>,
}

impl Client {
    /// A client of which nothing is known.
    pub const UNKNOWN: Self = Self {
        key: String::new(),
        id: None,
        risk: Override::Unknown,
        settings: ClientSettings::UNKNOWN,
        has_secret: None,
    };

    /// The key of an observed client whose name another client has as well: both name and id.
    pub fn key_beside_others(name: &str, id: &str) -> String {
        format!("{name} ({id})")
    }

    /// Whether `ExplicitAuthFlows` is absent, so that AWS's default applies: SRP, custom authentication and refresh. An
    /// empty list means the same to the service.
    pub fn has_default_flows(&self) -> bool {
        self.settings.auth_flows.as_ref().is_some_and(BTreeSet::is_empty)
    }

    /// Whether it is known to allow choice-based sign-in.
    pub fn offers_choice(&self) -> bool {
        self.settings
            .auth_flows
            .as_ref()
            .is_some_and(|flows| flows.contains(CHOICE))
    }

    /// The name of an observed client: its key without the id that distinguishes it from others.
    pub fn name(&self) -> &str {
        let own = self.id.as_deref().and_then(|id| {
            let rest = self.key.strip_suffix(')')?.strip_suffix(id)?;
            rest.strip_suffix(" (")
        });
        own.unwrap_or(&self.key)
    }
}
