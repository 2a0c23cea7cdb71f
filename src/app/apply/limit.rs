//! What a plan's gate says of the sign-ins that would be blocked.

use crate::app::apply::goal::{Goal, GoalKind};
use crate::app::apply::job::ApplyJob;
use crate::app::share;
use crate::model::observed::Observed;
use crate::plan::{Auth, Diff, enforces};
use crate::report::GateLimit;

/// The share of sign-ins that a policy would block, where it would set a mode to ENFORCED and limits it.
pub(super) fn share_of(goal: &Goal, diff: &Diff, pool: &Observed, job: &ApplyJob<'_>) -> Option<GateLimit> {
    let GoalKind::Policy(policy) = &goal.kind else {
        return None;
    };
    let is_step = Auth::ALL.into_iter().any(|auth| enforces(diff, auth));
    let limit = share::judge(policy, pool, job.shares, true);
    limit.filter(|_| is_step)
}
