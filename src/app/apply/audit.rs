//! `audit`: one pool's modes from ENFORCED to AUDIT, without a policy, and nothing else of the pool.

use crate::app::apply::goal::Goal;
use crate::app::apply::job::ApplyJob;
use crate::app::apply::propose::{Pair, Prepared, prepare, raw};
use crate::app::apply::refuse;
use crate::app::conclude;
use crate::lint::Mask;
use crate::model::observed::{Estate, Observed};
use crate::observe::live::Fetched;
use crate::plan::Change;
use crate::plan::guard::{Named, Permits};
use crate::pointer::Pointer;
use crate::policy::resolve::MINIMUM_DAYS;
use crate::report::NotChecked;
use crate::source::Sources;

/// Makes a plan that puts a pool into AUDIT. The weakening is what the command is for, and counts as named. AWS is not
/// contacted. What was not seen of other accounts does not matter once the pool was found: an id is one pool's.
///
/// # Errors
/// None that an audit can have: those of places that are chosen or allowed by name, in words.
pub fn propose_audit(pool: &str, reason: &str, job: &ApplyJob<'_>) -> Result<Prepared, String> {
    let mut fetched = Fetched {
        estate: job.fetched.estate.clone(),
        raw: job.fetched.raw.clone(),
        ..Fetched::default()
    };
    let estate = &mut fetched.estate;
    estate.pools.retain(|found| found.id() == pool);
    if !estate.pools.is_empty() {
        let is_this = |place: Option<&String>| place.is_some_and(|id| id == pool);
        estate.unreachable.retain(|place| is_this(place.pool.as_ref()));
    }
    let goal = Goal::audit();
    let unneeded = estate.pools.first_mut().map(|found| unneeded(found, &goal));
    let estate = &fetched.estate;
    let Some(found) = estate.pools.first() else {
        let missing = estate
            .unreachable
            .is_empty()
            .then(|| refuse::named_missing(pool, estate));
        let job = ApplyJob {
            fetched: &fetched,
            ..*job
        };
        return audited(prepare(Vec::new(), &job, missing.into_iter().collect()));
    };
    let diff = goal.diff(&found.posture, &raw(job, found));
    let permits = Permits {
        weaken: named(pool, &diff.changes),
        max_pools: 1,
        ..Permits::default()
    };
    let job = ApplyJob {
        fetched: &fetched,
        permits: &permits,
        ..*job
    };
    let pair = Pair {
        name: reason.to_owned(),
        minimum_days: MINIMUM_DAYS,
        pool: found,
        goal,
        diff,
        known: job.facts.shown(found),
        findings: Vec::new(),
    };
    let mut prepared = audited(prepare(vec![pair], &job, Vec::new()))?;
    prepared
        .proposal
        .not_checked
        .extend(unneeded.into_iter().flatten());
    Ok(prepared)
}

/// Takes from a pool what could not be read of it and is not needed, and says so.
fn unneeded(pool: &mut Observed, goal: &Goal) -> Vec<NotChecked> {
    let (unread, needed) = std::mem::take(&mut pool.unread)
        .into_iter()
        .partition(|unread| !goal.needs(unread));
    let without = Observed {
        unread,
        ..pool.clone()
    };
    pool.unread = needed;
    let entries = conclude::unseen(&Estate {
        pools: vec![without],
        ..Estate::default()
    });
    let left_out = |entry: NotChecked| {
        let why = format!("{}; AUDIT does not need it", entry.why);
        NotChecked::left_out(entry.what, why)
    };
    entries.into_iter().map(left_out).collect()
}

/// The modes, where one of them has to be named: what is named for nothing would be noted in the plan.
fn named(pool: &str, changes: &[Change]) -> Vec<Named> {
    let mode = Named {
        pool: Some(pool.to_owned()),
        at: Pointer::root().child("mode"),
    };
    let is_needed = changes.iter().any(Change::must_be_named);
    is_needed.then_some(mode).into_iter().collect()
}

fn audited(prepared: Result<Prepared, String>) -> Result<Prepared, String> {
    let mut prepared = prepared?;
    prepared.proposal.command = "audit";
    Ok(prepared.masked(&Mask::of(&Sources::default(), std::iter::empty())))
}
