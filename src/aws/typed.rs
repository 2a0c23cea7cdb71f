//! The SDK's typed answers of listings, alarms, metrics and topics into the port's.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cloudtrail::operation::lookup_events::LookupEventsOutput;
use aws_sdk_cloudtrail::types::Event;
use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use aws_sdk_cloudwatch::operation::list_metrics::ListMetricsOutput;
use aws_sdk_cloudwatch::types::{Dimension, MetricAlarm, MetricDataQuery};
use aws_sdk_cognitoidentityprovider::operation::list_user_pool_clients::ListUserPoolClientsOutput;
use aws_sdk_cognitoidentityprovider::operation::list_user_pools::ListUserPoolsOutput;

use jiff::Timestamp;
use serde_json::Value;

use crate::aws::error::CallError;
use crate::aws::others;
use crate::aws::port::{Alarms, AnyAlarm, Metrics, Page, PoolEntry, TrailRecord};
use crate::aws::subject::{Endpoint, is};
use crate::aws::unknown_members;
use crate::aws::write::beyond;
use crate::json;
use crate::model::alarm::{Alarm, NAMESPACE};
use crate::model::observed::Failure;
use crate::model::posture::{SeenMetric, Topic};

pub(super) fn pools(answer: ListUserPoolsOutput) -> Page<PoolEntry> {
    let pools = answer.user_pools.unwrap_or_default().into_iter();
    entries(pools.map(|pool| (pool.id, pool.name)), answer.next_token)
}

/// Clients of a pool; one of another pool makes the page one of something else.
pub(super) fn clients(answer: ListUserPoolClientsOutput, pool: &str) -> Result<Page<PoolEntry>, CallError> {
    let clients = answer.user_pool_clients.unwrap_or_default();
    for owner in clients.iter().filter_map(|client| client.user_pool_id()) {
        is(Some(owner), pool)?;
    }
    let clients = clients.into_iter();
    let pairs = clients.map(|client| (client.client_id, client.client_name));
    Ok(entries(pairs, answer.next_token))
}

/// Entries by id. One without is there and cannot be asked about.
fn entries(
    pairs: impl Iterator<Item = (Option<String>, Option<String>)>,
    next: Option<String>,
) -> Page<PoolEntry> {
    let mut nameless = None;
    let mut items = Vec::new();
    for (id, name) in pairs {
        let name = name.unwrap_or_default();
        match id.filter(|id| !id.is_empty()) {
            Some(id) => items.push(PoolEntry { id, name }),
            None => nameless = nameless.or(Some(name)),
        }
    }
    Page {
        odd: nameless.map(|name| without("id", &name)),
        ..Page::new(items, next)
    }
}

fn without(what: &str, name: &str) -> CallError {
    let named = match name {
        "" => "no name either".to_owned(),
        name => format!("the name `{name}`"),
    };
    let words = format!("an entry of the listing has no {what}, and {named}");
    CallError::failed(Failure::NotUnderstood, words)
}

/// Metrics of Cognito's namespace, which was asked for.
pub(super) fn metrics(answer: ListMetricsOutput) -> Result<Metrics, CallError> {
    let metrics = answer.metrics.unwrap_or_default();
    for namespace in metrics.iter().filter_map(|metric| metric.namespace()) {
        is(Some(namespace), NAMESPACE)?;
    }
    if metrics
        .iter()
        .any(|metric| metric.metric_name().is_none_or(str::is_empty))
    {
        return Err(without("metric name", ""));
    }
    let seen = metrics.into_iter().map(|metric| SeenMetric {
        name: metric.metric_name.unwrap_or_default(),
        dimensions: dimensions(metric.dimensions.as_deref()),
        older: false,
    });
    Ok(Page::new(seen, answer.next_token))
}

/// Events of an operation, which was asked for. One without a time could stand anywhere among the others.
pub(super) fn events(answer: LookupEventsOutput, operation: &str) -> Result<Page<TrailRecord>, CallError> {
    let events = answer.events.unwrap_or_default().into_iter();
    let record = |event: Event| {
        let at = event
            .event_time
            .and_then(|at| Timestamp::from_second(at.secs()).ok());
        let missing = || CallError::failed(Failure::NotUnderstood, "an event has no time");
        let text = event.cloud_trail_event;
        is(event.event_name.as_deref().or(Some(operation)), operation)?;
        Ok(TrailRecord {
            name: operation.to_owned(),
            at: at.ok_or_else(missing)?,
            body: text.and_then(|text| json::value(text.as_bytes()).ok()),
        })
    };
    let records: Vec<_> = events.map(record).collect::<Result<_, CallError>>()?;
    Ok(Page::new(records, answer.next_token))
}

