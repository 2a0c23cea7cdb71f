//! Feature plans, threat-protection modes and MFA settings, in the API's words.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::ident::spelled!(FeaturePlan, Mode, MfaConfiguration);

// docs/facts.md, "Feature plans"; editors show the next line.
/// A user pool's feature plan (`UserPoolTier`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum FeaturePlan {
    /// The plan of old pools; some of them keep threat protection from before plans existed.
    Lite,
    /// The default for new pools; no threat protection.
    Essentials,
    /// The plan that has threat protection.
    Plus,
}

// docs/facts.md, "Two modes"; editors show what follows.
/// An enforcement mode.
///
/// For standard authentication it is `UserPoolAddOns.AdvancedSecurityMode`; for custom
/// authentication `AdvancedSecurityAdditionalFlows.CustomAuthMode`, where `OFF` is written as
/// absence because the API has no such value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Mode {
    /// No enforcement, no assessment.
    Off,
    /// Audit only: risks are assessed, logged and counted; nothing is answered.
    Audit,
    /// Full function: the configured responses are carried out.
    Enforced,
}

// `None` is "unknown": not managed by the policy, or not read.
/// Enforcement modes.
#[serde_with::skip_serializing_none]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ModeV1")]
pub struct Modes {
    // Passwords, SRP, managed login, sign-up, password change.
    /// Standard authentication.
    pub standard: Option<Mode>,
    /// Custom authentication; `OFF` is absent in the API.
    pub custom: Option<Mode>,
}

/// Whether a pool asks for MFA (`MfaConfiguration`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum MfaConfiguration {
    /// Never: adaptive MFA is inert or blocks.
    Off,
    /// Users may set up a factor: what adaptive MFA is made for.
    Optional,
    /// Always: adaptive MFA changes nothing.
    On,
}

/// A second factor a pool offers (`GetUserPoolMfaConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MfaFactor {
    /// Text message.
    Sms,
    /// Time-based one-time password from an app.
    SoftwareToken,
    /// Email message.
    Email,
    /// Passkey with user verification.
    WebAuthn,
}

// `None` is "unknown".
/// MFA settings.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MfaV1")]
pub struct Mfa {
    /// Whether MFA is asked for.
    pub configuration: Option<MfaConfiguration>,
    /// Factors that are on.
    pub factors: Option<BTreeSet<MfaFactor>>,
}
