//! Clients, alarms, log delivery, the gate and the effective table.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::client_setting::{ClientSettings, with_unknown};
use crate::rule::view::notification::FaultView;

/// One named client.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClientView {
    /// Key under `clients`.
    pub name: String,
    /// Client id.
    pub id: Option<String>,
    /// Of the client.
    pub pointer: String,
    /// `own`, `inherit` or `unknown`.
    pub responses: String,
    /// Flows as the effective table names them: `password`, `srp`, `custom`, `federated`, `machine`,
    /// `unknown`; `null` when unknown.
    pub flows: Option<Vec<String>>,
    /// `flows` without those that are only AWS's default in a client that signs in otherwise; `null` when unknown.
    pub sign_ins: Option<Vec<String>>,
    /// Whether `ExplicitAuthFlows` is absent, so that `srp` and `custom` among `flows` are AWS's default.
    pub default_flows: bool,
    /// Its other settings, each `null` when unknown.
    #[serde(flatten, serialize_with = "with_unknown")]
    pub settings: ClientSettings,
    /// Whether it has a client secret; `null` when unknown, as always in a policy.
    pub has_secret: Option<bool>,
    /// The risk configuration that applies to it: its own, or the pool's. Pointers lead to where it stands.
    pub scope: String,
    /// Where that one is among `scopes`.
    pub scope_index: usize,
    /// Whether sign-in is among the checked events of the configuration that applies.
    pub checks_sign_in: bool,
}

/// One alarm.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AlarmView {
    /// Of the alarm.
    pub pointer: String,
    /// Name; empty when the policy leaves it to the tool.
    pub name: String,
    /// Metric as written.
    pub metric: String,
    /// The threat metric that is meant, in its documented spelling; empty when none is near.
    pub meant: String,
    /// `SignIn`, ...; empty when there is no such dimension.
    pub operation: String,
    /// Risk level in lower case; empty when there is no such dimension.
    pub risk_level: String,
    /// Threshold.
    pub threshold: f64,
    /// Length of a period, in seconds.
    pub period: u32,
    /// Number of periods that are looked at.
    pub evaluation_periods: u32,
    /// Faults that make it never fire.
    pub dead: Vec<FaultView>,
    /// Settings that make it miss or drown events.
    pub blind: Vec<FaultView>,
    /// ARNs notified.
    pub actions: Vec<String>,
    /// Actions of an observed alarm that reach nobody, each with why: "nobody subscribes to ...".
    pub unheard: Vec<String>,
    /// Whether actions are carried out.
    pub actions_enabled: bool,
    /// Whether a composite alarm that speaks for it, at any depth, reaches somebody, as far as is known.
    pub spoken_for: bool,
    /// Composite alarms that speak for it directly and reach nobody, each with why: "`all-pools` has no action".
    pub above: Vec<String>,
    /// Whether it is a metric of an alarm on an expression: what fires it is the expression, not this metric alone.
    pub of_expression: bool,
}

/// An alarm of an observed pool on a query over its threat metrics.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueryView {
    /// Name.
    pub name: String,
    /// The threat metric that it watches, in its documented spelling.
    pub metric: String,
    /// Values of `Operation` that it asks for; empty for all.
    pub operations: Vec<String>,
    /// Risk levels that it asks for, in lower case; empty for all.
    pub risk_levels: Vec<String>,
    /// Why it reaches nobody, and no composite alarm above it does; empty where somebody may be notified.
    pub silence: String,
}

/// Log delivery.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LogDeliveryView {
    /// `/log_delivery`.
    pub pointer: String,
    /// Whether user activity is delivered somewhere.
    pub user_auth_events: bool,
    /// Whether message failures are delivered somewhere.
    pub user_notification: bool,
    /// ARNs that events of either kind are delivered to.
    pub destinations: Vec<String>,
    /// Entries that the API refuses.
    pub faults: Vec<FaultView>,
}

/// Evidence for one authentication type.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GateView {
    /// `standard` or `custom`.
    pub auth: String,
    /// Whether its mode is `ENFORCED`, so that the gate applies.
    pub enforced: bool,
    /// Pointer of the mode.
    pub pointer: String,
    /// Days in AUDIT that are required.
    pub minimum_days: i64,
    /// Days in AUDIT that the best evidence shows; -1 when there is none.
    pub days: i64,
    /// What the evidence is: `declared`, `ledger`, the age of an observed pool, or empty.
    pub source: String,
    /// Where the evidence stands; the gate section or the mode when there is none.
    pub evidence_pointer: String,
    /// Whether the declared date lies in the future, and nothing else shows enough days.
    pub in_future: bool,
    /// Whether enough days are shown. Evidence that is contradicted shows none.
    pub met: bool,
    /// What keeps evidence from counting, in words: what contradicts it, or what could not be read; else empty.
    pub against: String,
}

/// One cell of the effective-protection table.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CellView {
    /// `pool` or the client's key.
    pub scope: String,
    /// `password`, `srp`, `custom`, `federated`, `machine`, `unknown`.
    pub flow: String,
    /// `sign-in`, `sign-up`, `password-change`.
    pub event: String,
    /// `low`, `medium`, `high`, `compromised-credentials`.
    pub signal: String,
    /// `blocked`, `mfa-required`, `mfa-if-configured`, `allowed-notified`, `allowed`, `only-audited`,
    /// `undefined`, `blind`, `off`, `not-covered`, `unknown`.
    pub outcome: String,
    /// With `only-audited`: what full function would have done; else empty.
    pub would: String,
    /// Whether the user is notified; `false` where that is unconfirmed, without a notification configuration.
    pub notifies: bool,
    /// Why, as an id such as `section-missing`.
    pub reason: String,
}
