//! Each guard refuses with a message of its own, exit code 5 and no write.

use cogward::simulator::{Empty, FaultKind, InjectedFault};
use serde_json::json;

use crate::cli::live::apply::support::{modified_now, refused, writes};
use crate::cli::live::support::{ACCOUNT, Aws, POLICY, POOL, REGION, pool};

fn one(code: i64, guard: &str) -> (i64, Vec<String>) {
    (code, vec![guard.to_owned()])
}

/// A pool whose user activity goes elsewhere than the policy says: a change that neither weakens nor blocks.
fn lax() -> Aws {
    Aws::one().change(|pool| {
        let logs = pool.log_configurations.as_mut().unwrap();
        logs[0]["CloudWatchLogsConfiguration"]["LogGroupArn"] =
            "arn:aws:logs:us-west-2:123456789012:log-group:before".into();
    })
}

#[test]
fn a_weakening_change_must_be_named() {
    let aws = Aws::with(&POLICY.replace("standard: ENFORCED", "standard: AUDIT"));
    assert_eq!(refused(&aws, &["--yes"]), one(5, "weakening-not-named"));
    let run = aws.run(&["apply", "--yes"]);
    assert!(
        run.out
            .contains("help: if this is intended: --allow-weaken /mode/standard"),
        "{}",
        run.out
    );
    let run = aws.run(&["apply", "--yes", "--allow-weaken", "/mode/standard/x"]);
    assert_eq!(run.code, 2, "below it there is nothing: {run:?}");
    for place in ["/mode/standard", "/mode"] {
        let run = aws.run(&["apply", "--dry-run", "--allow-weaken", place]);
        assert_eq!(run.code, 3, "{place}: {run:?}");
    }
    let run = aws.run(&["apply", "--yes", "--allow-weaken", "/mode/standard"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(writes(&aws.server), ["UpdateUserPool"]);
}

/// What may be weaker under one answer of AWS is asked for.
#[test]
fn possible_weakening_must_be_named() {
    let policy = |low: &str| {
        POLICY
            .replace("mfa: { configuration: OPTIONAL }\n", "")
            .replace("  high:", &format!("  low: {low}\n  high:"))
    };
    // MFA is off, and what MFA_REQUIRED does then is not documented.
    let aws = Aws::with(&policy("{ action: NO_ACTION, notify: true }")).change(|pool| {
        pool.user_pool["MfaConfiguration"] = "OFF".into();
        pool.mfa.clear();
        let risk = pool.risk_configurations.get_mut("").unwrap();
        risk["AccountTakeoverRiskConfiguration"]["Actions"]["LowAction"] =
            json!({ "EventAction": "MFA_REQUIRED", "Notify": true });
        let notify = json!({ "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/example.com" });
        risk["AccountTakeoverRiskConfiguration"]["NotifyConfiguration"] = notify;
    });
    let report = aws.json(&["apply", "--dry-run"]);
    assert_eq!(report["exit_code"], 5, "{report}");
    assert_eq!(report["counts"]["undefined"], 1, "{report}");
    let refused = &report["refused"][0];
    let message = refused["message"].as_str().unwrap();
    assert_eq!(refused["guard"], "weakening-not-named");
    assert!(
        message.contains("may weaken pool `customers (us-west-2_A)`, and AWS does not document whether it does: password sign-in at low risk"),
        "{message}"
    );
    assert!(
        message.contains("whether MFA_REQUIRED blocks or does nothing is unconfirmed"),
        "{message}"
    );
    // A client that signs in by a flow of which nobody knows whether it is covered.
    let own = POLICY.replace(
        "inherit: true, auth_flows: [ALLOW_USER_PASSWORD_AUTH]",
        "account_takeover: { high: { action: NO_ACTION } }",
    );
    let aws = Aws::with(&own).change(|pool| {
        let client = pool.clients.get_mut("web1").unwrap();
        client.insert("ExplicitAuthFlows".into(), json!(["ALLOW_USER_AUTH"]));
        let mut risk = pool.risk_configurations[""].clone();
        risk.insert("ClientId".into(), "web1".into());
        pool.risk_configurations.insert("web1".into(), risk);
    });
    let report = aws.json(&["apply", "--dry-run"]);
    assert_eq!(report["exit_code"], 5, "{report}");
    let message = report["refused"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("undefined (if covered: blocked) → undefined (if covered: allowed)"),
        "{message}"
    );
    let report = aws.json(&["apply", "--dry-run", "--allow-weaken", "/clients/web"]);
    let refused = report["refused"].as_array().unwrap().iter();
    let guards: Vec<_> = refused.map(|one| one["guard"].clone()).collect();
    assert!(!guards.contains(&json!("weakening-not-named")), "{guards:?}");
}

/// A step to ENFORCED needs its days or a reason.
#[test]
fn step_to_enforced_needs_days_or_reason() {
    let aws = Aws::one().change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    });
    // The pool was modified on 2023-11-14.
    let early = ["--dry-run", "--today", "2023-11-20"];
    assert_eq!(refused(&aws, &early), one(5, "audit-gate-unmet"));
    let run = aws.run(&["apply", "--dry-run", "--today", "2023-11-20"]);
    let words = "6 days in AUDIT, 14 required (since 2023-11-14, by the pool itself)";
    assert!(run.out.replace("\n    ", " ").contains(words), "{}", run.out);
    let empty = aws.run(&["apply", "--yes", "--override-gate", " "]);
    assert_eq!((empty.code, empty.out.as_str()), (2, ""));
    let aws = modified_now(Aws::one());
    let report = aws.json(&["apply", "--yes", "--override-gate", "load test, SEC-7"]);
    assert_eq!(report["exit_code"], 0, "{report}");
    assert_eq!(report["pools"][0]["gates"][0]["overridden"], "load test, SEC-7");
    let journal = aws.place.read(report["outcome"]["journal"].as_str().unwrap());
    assert!(
        journal.contains(r#""override_gate":"load test, SEC-7""#),
        "{journal}"
    );
}

#[test]
fn more_pools_than_may_change_are_refused() {
    let aws = Aws::with(
        "version: 1\nname: a\ntarget: { names: [\"*\"] }\nmfa: { configuration: OPTIONAL }\nmode: { custom: AUDIT }\n",
    );
    aws.server.change(|world| {
        let pools = &mut world.region_mut(ACCOUNT, REGION).pools;
        pools.insert("us-west-2_B".into(), pool("staff"));
    });
    assert_eq!(refused(&aws, &["--yes"]), one(5, "too-many-pools"));
    let run = aws.run(&["apply", "--yes", "--max-pools", "2"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.out
            .contains("2 pools, 2 changes: 2 neutral; 0 weaker; 2 calls"),
        "{}",
        run.out
    );
}

/// Another account is refused before anything is read.
#[test]
fn other_account_refused_before_reads() {
    let aws = Aws::with(&POLICY.replace(ACCOUNT, "999999999999"));
    assert_eq!(refused(&aws, &["--yes"]), one(5, "other-account"));
    let asked: Vec<_> = aws.server.log().into_iter().map(|call| call.operation).collect();
    assert_eq!(asked, ["GetCallerIdentity"]);
}

/// The look asks for no account where the policy names none; what writes is asked all the same.
#[test]
fn caller_verified_before_first_write() {
    let policy = POLICY.replace("account: \"123456789012\", ", "");
    let lax = || {
        let aws = lax();
        aws.place.file("policies/a.yaml", &policy);
        aws
    };
    let aws = lax();
    assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
    let asked = || {
        aws.server
            .log()
            .into_iter()
            .filter(|call| call.operation == "GetCallerIdentity")
    };
    // For the head of the plan, and before the first write.
    assert_eq!(asked().count(), 2);
    let other = "arn:aws:sts::210987654321:assumed-role/other/session";
    for (kind, words) in [
        (FaultKind::Set("/Arn".into(), other.into()), other),
        (FaultKind::Set("/Arn".into(), "nobody".into()), "nobody"),
        (FaultKind::AccessDenied, "access denied"),
        (FaultKind::Empty(Empty::Object), "the answer has no `Account`"),
    ] {
        let aws = lax().faults(vec![InjectedFault::new(kind.clone()).at("GetCallerIdentity")]);
        assert_eq!(refused(&aws, &["--yes"]), one(5, "other-account"), "{kind:?}");
        let run = aws.run(&["apply", "--yes", "--journal", "j.jsonl"]);
        let out = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            out.contains(words) && out.contains("account 123456789012"),
            "{out}"
        );
        assert!(!aws.place.path("j.jsonl").exists(), "{kind:?}");
    }
}

/// Another region is refused before anything is asked.
#[test]
fn other_region_refused_before_any_call() {
    let aws = lax();
    assert_eq!(
        refused(&aws, &["--yes", "--region", "eu-west-1"]),
        one(5, "other-region")
    );
    assert!(aws.server.log().is_empty());
    assert_eq!(aws.run(&["apply", "--yes", "--region", REGION]).code, 0);
}

/// A pool that was not seen whole is not written.
#[test]
fn partly_read_pool_is_not_written() {
    let denied = InjectedFault::new(FaultKind::AccessDenied).at("GetUserPoolMfaConfig");
    let aws = lax().faults(vec![denied]);
    assert_eq!(refused(&aws, &["--yes"]), one(5, "pool-partial"));
    let unknown = FaultKind::Set("/UserPool/UserPoolTier".into(), "PLATINUM".into());
    let aws = lax().faults(vec![InjectedFault::new(unknown).at("DescribeUserPool")]);
    assert_eq!(refused(&aws, &["--yes"]).0, 5, "a value that is unknown");
}

/// What is not in a good answer was not seen: it is not taken for absent, and nothing is written over it.
#[test]
fn empty_success_answers_write_nothing() {
    let reads = [
        "DescribeRiskConfiguration",
        "ListUserPoolClients",
        "DescribeUserPoolClient",
        "GetUserPoolMfaConfig",
        "GetLogDeliveryConfiguration",
    ];
    let empty = [Empty::Object, Empty::Null, Empty::Error, Empty::Header];
    for (operation, empty) in reads.into_iter().flat_map(|it| empty.map(|empty| (it, empty))) {
        let aws = lax().faults(vec![InjectedFault::new(FaultKind::Empty(empty)).at(operation)]);
        let (code, guards) = refused(&aws, &["--yes"]);
        assert_eq!(
            (code, guards[0].as_str()),
            (5, "pool-partial"),
            "{operation} {empty:?}"
        );
        let run = aws.run(&["diff"]);
        assert_eq!(run.code, 4, "{operation} {empty:?}: {run:?}");
        assert!(
            run.out.contains("answer not understood"),
            "{operation}: {}",
            run.out
        );
    }
    let aws = lax().faults(vec![
        InjectedFault::new(FaultKind::Empty(Empty::Object)).at("DescribeUserPool"),
    ]);
    assert_eq!(refused(&aws, &["--yes"]), (4, Vec::new()));
}

/// A place that could not be looked at is not written.
#[test]
fn unreadable_place_is_not_written() {
    let denied = InjectedFault::new(FaultKind::AccessDenied).at("DescribeUserPool");
    let aws = lax().faults(vec![denied]);
    assert_eq!(refused(&aws, &["--yes"]), (4, Vec::new()));
    let run = aws.run(&["apply", "--yes"]);
    assert!(run.out.contains("nothing could be planned"), "{}", run.out);
}

/// What cannot be carried over is not written.
#[test]
fn settings_not_carried_over_block_writes() {
    let aws = Aws::one().change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
        let twins = json!({
            "PreTokenGeneration": "arn:aws:lambda:us-west-2:123456789012:function:a",
            "PreTokenGenerationConfig": {
                "LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:us-west-2:123456789012:function:b",
            },
        });
        pool.user_pool.insert("LambdaConfig".into(), twins);
    });
    assert_eq!(refused(&aws, &["--yes"]), one(5, "not-carried-over"));
    assert_eq!(refused(&aws, &["--dry-run"]), one(5, "not-carried-over"));
}

