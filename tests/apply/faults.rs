//! Every fault at every call of an apply: what is said is what happened, and another run does the rest.

use std::collections::BTreeSet;

use cogward::journal::Outcome as Journalled;
use cogward::proposal::{ApplyOutcome, ChangeOutcome, Ended, State};
use cogward::simulator::{AwsState, Empty, FaultKind, InjectedFault, Options};
use serde_json::{Value, json};

use crate::apply::rollback::{back, posture};
use crate::apply::scene::{ORDER, policy, pool, put_alarm};
use crate::apply::support::{Bench, POOL, cases, figure};
use crate::apply::unmanaged::unmanaged;

fn kinds() -> Vec<FaultKind> {
    let kinds = [
        FaultKind::Throttle,
        FaultKind::Internal,
        FaultKind::BadGateway,
        FaultKind::Reset,
        FaultKind::Lost,
        FaultKind::Garbage,
        FaultKind::Truncated,
        FaultKind::AccessDenied,
        FaultKind::ExpiredToken,
        FaultKind::NotFound,
        FaultKind::ConcurrentModification,
    ];
    kinds
        .into_iter()
        .chain(Empty::ALL.map(FaultKind::Empty))
        .collect()
}

/// Which changes the world has.
fn landed(world: &AwsState) -> BTreeSet<&'static str> {
    let pool = world.pool(POOL).unwrap();
    let alarms =
        &world.accounts[crate::apply::support::ACCOUNT].regions[crate::apply::support::REGION].alarms;
    let high = &pool.risk_configurations[""]["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"];
    let events = |entry: &Value| entry["EventSource"] == "userAuthEvents";
    let facts = [
        (
            "/mode/standard",
            pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] == "ENFORCED",
        ),
        ("/mfa/configuration", pool.user_pool["MfaConfiguration"] == "ON"),
        ("/account_takeover/high", high["EventAction"] == "BLOCK"),
        (
            "/clients/app",
            !pool.risk_configurations.contains_key(crate::apply::scene::APP),
        ),
        (
            "/clients/web/auth_flows",
            pool.clients[crate::apply::scene::WEB]["ExplicitAuthFlows"][0] == "ALLOW_USER_SRP_AUTH",
        ),
        ("/alarms/0", alarms.contains_key("risk")),
        (
            "/log_delivery/user_auth_events",
            pool.log_configurations.iter().flatten().any(events),
        ),
    ];
    facts
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(at, _)| at)
        .collect()
}

/// Whether everything that was said is so.
fn is_true(outcome: &ApplyOutcome, world: &AwsState, what: &str) {
    let landed = landed(world);
    for ChangeOutcome { at, state } in &outcome.pools[0].changes {
        let is = landed.contains(at.as_str());
        match state {
            State::Applied => assert!(is, "{what}: {at}: {outcome:#?}"),
            State::NotTried => assert!(!is, "{what}: {at}: {outcome:#?}"),
            // "Not found" is how the service may say that nothing is configured: then it looks as if it did not take
            // effect.
            State::NotTaken => assert!(what.starts_with("not-found"), "{what}: {at}: {outcome:#?}"),
            // A call of which nothing is known may be either.
            State::Failed => {}
        }
    }
    let unknown = outcome.pools[0]
        .calls
        .iter()
        .any(|call| call.ended == Ended::Unknown);
    let failed = outcome.count(State::Failed) > 0;
    if failed && !unknown {
        let failed = outcome.pools[0]
            .changes
            .iter()
            .filter(|change| change.state == State::Failed);
        for ChangeOutcome { at, .. } in failed {
            assert!(!landed.contains(at.as_str()), "{what}: {at}: {outcome:#?}");
        }
    }
}

fn struck(fault: InjectedFault, what: &str) {
    let bench = Bench::new(pool(), Options::default());
    let first = bench.server.world();
    let before = unmanaged(&first, &first, &policy());
    let prepared = bench.plan(&policy());
    bench.server.set_faults(vec![fault]);
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    is_true(&outcome, &bench.server.world(), what);
    assert_eq!(
        before,
        unmanaged(&bench.server.world(), &first, &policy()),
        "{what}"
    );
    bench.server.set_faults(Vec::new());
    let prepared = bench.plan(&policy());
    if !prepared.proposal.pools.is_empty() {
        let again = bench.carry_out(&prepared, "b.jsonl");
        assert_eq!(again.exit_code(), 0, "{what}: {again:#?}");
    }
    assert_eq!(landed(&bench.server.world()).len(), 7, "{what}");
    assert_eq!(
        before,
        unmanaged(&bench.server.world(), &first, &policy()),
        "{what}"
    );
}

