//! What a pool is to become.

use crate::app::apply::job::{ApplyJob, Chosen};
use crate::app::apply::recorded::RecordedPool;
use crate::app::policies::KeysOf;
use crate::app::share;
use crate::aws::operation::Operation;
use crate::model::observed::{Observed, Unread};
use crate::plan::{Auth, Diff, Setting, WrittenKeys, enforces};
use crate::policy::assemble::Policy;
use crate::report::GateLimit;

/// What a pool is to become, so that it can be compared again at any time.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub(super) kind: GoalKind,
    chosen: Chosen,
}

#[derive(Clone, Debug)]
pub(super) enum GoalKind {
    Policy(Box<Policy>),
    Recorded(RecordedPool),
    /// Whatever is ENFORCED is in AUDIT.
    Audit,
}

impl Goal {
    /// As a policy asks, as far as that is chosen.
    pub(super) fn of_policy(policy: &Policy, chosen: &Chosen) -> Self {
        Self {
            kind: GoalKind::Policy(Box::new(policy.clone())),
            chosen: chosen.clone(),
        }
    }

    /// As a journal recorded it, as far as that is chosen.
    pub(super) fn back_to(recorded: &RecordedPool, chosen: &Chosen) -> Self {
        Self {
            kind: GoalKind::Recorded(recorded.clone()),
            chosen: chosen.clone(),
        }
    }

    /// In AUDIT, and as it is in everything else.
    pub(super) fn audit() -> Self {
        Self {
            kind: GoalKind::Audit,
            chosen: Chosen::default(),
        }
    }

    /// Whether single changes can be left out.
    pub(super) fn takes_exclusions(&self) -> bool {
        !matches!(self.kind, GoalKind::Audit)
    }

    /// Whether a pool of which this could not be read must not be written, or is not confirmed. To go to AUDIT takes the pool
    /// itself, which the call replaces, and nothing else: what an incident calls for must not wait for another permission.
    pub(super) fn needs(&self, unread: &Unread) -> bool {
        let of_the_pool = unread.operation == Operation::DescribeUserPool.as_str();
        !unread.part.is_for_rules_only() && (of_the_pool || !matches!(self.kind, GoalKind::Audit))
    }

    /// What a journal recorded, if that is what the pool is to become.
    pub(super) fn recorded(&self) -> Option<&RecordedPool> {
        match &self.kind {
            GoalKind::Policy(_) | GoalKind::Audit => None,
            GoalKind::Recorded(recorded) => Some(recorded),
        }
    }

    /// The share of sign-ins that a policy would block, where it would set a mode to ENFORCED and limits it.
    pub(super) fn share(&self, diff: &Diff, pool: &Observed, job: &ApplyJob<'_>) -> Option<GateLimit> {
        let GoalKind::Policy(policy) = &self.kind else {
            return None;
        };
        let is_step = Auth::ALL.into_iter().any(|auth| enforces(diff, auth));
        let question = job.facts.question(policy, pool);
        is_step
            .then(|| share::judge(question, job.facts.shares, true))
            .flatten()
    }
}

impl WrittenKeys for Goal {
    fn writes(&self, leaf: &Setting) -> bool {
        match &self.kind {
            GoalKind::Policy(policy) => KeysOf(policy).writes(leaf),
            GoalKind::Recorded(_) | GoalKind::Audit => true,
        }
    }

    fn writes_alarm(&self, index: usize, member: &str) -> bool {
        match &self.kind {
            GoalKind::Policy(policy) => KeysOf(policy).writes_alarm(index, member),
            GoalKind::Recorded(_) | GoalKind::Audit => true,
        }
    }

    fn excludes(&self, leaf: &Setting) -> bool {
        self.chosen.leaves_out(&leaf.pointer())
    }
}
