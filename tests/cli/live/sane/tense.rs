//! The present tense is for what is done: pools in OFF and AUDIT would do it, once ENFORCED.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{client, pool, scan};

const RULES: [&str; 12] = [
    "low-risk-blocked",
    "blocked-user-not-told",
    "adaptive-mfa-impossible",
    "notify-without-configuration",
    "notify-source-account",
    "notify-template-missing",
    "responses-not-escalating",
    "allow-range-too-wide",
    "block-range-too-wide",
    "client-override-weaker",
    "client-override-incomplete",
    "risk-level-missing",
];

/// A pool with every fault that is said of what responses do.
fn faulty(mode: &Value) -> Value {
    let level = |action: &str, notify: bool| json!({ "action": action, "notify": notify });
    let ranges = json!({ "always_block": ["::/0"], "always_allow": ["0.0.0.0/0"] });
    let mut pool = pool();
    pool["mode"] = mode.clone();
    pool["mfa"] = json!({ "configuration": "OFF", "factors": [] });
    pool["triggers"] = json!([]);
    pool["responses"] = json!({
        "account_takeover": {
            "low": level("BLOCK", false), "medium": level("BLOCK", true), "high": level("MFA_REQUIRED", true),
            "notifications": {
                "source_arn": "arn:aws:ses:us-west-2:210987654321:identity/example.com",
                "mfa_email": { "subject": "s", "text": "A sign-in." },
            },
        },
        "compromised_credentials": { "action": "BLOCK", "events": [] },
        "risk_exceptions": ranges,
    });
    let mut web = client("web", &["ALLOW_USER_PASSWORD_AUTH"]);
    web["risk"] = json!({ "own": {
        "account_takeover": { "low": level("NO_ACTION", true), "medium": level("BLOCK", true), "high": level("BLOCK", true) },
        "compromised_credentials": { "action": "BLOCK", "events": [] },
        "risk_exceptions": ranges,
    } });
    let mut part = client("part", &["ALLOW_USER_PASSWORD_AUTH"]);
    part["risk"] = json!({ "own": {
        "account_takeover": { "high": level("BLOCK", false) },
        "risk_exceptions": ranges,
    } });
    let app = client("app", &["ALLOW_USER_PASSWORD_AUTH"]);
    pool["clients"] = json!([app, web, part]);
    pool
}

fn rank(severity: &str) -> usize {
    ["note", "warning", "error"]
        .iter()
        .position(|one| *one == severity)
        .unwrap()
}

/// What is not done is conditional and matters less.
#[test]
fn unenforced_findings_are_conditional() {
    let (_, enforced) = scan(&faulty(&json!({ "standard": "ENFORCED", "custom": "OFF" })));
    for rule in RULES {
        assert!(enforced.iter().any(|one| one.1 == rule), "{rule} {enforced:#?}");
    }
    let own = |findings: &[(String, String, String)]| -> Vec<(String, String, String)> {
        let own = findings.iter().filter(|one| RULES.contains(&one.1.as_str()));
        own.cloned().collect()
    };
    let enforced = own(&enforced);
    assert!(
        enforced.iter().all(|one| !one.2.contains("would")),
        "{enforced:#?}"
    );
    for mode in [
        json!({ "standard": "AUDIT", "custom": "OFF" }),
        json!({ "standard": "OFF", "custom": "OFF" }),
        json!({ "standard": "AUDIT", "custom": "AUDIT" }),
        json!({ "standard": "OFF", "custom": "AUDIT" }),
    ] {
        let (_, findings) = scan(&faulty(&mode));
        let waits = own(&findings);
        // With OFF nothing is assessed in either configuration, so that none is weaker.
        let off = mode["standard"] == "OFF";
        let mut enforced = enforced.clone();
        enforced.retain(|one| !(off && one.1 == "client-override-weaker"));
        assert_eq!(waits.len(), enforced.len(), "{mode} {waits:#?}");
        for (one, other) in waits.iter().zip(&enforced) {
            assert!(
                one.2.contains("would") && one.2.contains(", once `ENFORCED`"),
                "{mode} {one:?}"
            );
            assert_eq!(one.1, other.1);
            assert_eq!(rank(&one.0), rank(&other.0) - 1, "{mode} {one:?} {other:?}");
        }
    }
    // Custom authentication alone carries them out for clients that use it.
    let mode = json!({ "standard": "AUDIT", "custom": "ENFORCED" });
    let (_, findings) = scan(&faulty(&mode));
    let waits = own(&findings);
    let once = ", once standard authentication is `ENFORCED`";
    assert!(
        waits
            .iter()
            .all(|one| one.0 != "error" && one.2.contains("would") && one.2.contains(once)),
        "{waits:#?}"
    );
    let mut used = faulty(&mode);
    used["triggers"] = json!(["DefineAuthChallenge"]);
    for client in used["clients"].as_array_mut().unwrap() {
        client["auth_flows"] = json!(["ALLOW_CUSTOM_AUTH"]);
    }
    let (_, findings) = scan(&used);
    let acts = own(&findings);
    assert!(acts.iter().all(|one| !one.2.contains("would")), "{acts:#?}");
}
