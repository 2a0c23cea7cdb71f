//! What reading pools gives.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::observed::Estate;
use crate::plan::gate::Known;

/// What was seen, when, and what AWS remembers.
#[derive(Debug, Default)]
pub struct Observation {
    /// The pools.
    pub estate: Estate,
    /// When they were read; `None` where a snapshot does not say so.
    pub at: Option<Timestamp>,
    /// What AWS's histories show, by pool id; `None` where they were not asked.
    pub histories: Option<BTreeMap<String, Known>>,
}
