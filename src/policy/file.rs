//! The policy file: the types that a policy document decodes to after its layers are merged.
//!
//! Every key is optional here, because a document may be a layer that others extend; what a whole
//! policy must have is checked when the posture is made. The doc comments are the descriptions that
//! `schemas/policy.json` shows in an editor.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::mode::{FeaturePlan, MfaConfiguration, MfaFactor, Mode};
use crate::model::response::{Action, CompromisedAction, PasswordEvent};

/// The threat protection that a user pool and its app clients must have. What a policy does not
/// name is unmanaged: never compared, never changed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward policy")]
pub struct PolicyFile {
    /// Version of the policy language: `1`.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// Name of the policy in reports. Default: the file's name.
    #[schemars(length(min = 1, max = 128))]
    pub name: Option<String>,
    /// What the policy is for.
    pub description: Option<String>,
    /// Layers under this policy: a shipped layer (`audit-only`, `balanced`, `strict`,
    /// `observe-custom-auth`) or a file, relative to this one. Later layers win, key by key; lists are
    /// replaced whole; `null` removes a key of a lower layer. A layer's `name` and `description` are
    /// its own.
    pub extends: Option<OneOrMany>,
    /// Which pool or pools the policy is for. Without it the document is a layer only.
    pub target: Option<Target>,
    /// Feature plan (`UserPoolTier`). Threat protection needs `PLUS`.
    pub feature_plan: Option<FeaturePlan>,
    /// Enforcement modes.
    pub mode: Option<ModeSection>,
    /// What must be shown before a mode may become `ENFORCED`.
    pub audit_gate: Option<AuditGate>,
    /// Multi-factor authentication, as far as the policy manages it.
    pub mfa: Option<MfaSection>,
    /// Facts about the pool that the policy relies on and does not manage.
    pub assumes: Option<Assumes>,
    /// Adaptive authentication: the response to each level of account-takeover risk.
    pub account_takeover: Option<AccountTakeoverSection>,
    /// The response to compromised credentials.
    pub compromised_credentials: Option<CompromisedSection>,
    /// Addresses that are always blocked, or never assessed.
    pub risk_exceptions: Option<ExceptionsSection>,
    /// App clients by name. `"*": inherit` says that no other client may have an override.
    pub clients: Option<IndexMap<String, ClientEntry>>,
    /// CloudWatch alarms on the threat-protection metrics.
    pub alarms: Option<Vec<AlarmEntry>>,
    /// Export of logs. `none` says that nothing is exported; what is left out is not managed.
    pub log_delivery: Option<LogDeliveryEntry>,
    /// Findings that are accepted for a time.
    pub waivers: Option<Vec<Waiver>>,
}

/// One text or several.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several, lowest layer first.
    Many(Vec<String>),
}

/// Which pool or pools a policy is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// AWS account id, quoted: `"123456789012"`. Nothing is read or changed in any other account.
    #[schemars(regex(pattern = r"^[0-9]{12}$"))]
    pub account: Option<String>,
    /// AWS region, such as `us-west-2`.
    #[schemars(regex(pattern = r"^[a-z]{2,4}(-[a-z]+)+-[0-9]+$"))]
    pub region: Option<String>,
    /// User pool id, such as `us-west-2_EXAMPLE`.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_-]+_[0-9A-Za-z]+$"), length(max = 55))]
    pub pool: Option<String>,
    /// Pool name patterns (`*`, `?`, `[...]`); a pool whose name matches one is selected.
    #[schemars(length(min = 1))]
    pub names: Option<Vec<String>>,
    /// Tags that a pool must have, all of them.
    pub tags: Option<BTreeMap<String, String>>,
}

/// Enforcement modes.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModeSection {
    /// Standard authentication (`AdvancedSecurityMode`): `OFF`, `AUDIT` or `ENFORCED`.
    pub standard: Option<Mode>,
    /// Custom authentication (`CustomAuthMode`): `OFF` (absent in the API), `AUDIT` or `ENFORCED`.
    pub custom: Option<Mode>,
}

