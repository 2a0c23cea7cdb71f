//! Which pools of a plan are as they should be.

use super::gate::Passed;
use crate::model::effective::Direction;
use crate::proposal::{PoolProposal, Proposal, State};
use crate::text;

/// Pools that are up to date, and those that nothing stands against and nothing weakens; carried out as planned, if the plan
/// was carried out.
pub(super) fn passed(proposal: &Proposal) -> Vec<Passed> {
    let passed = |pool: String, policy: &str, what: String| Passed {
        pool,
        policy: policy.to_owned(),
        what,
    };
    let unchanged = proposal.unchanged.iter();
    let unchanged = unchanged.map(|title| passed(title.clone(), "", "already up to date".to_owned()));
    let good = proposal.pools.iter().filter(|pool| is_good(proposal, pool));
    let good = good.map(|pool| {
        let changes = text::count(pool.changes.len(), "change", "changes");
        let done = if proposal.outcome.is_some() {
            "applied"
        } else {
            "none weaker"
        };
        passed(pool.title(), &pool.policy, format!("{changes}, {done}"))
    });
    unchanged.chain(good).collect()
}

fn is_good(proposal: &Proposal, pool: &PoolProposal) -> bool {
    let of_it = |id: &Option<String>| id.as_ref().is_none_or(|id| *id == pool.id);
    let refused = proposal.refused.iter().any(|refused| of_it(&refused.pool));
    let weakens = |direction| matches!(direction, Direction::Weaker | Direction::Undefined);
    let weaker = pool.changes.iter().any(|change| weakens(change.direction));
    let applied = proposal.outcome.as_ref().is_none_or(|outcome| {
        let mut found = outcome.pools.iter().filter(|found| found.id == pool.id);
        found.any(|found| {
            let all = found.changes.iter().all(|change| change.state == State::Applied);
            all && found.trouble.is_empty() && found.is_as_wanted == Some(true)
        })
    });
    !refused && !weaker && applied
}
