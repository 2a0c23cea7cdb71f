//! Answers that contradict each other: an update that sends one of them back is not made.

use cogward::app::apply::propose_audit;
use cogward::plan::guard::Permits;
use cogward::proposal::Ended;
use cogward::simulator::{FaultKind, InjectedFault, Options};
use serde_json::{Value, json};

use crate::apply::scene::pool;
use crate::apply::support::{Bench, POOL, job};

/// A pool in ENFORCED with MFA for those who have it.
fn enforced() -> Bench {
    let mut pool = pool();
    pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "ENFORCED".into();
    Bench::new(pool, Options::default())
}

/// `DescribeUserPool` says this of MFA, whatever is so.
fn says(mfa: Value) -> InjectedFault {
    InjectedFault::new(FaultKind::Set("/UserPool/MfaConfiguration".to_owned(), mfa)).at("DescribeUserPool")
}

/// `UpdateUserPool` sends back what `DescribeUserPool` says of MFA: where `GetUserPoolMfaConfig` says something else, nothing is
/// written, whether the plan sees that or only the call.
#[test]
fn mfa_that_contradicts_is_not_sent() {
    for said in [json!("OFF"), json!("ON"), Value::Null, json!("UNHEARD")] {
        let bench = enforced();
        let before = bench.server.world();
        bench.server.set_faults(vec![says(said.clone())]);
        let (fetched, nothing) = (bench.look(), Permits::default());
        let prepared = propose_audit(POOL, "a test", &job(&fetched, &nothing)).unwrap();
        assert!(!prepared.proposal.refused.is_empty(), "{said}");
        bench.server.set_faults(Vec::new());
        let fetched = bench.look();
        let prepared = propose_audit(POOL, "a test", &job(&fetched, &nothing)).unwrap();
        assert!(
            prepared.proposal.refused.is_empty(),
            "{said}: {:#?}",
            prepared.proposal.refused
        );
        bench.server.set_faults(vec![says(said.clone())]);
        let outcome = bench.carry_out(&prepared, "a.jsonl");
        assert_ne!(outcome.exit_code(), 0, "{said}: {outcome:#?}");
        bench.server.set_faults(Vec::new());
        assert_eq!(json!(before), json!(bench.server.world()), "{said}");
        let prepared = propose_audit(POOL, "a test", &job(&bench.look(), &nothing)).unwrap();
        assert_eq!(bench.carry_out(&prepared, "b.jsonl").exit_code(), 0, "{said}");
        let world = bench.server.world();
        assert_eq!(
            world.pool(POOL).unwrap().user_pool["MfaConfiguration"],
            "OPTIONAL"
        );
    }
}

/// A description of before the run's own change of MFA would take that change back.
#[test]
fn own_change_of_mfa_is_not_taken_back() {
    let policy = json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "mode": { "standard": "ENFORCED", "custom": "AUDIT" },
        "mfa": { "configuration": "ON" } });
    let bench = Bench::new(pool(), Options::default());
    let prepared = bench.plan(&policy);
    bench.server.set_faults(vec![says(json!("OPTIONAL"))]);
    let outcome = bench.carry_out(&prepared, "a.jsonl");
    let world = bench.server.world();
    let calls = &outcome.pools[0].calls;
    let updated = calls
        .iter()
        .find(|call| call.operation == "UpdateUserPool")
        .unwrap();
    assert_ne!(updated.ended, Ended::Done, "{outcome:#?}");
    assert_eq!(
        world.pool(POOL).unwrap().user_pool["MfaConfiguration"],
        "ON",
        "{outcome:#?}"
    );
}

/// Log delivery that AWS does not find is taken for none, which the plan says: the call replaces whatever there is.
#[test]
fn logs_not_found_are_said() {
    let policy = json!({ "version": 1, "name": "n", "target": { "pool": POOL }, "feature_plan": "PLUS",
        "log_delivery": { "user_auth_events": { "cloudwatch_logs": "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/x" } } });
    let bench = Bench::new(pool(), Options::default());
    let notes = |bench: &Bench| format!("{:?}", bench.plan(&policy).proposal.pools);
    assert!(!notes(&bench).contains("taken for none"));
    let odd = InjectedFault::new(FaultKind::NotFound).at("GetLogDeliveryConfiguration");
    bench.server.set_faults(vec![odd]);
    assert!(
        notes(&bench).contains("taken for none (unconfirmed)"),
        "{}",
        notes(&bench)
    );
}