/// What must be shown before a mode may become `ENFORCED`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditGate {
    /// Days in `AUDIT` that are required. AWS recommends two weeks or more. Default: 14.
    #[schemars(range(min = 0, max = 3650))]
    pub minimum_days: Option<u32>,
    /// The day since which the pool has been in `AUDIT`, `YYYY-MM-DD`; one for both authentication types or
    /// one each. It is a declaration: stronger evidence is used where AWS can be read.
    pub audit_since: Option<AuditSince>,
    /// The day since which the pool has been `ENFORCED`, `YYYY-MM-DD`, for a pool that was enforced before anybody kept
    /// a date of its time in `AUDIT`; one for both authentication types or one each. It counts once it is
    /// `minimum_days` ago, and never for a step to `ENFORCED` that is still to be made.
    pub enforced_since: Option<AuditSince>,
    /// The share of sign-ins, in percent, that enforcement would have blocked in the audit period and
    /// that is acceptable.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub max_would_block_percent: Option<f64>,
}

/// Since when, for one authentication type or both.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AuditSince {
    /// Both authentication types.
    Both(String),
    /// Each its own.
    Each(AuditSinceEach),
}

/// Since when, per authentication type.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditSinceEach {
    /// Standard authentication.
    pub standard: Option<String>,
    /// Custom authentication.
    pub custom: Option<String>,
}

/// Multi-factor authentication.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MfaSection {
    /// `OFF`, `OPTIONAL` or `ON`. Adaptive authentication is made for `OPTIONAL`.
    pub configuration: Option<MfaConfiguration>,
    /// Enabled factors.
    pub factors: Option<Vec<MfaFactor>>,
}

/// Facts about the pool that the policy relies on and does not manage.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assumes {
    /// Whether the pool has a domain, so that one-click links in emails work.
    pub domain: Option<bool>,
    /// Lambda triggers that the pool has, all of them: `[]` says that it has none. A pool with a `CustomEmailSender`
    /// needs no SES identity and no templates; one without `DefineAuthChallenge` has no custom sign-in.
    pub triggers: Option<Vec<Trigger>>,
    /// Feature plan of a pool whose plan the policy does not manage, such as one that keeps threat protection on `LITE`.
    pub feature_plan: Option<FeaturePlan>,
    /// Whether composite alarms that notify somebody are above the policy's alarms that have no action of their own.
    pub composite_alarms: Option<bool>,
    /// About how many users the pool has. A large pool may count several events before an alarm.
    pub users: Option<u64>,
}

/// A Lambda trigger of a pool (`LambdaConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the API's words")]
pub enum Trigger {
    CreateAuthChallenge,
    CustomEmailSender,
    CustomMessage,
    #[serde(rename = "CustomSMSSender")]
    CustomSmsSender,
    DefineAuthChallenge,
    InboundFederation,
    PostAuthentication,
    PostConfirmation,
    PreAuthentication,
    PreSignUp,
    PreTokenGeneration,
    UserMigration,
    VerifyAuthChallengeResponse,
}

/// Adaptive authentication.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountTakeoverSection {
    /// The response at low risk.
    pub low: Option<LevelSection>,
    /// The response at medium risk.
    pub medium: Option<LevelSection>,
    /// The response at high risk.
    pub high: Option<LevelSection>,
    /// How users are notified.
    pub notifications: Option<NotificationsSection>,
}

/// The response at one risk level.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelSection {
    /// `NO_ACTION`, `MFA_IF_CONFIGURED`, `MFA_REQUIRED` or `BLOCK`.
    pub action: Option<Action>,
    /// Whether the user is notified by email. Default: false.
    pub notify: Option<bool>,
}