/// Metric alarms of the region that was asked. `body` is the whole answer, for what the SDK drops of it.
pub(super) fn alarms(
    answer: DescribeAlarmsOutput,
    body: &Value,
    endpoint: &Endpoint,
) -> Result<Alarms, CallError> {
    let alarms = answer.metric_alarms.unwrap_or_default();
    for alarm in &alarms {
        if alarm.alarm_name().is_none_or(str::is_empty) {
            return Err(without("alarm name", ""));
        }
        endpoint.alarm(alarm.alarm_arn(), alarm.alarm_name())?;
    }
    let composites = answer.composite_alarms.unwrap_or_default();
    let mut other: Vec<_> = composites.iter().map(others::composite).collect();
    other.extend(alarms.iter().filter_map(others::other));
    let composites = composites.into_iter();
    // On no metric of its own: of these only the name counts, which no other alarm can have.
    let composites = composites.map(|composite| {
        let named = MetricAlarm::builder()
            .set_alarm_name(composite.alarm_name)
            .build();
        let mut alarm = plain(&named);
        alarm.beyond.is_other_kind = true;
        alarm
    });
    let whole = |described: &MetricAlarm| {
        let unknown = unknown_members::unknown(body, described.alarm_name().unwrap_or_default());
        let mut parts = alarm(described);
        for part in &mut parts {
            part.beyond.unknown.clone_from(&unknown);
        }
        parts
    };
    let of_metric = alarms.iter().flat_map(whole).chain(composites);
    let all = of_metric.map(|alarm| AnyAlarm::OfMetric(Box::new(alarm)));
    Ok(Page::new(
        all.chain(other.into_iter().map(AnyAlarm::Other)),
        answer.next_token,
    ))
}

/// An alarm on one metric, or for one on an expression, an alarm on each metric that it is made of: so that it is
/// known that something watches these. One on none of its own is there for its name.
fn alarm(alarm: &MetricAlarm) -> Vec<Alarm> {
    let plain = plain(alarm);
    let parts: Vec<_> = alarm
        .metrics()
        .iter()
        .filter_map(|query| part(&plain, query))
        .collect();
    if parts.is_empty() { vec![plain] } else { parts }
}

fn plain(alarm: &MetricAlarm) -> Alarm {
    let statistic = alarm.statistic().map(|statistic| statistic.as_str().to_owned());
    Alarm {
        name: alarm.alarm_name.clone(),
        namespace: alarm.namespace.clone().unwrap_or_default(),
        metric: alarm.metric_name.clone().unwrap_or_default(),
        dimensions: dimensions(alarm.dimensions.as_deref()),
        statistic: statistic
            .or_else(|| alarm.extended_statistic.clone())
            .unwrap_or_default(),
        period: count(alarm.period),
        evaluation_periods: count(alarm.evaluation_periods),
        threshold: alarm
            .threshold
            .filter(|threshold| threshold.is_finite())
            .unwrap_or_default(),
        comparison: alarm
            .comparison_operator()
            .map(|word| word.as_str().to_owned())
            .unwrap_or_default(),
        treat_missing_data: alarm
            .treat_missing_data
            .clone()
            .unwrap_or_else(|| "missing".to_owned()),
        actions_enabled: alarm.actions_enabled.unwrap_or(true),
        actions: alarm.alarm_actions.clone().unwrap_or_default(),
        beyond: beyond(alarm),
    }
}

fn part(whole: &Alarm, query: &MetricDataQuery) -> Option<Alarm> {
    let stat = query.metric_stat()?;
    let metric = stat.metric()?;
    Some(Alarm {
        namespace: metric.namespace.clone().unwrap_or_default(),
        metric: metric.metric_name.clone().unwrap_or_default(),
        dimensions: dimensions(metric.dimensions.as_deref()),
        statistic: stat.stat.clone().unwrap_or_default(),
        period: count(stat.period),
        ..whole.clone()
    })
}

fn count(number: Option<i32>) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or_default()
}

fn dimensions(dimensions: Option<&[Dimension]>) -> BTreeMap<String, String> {
    let pair = |dimension: &Dimension| {
        Some((
            dimension.name.clone()?,
            dimension.value.clone().unwrap_or_default(),
        ))
    };
    dimensions.unwrap_or_default().iter().filter_map(pair).collect()
}

