//! What a ledger records of a run.

use rayon::prelude::*;

use crate::app::diff::{Policies, pairs};
use crate::app::policies::KeysOf;
use crate::ledger::Sight;
use crate::model::observed::{Estate, Observed};
use crate::plan::{self, ManagedValue};
use crate::policy::assemble::Policy;

/// A pool that was seen, and what its policy manages of it: what a ledger remembers.
pub struct Remembered<'a> {
    pool: &'a Observed,
    held: Vec<ManagedValue>,
}

impl Remembered<'_> {
    /// As a ledger takes it.
    pub fn sight(&self) -> Sight<'_> {
        Sight {
            pool: self.pool,
            held: &self.held,
        }
    }
}

/// What a ledger is to remember of what was seen.
pub fn remembered<'a>(policies: &Policies, estate: &'a Estate) -> Vec<Remembered<'a>> {
    let aimed: Vec<_> = policies.aimed().collect();
    let pairs = pairs(&aimed, &estate.pools).into_par_iter();
    let of_policy = |(policy, pools): (&Policy, Vec<&'a Observed>)| {
        let one = |pool: &'a Observed| Remembered {
            pool,
            held: plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)).managed_values(&KeysOf(policy)),
        };
        pools.into_iter().map(one).collect::<Vec<_>>()
    };
    pairs.flat_map_iter(of_policy).collect()
}
