//! Back to what a journal recorded: by the same guards, and to where the pool was.

use cogward::app::apply::{propose_back, recorded};
use cogward::journal::{self, Begin, Record};
use cogward::model::posture::Posture;
use cogward::plan::guard::Permits;
use cogward::proposal::Ended;
use cogward::proposal::{ApplyOutcome, Guard};
use cogward::simulator::{AwsState, Behaviour, FaultKind, InjectedFault, Options, Pool, RawMembers, Update};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::convergence::{REFUSALS, set};
use crate::policies;
use crate::scene::{APP, WEB, log, policy, pool, put_alarm, scene};
use crate::support::{ACCOUNT, Bench, POOL, REGION, blocking, cases, figure, generous, job, raw, weakening};

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
        .filter(|one| one.guard == Guard::ServiceRefuses)
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
    !said.is_empty() && said.iter().all(|words| words.starts_with("AWS refuses "))
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

#[test]
fn going_back_must_be_allowed_like_any_other_weakening() {
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

/// What is refused, and what is noted, of a way back by a journal in which somebody put a place into a call.
fn forged(operation: &str, place: &str, was: Value) -> (Vec<(Guard, String)>, Vec<String>) {
    let bench = Bench::new(pool(), Options::default());
    assert_eq!(bench.carry_out(&bench.plan(&policy()), "a.jsonl").exit_code(), 0);
    let mut record = bench.journal("a.jsonl");
    let made = record.made.iter_mut();
    let made = made
        .into_iter()
        .find(|made| made.begin.operation == operation)
        .unwrap();
    for (side, value) in [
        (&mut made.begin.before, was),
        (&mut made.begin.after, Value::Null),
    ] {
        let mut into = side;
        for name in place.split('/').skip(1) {
            into = &mut into[name];
        }
        *into = value;
    }
    let (pools, fetched) = (recorded(&record), bench.look());
    let mut permits = generous();
    let first = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
    permits.weaken = weakening(&first);
    permits.block = blocking(&first);
    let found = propose_back(&pools, "a.jsonl", &job(&fetched, &permits))
        .unwrap()
        .proposal;
    let refused: Vec<_> = found
        .refused
        .iter()
        .map(|one| (one.guard, one.message.clone()))
        .collect();
    (
        refused,
        found
            .pools
            .into_iter()
            .flat_map(|pool| pool.notes)
            .collect::<Vec<_>>(),
    )
}

/// A journal that somebody changed: what no call of this program writes is refused.
#[test]
fn a_journal_asks_for_more() {
    for (operation, place, was) in [
        (
            "UpdateUserPool",
            "/LambdaConfig/PreSignUp",
            json!("arn:aws:lambda:us-west-2:666666666666:function:evil"),
        ),
        ("UpdateUserPool", "/DeletionProtection", json!("INACTIVE")),
        ("UpdateUserPool", "/Evil", json!({ "A": 1 })),
        ("UpdateUserPool", "/UserPoolAddOns/Evil", json!(1)),
        (
            "UpdateUserPoolClient",
            "/CallbackURLs",
            json!(["https://evil.example"]),
        ),
        ("UpdateUserPoolClient", "/RefreshTokenValidity", json!(3650)),
        // Whom a call is about is the plan's to say.
        ("UpdateUserPool", "/UserPoolId", json!("us-west-2_Other1")),
        ("UpdateUserPoolClient", "/ClientId", json!("2other")),
        ("SetRiskConfiguration", "/UserPoolId", json!("us-west-2_Other1")),
        ("SetUserPoolMfaConfig", "/UserPoolId", json!("us-west-2_Other1")),
        (
            "SetLogDeliveryConfiguration",
            "/UserPoolId",
            json!("us-west-2_Other1"),
        ),
        // An entry of log delivery under the name of another source.
        (
            "SetLogDeliveryConfiguration",
            "/LogConfigurations/userNotification",
            json!({ "EventSource": "userAuthEvents", "LogLevel": "INFO", "CloudWatchLogsConfiguration": {
                "LogGroupArn": "arn:aws:logs:us-west-2:666666666666:log-group:evil" } }),
        ),
        (
            "SetLogDeliveryConfiguration",
            "/LogConfigurations/zzz",
            json!({ "EventSource": "userAuthEvents", "LogLevel": "INFO" }),
        ),
    ] {
        let (refused, _) = forged(operation, place, was);
        assert_eq!(refused.len(), 1, "{operation} {place}: {refused:?}");
        assert_eq!(refused[0].0, Guard::NotCarried, "{place}");
        assert!(refused[0].1.contains(place), "{place}: {refused:?}");
        assert!(
            refused[0].1.contains("somebody changed the journal"),
            "{refused:?}"
        );
    }
}

/// A part of a journal that is not understood: nothing is written, the exit code is 4, and the part is named.
#[test]
fn what_of_a_journal_is_not_understood_keeps_all_of_it_from_being_undone() {
    type Forge = fn(&mut Begin);
    const ALARM: &str = "PutMetricAlarm";
    const POOL_CALL: &str = "UpdateUserPool";
    const RISK: &str = "SetRiskConfiguration";
    let forge: [(&str, Forge); 25] = [
        (POOL_CALL, |call| call.makes = vec!["garbage".into()]),
        (POOL_CALL, |call| call.makes = vec![String::new()]),
        (RISK, |call| call.makes.clear()),
        (ALARM, |call| call.makes.clear()),
        ("UpdateUserPoolClient", |call| call.makes.clear()),
        (POOL_CALL, |call| call.operation = "UpdateUserPool2".into()),
        (POOL_CALL, |call| call.operation = "DeleteUserPool".into()),
        (POOL_CALL, |call| call.client = Some(WEB.into())),
        ("UpdateUserPoolClient", |call| call.client = None),
        (ALARM, |call| call.client = Some("billing".into())),
        (ALARM, |call| call.after = Value::Null),
        (ALARM, |call| call.before = json!("x")),
        (ALARM, |call| call.before = json!({})),
        (ALARM, |call| call.before["name"] = "other".into()),
        (ALARM, |call| call.before["period"] = "5 min".into()),
        (ALARM, |call| call.before["threshold"] = "5".into()),
        (ALARM, |call| call.before["comparison"] = Value::Null),
        (ALARM, |call| call.before["datapoints_to_alarm"] = "2".into()),
        (ALARM, |call| {
            call.before["warm_up"] = json!({ "minutes": "5", "lasts": "x" });
        }),
        (ALARM, |call| call.before["heard_of"] = 1.into()),
        (POOL_CALL, |call| call.before = json!("x")),
        (RISK, |call| call.before = json!([])),
        ("SetUserPoolMfaConfig", |call| {
            call.before = json!({ "MfaConfiguration": "SOMETIMES" });
        }),
        ("SetLogDeliveryConfiguration", |call| call.after = json!("x")),
        (POOL_CALL, |call| {
            (call.before, call.after) = (
                json!({ "LambdaConfig": { "A": "b" } }),
                json!({ "LambdaConfig": null }),
            );
        }),
    ];
    for (number, (operation, forge)) in forge.into_iter().enumerate() {
        let bench = Bench::new(pool(), Options::default());
        bench.server.change(|world| put_alarm(world, 9.0));
        assert_eq!(bench.carry_out(&bench.plan(&policy()), "a.jsonl").exit_code(), 0);
        let mut record = bench.journal("a.jsonl");
        let mut made = record.made.iter_mut();
        let made = made.find(|made| made.begin.operation == operation).unwrap();
        forge(&mut made.begin);
        let mut permits = generous();
        let (pools, fetched) = (recorded(&record), bench.look());
        let first = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
        permits.weaken = weakening(&first);
        permits.block = blocking(&first);
        let found = propose_back(&pools, "a.jsonl", &job(&fetched, &permits)).unwrap();
        let found = found.proposal;
        assert!(!found.may_be_carried_out(), "{number} {operation}: {found:#?}");
        assert_eq!(found.exit_code(), 4, "{number} {operation}: {found:#?}");
        assert!(found.unchanged.is_empty(), "{number}: {:?}", found.unchanged);
        let failed = found.not_checked.iter().filter(|entry| entry.failed);
        let said: Vec<_> = failed.map(|entry| entry.why.as_str()).collect();
        assert!(
            said.iter().any(|why| why.contains("is not understood")),
            "{number} {operation}: {said:?}"
        );
    }
}

/// Every change of one node: it goes, is nothing, is of another type, or is there once more under another name.
fn spoiled(node: &Value) -> Vec<(&'static str, Option<Value>)> {
    let other = match node {
        Value::String(_) => json!(7),
        Value::Object(_) => json!("x"),
        _ => json!({ "x": 1 }),
    };
    vec![
        ("gone", None),
        ("null", Some(Value::Null)),
        ("retyped", Some(other)),
        ("emptied", Some(json!({}))),
    ]
}

/// All pointers of a value, the outermost first.
fn nodes(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, one)| nodes(one, &format!("{at}/{name}"), into)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(index, one)| nodes(one, &format!("{at}/{index}"), into)),
        _ => {}
    }
}

