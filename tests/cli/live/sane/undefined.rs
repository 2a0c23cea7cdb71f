//! What is said where nobody knows what happens on one side: nothing is weaker, or stronger, than that.

use serde_json::{Value, json};

use crate::cli::live::sane::support::{Findings, client, of, pool, responses, saved, scan};

/// A client with complete an override.
fn own(key: &str, takeover: &Value) -> Value {
    let mut client = client(key, &["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let mut own = responses();
    if !takeover.is_null() {
        own["account_takeover"] = takeover.clone();
    }
    client["risk"] = json!({ "own": own });
    client
}

fn actions(low: &str, medium: &str, high: &str) -> Value {
    let level = |action: &str| json!({ "action": action, "notify": false });
    json!({ "low": level(low), "medium": level(medium), "high": level(high) })
}

fn messages<'a>(findings: &'a Findings, rules: &[&str]) -> Vec<&'a str> {
    let found = findings.iter().filter(|one| rules.contains(&one.1.as_str()));
    found.map(|one| one.2.as_str()).collect()
}

/// What is said of the pool, and not of a client.
fn of_the_pool(findings: Findings) -> Findings {
    findings
        .into_iter()
        .filter(|one| one.2.starts_with("the pool"))
        .collect()
}

/// The pool is not judged where nobody falls back to it.
#[test]
fn pool_not_judged_if_no_client_inherits() {
    let mut attached = pool();
    attached["responses"] = json!({});
    attached["clients"] = json!([own("web", &Value::Null), own("mobile", &Value::Null)]);
    let (_, findings) = scan(&attached);
    let told = of(&findings, "enforced-without-responses");
    assert!(
        matches!(told.as_slice(), [("warning", message)] if message.contains("the next one")),
        "{findings:?}"
    );
    assert!(of(&findings, "client-override-weaker").is_empty(), "{findings:?}");
    assert!(findings.iter().all(|one| one.0 != "error"), "{findings:?}");
    // One client that inherits it, or one of which it is unknown, is enough.
    for risk in ["inherit", "unknown"] {
        let mut pool = attached.clone();
        let mut third = client("third", &["ALLOW_USER_PASSWORD_AUTH"]);
        third["risk"] = risk.into();
        pool["clients"].as_array_mut().unwrap().push(third);
        let (_, findings) = scan(&pool);
        assert_eq!(
            of(&findings, "enforced-without-responses")[0].0,
            "error",
            "{risk}"
        );
    }
    let mut unread = attached;
    unread["unread"] = json!([
        { "part": "alarms", "operation": "DescribeAlarms", "failure": "denied", "detail": "no" }
    ]);
    let (_, findings) = scan(&unread);
    assert_eq!(
        of(&findings, "enforced-without-responses").len(),
        1,
        "another part was not read"
    );
}

/// Every effect of the pool's configuration that is named, where it acts and where no client has it.
#[test]
fn what_no_client_has_is_conditional() {
    let mut strict = pool();
    strict["responses"] = json!({
        "account_takeover": actions("BLOCK", "MFA_REQUIRED", "NO_ACTION"),
        "compromised_credentials": { "action": "NO_ACTION", "events": ["SIGN_IN"] },
        "risk_exceptions": { "always_block": [], "always_allow": ["0.0.0.0/0"] },
    });
    strict["mfa"] = json!({ "configuration": "OPTIONAL", "factors": ["SMS"] });
    let rules = [
        "low-risk-blocked",
        "blocked-user-not-told",
        "mfa-required-without-factor",
        "high-risk-allowed",
        "compromised-credentials-allowed",
        "compromised-credentials-event-missing",
        "responses-not-escalating",
        "allow-range-too-wide",
    ];
    let findings = of_the_pool(scan(&strict).1);
    let acts = messages(&findings, &rules);
    assert!(acts.iter().all(|message| !message.contains("would")), "{acts:?}");
    let mut unused = strict.clone();
    unused["clients"] = json!([own("web", &Value::Null)]);
    let findings = of_the_pool(scan(&unused).1);
    let waits = messages(&findings, &rules);
    assert_eq!(waits.len(), acts.len(), "{findings:#?}");
    assert!(
        waits
            .iter()
            .all(|message| message.contains("would") && message.contains(", once a client inherits it")),
        "{waits:#?}"
    );
    assert!(findings.iter().all(|one| one.0 != "error"), "{findings:#?}");
    // Nor does a client that is meant for machines or federated users depend on it.
    for (flows, providers) in [("client_credentials", json!([])), ("code", json!(["Google"]))] {
        let mut jobs = client("jobs", &["ALLOW_REFRESH_TOKEN_AUTH"]);
        jobs["oauth_flows"] = json!([flows]);
        jobs["identity_providers"] = providers;
        unused["clients"] = json!([own("web", &Value::Null), jobs]);
        let findings = of_the_pool(scan(&unused).1);
        let waits = messages(&findings, &rules);
        assert_eq!(waits.len(), acts.len(), "{findings:#?}");
        assert!(findings.iter().all(|one| one.0 != "error"), "{findings:#?}");
    }
}