/// Who a topic notifies. The counts are texts (API reference of SNS).
pub(super) fn topic(attributes: Option<&HashMap<String, String>>, arn: &str) -> Result<Topic, CallError> {
    let found = attributes.and_then(|attributes| attributes.get("TopicArn"));
    is(found.map(String::as_str).or(Some(arn)), arn)?;
    let count = |name: &str| {
        let text = attributes.and_then(|attributes| attributes.get(name));
        let words = || CallError::failed(Failure::NotUnderstood, format!("{name} is not a number"));
        text.and_then(|text| text.parse().ok()).ok_or_else(words)
    };
    Ok(Topic::Found {
        confirmed: count("SubscriptionsConfirmed")?,
        pending: count("SubscriptionsPending")?,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{ComparisonOperator, Metric, MetricStat, Statistic};

    use super::*;

    fn dimension(name: &str, value: &str) -> Dimension {
        Dimension::builder().name(name).value(value).build()
    }

    #[test]
    fn an_alarm_on_one_metric() {
        let found = alarm(
            &MetricAlarm::builder()
                .alarm_name("risk")
                .namespace("AWS/Cognito")
                .metric_name("Risk")
                .dimensions(dimension("UserPoolId", "us-west-2_A"))
                .statistic(Statistic::Sum)
                .period(300)
                .evaluation_periods(1)
                .threshold(1.0)
                .comparison_operator(ComparisonOperator::from("NewComparison"))
                .alarm_actions("arn:aws:sns:us-west-2:123456789012:security")
                .build(),
        );
        let [found] = found.as_slice() else {
            panic!("one alarm")
        };
        assert_eq!(
            (found.statistic.as_str(), found.period, found.evaluation_periods),
            ("Sum", 300, 1)
        );
        assert_eq!(
            (found.comparison.as_str(), found.treat_missing_data.as_str()),
            ("NewComparison", "missing")
        );
        assert!(found.actions_enabled && found.dimensions["UserPoolId"] == "us-west-2_A");
    }

    /// An alarm on an expression watches each of its metrics.
    #[test]
    fn expression_alarm_lists_its_metrics() {
        let query = |id: &str, pool: &str| {
            let metric = Metric::builder().namespace("AWS/Cognito").metric_name("Risk");
            let metric = metric.dimensions(dimension("UserPoolId", pool)).build();
            let stat = MetricStat::builder()
                .metric(metric)
                .period(60)
                .stat("Sum")
                .build();
            MetricDataQuery::builder().id(id).metric_stat(stat).build()
        };
        let sum = MetricDataQuery::builder().id("e").expression("a+b").build();
        let whole = MetricAlarm::builder().alarm_name("sum").threshold(f64::NAN);
        let found = alarm(
            &whole
                .metrics(query("a", "A"))
                .metrics(query("b", "B"))
                .metrics(sum)
                .build(),
        );
        let pools: Vec<_> = found
            .iter()
            .map(|alarm| alarm.dimensions["UserPoolId"].as_str())
            .collect();
        assert_eq!(pools, ["A", "B"]);
        assert!(
            found
                .iter()
                .all(|alarm| alarm.name.as_deref() == Some("sum") && alarm.threshold == 0.0)
        );
        assert!(found.iter().all(|alarm| alarm.beyond.is_other_kind));
    }

    #[test]
    fn topics_and_their_subscriptions() {
        let attributes = |confirmed: &str| {
            HashMap::from([
                ("SubscriptionsConfirmed".to_owned(), confirmed.to_owned()),
                ("SubscriptionsPending".to_owned(), "2".to_owned()),
            ])
        };
        assert_eq!(
            topic(Some(&attributes("1")), "arn"),
            Ok(Topic::Found {
                confirmed: 1,
                pending: 2
            })
        );
        for odd in [Some(attributes("many")), Some(HashMap::new()), None] {
            let error = topic(odd.as_ref(), "arn").unwrap_err();
            assert_eq!(error.failure(), Failure::NotUnderstood);
        }
        let mut named = attributes("1");
        named.insert("TopicArn".to_owned(), "arn".to_owned());
        assert!(topic(Some(&named), "arn").is_ok());
        assert!(topic(Some(&named), "other").is_err());
    }

    /// An entry without an id is named and the others are there.
    #[test]
    fn listing_entry_without_id_reported() {
        let pair = |id: &str, name: &str| (Some(id.to_owned()), Some(name.to_owned()));
        let found = entries([pair("a", "A"), pair("", "B"), (None, None)].into_iter(), None);
        assert_eq!(found.items.len(), 1);
        let words = found.odd.unwrap().to_string();
        assert_eq!(
            words,
            "answer not understood: an entry of the listing has no id, and the name `B`"
        );
        let found = entries([(None, None), pair("a", "A")].into_iter(), None);
        assert!(found.odd.unwrap().detail.ends_with("no name either"));
        assert_eq!(entries([pair("a", "")].into_iter(), None).odd, None);
    }

    #[test]
    fn an_empty_token_ends_a_listing() {
        assert_eq!(Page::new([1], Some(String::new())).next, None);
        assert_eq!(Page::new([1], Some("x".into())).next.as_deref(), Some("x"));
    }
}