/// How users are notified.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationsSection {
    /// ARN of the SES identity that sends.
    pub source_arn: Option<String>,
    /// Sender address: the identity, or an address in its domain.
    pub from: Option<String>,
    /// Address for replies.
    pub reply_to: Option<String>,
    /// Sent with `BLOCK`.
    pub block_email: Option<EmailSection>,
    /// Sent with `MFA_IF_CONFIGURED` and `MFA_REQUIRED`.
    pub mfa_email: Option<EmailSection>,
    /// Sent with `NO_ACTION`.
    pub no_action_email: Option<EmailSection>,
}

/// One email.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailSection {
    /// Subject, 1 to 140 characters.
    pub subject: Option<String>,
    /// HTML body, 6 to 20,000 characters.
    pub html: Option<String>,
    /// Text body, 6 to 20,000 characters.
    pub text: Option<String>,
    /// File with the HTML body, relative to this one.
    pub html_file: Option<String>,
    /// File with the text body, relative to this one.
    pub text_file: Option<String>,
}

/// The response to compromised credentials.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompromisedSection {
    /// `BLOCK` (the user must reset the password) or `NO_ACTION`.
    pub action: Option<CompromisedAction>,
    /// Events that are checked. Absent or empty means all three.
    pub events: Option<Vec<PasswordEvent>>,
}

/// IP exceptions.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionsSection {
    /// CIDR ranges that are blocked in full-function mode, at most 200.
    pub always_block: Option<Vec<RangeEntry>>,
    /// CIDR ranges whose risk is never assessed, at most 200. Compromised credentials are still checked.
    pub always_allow: Option<Vec<RangeEntry>>,
}

/// A range, alone or with its reason.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RangeEntry {
    /// `192.0.2.0/24`
    Short(String),
    /// `{ cidr: 192.0.2.0/24, reason: office, owner: netops, until: 2027-03-31 }`
    Long(RangeDetails),
}

/// A range with its reason.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeDetails {
    /// The range.
    pub cidr: String,
    /// Why it is there.
    pub reason: Option<String>,
    /// Who is responsible for it.
    pub owner: Option<String>,
    /// Last day on which it should be there, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// What a policy says about a client.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ClientEntry {
    /// `inherit`: the client must not have an override. It removes that of lower layers, and nothing
    /// else that they say about the client.
    Word(Inherit),
    /// Its settings.
    Settings(Box<ClientSection>),
}

/// The word `inherit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Inherit {
    /// No override.
    Inherit,
}

/// An app client. An override replaces the pool's risk configuration as a whole, so it must be complete.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSection {
    /// Client id. Without it the client is found by its name, which is this entry's key.
    #[schemars(regex(pattern = r"^[A-Za-z0-9_+]+$"), length(max = 128))]
    pub id: Option<String>,
    /// `true` says that the client must not have an override.
    pub inherit: Option<bool>,
    /// Adaptive authentication for this client.
    pub account_takeover: Option<AccountTakeoverSection>,
    /// Compromised credentials for this client.
    pub compromised_credentials: Option<CompromisedSection>,
    /// IP exceptions for this client.
    pub risk_exceptions: Option<ExceptionsSection>,
    /// `ExplicitAuthFlows`: they decide which protection can act.
    pub auth_flows: Option<Vec<AuthFlow>>,
    /// `AllowedOAuthFlows`.
    pub oauth_flows: Option<Vec<OAuthFlow>>,
    /// `SupportedIdentityProviders`, such as `COGNITO`.
    pub identity_providers: Option<Vec<String>>,
    /// `EnablePropagateAdditionalUserContextData`: the back end forwards the user's address.
    pub propagate_user_context: Option<bool>,
}

/// `ExplicitAuthFlows` of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
// docs/facts.md, "Which flows are covered" and "Flows of a client".
#[expect(missing_docs, reason = "the API's words")]
pub enum AuthFlow {
    AdminNoSrpAuth,
    CustomAuthFlowOnly,
    UserPasswordAuth,
    AllowAdminUserPasswordAuth,
    AllowCustomAuth,
    AllowUserPasswordAuth,
    AllowUserSrpAuth,
    AllowRefreshTokenAuth,
    AllowUserAuth,
    AllowTokenExchangeDelegation,
    AllowTokenExchangeImpersonation,
}

