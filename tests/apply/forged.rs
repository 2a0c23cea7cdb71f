//! Journals that somebody changed: refused, or said.

use cogward::app::apply::{propose_back, recorded};
use cogward::journal::{self, Begin};
use cogward::proposal::Guard;
use cogward::simulator::Options;
use serde_json::{Value, json};

use crate::apply::scene::{APP, WEB, policy, pool, put_alarm};
use crate::apply::support::{Bench, blocking, generous, job, weakening};

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
fn unknown_part_blocks_whole_rollback() {
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
fn damaged_journal_refused_or_reported() {
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
fn faked_refusal_of_any_call_named() {
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

/// An outcome that was changed from done to refused: what the call did is there, and that is said, not "already up to date".
#[test]
fn faked_refusal_not_taken_for_undone() {
    let bench = Bench::new(pool(), Options::default());
    assert_eq!(bench.carry_out(&bench.plan(&policy()), "a.jsonl").exit_code(), 0);
    let text = bench
        .text("a.jsonl")
        .replace("\"outcome\":\"done\"", "\"outcome\":\"refused\"");
    let (pools, fetched) = (recorded(&journal::read(text.as_bytes()).unwrap()), bench.look());
    let found = propose_back(&pools, "a.jsonl", &job(&fetched, &generous()));
    let proposal = found.unwrap().proposal;
    assert!(proposal.pools.is_empty() && proposal.unchanged.is_empty());
    let mut said = proposal.not_checked.iter();
    assert!(said.any(|entry| entry.why.contains("changed the journal")));
    assert_eq!(proposal.exit_code(), 4, "something is left");
}
