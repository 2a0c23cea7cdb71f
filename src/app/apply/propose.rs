//! From policies and live pools to a plan, with everything that stands against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::apply::basis::basis;
use crate::app::apply::findings;
use crate::app::apply::goal::Goal;
use crate::app::apply::job::{ApplyJob, Chosen};
use crate::app::apply::names;
use crate::app::apply::recorded::RecordedPool;
use crate::app::apply::refuse;
use crate::app::apply::rollback::before;
use crate::app::apply::sender::email_factor;
use crate::app::apply::show;
use crate::app::apply::since::without_later;
use crate::app::apply::task::Task;
use crate::app::conclude;
use crate::app::diff::{Policies, pairs};
use crate::app::gate;
use crate::app::policies::foreign;
use crate::lint::Mask;
use crate::model::observed::{Estate, Failure, Observed};
use crate::observe::live::RawPool;
use crate::plan::file::{CallV1, PlanV1, plan};
use crate::plan::gate::Known;
use crate::plan::guard::{Guarded, Named, Permits, refusals};
use crate::plan::{Diff, calls};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::resolve::MINIMUM_DAYS;
use crate::proposal::{PolicyFinding, PoolProposal, Proposal, Refused};
use crate::report::NotChecked;
use crate::source::Sources;

/// What is said of a place that was typed and that nothing manages.
const NOTHING: &str = "nothing there would be changed; --dry-run shows the pointers of changes";

/// A plan that may be shown, saved, and carried out.
pub struct Prepared {
    /// What it would do, without credentials.
    pub proposal: Proposal,
    /// The plan as it is saved.
    pub plan: PlanV1,
    pub(super) tasks: Vec<Task>,
}

/// One goal against one pool.
pub(super) struct Pair<'a> {
    /// Name of the policy, or of the journal; why a pool goes to AUDIT.
    pub(super) name: String,
    pub(super) minimum_days: u32,
    pub(super) pool: &'a Observed,
    pub(super) goal: Goal,
    pub(super) diff: Diff,
    pub(super) known: Known,
    /// What rules find in the policy.
    pub(super) findings: Vec<PolicyFinding>,
}

impl Pair<'_> {
    /// Whether there is something to do, or something that keeps it from being said.
    fn matters(&self) -> bool {
        !self.diff.is_empty() || !self.diff.unseen.is_empty()
    }
}

/// Makes a plan of policies. AWS is not contacted.
///
/// # Errors
/// A place that is to be left out and that no policy manages, in words.
pub fn propose(policies: &Policies, job: &ApplyJob<'_>) -> Result<Prepared, String> {
    let aimed: Vec<_> = policies.aimed().collect();
    let estate = &job.fetched.estate;
    let found = pairs(&aimed, &estate.pools);
    let missing = found.iter().flat_map(|(policy, pools)| {
        let gone = conclude::not_found(policy, pools, estate).into_iter();
        gone.map(|(_, why)| refuse::pool_missing(policy, &why))
    });
    let refused = missing.collect();
    let pairs = found
        .iter()
        .flat_map(|(policy, pools)| pools.iter().map(|pool| pair(policy, pool, policies, job)))
        .collect();
    let mask = Mask::of(
        &policies.sources,
        policies.gathered.texts.values().flatten().map(String::as_str),
    );
    let mut prepared = prepare(pairs, job, refused)?;
    prepared.proposal.not_checked.extend(foreign(&policies.gathered));
    let unread = job
        .facts
        .shares
        .into_iter()
        .flat_map(|shares| &shares.not_checked);
    prepared.proposal.not_checked.extend(unread.cloned());
    Ok(prepared.masked(&mask))
}

