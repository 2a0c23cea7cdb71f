//! A snapshot of one pool without findings above a note, to be changed, and what `scan` says of it.

use serde_json::{Value, json};

use crate::cli::support::Place;

pub const POOL: &str = "us-west-2_Case00001";
pub const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:security";

/// Severity, rule and message of each finding, in the report's order.
pub type Findings = Vec<(String, String, String)>;

/// A pool in ENFORCED whose one client signs in by password.
pub fn pool() -> Value {
    json!({
        "account": "123456789012", "region": "us-west-2", "id": POOL, "name": "shop",
        "created": "2025-01-10T00:00:00Z", "last_modified": "2025-02-01T00:00:00Z", "estimated_users": 1000,
        "feature_plan": "PLUS",
        "mode": { "standard": "ENFORCED", "custom": "OFF" },
        "mfa": { "configuration": "OPTIONAL", "factors": ["SOFTWARE_TOKEN"] },
        "domain": false,
        "responses": responses(),
        "clients": [client("web", &["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])],
        "alarms": [alarm("AccountTakeoverRisk"), alarm("CompromisedCredentialRisk")],
        "log_delivery": { "user_auth_events": {
            "level": "INFO", "cloudwatch_logs": "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/cognito/shop",
        } },
        "topics": { TOPIC: { "found": { "confirmed": 1, "pending": 0 } } },
        "seen_metrics": [],
    })
}

/// Complete responses that notify.
pub fn responses() -> Value {
    json!({
        "account_takeover": {
            "low": { "action": "NO_ACTION", "notify": false },
            "medium": { "action": "MFA_IF_CONFIGURED", "notify": true },
            "high": { "action": "MFA_REQUIRED", "notify": true },
            "notifications": {
                "source_arn": "arn:aws:ses:us-west-2:123456789012:identity/example.com",
                "from": "security@example.com",
                "mfa_email": { "subject": "We asked for a second factor", "text": "A sign-in to {username} looked unusual." },
            },
        },
        "compromised_credentials": { "action": "BLOCK", "events": ["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"] },
    })
}

/// A client for local users that inherits.
pub fn client(key: &str, auth_flows: &[&str]) -> Value {
    json!({
        "key": key, "id": format!("id{key}"), "risk": "inherit", "auth_flows": auth_flows, "oauth_flows": [],
        "identity_providers": ["COGNITO"], "propagate_user_context": false,
    })
}

/// An alarm on high risk at sign-in that somebody hears.
pub fn alarm(metric: &str) -> Value {
    json!({
        "name": format!("{POOL}-{metric}-SignIn-High"), "namespace": "AWS/Cognito", "metric": metric,
        "dimensions": { "UserPoolId": POOL, "Operation": "SignIn", "RiskLevel": "High" },
        "statistic": "Sum", "period": 300, "evaluation_periods": 1, "threshold": 1.0,
        "comparison": "GreaterThanOrEqualToThreshold", "treat_missing_data": "notBreaching",
        "actions_enabled": true, "actions": [TOPIC],
    })
}

/// A folder with a snapshot of this pool.
pub fn saved(pool: &Value) -> Place {
    let place = Place::new();
    let snapshot = json!({ "version": 1, "taken_at": "2026-11-26T12:00:00Z", "pools": [pool] });
    place.file("live.json", snapshot.to_string());
    place
}

/// What a run finds, with its exit code.
pub fn found(place: &Place, args: &[&str]) -> (i32, Findings) {
    let run = place.run(&[args, &["--today", "2026-11-26", "--format", "json"]].concat());
    let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |one: &Value| (text(&one["severity"]), text(&one["rule"]), text(&one["message"]));
    (
        run.code,
        report["findings"].as_array().unwrap().iter().map(one).collect(),
    )
}

/// What `scan` says of a pool.
pub fn scan(pool: &Value) -> (i32, Findings) {
    found(&saved(pool), &["scan", "--from", "live.json"])
}

/// Messages of one rule, each with its severity.
pub fn of<'a>(findings: &'a Findings, rule: &str) -> Vec<(&'a str, &'a str)> {
    let own = findings.iter().filter(|one| one.1 == rule);
    own.map(|one| (one.0.as_str(), one.2.as_str())).collect()
}

/// The pool that is changed has nothing above a note.
#[test]
fn base_pool_has_no_findings_above_note() {
    let (code, findings) = scan(&pool());
    assert_eq!((code, findings), (0, Vec::new()));
}
