//! What is shown and saved is what is sent, letter by letter; and what is not managed is sent as it was.

use serde_json::{Value, json};

use crate::cli::live::support::{Aws, POOL, raw};

/// Texts that other spellings are equal to, by what a policy manages: in each, the policy's own must be shown, saved and
/// sent. Alarms have tests of their own.
const POLICY: &str = "\
version: 1
name: a
target: { account: \"123456789012\", region: us-west-2, pool: us-west-2_A }
risk_exceptions:
  always_block: [2001:DB8::/32, 198.51.100.7/24, 192.0.2.0/24]
compromised_credentials: { action: BLOCK, events: [SIGN_UP, SIGN_IN] }
clients:
  web: { id: web1, auth_flows: [ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH] }
log_delivery:
  user_auth_events: { cloudwatch_logs: \"arn:aws:logs:us-west-2:123456789012:log-group:y\" }
";

fn call<'a>(plan: &'a Value, operation: &str) -> &'a Value {
    let calls = plan["pools"][0]["calls"].as_array().unwrap().iter();
    let mut found = calls.filter(|call| call["operation"] == operation);
    &found.next().unwrap()["sets"]
}

fn change<'a>(plan: &'a Value, at: &str) -> &'a Value {
    let changes = plan["pools"][0]["changes"].as_array().unwrap().iter();
    let mut found = changes.filter(|change| change["at"] == at);
    found.next().unwrap()
}

#[test]
fn what_is_shown_is_saved_and_sent() {
    let aws = Aws::with(POLICY).change(|pool| {
        let entry = json!({
            "LogLevel": "ERROR", "EventSource": "userNotification", "Future": [2, 1],
            "CloudWatchLogsConfiguration": { "LogGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:n" },
        });
        pool.log_configurations.as_mut().unwrap().insert(0, entry);
        pool.log_configurations.as_mut().unwrap()[1]["Future"] = "kept".into();
    });
    let allowed = [
        "--allow-weaken",
        "/compromised_credentials",
        "--allow-weaken",
        "/clients/web/auth_flows",
        "--allow-block",
        "/risk_exceptions/always_block",
        "--allow-block",
        "/clients/web/auth_flows",
    ];
    let planned = ["apply", "--dry-run", "--show-calls", "--plan-out", "plan.json"];
    let run = aws.run(&[&planned[..], &allowed].concat());
    assert_eq!(run.code, 3, "{run:?}");
    let plan: Value = serde_json::from_str(&aws.place.read("plan.json")).unwrap();
    let ranges = json!(["2001:DB8::/32", "198.51.100.7/24", "192.0.2.0/24"]);
    assert_eq!(change(&plan, "/risk_exceptions/always_block")["to"], ranges);
    for range in ranges.as_array().unwrap() {
        assert!(run.out.contains(range.as_str().unwrap()), "{}", run.out);
    }
    assert_eq!(
        change(&plan, "/log_delivery/user_auth_events")["to"]["level"],
        "INFO"
    );
    let shown = aws.json(&["apply", "--dry-run"]);
    let carried_out = ["apply", "--yes", "--plan", "plan.json"];
    assert_eq!(aws.run(&[&carried_out[..], &allowed].concat()).code, 0);
    let world = aws.server.world();
    let pool = world.pool(POOL).unwrap();
    // The saved calls, those of the report, and what the service got.
    let logs = json!({ "UserPoolId": POOL, "LogConfigurations": pool.log_configurations });
    let client = &pool.clients["web1"];
    let flows =
        json!({ "UserPoolId": POOL, "ClientId": "web1", "ExplicitAuthFlows": client["ExplicitAuthFlows"] });
    for plan in [&plan, &shown] {
        assert_eq!(call(plan, "SetLogDeliveryConfiguration"), &logs);
        assert_eq!(call(plan, "UpdateUserPoolClient"), &flows);
        let mut risk = call(plan, "SetRiskConfiguration").clone();
        assert_eq!(risk["RiskExceptionConfiguration"]["BlockedIPRangeList"], ranges);
        let members = risk.as_object_mut().unwrap();
        members.remove("UserPoolId");
        let stored = &pool.risk_configurations[""];
        for (section, value) in members {
            assert_eq!(&stored[section.as_str()], value, "{section}");
        }
    }
}

/// What is not managed keeps its order and its spelling.
#[test]
fn unmanaged_lists_keep_order_and_spelling() {
    let text = "version: 1\nname: a\ntarget: { pool: us-west-2_A }\naccount_takeover: { high: { action: BLOCK, notify: true } }\n\
                risk_exceptions: { always_allow: [192.0.2.0/24] }\n";
    let sections = json!({
        "AccountTakeoverRiskConfiguration": {
            "Actions": { "HighAction": { "EventAction": "BLOCK", "Notify": false } },
            "NotifyConfiguration": { "SourceArn": "arn:aws:ses:us-west-2:123456789012:identity/a@example.com", "BlockEmail": { "Subject": "s", "TextBody": "stopped" } },
        },
        "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" }, "EventFilter": ["SIGN_UP", "PASSWORD_CHANGE", "SIGN_IN"] },
        "RiskExceptionConfiguration": {
            "BlockedIPRangeList": ["203.0.113.9/24", "2001:DB8::/32", "198.51.100.0/24"],
            // In meaning the policy's, so that it is no change.
            "SkippedIPRangeList": ["192.0.2.1/24"],
        },
    });
    let aws = Aws::with(text).change(|pool| {
        pool.risk_configurations
            .insert(String::new(), raw(sections.clone()));
    });
    let plan = aws.json(&["apply", "--dry-run"]);
    let changes = plan["pools"][0]["changes"].as_array().unwrap();
    assert_eq!(
        (changes.len(), &changes[0]["at"]),
        (1, &json!("/account_takeover/high")),
        "{plan}"
    );
    let run = aws.run(&[
        "apply",
        "--yes",
        "--allow-finding",
        "notify-without-configuration=a test",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let mut expected = sections;
    expected["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]["Notify"] = true.into();
    let world = aws.server.world();
    let mut stored = Value::Object(world.pool(POOL).unwrap().risk_configurations[""].clone());
    stored
        .as_object_mut()
        .unwrap()
        .retain(|name, _| name.ends_with("Configuration"));
    assert_eq!(stored, expected);
    assert_eq!(aws.findings(&["diff"]), (0, Vec::new()));
}
