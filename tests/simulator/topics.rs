//! Topics over XML, and CloudTrail's events over JSON.

use aws_sdk_sns::error::ProvideErrorMetadata;
use cogward::simulator::{Behaviour, Options, Subscription, TopicState};
use serde_json::{Value, json};

use crate::simulator::support::{ACCOUNT, CLIENT, POOL, REGION, json_call, now, raw, sns, start};

const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:security";

#[tokio::test]
async fn topics_tell_who_is_subscribed() {
    let server = start(Options::default());
    server.change(|world| {
        let subscription = |n: usize| Subscription {
            protocol: "email".into(),
            endpoint: format!("{n}<&>@example.com"),
            confirmed: n > 0,
        };
        let topic = TopicState {
            subscriptions: (0..120).map(subscription).collect(),
            ..TopicState::default()
        };
        world
            .region_mut(ACCOUNT, REGION)
            .topics
            .insert(TOPIC.into(), topic);
    });
    let client = sns(&server);
    let found = client
        .get_topic_attributes()
        .topic_arn(TOPIC)
        .send()
        .await
        .unwrap();
    let attributes = found.attributes().unwrap();
    assert_eq!(
        (
            attributes["SubscriptionsConfirmed"].as_str(),
            attributes["SubscriptionsPending"].as_str()
        ),
        ("119", "1")
    );
    let all = client
        .list_subscriptions_by_topic()
        .topic_arn(TOPIC)
        .into_paginator()
        .items()
        .send();
    let all: Vec<_> = all.collect::<Result<_, _>>().await.unwrap();
    assert_eq!((all.len(), all[0].endpoint()), (120, Some("0<&>@example.com")));
    assert_eq!(all[0].subscription_arn(), Some("PendingConfirmation"));
    for (arn, code) in [
        ("arn:aws:sns:us-west-2:123456789012:other", "NotFound"),
        (
            "arn:aws:sns:us-west-2:210987654321:security",
            "AuthorizationError",
        ),
        ("arn:aws:sns:eu-west-1:123456789012:security", "InvalidParameter"),
    ] {
        let error = client
            .get_topic_attributes()
            .topic_arn(arn)
            .send()
            .await
            .unwrap_err()
            .into_service_error();
        assert_eq!(error.code(), Some(code));
    }
}

/// `CloudTrail` knows ninety days and one attribute.
#[test]
fn cloudtrail_window_and_single_attribute() {
    let server = start(Options {
        page_size: Some(2),
        ..Options::default()
    });
    let now = now();
    server.change(|world| {
        let event = |name: &str, days: f64| {
            raw(
                json!({ "EventName": name, "EventTime": now - days * 24.0 * 3600.0,
            "CloudTrailEvent": { "requestParameters": { "userPoolId": POOL } } }),
            )
        };
        let days = [30.0, 1.0, 100.0, 2.0];
        let mut events: Vec<_> = days.iter().map(|days| event("UpdateUserPool", *days)).collect();
        events.push(event("CreateUserPool", 3.0));
        world.region_mut(ACCOUNT, REGION).events = events;
    });
    let call = |body: &str| json_call(&server, "CloudTrail_20131101.LookupEvents", "cloudtrail", body);
    let by_name = r#"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"UpdateUserPool"}]"#;
    let (status, first) = call(&format!("{by_name}}}"));
    assert_eq!((status, first["Events"].as_array().unwrap().len()), (200, 2));
    let record = first["Events"][0]["CloudTrailEvent"].as_str().unwrap();
    assert!(record.contains(POOL), "{record}");
    let times = [&first["Events"][0], &first["Events"][1]].map(|event| event["EventTime"].as_f64().unwrap());
    assert!(times[0] > times[1], "{times:?}");
    let (_, last) = call(&format!("{by_name},\"NextToken\":{}}}", first["NextToken"]));
    assert_eq!(last["Events"].as_array().unwrap().len(), 1);
    assert!(last.get("NextToken").is_none());
    let two = r#"{"LookupAttributes":[{"AttributeKey":"a","AttributeValue":"b"},{"AttributeKey":"a","AttributeValue":"b"}]}"#;
    assert_eq!(call(two).1["__type"], "InvalidLookupAttributesException");
    assert_eq!(
        call(r#"{"MaxResults":51}"#),
        (
            400,
            json!({"__type": "InvalidMaxResultsException", "message": "A limit between 1 and 50 must be specified"})
        )
    );
}

#[test]
fn writes_leave_events_where_asked() {
    for writes_leave_events in [false, true] {
        let behaviour = Behaviour {
            writes_leave_events,
            ..Behaviour::default()
        };
        let server = start(Options {
            behaviour,
            ..Options::default()
        });
        let cognito = |operation: &str, body: &str| {
            json_call(
                &server,
                &format!("AWSCognitoIdentityProviderService.{operation}"),
                "cognito-idp",
                body,
            )
            .0
        };
        let update =
            format!(r#"{{"UserPoolId":"{POOL}","UserPoolAddOns":{{"AdvancedSecurityMode":"ENFORCED"}}}}"#);
        assert_eq!(cognito("UpdateUserPool", &update), 200);
        assert_eq!(cognito("UpdateUserPool", "{}"), 400);
        assert_eq!(
            cognito(
                "SetRiskConfiguration",
                &format!(r#"{{"UserPoolId":"{POOL}","ClientId":"{CLIENT}"}}"#)
            ),
            200
        );
        let (_, found) = json_call(&server, "CloudTrail_20131101.LookupEvents", "cloudtrail", "{}");
        let records = found["Events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["CloudTrailEvent"].as_str().unwrap());
        let records: Vec<Value> = records
            .map(|record| serde_json::from_str(record).unwrap())
            .collect();
        assert_eq!(records.len(), if writes_leave_events { 2 } else { 0 });
        for record in &records {
            let parameters = &record["requestParameters"];
            assert_eq!(parameters["userPoolId"], POOL);
            let (place, value) = match record["eventName"].as_str().unwrap() {
                "UpdateUserPool" => ("/userPoolAddOns/advancedSecurityMode", "ENFORCED"),
                _ => ("/clientId", "HIDDEN_DUE_TO_SECURITY_REASONS"),
            };
            assert_eq!(parameters.pointer(place).unwrap(), value);
        }
    }
}
