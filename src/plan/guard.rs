//! Guards: what keeps a plan from being carried out, each with what would let it through.

use jiff::civil::Date;

use crate::model::effective::Direction;
use crate::model::observed::Observed;
use crate::plan::calls::enforces;
use crate::plan::diff::Diff;
use crate::plan::gate::{Known, Verdict, verdict};
use crate::plan::leaf::Auth;
use crate::pointer::Pointer;

/// What the user allowed by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permits {
    /// Changes that may weaken protection.
    pub weaken: Vec<Pointer>,
    /// Why an unmet gate does not count.
    pub override_gate: Option<String>,
    /// Most pools that may be changed in one run.
    pub max_pools: usize,
}

/// Why a plan, or a pool of it, is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A change weakens protection and was not named.
    Weakens {
        /// Pool id.
        pool: String,
        /// The change.
        at: Pointer,
    },
    /// A mode would become ENFORCED without enough days in AUDIT.
    GateUnmet {
        /// Pool id.
        pool: String,
        /// What the gate says.
        verdict: Verdict,
    },
    /// Something of the pool was not seen, so that nothing of it is written.
    Partial {
        /// Pool id.
        pool: String,
        /// What was not seen.
        what: Vec<String>,
    },
    /// A client of the policy was not found.
    ClientMissing {
        /// Pool id.
        pool: String,
        /// Its key.
        client: String,
    },
    /// More pools than may be changed in one run.
    TooManyPools {
        /// Pools with changes.
        pools: usize,
        /// How many may be.
        most: usize,
    },
}

/// One pool of a plan, with what its guards need.
#[derive(Clone, Copy)]
pub struct Guarded<'a> {
    /// The pool.
    pub pool: &'a Observed,
    /// What would change.
    pub diff: &'a Diff,
    /// Days that the policy's gate asks for.
    pub minimum_days: u32,
    /// What is known of its time in AUDIT.
    pub known: &'a Known,
}

/// Everything that stands against a plan, pool by pool in the plan's order, then what is about the run. Empty:
/// it may be carried out.
#[must_use]
pub fn refusals(pools: &[Guarded<'_>], permits: &Permits, today: Date) -> Vec<Refusal> {
    let mut found: Vec<_> = pools
        .iter()
        .flat_map(|one| of_pool(*one, permits, today))
        .collect();
    let changing = pools.iter().filter(|one| !one.diff.changes.is_empty()).count();
    if changing > permits.max_pools {
        found.push(Refusal::TooManyPools {
            pools: changing,
            most: permits.max_pools,
        });
    }
    found
}

fn of_pool(one: Guarded<'_>, permits: &Permits, today: Date) -> Vec<Refusal> {
    let pool = || one.pool.id().to_owned();
    let mut found = Vec::new();
    let mut unseen: Vec<_> = one
        .pool
        .unread
        .iter()
        .map(|unread| unread.part.label().to_owned())
        .collect();
    unseen.extend(one.diff.unseen.iter().map(|leaf| leaf.pointer().to_string()));
    unseen.dedup();
    if !unseen.is_empty() {
        found.push(Refusal::Partial {
            pool: pool(),
            what: unseen,
        });
    }
    found.extend(one.diff.missing.iter().map(|(client, _)| Refusal::ClientMissing {
        pool: pool(),
        client: client.clone(),
    }));
    let weakening = one
        .diff
        .changes
        .iter()
        .filter(|change| change.direction == Direction::Weaker);
    let unnamed = weakening
        .map(|change| change.leaf.pointer())
        .filter(|at| !permits.weaken.contains(at));
    found.extend(unnamed.map(|at| Refusal::Weakens { pool: pool(), at }));
    if permits.override_gate.is_none() {
        let steps = Auth::ALL.into_iter().filter(|auth| enforces(one.diff, *auth));
        let verdicts = steps.map(|auth| verdict(auth, one.minimum_days, one.known, today));
        found.extend(
            verdicts
                .filter(|verdict| !verdict.is_met())
                .map(|verdict| Refusal::GateUnmet {
                    pool: pool(),
                    verdict,
                }),
        );
    }
    found
}