/// A plan that is out of date is refused and says what moved.
#[test]
fn stale_plan_refused_with_what_moved() {
    let aws = lax();
    let run = aws.run(&["apply", "--dry-run", "--plan-out", "plan.json"]);
    assert_eq!(run.code, 3, "{run:?}");
    aws.server.change(|world| {
        let mfa = "OFF";
        world.pool_mut(POOL).unwrap().user_pool["MfaConfiguration"] = mfa.into();
    });
    let with_plan = ["--yes", "--plan", "plan.json"];
    assert_eq!(refused(&aws, &with_plan), one(5, "stale-plan"));
    let run = aws.run(&["apply", "--yes", "--plan", "plan.json"]);
    assert!(
        run.out.contains("us-west-2_A: /mfa/configuration: differs now"),
        "{}",
        run.out
    );
    aws.server.change(|world| {
        let mfa = "OPTIONAL";
        world.pool_mut(POOL).unwrap().user_pool["MfaConfiguration"] = mfa.into();
    });
    let edited = aws.place.read("plan.json").replace("group:before", "group:later");
    aws.place.file("edited.json", edited);
    assert_eq!(
        refused(&aws, &["--yes", "--plan", "edited.json"]),
        one(5, "stale-plan")
    );
    let run = aws.run(&["apply", "--yes", "--plan", "plan.json"]);
    assert_eq!(run.code, 0, "it is as reviewed: {run:?}");
    let run = aws.run(&["apply", "--yes", "--plan", "plan.json"]);
    assert_eq!(run.code, 5, "it was carried out already: {run:?}");
    assert!(
        run.out.contains("the policies named here change nothing in it"),
        "{}",
        run.out
    );
    for name in ["none.json", "policies/a.yaml"] {
        assert_eq!(aws.run(&["apply", "--yes", "--plan", name]).code, 2);
    }
}

