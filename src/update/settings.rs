//! What a policy manages of a whole object: everything else is carried over.

use std::collections::BTreeSet;

use crate::model::mode::{FeaturePlan, MfaConfiguration, MfaFactor, Mode};
use crate::update::places::Put;

/// What is to be set of a pool by `UpdateUserPool`. `None` is unmanaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolSettings {
    /// `UserPoolTier`.
    pub feature_plan: Option<FeaturePlan>,
    /// `UserPoolAddOns.AdvancedSecurityMode`.
    pub standard: Option<Mode>,
    /// `UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode`; [`Mode::Off`] takes the member away, because
    /// the API has no such value (docs/facts.md, "Two modes").
    pub custom: Option<Mode>,
    /// Managed places that are put back as the service had them, whatever is said of them above.
    pub back: Vec<Put>,
}

/// What is to be set of a client by `UpdateUserPoolClient`. `None` is unmanaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSettings {
    /// `ExplicitAuthFlows`.
    pub auth_flows: Option<BTreeSet<String>>,
    /// `AllowedOAuthFlows`.
    pub oauth_flows: Option<BTreeSet<String>>,
    /// `SupportedIdentityProviders`.
    pub identity_providers: Option<BTreeSet<String>>,
    /// `EnablePropagateAdditionalUserContextData`.
    pub propagate_user_context: Option<bool>,
    /// Managed places that are put back as the service had them, whatever is said of them above.
    pub back: Vec<Put>,
}

/// What is to be set of a pool's MFA by `SetUserPoolMfaConfig`. `None` is unmanaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MfaSettings {
    /// `MfaConfiguration`.
    pub configuration: Option<MfaConfiguration>,
    /// The factors that are on; all others are off.
    pub factors: Option<BTreeSet<MfaFactor>>,
    /// Managed places that are put back as the service had them, whatever is said of them above.
    pub back: Vec<Put>,
}
