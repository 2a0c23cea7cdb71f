//! One pool of a plan as it is shown before anybody agrees: changes, calls, costs, and what is carried over.

use std::collections::BTreeSet;

use crate::app::apply::body::body;
use crate::app::apply::job::Job;
use crate::app::apply::object::Object;
use crate::app::apply::refuse;
use crate::app::apply::work::Work;
use crate::drift;
use crate::model::mode::{FeaturePlan, Mode, Modes};
use crate::plan::gate::verdict;
use crate::plan::guard::{self, Guarded};
use crate::plan::{Auth, Call, Change, Diff, enforces};
use crate::proposal::{CallShown, Carried, Gate, Planned, PoolProposal, Refused};

/// A pool of a plan, and the calls whose bodies cannot be made.
pub(super) fn pool(
    work: &Work,
    policy: &str,
    guarded: Guarded<'_>,
    job: &Job<'_>,
) -> (PoolProposal, Vec<Refused>) {
    let (diff, pool) = (&work.diff, &work.pool);
    let (carried, refused) = carried(work);
    let change = |change: &Change| Planned {
        difference: drift::shown(pool, change),
        direction: change.direction,
        must_be_named: change.must_be_named(),
    };
    let shown = PoolProposal {
        id: pool.id().to_owned(),
        name: pool.name.clone(),
        account: pool.posture.account.clone(),
        region: pool.posture.region.clone(),
        policy: policy.to_owned(),
        changes: diff.changes.iter().map(change).collect(),
        calls: work.calls.iter().map(call).collect(),
        cells: diff.comparison.changes.clone(),
        addresses: diff.comparison.addresses.clone(),
        costs: costs(diff, pool.estimated_users),
        carried,
        excluded: diff.excluded.iter().map(crate::plan::Leaf::pointer).collect(),
        gates: gates(guarded, job),
        findings: Vec::new(),
        notes: idle(guarded, job),
    };
    (shown, refused)
}

fn call(call: &Call) -> CallShown {
    CallShown {
        operation: call.write.as_str(),
        client: call.client.clone(),
        sets: call.sets.clone(),
        makes: call.makes.clone(),
    }
}

/// What is carried over by calls that replace whole objects, each object once; and what cannot be.
fn carried(work: &Work) -> (Vec<Carried>, Vec<Refused>) {
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    for call in &work.calls {
        let object = Object::of(call);
        match body(call, work, &object.seen(work)) {
            Err(why) => refused.push(refuse::not_carried(&work.pool, call.write.as_str(), &why)),
            Ok(body) if body.carried.is_empty() || !known.insert(object) => {}
            Ok(body) => found.push(Carried {
                operation: call.write.as_str(),
                client: call.client.clone(),
                members: body.carried,
                unknown: body.unknown,
                left_out: body
                    .left_out
                    .into_iter()
                    .map(|left| (left.pointer, left.why.label()))
                    .collect(),
            }),
        }
    }
    refused.dedup();
    (found, refused)
}

/// What is billed from then on (docs/facts.md, "Feature plans"): the plan PLUS, and threat protection outside of it.
fn costs(diff: &Diff, users: Option<u64>) -> Vec<String> {
    let (from, to) = (&diff.observed, &diff.wanted);
    let users = match users {
        Some(users) => format!("the pool has about {} (AWS's estimate)", count(users)),
        None => "how many users the pool has is not known".to_owned(),
    };
    let mut costs = Vec::new();
    if to.feature_plan == Some(FeaturePlan::Plus) && from.feature_plan != to.feature_plan {
        costs.push(format!(
            "the feature plan PLUS is billed for each monthly active user; {users}"
        ));
    }
    let asleep = |modes: Modes| {
        [modes.standard, modes.custom]
            .iter()
            .all(|mode| *mode == Some(Mode::Off))
    };
    if asleep(from.mode) && !asleep(to.mode) {
        costs.push(format!(
            "threat protection that is not OFF is billed for each monthly active user; {users}"
        ));
    }
    costs
}

/// `12,345 users`.
fn count(users: u64) -> String {
    let digits = users.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {}", if users == 1 { "user" } else { "users" })
}

/// What was allowed by name for nothing: left in a pipeline, it would allow what nobody has seen yet.
fn idle(guarded: Guarded<'_>, job: &Job<'_>) -> Vec<String> {
    let idle = guard::idle(guarded, job.permits).into_iter();
    idle.map(|named| format!("--allow-weaken {named}: nothing there weakens this pool"))
        .collect()
}

/// The gates of the modes that the plan enforces.
fn gates(guarded: Guarded<'_>, job: &Job<'_>) -> Vec<Gate> {
    let steps = Auth::ALL.into_iter().filter(|auth| enforces(guarded.diff, *auth));
    steps
        .map(|auth| {
            let verdict = verdict(auth, guarded.minimum_days, guarded.known, job.today);
            Gate {
                auth: auth.as_str(),
                words: refuse::gate(&verdict),
                met: verdict.is_met(),
                overridden: job.permits.override_gate.clone().filter(|_| !verdict.is_met()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_users_are_read_at_a_glance() {
        assert_eq!(count(1), "1 user");
        assert_eq!(count(999), "999 users");
        assert_eq!(count(12_345_678), "12,345,678 users");
    }
}
