//! After a plan was carried out: whether the pools are up to date.

use std::collections::BTreeSet;

use crate::app::apply::execute::Ports;
use crate::app::apply::object::{Object, moved};
use crate::app::apply::propose::Prepared;
use crate::app::apply::step::{hidden_words, list_places};
use crate::app::apply::task::Task;
use crate::app::conclude;
use crate::aws::limits::Limits;
use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::model::posture::Posture;
use crate::observe::live::{Fetched, Progress, RawPool, Stop, observe};
use crate::plan::Diff;
use crate::pointer::Pointer;
use crate::proposal::{ApplyOutcome, CallOutcome, Ended, PoolOutcome, State};

/// Reads again every pool in which a call was made, and asks for an empty plan. What did not take effect, and what
/// could not be read, is reported in the outcome. Gives back the pools as they are now; one that could not be read, as it
/// was to be: what undoing it will need is best derived from that.
pub async fn verify(
    prepared: &Prepared,
    ports: Ports<'_>,
    limits: &Limits,
    progress: &dyn Progress,
    outcome: &mut ApplyOutcome,
) -> Fetched {
    let mut seen = Fetched::default();
    for (task, pool) in prepared.tasks.iter().zip(&mut outcome.pools) {
        let written = |ended| matches!(ended, Ended::Done | Ended::Already | Ended::Unknown);
        if !pool.calls.iter().any(|call| written(call.ended)) {
            continue;
        }
        // A run that somebody ended is read all the same: what is said of it must be true.
        let fetched = observe(ports.reader, &[task.place()], limits, progress, &Stop::default()).await;
        check(task, &fetched, pool);
        if read(task, &fetched).is_some() {
            seen.estate.pools.extend(fetched.estate.pools);
            seen.raw.extend(fetched.raw);
        } else {
            seen.estate.pools.push(Observed {
                posture: task.diff.wanted.clone(),
                // It was modified since then: what it was before is no evidence of time in AUDIT.
                last_modified: None,
                ..task.pool.clone()
            });
            seen.raw.insert(task.pool.id().to_owned(), task.raw.clone());
        }
    }
    seen
}

/// The pool of a task among what was read.
fn read<'a>(task: &Task, fetched: &'a Fetched) -> Option<&'a Observed> {
    let mut pools = fetched.estate.pools.iter();
    let found = pools.find(|pool| pool.id() == task.pool.id());
    found.filter(|pool| !pool.unread.iter().any(|unread| task.goal.needs(unread)))
}

fn check(task: &Task, fetched: &Fetched, outcome: &mut PoolOutcome) {
    let estate = &fetched.estate;
    let Some(pool) = read(task, fetched) else {
        let why = conclude::unseen(estate).into_iter().find(|entry| entry.failed);
        let why = why.as_ref().map_or("it is gone", |entry| entry.why.as_str());
        let words =
            format!("whether it took effect is unknown, because the pool could not be read again: {why}");
        outcome.trouble.push(words);
        return;
    };
    let raw = fetched.raw.get(pool.id()).cloned().unwrap_or_default();
    let rest = task.goal.diff(&pool.posture, &raw);
    mark(outcome, &rest);
    outcome
        .trouble
        .extend(by_others(task, pool, &raw, &outcome.calls));
    outcome.is_as_wanted = Some(rest.is_empty() && rest.unseen.is_empty());
}

/// What of the pool is not as the plan saw it, although this run wrote nothing there: a sentence for each object.
fn by_others(task: &Task, pool: &Observed, raw: &RawPool, calls: &[CallOutcome]) -> Vec<String> {
    // What was tried is read again by its call, which reports on it.
    let tried = calls
        .iter()
        .zip(&task.calls)
        .filter(|(call, _)| call.ended != Ended::NotTried);
    let tried: Vec<_> = tried.map(|(_, call)| Object::of(call)).collect();
    let clients: BTreeSet<_> = task
        .raw
        .clients
        .keys()
        .chain(raw.clients.keys())
        .cloned()
        .collect();
    let of_clients = clients
        .into_iter()
        .flat_map(|id| [Object::Client(id.clone()), Object::Risk(Some(id))]);
    let own = [Object::Pool, Object::Mfa, Object::Risk(None), Object::Logs];
    let one = |object: Object| {
        let unread = |posture: &Posture| object.part().is_some_and(|part| posture.unread.contains(&part));
        if tried.contains(&object) || unread(&task.pool.posture) || unread(&pool.posture) {
            return None;
        }
        let before = object.seen(&task.raw, &task.pool.posture);
        let after = object.seen(raw, &pool.posture);
        let is_off = |pool: &Observed| pool.posture.mode.standard == Some(Mode::Off);
        if matches!(object, Object::Risk(_)) && is_off(pool) && after.is_null() {
            // AWS may show none while the mode is OFF, which acts on nothing.
            return None;
        }
        let mut places = moved(&before, &after);
        // MFA is described with the pool as well.
        let is_mfa = |at: &Pointer| {
            let of_mfa = ["/MfaConfiguration", "/SmsConfiguration"]
                .into_iter()
                .filter_map(Pointer::parse);
            object == Object::Pool && of_mfa.into_iter().any(|mfa| mfa.covers(at))
        };
        places.retain(|at| !is_mfa(at));
        let what = match &object {
            Object::Client(id) => format!("client `{id}`"),
            Object::Risk(Some(id)) => format!("the responses of client `{id}`"),
            Object::Risk(None) => "the responses".to_owned(),
            Object::Mfa => "MFA".to_owned(),
            Object::Logs => "the export of logs".to_owned(),
            _ => "the pool".to_owned(),
        };
        if matches!(object, Object::Risk(_)) && is_off(&task.pool) && before.is_null() && !places.is_empty() {
            return Some(hidden_words(&places));
        }
        (!places.is_empty()).then(|| {
            format!(
                "since the plan was made, somebody else changed {what}, which this run did not write: {}",
                list_places(&places)
            )
        })
    };
    own.into_iter().chain(of_clients).filter_map(one).collect()
}

/// Marks changes that were confirmed and are still to be made, and reports others.
fn mark(outcome: &mut PoolOutcome, rest: &Diff) {
    let ended_well = outcome
        .calls
        .iter()
        .all(|call| matches!(call.ended, Ended::Done | Ended::Already));
    for change in &rest.changes {
        let at = change.leaf.pointer();
        match outcome.changes.iter_mut().find(|change| change.at == at) {
            Some(change) if change.state == State::Applied => change.state = State::NotTaken,
            None if ended_well => {
                let words = format!("`{at}` is not up to date now, and was before");
                outcome.trouble.push(words);
            }
            Some(_) | None => {}
        }
    }
}
