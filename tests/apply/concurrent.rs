//! Somebody else changes a pool between plan and write: it is seen, and nothing of theirs is written over.

use cogward::proposal::Ended;
use cogward::simulator::{AwsState, Behaviour, FaultKind, InjectedFault, Options};
use serde_json::{Value, json};

use crate::apply::scene::{APP, WEB, policy, pool, put_alarm};
use crate::apply::support::{Bench, POOL, figure, raw, writes};

type Change = (&'static str, &'static str, fn(&mut AwsState));

/// What somebody else does, and the operation whose object it is.
fn changes() -> Vec<Change> {
    let user_pool: fn(&mut AwsState) = |world| {
        world.pool_mut(POOL).unwrap().user_pool["DeletionProtection"] = "INACTIVE".into();
    };
    vec![
        ("a setting of the pool", "UpdateUserPool", user_pool),
        ("a member that nobody knows", "UpdateUserPool", |world| {
            world.pool_mut(POOL).unwrap().user_pool["FutureMember"]["Kept"] = json!([2]);
        }),
        ("the mode", "UpdateUserPool", |world| {
            world.pool_mut(POOL).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "OFF".into();
        }),
        ("a member that comes up", "UpdateUserPool", |world| {
            world
                .pool_mut(POOL)
                .unwrap()
                .user_pool
                .insert("Later".into(), json!({ "A": 1 }));
        }),
        ("a client", "UpdateUserPoolClient", |world| {
            let client = world.pool_mut(POOL).unwrap().clients.get_mut(WEB).unwrap();
            client["RefreshTokenValidity"] = 9.into();
        }),
        ("the pool's responses", "SetRiskConfiguration", |world| {
            let risk = &mut world.pool_mut(POOL).unwrap().risk_configurations;
            risk.get_mut("").unwrap()["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["Notify"] =
                true.into();
        }),
        (
            "an unknown member of the responses",
            "SetRiskConfiguration",
            |world| {
                let risk = &mut world.pool_mut(POOL).unwrap().risk_configurations;
                risk.get_mut("").unwrap()["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["DelayUnheard"] =
                    4.into();
            },
        ),
        ("a client's responses", "SetRiskConfiguration", |world| {
            let risk = &mut world.pool_mut(POOL).unwrap().risk_configurations;
            risk.get_mut(APP).unwrap()["CompromisedCredentialsRiskConfiguration"]["Actions"]["EventAction"] =
                "BLOCK".into();
        }),
        ("a factor", "SetUserPoolMfaConfig", |world| {
            let pool = world.pool_mut(POOL).unwrap();
            pool.mfa
                .insert("EmailMfaConfiguration".into(), json!({ "Subject": "code" }));
        }),
        ("a log destination", "SetLogDeliveryConfiguration", |world| {
            let logs = world.pool_mut(POOL).unwrap().log_configurations.as_mut().unwrap();
            logs[0]["BatchUnheard"] = 6.into();
        }),
        ("an alarm", "PutMetricAlarm", |world| put_alarm(world, 9.0)),
    ]
}

/// What somebody else did is seen before each write.
#[test]
fn foreign_change_seen_before_each_write() {
    let all = changes();
    for (what, operation, change) in &all {
        let bench = Bench::new(pool(), Options::default());
        let prepared = bench.plan(&policy());
        bench.server.change(*change);
        let theirs = bench.server.world();
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let calls = &outcome.pools[0].calls;
        let moved = calls.iter().find(|call| call.ended == Ended::Moved);
        let moved = moved.unwrap_or_else(|| panic!("{what}: {outcome:#?}"));
        assert_eq!(moved.operation, *operation, "{what}");
        assert_eq!(outcome.exit_code(), 5, "{what}: {outcome:#?}");
        let after: Vec<_> = calls
            .iter()
            .skip_while(|call| call.ended != Ended::Moved)
            .skip(1)
            .collect();
        assert!(
            after.iter().all(|call| call.ended == Ended::NotTried),
            "{what}: {outcome:#?}"
        );
        assert!(keeps(&theirs, &bench.server.world(), operation), "{what}");
        // With a plan of what is there now it goes on.
        let prepared = bench.plan(&policy());
        assert_eq!(bench.carry_out(&prepared, "b.jsonl").exit_code(), 0, "{what}");
    }
    figure("concurrent changes caught", all.len());
}

/// Whether the object of an operation is as they left it.
fn keeps(theirs: &AwsState, now: &AwsState, operation: &str) -> bool {
    let part = |world: &AwsState| -> Value {
        let pool = world.pool(POOL).unwrap();
        let region = &world.accounts[crate::apply::support::ACCOUNT].regions[crate::apply::support::REGION];
        match operation {
            "UpdateUserPool" => {
                let mut user_pool = pool.user_pool.clone();
                // MFA has a call of its own, which came before.
                user_pool.retain(|name, _| name != "MfaConfiguration");
                Value::Object(user_pool)
            }
            "UpdateUserPoolClient" => json!(pool.clients),
            "SetRiskConfiguration" => json!(pool.risk_configurations.get(APP)),
            "SetUserPoolMfaConfig" => json!(pool.mfa),
            "SetLogDeliveryConfiguration" => json!(pool.log_configurations),
            _ => json!(region.alarms),
        }
    };
    part(theirs) == part(now)
}

fn reverse(list: &mut Value) {
    list.as_array_mut().unwrap().reverse();
}

#[test]
fn what_changes_by_itself_is_no_change() {
    let mut seen = pool();
    seen.user_pool["AutoVerifiedAttributes"] = json!(["email", "phone_number"]);
    seen.clients.get_mut(WEB).unwrap()["ExplicitAuthFlows"] =
        json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]);
    seen.risk_configurations.get_mut(APP).unwrap()["CompromisedCredentialsRiskConfiguration"]["EventFilter"] =
        json!(["SIGN_UP", "SIGN_IN"]);
    let bench = Bench::new(seen, Options::default());
    let prepared = bench.plan(&policy());
    bench.server.change(|world| {
        let pool = world.pool_mut(POOL).unwrap();
        pool.user_pool["EstimatedNumberOfUsers"] = 43.into();
        pool.user_pool["LastModifiedDate"] = json!(1_790_000_001.0);
        let web = pool.clients.get_mut(WEB).unwrap();
        web.insert("LastModifiedDate".into(), json!(1_790_000_001.0));
        reverse(&mut pool.user_pool["AutoVerifiedAttributes"]);
        reverse(&mut web["ExplicitAuthFlows"]);
        let app = pool.risk_configurations.get_mut(APP).unwrap();
        reverse(&mut app["CompromisedCredentialsRiskConfiguration"]["EventFilter"]);
        pool.risk_configurations.insert("other".into(), raw(json!({})));
    });
    // A reviewed plan still holds.
    assert_eq!(bench.plan(&policy()).plan, prepared.plan);
    assert_eq!(bench.carry_out(&prepared, "a.jsonl").exit_code(), 0);
}