/// Without a terminal somebody must have agreed.
#[test]
fn unconfirmed_run_without_terminal() {
    let aws = lax();
    assert_eq!(refused(&aws, &[]), one(5, "unconfirmed"));
}

/// Pools and clients that are gone are refused.
#[test]
fn missing_pools_and_clients_are_refused() {
    let aws = Aws::with(&POLICY.replace(POOL, "us-west-2_Gone"));
    assert_eq!(refused(&aws, &["--yes"]), one(2, "pool-missing"));
    let aws = Aws::with(&POLICY.replace("clients:", "clients:\n  kiosk: inherit"));
    assert_eq!(refused(&aws, &["--yes"]), one(5, "client-missing"));
}

#[test]
fn a_pool_with_two_policies_is_nobody_s() {
    let aws = lax();
    aws.place.file(
        "policies/b.yaml",
        "version: 1\nname: b\ntarget: { pool: us-west-2_A }\nfeature_plan: PLUS\n",
    );
    assert_eq!(refused(&aws, &["--yes"]), one(5, "several-policies"));
    assert_eq!(aws.run(&["apply", "--yes", "policies/a.yaml"]).code, 0);
    assert_eq!(
        aws.run(&["apply", "--yes"]).code,
        0,
        "where nothing is to be done they may share it"
    );
}

