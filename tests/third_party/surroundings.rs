//! Alarms, metrics and topics as ministack answers them, of a pool that is in moto.

use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, MetricDatum, Statistic};
use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_sns::Client as Sns;
use cogward::model::observed::Selector;
use cogward::model::posture::Topic;

use crate::third_party::support::{
    ACCOUNT, assert_unread, connector, look, ministack, moto, new_account, only, place, pool, sdk,
};

const REGION: &str = "ap-south-1";

fn dimensions(pool: &str) -> Vec<Dimension> {
    let pairs = [
        ("UserPoolId", pool),
        ("Operation", "SignIn"),
        ("RiskLevel", "High"),
    ];
    let dimension = |(name, value)| Dimension::builder().name(name).value(value).build();
    pairs.map(dimension).to_vec()
}

async fn alarm(cloudwatch: &CloudWatch, name: &str, pool: &str, topic: &str) {
    cloudwatch
        .put_metric_alarm()
        .alarm_name(name)
        .namespace("AWS/Cognito")
        .metric_name("AccountTakeoverRisk")
        .set_dimensions(Some(dimensions(pool)))
        .statistic(Statistic::Sum)
        .period(300)
        .evaluation_periods(1)
        .threshold(1.0)
        .comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold)
        .alarm_actions(topic)
        .send()
        .await
        .unwrap();
}

async fn metric(cloudwatch: &CloudWatch, pool: &str) {
    let datum = MetricDatum::builder()
        .metric_name("AccountTakeoverRisk")
        .set_dimensions(Some(dimensions(pool)))
        .value(1.0)
        .build();
    let put = cloudwatch.put_metric_data().namespace("AWS/Cognito");
    put.metric_data(datum).send().await.unwrap();
}

#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn alarms_metrics_and_topics_are_read() {
    let account = new_account();
    let (id, _) = pool(&Cognito::new(&sdk(&moto(), REGION, ACCOUNT).await), "watched").await;
    let config = sdk(&ministack(), REGION, &account).await;
    let (cloudwatch, sns) = (CloudWatch::new(&config), Sns::new(&config));
    let topic = sns.create_topic().name("security").send().await.unwrap();
    let topic = topic.topic_arn.unwrap();
    let subscription = sns.subscribe().topic_arn(&topic).protocol("email");
    subscription.endpoint("a@example.com").send().await.unwrap();
    let gone = format!("{topic}-gone");
    alarm(&cloudwatch, "told", &id, &topic).await;
    alarm(&cloudwatch, "untold", &id, &gone).await;
    for index in 0..100 {
        alarm(&cloudwatch, &format!("other-{index}"), "ap-south-1_Other", &topic).await;
    }
    metric(&cloudwatch, &id).await;
    let connector = connector(&moto(), &ministack(), &account);
    let (seen, calls) = look(&connector, &[place(REGION, [Selector::of_id(&id)])]).await;
    let found = only(&seen);
    assert_unread(&found.unread);
    let alarms = found.posture.alarms.as_deref().unwrap();
    let names: Vec<_> = alarms.iter().map(|alarm| alarm.name.as_deref()).collect();
    assert_eq!(names, [Some("told"), Some("untold")]);
    assert!(alarms[0].actions.contains(&topic));
    let metrics = found.posture.seen_metrics.as_deref().unwrap();
    assert_eq!(metrics.len(), 1);
    assert_eq!(metrics[0].dimensions["RiskLevel"], "High");
    assert_eq!(found.posture.topics[&gone], Topic::Missing);
    assert_eq!(
        found.posture.topics[&topic],
        Topic::Found {
            confirmed: 1,
            pending: 0
        }
    );
    assert!(
        calls["DescribeAlarms"] >= 2,
        "102 alarms are two pages: {calls:?}"
    );
    assert_eq!(calls["GetTopicAttributes"], 2, "each topic once: {calls:?}");
}
