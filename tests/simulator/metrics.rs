//! Which metrics have data, and the data.

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, DimensionFilter, Metric, MetricDataQuery, MetricStat};
use cogward::simulator::{Metric as SimulatedMetric, Options, Server};

use crate::simulator::support::{ACCOUNT, POOL, REGION, cloudwatch, now, start};

const DAY: f64 = 24.0 * 3600.0;

/// A server with data of a day ago (of two periods) for one metric, and of 20 days ago for another.
fn server(now: f64) -> Server {
    let server = start(Options::default());
    let metric = |level: &str, data: Vec<(f64, f64)>| SimulatedMetric {
        namespace: "AWS/Cognito".into(),
        name: "AccountTakeoverRisk".into(),
        dimensions: [("UserPoolId", POOL), ("RiskLevel", level)]
            .map(|(n, v)| (n.into(), v.into()))
            .into(),
        data,
    };
    server.change(|world| {
        world.region_mut(ACCOUNT, REGION).metrics = vec![
            metric(
                "high",
                vec![
                    (now - DAY, 1.0),
                    (now - DAY + 60.0, 2.0),
                    (now - DAY + 300.0, 5.0),
                ],
            ),
            metric("low", vec![(now - 20.0 * DAY, 3.0)]),
        ];
    });
    server
}

/// The start of the five minutes that are now.
fn period() -> f64 {
    (now() / 300.0).floor() * 300.0
}

fn query(level: &str) -> MetricDataQuery {
    let dimension = |name: &str, value: &str| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder()
        .namespace("AWS/Cognito")
        .metric_name("AccountTakeoverRisk");
    let metric = metric
        .dimensions(dimension("UserPoolId", POOL))
        .dimensions(dimension("RiskLevel", level));
    let stat = MetricStat::builder()
        .metric(metric.build())
        .period(300)
        .stat("Sum")
        .build();
    MetricDataQuery::builder().id(level).metric_stat(stat).build()
}

#[tokio::test]
async fn metrics_are_listed_for_two_weeks() {
    let server = server(period());
    let client = cloudwatch(&server);
    let by = |name: &str| DimensionFilter::builder().name(name).build();
    let listed = client
        .list_metrics()
        .namespace("AWS/Cognito")
        .dimensions(by("RiskLevel"))
        .send()
        .await
        .unwrap();
    let [metric] = listed.metrics() else {
        panic!("{listed:?}")
    };
    assert_eq!(metric.dimensions()[0].value(), Some("high"));
    let none = client
        .list_metrics()
        .dimensions(by("UserPool"))
        .send()
        .await
        .unwrap();
    assert!(none.metrics().is_empty());
}

#[tokio::test]
async fn data_is_there_for_longer_newest_first() {
    let now = period();
    let server = server(now);
    let data = cloudwatch(&server)
        .get_metric_data()
        .metric_data_queries(query("high"))
        .metric_data_queries(query("low"))
        .metric_data_queries(query("High"))
        .start_time(DateTime::from_secs_f64(now - 30.0 * DAY))
        .end_time(DateTime::from_secs_f64(now))
        .send()
        .await
        .unwrap();
    let [high, low, dead] = data.metric_data_results() else {
        panic!("{data:?}")
    };
    assert_eq!((high.id(), high.values()), (Some("high"), &[5.0, 3.0][..]));
    assert_eq!(high.timestamps()[1], DateTime::from_secs_f64(now - DAY));
    assert_eq!(low.values(), [3.0]);
    assert!(dead.values().is_empty());
}
