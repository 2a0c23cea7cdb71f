//! Carries a plan out: pool by pool, call by call, each in the journal before it is made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::app::apply::propose::Prepared;
use crate::app::apply::refuse;
use crate::app::apply::step::{Broken, StepContext, outcome};
use crate::app::apply::task::Task;
use crate::aws::port::Connect;
use crate::aws::write::ConnectWriter;
use crate::journal::{Close, Journal, Who};
use crate::model::arn::Arn;
use crate::observe::live::Stop;
use crate::plan::Call;
use crate::proposal::{ApplyOutcome, CallOutcome, ChangeOutcome, Ended, PoolOutcome, Refused, State};

/// What reads and what writes.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// Makes ports that read.
    pub reader: &'a dyn Connect,
    /// Makes ports that write.
    pub writer: &'a dyn ConnectWriter,
}

/// How a plan is carried out.
pub struct Execution<'a> {
    /// What reads and what writes.
    pub ports: Ports<'a>,
    /// What the time is.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Ends the run after the call under way.
    pub stop: &'a Stop,
    /// Is informed of every call: without an outcome when it begins (first its object is read again), with one when it has ended.
    pub progress: &'a dyn Fn(Step<'_>, Option<&CallOutcome>),
}

/// A call on its way, for whoever watches.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Number of the call in the run, from 1.
    pub number: usize,
    /// Calls of the run.
    pub of: usize,
    /// Name and id of the pool. Hostile text.
    pub pool: &'a str,
    /// The API operation.
    pub operation: &'static str,
    /// Id of the client that it is about.
    pub client: Option<&'a str>,
}

