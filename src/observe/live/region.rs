//! Looks at one account's region: which pools there are, and what surrounds them.

use std::collections::BTreeMap;

use futures::{StreamExt as _, stream};

use crate::aws::error::CallError;
use crate::aws::operation::Operation;
use crate::model::observed::{Failure, Observed, Selector, Unreachable};
use crate::observe::live::place::Place;
use crate::observe::live::pool::{Outcome, Target, pool};
use crate::observe::live::raw::RawPool;
use crate::observe::live::run::Run;
use crate::observe::live::surroundings::{self, Surroundings};

/// Pools that are read at a time: enough to use every quota to its end.
const AT_A_TIME: usize = 64;

/// What was seen of a place.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) pools: Vec<(Observed, RawPool)>,
    pub(super) missing: Vec<String>,
    pub(super) unreachable: Vec<Unreachable>,
    /// The place, in words, where it lacks a pool that was asked for.
    pub(super) lacking: Option<String>,
}

/// Looks at a place.
pub(super) async fn region(run: &Run<'_>, place: &Place) -> Seen {
    let mut seen = Seen::default();
    if let Err(error) = check_account(run, place).await {
        seen.unreachable
            .push(unreachable(place, None, Operation::GetCallerIdentity, error));
        return seen;
    }
    let (targets, error) = targets(run, place).await;
    let whole = error.is_none();
    if let Some(error) = error {
        seen.unreachable
            .push(unreachable(place, None, Operation::ListUserPools, error));
    }
    if targets.is_empty() {
        if whole && place.shard.is_none() {
            seen.lacking = Some(in_words(run, place, None).await);
        }
        return seen;
    }
    run.progress.found(targets.len());
    let (mut outcomes, around) = tokio::join!(pools(run, place, targets), surroundings::surroundings(run));
    still_listed(run, &mut outcomes).await;
    for (target, outcome) in outcomes {
        record(&mut seen, place, target, outcome, &around);
    }
    let account = account(run, &seen, place).await;
    name_account(&mut seen, account.as_ref());
    if !seen.missing.is_empty() {
        seen.lacking = Some(in_words(run, place, account).await);
    }
    let seen_pools = || seen.pools.iter().map(|(pool, _)| pool);
    let (topics, older) = tokio::join!(
        surroundings::topics(run, place, seen_pools()),
        surroundings::older(run, seen_pools()),
    );
    for (pool, _) in &mut seen.pools {
        surroundings::connect(pool, place, &topics);
        surroundings::remember(pool, &older);
        finish(pool);
    }
    collapse(&mut seen.unreachable);
    seen
}

fn unreachable(place: &Place, pool: Option<String>, operation: Operation, error: CallError) -> Unreachable {
    Unreachable {
        account: place.account.clone(),
        region: place.region.clone(),
        pool,
        operation: operation.as_str().to_owned(),
        failure: error.failure(),
        detail: error.detail,
    }
}

/// Nothing is read in another account than the one that is meant.
async fn check_account(run: &Run<'_>, place: &Place) -> Result<(), CallError> {
    let Some(wanted) = &place.account else {
        return Ok(());
    };
    let found = run.call(Operation::GetCallerIdentity, run.port.account()).await?;
    if found == *wanted {
        return Ok(());
    }
    let words = format!("the credentials belong to account {found}, not to {wanted}");
    Err(CallError::failed(Failure::OtherAccount, words))
}

/// The pools to read, by id, each once; and why the listing ended early, if it did. It is not begun where every
/// selector has an id.
async fn targets(run: &Run<'_>, place: &Place) -> (BTreeMap<String, Target>, Option<CallError>) {
    let by_id = place.selectors.iter().filter_map(|selector| selector.id.clone());
    let target = |id: String| {
        (
            id.clone(),
            Target {
                id,
                name: None,
                certain: true,
            },
        )
    };
    // Other shards read the others: they cost this one nothing beyond the listing.
    let own = |id: &String| place.shard.is_none_or(|shard| shard.owns(id));
    let mut targets: BTreeMap<_, _> = by_id.filter(own).map(target).collect();
    if place.selectors.iter().all(|selector| selector.id.is_some()) {
        return (targets, None);
    }
    let (entries, error) = run
        .all(Operation::ListUserPools, |port, next| port.list_user_pools(next))
        .await;
    for entry in entries.into_iter().filter(|entry| own(&entry.id)) {
        let fit = |selector: &&Selector| selector.id.is_none() && selector.fits_name(&entry.name);
        let fitting: Vec<_> = place.selectors.iter().filter(fit).collect();
        let certain = fitting.iter().any(|selector| selector.tags.is_empty());
        if let Some(known) = targets.get_mut(&entry.id) {
            known.name = Some(entry.name);
        } else if !fitting.is_empty() {
            let name = Some(entry.name);
            targets.insert(
                entry.id.clone(),
                Target {
                    id: entry.id,
                    name,
                    certain,
                },
            );
        }
    }
    (targets, error)
}