/// `AllowedOAuthFlows` of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the API's words")]
pub enum OAuthFlow {
    Code,
    Implicit,
    ClientCredentials,
}

/// A CloudWatch alarm on a threat-protection metric. A key that is left out has its default when the alarm is created
/// and when it is compared; `actions` that are left out are not compared.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmEntry {
    /// Alarm name, of which an account's region has one. Default: from pool, metric, operation and risk level; an
    /// alarm on the same metric and dimensions is taken for it, whatever its name.
    #[schemars(length(min = 1, max = 255))]
    pub name: Option<String>,
    /// `AccountTakeoverRisk`, `CompromisedCredentialRisk`, `OverrideBlock`, `Risk` or `NoRisk`.
    pub metric: String,
    /// Metric namespace. Default: `AWS/Cognito`.
    pub namespace: Option<String>,
    /// `SignIn`, `SignUp` or `PasswordChange`.
    pub operation: Option<String>,
    /// `High`, `Medium` or `Low`; not for `Risk` and `NoRisk`.
    pub risk_level: Option<String>,
    /// Dimensions as CloudWatch has them, instead of `operation` and `risk_level`.
    pub dimensions: Option<BTreeMap<String, String>>,
    /// Default: `Sum`.
    pub statistic: Option<String>,
    /// Number of events that trips the alarm. Default: 1.
    pub threshold: Option<f64>,
    /// Comparison operator. Default: `GreaterThanOrEqualToThreshold`.
    pub comparison: Option<String>,
    /// Length of a period, such as `5m` or `1h`. Default: `5m`.
    #[schemars(regex(pattern = r"^[0-9]+[smh]$"))]
    pub period: Option<String>,
    /// Number of periods. Default: 1.
    #[schemars(range(min = 1))]
    pub evaluation_periods: Option<u32>,
    /// How missing data counts. Default: `notBreaching`.
    pub treat_missing_data: Option<String>,
    /// Whether actions are carried out. Default: true.
    pub actions_enabled: Option<bool>,
    /// ARNs that are notified, such as an SNS topic; at most 5.
    #[schemars(length(max = 5))]
    pub actions: Option<Vec<String>>,
}

/// Settings of the export of logs.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LogDeliveryEntry {
    /// `none`: neither source is exported.
    Word(NoDelivery),
    /// Settings of each source.
    Settings(LogDeliverySection),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoDelivery {
    /// No export.
    None,
}

/// Export of logs.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogDeliverySection {
    /// User activity (`userAuthEvents`): every assessed sign-in. Needs `PLUS`. `none`: it is not exported.
    pub user_auth_events: Option<DeliveryEntry>,
    /// Message failures (`userNotification`). `none`: they are not exported.
    pub user_notification: Option<DeliveryEntry>,
}

/// Settings of the export of one event source.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum DeliveryEntry {
    /// `none`: it is not exported.
    Word(NoDelivery),
    /// Where it is delivered to.
    Settings(DeliverySection),
}

/// Where one event source is delivered to: exactly one destination.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverySection {
    /// `INFO` for user activity, `ERROR` for message failures. Default: the right one.
    pub level: Option<String>,
    /// Log group ARN.
    pub cloudwatch_logs: Option<String>,
    /// Bucket ARN.
    pub s3: Option<String>,
    /// Firehose delivery stream ARN.
    pub firehose: Option<String>,
}

/// A finding that is accepted for a time.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// Id of the rule.
    pub rule: String,
    /// Only findings about this client: its key under `clients`.
    pub client: Option<String>,
    /// Only findings at this JSON pointer or below it.
    pub at: Option<String>,
    /// Why it is accepted.
    #[schemars(length(min = 3))]
    pub reason: String,
    /// Last day on which it is accepted, `YYYY-MM-DD`.
    pub until: String,
}
