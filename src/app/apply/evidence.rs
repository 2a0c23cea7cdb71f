//! What shows that a pool was in AUDIT, for the gate.

use crate::app::apply::job::ApplyJob;
use crate::app::gate::{self, Question};
use crate::model::observed::Observed;
use crate::plan::gate::{Known, unmodified};
use crate::policy::assemble::Policy;

/// Everything that is known of a pool's time in AUDIT, under a policy.
pub(super) fn known(policy: &Policy, pool: &Observed, job: &ApplyJob<'_>) -> Known {
    gate::known(Question {
        policy,
        pool,
        ledger: job.ledger,
        history: job.histories.get(pool.id()),
        today: job.today,
    })
}

/// The same without a policy, which may declare a day.
pub(super) fn known_of(pool: &Observed, job: &ApplyJob<'_>) -> Known {
    let mut known = unmodified(pool, job.today);
    known.extend(job.histories.get(pool.id()).cloned().unwrap_or_default());
    if let Some(ledger) = job.ledger {
        known.extend(ledger.known(pool.id(), job.today));
    }
    known
}
