//! What shows that a pool was in AUDIT, for the gate.

use jiff::civil::Date;

use crate::app::gate::{self, Question};
use crate::model::observed::Observed;
use crate::plan::gate::Known;
use crate::policy::assemble::Policy;

/// Everything that is known of a pool's time in AUDIT.
pub(super) fn known(policy: &Policy, pool: &Observed, today: Date) -> Known {
    gate::known(Question {
        policy,
        pool,
        ledger: None,
        history: None,
        today,
    })
}
