//! `investigate` over a simulated AWS: from an alarm to users, with everything that may go wrong on the way.

use cogward::simulator::{AwsState, FaultKind, InjectedFault, Options, PoolUser, Quotas, Server};
use serde_json::{Value, json};

use crate::cli::live::support::{ACCOUNT, Aws, POOL, REGION, raw, world};
use crate::cli::support::Run;

pub const ALICE: &str = "00000000-aaaa-4bbb-8ccc-000000000001";
pub const BOB: &str = "00000000-aaaa-4bbb-8ccc-000000000002";

/// A record of CloudTrail so many seconds before now.
pub fn record(id: &str, ago: i64, sub: Option<&str>, error: &str) -> Value {
    let mut record = json!({
        "eventVersion": "1.11", "eventSource": "cognito-idp.amazonaws.com", "eventName": "InitiateAuth",
        "eventType": "AwsApiCall", "eventID": id, "requestID": format!("r-{id}"), "sourceIPAddress": "198.51.100.7",
        "userAgent": "Mozilla/5.0", "requestParameters": { "authFlow": "USER_PASSWORD_AUTH", "clientId": "web1" },
    });
    if let Some(sub) = sub {
        record["additionalEventData"] = json!({ "sub": sub });
    }
    if !error.is_empty() {
        record["errorCode"] = json!("NotAuthorizedException");
        record["errorMessage"] = json!(error);
    }
    json!({ "EventId": id, "EventName": "InitiateAuth", "EventSource": "cognito-idp.amazonaws.com", "EventTime": -ago,
        "CloudTrailEvent": record })
}

pub fn event(id: &str, ago: i64, level: &str, decision: &str, response: &str) -> Value {
    let mut risk = json!({ "RiskDecision": decision, "CompromisedCredentialsDetected": false });
    if !level.is_empty() {
        risk["RiskLevel"] = json!(level);
    }
    json!({ "EventId": id, "EventType": "SignIn", "CreationDate": -ago, "EventResponse": response, "EventRisk": risk,
        "EventContextData": { "IpAddress": "198.51.100.7", "City": "Hanoi", "Country": "Viet Nam" } })
}

pub fn user(sub: &str, status: &str, events: Vec<Value>) -> PoolUser {
    PoolUser {
        user: raw(json!({ "UserStatus": status, "Attributes": [{ "Name": "sub", "Value": sub }] })),
        auth_events: events.into_iter().map(raw).collect(),
    }
}

/// A pool with two users, an alarm that fired, and what happened around it.
pub fn incident() -> AwsState {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, REGION);
    let pool = region.pools.get_mut(POOL).unwrap();
    let alice = vec![
        event("e-1", 1000, "High", "Block", "Fail"),
        event("e-2", 1010, "", "NoRisk", "Pass"),
        event("e-9", 90_000, "", "NoRisk", "Pass"),
    ];
    pool.users.insert("alice".into(), user(ALICE, "CONFIRMED", alice));
    pool.users.insert(
        "bob".into(),
        user(
            BOB,
            "RESET_REQUIRED",
            vec![event("e-3", 990, "Low", "AccountTakeover", "Pass")],
        ),
    );
    let alarm = json!({ "AlarmName": "risk", "Namespace": "AWS/Cognito", "MetricName": "Risk", "Period": 300, "EvaluationPeriods": 1,
        "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Statistic": "Sum",
        "Dimensions": [{ "Name": "UserPoolId", "Value": POOL }] });
    region.alarms.insert("risk".into(), raw(alarm));
    let change = |state: &str, ago: i64| {
        raw(
            json!({ "Timestamp": -ago, "HistoryData": { "newState": { "stateValue": state,
            "stateReasonData": { "startDate": -ago - 300, "period": 300 } } } }),
        )
    };
    region.alarm_history.insert(
        "risk".into(),
        vec![change("OK", 300), change("ALARM", 800), change("ALARM", 80_000)],
    );
    let events = [
        record(
            "t-1",
            1000,
            Some(ALICE),
            "Unable to login because of security reasons.",
        ),
        record("t-2", 994, Some(ALICE), "Password attempts exceeded"),
        record("t-3", 990, Some(BOB), ""),
        record("t-4", 985, None, "Incorrect username or password."),
        record("t-5", 50_000, Some(BOB), ""),
    ];
    region.events = events.into_iter().map(raw).collect();
    let mut foreign = record("t-6", 980, Some("x"), "");
    foreign["CloudTrailEvent"]["requestParameters"]["clientId"] = json!("of-another-pool");
    region.events.push(raw(foreign));
    world
}