/// The service answers the reading before a write with something else: the write would go to that.
#[test]
#[expect(clippy::too_many_lines, reason = "one table, and what is asked of each row")]
fn answer_about_other_object_not_written() {
    for (read, pointer, other, write) in [
        (
            "DescribeUserPool",
            "/UserPool/Id",
            "us-west-2_B",
            "UpdateUserPool",
        ),
        (
            "DescribeUserPool",
            "/UserPool/Arn",
            "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/us-west-2_A",
            "UpdateUserPool",
        ),
        (
            "DescribeUserPoolClient",
            "/UserPoolClient/ClientId",
            APP,
            "UpdateUserPoolClient",
        ),
        (
            "DescribeUserPoolClient",
            "/UserPoolClient/UserPoolId",
            "us-west-2_B",
            "UpdateUserPoolClient",
        ),
        (
            "DescribeRiskConfiguration",
            "/RiskConfiguration/UserPoolId",
            "us-west-2_B",
            "SetRiskConfiguration",
        ),
        (
            "DescribeRiskConfiguration",
            "/RiskConfiguration/ClientId",
            WEB,
            "SetRiskConfiguration",
        ),
        (
            "GetLogDeliveryConfiguration",
            "/LogDeliveryConfiguration/UserPoolId",
            "us-west-2_B",
            "SetLogDeliveryConfiguration",
        ),
        (
            "DescribeAlarms",
            "/MetricAlarms/0/AlarmName",
            "other",
            "PutMetricAlarm",
        ),
    ] {
        let bench = Bench::new(pool(), Options::default());
        bench.server.change(|world| put_alarm(world, 9.0));
        let prepared = bench.plan(&policy());
        let kind = FaultKind::Set(pointer.into(), other.into());
        // The pool's configuration has no client; a client's has its own.
        let fault = InjectedFault::new(kind).at(read);
        let fault = if other == WEB { fault.client(APP) } else { fault };
        bench.server.set_faults(vec![fault]);
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let call = outcome.pools[0].calls.iter().find(|call| call.operation == write);
        let failed = outcome.pools[0]
            .calls
            .iter()
            .find(|call| call.operation == write && call.ended == Ended::Failed);
        let failed = failed.unwrap_or_else(|| panic!("{read} {pointer}: {call:#?}"));
        let detail = failed.detail.as_deref().unwrap();
        assert!(
            detail.contains("nothing was written") && detail.contains(other),
            "{detail}"
        );
        let made = writes(&bench.server);
        let made = made.iter().filter(|operation| *operation == write).count();
        let before = usize::from(other == WEB);
        assert!(made <= before, "{read} {pointer}: {made}");
    }
}