#[test]
fn what_is_left_out_must_be_there() {
    let aws = lax();
    let run = aws.run(&["apply", "--yes", "--exclude", "/account_takeover/hihg"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("nothing there would be changed"), "{}", run.err);
    assert_eq!(
        aws.run(&["apply", "--yes", "--exclude", "account_takeover"]).code,
        2
    );
    let run = aws.run(&["apply", "--yes", "--exclude", "/log_delivery"]);
    assert_eq!(run.code, 0, "nothing is left to be done: {run:?}");
    assert_eq!(writes(&aws.server), Vec::<String>::new());
}

/// Policies with faults and no policies are told before anything is asked.
#[test]
fn faulty_or_no_policies_stop_before_calls() {
    let aws = Aws::with(&POLICY.replace("ENFORCED", "ENFORCE"));
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("ENFORCE"), "{}", run.out);
    let aws = Aws::with("version: 1\nname: a\nfeature_plan: PLUS\n");
    let run = aws.run(&["apply", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(
        run.out.contains("there is no policy with a `target`"),
        "{}",
        run.out
    );
    assert!(aws.server.log().is_empty());
}

/// A pool in AUDIT that may be ENFORCED, and a policy that limits what that may block.
fn limited() -> Aws {
    let limit = "mode: { standard: ENFORCED }\naudit_gate: { max_would_block_percent: 1 }\n";
    let aws = Aws::with(&POLICY.replace("mode: { standard: ENFORCED }\n", limit)).change(|pool| {
        pool.user_pool["UserPoolAddOns"] = json!({ "AdvancedSecurityMode": "AUDIT" });
    });
    aws.place
        .file("events.jsonl", crate::cli::saved_impact::events(POOL));
    aws
}

/// What would be blocked must be shown and be within the limit.
#[test]
fn would_block_share_needs_events_and_limit() {
    let aws = limited();
    assert_eq!(refused(&aws, &["--yes"]), one(5, "audit-gate-unmet"));
    let report = aws.json(&["apply", "--dry-run"]);
    let refusal = &report["refused"][0];
    let message = refusal["message"].as_str().unwrap();
    assert!(
        message.ends_with("1 % allowed; no events were given (--events, or --impact)"),
        "{message}"
    );
    assert_eq!(refusal["accept"][0], "--override-gate", "{refusal}");
    // Too many.
    let policy = aws.place.read("policies/a.yaml");
    aws.place
        .file("policies/a.yaml", policy.replace("percent: 1 ", "percent: 0.5 "));
    assert_eq!(
        refused(&aws, &["--yes", "--events", "events.jsonl"]),
        one(5, "audit-gate-unmet")
    );
    aws.place.file("policies/a.yaml", policy);
    // A report that was saved before the policy asked for ENFORCED.
    let run = aws.run(&["snapshot", "policies", "-q", "--output", "live.json"]);
    let run = if run.code == 0 {
        run
    } else {
        aws.run(&["snapshot", "--pool", POOL, "--output", "live.json"])
    };
    assert_eq!(run.code, 0, "{run:?}");
    let saved = aws.run(&[
        "impact",
        "policies",
        "-q",
        "-o",
        "report.json",
        "--events",
        "events.jsonl",
        "--from",
        "live.json",
    ]);
    assert_eq!(saved.code, 0, "{saved:?}");
    let run = aws.run(&["apply", "--dry-run", "--impact", "report.json"]);
    assert!(
        run.code == 3
            && run
                .out
                .contains("would be blocked: met, 1.00 % of 100 sign-ins in AUDIT"),
        "{run:?}"
    );
    let run = aws.run(&["apply", "--yes", "--impact", "report.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(writes(&aws.server), ["UpdateUserPool"]);
    // What is ENFORCED already asks for nothing.
    assert_eq!(aws.run(&["apply", "--yes"]).code, 0);
}

/// A share that is not shown is overridden by a reason.
#[test]
fn missing_share_overridden_by_reason() {
    let aws = limited();
    let run = aws.run(&["apply", "--yes", "--override-gate", "decided on 2026-11-20"]);
    assert_eq!(run.code, 0, "{run:?}");
    let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("no events were given (--events, or --impact); overridden: decided on 2026-11-20"),
        "{}",
        run.out
    );
}

/// A configuration that was not read is the one reason for a refusal.
#[test]
fn unread_configuration_is_no_weakening() {
    for policy in [
        "mode: { standard: ENFORCED }",
        "mode: { standard: ENFORCED }\nextends: balanced",
        "mode: { standard: ENFORCED }\naccount_takeover: { low: { action: NO_ACTION, notify: false } }",
    ] {
        let text = format!("version: 1\nname: one\ntarget: {{ pool: {POOL} }}\n{policy}\n");
        let aws = Aws::with(&text)
            .change(|pool| pool.user_pool["UserPoolAddOns"]["AdvancedSecurityMode"] = "AUDIT".into())
            .faults(vec![
                InjectedFault::new(FaultKind::AccessDenied).at("DescribeRiskConfiguration"),
            ]);
        let report = aws.json(&["apply", "--dry-run"]);
        let refused = report["refused"].as_array().unwrap();
        let guards: Vec<_> = refused.iter().map(|one| one["guard"].as_str().unwrap()).collect();
        assert!(guards.contains(&"pool-partial"), "{policy}: {guards:?}");
        assert!(!guards.contains(&"weakening-not-named"), "{policy}: {guards:?}");
    }
}