async fn pools(run: &Run<'_>, place: &Place, targets: BTreeMap<String, Target>) -> Vec<(Target, Outcome)> {
    stream::iter(targets.into_values())
        .map(|target| async move {
            let outcome = pool(run, &place.region, &target, &place.selectors).await;
            run.progress.done();
            (target, outcome)
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await
}

/// A pool that was listed and is not described was deleted meanwhile, unless it is still listed: then it was not read.
async fn still_listed(run: &Run<'_>, outcomes: &mut [(Target, Outcome)]) {
    let is_gone =
        |(target, outcome): &(Target, Outcome)| target.name.is_some() && matches!(outcome, Outcome::Gone);
    if !outcomes.iter().any(is_gone) {
        return;
    }
    let (entries, error) = run
        .all(Operation::ListUserPools, |port, next| port.list_user_pools(next))
        .await;
    for one in outcomes.iter_mut().filter(|one| is_gone(one)) {
        if error.is_some() || entries.iter().any(|entry| entry.id == one.0.id) {
            let words = "it is listed, and not found where it is described";
            one.1 = Outcome::Unknown(CallError::failed(Failure::Unavailable, words));
        }
    }
}

fn record(seen: &mut Seen, place: &Place, target: Target, outcome: Outcome, around: &Surroundings) {
    match outcome {
        Outcome::Seen(found) => {
            let (mut pool, mut raw) = *found;
            raw.session.clone_from(&place.session);
            raw.account.clone_from(&place.account);
            raw.alarm_names = around.alarm_names();
            around.furnish(&mut pool);
            seen.pools.push((pool, raw));
        }
        // A pool that was listed and is gone was deleted meanwhile: nobody misses it.
        Outcome::Gone if target.name.is_none() => seen.missing.push(target.id),
        Outcome::Gone | Outcome::Other => {}
        Outcome::Unknown(error) => {
            let at = unreachable(place, Some(target.id), Operation::DescribeUserPool, error);
            seen.unreachable.push(at);
        }
    }
}

/// All pools of a place have one account: the one that was checked, or that any of them names. A shard may hold none that
/// names it, where the whole does: it asks.
async fn account(run: &Run<'_>, seen: &Seen, place: &Place) -> Option<String> {
    let mut known = seen.pools.iter().map(|(pool, _)| &pool.posture.account);
    let found = place.account.clone().or_else(|| known.find_map(Clone::clone));
    if found.is_some() || seen.pools.is_empty() || place.shard.is_none() {
        return found;
    }
    let answer = run.call(Operation::GetCallerIdentity, run.port.account());
    answer.await.ok()
}

/// A place whose account is asked for where nothing else says it: most often it is another one than was meant.
async fn in_words(run: &Run<'_>, place: &Place, known: Option<String>) -> String {
    let account = match known.or_else(|| place.account.clone()) {
        Some(account) => Some(account),
        None => run
            .call(Operation::GetCallerIdentity, run.port.account())
            .await
            .ok(),
    };
    match account {
        Some(account) => format!("{} of account {account}", place.region),
        None => place.region.clone(),
    }
}

fn name_account(seen: &mut Seen, account: Option<&String>) {
    for (pool, _) in &mut seen.pools {
        pool.posture.account = pool.posture.account.take().or_else(|| account.cloned());
    }
}

fn finish(pool: &mut Observed) {
    pool.unread.sort();
    pool.posture.unread = pool.unread.iter().map(|unread| unread.part).collect();
}

/// Without credentials every call says the same: once is enough.
fn collapse(unreachable: &mut Vec<Unreachable>) {
    let fruitless = |at: &Unreachable| at.failure == Failure::NoCredentials;
    if let Some(mut first) = unreachable.iter().find(|at| fruitless(at)).cloned() {
        first.pool = None;
        unreachable.retain(|at| !fruitless(at));
        unreachable.push(first);
    }
}