/// Without faults everything is applied in order.
#[test]
fn no_fault_applies_all_in_order() {
    let bench = Bench::new(pool(), Options::default());
    let prepared = bench.plan(&policy());
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    assert_eq!(outcome.exit_code(), 0, "{outcome:#?}");
    assert_eq!(crate::apply::support::writes(&bench.server), ORDER);
    assert_eq!(landed(&bench.server.world()).len(), 7);
    let record = bench.journal("a.jsonl");
    assert_eq!(record.made.len(), 7);
    assert!(
        record
            .close
            .is_some_and(|close| close.complete && close.not_tried == 0)
    );
}

/// Every fault at every write is told truly and made good by another run.
#[test]
fn fault_at_write_reported_and_repaired() {
    let mut count = 0;
    let operations: BTreeSet<_> = ORDER.into_iter().collect();
    for operation in operations {
        for kind in kinds() {
            for times in [1, u32::MAX].into_iter().take(if cases(1) > 1 { 2 } else { 1 }) {
                let what = format!("{} at {operation}, {times} times", kind.name());
                struck(InjectedFault::new(kind.clone()).at(operation).times(times), &what);
                count += 1;
            }
        }
    }
    figure("faults at writes", count);
}

/// Every fault at every read between writes is told truly.
#[test]
fn fault_at_read_reported() {
    let reads = [
        "DescribeUserPool",
        "GetUserPoolMfaConfig",
        "DescribeUserPoolClient",
        "DescribeRiskConfiguration",
        "GetLogDeliveryConfiguration",
        "DescribeAlarms",
    ];
    let mut count = 0;
    let most = if cases(1) > 1 { 4 } else { 1 };
    for operation in reads {
        for kind in kinds() {
            for from in 1..=most {
                let what = format!("{} at {operation} {from}", kind.name());
                struck(
                    InjectedFault::new(kind.clone()).at(operation).from(from).times(2),
                    &what,
                );
                count += 1;
            }
        }
    }
    figure("faults at reads between and after writes", count);
}

/// The service says that it did what it did not do: only what is seen to be there is done.
#[test]
fn success_without_effect_not_confirmed() {
    let operations: BTreeSet<_> = ORDER.into_iter().collect();
    for (operation, empty) in operations
        .iter()
        .flat_map(|it| Empty::ALL.map(|empty| (*it, empty)))
    {
        let what = format!("{empty:?} at {operation}");
        let bench = Bench::new(pool(), Options::default());
        let prepared = bench.plan(&policy());
        bench
            .server
            .set_faults(vec![InjectedFault::new(FaultKind::Empty(empty)).at(operation)]);
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        assert_eq!(outcome.exit_code(), 4, "{what}: {outcome:#?}");
        let struck = outcome.pools[0]
            .calls
            .iter()
            .find(|call| call.operation == operation);
        let struck = struck.unwrap();
        assert!(
            matches!(struck.ended, Ended::Failed | Ended::Unknown),
            "{what}: {struck:#?}"
        );
        let detail = struck.detail.as_deref().unwrap();
        assert!(detail.contains("read again"), "{what}: {detail}");
        let record = bench.journal("a.jsonl");
        let made = record.made.iter().find(|made| made.begin.operation == operation);
        let end = made.and_then(|made| made.end.as_ref()).unwrap();
        assert_eq!(end.outcome, Journalled::Unknown, "{what}");
        assert!(record.close.is_some_and(|close| !close.complete), "{what}");
        let after = outcome.pools[0]
            .calls
            .iter()
            .skip_while(|call| call.operation != operation);
        let rest: BTreeSet<_> = after.skip(1).map(|call| call.ended).collect();
        assert!(rest.is_subset(&[Ended::NotTried].into()), "{what}: {rest:?}");
    }
}