/// Makes a plan back to what a journal recorded. AWS is not contacted. Gates are evaluated by what the pools show
/// themselves, and with the days that AWS recommends.
///
/// # Errors
/// A place that is to be left out and that the journal does not have, in words.
pub fn propose_back(
    recorded: &[RecordedPool],
    journal: &str,
    job: &ApplyJob<'_>,
) -> Result<Prepared, String> {
    let estate = &job.fetched.estate;
    let (mut pairs, mut refused, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    let (mut odd_pools, mut leaves_something) = (Vec::new(), false);
    for back in recorded {
        let Some(pool) = estate.pools.iter().find(|pool| pool.id() == back.pool) else {
            if back.has_changes() && estate.missing.contains(&back.pool) {
                refused.push(refuse::recorded_missing(&back.pool));
            }
            continue;
        };
        let raw = raw(job, pool);
        let (back, later) = without_later(back, &pool.posture, &raw);
        let mut found = before(&back, &pool.posture, &raw);
        found.lost.extend(later);
        let what = || format!("pool {}", pool.title());
        // An alarm that was made does no harm: it stays, and the rollback went well.
        let is_left = !found.lost.is_empty() || !found.alarms.is_empty();
        leaves_something |= !found.lost.is_empty();
        lost.extend(
            found
                .lost
                .into_iter()
                .chain(found.alarms)
                .map(|why| NotChecked::left_out(what(), why)),
        );
        let odd = found.not_understood.into_iter();
        odd_pools.extend((odd.len() > 0 || is_left).then(|| pool.title()));
        lost.extend(odd.map(|why| NotChecked::failed(what(), why)));
        let goal = Goal::back_to(&back, job.chosen);
        pairs.push(Pair {
            name: journal.to_owned(),
            minimum_days: MINIMUM_DAYS,
            pool,
            diff: goal.diff(&pool.posture, &raw),
            goal,
            known: job.facts.shown(pool),
            findings: Vec::new(),
        });
    }
    let mut prepared = prepare(pairs, job, refused)?;
    prepared.proposal.command = "rollback";
    // Whether a pool is as before is unknown where it is unknown what was before, and it is not where something is left.
    prepared
        .proposal
        .unchanged
        .retain(|title| !odd_pools.contains(title));
    prepared.proposal.leaves_something = leaves_something;
    prepared.proposal.not_checked.append(&mut lost);
    Ok(prepared.masked(&Mask::of(&Sources::default(), std::iter::empty())))
}

/// The whole objects of a pool, as far as they were kept.
pub(super) fn raw(job: &ApplyJob<'_>, pool: &Observed) -> RawPool {
    job.fetched.raw.get(pool.id()).cloned().unwrap_or_default()
}

fn pair<'a>(policy: &'a Policy, pool: &'a Observed, policies: &Policies, job: &ApplyJob<'_>) -> Pair<'a> {
    let goal = Goal::of_policy(policy, job.chosen);
    let diff = goal.diff(&pool.posture, &raw(job, pool));
    Pair {
        name: policy.name.clone(),
        minimum_days: policy.gate.required_days(),
        pool,
        goal,
        diff,
        known: gate::known(job.facts.question(policy, pool)),
        findings: findings::of_policy(policy, &policies.sources, job),
    }
}

