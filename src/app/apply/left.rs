//! What is left to do in a pool. Apart from the goal itself, which everything that is done carries along: the way back
//! needs to know how objects are read and written, and those that do that need to know the goal.

use crate::app::apply::goal::{Goal, GoalKind};
use crate::app::apply::rollback::before;
use crate::model::mode::{Mode, Modes};
use crate::model::posture::{Origin, Posture};
use crate::observe::live::RawPool;
use crate::plan::{self, Auth, Diff, Setting, align, mode_of, of_settings};

impl Goal {
    /// What is still to be done in a pool, by what was seen of it and its whole objects.
    pub(super) fn diff(&self, observed: &Posture, raw: &RawPool) -> Diff {
        match &self.kind {
            GoalKind::Policy(policy) => plan::diff(&policy.posture, observed, self),
            GoalKind::Recorded(recorded) => {
                let before = before(recorded, observed, raw);
                of_settings(align(&before.posture, observed), before.leaves, self)
            }
            GoalKind::Audit => of_settings(align(&in_audit(), observed), enforced(observed), self),
        }
    }
}

fn in_audit() -> Posture {
    Posture {
        origin: Origin::Desired,
        mode: Modes {
            standard: Some(Mode::Audit),
            custom: Some(Mode::Audit),
        },
        ..Posture::default()
    }
}

/// The modes that are ENFORCED. One that could not be read may be, so that it is asked for, too, and found to be unread.
fn enforced(observed: &Posture) -> Vec<Setting> {
    let modes = Auth::ALL.into_iter();
    let modes = modes.filter(|auth| !matches!(mode_of(observed.mode, *auth), Some(Mode::Off | Mode::Audit)));
    modes.map(Setting::Mode).collect()
}
