//! Pools that are older than their policies: kept plans, long enforcement, many users.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{Findings, found, of, pool, saved, scan};
use crate::cli::support::Place;

/// What `lint` says of a policy.
fn lint(policy: &str) -> (i32, Findings) {
    let place = Place::with(policy);
    found(&place, &["lint"])
}

const GRANDFATHERED: &str = r#"version: 1
name: old
extends: balanced
target: { account: "123456789012", region: us-west-2, pool: us-west-2_Case00001 }
feature_plan: LITE
mode: { standard: ENFORCED }
audit_gate: { audit_since: 2024-01-15 }
mfa: { configuration: OPTIONAL, factors: [SOFTWARE_TOKEN] }
account_takeover:
  notifications:
    source_arn: arn:aws:ses:us-west-2:123456789012:identity/example.com
    from: security@example.com
    mfa_email: { subject: A second factor, text: "Somebody signed in as {username}." }
clients: { "*": inherit }
alarms:
  - { metric: AccountTakeoverRisk, operation: SignIn, risk_level: High, actions: ["arn:aws:sns:us-west-2:123456789012:security"] }
  - { metric: CompromisedCredentialRisk, operation: SignIn, risk_level: High, actions: ["arn:aws:sns:us-west-2:123456789012:security"] }
"#;

/// A LITE pool that keeps threat protection is a note.
#[test]
fn lite_plan_with_threat_protection_is_note() {
    let (code, findings) = lint(GRANDFATHERED);
    let told = of(&findings, "lite-with-threat-protection");
    assert!(
        code == 0 && told.len() == 1 && told[0].0 == "note",
        "{findings:?}"
    );
    for (mode, plan, wanted) in [
        ("ENFORCED", "LITE", Some("lite-with-threat-protection")),
        ("AUDIT", "LITE", Some("lite-with-threat-protection")),
        ("OFF", "LITE", None),
        ("ENFORCED", "ESSENTIALS", Some("plan-without-threat-protection")),
        ("ENFORCED", "PLUS", None),
    ] {
        let mut pool = pool();
        pool["feature_plan"] = plan.into();
        pool["mode"]["standard"] = mode.into();
        pool["log_delivery"] = json!({});
        let (_, findings) = scan(&pool);
        let rules = ["lite-with-threat-protection", "plan-without-threat-protection"];
        let found: Vec<_> = findings
            .iter()
            .map(|one| one.1.as_str())
            .filter(|rule| rules.contains(rule))
            .collect();
        assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{mode} {plan}");
    }
}

/// The policy that `init` makes of a pool, and what `lint` and `diff` say of it.
fn made(pool: &Value) -> String {
    let place = saved(pool);
    let run = place.run(&["init", "made", "--from", "live.json", "--today", "2026-11-26"]);
    assert_eq!(run.code, 0, "{run:?}");
    let (code, findings) = found(&place, &["lint", "made"]);
    assert_eq!(code, 0, "{findings:?}");
    assert_eq!(place.run(&["diff", "made", "--from", "live.json"]).code, 0);
    place.read("made/shop.yaml")
}

#[test]
fn init_writes_what_needs_no_waiver() {
    let mut old = pool();
    old["feature_plan"] = "LITE".into();
    old["log_delivery"] = json!({});
    old["mode"]["custom"] = "AUDIT".into();
    let text = made(&old);
    assert!(!text.contains("waivers"), "{text}");
    assert!(
        text.contains("assumes: { domain: false, feature_plan: LITE }\n"),
        "{text}"
    );
    assert!(
        text.contains("enforced_since: { standard: \"2025-02-01\" }\n"),
        "{text}"
    );
    let mut both = pool();
    both["mode"]["custom"] = "ENFORCED".into();
    let text = made(&both);
    assert!(
        text.contains("audit_gate: { enforced_since: \"2025-02-01\" }\n"),
        "{text}"
    );
    // What was modified of late may be enforced since then only: the waiver stays.
    let mut fresh = pool();
    fresh["last_modified"] = "2026-11-20T00:00:00Z".into();
    let text = made(&fresh);
    assert!(
        !text.contains("enforced_since") && text.contains("enforced-before-audit"),
        "{text}"
    );
    let mut unknown = pool();
    unknown.as_object_mut().unwrap().remove("last_modified");
    assert!(!made(&unknown).contains("enforced_since"));
}