/// Somebody else changes something while this run writes something else: each object of the pool that no call is about.
#[test]
fn foreign_change_to_other_object_told() {
    let narrow = json!({ "version": 1, "name": "n", "target": { "pool": POOL },
        "account_takeover": { "high": { "action": "BLOCK", "notify": false } } });
    for (what, operation, change) in changes() {
        if operation == "PutMetricAlarm" {
            continue;
        }
        let bench = Bench::new(pool(), Options::default());
        let prepared = bench.plan(&narrow);
        bench.server.change(change);
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        let found = &outcome.pools[0];
        // The one call is about the pool's responses: of those it is said before it is made.
        if found.calls[0].ended == Ended::Moved {
            assert!(what.contains("responses"), "{what}");
            continue;
        }
        assert_eq!(outcome.exit_code(), 4, "{what}: {outcome:#?}");
        let said = found.trouble.join("\n");
        assert!(said.contains("somebody else changed "), "{what}: {said}");
        assert!(
            said.contains("which this run did not write: `/"),
            "{what}: {said}"
        );
    }
}

/// AWS may show no responses while the mode is OFF. That is nobody's change, and the run stops before it writes over them.
#[test]
fn responses_hidden_by_off_no_change() {
    let options = || Options {
        behaviour: Behaviour {
            off_hides_responses: true,
            ..Behaviour::default()
        },
        ..Options::default()
    };
    let policy = |mode: &str, more: Value| {
        let mut policy =
            json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "mode": { "standard": mode } });
        policy.as_object_mut().unwrap().extend(raw(more));
        policy
    };
    let in_mode = |mode: &str| {
        let mut seen = pool();
        seen.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": mode });
        seen
    };
    let high = json!({ "account_takeover": { "high": { "action": "BLOCK", "notify": false } } });
    // With a call about them, and without one.
    for (more, written) in [(high, Ended::Moved), (json!({}), Ended::Done)] {
        let bench = Bench::new(in_mode("OFF"), options());
        let before = bench.server.world();
        let policy = policy("AUDIT", more);
        let outcome = bench.carry_out(&bench.plan(&policy), "a.jsonl");
        let found = &outcome.pools[0];
        assert_eq!(found.calls.last().unwrap().ended, written, "{outcome:#?}");
        let said = found.calls.iter().filter_map(|call| call.detail.as_deref());
        let said: Vec<_> = said.chain(found.trouble.iter().map(String::as_str)).collect();
        let said = said.join("\n");
        assert!(
            said.contains("did not show while the mode was OFF"),
            "{outcome:#?}"
        );
        let risks = |world: &AwsState| json!(world.pool(POOL).unwrap().risk_configurations);
        assert_eq!(risks(&before), risks(&bench.server.world()));
        // The next plan knows them.
        let next = bench.plan(&policy);
        assert!(bench.carry_out(&next, "b.jsonl").exit_code() == 0 || next.proposal.pools.is_empty());
    }
    let bench = Bench::new(in_mode("AUDIT"), options());
    let outcome = bench.carry_out(&bench.plan(&policy("OFF", json!({}))), "a.jsonl");
    assert_eq!(outcome.exit_code(), 0, "{outcome:#?}");
}

/// What AWS adds to responses although nobody sent it: it is in the outcome and in the journal.
#[test]
fn what_aws_adds_to_responses_is_named() {
    let bench = Bench::new(pool(), Options::default());
    bench.server.change(|world| {
        world.pool_mut(POOL).unwrap().risk_configurations.remove(APP);
    });
    let narrow = json!({ "version": 1, "name": "n", "target": { "pool": POOL },
        "account_takeover": { "high": { "action": "BLOCK", "notify": false } } });
    let prepared = bench.plan(&narrow);
    let added = json!({ "RiskConfiguration": { "RiskExceptionConfiguration": { "SkippedIPRangeList": ["192.0.2.7/32"] },
        "Unheard": { "Of": "hunter2" } } });
    // Read before the write, and after it.
    let fault = InjectedFault::new(FaultKind::Merge(added))
        .at("DescribeRiskConfiguration")
        .client("")
        .from(2)
        .times(1);
    bench.server.set_faults(vec![fault]);
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    let call = &outcome.pools[0].calls[0];
    let said = call.detail.as_deref().unwrap();
    for place in [
        "`/RiskExceptionConfiguration/SkippedIPRangeList` ([\"192.0.2.7/32\"])",
        "`/Unheard/Of`",
    ] {
        assert!(
            said.contains("AWS added what nobody sent: ") && said.contains(place),
            "{said}"
        );
    }
    // What no policy has a word for may be a secret.
    assert!(!said.contains("hunter2"), "{said}");
    let kept = bench.journal("a.jsonl").made[0]
        .end
        .clone()
        .unwrap()
        .detail
        .unwrap();
    assert_eq!(kept, said);
}