/// A refusal does not say that nothing changed: what is there when it is read again decides.
#[test]
fn refused_write_judged_by_rereading() {
    // The write, the read of its object, and which one comes after the write.
    for (write, read, nth) in [
        ("SetLogDeliveryConfiguration", "GetLogDeliveryConfiguration", 2),
        ("PutMetricAlarm", "DescribeAlarms", 2),
        ("SetUserPoolMfaConfig", "GetUserPoolMfaConfig", 2),
        ("SetRiskConfiguration", "DescribeRiskConfiguration", 2),
        ("UpdateUserPoolClient", "DescribeUserPoolClient", 2),
        ("UpdateUserPool", "DescribeUserPool", 3),
    ] {
        for (kind, is_read, ended, journalled, words) in [
            (
                FaultKind::DoneAndRefused,
                true,
                Ended::Unknown,
                Journalled::Unknown,
                "read again: it is there all the same",
            ),
            (
                FaultKind::AccessDenied,
                true,
                Ended::Failed,
                Journalled::Refused,
                "read again: nothing changed",
            ),
            (
                FaultKind::DoneAndRefused,
                false,
                Ended::Unknown,
                Journalled::Unknown,
                "it could not be read again (access denied",
            ),
        ] {
            let bench = Bench::new(pool(), Options::default());
            bench.server.change(|world| put_alarm(world, 9.0));
            let before = posture(&bench);
            let prepared = bench.plan(&policy());
            let mut faults = vec![InjectedFault::new(kind).at(write).times(1)];
            if !is_read {
                faults.push(
                    InjectedFault::new(FaultKind::AccessDenied)
                        .at(read)
                        .from(nth)
                        .times(1),
                );
            }
            bench.server.set_faults(faults);
            let outcome = bench.carry_out(&prepared, "a.jsonl");
            assert_eq!(outcome.exit_code(), 4, "{write}: {outcome:#?}");
            let struck = outcome.pools[0].calls.iter().find(|call| call.operation == write);
            let struck = struck.unwrap();
            assert_eq!(struck.ended, ended, "{write}: {struck:#?}");
            assert!(struck.detail.as_deref().unwrap().contains(words), "{struck:#?}");
            let record = bench.journal("a.jsonl");
            let made = record.made.iter().find(|made| made.begin.operation == write);
            let end = made.and_then(|made| made.end.as_ref()).unwrap();
            assert_eq!(end.outcome, journalled, "{write}");
            assert!(!record.close.as_ref().unwrap().complete, "{write}");
            // What was done is undone, whatever was answered.
            bench.server.set_faults(Vec::new());
            back(&bench, &record, "b.jsonl");
            assert_eq!(posture(&bench), before, "{write}");
        }
    }
}

/// What is gone or different beside a write is kept with its former value, and a rollback says what of it still is.
#[test]
fn side_effect_of_write_journalled() {
    let mut there = pool();
    let (old, new) = (
        "arn:aws:lambda:us-west-2:123456789012:function:old",
        "arn:aws:lambda:x:1:function:new",
    );
    let tags = json!({ "a": "b" });
    there.user_pool.insert(
        "LambdaConfig".into(),
        json!({ "PostConfirmation": old, "PreSignUp": old }),
    );
    there.user_pool.insert("UserPoolTags".into(), tags.clone());
    let bench = Bench::new(there, Options::default());
    let narrow =
        json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "mode": { "standard": "ENFORCED" } });
    let prepared = bench.plan(&narrow);
    let change = json!({ "LambdaConfig": { "PostConfirmation": new }, "UserPoolTags": null });
    let change = InjectedFault::new(FaultKind::Change(change))
        .at("DescribeUserPool")
        .from(2)
        .times(1);
    bench.server.set_faults(vec![change]);
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    assert_eq!(outcome.exit_code(), 4, "{outcome:#?}");
    assert!(
        outcome.pools[0].trouble[0].contains("the journal has what was there"),
        "{outcome:#?}"
    );
    let record = bench.journal("a.jsonl");
    let end = record.made[0].end.as_ref().unwrap();
    let wanted = json!({ "LambdaConfig": { "PostConfirmation": old }, "UserPoolTags": tags });
    assert_eq!((end.outcome, &end.beside), (Journalled::Done, &wanted));
    assert!(record.close.as_ref().is_some_and(|close| !close.complete));
    bench.server.set_faults(Vec::new());
    let (outcome, said) = back(&bench, &record, "b.jsonl");
    assert_eq!(outcome.unwrap().exit_code(), 0);
    assert_eq!(said.len(), 1, "{said:?}");
    for words in [
        "when call 1 (UpdateUserPool) was made, `/LambdaConfig/PostConfirmation` and `/UserPoolTags/a` changed as well",
        "this does not put it back",
    ] {
        assert!(said[0].contains(words), "{said:?}");
    }
    // Somebody put one of the two back: the other one is left to say.
    bench.server.change(|world| {
        let pool = world.pool_mut(POOL).unwrap();
        pool.user_pool.insert("UserPoolTags".into(), tags);
    });
    let (_, said) = back(&bench, &record, "c.jsonl");
    assert!(
        said[0].contains("`/LambdaConfig/PostConfirmation` changed as well"),
        "{said:?}"
    );
    bench.server.change(|world| {
        world.pool_mut(POOL).unwrap().user_pool["LambdaConfig"]["PostConfirmation"] = old.into();
    });
    assert_eq!(back(&bench, &record, "d.jsonl").1, Vec::<String>::new());
}

