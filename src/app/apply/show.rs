//! One pool of a plan as it is shown before anybody agrees: changes, calls, costs, and what is carried over.

use std::collections::BTreeMap;

use jiff::Span;
use serde_json::Value;

use crate::app::apply::costs::costs;
use crate::app::apply::job::ApplyJob;
use crate::app::apply::lockout;
use crate::app::apply::object::Object;
use crate::app::apply::places::is_shown;
use crate::app::apply::refuse;
use crate::app::apply::request::{back, body};
use crate::app::apply::task::Task;
use crate::aws::convert;
use crate::drift;
use crate::plan::gate::verdict;
use crate::plan::guard::{self, Guarded};
use crate::plan::{Auth, Call, Change, Diff, Sets, enforces, impossible, lock_out, spares};
use crate::pointer::Pointer;
use crate::proposal::{CallShown, Carried, Gate, NotSent, Planned, PoolProposal, Refused};
use crate::text;
use crate::update::{Changed, Put, UpdateBody, restored};

/// A pool of a plan, and the calls whose bodies cannot be made.
pub(super) fn pool(
    task: &Task,
    policy: &str,
    guarded: Guarded<'_>,
    job: &ApplyJob<'_>,
) -> (PoolProposal, Vec<Refused>) {
    let (diff, pool) = (&task.diff, &task.pool);
    let Bodies {
        calls,
        carried,
        notes,
        refused,
    } = bodies(task);
    let change = |change: &Change| Planned {
        difference: drift::shown(pool, change),
        direction: change.shown_direction(),
        must_be_named: change.must_be_named(),
    };
    let shown = PoolProposal {
        id: pool.id().to_owned(),
        name: pool.name.clone(),
        account: pool.posture.account.clone(),
        region: pool.posture.region.clone(),
        policy: policy.to_owned(),
        changes: diff.changes.iter().map(change).collect(),
        calls,
        cells: diff.comparison.changes.clone(),
        addresses: diff.comparison.addresses.clone(),
        users: pool.estimated_users,
        blocks: lockout::blocks(&lock_out(diff)),
        costs: costs(&diff.observed, &diff.wanted, pool.estimated_users),
        carried,
        only: job.chosen.only.clone(),
        excluded: diff.excluded.iter().map(crate::plan::Setting::pointer).collect(),
        gates: gates(guarded, job),
        findings: Vec::new(),
        notes: idle(guarded, job)
            .into_iter()
            .chain(spares(diff).then(|| SPARED.to_owned()))
            .chain(young(task, guarded, job))
            .chain(share(task, job))
            .chain(doubtful(diff))
            .chain(notes)
            .collect(),
    };
    (shown, refused)
}

/// Why nobody has to allow a change that blocks or challenges others.
const SPARED: &str = "no confirmation is needed for clients that sign in only federated users or machines: \
                      neither threat protection nor MFA acts on them";

/// What a call rests on that replaces a list which AWS says is not there.
const NO_LOGS: &str = "AWS answers that the pool has no log delivery (not found), which is taken for none (unconfirmed): the call \
                       replaces whatever there is";

/// What the bodies of a pool's calls are made of.
#[derive(Default)]
struct Bodies {
    calls: Vec<CallShown>,
    /// What is carried over by calls that replace whole objects, each object once.
    carried: Vec<Carried>,
    notes: Vec<String>,
    /// Calls whose bodies cannot be made.
    refused: Vec<Refused>,
}

/// Makes the body of every call from what was seen, each upon what those before it leave.
fn bodies(task: &Task) -> Bodies {
    let mut found = Bodies::default();
    let mut objects: BTreeMap<Object, Value> = BTreeMap::new();
    let mut bodies: Vec<(&Call, Option<(Object, UpdateBody)>)> = Vec::new();
    let mut all_carried: BTreeMap<Object, Carried> = BTreeMap::new();
    let seen = |object: &Object| object.seen(&task.raw, &task.pool.posture);
    for call in &task.calls {
        let object = Object::of(call);
        let mfa = objects
            .get(&Object::Mfa)
            .cloned()
            .unwrap_or_else(|| seen(&Object::Mfa));
        let before = objects
            .entry(object.clone())
            .or_insert_with_key(|object| seen(object));
        let put_back = put_back(&object, call, task, before);
        let body = match body(call, task, before, &mfa) {
            Ok(body) => body,
            Err(why) => {
                let refused = refuse::not_carried(
                    &task.pool,
                    call.write().as_str(),
                    &why,
                    task.goal.takes_exclusions(),
                );
                found.refused.push(refused);
                bodies.push((call, None));
                continue;
            }
        };
        if object == Object::Logs && task.raw.logs.is_null() {
            found.notes.push(NO_LOGS.to_owned());
        }
        if !body.gone.is_empty() {
            found.notes.push(gone(call, &body.gone));
        }
        found.notes.extend(put_back);
        body.changed.iter().for_each(|changed| make(before, changed));
        if object == Object::Mfa {
            // The pool says it, too, and sends it back.
            let configuration = body
                .changed
                .iter()
                .filter(|changed| changed.pointer.as_str() == "/MfaConfiguration");
            let pool = objects.entry(Object::Pool).or_insert_with(|| seen(&Object::Pool));
            configuration.for_each(|changed| make(pool, changed));
        }
        // Of two calls on one object, what the second one sets is not carried over by the first one either.
        all_carried
            .entry(object.clone())
            .and_modify(|carried| carried.members.retain(|name| body.carried.contains(name)))
            .or_insert_with(|| carried(call, &body));
        bodies.push((call, Some((object, body))));
    }
    found.refused.dedup();
    for (call, body) in bodies {
        let sets = match body {
            Some((object, body)) => sent(call, body, &all_carried[&object].members),
            None => call.sets.members(call.client.as_deref()),
        };
        found.calls.push(shown(call, sets));
    }
    found.carried = all_carried.into_values().collect();
    found.carried.retain_mut(|carried| {
        carried.unknown.retain(|name| carried.members.contains(name));
        !carried.members.is_empty()
    });
    found
}

