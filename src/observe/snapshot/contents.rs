//! What a snapshot file holds, whatever its version.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::observed::Estate;
use crate::model::shard::Cut;
use crate::plan::gate::Known;

/// What a snapshot file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// When it was taken, if that was to be kept: a file in git is stable without.
    pub taken_at: Option<Timestamp>,
    /// Whether client ids and email addresses are pseudonyms.
    pub redacted: bool,
    /// Set where it holds one part of the pools that were read.
    pub cut: Option<Cut>,
    /// What was seen.
    pub estate: Estate,
    /// What AWS's histories show of the time in AUDIT of the pools that are in it, by pool id; `None` where they were not
    /// asked.
    pub histories: Option<BTreeMap<String, Known>>,
}
