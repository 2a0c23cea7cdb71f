//! Any policy on any pool: after an apply the plan is empty, and what is not managed is as it was.

use std::cell::Cell;

use cogward::model::posture::Posture;
use cogward::proposal::{ChangeOutcome, Ended, Guard, State};
use cogward::simulator::{
    Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Pool, Unsent, Update,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::apply::policies::policy;
use crate::apply::rollback::{back, is_impossible, posture};
use crate::apply::scene::{self, put_alarm, scene};
use crate::apply::support::{Bench, POOL, cases, figure, raw};
use crate::apply::unmanaged::unmanaged;

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
        Behaviour {
            update: Update::Bare,
            takes_both_email_messages: true,
            ..Behaviour::default()
        },
    ]
}

/// What is the service's to refuse: what contradicts itself, and responses while threat protection is off. What the
/// feature plan does not have is known beforehand.
pub const REFUSALS: [&str; 2] = ["InvalidParameterException", "AddOnNotEnabledException"];

/// What was counted.
#[derive(Default)]
struct Counts {
    runs: Cell<usize>,
    converged: Cell<usize>,
    refused: Cell<usize>,
    unknown: Cell<usize>,
    idle: Cell<usize>,
    guarded: Cell<usize>,
    back: Cell<usize>,
    stuck: Cell<usize>,
    compared: Cell<usize>,
    lost: Cell<usize>,
}

fn add(cell: &Cell<usize>) {
    cell.set(cell.get() + 1);
}

/// Counts the values of a state, and those that another state does not have in the same place.
fn compare(before: &Value, after: &Value, counts: &Counts) {
    match before {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| compare(value, after.get(name).unwrap_or(&Value::Null), counts)),
        value => {
            add(&counts.compared);
            if value != after {
                add(&counts.lost);
            }
        }
    }
}

/// Makes the simulated world one with a pool, and perhaps an alarm.
pub fn set(bench: &Bench, pool: &Pool, has_alarm: bool) {
    bench.server.change(|world| {
        *world.pool_mut(POOL).unwrap() = pool.clone();
        let region = world.region_mut(crate::apply::support::ACCOUNT, crate::apply::support::REGION);
        region.alarms.clear();
        if has_alarm {
            put_alarm(world, 7.0);
        }
    });
}

fn trip(
    bench: &Bench,
    counts: &Counts,
    pool: &Pool,
    has_alarm: bool,
    policy: &Value,
) -> Result<(), TestCaseError> {
    set(bench, pool, has_alarm);
    add(&counts.runs);
    let first = bench.server.world();
    let prepared = bench.plan(policy);
    let proposal = &prepared.proposal;
    // Of a pool without changes, what is not managed may be unread.
    let mut not_checked = proposal.not_checked.iter();
    let is_known = not_checked.all(|entry| !entry.failed && !proposal.unchanged.is_empty());
    prop_assert!(is_known, "{:?}", proposal.not_checked);
    if !proposal.refused.is_empty() {
        // What cannot be read, or sent back, or what the service does not take, is refused before anything is written.
        let guards = proposal.refused.iter().map(|one| one.guard);
        let right = guards.into_iter().all(|guard| {
            matches!(
                guard,
                Guard::PoolPartial | Guard::NotCarried | Guard::ServiceRefuses
            )
        });
        prop_assert!(right, "{:#?}", proposal.refused);
        prop_assert_eq!(first, bench.server.world());
        add(&counts.guarded);
        return Ok(());
    }
    let calls: usize = proposal.pools.iter().map(|pool| pool.calls.len()).sum();
    if calls == 0 {
        add(&counts.idle);
        return Ok(());
    }
    if proposal.pools[0]
        .carried
        .iter()
        .any(|carried| !carried.unknown.is_empty())
    {
        add(&counts.unknown);
    }
    let before = unmanaged(&first, &first, policy);
    let (posture_before, journal) = (posture(bench), format!("{}.jsonl", counts.runs.get()));
    let outcome = bench.carry_out(&prepared, &journal);
    let after = unmanaged(&bench.server.world(), &first, policy);
    compare(&before, &after, counts);
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
        goes_back(bench, counts, &journal, posture_before)?;
    } else {
        // What contradicts itself is the service's to refuse, and nobody else's.
        let words = failed[0].detail.clone().unwrap_or_default();
        let refusal = REFUSALS.iter().any(|code| words.contains(code));
        // Responses may be refused while threat protection is off, and only then.
        let modes = &bench.look().estate.pools[0].posture.mode;
        let off = modes.standard == Some(cogward::model::mode::Mode::Off);
        prop_assert!(off || !words.contains(REFUSALS[1]), "{:#?}", outcome);
        prop_assert!(refusal, "{:#?}", outcome);
        add(&counts.refused);
    }
    Ok(())
}