/// A place that is mistyped would leave nothing out, and what was not wanted would be done; or it would choose nothing. Of two
/// places that contradict each other, one is a slip.
fn check_choice(chosen: &Chosen, pairs: &[Pair<'_>]) -> Result<(), String> {
    if pairs.is_empty() {
        return Ok(());
    }
    let managed: Vec<_> = pairs.iter().flat_map(|pair| pair.diff.pointers()).collect();
    let below = |place: &Pointer| -> Vec<&Pointer> { managed.iter().filter(|at| place.covers(at)).collect() };
    for place in &chosen.only {
        let there = below(place);
        if there.is_empty() {
            return Err(format!("--only {place}: {NOTHING}"));
        }
        if there.into_iter().all(|at| chosen.leaves_out(at)) {
            return Err(format!(
                "--only {place}: --exclude leaves out all of it; remove one of the two"
            ));
        }
    }
    for place in &chosen.exclude {
        let there = below(place);
        if there.is_empty() {
            return Err(format!("--exclude {place}: {NOTHING}"));
        }
        let is_chosen = |at: &Pointer| chosen.only.iter().any(|only| only.covers(at));
        if !(chosen.only.is_empty() || there.into_iter().any(is_chosen)) {
            return Err(format!(
                "--exclude {place}: --only leaves that out already; remove one of the two"
            ));
        }
    }
    Ok(())
}

/// What was allowed by name and is nowhere, which may be a slip.
fn check_permits(permits: &Permits, pairs: &[Pair<'_>]) -> Result<(), String> {
    if pairs.is_empty() {
        return Ok(());
    }
    let found: Vec<_> = pairs.iter().flat_map(|pair| &pair.findings).collect();
    if let Some(idle) = findings::idle(permits, &found) {
        return Err(idle);
    }
    let nowhere = |named: &&Named| {
        pairs
            .iter()
            .all(|pair| !named.may_mean(pair.pool.id()) || !pair.diff.manages(&named.at))
    };
    for (option, named) in [
        ("--allow-weaken", &permits.weaken),
        ("--allow-block", &permits.block),
    ] {
        if let Some(named) = named.iter().find(nowhere) {
            return Err(format!("{option} {named}: {NOTHING}"));
        }
    }
    Ok(())
}

/// Pools that several policies are for, where one of them would change something.
fn several(pairs: &[Pair<'_>]) -> Vec<Refused> {
    let mut by_pool: BTreeMap<&str, Vec<&Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        by_pool.entry(pair.pool.id()).or_default().push(pair);
    }
    let contested = by_pool
        .into_values()
        .filter(|pairs| pairs.len() > 1 && pairs.iter().any(|pair| pair.matters()));
    contested
        .map(|pairs| {
            let names: BTreeSet<_> = pairs.iter().map(|pair| pair.name.clone()).collect();
            refuse::several_policies(pairs[0].pool, &names.into_iter().collect::<Vec<_>>())
        })
        .collect()
}

/// Makes a plan of goals against pools.
///
/// # Errors
/// A place that was typed and that no goal manages, in words.
pub(super) fn prepare(
    mut pairs: Vec<Pair<'_>>,
    job: &ApplyJob<'_>,
    mut refused: Vec<Refused>,
) -> Result<Prepared, String> {
    let estate = &job.fetched.estate;
    pairs.sort_by_key(|pair| {
        let posture = &pair.pool.posture;
        (
            posture.account.clone(),
            posture.region.clone(),
            pair.pool.id().to_owned(),
        )
    });
    check_choice(job.chosen, &pairs)?;
    check_permits(job.permits, &pairs)?;
    refused.extend(several(&pairs));
    let (pairs, unchanged): (Vec<_>, Vec<_>) = pairs.into_iter().partition(Pair::matters);
    let guarded: Vec<_> = pairs
        .iter()
        .map(|pair| Guarded {
            pool: pair.pool,
            diff: &pair.diff,
            minimum_days: pair.minimum_days,
            known: &pair.known,
        })
        .collect();
    refused.extend(against(&pairs, &guarded, job));
    let shown: Vec<_> = pairs
        .iter()
        .zip(&guarded)
        .map(|(pair, one)| show(pair, *one, job))
        .collect();
    let bases: Vec<_> = pairs
        .iter()
        .zip(&guarded)
        .zip(&shown)
        .map(|((pair, one), shown)| {
            let raw = job.fetched.raw.get(one.pool.id());
            basis(*one, raw, shown.calls(), &pair.findings, job.facts.today)
        })
        .collect();
    let plan = plan(&bases);
    refused.extend(job.saved.and_then(|saved| refuse::stale(saved, &plan)));
    let (mut pools, mut tasks) = (Vec::new(), Vec::new());
    for shown in shown {
        refused.extend(shown.not_carried);
        if !shown.task.calls.is_empty() {
            pools.push(shown.pool);
            tasks.push(shown.task);
        }
    }
    let proposal = Proposal {
        command: "apply",
        digest: plan.digest.clone(),
        pools,
        unchanged: unchanged.iter().map(|pair| pair.pool.title()).collect(),
        refused: elsewhere(estate).into_iter().chain(refused).collect(),
        not_checked: [not_seen(estate), unread_of(&unchanged)].concat(),
        ..Proposal::default()
    };
    Ok(Prepared {
        proposal,
        plan,
        tasks,
    })
}

/// What stands against a plan: guards, findings, names of alarms.
fn against(pairs: &[Pair<'_>], guarded: &[Guarded<'_>], job: &ApplyJob<'_>) -> Vec<Refused> {
    let title = |id: &str| {
        pairs
            .iter()
            .find(|pair| pair.pool.id() == id)
            .map(|pair| pair.pool.title())
    };
    let guards = refusals(guarded, job.permits, job.facts.today);
    let takes_exclusions = pairs.iter().all(|pair| pair.goal.takes_exclusions());
    let mut refused: Vec<_> = guards
        .iter()
        .map(|refusal| refuse::describe_refusal(refusal, &title, takes_exclusions))
        .collect();
    let raws = &job.fetched.raw;
    let without_ses = pairs.iter().filter_map(|pair| {
        let (id, title) = (pair.pool.id(), pair.pool.title());
        let what = email_factor(&pair.diff, raws.get(id)?)?;
        Some(refuse::service_refuses(id, &title, &what, takes_exclusions))
    });
    refused.extend(without_ses);
    if job.permits.override_gate.is_none() {
        let unmet = |pair: &Pair<'_>| {
            let limit = pair.goal.share(&pair.diff, pair.pool, job)?;
            (limit.answer != "met").then(|| refuse::share_unmet(pair.pool, &limit))
        };
        refused.extend(pairs.iter().filter_map(unmet));
    }
    let applied = pairs.iter().filter(|pair| !pair.diff.changes.is_empty());
    refused.extend(findings::refusals(
        applied.map(|pair| (pair.name.as_str(), pair.pool.id(), pair.findings.as_slice())),
    ));
    refused.extend(names::taken(
        pairs.iter().map(|pair| (pair.pool, &pair.diff)),
        &job.fetched.raw,
    ));
    refused
}

/// A pool of a plan: what is done, and how it is shown.
struct Shown {
    task: Task,
    pool: PoolProposal,
    /// Calls whose bodies cannot be made.
    not_carried: Vec<Refused>,
}

impl Shown {
    /// The calls with what they send, as they are shown.
    fn calls(&self) -> Vec<CallV1> {
        let calls = self.pool.calls.iter();
        calls
            .map(|call| CallV1 {
                operation: call.operation.to_owned(),
                client: call.client.clone(),
                sets: call.sets.clone(),
                makes: call.makes.iter().map(ToString::to_string).collect(),
            })
            .collect()
    }
}

fn show(pair: &Pair<'_>, guarded: Guarded<'_>, job: &ApplyJob<'_>) -> Shown {
    let task = Task {
        goal: pair.goal.clone(),
        pool: pair.pool.clone(),
        raw: raw(job, pair.pool),
        diff: pair.diff.clone(),
        calls: calls(&pair.diff),
    };
    let (mut pool, not_carried) = show::pool(&task, &pair.name, guarded, job);
    pool.findings.clone_from(&pair.findings);
    Shown {
        task,
        pool,
        not_carried,
    }
}

/// Credentials of another account than the policy's.
fn elsewhere(estate: &Estate) -> Vec<Refused> {
    let others = estate.unreachable.iter();
    others
        .filter(|place| place.failure == Failure::OtherAccount)
        .map(refuse::other_account)
        .collect()
}

/// Places that could not be read. Parts of pools are refusals.
fn not_seen(estate: &Estate) -> Vec<NotChecked> {
    let mut places = Estate {
        unreachable: estate.unreachable.clone(),
        ..Estate::default()
    };
    places
        .unreachable
        .retain(|place| place.failure != Failure::OtherAccount);
    let mut all = conclude::unseen(&places);
    all.extend(conclude::asked_elsewhere(estate));
    all
}

/// Parts that could not be read of pools in which nothing is to be done. Nothing managed is among them, so that they fail
/// nothing; "already up to date" is not said of them.
fn unread_of(unchanged: &[Pair<'_>]) -> Vec<NotChecked> {
    let pools = unchanged.iter().map(|pair| pair.pool.clone()).collect();
    let all = conclude::unseen(&Estate {
        pools,
        ..Estate::default()
    });
    let noted = all.into_iter().map(|entry| NotChecked {
        failed: false,
        ..entry
    });
    noted.collect()
}

impl Prepared {
    /// Hides credentials in what is shown; what is carried out, saved and compared stays.
    pub(super) fn masked(mut self, mask: &Mask) -> Self {
        let proposal = &mut self.proposal;
        proposal.pools.iter_mut().for_each(|pool| masked_pool(pool, mask));
        for text in &mut proposal.unchanged {
            mask.text(text);
        }
        for refused in &mut proposal.refused {
            mask.text(&mut refused.message);
            mask.text(&mut refused.next);
        }
        mask.entries(&mut proposal.not_checked);
        self
    }
}

fn masked_pool(pool: &mut PoolProposal, mask: &Mask) {
    mask.text(&mut pool.name);
    mask.text(&mut pool.policy);
    for change in &mut pool.changes {
        mask.difference(&mut change.difference);
    }
    for call in &mut pool.calls {
        mask.value(&mut call.sets);
    }
    for note in &mut pool.notes {
        mask.text(note);
    }
    for block in &mut pool.blocks {
        mask.text(&mut block.what);
        for client in &mut block.clients {
            mask.text(client);
        }
    }
    for finding in &mut pool.findings {
        mask.text(&mut finding.message);
        mask.text(&mut finding.place);
        finding.allowed.iter_mut().for_each(|reason| {
            mask.text(reason);
        });
    }
}
