//! Back to what a journal recorded: by the same guards, and to where the pool was.

use cogward::app::apply::{propose_back, recorded};
use cogward::journal::Record;
use cogward::model::posture::Posture;
use cogward::plan::guard::Permits;
use cogward::proposal::{ApplyOutcome, Guard};
use cogward::simulator::{FaultKind, InjectedFault, Options};
use serde_json::json;

use crate::apply::scene::{policy, pool, put_alarm};
use crate::apply::support::{Bench, POOL, blocking, figure, generous, job, weakening};

/// Why a call is refused that would put a pool back on `LITE`.
const LITE_LACKS: &str = "which the feature plan `LITE` does not have";

/// Goes back, with everything allowed; the outcome and what was said besides.
pub fn back(bench: &Bench, record: &Record, name: &str) -> (Option<ApplyOutcome>, Vec<String>) {
    let (pools, fetched) = (recorded(record), bench.look());
    let mut permits = generous();
    let first = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
    permits.weaken = weakening(&first);
    permits.block = blocking(&first);
    let prepared = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
    let said = prepared
        .proposal
        .not_checked
        .iter()
        .map(|entry| entry.why.clone())
        .collect();
    let refused = prepared.proposal.refused.iter();
    let impossible: Vec<_> = refused
        .filter(|one| {
            let lacks = one.guard == Guard::NotCarried && one.message.contains(LITE_LACKS);
            one.guard == Guard::ServiceRefuses || lacks
        })
        .map(|one| one.message.clone())
        .collect();
    if !impossible.is_empty() {
        return (None, impossible);
    }
    if prepared.proposal.pools.is_empty() {
        return (None, said);
    }
    (Some(bench.carry_out(&prepared, name)), said)
}

/// Whether a way back was refused because the service does not take it, such as to a plan without what is on by now.
pub fn is_impossible(said: &[String]) -> bool {
    let is = |words: &String| words.starts_with("AWS refuses ") || words.contains(LITE_LACKS);
    !said.is_empty() && said.iter().all(is)
}

pub fn posture(bench: &Bench) -> Posture {
    bench.look().estate.pools[0].posture.clone()
}

#[test]
fn an_apply_is_undone_by_every_kind_of_call() {
    let bench = Bench::new(pool(), Options::default());
    bench.server.change(|world| put_alarm(world, 9.0));
    let before = posture(&bench);
    let prepared = bench.plan(&policy());
    assert_eq!(bench.carry_out(&prepared, "a.jsonl").exit_code(), 0);
    assert_ne!(posture(&bench), before);
    let (outcome, said) = back(&bench, &bench.journal("a.jsonl"), "b.jsonl");
    assert_eq!(outcome.unwrap().exit_code(), 0);
    assert_eq!((posture(&bench), said), (before.clone(), Vec::new()));
    let (outcome, _) = back(&bench, &bench.journal("a.jsonl"), "c.jsonl");
    assert_eq!(outcome, None, "there is nothing left to do");
    let (outcome, _) = back(&bench, &bench.journal("b.jsonl"), "d.jsonl");
    assert_eq!(outcome.unwrap().exit_code(), 0, "what was undone is done again");
    assert!(bench.plan(&policy()).proposal.pools.is_empty());
    figure("journals rolled back, and forward again", 2);
}

/// Going back must be allowed like any other weakening.
#[test]
fn rollback_weakening_needs_permission() {
    let bench = Bench::new(pool(), Options::default());
    let prepared = bench.plan(&policy());
    assert_eq!(bench.carry_out(&prepared, "a.jsonl").exit_code(), 0);
    let fetched = bench.look();
    let permits = Permits {
        max_pools: 1,
        ..Permits::default()
    };
    let pools = recorded(&bench.journal("a.jsonl"));
    let prepared = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
    let guards: Vec<_> = prepared.proposal.refused.iter().map(|one| one.guard).collect();
    assert!(
        guards.contains(&Guard::Weakening) && !guards.is_empty(),
        "{guards:?}"
    );
    assert!(!prepared.proposal.may_be_carried_out());
}

