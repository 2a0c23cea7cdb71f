//! Plans that are carried out: in which order, with what effect, and what is left as it was.

use serde_json::{Value, json};

use crate::cli::live::apply::support::{states, writes};
use crate::cli::live::support::{Aws, POLICY, POOL, raw};

/// What observes comes first then responses then the mode.
#[test]
fn order_is_observers_responses_mode() {
    let aws = Aws::with(&POLICY.replace("mode:", "alarms:\n  - { metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, actions: [\"arn:aws:sns:us-west-2:123456789012:a\"] }\nmode:"));
    let aws = aws.change(|pool| {
        pool.user_pool["UserPoolTier"] = "ESSENTIALS".into();
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "OFF" });
        pool.risk_configurations.clear();
        pool.log_configurations = None;
        pool.user_pool
            .insert("EstimatedNumberOfUsers".into(), 12345.into());
    });
    let allowed = [
        "--allow-block=/account_takeover",
        "--allow-block=/compromised_credentials",
    ];
    let run = aws.run(
        &[
            &["apply", "--dry-run", "--override-gate", "new pool"],
            &allowed[..],
        ]
        .concat(),
    );
    assert_eq!(run.code, 3, "{run:?}");
    let cost =
        "the feature plan PLUS is billed for each monthly active user; the pool has about 12,345 users";
    assert!(run.out.replace("\n    ", " ").contains(cost), "{}", run.out);
    assert!(run.out.contains("sent back unchanged: "), "{}", run.out);
    assert_eq!(writes(&aws.server), Vec::<String>::new());
    let run = aws.run(&[&["apply", "--yes", "--override-gate", "new pool"], &allowed[..]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        writes(&aws.server),
        [
            "UpdateUserPool",
            "SetLogDeliveryConfiguration",
            "PutMetricAlarm",
            "SetRiskConfiguration",
            "UpdateUserPool"
        ]
    );
    let world = aws.server.world();
    let pool = world.pool(POOL).unwrap();
    assert_eq!(pool.user_pool["UserPoolTier"], "PLUS");
    assert_eq!(
        pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"],
        "ENFORCED"
    );
    assert_eq!(aws.run(&["diff"]).code, 0);
    let names = aws.place.names(".");
    let journal = names
        .iter()
        .find(|name| name.starts_with("cogward-journal-"))
        .unwrap();
    let who = r#""who":[{"account":"123456789012","arn":"arn:aws:iam::123456789012:user/tester"}]"#;
    assert!(aws.place.read(journal).contains(who));
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(
        (run.code, run.out.contains("nothing to change")),
        (0, true),
        "{run:?}"
    );
}

#[test]
fn what_a_policy_does_not_name_is_as_it_was() {
    let aws = Aws::with(
        "version: 1\nname: a\ntarget: { pool: us-west-2_A }\nmode: { standard: AUDIT, custom: AUDIT }\n",
    );
    let aws = aws.change(|pool| {
        pool.user_pool.extend(raw(json!({
            "DeletionProtection": "ACTIVE", "FutureMember": { "Kept": [1, "zwei"] }, "AutoVerifiedAttributes": ["email"],
            "Policies": { "PasswordPolicy": { "MinimumLength": 20, "TemporaryPasswordValidityDays": 3 } },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "UserPoolTags": { "env": "prod", "aws:cloudformation:stack-name": "s" },
        })));
    });
    let before = aws.server.world().pool(POOL).unwrap().clone();
    let report = aws.json(&[
        "apply",
        "--yes",
        "--allow-weaken",
        "/mode/standard",
        "--show-calls",
    ]);
    assert_eq!(report["exit_code"], 0, "{report}");
    assert_eq!(report["outcome"]["pools"][0]["is_as_wanted"], true);
    let carried = &report["pools"][0]["carried"][0];
    assert_eq!(carried["unknown"], json!(["FutureMember"]));
    let after = aws.server.world().pool(POOL).unwrap().clone();
    let without = |pool: &cogward::simulator::Pool| {
        let mut pool = pool.clone();
        for name in ["LastModifiedDate", "UserPoolAddOns"] {
            pool.user_pool.remove(name);
        }
        pool
    };
    for (name, value) in without(&before).user_pool {
        assert_eq!(after.user_pool.get(&name), Some(&value), "{name}");
    }
    assert_eq!(
        after.user_pool["UserPoolAddOns"]["AdvancedSecurityAdditionalFlows"]["CustomAuthMode"],
        "AUDIT"
    );
    assert_eq!(
        (
            before.clients,
            before.mfa,
            before.risk_configurations,
            before.log_configurations
        ),
        (
            after.clients,
            after.mfa,
            after.risk_configurations,
            after.log_configurations
        )
    );
}

