//! Scopes: a risk configuration and whom it applies to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::view::exception::ExceptionsView;
use crate::rule::view::notification::NotificationsView;

/// A risk configuration and whom it applies to.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question that a rule may ask by its name"
)]
pub struct ScopeView {
    /// `pool`, or the client's key.
    pub name: String,
    /// For messages: "the pool" or "client `web`".
    pub title: String,
    /// Whether this is the pool.
    pub is_pool: bool,
    /// The empty pointer for the pool, `/clients/web` for a client.
    pub pointer: String,
    /// Adaptive authentication; `null` when the section is not there.
    pub account_takeover: Option<AccountTakeoverView>,
    /// Compromised credentials; `null` when the section is not there.
    pub compromised_credentials: Option<CompromisedView>,
    /// IP exceptions; `null` when the section is not there.
    pub risk_exceptions: Option<ExceptionsView>,
    /// Whether a server may say the user's address for a client that it is for: the client forwards it
    /// (`propagate_user_context`), or allows a flow of the `Admin` calls, which take an address from any server. For
    /// the pool, of any named client.
    pub user_context_forwarded: bool,
    /// Whether some client with this configuration sends a password at sign-in; `null` when unknown. The clients that
    /// a policy does not name are unknown.
    pub sends_passwords: Option<bool>,
    /// Whether it is known that no client has this configuration that is meant to sign in somebody whom threat protection
    /// covers. So the pool's, where every such client has its own, and that of a client for machines.
    pub unused: bool,
    /// Whether the configuration is carried out, as far as is known: it is not `unused`, and the mode is not known to be
    /// `OFF` or `AUDIT` only.
    pub acts: bool,
    /// For messages, what has to happen before it acts: ", once `ENFORCED`", ", once a client inherits it", both, and such.
    /// Empty where it acts.
    pub once: String,
    /// Whether the configuration equals the pool's (clients only; `false` for the pool).
    pub equals_pool: bool,
    /// Cells in which this client is protected less than the pool's configuration would protect it.
    pub weaker_cells: Vec<WeakerCellView>,
}

/// `account_takeover`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccountTakeoverView {
    /// Of the section.
    pub pointer: String,
    /// The levels that have an action, lowest first.
    pub levels: Vec<LevelView>,
    /// The names of levels without an action: `low`, `medium`, `high`.
    pub missing_levels: Vec<String>,
    /// How users are notified; `null` when not configured.
    pub notifications: Option<NotificationsView>,
}

/// One risk level.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LevelView {
    /// `low`, `medium` or `high`.
    pub level: String,
    /// 0, 1 or 2.
    pub rank: i64,
    /// `NO_ACTION`, `MFA_IF_CONFIGURED`, `MFA_REQUIRED` or `BLOCK`.
    pub action: String,
    /// 0 (`NO_ACTION`) to 3 (`BLOCK`).
    pub action_rank: i64,
    /// Whether the user is notified.
    pub notify: bool,
    /// Kind of template that such a notification uses: `no_action_email`, `mfa_email`, `block_email`.
    pub template: String,
    /// Of the level.
    pub pointer: String,
}

/// `compromised_credentials`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompromisedView {
    /// Of the section.
    pub pointer: String,
    /// `BLOCK` or `NO_ACTION`.
    pub action: String,
    /// Events that are checked: all three when the filter is empty or absent.
    pub events: Vec<String>,
    /// Events that are not checked.
    pub missing_events: Vec<String>,
}

/// A cell in which a client is weaker than the pool.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WeakerCellView {
    /// Request and signal in words: "password sign-in at high risk", "sign-in from 192.0.2.0/24".
    pub what: String,
    /// The pool's outcome in words.
    pub pool: String,
    /// The client's outcome in words.
    pub client: String,
}