/// An object after a change.
fn make(object: &mut Value, changed: &Changed) {
    let (at, value) = (changed.pointer.clone(), changed.after.clone());
    if at == Pointer::root() {
        *object = value.unwrap_or_default();
    } else {
        *object = restored(object, &[Put { at, value }]);
    }
}

/// What of a body is not carried over as it was: with what is, that is all that is sent. An alarm is shown in the
/// policy's terms.
fn sent(call: &Call, body: UpdateBody, carried: &[String]) -> Value {
    if let Sets::Alarm(_) = call.sets {
        return call.sets.members(None);
    }
    let mut sent = body.body;
    if let Some(members) = sent.as_object_mut() {
        members.retain(|name, _| !carried.contains(name));
    }
    sent
}

fn shown(call: &Call, sets: Value) -> CallShown {
    CallShown {
        operation: call.write().as_str(),
        client: call.client.clone(),
        sets,
        makes: call.makes.clone(),
    }
}

/// What a call changes that no change of a setting shows: it was there before the run that a journal recorded.
fn put_back(object: &Object, call: &Call, task: &Task, there: &Value) -> Option<String> {
    let hidden = back(call, task).into_iter().filter(|place| {
        let now = there.pointer(place.at.as_str()).filter(|now| !now.is_null());
        !is_shown(object, &place.at) && now != place.value.as_ref()
    });
    let places: Vec<_> = hidden.map(|place| format!("`{}`", place.at)).collect();
    (!places.is_empty()).then(|| {
        format!(
            "{}{} puts back what the journal has and no policy manages: {}",
            call.write().as_str(),
            of_client(call),
            text::join_words(&places)
        )
    })
}

fn of_client(call: &Call) -> String {
    call.client
        .as_ref()
        .map_or_else(String::new, |client| format!(" of client {client}"))
}

/// What goes with something that is taken away on purpose.
fn gone(call: &Call, gone: &[String]) -> String {
    let of_client = of_client(call);
    format!(
        "{}{of_client} removes what is not in the policy language, too: {}",
        call.write().as_str(),
        text::join_words(gone)
    )
}

fn carried(call: &Call, body: &UpdateBody) -> Carried {
    let left_out = body.left_out.iter();
    Carried {
        operation: call.write().as_str(),
        client: call.client.clone(),
        members: body.carried.clone(),
        unknown: body.unknown.clone(),
        left_out: left_out
            .map(|left| NotSent {
                at: left.pointer.clone(),
                why: left.why.label(),
            })
            .collect(),
    }
}

/// What was allowed by name for nothing: left in a pipeline, it would allow what nobody has seen yet.
fn idle(guarded: Guarded<'_>, job: &ApplyJob<'_>) -> Vec<String> {
    let [weaken, block] = guard::idle(guarded, job.permits);
    let weaken = weaken
        .into_iter()
        .map(|named| format!("--allow-weaken {named}: nothing there weakens this pool"));
    let block = block
        .into_iter()
        .map(|named| format!("--allow-block {named}: nothing there newly blocks or challenges users"));
    weaken.chain(block).collect()
}

/// What the service may refuse, though nobody has confirmed that it does.
fn doubtful(diff: &Diff) -> impl Iterator<Item = String> {
    let doubtful = impossible(diff).into_iter().filter(|what| what.unconfirmed);
    doubtful.map(|what| {
        format!(
            "AWS may refuse the change at {} (unconfirmed): {}; {}",
            what.at, what.message, what.help
        )
    })
}

/// That responses are younger than the time in AUDIT that the gate asks for: nobody saw them beside all of it.
fn young(task: &Task, guarded: Guarded<'_>, job: &ApplyJob<'_>) -> Option<String> {
    let is_step = Auth::ALL.into_iter().any(|auth| enforces(&task.diff, auth));
    let changed = |own: &Value| convert::time(own.get("LastModifiedDate")?);
    let changed = task.raw.risk.values().filter_map(changed).max()?;
    let changed = text::day(changed);
    let asked = Span::new().try_days(guarded.minimum_days).ok()?;
    let asked = job.facts.today.checked_sub(asked).ok()?;
    (is_step && changed > asked).then(|| {
        format!(
            "the responses were last changed on {changed}: the days in AUDIT before that were days without that change; \
             `cogward impact` shows what it would have done to recorded sign-ins"
        )
    })
}

/// What events show of the sign-ins that would be blocked, where that is asked.
fn share(task: &Task, job: &ApplyJob<'_>) -> Option<String> {
    let limit = task.goal.share(&task.diff, &task.pool, job)?;
    let overridden = job
        .permits
        .override_gate
        .as_ref()
        .filter(|_| limit.answer != "met");
    let why = overridden.map(|why| format!("; overridden: {why}"));
    Some(format!(
        "sign-ins that {}{}",
        limit.verdict(),
        why.unwrap_or_default()
    ))
}

/// The gates of the modes that the plan enforces.
fn gates(guarded: Guarded<'_>, job: &ApplyJob<'_>) -> Vec<Gate> {
    let steps = Auth::ALL.into_iter().filter(|auth| enforces(guarded.diff, *auth));
    steps
        .map(|auth| {
            let verdict = verdict(auth, guarded.minimum_days, guarded.known, job.facts.today);
            Gate {
                auth: auth.as_str(),
                words: refuse::gate(&verdict),
                met: verdict.is_met(),
                overridden: job.permits.override_gate.clone().filter(|_| !verdict.is_met()),
            }
        })
        .collect()
}
