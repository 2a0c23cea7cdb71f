//! Answers that are about something else than what was asked for are not believed.

use cogward::aws::{Connect as _, NamedAlarm, Session};
use cogward::model::observed::{Failure, Selector};
use cogward::model::posture::Part;
use cogward::observe::live::Place;
use cogward::simulator::{Behaviour, FaultKind, InjectedFault, Options, Server};
use serde_json::{Value, json};

use crate::observe::support::{
    ACCOUNT, CLIENT, POOL, REGION, brief, connector, look, look_with, only, place, quick, start, world,
};

/// An answer by operation and client, the place that names something, what it names instead, and what is unread then.
type Other = (
    &'static str,
    Option<&'static str>,
    &'static str,
    Value,
    &'static [Part],
);

const OF_POOL: &[Part] = &[Part::Plan, Part::Mode, Part::Domain, Part::Triggers];

#[expect(clippy::too_many_lines, reason = "one table")]
fn others() -> Vec<Other> {
    let pool = || json!("us-west-2_B");
    let arn = |text: &str| json!(format!("arn:aws:{text}"));
    let risk = "DescribeRiskConfiguration";
    vec![
        ("DescribeUserPool", None, "/UserPool/Id", pool(), OF_POOL),
        ("DescribeUserPool", None, "/UserPool/Id", Value::Null, OF_POOL),
        (
            "DescribeUserPool",
            None,
            "/UserPool/Arn",
            arn("cognito-idp:eu-west-1:123456789012:userpool/us-west-2_A"),
            OF_POOL,
        ),
        (
            "DescribeUserPool",
            None,
            "/UserPool/Arn",
            arn("cognito-idp:us-west-2:123456789012:userpool/us-west-2_B"),
            OF_POOL,
        ),
        (
            "ListUserPoolClients",
            None,
            "/UserPoolClients/0/UserPoolId",
            pool(),
            &[Part::Clients],
        ),
        (
            "DescribeUserPoolClient",
            None,
            "/UserPoolClient/ClientId",
            json!("2example23456789"),
            &[Part::Clients],
        ),
        (
            "DescribeUserPoolClient",
            None,
            "/UserPoolClient/UserPoolId",
            pool(),
            &[Part::Clients],
        ),
        (
            risk,
            Some(""),
            "/RiskConfiguration/UserPoolId",
            pool(),
            &[Part::Responses],
        ),
        (
            risk,
            Some(""),
            "/RiskConfiguration/UserPoolId",
            Value::Null,
            &[Part::Responses],
        ),
        (
            risk,
            Some(CLIENT),
            "/RiskConfiguration/UserPoolId",
            pool(),
            &[Part::Clients],
        ),
        (
            risk,
            Some(CLIENT),
            "/RiskConfiguration/ClientId",
            json!("2example23456789"),
            &[Part::Clients],
        ),
        (
            "GetLogDeliveryConfiguration",
            None,
            "/LogDeliveryConfiguration/UserPoolId",
            pool(),
            &[Part::LogDelivery],
        ),
        (
            "DescribeAlarms",
            None,
            "/MetricAlarms/0/AlarmArn",
            arn("cloudwatch:eu-west-1:123456789012:alarm:risk"),
            &[Part::Alarms],
        ),
        (
            "ListMetrics",
            None,
            "/Metrics/0/Namespace",
            json!("AWS/EC2"),
            &[Part::Metrics],
        ),
        (
            "GetTopicAttributes",
            None,
            "/Attributes/TopicArn",
            arn("sns:us-west-2:123456789012:other"),
            &[Part::Topics],
        ),
    ]
}

fn server(operation: &str, client: Option<&str>, kind: FaultKind) -> Server {
    let fault = InjectedFault::new(kind).at(operation);
    start(Options {
        faults: vec![client.into_iter().fold(fault, InjectedFault::client)],
        ..Options::default()
    })
}