#[test]
fn a_failed_call_ends_its_pool_and_no_other() {
    let aws = Aws::with(
        "version: 1\nname: a\ntarget: { names: [\"*\"] }\nmode: { standard: ENFORCED }\naccount_takeover:\n  high: { action: BLOCK }\ncompromised_credentials: { action: BLOCK }\n",
    );
    aws.server.change(|world| {
        let pools = &mut world
            .region_mut(
                crate::cli::live::support::ACCOUNT,
                crate::cli::live::support::REGION,
            )
            .pools;
        for (id, name) in [(POOL, "customers"), ("us-west-2_B", "staff")] {
            let mut pool = crate::cli::live::support::pool(name);
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
            let risk = pool.risk_configurations.get_mut("").unwrap();
            risk["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["EventAction"] =
                "MFA_REQUIRED".into();
            pools.insert(id.into(), pool);
        }
    });
    let aws = aws.faults(vec![
        cogward::simulator::InjectedFault::new(cogward::simulator::FaultKind::AccessDenied)
            .at("SetRiskConfiguration")
            .on(POOL),
    ]);
    let named = [
        "--allow-block=us-west-2_A:/account_takeover",
        "--allow-block=us-west-2_B:/account_takeover",
    ];
    let report = aws.json(&[&["apply", "--yes", "--max-pools", "2"], &named[..]].concat());
    assert_eq!(report["exit_code"], 4, "{report}");
    let found = states(&report);
    let state = |at: &str, state: &str| (at.to_owned(), state.to_owned());
    assert_eq!(
        found,
        [
            state("/mode/standard", "not-tried"),
            state("/account_takeover/high", "failed"),
            state("/mode/standard", "applied"),
            state("/account_takeover/high", "applied"),
        ]
    );
    let detail = &report["outcome"]["pools"][0]["calls"][0]["detail"];
    assert!(detail.as_str().unwrap().contains("access denied"), "{detail}");
    let mode = |id: &str| -> Value {
        aws.server.world().pool(id).unwrap().user_pool["UserPoolAddOns"]["AdvancedSecurityMode"].clone()
    };
    assert_eq!(
        (mode(POOL), mode("us-west-2_B")),
        (json!("AUDIT"), json!("ENFORCED"))
    );
}

/// The shipped layer, with what it leaves to a policy.
const BALANCED: &str = "\
version: 1
name: a
extends: balanced
target: { pool: us-west-2_A }
mode: { standard: ENFORCED }
account_takeover:
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/example.com
    mfa_email: { subject: Please confirm, text: A sign-in of yours was unusual. }
";

/// It weakens nothing; that its responses begin to act at once, and were not there in AUDIT, has to be allowed.
#[test]
fn shipped_baseline_is_one_step() {
    let aws = Aws::with(BALANCED).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.risk_configurations.clear();
    });
    let report = aws.json(&["apply", "--dry-run"]);
    let refused: Vec<_> = report["refused"].as_array().unwrap().iter().collect();
    assert!(
        refused.iter().all(|one| one["guard"] == "blocking-not-named"),
        "{refused:?}"
    );
    let (high, compromised) = ("/account_takeover/high", "/compromised_credentials");
    let named: Vec<_> = refused.iter().map(|one| &one["accept"][1]).collect();
    assert_eq!(named, [compromised, high], "{report}");
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-block",
        high,
        "--allow-block",
        compromised,
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("; 0 weaker; "), "{}", run.out);
    assert_eq!(writes(&aws.server), ["SetRiskConfiguration", "UpdateUserPool"]);
}

#[test]
fn a_refusal_says_what_is_not_known() {
    let aws = Aws::with(BALANCED).change(|pool| pool.risk_configurations.clear());
    let report = aws.json(&["apply", "--dry-run"]);
    let refused: Vec<_> = report["refused"].as_array().unwrap().iter().collect();
    let weakening = refused
        .iter()
        .find(|one| one["message"].as_str().unwrap().contains(" weakens pool "))
        .unwrap();
    assert_eq!(weakening["guard"], "weakening-not-named");
    let message = weakening["message"].as_str().unwrap();
    assert!(
        message.contains(
            "weakens pool `customers (us-west-2_A)`: what happens today is unconfirmed and may be a block; afterwards \
             password sign-in at low risk is allowed"
        ),
        "{message}"
    );
}

/// Days in AUDIT before a change of the responses were days without that change.
#[test]
fn responses_newer_than_audit_are_noted() {
    let now = jiff::Timestamp::now().as_second();
    for (changed, is_said) in [(now, true), (1_700_000_000, false)] {
        let aws = Aws::with(POLICY).change(|pool| {
            pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
            let own = pool.risk_configurations.get_mut("").unwrap();
            own.insert("LastModifiedDate".into(), changed.into());
        });
        let report = aws.json(&["apply", "--dry-run"]);
        let notes = report["pools"][0]["notes"].to_string();
        let words = "the responses were last changed on ";
        assert_eq!(notes.contains(words), is_said, "{report}");
    }
}

/// A journal that ends within a line may be cut: what came after is unknown, and the rollback says so.
#[test]
fn cut_journal_is_no_whole_rollback() {
    let aws = Aws::one().change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        pool.log_configurations = None;
    });
    let run = aws.run(&["apply", "--yes", "--override-gate", "new pool"]);
    assert_eq!(run.code, 0, "{run:?}");
    let names = aws.place.names(".");
    let journal = names
        .iter()
        .find(|name| name.starts_with("cogward-journal-"))
        .unwrap();
    let text = aws.place.read(journal);
    let lines: Vec<_> = text.lines().collect();
    // The first line is of the run; a call is a line for its begin and one for its end.
    for (whole, undone) in [(1, false), (3, true)] {
        let cut = format!(
            "{}\n{}",
            lines[..whole].join("\n"),
            &lines[whole][..lines[whole].len() / 2]
        );
        aws.place.file("cut.jsonl", &cut);
        let run = aws.run(&[
            "rollback",
            "cut.jsonl",
            "--yes",
            "--allow-weaken",
            "/log_delivery",
        ]);
        let said = run.out.replace("\n  ", " ");
        assert_eq!(run.code, 4, "{run:?}");
        assert!(said.contains("cut.jsonl: ends within a line"), "{run:?}");
        assert_eq!(!said.contains("nothing to change"), undone, "{run:?}");
    }
}
