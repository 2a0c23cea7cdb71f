//! Alarms over CBOR, and over the JSON that the command line of AWS speaks.

use aws_sdk_cloudwatch::error::ProvideErrorMetadata;
use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use aws_sdk_cloudwatch::types::{AlarmType, ComparisonOperator, Dimension, Statistic};
use cogward::simulator::{Options, Server};
use serde_json::json;

use crate::simulator::support::{ACCOUNT, POOL, REGION, cloudwatch, json_call, raw, start};

const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:security";

fn alarms(server: &Server, count: usize) {
    server.change(|world| {
        let alarms = &mut world.region_mut(ACCOUNT, REGION).alarms;
        for n in 0..count {
            let alarm = json!({ "MetricName": "Risk", "Threshold": 1, "Period": 300, "StateUpdatedTimestamp": 1_790_000_000.25,
                "StateValue": "OK", "AlarmActions": [TOPIC], "FutureMember": {"a": [null, true]} });
            alarms.insert(format!("alarm {n:04}"), raw(alarm));
        }
        alarms.insert("both".into(), raw(json!({ "AlarmRule": "ALARM(\"alarm 0001\")", "StateValue": "OK" })));
    });
}

/// Alarms come in pages with types that JSON does not have.
#[tokio::test]
async fn cbor_pages_keep_their_types() {
    let server = start(Options::default());
    alarms(&server, 250);
    let client = cloudwatch(&server);
    let all = client.describe_alarms().max_records(100).into_paginator().send();
    let pages: Vec<_> = all.collect::<Result<_, _>>().await.unwrap();
    let found: Vec<_> = pages
        .iter()
        .flat_map(DescribeAlarmsOutput::metric_alarms)
        .collect();
    assert_eq!((pages.len(), found.len()), (3, 250));
    assert!(pages.iter().all(|page| page.composite_alarms().is_empty()));
    let one = found[1];
    assert_eq!(one.alarm_name(), Some("alarm 0001"));
    assert_eq!((one.threshold(), one.period()), (Some(1.0), Some(300)));
    assert_eq!(
        one.state_updated_timestamp().unwrap().to_millis().unwrap(),
        1_790_000_000_250
    );
    assert_eq!(
        one.alarm_arn(),
        Some("arn:aws:cloudwatch:us-west-2:123456789012:alarm:alarm 0001")
    );
    let composite = client
        .describe_alarms()
        .alarm_types(AlarmType::CompositeAlarm)
        .send()
        .await
        .unwrap();
    assert_eq!(composite.composite_alarms().len(), 1);
    let named = client
        .describe_alarms()
        .alarm_name_prefix("alarm 000")
        .action_prefix("arn:aws:sns")
        .send();
    assert_eq!(named.await.unwrap().metric_alarms().len(), 10);
    let invented = client
        .describe_alarms()
        .next_token("mine")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(invented.is_invalid_next_token(), "{invented:?}");
}

#[tokio::test]
async fn an_alarm_is_put_as_a_whole_and_deleted() {
    let server = start(Options::default());
    let client = cloudwatch(&server);
    let put = |threshold: f64| {
        client
            .put_metric_alarm()
            .alarm_name("high")
            .namespace("AWS/Cognito")
            .metric_name("AccountTakeoverRisk")
            .statistic(Statistic::Sum)
            .dimensions(Dimension::builder().name("UserPoolId").value(POOL).build())
            .period(300)
            .evaluation_periods(1)
            .threshold(threshold)
            .comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold)
    };
    put(1.0).alarm_actions(TOPIC).send().await.unwrap();
    put(2.0).send().await.unwrap();
    let found = client.describe_alarms().send().await.unwrap();
    let [alarm] = found.metric_alarms() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (alarm.threshold(), alarm.actions_enabled()),
        (Some(2.0), Some(true))
    );
    assert!(alarm.alarm_actions().is_empty());
    assert_eq!(alarm.state_value().unwrap().as_str(), "INSUFFICIENT_DATA");
    assert_eq!(alarm.dimensions()[0].value(), Some(POOL));
    let odd = put(1.0).period(7).send().await.unwrap_err().into_service_error();
    assert_eq!(odd.code(), Some("ValidationError"));
    let delete = |name: &str| {
        client
            .delete_alarms()
            .alarm_names("high")
            .alarm_names(name)
            .send()
    };
    let missing = delete("none").await.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found(), "{missing:?}");
    assert_eq!(server.world().region_mut(ACCOUNT, REGION).alarms.len(), 1);
    delete("high").await.unwrap();
    assert!(server.world().region_mut(ACCOUNT, REGION).alarms.is_empty());
}

/// The command line of AWS speaks JSON to `CloudWatch`.
#[test]
fn json_protocol_of_the_aws_cli() {
    let server = start(Options::default());
    alarms(&server, 1);
    let (status, answer) = json_call(
        &server,
        "GraniteServiceVersion20100801.DescribeAlarms",
        "monitoring",
        "{}",
    );
    assert_eq!(
        (status, &answer["MetricAlarms"][0]["FutureMember"]),
        (200, &json!({"a": [null, true]}))
    );
    let (status, answer) = json_call(
        &server,
        "GraniteServiceVersion20100801.PutDashboard",
        "monitoring",
        "{}",
    );
    assert_eq!((status, answer["__type"].as_str()), (400, Some("InvalidAction")));
    let (status, _) = json_call(
        &server,
        "GraniteServiceVersion20100801.DescribeAlarms",
        "sns",
        "{}",
    );
    assert_eq!(status, 403);
    assert_eq!(json_call(&server, "Unknown.Thing", "sns", "{}").0, 404);
}