/// What somebody changed after the run stays as it is by now, with all of its setting, and is said.
#[test]
fn later_change_of_same_setting_kept() {
    let bench = Bench::new(pool(), Options::default());
    let narrow = json!({ "version": 1, "name": "n", "target": { "pool": POOL },
        "account_takeover": {
            "high": { "action": "BLOCK", "notify": false },
            "low": { "action": "MFA_REQUIRED", "notify": false },
        } });
    assert_eq!(bench.carry_out(&bench.plan(&narrow), "a.jsonl").exit_code(), 0);
    let theirs = json!({ "EventAction": "MFA_IF_CONFIGURED", "Notify": true });
    bench.server.change(|world| {
        let risk = world
            .pool_mut(POOL)
            .unwrap()
            .risk_configurations
            .get_mut("")
            .unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"] = theirs.clone();
    });
    let before = posture(&bench).responses.account_takeover.unwrap();
    let (outcome, said) = back(&bench, &bench.journal("a.jsonl"), "b.jsonl");
    assert!(outcome.is_some(), "the other level is gone back to");
    let now = posture(&bench).responses.account_takeover.unwrap();
    assert_eq!(now.high, before.high);
    assert_ne!(now.low, before.low);
    let place = "`/AccountTakeoverRiskConfiguration/Actions/HighAction/EventAction`";
    let is_said = said
        .iter()
        .any(|why| why.contains(place) && why.contains("changed after call 1"));
    assert!(is_said, "{said:?}");
}

/// What a run did not change stays as it is by now.
#[test]
fn unrelated_later_changes_kept() {
    let bench = Bench::new(pool(), Options::default());
    let narrow = json!({ "version": 1, "name": "n", "target": { "pool": POOL },
        "account_takeover": { "high": { "action": "BLOCK", "notify": false } } });
    assert_eq!(bench.carry_out(&bench.plan(&narrow), "a.jsonl").exit_code(), 0);
    bench.server.change(|world| {
        let pool = world.pool_mut(POOL).unwrap();
        pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "ENFORCED".into();
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["LowAction"] =
            json!({ "EventAction": "MFA_REQUIRED", "Notify": false });
    });
    let (outcome, _) = back(&bench, &bench.journal("a.jsonl"), "b.jsonl");
    assert_eq!(outcome.unwrap().exit_code(), 0);
    let world = bench.server.world();
    let pool = world.pool(POOL).unwrap();
    assert_eq!(
        pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"],
        "ENFORCED"
    );
    let actions = &pool.risk_configurations[""]["AccountTakeoverRiskConfiguration"]["Actions"];
    assert_eq!(actions["LowAction"]["EventAction"], "MFA_REQUIRED");
    assert_eq!(actions["HighAction"]["EventAction"], "NO_ACTION");
    assert_eq!(actions["HighAction"]["DelayUnheard"], 3);
}

/// A call whose answer was lost is undone as well and a refused one is not.
#[test]
fn lost_answer_undone_refused_call_not() {
    let bench = Bench::new(pool(), Options::default());
    let before = posture(&bench);
    let prepared = bench.plan(&policy());
    bench.server.set_faults(vec![
        InjectedFault::new(FaultKind::Lost).at("SetLogDeliveryConfiguration"),
        InjectedFault::new(FaultKind::AccessDenied).at("PutMetricAlarm"),
    ]);
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    assert_eq!(outcome.exit_code(), 4);
    bench.server.set_faults(Vec::new());
    let record = bench.journal("a.jsonl");
    assert_eq!(record.made.len(), 2);
    let (outcome, said) = back(&bench, &record, "b.jsonl");
    assert_eq!(outcome.unwrap().exit_code(), 0);
    assert_eq!((posture(&bench), said), (before, Vec::new()));
}

#[test]
fn an_alarm_that_was_made_is_left_and_told() {
    let bench = Bench::new(pool(), Options::default());
    let prepared = bench.plan(&policy());
    assert_eq!(bench.carry_out(&prepared, "a.jsonl").exit_code(), 0);
    let (_, said) = back(&bench, &bench.journal("a.jsonl"), "b.jsonl");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("delete it in CloudWatch"), "{said:?}");
}
