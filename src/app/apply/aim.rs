//! What a pool is to become.

use crate::app::apply::recorded::RecordedPool;
use crate::app::diff::KeysOf;
use crate::plan::{Setting, WrittenKeys};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;

/// What a pool is to become, so that it can be compared again at any time.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub(super) goal: Goal,
    exclude: Vec<Pointer>,
}

#[derive(Clone, Debug)]
pub(super) enum Goal {
    Policy(Box<Policy>),
    Recorded(RecordedPool),
}

impl Aim {
    /// As a policy asks, but for what is at or below some places.
    pub(super) fn of_policy(policy: &Policy, exclude: &[Pointer]) -> Self {
        Self {
            goal: Goal::Policy(Box::new(policy.clone())),
            exclude: exclude.to_vec(),
        }
    }

    /// As a journal recorded it, but for what is at or below some places.
    pub(super) fn back_to(recorded: &RecordedPool, exclude: &[Pointer]) -> Self {
        Self {
            goal: Goal::Recorded(recorded.clone()),
            exclude: exclude.to_vec(),
        }
    }

    /// What a journal recorded, if that is what the pool is to become.
    pub(super) fn recorded(&self) -> Option<&RecordedPool> {
        match &self.goal {
            Goal::Policy(_) => None,
            Goal::Recorded(recorded) => Some(recorded),
        }
    }
}

impl WrittenKeys for Aim {
    fn writes(&self, leaf: &Setting) -> bool {
        match &self.goal {
            Goal::Policy(policy) => KeysOf(policy).writes(leaf),
            Goal::Recorded(_) => true,
        }
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        match &self.goal {
            Goal::Policy(policy) => KeysOf(policy).writes_alarm(index, member),
            Goal::Recorded(_) => true,
        }
    }

    fn excludes(&self, leaf: &Setting) -> bool {
        let at = leaf.pointer();
        self.exclude.iter().any(|place| place.covers(&at))
    }
}
