//! Where the pools of policies are to be found.

use crate::model::observed::{Observed, Selector};
use crate::model::region;
use crate::policy::assemble::Policy;

/// Where a policy's pools are to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolQuery {
    /// The account that the policy is for.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Which pools.
    pub selector: Selector,
}

/// Where a policy's pools are to be found.
pub(in crate::app) fn query(policy: &Policy) -> PoolQuery {
    let target = policy.target.clone().unwrap_or_default();
    let alarms = policy.posture.alarms.iter().flatten();
    PoolQuery {
        account: policy.posture.account.clone(),
        region: policy.posture.region.clone(),
        selector: Selector {
            id: target.pool,
            names: target.names.unwrap_or_default(),
            tags: target.tags.unwrap_or_default(),
            topics: alarms.flat_map(|alarm| alarm.actions.iter().cloned()).collect(),
        },
    }
}

impl PoolQuery {
    /// Where a pool is to be found by its id, which begins with its region.
    pub fn of_id(pool: &str) -> Self {
        Self {
            account: None,
            region: region::of_pool(pool).map(str::to_owned),
            selector: Selector::of_id(pool),
        }
    }

    /// Whether a pool that was seen is meant.
    pub fn means(&self, pool: &Observed) -> bool {
        let same = |wanted: &Option<String>, has: &Option<String>| {
            wanted.is_none() || has.is_none() || wanted == has
        };
        same(&self.account, &pool.posture.account)
            && same(&self.region, &pool.posture.region)
            && self.selector.selects(pool.id(), &pool.name, &pool.tags)
    }
}