/// What is about something else is unread and named.
#[tokio::test]
async fn foreign_answers_are_unread_and_named() {
    for (operation, client, pointer, value, parts) in others() {
        let server = server(
            operation,
            client,
            FaultKind::Set(pointer.to_owned(), value.clone()),
        );
        let found = look(&server).await;
        let pool = only(&found.estate);
        let told = brief(&pool.unread);
        let wanted: Vec<_> = parts
            .iter()
            .map(|part| (*part, operation, Failure::NotUnderstood))
            .collect();
        assert_eq!(told, wanted, "{operation} {pointer}: {:?}", pool.unread);
        let detail = &pool.unread[0].detail;
        let named = value.as_str().unwrap_or("does not say what it is about");
        assert!(detail.contains(named), "{operation} {pointer}: {detail}");
        assert!(found.raw[POOL].pool.is_null() == (operation == "DescribeUserPool"));
    }
}

/// A client that answers for the pool is not the pool.
#[tokio::test]
async fn client_answer_is_not_taken_for_the_pool() {
    let more = json!({ "RiskConfiguration": { "ClientId": CLIENT } });
    let server = server("DescribeRiskConfiguration", Some(""), FaultKind::Merge(more));
    let found = look(&server).await;
    let unread = brief(&only(&found.estate).unread);
    let wanted = (
        Part::Responses,
        "DescribeRiskConfiguration",
        Failure::NotUnderstood,
    );
    assert_eq!(unread, [wanted]);
    assert!(!found.raw[POOL].risk.contains_key(""));
}

/// A pool by id that answers for another is not reached.
#[tokio::test]
async fn pool_by_id_answering_for_another() {
    for (pointer, value) in [
        ("/UserPool/Id", "us-west-2_B"),
        (
            "/UserPool/Arn",
            "arn:aws:cognito-idp:us-west-2:210987654321:userpool/us-west-2_A",
        ),
    ] {
        let server = server(
            "DescribeUserPool",
            None,
            FaultKind::Set(pointer.into(), value.into()),
        );
        let of_account = Place {
            account: Some(ACCOUNT.into()),
            ..place([Selector::of_id(POOL)])
        };
        let found = look_with(&server, quick(), &[of_account]).await.estate;
        assert_eq!((found.pools.len(), found.missing.len()), (0, 0));
        let [at] = found.unreachable.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (at.pool.as_deref(), at.failure, at.operation.as_str()),
            (Some(POOL), Failure::NotUnderstood, "DescribeUserPool")
        );
        assert!(at.detail.contains(value), "{}", at.detail);
    }
}

#[tokio::test]
async fn an_alarm_by_another_name_is_not_the_one() {
    let ask = async |server: &Server| {
        let port = connector(server, quick())
            .connect(&Session::default(), REGION, Some(ACCOUNT))
            .await;
        port.alarm("risk").await
    };
    let alarm = |member: &str, value: &str| FaultKind::Set(format!("/MetricAlarms/0/{member}"), value.into());
    let good = start(Options::default());
    assert!(matches!(ask(&good).await, Ok(NamedAlarm::OfMetric(_))));
    for kind in [
        alarm("AlarmName", "other"),
        alarm(
            "AlarmArn",
            "arn:aws:cloudwatch:us-west-2:123456789012:alarm:other",
        ),
        alarm("AlarmArn", "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:risk"),
        alarm("AlarmArn", "arn:aws:cloudwatch:us-west-2:210987654321:alarm:risk"),
    ] {
        let found = ask(&server("DescribeAlarms", None, kind.clone())).await;
        assert_eq!(found.unwrap_err().failure(), Failure::NotUnderstood, "{kind:?}");
    }
}

#[tokio::test]
async fn a_page_with_nothing_on_it_frees_no_name() {
    let hollow = Options {
        behaviour: Behaviour {
            hollow_pages: true,
            ..Behaviour::default()
        },
        ..Options::default()
    };
    let server = Server::start(world(), hollow).unwrap();
    let port = connector(&server, quick())
        .connect(&Session::default(), REGION, None)
        .await;
    assert!(matches!(port.alarm("risk").await, Ok(NamedAlarm::OfMetric(_))));
    assert_eq!(port.alarm("none").await, Ok(NamedAlarm::Free));
    let endless = FaultKind::Merge(json!({ "MetricAlarms": [], "NextToken": "after-" }));
    server.set_faults(vec![InjectedFault::new(endless).at("DescribeAlarms")]);
    let found = port.alarm("risk").await.unwrap_err();
    assert_eq!(found.failure(), Failure::NotUnderstood);
}
