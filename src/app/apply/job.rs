//! What a plan is made from.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::ledger::Ledger;
use crate::observe::live::Fetched;
use crate::plan::file::PlanV1;
use crate::plan::gate::Known;
use crate::plan::guard::Permits;
use crate::pointer::Pointer;

/// What a plan is made from, beside the policies.
pub struct ApplyJob<'a> {
    /// What was seen.
    pub fetched: &'a Fetched,
    /// What the user allowed by name.
    pub permits: &'a Permits,
    /// Changes at or below these places are left out.
    pub exclude: &'a [Pointer],
    /// What AWS's histories show of pools' time in AUDIT, by pool id.
    pub histories: &'a BTreeMap<String, Known>,
    /// The ledger, if one is kept.
    pub ledger: Option<&'a Ledger>,
    /// The day that counts as today for gates.
    pub today: Date,
    /// The plan that was reviewed, if one was.
    pub saved: Option<&'a PlanV1>,
    /// What rules find in the policies ([`of_policies`](crate::app::lint::of_policies)); their places are in the
    /// policies' texts.
    pub findings: &'a [Finding],
}
