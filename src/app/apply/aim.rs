//! What a pool is to become.

use crate::app::diff::Tells;
use crate::model::posture::Posture;
use crate::plan::{self, Diff, Leaf, Written};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;

/// What a pool is to become, so that it can be compared again at any time.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    policy: Policy,
    exclude: Vec<Pointer>,
}

impl Aim {
    /// As a policy asks, but for what is at or below some places.
    pub(super) fn of_policy(policy: &Policy, exclude: &[Pointer]) -> Self {
        Self {
            policy: policy.clone(),
            exclude: exclude.to_vec(),
        }
    }

    /// What is still to be done in a pool.
    pub(super) fn diff(&self, observed: &Posture) -> Diff {
        plan::diff(&self.policy.posture, observed, self)
    }
}

impl Written for Aim {
    fn writes(&self, leaf: &Leaf) -> bool {
        Tells(&self.policy).writes(leaf)
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        Tells(&self.policy).writes_alarm(index, member)
    }

    fn excludes(&self, leaf: &Leaf) -> bool {
        let at = leaf.pointer();
        self.exclude.iter().any(|place| place.covers(&at))
    }
}
