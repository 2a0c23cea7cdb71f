//! What a pool is to become.

use crate::app::apply::recorded::RecordedPool;
use crate::app::diff::KeysOf;
use crate::plan::{Setting, WrittenKeys};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;

/// What a pool is to become, so that it can be compared again at any time.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub(super) kind: GoalKind,
    exclude: Vec<Pointer>,
}

#[derive(Clone, Debug)]
pub(super) enum GoalKind {
    Policy(Box<Policy>),
    Recorded(RecordedPool),
}

impl Goal {
    /// As a policy asks, but for what is at or below some places.
    pub(super) fn of_policy(policy: &Policy, exclude: &[Pointer]) -> Self {
        Self {
            kind: GoalKind::Policy(Box::new(policy.clone())),
            exclude: exclude.to_vec(),
        }
    }

    /// As a journal recorded it, but for what is at or below some places.
    pub(super) fn back_to(recorded: &RecordedPool, exclude: &[Pointer]) -> Self {
        Self {
            kind: GoalKind::Recorded(recorded.clone()),
            exclude: exclude.to_vec(),
        }
    }

    /// What a journal recorded, if that is what the pool is to become.
    pub(super) fn recorded(&self) -> Option<&RecordedPool> {
        match &self.kind {
            GoalKind::Policy(_) => None,
            GoalKind::Recorded(recorded) => Some(recorded),
        }
    }
}

impl WrittenKeys for Goal {
    fn writes(&self, leaf: &Setting) -> bool {
        match &self.kind {
            GoalKind::Policy(policy) => KeysOf(policy).writes(leaf),
            GoalKind::Recorded(_) => true,
        }
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        match &self.kind {
            GoalKind::Policy(policy) => KeysOf(policy).writes_alarm(index, member),
            GoalKind::Recorded(_) => true,
        }
    }

    fn excludes(&self, leaf: &Setting) -> bool {
        let at = leaf.pointer();
        self.exclude.iter().any(|place| place.covers(&at))
    }
}
