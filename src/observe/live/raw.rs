//! The whole objects of pools, beside the postures that are made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::aws::session::Session;

/// The whole objects of one pool as the service sent them, for writes that have to send them back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawPool {
    /// `UserPool` of `DescribeUserPool`; `null` where it could not be read.
    pub pool: Value,
    /// `UserPoolClient` of `DescribeUserPoolClient` by client id, without the secret.
    pub clients: BTreeMap<String, Value>,
    /// `RiskConfiguration` of `DescribeRiskConfiguration`: the pool's under the empty key, and each client's own under
    /// its id. What is not there was not read, or is not configured.
    pub risk: BTreeMap<String, Value>,
    /// The body of `GetUserPoolMfaConfig`; `null` where it could not be read.
    pub mfa: Value,
    /// The body of `GetLogDeliveryConfiguration`; `null` where it could not be read, or nothing is configured.
    pub logs: Value,
    /// Names of all alarms of the pool's account and region, which a new one cannot have; empty where they could not be
    /// read.
    pub alarm_names: Arc<BTreeSet<String>>,
    /// Whose credentials saw it.
    pub session: Session,
    /// The account that the place was said to be in, and was checked to be.
    pub account: Option<String>,
}

/// Whole objects by pool id, which no two pools share (the region is part of it).
pub type RawPools = BTreeMap<String, RawPool>;
