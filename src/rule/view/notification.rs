//! Notifications, and faults of values.

use schemars::JsonSchema;
use serde::Serialize;

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
    /// (also when either region is unknown).
    pub region_allowed: String,
    /// Regions that could, for the message; empty when unknown.
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

/// One email template.
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
