//! What the service is known to refuse is refused before anything is written, and the way that it takes is taken.

use serde_json::{Value, json};

use crate::cli::live::apply::support::{refused, writes};
use crate::cli::live::support::{Aws, POLICY, POOL};

/// What the first refusal says, and what to do.
fn said(aws: &Aws, guard: &str) -> (String, String) {
    let report = aws.json(&["apply", "--dry-run"]);
    let refused = report["refused"].as_array().unwrap().iter();
    let mut refused = refused.filter(|one| one["guard"] == guard);
    let one = refused.next().unwrap_or_else(|| panic!("{report}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&one["message"]), text(&one["next"]))
}

/// The pool's policy with another plan, modes and export.
fn policy(plan: &str, mode: &str, logs: &str) -> String {
    let (head, _) = POLICY.split_once("log_delivery:").unwrap();
    head.replace("feature_plan: PLUS", &format!("feature_plan: {plan}"))
        .replace("standard: ENFORCED", &format!("standard: {mode}"))
        + logs
}

const NONE: &str = "log_delivery: { user_auth_events: none }\n";
const DOWN: [&str; 4] = [
    "--allow-weaken",
    "/mode/standard",
    "--allow-weaken",
    "/log_delivery/user_auth_events",
];

/// A plan that does not have what is on is refused before.
#[test]
fn feature_plan_lacking_what_is_in_use() {
    for (mode, logs, what) in [
        ("OFF", "", "user activity would be exported"),
        ("AUDIT", NONE, "standard authentication would be `AUDIT`"),
    ] {
        let aws = Aws::with(&policy("ESSENTIALS", mode, logs));
        let (code, guards) = refused(&aws, &["--yes", DOWN[0], DOWN[1]]);
        assert_eq!(code, 5);
        assert!(guards.contains(&"service-refuses".to_owned()), "{guards:?}");
        let (message, next) = said(&aws, "service-refuses");
        assert!(
            message.contains(what) && message.contains("`ESSENTIALS`"),
            "{message}"
        );
        assert!(next.contains("in the same policy"), "{next}");
    }
    // Up: the pool is on ESSENTIALS, and the policy leaves that.
    let up = policy("PLUS", "AUDIT", "").replace("feature_plan: PLUS\n", "");
    let aws = Aws::with(&up).change(|pool| {
        pool.user_pool["UserPoolTier"] = "ESSENTIALS".into();
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
        pool.log_configurations = None;
    });
    assert_eq!(refused(&aws, &["--yes"]), (5, vec!["service-refuses".to_owned()]));
    let (_, next) = said(&aws, "service-refuses");
    assert!(next.starts_with("set `feature_plan: PLUS`"), "{next}");
}

/// The way down ends the export then the modes then the plan and back.
#[test]
fn downgrade_call_order_and_rollback() {
    let aws = Aws::with(&policy("ESSENTIALS", "OFF", NONE));
    let run = aws.run(&[&["apply", "--yes", "--journal", "down.jsonl"], &DOWN[..]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let order = ["SetLogDeliveryConfiguration", "UpdateUserPool", "UpdateUserPool"];
    assert_eq!(writes(&aws.server), order);
    assert_eq!(aws.run(&["diff"]).code, 0);
    let pool = || aws.server.world().pool(POOL).unwrap().clone();
    assert_eq!(pool().user_pool["UserPoolTier"], "ESSENTIALS");
    // Back: the plan first, then what it has.
    let run = aws.run(&["rollback", "down.jsonl", "--yes", "--override-gate", "it was so"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(pool().user_pool["UserPoolTier"], "PLUS");
    assert_eq!(pool().log_configurations.unwrap().len(), 1);
    assert_eq!(writes(&aws.server)[3], "UpdateUserPool");
    // An export that a policy does not want is a difference.
    let (code, findings) = aws.findings(&["diff"]);
    assert_eq!((code, findings.len()), (3, 3), "{findings:?}");
}

/// A rollback that the service refuses is refused too.
#[test]
fn rollback_the_service_would_refuse() {
    let essentials = |pool: &mut cogward::simulator::Pool| {
        pool.user_pool["UserPoolTier"] = "ESSENTIALS".into();
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
        pool.log_configurations = None;
    };
    let aws = Aws::with("version: 1\nname: a\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\n")
        .change(essentials);
    let run = aws.run(&["apply", "--yes", "--journal", "up.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    // Meanwhile somebody uses what the plan has.
    let aws =
        aws.change(|pool| pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" }));
    let run = aws.run(&["rollback", "up.jsonl", "--yes", "--allow-weaken", "/feature_plan"]);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.out.contains("refused[service-refuses]"), "{}", run.out);
    assert_eq!(
        writes(&aws.server),
        ["UpdateUserPool"],
        "only the first run wrote"
    );
}

/// MFA that cannot be is refused with the pools own settings.
#[test]
fn impossible_mfa_with_settings_of_the_pool() {
    let mfa =
        |section: &str| format!("version: 1\nname: a\ntarget: {{ pool: us-west-2_A }}\nmfa: {section}\n");
    let bare = |pool: &mut cogward::simulator::Pool| {
        pool.user_pool["MfaConfiguration"] = "OFF".into();
        pool.mfa.clear();
    };
    let aws = Aws::with(&mfa("{ configuration: OPTIONAL }")).change(bare);
    assert_eq!(refused(&aws, &["--yes"]), (5, vec!["service-refuses".to_owned()]));
    let (message, next) = said(&aws, "service-refuses");
    assert!(
        message.contains("the pool has none, and the policy names none"),
        "{message}"
    );
    assert!(next.contains("add `SOFTWARE_TOKEN` to `factors`"), "{next}");
    // The pool's configuration with the policy's factors.
    let aws = Aws::with(&mfa("{ factors: [SOFTWARE_TOKEN] }")).change(bare);
    assert_eq!(refused(&aws, &["--yes"]), (5, vec!["service-refuses".to_owned()]));
    // Both are the policy's: the rule finds it as well.
    let aws = Aws::with(&mfa("{ configuration: OFF, factors: [SOFTWARE_TOKEN] }"));
    let (code, guards) = refused(&aws, &["--yes", "--allow-weaken", "/mfa"]);
    assert_eq!(code, 5);
    assert!(guards.contains(&"service-refuses".to_owned()), "{guards:?}");
    // Factors that nobody manages go with MFA.
    let aws = Aws::with(&mfa("{ configuration: OFF }"));
    let run = aws.run(&["apply", "--yes", "--allow-weaken", "/mfa/configuration"]);
    assert_eq!(run.code, 0, "{run:?}");
}
