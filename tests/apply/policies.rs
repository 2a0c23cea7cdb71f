//! Random policies as documents.

use proptest::collection::btree_set;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

fn one(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(words).prop_map(Value::from)
}

fn response() -> impl Strategy<Value = Value> {
    let actions = one(&["NO_ACTION", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "BLOCK"]);
    (actions, any::<bool>()).prop_map(|(action, notify)| json!({ "action": action, "notify": notify }))
}

/// A document with those members that are there.
fn object(members: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> impl Strategy<Value = Value> {
    let each = members
        .into_iter()
        .map(|(name, value)| value.prop_map(move |value| (name, value)));
    each.collect::<Vec<_>>().prop_map(|members| {
        let mut object = json!({});
        for (name, value) in members {
            if let Some(value) = value {
                object[name] = value;
            }
        }
        object
    })
}

fn maybe(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    option::of(value).boxed()
}

fn takeover() -> impl Strategy<Value = Value> {
    let template =
        "[a-z]{1,12}".prop_map(|text| json!({ "subject": text, "text": format!("{text} happened") }));
    let notifications = object(vec![
        (
            "source_arn",
            Just(Some(json!(
                "arn:aws:ses:us-west-2:123456789012:identity/example.com"
            )))
            .boxed(),
        ),
        ("from", maybe("[a-z]{1,5}@example\\.com".prop_map(Value::from))),
        ("block_email", maybe(template)),
    ]);
    object(vec![
        ("low", maybe(response())),
        ("medium", maybe(response())),
        ("high", maybe(response())),
        ("notifications", maybe(notifications)),
    ])
}

fn compromised() -> impl Strategy<Value = Value> {
    let events = subsequence(vec!["SIGN_IN", "SIGN_UP", "PASSWORD_CHANGE"], 1..=3);
    (one(&["BLOCK", "NO_ACTION"]), option::of(events)).prop_map(|(action, events)| match events {
        Some(events) => json!({ "action": action, "events": events }),
        None => json!({ "action": action }),
    })
}

fn ranges() -> impl Strategy<Value = Value> {
    btree_set(0..200_u8, 0..3).prop_map(|thirds| {
        let ranges: Vec<_> = thirds.iter().map(|third| format!("192.0.{third}.0/24")).collect();
        json!(ranges)
    })
}

/// A whole configuration of a client's own, or the pool's.
fn client() -> BoxedStrategy<Value> {
    let levels = (response(), response(), response());
    let own = (levels, compromised()).prop_map(|((low, medium, high), compromised)| {
        json!({
            "account_takeover": { "low": low, "medium": medium, "high": high },
            "compromised_credentials": compromised,
        })
    });
    prop_oneof![Just(json!("inherit")), own].boxed()
}

/// What the policy says of the client `web`.
fn web() -> impl Strategy<Value = Value> {
    let flows = subsequence(
        vec![
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_CUSTOM_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
        1..=3,
    );
    let oauth = option::of(subsequence(vec!["code", "implicit"], 1..=2));
    let providers = option::of(subsequence(vec!["COGNITO", "Facebook"], 1..=2));
    (client(), option::of(flows), oauth, providers).prop_map(|(client, flows, oauth, providers)| {
        let mut client = if client == json!("inherit") {
            json!({ "inherit": true })
        } else {
            client
        };
        for (key, list) in [
            ("auth_flows", flows),
            ("oauth_flows", oauth),
            ("identity_providers", providers),
        ] {
            if let Some(list) = list {
                client[key] = json!(list);
            }
        }
        client
    })
}

fn alarms() -> impl Strategy<Value = Value> {
    let alarm = (1..4_u32, select(vec!["5m", "1h"]), option::of("[a-z]{1,5}"));
    alarm.prop_map(|(threshold, period, topic)| {
        let mut alarm = json!({
            "name": "risk", "metric": "AccountTakeoverRisk", "operation": "SignIn", "risk_level": "High",
            "threshold": threshold, "period": period,
        });
        if let Some(topic) = topic {
            alarm["actions"] = json!([format!("arn:aws:sns:us-west-2:123456789012:{topic}")]);
        }
        json!([alarm])
    })
}

/// A destination of any kind; only sign-in events go elsewhere than to a log group.
fn delivery() -> impl Strategy<Value = Value> {
    let kinds = vec![
        (
            "cloudwatch_logs",
            "arn:aws:logs:us-west-2:123456789012:log-group:",
        ),
        ("s3", "arn:aws:s3:::bucket-"),
        (
            "firehose",
            "arn:aws:firehose:us-west-2:123456789012:deliverystream/",
        ),
    ];
    (select(kinds), "[a-z]{1,5}").prop_map(|((kind, arn), name)| json!({ kind: format!("{arn}{name}") }))
}

/// A policy for the pool. Everything in it may be missing.
pub fn policy() -> impl Strategy<Value = Value> {
    let mode = object(vec![
        ("standard", maybe(one(&["OFF", "AUDIT", "ENFORCED"]))),
        ("custom", maybe(one(&["OFF", "AUDIT", "ENFORCED"]))),
    ]);
    let clients = object(vec![("web", maybe(web())), ("*", maybe(Just(json!("inherit"))))]);
    let exceptions = object(vec![
        ("always_block", maybe(ranges())),
        (
            "always_allow",
            maybe(ranges().prop_map(|_| json!(["203.0.113.0/24"]))),
        ),
    ]);
    let logs = object(vec![
        ("user_auth_events", maybe(delivery())),
        (
            "user_notification",
            maybe("[a-z]{1,5}".prop_map(
                |name| json!({ "cloudwatch_logs": format!("arn:aws:logs:us-west-2:123456789012:log-group:{name}") }),
            )),
        ),
    ]);
    let factors = subsequence(vec!["SOFTWARE_TOKEN", "EMAIL"], 1..=2);
    let mfa =
        (one(&["ON", "OPTIONAL", "OFF"]), option::of(factors)).prop_map(|(mode, factors)| {
            match factors.filter(|_| mode != "OFF") {
                Some(factors) => json!({ "configuration": mode, "factors": factors }),
                None => json!({ "configuration": mode }),
            }
        });
    let sections = object(vec![
        ("feature_plan", maybe(Just(json!("PLUS")))),
        ("mode", maybe(mode)),
        ("mfa", maybe(mfa)),
        ("account_takeover", maybe(takeover())),
        ("compromised_credentials", maybe(compromised())),
        ("risk_exceptions", maybe(exceptions)),
        ("clients", maybe(clients)),
        ("alarms", maybe(alarms())),
        ("log_delivery", maybe(logs)),
    ]);
    sections.prop_map(|mut policy| {
        // A section with nothing in it is a fault of a policy.
        for section in [
            "mode",
            "account_takeover",
            "risk_exceptions",
            "clients",
            "log_delivery",
        ] {
            if policy.get(section) == Some(&json!({})) {
                policy.as_object_mut().unwrap().remove(section);
            }
        }
        policy["version"] = json!(1);
        policy["name"] = json!("random");
        policy["target"] = json!({ "pool": super::support::POOL });
        policy
    })
}
