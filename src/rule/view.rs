//! The view: what a rule's expressions see of one policy or pool. Its documentation is this file.
//!
//! Rules never see bytes; every item that a finding can point at carries its `pointer`. A value that
//! is not set, not managed or not known is `null`, never missing, so `x == null` is always a safe
//! question. Words are the API's (`ENFORCED`, `MFA_REQUIRED`, `SIGN_IN`); keys are the policy's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

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
    /// The pool, then every client that has a risk configuration of its own.
    pub scopes: Vec<ScopeView>,
    /// Every named client, whether it has its own risk configuration or not.
    pub clients: Vec<ClientView>,
    /// Alarms; `null` when the policy does not manage alarms (or they were not read).
    pub alarms: Option<Vec<AlarmView>>,
    /// Log delivery; `null` when the policy does not manage it (or it was not read).
    pub log_delivery: Option<LogDeliveryView>,
    /// Evidence for the step from audit to enforced, one entry per authentication type.
    pub gate: Vec<GateView>,
    /// Waivers of the policy. `used` is known in the hygiene stage only.
    pub waivers: Vec<WaiverView>,
    /// Inline `# cogward: ignore[...]` comments of the policy. `used` is known in the hygiene stage only.
    pub ignores: Vec<IgnoreView>,
    /// Values that look like credentials. The values themselves are not here.
    pub secrets: Vec<SecretView>,
    /// Leaves that another policy of this run manages for the same pool (run stage only).
    pub overlaps: Vec<OverlapView>,
    /// Entries of the baseline file that nothing matched (run stage only).
    pub stale_baseline: Vec<StaleView>,
    /// The date the run judges by, `YYYY-MM-DD`.
    pub today: String,
    /// Cells of the effective-protection table; computed only if some rule names this variable.
    pub effective: Vec<CellView>,
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
pub struct PostureView {
    /// `LITE`, `ESSENTIALS`, `PLUS` or `null`.
    pub feature_plan: Option<String>,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`: standard authentication.
    pub standard_mode: Option<String>,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`: custom authentication.
    pub custom_mode: Option<String>,
    /// Whether one of the modes is `ENFORCED`.
    pub enforced: bool,
    /// Whether one of the modes is `AUDIT` or `ENFORCED`.
    pub assessed: bool,
    /// `OFF`, `OPTIONAL`, `ON` or `null`.
    pub mfa: Option<String>,
    /// Enabled factors: `SMS`, `SOFTWARE_TOKEN`, `EMAIL`, `WEB_AUTHN`; `null` when not known.
    pub mfa_factors: Option<Vec<String>>,
    /// Whether the pool has a domain; `null` when not known.
    pub domain: Option<bool>,
}

/// One authentication type and its mode.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ModeView {
    /// `standard` or `custom`.
    pub auth: String,
    /// `OFF`, `AUDIT`, `ENFORCED` or `null`.
    pub mode: Option<String>,
    /// `/mode/standard` or `/mode/custom`.
    pub pointer: String,
}

/// A risk configuration and whom it applies to.
#[derive(Debug, Serialize, JsonSchema)]
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
    /// How users are told; `null` when not configured.
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
    /// Whether the user is told.
    pub notify: bool,
    /// Kind of template that such a notification uses: `no_action_email`, `mfa_email`, `block_email`.
    pub template: String,
    /// Of the level.
    pub pointer: String,
}

/// `account_takeover.notifications`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotificationsView {
    /// Of the section.
    pub pointer: String,
    /// SES identity ARN as written.
    pub source_arn: String,
    /// The ARN taken apart.
    pub arn: ArnView,
    /// Whether SES in the ARN's region can send for this pool's region: `yes`, `no`, or `unconfirmed`
    /// (also when either region is not known).
    pub region_allowed: String,
    /// Regions that could, for the message; empty when not known.
    pub allowed_regions: Vec<String>,
    /// `from` as written.
    pub from: Option<String>,
    /// Whether `from` is the identity or in its domain; `null` when there is no `from` or no identity.
    pub from_matches: Option<bool>,
    /// Templates that are there.
    pub templates: Vec<TemplateView>,
}

/// An ARN taken apart; all parts empty when it is none.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArnView {
    /// Whether it has the shape of an ARN.
    pub valid: bool,
    /// Service, such as `ses`.
    pub service: String,
    /// Region.
    pub region: String,
    /// Account id.
    pub account: String,
    /// Resource, such as `identity/admin@example.com`.
    pub resource: String,
}

/// One e-mail template.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TemplateView {
    /// `block_email`, `mfa_email` or `no_action_email`.
    pub kind: String,
    /// Of the template.
    pub pointer: String,
    /// Violations of the API's limits.
    pub faults: Vec<FaultView>,
    /// `{...}` that Cognito does not fill.
    pub unknown_placeholders: Vec<PlaceholderView>,
    /// Whether it has one-click links, which need a pool domain.
    pub needs_domain: bool,
    /// Whether an action of this scope notifies with this kind.
    pub used: bool,
}

/// Something wrong with a value, found by a check that expressions cannot say well.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FaultView {
    /// What is wrong, a sentence without its full stop.
    pub message: String,
    /// Where.
    pub pointer: String,
    /// The nearest right value; empty when there is none.
    pub nearest: String,
    /// Whether the fact behind it is unconfirmed.
    pub unconfirmed: bool,
}

/// A placeholder that Cognito does not fill.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlaceholderView {
    /// With its braces.
    pub text: String,
    /// The nearest known one, with its braces; empty when none is near.
    pub nearest: String,
    /// Of the subject or body.
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