/// Whose credentials a plan is carried out with, one entry for each account; asked of STS again, since they may have been
/// exchanged after the plan was made.
///
/// # Errors
/// They belong to another account than the plan's, or nobody says to which.
pub async fn callers(prepared: &Prepared, reader: &dyn Connect) -> Result<Vec<Who>, Vec<Refused>> {
    let mut asked = BTreeSet::new();
    let (mut who, mut refused) = (BTreeMap::new(), Vec::new());
    for task in &prepared.tasks {
        let planned = task.account();
        let session = &task.raw.session;
        if !asked.insert((session.clone(), planned)) {
            continue;
        }
        let port = reader
            .connect(session, task.region(), task.raw.account.as_deref())
            .await;
        match (port.caller().await, planned) {
            (Ok(arn), Some(planned)) if account_of(&arn) != Some(planned) => {
                refused.push(refuse::other_caller(&arn, planned));
            }
            (Err(error), Some(planned)) => refused.push(refuse::unknown_caller(&error, planned)),
            (found, planned) => {
                let account = planned.unwrap_or_default().to_owned();
                who.entry(account).or_insert_with(|| found.ok());
            }
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let entry = |(account, arn)| Who { account, arn };
    Ok(who.into_iter().map(entry).collect())
}

fn account_of(arn: &str) -> Option<&str> {
    Arn::parse(arn).map(|arn| arn.account)
}

/// Makes the calls of a plan. What fails ends its pool and no other; a journal that cannot be written ends the run.
/// Whether pools are up to date afterwards is not checked: see [`verify`](crate::app::apply::verify).
pub async fn carry_out(
    prepared: &Prepared,
    run: &Execution<'_>,
    mut journal: Journal,
    name: &str,
) -> ApplyOutcome {
    let mut counter = Counter {
        number: 0,
        of: prepared.tasks.iter().map(|task| task.calls.len()).sum(),
    };
    let mut result = ApplyOutcome {
        journal: name.to_owned(),
        ..ApplyOutcome::default()
    };
    for task in &prepared.tasks {
        let mut pool = PoolOutcome {
            id: task.pool.id().to_owned(),
            title: task.pool.title(),
            ..PoolOutcome::default()
        };
        if result.trouble.is_none() {
            let made = of_pool(task, run, &mut journal, &mut counter, &mut pool).await;
            result.trouble = made.err().map(|broken| broken.0);
        }
        let rest = task.calls.iter().skip(pool.calls.len());
        pool.calls
            .extend(rest.map(|call| outcome(call, Ended::NotTried, None, None)));
        pool.changes = states(task, &pool.calls);
        result.pools.push(pool);
    }
    let missed = |call: &&CallOutcome| call.ended == Ended::NotTried;
    let calls = || result.pools.iter().flat_map(|pool| &pool.calls);
    let not_tried = calls().filter(missed).count();
    let undisturbed = result.pools.iter().all(|pool| pool.trouble.is_empty());
    let all = undisturbed && calls().all(|call| matches!(call.ended, Ended::Done | Ended::Already));
    result.stopped = run.stop.is_stopped() && not_tried > 0;
    if result.trouble.is_none() {
        let close = Close {
            at: (run.clock)(),
            complete: all,
            not_tried: u32::try_from(not_tried).unwrap_or(u32::MAX),
        };
        result.trouble = journal.close(close).err();
    }
    result
}

struct Counter {
    number: usize,
    of: usize,
}

/// Makes a pool's calls until one does not go through.
async fn of_pool(
    task: &Task,
    run: &Execution<'_>,
    journal: &mut Journal,
    counter: &mut Counter,
    into: &mut PoolOutcome,
) -> Result<(), Broken> {
    if run.stop.is_stopped() {
        counter.number += task.calls.len();
        return Ok(());
    }
    let (session, account) = (&task.raw.session, task.raw.account.as_deref());
    let reader = run.ports.reader.connect(session, task.region(), account).await;
    let writer = run
        .ports
        .writer
        .connect_writer(session, task.region(), account)
        .await;
    let mut context = StepContext {
        task,
        reader: reader.as_ref(),
        writer: writer.as_ref(),
        clock: run.clock,
        known: BTreeMap::new(),
    };
    let title = task.pool.title();
    let last = counter.number + task.calls.len();
    for call in &task.calls {
        if run.stop.is_stopped() {
            break;
        }
        counter.number += 1;
        let step = step(counter, &title, call);
        (run.progress)(step, None);
        let answered = context.make(call, journal).await?;
        (run.progress)(step, Some(&answered.outcome));
        let goes_on = matches!(answered.outcome.ended, Ended::Done | Ended::Already);
        into.calls.push(answered.outcome);
        if !answered.disturbed.is_empty() {
            let places: Vec<_> = answered.disturbed.iter().map(|at| format!("`{at}`")).collect();
            into.trouble.push(format!(
                "after {}, {} of the pool is not as it was: somebody else changed it at the same time, or AWS did; the \
                 journal has what was there",
                call.write().as_str(),
                crate::text::join_words(&places)
            ));
        }
        if !goes_on || !into.trouble.is_empty() {
            break;
        }
    }
    counter.number = last;
    Ok(())
}

fn step<'a>(counter: &Counter, pool: &'a str, call: &'a Call) -> Step<'a> {
    Step {
        number: counter.number,
        of: counter.of,
        pool,
        operation: call.write().as_str(),
        client: call.client.as_deref(),
    }
}

/// What became of each change, by the calls that make it.
fn states(task: &Task, calls: &[CallOutcome]) -> Vec<ChangeOutcome> {
    let state = |at: &crate::pointer::Pointer| {
        let made = task
            .calls
            .iter()
            .zip(calls)
            .find(|(call, _)| call.makes.contains(at));
        match made.map(|(_, outcome)| outcome.ended) {
            Some(Ended::Done | Ended::Already) => State::Applied,
            Some(Ended::Failed | Ended::Unknown) => State::Failed,
            Some(Ended::Moved | Ended::NotTried) | None => State::NotTried,
        }
    };
    let places = task.diff.changes.iter().map(|change| change.leaf.pointer());
    places
        .map(|at| ChangeOutcome {
            state: state(&at),
            at,
        })
        .collect()
}
