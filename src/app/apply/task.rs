//! What is to be done in one pool, with all that is needed to do it.

use crate::app::apply::goal::Goal;
use crate::model::observed::{Observed, Selector};
use crate::observe::live::{Place, RawPool};
use crate::plan::{Call, Diff};

/// What is to be done in one pool.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// What the pool is to become.
    pub(super) goal: Goal,
    /// The pool as the plan saw it.
    pub(super) pool: Observed,
    /// Its whole objects as the plan saw them.
    pub(super) raw: RawPool,
    /// What differs.
    pub(super) diff: Diff,
    /// The calls that make it so.
    pub(super) calls: Vec<Call>,
}

impl Task {
    /// The pool's region.
    pub(super) fn region(&self) -> &str {
        self.pool.posture.region.as_deref().unwrap_or_default()
    }

    /// The account that the plan is for, where the policy or the pool names it.
    pub(super) fn account(&self) -> Option<&str> {
        self.raw
            .account
            .as_deref()
            .or(self.pool.posture.account.as_deref())
    }

    /// How to read this pool alone, with the same credentials.
    pub(super) fn place(&self) -> Place {
        let selector = Selector {
            topics: self.pool.posture.topics.keys().cloned().collect(),
            ..Selector::of_id(self.pool.id())
        };
        Place {
            session: self.raw.session.clone(),
            region: self.region().to_owned(),
            account: self.raw.account.clone(),
            selectors: vec![selector],
            shard: None,
        }
    }
}