/// A risk configuration with this section, or without it.
fn section(takeover: &Value) -> Value {
    let mut risk = json!({ "compromised_credentials": { "action": "BLOCK", "events": [] } });
    if !takeover.is_null() {
        risk["account_takeover"] = takeover.clone();
    }
    risk
}

/// All cells of a client that have an undefined or unknown side, one way and the other: each way in which a cell can be
/// undefined, and a pool that could not be read.
#[test]
fn nothing_is_less_than_undefined() {
    let lax = actions("NO_ACTION", "NO_ACTION", "NO_ACTION");
    let strict = actions("MFA_REQUIRED", "BLOCK", "BLOCK");
    let no_level = json!({ "high": { "action": "BLOCK", "notify": false } });
    let cases: [(&str, Value, &[&str], &str); 5] = [
        (
            "a section is missing",
            Value::Null,
            &["ALLOW_USER_PASSWORD_AUTH"],
            "OPTIONAL",
        ),
        (
            "a level is missing",
            no_level,
            &["ALLOW_USER_PASSWORD_AUTH"],
            "OPTIONAL",
        ),
        (
            "MFA is off",
            actions("MFA_REQUIRED", "MFA_REQUIRED", "MFA_REQUIRED"),
            &["ALLOW_USER_PASSWORD_AUTH"],
            "OFF",
        ),
        (
            "the flow is not documented",
            strict.clone(),
            &["ALLOW_USER_AUTH"],
            "OPTIONAL",
        ),
        (
            "custom sign-in of an unread mode",
            strict,
            &["ALLOW_CUSTOM_AUTH"],
            "OPTIONAL",
        ),
    ];
    for (why, undefined, flows, mfa) in cases {
        for pool_is_undefined in [true, false] {
            let mut pool = pool();
            pool["mfa"] = json!({ "configuration": mfa, "factors": ["SOFTWARE_TOKEN"] });
            let (of_pool, of_client) = if pool_is_undefined {
                (&undefined, &lax)
            } else {
                (&lax, &undefined)
            };
            // The one level that both have is the same.
            let mut of_client = of_client.clone();
            let mut of_pool = of_pool.clone();
            if why == "a level is missing" {
                for side in [&mut of_client, &mut of_pool] {
                    side["high"] = json!({ "action": "BLOCK", "notify": false });
                }
            }
            pool["responses"] = section(&of_pool);
            let mut web = client("web", flows);
            web["risk"] = json!({ "own": section(&of_client) });
            pool["clients"] = json!([web]);
            if why.starts_with("custom") {
                pool["mode"] = json!({ "standard": "ENFORCED" });
                pool["unread"] = json!([
                    { "part": "mode", "operation": "DescribeUserPool", "failure": "not-understood", "detail": "new" }
                ]);
            }
            let (_, findings) = scan(&pool);
            let told = of(&findings, "client-override-weaker");
            assert!(told.is_empty(), "{why} {pool_is_undefined}: {told:?}");
        }
    }
}

/// A pool that was not read is compared with nothing.
#[test]
fn unread_pool_compared_with_nothing() {
    let mut pool = pool();
    pool["responses"] = json!({});
    pool["unread"] = json!([
        { "part": "responses", "operation": "DescribeRiskConfiguration", "failure": "denied", "detail": "no" }
    ]);
    pool["clients"] = json!([own("web", &actions("NO_ACTION", "NO_ACTION", "NO_ACTION"))]);
    let (_, findings) = scan(&pool);
    let rules = [
        "client-override-weaker",
        "client-override-redundant",
        "enforced-without-responses",
    ];
    assert_eq!(messages(&findings, &rules), [""; 0], "{findings:?}");
}

/// A policy against a pool: what is undefined on one side is `live-undefined`, whichever side it is.
#[test]
fn difference_with_an_undefined_side() {
    let mut bare = pool();
    bare["responses"] = json!({});
    let place = saved(&bare);
    for action in ["NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"] {
        let policy = format!(
            "version: 1\nname: shop\ntarget: {{ pool: us-west-2_Case00001 }}\n\
             account_takeover:\n  high: {{ action: {action} }}\n"
        );
        place.file("policies/shop.yaml", policy);
        let run = place.run(&["diff", "--from", "live.json", "--format", "json"]);
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
        let kinds: Vec<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["difference"]["pointer"] == "/account_takeover/high")
            .map(|one| one["rule"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["live-undefined"], "{action} {run:?}");
        assert_eq!(run.code, 3, "what may be weaker fails");
    }
}
