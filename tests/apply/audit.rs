//! `audit` on any pool: what is ENFORCED is in AUDIT afterwards, and nothing else of the world has changed. And `--only`
//! on any policy: the plan is that of a policy that says nothing else.

use std::cell::Cell;

use cogward::app::apply::{ApplyJob, Chosen, Prepared, propose, propose_audit};
use cogward::plan::guard::Permits;
use cogward::pointer::Pointer;
use cogward::proposal::Guard;
use cogward::simulator::{AwsState, Behaviour, Options, Pool};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::apply::convergence::set;
use crate::apply::policies;
use crate::apply::scene::scene;
use crate::apply::support::{ACCOUNT, Bench, POOL, REGION, cases, figure, generous, job};

/// The world as it should be afterwards, dates of the pool apart.
fn in_audit(world: &AwsState) -> Value {
    let mut whole = without_dates(world);
    let add_ons =
        &mut whole["accounts"][ACCOUNT]["regions"][REGION]["pools"][POOL]["user_pool"]["UserPoolAddOns"];
    for place in [
        "/AdvancedSecurityMode",
        "/AdvancedSecurityAdditionalFlows/CustomAuthMode",
    ] {
        if let Some(mode) = add_ons.pointer_mut(place).filter(|mode| **mode == "ENFORCED") {
            *mode = "AUDIT".into();
        }
    }
    whole
}

fn without_dates(world: &AwsState) -> Value {
    let mut whole = serde_json::to_value(world).unwrap();
    let pool = &mut whole["accounts"][ACCOUNT]["regions"][REGION]["pools"][POOL]["user_pool"];
    pool.as_object_mut().unwrap().remove("LastModifiedDate");
    whole
}

fn plan(bench: &Bench) -> Prepared {
    let (fetched, nothing) = (bench.look(), Permits::default());
    propose_audit(POOL, "a test", &job(&fetched, &nothing)).unwrap()
}

#[test]
fn whatever_the_pool_only_its_modes_change() {
    // Nothing of a random pool is the service's to refuse.
    let behaviour = Behaviour {
        takes_both_email_messages: true,
        ..Behaviour::default()
    };
    let options = Options {
        behaviour,
        ..Options::default()
    };
    let bench = Bench::new(Pool::default(), options);
    let [runs, done, idle, guarded] = [0; 4].map(Cell::new);
    let strategy = (scene(), any::<(bool, Option<bool>)>());
    let trip = |((mut pool, has_alarm), (standard, custom)): ((Pool, bool), (bool, Option<bool>))| {
        // More pools that are enforced than there are among random ones.
        let word = |enforced: bool| if enforced { "ENFORCED" } else { "AUDIT" };
        pool.user_pool.insert("UserPoolTier".into(), "PLUS".into());
        let mut add_ons = json!({ "AdvancedSecurityMode": word(standard) });
        if let Some(custom) = custom {
            add_ons["AdvancedSecurityAdditionalFlows"] = json!({ "CustomAuthMode": word(custom) });
        }
        pool.user_pool.insert("UserPoolAddOns".into(), add_ons);
        set(&bench, &pool, has_alarm);
        let first = bench.server.world();
        let prepared = plan(&bench);
        let refused = &prepared.proposal.refused;
        let firm = [Guard::PoolPartial, Guard::NotCarried];
        prop_assert!(
            refused.iter().all(|one| firm.contains(&one.guard)),
            "{refused:#?}"
        );
        if !refused.is_empty() {
            guarded.set(guarded.get() + 1);
            return Ok(());
        }
        let is_enforced = standard || custom == Some(true);
        prop_assert_eq!(prepared.proposal.pools.is_empty(), !is_enforced);
        if !is_enforced {
            idle.set(idle.get() + 1);
            return Ok(());
        }
        let changes = prepared.proposal.pools[0].changes.iter();
        let mode = Pointer::root().child("mode");
        prop_assert!(
            changes
                .into_iter()
                .all(|change| mode.covers(&change.difference.pointer))
        );
        runs.set(runs.get() + 1);
        let name = format!("{}.jsonl", runs.get());
        let outcome = bench.carry_out(&prepared, &name);
        prop_assert_eq!(outcome.exit_code(), 0, "{:#?}", outcome);
        prop_assert_eq!(without_dates(&bench.server.world()), in_audit(&first));
        prop_assert!(plan(&bench).proposal.pools.is_empty());
        done.set(done.get() + 1);
        Ok(())
    };
    let config = Config {
        cases: cases(48),
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config).run(&strategy, trip).unwrap();
    assert!(done.get() > 0 && idle.get() > 0);
    figure(
        "pools put into AUDIT, and nothing else of them changed",
        done.get(),
    );
}

/// What would be changed, and by which calls.
fn asked(prepared: &Prepared) -> Vec<(String, Value, Value, Vec<Value>)> {
    let pools = prepared.plan.pools.iter();
    let change =
        |change: &cogward::plan::file::ChangeV1| json!([change.at, change.from, change.to, change.direction]);
    pools
        .map(|pool| {
            let calls = pool.calls.iter().map(|call| serde_json::to_value(call).unwrap());
            let changes: Vec<_> = pool.changes.iter().map(change).collect();
            (
                pool.pool.clone(),
                json!(changes),
                json!(pool.gates),
                calls.collect(),
            )
        })
        .collect()
}

/// With only the plan is that of a policy that says nothing else.
#[test]
fn only_equals_pruned_policy() {
    let bench = Bench::new(Pool::default(), Options::default());
    let compared = Cell::new(0);
    let strategy = (scene(), policies::policy(), any::<u16>());
    let trip = |((pool, has_alarm), policy, bits): ((Pool, bool), Value, u16)| {
        set(&bench, &pool, has_alarm);
        let (mut pruned, mut only) = (json!({}), Vec::new());
        for (index, (key, value)) in policy.as_object().unwrap().iter().enumerate() {
            let is_frame = ["version", "name", "target", "extends"].contains(&key.as_str());
            if is_frame || bits & (1 << (index % 16)) != 0 {
                pruned[key] = value.clone();
            }
            if !is_frame && bits & (1 << (index % 16)) != 0 {
                only.push(Pointer::root().child(key));
            }
        }
        let (fetched, permits) = (bench.look(), generous());
        // A section that manages nothing cannot be chosen.
        let whole = bench.policies(&policy);
        only.retain(|place| {
            let chosen = Chosen {
                only: vec![place.clone()],
                ..Chosen::default()
            };
            propose(
                &whole,
                &ApplyJob {
                    chosen: &chosen,
                    ..job(&fetched, &permits)
                },
            )
            .is_ok()
        });
        if only.is_empty() {
            return Ok(());
        }
        let chosen = Chosen {
            only,
            ..Chosen::default()
        };
        let found = propose(
            &whole,
            &ApplyJob {
                chosen: &chosen,
                ..job(&fetched, &permits)
            },
        )
        .unwrap();
        let alone = propose(&bench.policies(&pruned), &job(&fetched, &permits)).unwrap();
        prop_assert_eq!(asked(&found), asked(&alone));
        let guards = |prepared: &Prepared| -> Vec<_> {
            let refused = prepared.proposal.refused.iter();
            refused.map(|one| (one.guard, one.accept.clone())).collect()
        };
        prop_assert_eq!(guards(&found), guards(&alone));
        compared.set(compared.get() + 1);
        Ok(())
    };
    let config = Config {
        cases: cases(48),
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config).run(&strategy, trip).unwrap();
    assert!(compared.get() > 10, "{}", compared.get());
    figure("plans of a part of a policy", compared.get());
}
