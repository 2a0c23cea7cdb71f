//! There and back: what an apply changed is undone to the last byte.

use cogward::proposal::Ended;
use cogward::simulator::{AwsState, Behaviour, Options, Pool, RawMembers, Update};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::apply::convergence::{REFUSALS, set};
use crate::apply::policies;
use crate::apply::rollback::{back, is_impossible};
use crate::apply::scene::{APP, WEB, log, policy, pool, scene};
use crate::apply::support::{ACCOUNT, Bench, POOL, REGION, cases, figure, raw};

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
fn rollback_restores_exact_members() {
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

/// A feature plan that was not described is said to stay.
#[test]
fn undescribed_feature_plan_stays() {
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
