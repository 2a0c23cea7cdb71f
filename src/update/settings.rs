//! What a policy manages of a whole object: everything else is carried over.

use crate::model::mode::{FeaturePlan, Mode};

/// What is to be set of a pool by `UpdateUserPool`. `None` is unmanaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolSettings {
    /// `UserPoolTier`.
    pub feature_plan: Option<FeaturePlan>,
    /// `UserPoolAddOns.AdvancedSecurityMode`.
    pub standard: Option<Mode>,
    /// `UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode`; [`Mode::Off`] takes the member away, because
    /// the API has no such value (docs/facts.md, "Two modes").
    pub custom: Option<Mode>,
}