/// One line of a journal with one node of it spoiled; `None` where nothing is another by that.
fn with(line: &str, at: &str, new: Option<Value>) -> Option<String> {
    let mut value: Value = serde_json::from_str(line).unwrap();
    let old = value.clone();
    let (parent, name) = at.rsplit_once('/')?;
    let parent = value.pointer_mut(parent)?;
    match (new, parent) {
        (Some(new), parent) => *parent.pointer_mut(&format!("/{name}"))? = new,
        (None, Value::Object(members)) => drop(members.shift_remove(name)),
        (None, Value::Array(list)) => drop(list.remove(name.parse().ok()?)),
        (None, _) => return None,
    }
    (value != old).then(|| value.to_string())
}

/// What is planned by a journal's text: each place with what is to be there; and whether something is left out and said.
/// `None` where the journal is refused.
fn planned(bench: &Bench, text: &str) -> Option<(std::collections::BTreeMap<String, String>, bool)> {
    let record = journal::read(text.as_bytes()).ok()?;
    let (pools, mut fetched) = (recorded(&record), bench.look());
    let is_there = |id: &String| fetched.estate.pools.iter().any(|pool| pool.id() == id);
    let named = pools.iter().map(|pool| pool.pool.clone());
    fetched.estate.missing = named.filter(|id| !is_there(id)).collect();
    let proposal = propose_back(&pools, "a.jsonl", &job(&fetched, &generous()))
        .ok()?
        .proposal;
    let odd = proposal.not_checked.iter().any(|entry| entry.failed);
    if odd {
        assert!(!proposal.may_be_carried_out());
        assert_eq!(proposal.exit_code(), 4);
        assert!(proposal.unchanged.is_empty());
        return None;
    }
    if proposal
        .refused
        .iter()
        .any(|one| !matches!(one.guard, Guard::Weakening | Guard::Blocking))
    {
        return None;
    }
    let changes = proposal.pools.iter().flat_map(|pool| &pool.changes);
    // What a change does to sign-ins depends on the other changes.
    let changes = changes.map(|one| {
        let one = &one.difference;
        (
            one.pointer.to_string(),
            format!("{:?} {:?} {:?}", one.client, one.live, one.policy),
        )
    });
    Some((changes.collect(), !proposal.not_checked.is_empty()))
}