/// A rollback leads to where the pool was, but for an alarm that was made.
fn goes_back(bench: &Bench, counts: &Counts, journal: &str, before: Posture) -> Result<(), TestCaseError> {
    let (outcome, said) = back(bench, &bench.journal(journal), &format!("back-{journal}"));
    let Some(outcome) = outcome else {
        if is_impossible(&said) {
            add(&counts.stuck);
            return Ok(());
        }
        // What a rollback does not manage may be unread.
        let said: Vec<_> = said
            .iter()
            .filter(|why| !why.starts_with("answer not understood"))
            .collect();
        prop_assert_eq!(said.len(), 1, "only an alarm was made: {:?}", said);
        return Ok(());
    };
    let calls = &outcome.pools[0].calls;
    let failed = calls.iter().any(|call| call.ended == Ended::Failed);
    // Where the service keeps log destinations, or a client's members, that are not sent, none can be taken away; that
    // is reported.
    let changes = outcome.pools[0].changes.iter();
    let mut unseen = changes.filter(|change| change.state == State::Failed);
    let kept = calls.iter().any(|call| call.ended == Ended::Unknown)
        && unseen.all(|ChangeOutcome { at, .. }| {
            let at = at.as_str();
            let lists = ["/auth_flows", "/oauth_flows", "/identity_providers"];
            at.starts_with("/log_delivery") || lists.iter().any(|list| at.ends_with(list))
        });
    if failed || kept {
        let details = calls.iter().filter(|call| call.ended == Ended::Failed);
        let details: Vec<_> = details.filter_map(|call| call.detail.clone()).collect();
        let refusal = |words: &String| REFUSALS.iter().any(|code| words.contains(code));
        prop_assert!(details.iter().all(refusal), "{:#?}", outcome);
        add(&counts.stuck);
        return Ok(());
    }
    prop_assert_eq!(outcome.exit_code(), 0, "{:#?}", outcome);
    let mut after = posture(bench);
    if !said.is_empty() {
        after.alarms.clone_from(&before.alarms);
        after.topics.clone_from(&before.topics);
    }
    prop_assert_eq!(filled(after), filled(before));
    add(&counts.back);
    Ok(())
}

/// A client without flows has AWS's default ones, which the service writes with any update of the client.
fn filled(mut posture: Posture) -> Posture {
    let flows = [
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ];
    for client in &mut posture.clients {
        if let Some(none) = client
            .settings
            .auth_flows
            .as_mut()
            .filter(|flows| flows.is_empty())
        {
            none.extend(flows.map(str::to_owned));
        }
    }
    posture
}

/// Any policy on any pool converges and leaves the rest alone.
#[test]
fn any_policy_converges_on_any_pool() {
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
    figure("of them applied, and confirmed by reading again", converged);
    figure("of them rejected by the service in part", refused);
    figure("of them up to date before", idle);
    figure("of them with unknown members carried over", unknown);
    figure(
        "of them refused because of what cannot be read",
        counts.guarded.get(),
    );
    let (back, stuck) = (counts.back.get(), counts.stuck.get());
    figure("of them rolled back to what was there before", back);
    figure("of them whose rollback the service rejected", stuck);
    assert!(
        back * 2 > converged && stuck * 4 < converged,
        "{back} back, {stuck} stuck, of {converged}"
    );
    figure("unmanaged settings compared", counts.compared.get());
    figure("lost or changed unmanaged settings", counts.lost.get());
    assert!(
        converged * 2 > runs,
        "{converged} of {runs}, {refused} refused, {idle} idle"
    );
    assert!(unknown * 4 > runs, "{unknown} of {runs}");
    assert_ne!(json!(runs), json!(0));
}

/// The only list with something in it is emptied: what is left of the section says nothing, and is not lost.
#[test]
fn an_emptied_list_of_ranges() {
    for (key, name) in [
        ("always_block", "BlockedIPRangeList"),
        ("always_allow", "SkippedIPRangeList"),
    ] {
        let mut pool = scene::pool();
        let mut lists = json!({ "BlockedIPRangeList": [], "SkippedIPRangeList": [] });
        lists[name] = json!(["198.51.100.0/24"]);
        let risk = raw(json!({ "RiskExceptionConfiguration": lists }));
        pool.risk_configurations.insert(String::new(), risk);
        let bench = Bench::new(pool, Options::default());
        let policy =
            json!({ "version": 1, "name": "a", "target": { "pool": POOL }, "risk_exceptions": { key: [] } });
        let outcome = bench.carry_out(&bench.plan(&policy), "a.jsonl");
        assert_eq!(outcome.exit_code(), 0, "{key}: {outcome:#?}");
        assert!(bench.plan(&policy).proposal.pools.is_empty(), "{key}");
    }
}

/// What AWS fills in where nothing is sent is nothing that somebody changed after the run.
#[test]
fn rollback_of_all_events() {
    for behaviour in behaviours() {
        let options = Options {
            behaviour,
            ..Options::default()
        };
        let bench = Bench::new(Pool::default(), options);
        let mut pool = scene::pool();
        let risk = json!({
            "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "NO_ACTION" }, "EventFilter": ["SIGN_IN"] }
        });
        let risk = risk.as_object().unwrap().clone();
        pool.risk_configurations = [(String::new(), risk)].into_iter().collect();
        let policy = json!({
            "version": 1, "name": "a", "target": { "pool": POOL }, "compromised_credentials": { "action": "BLOCK" }
        });
        let counts = Counts::default();
        trip(&bench, &counts, &pool, false, &policy).unwrap();
        assert_eq!(counts.converged.get(), 1);
    }
}
