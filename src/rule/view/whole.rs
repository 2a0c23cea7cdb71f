//! The view as a whole, and the policy, target and posture in it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::rule::view::events::EventsView;
use crate::rule::view::hygiene::{IgnoreView, OverlapView, SecretView, StaleView, WaiverView};
use crate::rule::view::notification::FaultView;
use crate::rule::view::scope::ScopeView;
use crate::rule::view::surroundings::{
    AlarmView, CellView, ClientView, GateView, LogDeliveryView, QueryView,
};

/// Every variable that an expression may name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct View {
    /// The policy or pool itself.
    pub policy: PolicyView,
    /// Where the policy applies.
    pub target: TargetView,
    /// Plan, modes, MFA and domain.
    pub posture: PostureView,
    /// One entry per authentication type: standard, then custom.
    pub modes: Vec<ModeView>,
    /// The pool, then every client that has an override.
    pub scopes: Vec<ScopeView>,
    /// Every named client, whether it has its own risk configuration or not.
    pub clients: Vec<ClientView>,
    /// Alarms; `null` when the policy does not manage alarms (or they were not read).
    pub alarms: Option<Vec<AlarmView>>,
    /// Alarms on queries over the pool's threat metrics, one entry for each metric; `null` when unknown, as in a
    /// policy.
    pub queries: Option<Vec<QueryView>>,
    /// Log delivery; `null` when the policy does not manage it (or it was not read).
    pub log_delivery: Option<LogDeliveryView>,
    /// Evidence for the step from audit to enforced, one entry per authentication type; of an observed pool
    /// only if it is too young to have been in audit for long enough.
    pub gate: Vec<GateView>,
    /// Waivers of the policy. `used` is known in the hygiene stage only.
    pub waivers: Vec<WaiverView>,
    /// Inline `# cogward: ignore[...]` comments of the policy. `used` is known in the hygiene stage only.
    pub ignores: Vec<IgnoreView>,
    /// Values that look like credentials. The values themselves are not here.
    pub secrets: Vec<SecretView>,
    /// Leaves that another policy of this run manages for the same pool.
    pub overlaps: Vec<OverlapView>,
    /// Entries of the baseline file that nothing matched (run stage only).
    pub stale_baseline: Vec<StaleView>,
    /// The date that counts as today, `YYYY-MM-DD`.
    pub today: String,
    /// Cells of the effective-protection table; computed only if some rule names this variable.
    pub effective: Vec<CellView>,
    /// Recorded events of the pool; `null` but for rules with `stage: events`.
    pub events: Option<EventsView>,
}

/// The policy or pool itself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PolicyView {
    /// Policy name, or pool id for an observed pool.
    pub name: String,
    /// Whether this is a policy (desired) rather than a live pool or snapshot (observed).
    pub desired: bool,
    /// Whether the policy is a layer only: it has no `target`, so nothing is checked or changed by itself.
    pub is_layer: bool,
    /// Always the empty pointer: the whole document.
    pub pointer: String,
}

/// Where the policy applies.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TargetView {
    /// Account id, 12 digits.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// User pool id.
    pub pool: Option<String>,
    /// Pool name patterns.
    pub names: Vec<String>,
    /// Tags a pool must have.
    pub tags: BTreeMap<String, String>,
}

/// Plan, modes, MFA and domain.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that rules ask")]
pub struct PostureView {
    /// `LITE`, `ESSENTIALS`, `PLUS` or `null`.
    pub feature_plan: Option<String>,
    /// The same, or what a policy that does not manage the plan says with `assumes.feature_plan`.
    pub known_plan: Option<String>,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`: standard authentication.
    pub standard_mode: Option<String>,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`: custom authentication.
    pub custom_mode: Option<String>,
    /// Whether one of the modes is `ENFORCED`.
    pub enforced: bool,
    /// Whether one of the modes is `AUDIT` or `ENFORCED`.
    pub assessed: bool,
    /// Whether `clients` is every client that the pool has: a live pool whose clients were read. A policy names some.
    pub all_clients: bool,
    /// `OFF`, `OPTIONAL`, `ON` or `null`.
    pub mfa: Option<String>,
    /// Enabled factors: `SMS`, `SOFTWARE_TOKEN`, `EMAIL`, `WEB_AUTHN`; `null` when unknown.
    pub mfa_factors: Option<Vec<String>>,
    /// Why the two MFA settings cannot hold together, so that the service refuses them; `null` where they can, or where
    /// one of them is unknown.
    pub mfa_fault: Option<FaultView>,
    /// Whether the pool has a domain; `null` when unknown.
    pub domain: Option<bool>,
    /// About how many users the pool has; `null` when unknown. A policy says it with `assumes.users`.
    pub estimated_users: Option<i64>,
    /// Whether a policy says that composite alarms speak for its alarms without an action
    /// (`assumes.composite_alarms`).
    pub composite_alarms: bool,
    /// Lambda triggers that the pool has, by the API's names, all of them; `null` when unknown. A policy says them
    /// with `assumes.triggers`.
    pub triggers: Option<Vec<String>>,
    /// Whether the pool has a `CustomEmailSender` trigger, which sends email in place of Cognito and SES; `null` when
    /// unknown.
    pub custom_email_sender: Option<bool>,
    /// Whether custom sign-in can take place: it needs a `DefineAuthChallenge` trigger; `null` when unknown.
    pub custom_sign_in: Option<bool>,
    /// What only a template or plan shows; nothing of it for policies and live pools.
    pub template: TemplateFactsView,
}

/// What only the templates or the plan that make a pool show.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TemplateFactsView {
    /// Whether the feature plan is left out.
    pub plan_left_out: bool,
    /// Whether a plan of Terraform creates the pool; also false where nothing says so.
    pub is_created: bool,
    /// Whether other files have alarms, too.
    pub more_alarms: bool,
    /// Resources that set a risk configuration which another one sets.
    pub set_twice: Vec<RiskResourceView>,
    /// Resources that are destroyed, which resets a risk configuration that another one sets.
    pub reset: Vec<RiskResourceView>,
    /// Resources of Terraform whose client is the word `ALL`.
    pub named_all: Vec<RiskResourceView>,
}

/// A resource of a template that sets a risk configuration.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RiskResourceView {
    /// Logical id or address.
    pub name: String,
    /// Whose configuration it is, in words: "the pool" or "client `web`".
    pub of: String,
    /// Where it stands.
    pub pointer: String,
}

/// One authentication type and its mode.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ModeView {
    /// `standard` or `custom`.
    pub auth: String,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`.
    pub mode: Option<String>,
    /// Days for which an observed pool is known to have this mode, because nothing of it was modified; -1 when
    /// unknown.
    pub since_days: i64,
    /// `/mode/standard` or `/mode/custom`.
    pub pointer: String,
}

/// The schema of the view (`schemas/view.json`).
pub fn schema() -> serde_json::Value {
    crate::schema::of::<View>("view")
}