/// A journal of which any one node of a call is spoiled is refused, or plans for every other call what it did before, and says
/// what of its own call is left out: it is never silently "already up to date".
#[test]
#[expect(clippy::too_many_lines, reason = "one table, and what is asked of each row")]
fn a_spoiled_journal_is_refused_or_says_what_it_leaves_out() {
    let bench = Bench::new(pool(), Options::default());
    bench.server.change(|world| put_alarm(world, 9.0));
    assert_eq!(bench.carry_out(&bench.plan(&policy()), "a.jsonl").exit_code(), 0);
    let text = bench.text("a.jsonl");
    let lines: Vec<_> = text.lines().collect();
    let (whole, is_said) = planned(&bench, &text).unwrap();
    assert!(!is_said, "nothing is left out of the journal as it was written");
    let (mut tried, mut refused, mut silent) = (0, 0, Vec::new());
    let mut check = |number: usize, line: &str, what: &str| {
        let mut changed = lines.clone();
        changed[number] = line;
        tried += 1;
        let Some((found, is_said)) = planned(&bench, &(changed.join("\n") + "\n")) else {
            refused += 1;
            return;
        };
        let event: Value = serde_json::from_str(lines[number]).unwrap();
        let own: Vec<_> = event["makes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let is_own = |at: &str| {
            // The plan has an alarm at another number.
            own.iter().any(|own| at.starts_with(own) || own.starts_with(at))
                || at.starts_with("/alarms") && event["operation"] == "PutMetricAlarm"
        };
        for (at, difference) in &whole {
            if is_own(at) {
                if !found.contains_key(at) && !is_said {
                    silent.push(format!("{what}: {at} is left out\n{line}"));
                }
            } else if found.get(at) != Some(difference) {
                silent.push(format!(
                    "{what}: {at} is {:?}, not {difference}\n{line}",
                    found.get(at)
                ));
            }
        }
    };
    for (number, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains("\"event\":\"begin\""))
    {
        let event: Value = serde_json::from_str(line).unwrap();
        for side in ["before", "after"] {
            let mut all = Vec::new();
            nodes(&event[side], &format!("/{side}"), &mut all);
            for at in all {
                for (how, new) in spoiled(event.pointer(&at).unwrap()) {
                    if let Some(line) = with(line, &at, new) {
                        check(number, &line, &format!("{at} {how}"));
                    }
                }
                let copy = format!("{at}Copy");
                if let Some((parent, name)) = copy.rsplit_once('/').filter(|(parent, _)| !parent.is_empty()) {
                    let mut event = event.clone();
                    let node = event.pointer(&at).cloned().unwrap();
                    if let Some(members) = event.pointer_mut(parent).and_then(Value::as_object_mut) {
                        members.insert(name.to_owned(), node);
                        check(number, &event.to_string(), &format!("{at} twice"));
                    }
                }
            }
        }
        for (member, new) in [
            ("client", json!("ALL")),
            ("client", json!("")),
            ("client", json!("2other")),
            ("client", json!(APP)),
            ("region", json!("eu-central-1")),
            ("account", json!("666666666666")),
            ("pool", json!("us-west-2_Other1")),
            ("operation", json!("SetUICustomization")),
        ] {
            let mut event = event.clone();
            if event[member] != new {
                event[member] = new.clone();
                check(number, &event.to_string(), &format!("{member} is {new}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}: {}", silent.len(), silent.join("\n"));
    assert!(
        tried > 200 && refused > tried / 3 && refused < tried,
        "{refused} of {tried} refused"
    );
}

/// A call that was carried out is not left out without a word because the journal says that it was refused.
#[test]
fn a_call_that_is_said_to_be_refused_and_was_carried_out_is_named() {
    let bench = Bench::new(pool(), Options::default());
    bench.server.change(|world| put_alarm(world, 9.0));
    assert_eq!(bench.carry_out(&bench.plan(&policy()), "a.jsonl").exit_code(), 0);
    let whole = bench.journal("a.jsonl");
    for index in 0..whole.made.len() {
        let mut record = whole.clone();
        let made = &mut record.made[index];
        made.end.as_mut().unwrap().outcome = journal::Outcome::Refused;
        let call = format!("call {} ", made.begin.call);
        let (pools, fetched) = (recorded(&record), bench.look());
        let found = propose_back(&pools, "a.jsonl", &job(&fetched, &generous())).unwrap();
        let said: Vec<_> = found
            .proposal
            .not_checked
            .iter()
            .map(|entry| entry.why.as_str())
            .collect();
        let is_said = |why: &&str| why.contains(&call) && why.contains("was refused");
        assert!(said.iter().any(is_said), "{call}: {said:?}");
    }
}

/// What a call could have taken away with a section is put back, and said.
#[test]
fn a_journal_has_more_of_a_section() {
    for (operation, place, was) in [
        (
            "SetRiskConfiguration",
            "/AccountTakeoverRiskConfiguration/Evil",
            json!(1),
        ),
        (
            "SetUserPoolMfaConfig",
            "/EmailMfaConfiguration/Message",
            json!("evil {####}"),
        ),
        (
            "SetLogDeliveryConfiguration",
            "/LogConfigurations/userNotification/Evil",
            json!(1),
        ),
    ] {
        let (refused, notes) = forged(operation, place, was);
        assert!(refused.is_empty(), "{place}: {refused:?}");
        assert!(
            notes
                .iter()
                .any(|note| note.starts_with(operation) && note.contains(place)),
            "{place}: {notes:?}"
        );
    }
}

#[test]
fn what_a_run_did_not_change_stays_as_it_is_by_now() {
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

#[test]
fn a_call_whose_answer_was_lost_is_undone_as_well_and_a_refused_one_is_not() {
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

/// A service that writes no defaults out, so that what was there and what is there can be compared byte for byte.
fn bare() -> Options {
    Options {
        behaviour: Behaviour {
            update: Update::Bare,
            takes_both_email_messages: true,
            ..Behaviour::default()
        },
        ..Options::default()
    }
}

/// A world without what every write changes, and without an alarm that was made, which nothing here deletes.
fn whole(world: &AwsState, has_alarm: bool) -> Value {
    let mut whole = serde_json::to_value(world).unwrap();
    let region = &mut whole["accounts"][ACCOUNT]["regions"][REGION];
    if has_alarm {
        // CloudWatch has dimensions in any order.
        let alarm = region["alarms"]["risk"].as_object_mut().unwrap();
        alarm.retain(|name, _| {
            !name.starts_with("State") && !name.ends_with("Timestamp") && name != "Dimensions"
        });
    } else {
        region.as_object_mut().unwrap().remove("alarms");
    }
    without_dates(&mut whole);
    whole
}

fn without_dates(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("LastModifiedDate");
            members.values_mut().for_each(without_dates);
        }
        Value::Array(items) => items.iter_mut().for_each(without_dates),
        _ => {}
    }
}

/// Members without which the service takes no object are not made up: lists and objects that are empty are as good as
/// none where only that differs.
fn settled(mut world: Value) -> Value {
    let pool = &mut world["accounts"][ACCOUNT]["regions"][REGION]["pools"][POOL];
    // An empty list of entries, and none, are the same thing.
    if pool["log_configurations"].is_null() {
        pool["log_configurations"] = json!([]);
    }
    without_empty_ranges(pool);
    world
}

/// An empty list of ranges, and none, are the same thing; and so is a section of such lists.
fn without_empty_ranges(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(without_empty_ranges);
            let is_none = |value: &Value| value == &json!([]) || value == &json!({});
            members.retain(|name, value| !is_none(value) || !RANGES.contains(&name.as_str()));
        }
        Value::Array(items) => items.iter_mut().for_each(without_empty_ranges),
        _ => {}
    }
}

const RANGES: [&str; 3] = [
    "BlockedIPRangeList",
    "SkippedIPRangeList",
    "RiskExceptionConfiguration",
];

/// Applies, goes back, and compares everything. Says whether there was something to go back from.
fn there_and_back(bench: &Bench, policy: &Value, name: &str, has_alarm: bool) -> Result<bool, String> {
    let before = settled(whole(&bench.server.world(), has_alarm));
    let prepared = bench.plan(policy);
    if !prepared.proposal.refused.is_empty() || prepared.proposal.pools.is_empty() {
        return Ok(false);
    }
    let outcome = bench.carry_out(&prepared, name);
    if outcome.exit_code() != 0 {
        return Ok(false);
    }
    let (outcome, said) = back(bench, &bench.journal(name), &format!("back-{name}"));
    if is_impossible(&said) {
        return Ok(false);
    }
    let calls = outcome.iter().flat_map(|outcome| &outcome.pools[0].calls);
    let failed: Vec<_> = calls.filter(|call| call.ended == Ended::Failed).collect();
    if !failed.is_empty() {
        let words = failed.iter().filter_map(|call| call.detail.clone());
        let words: Vec<_> = words.collect();
        let refusal = |words: &String| REFUSALS.iter().any(|code| words.contains(code));
        return if words.iter().all(refusal) {
            Ok(false)
        } else {
            Err(words.join("; "))
        };
    }
    if outcome.as_ref().is_some_and(|outcome| outcome.exit_code() != 0) {
        return Err(format!("{outcome:#?}"));
    }
    let after = settled(whole(&bench.server.world(), has_alarm));
    if before == after {
        return Ok(true);
    }
    let pool =
        |world: &Value| serde_json::to_string_pretty(&world["accounts"][ACCOUNT]["regions"][REGION]).unwrap();
    Err(format!("before {}\nafter {}", pool(&before), pool(&after)))
}

#[test]
fn every_apply_is_undone_to_the_last_byte() {
    let (runs, undone) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let bench = Bench::new(Pool::default(), bare());
    let mut runner = TestRunner::new(Config {
        cases: cases(64),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    let trips = runner.run(&(scene(), policies::policy()), |((pool, has_alarm), policy)| {
        set(&bench, &pool, has_alarm);
        runs.set(runs.get() + 1);
        let name = format!("{}.jsonl", runs.get());
        let done = there_and_back(&bench, &policy, &name, has_alarm);
        undone.set(undone.get() + usize::from(done.map_err(proptest::test_runner::TestCaseError::fail)?));
        Ok(())
    });
    trips.unwrap_or_else(|error| panic!("{error}"));
    figure("random applies rolled back to the last byte", undone.get());
    assert!(
        undone.get() * 3 > runs.get(),
        "{} of {}",
        undone.get(),
        runs.get()
    );
}

/// Members that are absent, lists in their order, and what nobody knows.
#[test]
#[expect(clippy::too_many_lines, reason = "one table, and what is asked of each row")]
fn what_is_put_back_is_what_was_there_and_not_what_it_means() {
    let client = |own: &[(&str, Value)]| {
        let mut client: RawMembers = pool().clients[WEB].clone();
        client.remove("ExplicitAuthFlows");
        client.extend(
            own.iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        client
    };
    let settings = json!({ "clients": { "web": {
        "auth_flows": ["ALLOW_USER_SRP_AUTH"], "oauth_flows": ["code"], "identity_providers": ["COGNITO"],
        "propagate_user_context": true,
    } } });
    let own = json!({
        "AccountTakeoverRiskConfiguration": {
            "Actions": {
                "HighAction": { "EventAction": "BLOCK", "Notify": true, "Delay": 3 },
                "ExtremeAction": { "EventAction": "BLOCK" },
            },
            "NotifyConfiguration": { "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com", "New": 1 },
        },
        "CompromisedCredentialsRiskConfiguration": {
            "Actions": { "EventAction": "BLOCK", "New": [1, null] }, "EventFilter": ["SIGN_UP", "SIGN_IN"],
        },
        "RiskExceptionConfiguration": { "SkippedIPRangeList": ["203.0.113.9/24", "192.0.2.0/24"], "Countries": ["XX"] },
        "NewSection": { "Deep": [{ "A": null }] },
    });
    let ranges = json!({ "risk_exceptions": { "always_allow": ["192.0.2.0/24", "198.51.100.0/24"] } });
    let events = json!({ "compromised_credentials": { "action": "NO_ACTION", "events": ["SIGN_IN"] } });
    let mails = json!({ "mfa": { "factors": ["SOFTWARE_TOKEN"] } });
    let modes = json!({ "mode": { "standard": "AUDIT", "custom": "AUDIT" } });
    let with = |change: &dyn Fn(&mut Pool)| {
        let mut pool = pool();
        change(&mut pool);
        pool
    };
    let of_client = |own: &[(&str, Value)]| with(&|pool| drop(pool.clients.insert(WEB.into(), client(own))));
    let of_risk =
        |key: &str| with(&|pool| drop(pool.risk_configurations.insert(key.into(), raw(own.clone()))));
    let rows = [
        ("absent lists", of_client(&[]), settings.clone()),
        (
            "empty and unordered lists",
            of_client(&[
                ("AllowedOAuthFlows", json!([])),
                (
                    "ExplicitAuthFlows",
                    json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"]),
                ),
                ("SupportedIdentityProviders", json!(["Google", "COGNITO"])),
            ]),
            settings,
        ),
        (
            "a client's own",
            of_risk(APP),
            json!({ "clients": { "app": "inherit" } }),
        ),
        (
            "a client's own, in part",
            of_risk(APP),
            json!({ "clients": { "app": ranges.clone() } }),
        ),
        ("the pool's ranges", of_risk(""), ranges),
        ("the pool's events", of_risk(""), events),
        (
            "no responses at all",
            with(&|pool| pool.risk_configurations.clear()),
            json!({ "account_takeover": { "high": { "action": "BLOCK", "notify": false } } }),
        ),
        (
            "an email factor",
            with(&|pool| {
                let texts = json!({ "Subject": "code", "New": 1 });
                pool.mfa.insert("EmailMfaConfiguration".into(), texts);
            }),
            mails,
        ),
        (
            "no add-ons",
            with(&|pool| drop(pool.user_pool.remove("UserPoolAddOns"))),
            modes.clone(),
        ),
        (
            "empty flows",
            with(&|pool| {
                let add_ons = json!({ "AdvancedSecurityMode": "OFF", "AdvancedSecurityAdditionalFlows": {} });
                pool.user_pool.insert("UserPoolAddOns".into(), add_ons);
            }),
            modes,
        ),
        (
            "another kind of log destination",
            with(&|pool| pool.log_configurations = Some(vec![log("userAuthEvents", "INFO")])),
            json!({ "log_delivery": { "user_auth_events": { "s3": "arn:aws:s3:::bucket" } } }),
        ),
        ("the whole scene", pool(), policy()),
    ];
    let mut lost = Vec::new();
    for (what, pool, policy) in rows {
        let bench = Bench::new(pool, bare());
        let mut document = json!({ "version": 1, "name": "n", "target": { "pool": POOL } });
        document.as_object_mut().unwrap().extend(raw(policy));
        match there_and_back(&bench, &document, "a.jsonl", false) {
            Ok(true) => {}
            Ok(false) => lost.push(format!("{what}: nothing was done")),
            Err(words) => lost.push(format!("{what}: {words}")),
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn a_feature_plan_that_was_not_described_is_said_to_stay() {
    let bench = Bench::new(
        {
            let mut pool = pool();
            pool.user_pool.remove("UserPoolTier");
            pool
        },
        bare(),
    );
    let document = json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "feature_plan": "PLUS",
        "mode": { "standard": "ENFORCED" } });
    assert_eq!(bench.carry_out(&bench.plan(&document), "a.jsonl").exit_code(), 0);
    let (outcome, said) = back(&bench, &bench.journal("a.jsonl"), "b.jsonl");
    let outcome = outcome.unwrap();
    assert_eq!(
        (outcome.exit_code(), outcome.pools[0].calls.len()),
        (0, 1),
        "{outcome:#?}"
    );
    let words = "the pool described no feature plan before, and an update cannot remove it: it stays PLUS";
    assert_eq!(said, [words]);
    // Where nothing else is to be done, nothing is.
    let (outcome, said) = back(&bench, &bench.journal("a.jsonl"), "c.jsonl");
    assert_eq!((outcome, said), (None, vec![words.to_owned()]));
}
