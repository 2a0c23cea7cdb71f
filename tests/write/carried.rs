//! What is written arrives as it was written, members that nobody knows included, and secrets do not come back.

use cogward::simulator::{Behaviour, Options};
use serde_json::json;

use crate::write::support::{ACCOUNT, CLIENT, POOL, REGION, SECRET, Write, ports, start};

/// Bodies arrive whole and answers have a request id.
#[tokio::test]
async fn bodies_arrive_whole_with_request_ids() {
    let server = start(Options::default());
    let (_, port) = ports(&server.endpoint()).await;
    for write in Write::ALL {
        assert!(!write.landed(&server.world()), "{write:?} before");
        let written = write.make(&*port).await.unwrap();
        assert!(write.landed(&server.world()), "{write:?}");
        assert!(
            written.request_id.is_some_and(|id| id.starts_with("00000000-")),
            "{write:?}"
        );
    }
    let world = server.world();
    let pool = world.pool(POOL).unwrap();
    let unheard = json!({ "of": [1, "ü"] });
    assert_eq!(pool.user_pool["UserPoolAddOns"]["Unheard"], unheard);
    assert_eq!(pool.clients[CLIENT]["Unheard"], unheard);
    assert_eq!(pool.mfa["Unheard"], unheard);
    assert_eq!(pool.log_configurations.as_ref().unwrap()[0]["Unheard"], unheard);
    let actions = &pool.risk_configurations[""]["AccountTakeoverRiskConfiguration"]["Actions"];
    assert_eq!(actions["HighAction"]["Unheard"], json!({ "of": [1, null, "ü"] }));
    assert!(
        !pool.user_pool.contains_key("FutureMember"),
        "the simulated service resets what is not sent"
    );
}

/// A secret in an answer is dropped and stays in the service.
#[tokio::test]
async fn secret_in_answer_is_dropped() {
    let server = start(Options::default());
    let (_, port) = ports(&server.endpoint()).await;
    let written = Write::Client.make(&*port).await.unwrap();
    assert_eq!(written.answer["UserPoolClient"]["ClientId"], json!(CLIENT));
    assert!(!written.answer.to_string().contains(SECRET));
    assert_eq!(
        server.world().pool(POOL).unwrap().clients[CLIENT]["ClientSecret"],
        json!(SECRET)
    );
}

#[tokio::test]
async fn an_alarm_arrives_with_everything_in_it() {
    let server = start(Options::default());
    let (_, port) = ports(&server.endpoint()).await;
    Write::Alarm.make(&*port).await.unwrap();
    let world = server.world();
    let mut found = world.accounts[ACCOUNT].regions[REGION].alarms["risk"].clone();
    found.retain(|name, _| !name.starts_with("State") && !name.ends_with("Timestamp"));
    let arn = |name: &str| format!("arn:aws:sns:us-west-2:123456789012:{name}");
    let wanted = json!({
        "AlarmName": "risk", "AlarmDescription": "who watches", "Namespace": "AWS/Cognito",
        "MetricName": "AccountTakeoverRisk", "Statistic": "Sum", "Period": 300, "Unit": "Count",
        "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 1.5,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching",
        "ActionsEnabled": true, "AlarmActions": [arn("a")], "OKActions": [arn("b")],
        "InsufficientDataActions": [arn("c")],
        "Dimensions": [
            { "Name": "Operation", "Value": "SignIn" }, { "Name": "RiskLevel", "Value": "high" },
            { "Name": "UserPoolId", "Value": POOL },
        ],
    });
    assert_eq!(serde_json::Value::Object(found), wanted);
}

/// A client goes back to the pools configuration by its ids alone.
#[tokio::test]
async fn client_reset_to_pool_by_ids_alone() {
    let server = start(Options::default());
    let (_, port) = ports(&server.endpoint()).await;
    server.change(|world| {
        let risk = &mut world.pool_mut(POOL).unwrap().risk_configurations;
        risk.insert(
            CLIENT.into(),
            crate::write::support::raw(json!({ "RiskExceptionConfiguration": {} })),
        );
    });
    let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
    port.set_risk_configuration(&body).await.unwrap();
    assert!(server.world().pool(POOL).unwrap().risk_configurations.is_empty());
}

/// Writes are signed as writes and leave an event.
#[tokio::test]
async fn writes_are_signed_and_leave_an_event() {
    let server = start(Options {
        behaviour: Behaviour {
            writes_leave_events: true,
            ..Behaviour::default()
        },
        ..Options::default()
    });
    let (_, port) = ports(&server.endpoint()).await;
    Write::Pool.make(&*port).await.unwrap();
    let world = server.world();
    let events = &world.accounts[ACCOUNT].regions[REGION].events;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["EventName"], json!("UpdateUserPool"));
}