/// `risk_exceptions`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExceptionsView {
    /// Of the section.
    pub pointer: String,
    /// Always-block, as written.
    pub always_block: Vec<RangeView>,
    /// Always-allow, as written.
    pub always_allow: Vec<RangeView>,
    /// Both lists: `{name, pointer, size, aggregated}` each.
    pub lists: Vec<RangeListView>,
    /// Pairs of ranges of the same list where one holds the other, and pairs of the two lists that meet.
    pub pairs: Vec<RangePairView>,
}

/// One exception list as a whole.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangeListView {
    /// `always_block` or `always_allow`.
    pub name: String,
    /// Of the list.
    pub pointer: String,
    /// Number of entries.
    pub size: i64,
    /// The smallest list of ranges that says the same; only computed for lists over the limit, else empty.
    pub aggregated: Vec<String>,
    /// Whether every entry is a valid range in short form, so that the aggregated list loses nothing.
    pub plain: bool,
}

/// One exception range.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own that rules ask"
)]
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangeView {
    /// As written.
    pub text: String,
    /// Of the text (inside the long form, its `cidr`).
    pub pointer: String,
    /// `always_block` or `always_allow`.
    pub list: String,
    /// Whether it is in the long form, `{ cidr: ..., reason: ... }`.
    pub long_form: bool,
    /// Who answers for it; `null` when not said.
    pub owner: Option<String>,
    /// Last day on which it is meant to be there, as written; `null` when not said.
    pub until: Option<String>,
    /// Whether it is a CIDR range that the API takes.
    pub valid: bool,
    /// Whether it is an address without a prefix length.
    pub bare: bool,
    /// Whether bits are set behind the prefix.
    pub host_bits: bool,
    /// Whether a part of the IPv4 address has a leading zero, which some software reads as octal.
    pub ambiguous: bool,
    /// The plainly meant text, differing from `text`; `null` when it is the same or not plain.
    pub canonical: Option<String>,
    /// Prefix length; -1 when not valid.
    pub prefix: i64,
    /// Whether it is IPv6.
    pub v6: bool,
    /// `private`, `loopback`, `link-local`, ... for ranges that no public request comes from; else `null`.
    pub kind: Option<String>,
}

/// Two ranges that have addresses in common.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RangePairView {
    /// `same`, `covered` (`pointer` lies in `other_pointer`) or `overlap` (between the two lists).
    pub relation: String,
    /// The range to blame: the later or smaller one; for `overlap` the always-allow entry.
    pub pointer: String,
    /// Its entry in the list: the same, without `/cidr`. For fixes.
    pub entry: String,
    /// As written.
    pub text: String,
    /// The other one.
    pub other_pointer: String,
    /// As written.
    pub other_text: String,
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
    /// `unknown`; `null` when not known.
    pub flows: Option<Vec<String>>,
    /// `ExplicitAuthFlows` as the API has them; `null` when not known.
    pub auth_flows: Option<Vec<String>>,
    /// `EnablePropagateAdditionalUserContextData`; `null` when not known.
    pub propagate_user_context: Option<bool>,
    /// The risk configuration that applies to it: its own, or the pool's. Pointers lead to where it stands.
    pub scope: String,
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
    /// Faults that make it never fire.
    pub dead: Vec<FaultView>,
    /// Settings that make it miss or drown events.
    pub blind: Vec<FaultView>,
    /// ARNs told.
    pub actions: Vec<String>,
    /// Whether actions are carried out.
    pub actions_enabled: bool,
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
    /// What the evidence is: `declared`, `ledger` or empty.
    pub source: String,
    /// Where the evidence stands; the gate section or the mode when there is none.
    pub evidence_pointer: String,
    /// Whether the declared date lies in the future.
    pub in_future: bool,
}

/// One waiver.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WaiverView {
    /// Of the waiver.
    pub pointer: String,
    /// The rule it waives.
    pub rule: String,
    /// The client it is limited to; empty for all.
    pub client: String,
    /// Why.
    pub reason: String,
    /// Last day, as written.
    pub until: String,
    /// Whether it no longer holds: the day is over, or is no date.
    pub expired: bool,
    /// Whether `until` is a date.
    pub valid_date: bool,
    /// Days from today until it ends; negative when over.
    pub days_left: i64,
    /// Whether it waived something in this run.
    pub used: bool,
}

/// One inline ignore.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IgnoreView {
    /// A pointer of the form `#N`: the N-th comment of the file. Use it in `at` only.
    pub pointer: String,
    /// The rule it ignores.
    pub rule: String,
    /// Why; may be empty.
    pub reason: String,
    /// Whether it ignored something in this run.
    pub used: bool,
}

/// A value that looks like a credential.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SecretView {
    /// A pointer of the form `@N`: the N-th such place of the file. Use it in `at` only.
    pub pointer: String,
    /// What it looks like: "AWS access key id".
    pub kind: String,
}

/// A leaf that two policies manage for the same pool.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OverlapView {
    /// The leaf in this policy.
    pub pointer: String,
    /// The other policy's name.
    pub other: String,
    /// The other policy's place, of the form `~N/pointer`. Use it in `related.at` only.
    pub other_pointer: String,
    /// The pool: its id, or the selector that may meet.
    pub pool: String,
}

/// A baseline entry that nothing matched.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaleView {
    /// A pointer into the baseline file, of the form `=/findings/3`. Use it in `at` only.
    pub pointer: String,
    /// The rule.
    pub rule: String,
    /// The file it was in.
    pub file: String,
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
    /// Whether the user is told.
    pub notifies: bool,
    /// Why, as an id such as `section-missing`.
    pub reason: String,
}

/// The schema of the view (`schemas/view.json`).
#[must_use]
pub fn schema() -> serde_json::Value {
    crate::schema::of::<View>("view")
}
