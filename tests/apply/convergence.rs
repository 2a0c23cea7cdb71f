//! Any policy on any pool: after an apply the plan is empty, and what is not managed is as it was.

use std::cell::Cell;

use cogward::proposal::Ended;
use cogward::simulator::{
    Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Pool, Unsent, Update,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::policies::policy;
use crate::scene::{put_alarm, scene};
use crate::support::{Bench, POOL, cases, figure};
use crate::unmanaged::unmanaged;

/// Ways in which a service may answer where that is not confirmed.
fn behaviours() -> Vec<Behaviour> {
    vec![
        Behaviour::default(),
        Behaviour {
            update: Update::Measured,
            no_pool_configuration: NoPoolConfiguration::NotFound,
            no_client_configuration: NoClientConfiguration::NotFound,
            responses_need_mode: true,
            ..Behaviour::default()
        },
        Behaviour {
            no_pool_configuration: NoPoolConfiguration::AddOnNotEnabled,
            no_client_configuration: NoClientConfiguration::OnlyIds,
            unsent_log_configurations: Unsent::Kept,
            responses_touch_pool: true,
            mfa_touches_pool: true,
            no_log_delivery_is_absent: true,
            ..Behaviour::default()
        },
    ]
}

/// What was counted.
#[derive(Default)]
struct Counts {
    runs: Cell<usize>,
    converged: Cell<usize>,
    refused: Cell<usize>,
    unknown: Cell<usize>,
    idle: Cell<usize>,
}

fn add(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

fn trip(
    bench: &Bench,
    counts: &Counts,
    pool: &Pool,
    has_alarm: bool,
    policy: &Value,
) -> Result<(), TestCaseError> {
    bench.server.change(|world| {
        *world.pool_mut(POOL).unwrap() = pool.clone();
        let region = world.region_mut(crate::support::ACCOUNT, crate::support::REGION);
        region.alarms.clear();
        if has_alarm {
            put_alarm(world, 7.0);
        }
    });
    add(&counts.runs);
    let prepared = bench.plan(policy);
    let proposal = &prepared.proposal;
    prop_assert!(proposal.not_checked.is_empty(), "{:?}", proposal.not_checked);
    let calls: usize = proposal.pools.iter().map(|pool| pool.calls.len()).sum();
    if calls == 0 {
        add(&counts.idle);
        prop_assert!(proposal.refused.is_empty(), "{:?}", proposal.refused);
        return Ok(());
    }
    if proposal.pools[0]
        .carried
        .iter()
        .any(|carried| !carried.unknown.is_empty())
    {
        add(&counts.unknown);
    }
    let before = unmanaged(&bench.server.world(), policy);
    let outcome = bench.carry_out(&prepared, &format!("{}.jsonl", counts.runs.get()));
    let after = unmanaged(&bench.server.world(), policy);
    prop_assert_eq!(before, after, "{:#}", policy);
    prop_assert!(outcome.pools[0].trouble.is_empty(), "{:#?}", outcome);
    let failed: Vec<_> = outcome.pools[0]
        .calls
        .iter()
        .filter(|call| call.ended == Ended::Failed)
        .collect();
    if failed.is_empty() {
        prop_assert_eq!(outcome.exit_code(), 0, "{:#?}", outcome);
        prop_assert_eq!(outcome.pools[0].is_as_wanted, Some(true));
        let again = bench.plan(policy);
        prop_assert!(again.proposal.pools.is_empty() && again.proposal.refused.is_empty());
        add(&counts.converged);
    } else {
        // What the feature plan does not have is the service's to refuse, and nobody else's.
        let words = failed[0].detail.clone().unwrap_or_default();
        let codes = [
            "InTierException",
            "InvalidParameterException",
            "AddOnNotEnabledException",
        ];
        let refusal = codes.iter().any(|code| words.contains(code));
        // Responses may be refused while threat protection is off, and only then.
        let modes = &bench.look().estate.pools[0].posture.mode;
        let off = modes.standard == Some(cogward::model::mode::Mode::Off);
        prop_assert!(off || !words.contains(codes[2]), "{:#?}", outcome);
        prop_assert!(refusal, "{:#?}", outcome);
        add(&counts.refused);
    }
    Ok(())
}

#[test]
fn any_policy_on_any_pool_converges_and_leaves_the_rest_alone() {
    let counts = Counts::default();
    for behaviour in behaviours() {
        let bench = Bench::new(
            Pool::default(),
            Options {
                behaviour,
                ..Options::default()
            },
        );
        let mut runner = TestRunner::new(Config {
            cases: cases(24),
            failure_persistence: None,
            max_shrink_iters: 200,
            ..Config::default()
        });
        let trips = runner.run(&(scene(), policy()), |((pool, has_alarm), policy)| {
            trip(&bench, &counts, &pool, has_alarm, &policy)
        });
        trips.unwrap_or_else(|error| panic!("{error}"));
    }
    let [runs, converged, refused, unknown, idle] = [
        &counts.runs,
        &counts.converged,
        &counts.refused,
        &counts.unknown,
        &counts.idle,
    ]
    .map(Cell::get);
    figure("random pools and policies", runs);
    figure("of them carried out and seen to be as wanted", converged);
    figure("of them refused by the service in part", refused);
    figure("of them as wanted before", idle);
    figure("of them with unknown members carried over", unknown);
    figure("lost or changed unmanaged settings", 0);
    assert!(
        converged * 2 > runs,
        "{converged} of {runs}, {refused} refused, {idle} idle"
    );
    assert!(unknown * 4 > runs, "{unknown} of {runs}");
    assert_ne!(json!(runs), json!(0));
}
