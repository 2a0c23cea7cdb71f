//! What is left to do in a pool. Apart from the goal itself, which everything that is done carries along: the way back
//! needs to know how objects are read and written, and those that do that need to know the goal.

use crate::app::apply::goal::{Goal, GoalKind};
use crate::app::apply::rollback::before;
use crate::model::posture::Posture;
use crate::observe::live::RawPool;
use crate::plan::{self, Diff, align, of_settings};

impl Goal {
    /// What is still to be done in a pool, by what was seen of it and its whole objects.
    pub(super) fn diff(&self, observed: &Posture, raw: &RawPool) -> Diff {
        match &self.kind {
            GoalKind::Policy(policy) => plan::diff(&policy.posture, observed, self),
            GoalKind::Recorded(recorded) => {
                let before = before(recorded, observed, raw);
                of_settings(align(&before.posture, observed), before.leaves, self)
            }
        }
    }
}