pub fn aws() -> Aws {
    Aws::new(incident())
}

pub const BY_ALARM: [&str; 5] = ["investigate", "--pool", POOL, "--alarm", "risk"];

pub fn report(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"))
}

pub fn json_of(aws: &Aws, more: &[&str]) -> (i32, Value) {
    let run = aws.run(&[&BY_ALARM[..], &["--names", "-f", "json"], more].concat());
    (run.code, report(&run))
}

pub fn user_of<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut users = report["users"].as_array().unwrap().iter();
    users
        .find(|user| user["name"] == name)
        .unwrap_or_else(|| panic!("{name}: {report}"))
}

/// From an alarm to the users and the setting that decides.
#[test]
fn alarm_leads_to_users_and_settings() {
    let aws = aws();
    let run = aws.run(&[&BY_ALARM[..], &["--names"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "alarm risk: ALARM at",
        "settings AWS, standard ENFORCED",
        &format!("user alice ({ALICE})"),
        "blocked by risk level (\"Unable to login because of security reasons.\")",
        "lockout after wrong passwords (not threat protection)",
        "settings: blocked (as configured), /account_takeover/high",
        "status RESET_REQUIRED: a compromised password",
        "InitiateAuth with USER_PASSWORD_AUTH (by address and time)",
        "1 request without a user",
    ] {
        assert!(flat.contains(words), "{words}: {}", run.out);
    }
    assert!(
        run.err.contains("reading CloudTrail from") && run.err.contains("reading 2 users: at least 4 calls"),
        "{}",
        run.err
    );
    let (_, found) = json_of(&aws, &[]);
    let alice = user_of(&found, "alice");
    assert_eq!(
        alice["steps"].as_array().unwrap().len(),
        3,
        "what lies before the window is not there, and an event and the record of its request are one: {alice}"
    );
    assert_eq!(
        (&found["counts"]["unlisted"], &found["requests_without_user"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(found["users"][0]["name"], "alice", "who was blocked comes first");
    let log = aws.server.log();
    assert!(
        !log.iter()
            .any(|call| call.operation.starts_with("Set") || call.operation.starts_with("Update"))
    );
}

/// Pages that are empty lead on and pages of one are all read.
#[test]
fn empty_and_single_item_pages_are_followed() {
    let mut options = Options {
        page_size: Some(1),
        ..Options::default()
    };
    options.behaviour.hollow_pages = true;
    let small = Aws {
        server: Server::start(incident(), options).unwrap(),
        ..aws()
    };
    let (_, all) = json_of(&aws(), &[]);
    let (code, paged) = json_of(&small, &[]);
    assert_eq!(code, 0, "{paged}");
    for name in ["alice", "bob"] {
        let ids = |report: &Value| {
            let steps = user_of(report, name)["steps"].as_array().unwrap().clone();
            steps.iter().map(|step| step["event"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(ids(&all), ids(&paged));
    }
}

/// What cannot be read is named and the rest is there.
#[test]
fn unreadable_parts_named_rest_reported() {
    for (operation, what, has_users) in [
        ("DescribeAlarms", "history of alarm risk", false),
        ("DescribeAlarmHistory", "history of alarm risk", false),
        ("LookupEvents", "CloudTrail", false),
        ("ListUsers", "2 users", true),
        ("AdminListUserAuthEvents", "2 users", true),
    ] {
        for kind in [FaultKind::AccessDenied, FaultKind::Garbage, FaultKind::Internal] {
            // A pool's alarms are read as well, by the same call.
            let from = if operation == "DescribeAlarms" { 2 } else { 1 };
            let aws = aws().faults(vec![InjectedFault::new(kind.clone()).at(operation).from(from)]);
            let (code, found) = json_of(&aws, &["--timeout", "120"]);
            assert_eq!(code, 4, "{operation} {kind:?}: {found}");
            let named = found["not_checked"].to_string();
            assert!(named.contains(what), "{operation}: {named}");
            assert_eq!(
                !found["users"].as_array().unwrap().is_empty(),
                has_users,
                "{operation}: {found}"
            );
        }
    }
}

/// Throttling is waited out and quotas are kept.
#[test]
fn throttling_and_quotas() {
    let throttled = [
        "LookupEvents",
        "ListUsers",
        "AdminListUserAuthEvents",
        "DescribeAlarmHistory",
    ];
    let faults = throttled.map(|operation| InjectedFault::new(FaultKind::Throttle).at(operation).times(1));
    let (code, found) = json_of(&aws().faults(faults.into()), &[]);
    assert_eq!(
        (code, found["users"].as_array().unwrap().len()),
        (0, 2),
        "{found}"
    );
    let options = Options {
        quotas: Some(Quotas::documented()),
        page_size: Some(2),
        ..Options::default()
    };
    let aws = Aws {
        server: Server::start(incident(), options).unwrap(),
        ..aws()
    };
    let (code, _) = json_of(&aws, &[]);
    let refused = aws
        .server
        .log()
        .iter()
        .filter(|call| call.status == Some(400))
        .count();
    assert_eq!((code, refused), (0, 0));
}

/// A pool without threat protection has no events and says so.
#[test]
fn pool_without_threat_protection() {
    let aws = aws().change(|pool| {
        pool.user_pool
            .insert("UserPoolAddOns".into(), json!({ "AdvancedSecurityMode": "OFF" }));
    });
    let (code, found) = json_of(&aws, &["--resume", "off"]);
    assert_eq!(code, 0, "{found}");
    let unread = &found["not_checked"][0];
    assert!(
        unread["why"].to_string().contains("threat protection is OFF") && unread["failed"] == false,
        "{found}"
    );
    assert_eq!(aws.place.names("."), Vec::<String>::new(), "it is whole");
    assert_eq!(
        found["users"].as_array().unwrap().len(),
        2,
        "CloudTrail alone says something"
    );
}

#[test]
fn a_user_who_is_gone_and_one_who_is_named() {
    let gone = aws().change(|pool| drop(pool.users.remove("bob")));
    let (code, found) = json_of(&gone, &[]);
    assert_eq!(code, 0, "{found}");
    assert!(
        found["not_checked"].to_string().contains("there is no such user"),
        "{found}"
    );
    for name in ["alice", ALICE] {
        let (code, found) = json_of(&aws(), &["--user", name]);
        assert_eq!(
            (code, found["users"].as_array().unwrap().len()),
            (0, 1),
            "{found}"
        );
        assert_eq!(found["users"][0]["name"], "alice");
    }
    let (_, found) = json_of(&aws(), &["--max-users", "1"]);
    assert!(
        found["not_checked"].to_string().contains("1 more user"),
        "{found}"
    );
    assert_eq!(user_of(&found, "alice")["risk"], "high");
}

#[test]
fn alarms_that_lead_nowhere_are_said_to() {
    let aws = aws();
    for (args, words) in [
        (&["--alarm", "none"][..], "there is no alarm `none`"),
        (&["--alarm", "other"], "watches pool us-west-2_B, not us-west-2_A"),
        (&["--alarm", "quiet"], "has no change to ALARM in its history"),
        (
            &["--alarm", "cpu"],
            "watches CPUUtilization of AWS/EC2, which is not about threat protection: use --since TIME",
        ),
        (
            &["--alarm", "throttles"],
            "watches SignInThrottles of AWS/Cognito, which is not about",
        ),
        (
            &["--alarm", "risk", "--since", "1m"],
            "the window is empty: it would begin at",
        ),
        (&["--since", "2999-01-01"], "--since is in the future: it is"),
        (
            &["--since", "1h", "--until", "2h"],
            "--since is after --until: the window would be empty",
        ),
        (&[], "say when: --alarm NAME, or --since TIME"),
    ] {
        aws.server.change(|world| {
            let region = world.region_mut(ACCOUNT, REGION);
            let risk = region.alarms["risk"].clone();
            region.alarms.insert("quiet".into(), risk.clone());
            for (name, space, metric) in [
                ("cpu", "AWS/EC2", "CPUUtilization"),
                ("throttles", "AWS/Cognito", "SignInThrottles"),
            ] {
                let mut other = risk.clone();
                other.insert("Namespace".into(), json!(space));
                other.insert("MetricName".into(), json!(metric));
                other.remove("Dimensions");
                region.alarms.insert(name.into(), other);
            }
            let mut other = risk;
            other.insert(
                "Dimensions".into(),
                json!([{ "Name": "UserPoolId", "Value": "us-west-2_B" }]),
            );
            region.alarms.insert("other".into(), other);
        });
        let run = aws.run(&[&["investigate", "--pool", POOL][..], args].concat());
        assert!(run.code == 2 && run.err.contains(words), "{args:?}: {run:?}");
    }
}

/// Windows that `CloudTrail` does not keep are said.
#[test]
fn windows_beyond_cloudtrail_retention() {
    let aws = aws();
    let run = aws.run(&["investigate", "--pool", POOL, "--since", "30m", "--names"]);
    assert!(run.code == 0 && run.out.contains("user alice"), "{run:?}");
    // A window that CloudTrail cannot have whole, and a pool that is not there.
    let run = aws.run(&["investigate", "--pool", POOL, "--since", "100d", "--names"]);
    let flat = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "user alice",
        "CloudTrail: it keeps 90 days",
        "--trail FILES reads",
    ] {
        assert!(run.code == 4 && flat.contains(words), "{words}: {run:?}");
    }
    let words = "the last ones may be missing, so run it again later";
    assert!(flat.contains(words), "{run:?}");
    let run = aws.run(&["investigate", "--pool", "us-west-2_NONE", "--since", "1h"]);
    let words = "pool `us-west-2_NONE` was not found in us-west-2 of account 123456789012; check the id";
    assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    // Of a window that is older as a whole nothing is asked, and one reason is enough.
    let calls = || {
        aws.server
            .log()
            .iter()
            .filter(|call| call.operation == "LookupEvents")
            .count()
    };
    let before = calls();
    let old = ["investigate", "--pool", POOL, "--since", "100d", "--until", "99d"];
    let run = aws.run(&old);
    assert_eq!((run.code, run.out.matches("FAILED").count()), (4, 1), "{run:?}");
    assert_eq!(calls(), before);
}

/// The same event from overlapping pages, and from CloudTrail and `AdminListUserAuthEvents`, is one row with both sources.
#[test]
fn what_comes_twice_is_one_row() {
    let mut world = incident();
    let region = world.region_mut(ACCOUNT, REGION);
    region.events = [region.events.clone(), region.events.clone()].concat();
    let pool = region.pools.get_mut(POOL).unwrap();
    for user in pool.users.values_mut() {
        user.auth_events = [user.auth_events.clone(), user.auth_events.clone()].concat();
    }
    let twice = Aws::new(world);
    let (code, found) = json_of(&twice, &[]);
    let (_, once) = json_of(&aws(), &[]);
    let rows = |report: &Value| {
        let users = report["users"].as_array().unwrap().iter();
        let steps = users.flat_map(|user| user["steps"].as_array().unwrap());
        steps
            .map(|step| {
                (
                    step["event"].clone(),
                    step["sources"].clone(),
                    step["refused"].clone(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!((code, rows(&found)), (0, rows(&once)));
    assert_eq!(found["counts"], once["counts"]);
    let steps = user_of(&found, "alice")["steps"].as_array().unwrap();
    let both = steps.iter().find(|step| step["event"] == "e-1").unwrap();
    assert_eq!(both["sources"], json!(["event", "cloudtrail"]), "{both}");
    assert_eq!(
        (&both["joined_by"], &both["flow"], &both["refused"]["cause"]),
        (&json!("time"), &json!("USER_PASSWORD_AUTH"), &json!("block"))
    );
}

/// What cannot be understood, or asked for, is not "nothing happened".
#[test]
fn what_says_nothing_is_not_nothing() {
    let aws = aws();
    let hidden = report(&aws.run(&[&BY_ALARM[..], &["-f", "json"]].concat()));
    let sub = hidden["users"][0]["sub"].as_str().unwrap();
    let (code, found) = json_of(&aws, &["--user", sub]);
    assert_eq!(code, 0, "{found}");
    assert_eq!(user_of(&found, "alice")["steps"].as_array().unwrap().len(), 3);
    let nobody = cogward::ident::pseudonym("nobody");
    let (code, found) = json_of(&aws, &["--user", &nobody]);
    assert!(
        code == 4 && found["not_checked"].to_string().contains("a pseudonym"),
        "{found}"
    );

    aws.server.change(|world| {
        let region = world.region_mut(ACCOUNT, REGION);
        region
            .alarm_history
            .insert("risk".into(), vec![raw(json!({ "Timestamp": -800 }))]);
    });
    let run = aws.run(&BY_ALARM);
    assert!(run.code == 4 && run.out.contains("has no data"), "{run:?}");
}
