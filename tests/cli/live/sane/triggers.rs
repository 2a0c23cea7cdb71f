//! What a pool sends and runs by itself: its Lambda triggers.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{client, found, of, pool, saved, scan};
use crate::cli::live::support::{Aws, demo};
use crate::cli::support::Run;

const LAMBDA: &str = "arn:aws:lambda:us-west-2:123456789012:function:mail";

/// Rules about what SES sends.
const MAIL: [&str; 10] = [
    "notify-without-configuration",
    "notify-source-invalid",
    "notify-source-account",
    "notify-source-region",
    "notify-from-mismatch",
    "notify-template-invalid",
    "notify-template-missing",
    "notify-template-unused",
    "notify-placeholder-unknown",
    "notify-one-click-without-domain",
];

#[test]
fn a_pool_with_its_own_sender_needs_no_ses() {
    let aws = demo();
    aws.server.change(|world| {
        let pool = world.pool_mut("us-west-2_Webshop01").unwrap();
        let lambda = json!({
            "CustomEmailSender": { "LambdaVersion": "V1_0", "LambdaArn": LAMBDA },
            "KMSKeyID": "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555",
        });
        pool.user_pool.insert("LambdaConfig".into(), lambda);
        let risk = json!({
            "AccountTakeoverRiskConfiguration": { "Actions": {
                "LowAction": { "EventAction": "NO_ACTION", "Notify": false },
                "MediumAction": { "EventAction": "MFA_IF_CONFIGURED", "Notify": true },
                "HighAction": { "EventAction": "BLOCK", "Notify": true },
            } },
            "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } },
        });
        pool.risk_configurations
            .insert(String::new(), risk.as_object().unwrap().clone());
    });
    let run = aws.run(&[
        "snapshot",
        "--pool",
        "us-west-2_Webshop01",
        "--output",
        "live.json",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let scan = ["scan", "--from", "live.json"];
    let (_, findings) = aws.findings(&[&scan[..], &["--min-severity", "error"]].concat());
    assert_eq!(findings, []);
    let (_, findings) = aws.findings(&scan);
    let mail: Vec<_> = findings
        .iter()
        .filter(|one| MAIL.contains(&one.0.as_str()))
        .collect();
    assert!(mail.is_empty(), "{mail:?}");
    let note = findings.iter().find(|one| one.0 == "custom-sender-undocumented");
    assert!(
        note.is_some_and(|one| one.1.contains("is not documented")),
        "{findings:?}"
    );
    // A policy that is made of the pool says the same.
    let Run { code, out, err } = aws.run(&["init", "made", "--pool", "us-west-2_Webshop01"]);
    assert_eq!(code, 0, "{out}{err}");
    let made = aws.place.read("made/webshop.yaml");
    assert!(made.contains("CustomEmailSender"), "{made}");
    assert!(!made.contains("rule: notify-"), "{made}");
}

#[test]
fn every_rule_about_ses_knows_the_sender() {
    // One fault for each rule.
    let level = |action: &str| json!({ "action": action, "notify": true });
    let mail = |arn: &str| {
        json!({
            "source_arn": arn, "from": "x@example.org",
            "block_email": { "subject": "s", "text": "no" },
            "no_action_email": { "subject": "{support}", "text": "Was it you? {one-click-link-valid}" },
        })
    };
    let notifications = [
        Value::Null,
        mail("arn:aws:ses:us-east-2:210987654321:identity/example.com"),
        mail("arn:aws:sns:us-west-2:123456789012:topic"),
    ];
    for (triggers, told) in [(json!([]), true), (json!(["CustomEmailSender"]), false)] {
        let mut seen = std::collections::BTreeSet::new();
        for notifications in &notifications {
            let mut pool = pool();
            pool["triggers"] = triggers.clone();
            let takeover = &mut pool["responses"]["account_takeover"];
            *takeover = json!({ "low": level("MFA_IF_CONFIGURED"), "medium": level("MFA_IF_CONFIGURED"), "high": level("BLOCK") });
            if !notifications.is_null() {
                takeover["notifications"] = notifications.clone();
            }
            let (_, findings) = scan(&pool);
            seen.extend(findings.into_iter().map(|one| one.1));
        }
        let mail: Vec<_> = MAIL.into_iter().filter(|rule| seen.contains(*rule)).collect();
        assert_eq!(mail, if told { MAIL.to_vec() } else { Vec::new() }, "{triggers}");
    }
}

/// Triggers that are not known are not absent.
#[test]
fn unknown_triggers_are_not_absent() {
    let mut pool = pool();
    pool["responses"]["account_takeover"]
        .as_object_mut()
        .unwrap()
        .remove("notifications");
    let (_, findings) = scan(&pool);
    let told = of(&findings, "notify-without-configuration");
    assert!(
        matches!(told.as_slice(), [("warning", message)] if message.contains("is unknown")),
        "{findings:?}"
    );
    pool["triggers"] = json!(["CustomSMSSender"]);
    let (_, findings) = scan(&pool);
    assert_eq!(of(&findings, "notify-without-configuration")[0].0, "error");
    // Nor are those that the service says in a way that this version does not understand.
    let aws = Aws::one().change(|pool| {
        let odd = json!({ "CustomEmailSender": { "LambdaVersion": "V1_0" } });
        pool.user_pool.insert("LambdaConfig".into(), odd);
    });
    let report = aws.json(&["scan"]);
    let unseen = report["summary"]["not_checked"].to_string();
    assert!(unseen.contains("Lambda triggers"), "{unseen}");
    assert_eq!(report["exit_code"], 4);
    let snapshot: Value = serde_json::from_str(&aws.run(&["snapshot"]).out).unwrap();
    assert_eq!(snapshot["pools"][0]["triggers"], Value::Null);
}

/// Without its trigger there is no custom sign-in.
#[test]
fn custom_sign_in_needs_its_trigger() {
    let rules = ["custom-auth-unprotected", "custom-auth-mode-useless"];
    for (triggers, mode, told) in [
        (json!(null), "OFF", &rules[..1]),
        (json!(["DefineAuthChallenge"]), "OFF", &rules[..1]),
        (json!([]), "OFF", &[]),
        (
            json!(["CreateAuthChallenge", "VerifyAuthChallengeResponse"]),
            "OFF",
            &[],
        ),
        (json!([]), "AUDIT", &rules[1..]),
        (json!(null), "AUDIT", &[]),
        (json!(["DefineAuthChallenge"]), "AUDIT", &[]),
    ] {
        let mut pool = pool();
        pool["triggers"] = triggers.clone();
        pool["mode"]["custom"] = mode.into();
        pool["clients"] = json!([client("kiosk", &["ALLOW_CUSTOM_AUTH"])]);
        let place = saved(&pool);
        let (_, findings) = found(&place, &["scan", "--from", "live.json"]);
        let custom: Vec<_> = findings
            .iter()
            .map(|one| one.1.as_str())
            .filter(|rule| rules.contains(rule))
            .collect();
        assert_eq!(custom, told, "{triggers} {mode}");
        let table = place.run(&["explain", "--pool", "us-west-2_Case00001", "--from", "live.json"]);
        let refused = triggers != json!(null) && triggers != json!(["DefineAuthChallenge"]);
        assert_eq!(
            table.out.contains("no DefineAuthChallenge trigger"),
            refused,
            "{triggers} {mode}\n{}",
            table.out
        );
    }
}
