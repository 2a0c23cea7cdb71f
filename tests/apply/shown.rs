//! What a plan shows is what is sent: what a call sets, and what is carried over as it was, are its whole body.

use std::collections::BTreeSet;

use cogward::proposal::PoolProposal;
use cogward::simulator::{AwsState, Behaviour, Options, Pool, Update};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Map, Value, json};

use crate::apply::convergence::set;
use crate::apply::policies;
use crate::apply::scene::{policy, pool, scene};
use crate::apply::support::{ACCOUNT, Bench, REGION, cases};

/// The service leaves every request in CloudTrail, and changes nothing by itself between two calls.
fn recording() -> Options {
    Options {
        behaviour: Behaviour {
            update: Update::Bare,
            takes_both_email_messages: true,
            writes_leave_events: true,
            ..Behaviour::default()
        },
        ..Options::default()
    }
}

/// Members as CloudTrail has them: with small first letters, and ids of clients hidden.
fn recorded(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let name = small(name);
                let value = if name == "clientId" {
                    json!("HIDDEN_DUE_TO_SECURITY_REASONS")
                } else {
                    recorded(value)
                };
                (name, value)
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(recorded).collect(),
        other => other.clone(),
    }
}

fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Operations and bodies of what was written to Cognito, in order.
fn sent(world: &AwsState) -> Vec<(String, Value)> {
    let events = &world.accounts[ACCOUNT].regions[REGION].events;
    let one = |event: &Map<String, Value>| {
        let name = event["EventName"].as_str().unwrap().to_owned();
        (name, event["CloudTrailEvent"]["requestParameters"].clone())
    };
    events.iter().map(one).collect()
}

/// What was sent of a call, beside what the plan says is carried over.
fn beside_the_carried(proposal: &PoolProposal, index: usize, body: &Value) -> Value {
    let call = &proposal.calls[index];
    let carried: BTreeSet<_> = proposal
        .carried
        .iter()
        .filter(|carried| (carried.operation, &carried.client) == (call.operation, &call.client))
        .flat_map(|carried| &carried.members)
        .map(|name| small(name))
        .collect();
    let mut body = body.clone();
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| !carried.contains(name));
    body
}

fn compare(bench: &Bench, policy: &Value, name: &str) -> Result<usize, String> {
    let before = sent(&bench.server.world()).len();
    let prepared = bench.plan(policy);
    if !prepared.proposal.refused.is_empty() || prepared.proposal.pools.is_empty() {
        return Ok(0);
    }
    bench.carry_out(&prepared, name);
    let proposal = &prepared.proposal.pools[0];
    let world = bench.server.world();
    let sent = sent(&world).split_off(before);
    let of_cognito = |index: &usize| proposal.calls[*index].operation != "PutMetricAlarm";
    let shown: Vec<_> = (0..proposal.calls.len()).filter(of_cognito).collect();
    for (index, (operation, body)) in shown.into_iter().zip(&sent) {
        let shown = recorded(&proposal.calls[index].sets);
        let body = beside_the_carried(proposal, index, body);
        if proposal.calls[index].operation != operation || shown != body {
            return Err(format!("{operation}: shown {shown}\nsent {body}"));
        }
    }
    Ok(sent.len())
}

/// Every kind of call is shown as it is sent.
#[test]
fn each_call_kind_shown_as_sent() {
    let bench = Bench::new(pool(), recording());
    let compared = compare(&bench, &policy(), "a.jsonl").unwrap();
    assert_eq!(compared, 6);
}

#[test]
fn any_call_is_shown_as_it_is_sent() {
    let bench = Bench::new(Pool::default(), recording());
    let (runs, compared) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let mut runner = TestRunner::new(Config {
        cases: cases(24),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..Config::default()
    });
    let trips = runner.run(&(scene(), policies::policy()), |((pool, has_alarm), policy)| {
        set(&bench, &pool, has_alarm);
        runs.set(runs.get() + 1);
        let count = compare(&bench, &policy, &format!("{}.jsonl", runs.get()));
        compared.set(compared.get() + count.map_err(TestCaseError::fail)?);
        Ok(())
    });
    trips.unwrap_or_else(|error| panic!("{error}"));
    assert!(
        compared.get() > runs.get(),
        "{} of {}",
        compared.get(),
        runs.get()
    );
}