/// Lists are sets: one that is back in another order is as before.
#[test]
fn reordered_list_is_not_a_loss() {
    let mut there = pool();
    let both = json!(["email", "phone_number"]);
    there.user_pool.insert("AutoVerifiedAttributes".into(), both);
    let bench = Bench::new(there, Options::default());
    let narrow =
        json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "mode": { "standard": "ENFORCED" } });
    let prepared = bench.plan(&narrow);
    let change = InjectedFault::new(FaultKind::Change(json!({ "AutoVerifiedAttributes": ["email"] })))
        .at("DescribeUserPool")
        .from(2)
        .times(1);
    bench.server.set_faults(vec![change]);
    bench.carry_out(&prepared, "a.jsonl");
    bench.server.set_faults(Vec::new());
    let record = bench.journal("a.jsonl");
    let end = record.made[0].end.as_ref().unwrap();
    assert!(end.beside["AutoVerifiedAttributes"].is_array(), "{end:?}");
    bench.server.change(|world| {
        let pool = world.pool_mut(POOL).unwrap();
        let turned = json!(["phone_number", "email"]);
        pool.user_pool.insert("AutoVerifiedAttributes".into(), turned);
    });
    let (_, said) = back(&bench, &record, "b.jsonl");
    assert_eq!(said, Vec::<String>::new());
}

/// What was confirmed and cannot be seen is not called done, and the next run finds it done.
#[test]
fn unreadable_after_write_is_not_done() {
    for (write, read) in [
        ("SetLogDeliveryConfiguration", "GetLogDeliveryConfiguration"),
        ("PutMetricAlarm", "DescribeAlarms"),
        ("SetUserPoolMfaConfig", "GetUserPoolMfaConfig"),
        ("SetRiskConfiguration", "DescribeRiskConfiguration"),
        ("UpdateUserPoolClient", "DescribeUserPoolClient"),
        ("UpdateUserPool", "DescribeUserPool"),
    ] {
        let bench = Bench::new(pool(), Options::default());
        let prepared = bench.plan(&policy());
        // The pool is read after MFA, too.
        let nth = if write == "UpdateUserPool" { 3 } else { 2 };
        let denied = InjectedFault::new(FaultKind::AccessDenied)
            .at(read)
            .from(nth)
            .times(1);
        bench.server.set_faults(vec![denied]);
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let struck = outcome.pools[0].calls.iter().find(|call| call.operation == write);
        let struck = struck.unwrap();
        assert_eq!(struck.ended, Ended::Unknown, "{write}: {outcome:#?}");
        let detail = struck.detail.as_deref().unwrap();
        assert!(
            detail.contains("could not be read again (access denied") && detail.contains("run again"),
            "{detail}"
        );
        let record = bench.journal("a.jsonl");
        let made = record.made.iter().find(|made| made.begin.operation == write);
        assert_eq!(
            made.and_then(|made| made.end.as_ref()).unwrap().outcome,
            Journalled::Unknown
        );
        let prepared = bench.plan(&policy());
        if !prepared.proposal.pools.is_empty() {
            assert_eq!(bench.carry_out(&prepared, "b.jsonl").exit_code(), 0, "{write}");
        }
        assert_eq!(landed(&bench.server.world()).len(), 7, "{write}");
    }
}