/// Exit code and the messages of `enforced-before-audit`, with what a ledger shows.
fn gate(days: &str, ledger: &[&str]) -> Vec<String> {
    let place = Place::with(format!(
        "version: 1\nname: a\ntarget: {{ pool: us-west-2_A }}\nmode: {{ standard: ENFORCED }}\naudit_gate: {{ {days} }}\n"
    ));
    let mut args = vec!["lint"];
    if !ledger.is_empty() {
        let line = |one: &&str| {
            let (day, mode) = one.split_once(' ').unwrap();
            json!({
                "version": 1, "event": "mode", "by": "diff", "at": format!("{day}T12:00:00Z"), "pool": "us-west-2_A",
                "auth": "standard", "mode": mode,
            })
            .to_string()
        };
        let lines: Vec<_> = ledger.iter().map(line).collect();
        place.file("ledger.jsonl", lines.join("\n") + "\n");
        args.extend(["--ledger", "ledger.jsonl"]);
    }
    let (_, findings) = found(&place, &args);
    let told = of(&findings, "enforced-before-audit");
    told.into_iter().map(|one| one.1.to_owned()).collect()
}

/// A pool that was ENFORCED for years shows no audit.
#[test]
fn enforced_since_replaces_audit_evidence() {
    let long = "enforced_since: 2023-05-01";
    assert_eq!(gate(long, &[]), [""; 0]);
    assert_eq!(
        gate(long, &["2024-01-01 ENFORCED", "2026-11-01 ENFORCED"]),
        [""; 0]
    );
    // It was switched on that day.
    let step = ["2023-05-01 AUDIT", "2023-05-01 ENFORCED"];
    assert_eq!(gate(long, &step), [""; 0]);
    assert_eq!(gate("enforced_since: 2023-04-30", &step).len(), 1);
    for (days, ledger, words) in [
        (
            "enforced_since: 2026-11-20",
            &[][..],
            "declared `ENFORCED` since 2026-11-20 only",
        ),
        ("enforced_since: 2026-12-01", &[], "is in the future"),
        (
            "minimum_days: 30, enforced_since: 2026-11-01",
            &[],
            "since 2026-11-01 only",
        ),
        (
            long,
            &["2025-03-01 AUDIT", "2025-03-02 ENFORCED"],
            "AUDIT on 2025-03-01",
        ),
        (
            long,
            &["2025-03-01 OFF", "2025-04-01 ENFORCED"],
            "OFF on 2025-03-01",
        ),
    ] {
        let told = gate(days, ledger);
        assert!(told.len() == 1 && told[0].contains(words), "{days} {told:?}");
    }
}

/// The declaration is for what is done already: a step that is still to be made needs time in AUDIT.
#[test]
fn enforced_since_does_not_excuse_new_step() {
    let mut audit = pool();
    audit["mode"]["standard"] = "AUDIT".into();
    audit["last_modified"] = "2026-11-20T00:00:00Z".into();
    audit["created"] = "2026-11-20T00:00:00Z".into();
    let place = saved(&audit);
    place.file(
        "policies/shop.yaml",
        "version: 1\nname: shop\ntarget: { pool: us-west-2_Case00001 }\nmode: { standard: ENFORCED }\n\
         audit_gate: { enforced_since: 2023-05-01 }\n",
    );
    let run = place.run(&[
        "gate",
        "--from",
        "live.json",
        "--today",
        "2026-11-26",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 5, "{run:?}");
}

/// A threshold is judged by the number of users.
#[test]
fn alarm_threshold_relative_to_user_count() {
    for (users, threshold, told) in [
        (Some(1_000), 2.0, true),
        (Some(19_999), 2.0, true),
        (Some(20_000), 2.0, false),
        (Some(1_000_000), 100.0, false),
        (Some(1_000_000), 101.0, true),
        (Some(0), 1.0, false),
        (None, 2.0, true),
        (None, 1.0, false),
    ] {
        let mut pool = pool();
        match users {
            Some(users) => pool["estimated_users"] = users.into(),
            None => drop(pool.as_object_mut().unwrap().remove("estimated_users")),
        }
        for alarm in pool["alarms"].as_array_mut().unwrap() {
            alarm["threshold"] = threshold.into();
        }
        let (code, findings) = scan(&pool);
        let found = of(&findings, "alarm-blind");
        assert_eq!(
            (code, !found.is_empty()),
            (i32::from(told), told),
            "{users:?} {threshold} {findings:?}"
        );
        // A policy that is made of the pool knows the number, too.
        if users.is_some() && !told {
            assert!(made(&pool).contains("users:") == (threshold > 1.0));
        }
    }
}
