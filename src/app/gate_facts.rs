//! What is known for the gates of a run, once for every verb that asks.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::app::gate::{self, Question};
use crate::app::share::Shares;
use crate::ledger::Ledger;
use crate::model::observed::Observed;
use crate::plan::gate::Known;
use crate::policy::assemble::Policy;

/// What is known beside policies and pools.
#[derive(Clone, Copy, Default)]
pub struct GateFacts<'a> {
    /// Name of the ledger and what it says, if one is kept.
    pub ledger: Option<(&'a str, &'a Ledger)>,
    /// What AWS's histories show of pools' time in AUDIT, by pool id; `None` where they cannot be asked.
    pub histories: Option<&'a BTreeMap<String, Known>>,
    /// What events show of the share that would be blocked; `None` where none were given.
    pub shares: Option<&'a Shares>,
    /// The day that counts as today: that of the snapshot, if pools are from one.
    pub today: Date,
    /// Why it is unknown of which day the pools are, as they were read.
    pub doubt: Option<&'a str>,
}

impl<'a> GateFacts<'a> {
    /// What the gate is asked of a pool under a policy.
    pub fn question(&self, policy: &'a Policy, pool: &'a Observed) -> Question<'a> {
        Question {
            policy,
            pool,
            ledger: self.ledger.map(|(_, ledger)| ledger),
            history: self.history(pool),
            today: self.today,
            doubt: self.doubt,
        }
    }

    /// What AWS's histories show of a pool; `None` where they were not asked.
    pub fn history(&self, pool: &Observed) -> Option<&'a Known> {
        self.histories?.get(pool.id())
    }

    /// What is known of a pool's time in AUDIT beside what a policy declares.
    pub fn shown(&self, pool: &Observed) -> Known {
        let ledger = self.ledger.map(|(_, ledger)| ledger);
        gate::shown(pool, self.history(pool), ledger, self.today)
    }
}
