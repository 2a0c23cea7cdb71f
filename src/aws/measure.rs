//! When metrics had data: the question to `GetMetricData` and its answer.

use std::collections::BTreeSet;
use std::time::SystemTime;

use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataOutput;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, StatusCode};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::aws::error::CallError;
use crate::aws::port::{Data, Measured, Page};
use crate::model::alarm::NAMESPACE;
use crate::model::observed::Failure;
use crate::model::posture::SeenMetric;
use crate::text;

/// Seconds of a day, which is the period that is asked for.
const DAY: i32 = 24 * 60 * 60;

/// The last so many days and today, in whole days: the same for every page of an answer.
pub(super) fn span(days: u16) -> (DateTime, DateTime) {
    #[expect(clippy::disallowed_methods, reason = "CloudWatch is asked for data up to now")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let day = i64::from(DAY);
    let seconds = i64::try_from(now.unwrap_or_default().as_secs()).unwrap_or_default();
    let end = (seconds / day + 1) * day;
    let start = end - (i64::from(days) + 1) * day;
    (DateTime::from_secs(start), DateTime::from_secs(end))
}

/// A question for each metric, named by its place.
pub(super) fn queries(metrics: &[SeenMetric]) -> Vec<MetricDataQuery> {
    metrics.iter().enumerate().map(query).collect()
}

fn query((index, metric): (usize, &SeenMetric)) -> MetricDataQuery {
    let dimensions = metric.dimensions.iter();
    let dimensions = dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build());
    let metric = Metric::builder()
        .namespace(NAMESPACE)
        .metric_name(&metric.name)
        .set_dimensions(Some(dimensions.collect()));
    // How many data points there are: whatever their values, a day with data is one with some.
    let stat = MetricStat::builder()
        .metric(metric.build())
        .period(DAY)
        .stat("SampleCount");
    MetricDataQuery::builder()
        .id(format!("m{index}"))
        .metric_stat(stat.build())
        .build()
}

/// The answer, metric by metric. What CloudWatch could not say is an error, never "no data".
pub(super) fn data(metrics: &[SeenMetric], answer: GetMetricDataOutput) -> Result<Data, CallError> {
    let mut items = Vec::new();
    for result in answer.metric_data_results() {
        let place = result
            .id()
            .and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
        let Some(metric) = place.and_then(|place| metrics.get(place)) else {
            return Err(CallError::failed(
                Failure::NotUnderstood,
                "the answer is about a metric that was not asked for",
            ));
        };
        match result.status_code() {
            Some(StatusCode::Forbidden) => {
                let words = format!("the data of {} may not be read", metric.name);
                return Err(CallError::failed(Failure::Denied, words));
            }
            Some(StatusCode::InternalError) => {
                let words = format!("CloudWatch could not say when {} had data", metric.name);
                return Err(CallError::failed(Failure::Unavailable, words));
            }
            _ => {}
        }
        let days: BTreeSet<_> = result.timestamps().iter().filter_map(day).collect();
        items.push(Measured {
            metric: metric.clone(),
            days: days.into_iter().collect(),
        });
    }
    Ok(Page::new(items, answer.next_token))
}

fn day(time: &DateTime) -> Option<Date> {
    let time = Timestamp::from_second(time.secs()).ok()?;
    Some(text::day(time))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::MetricDataResult;

    use super::*;

    fn metric(name: &str) -> SeenMetric {
        SeenMetric {
            name: name.to_owned(),
            dimensions: [("UserPoolId".to_owned(), "us-west-2_A".to_owned())].into(),
            older: false,
        }
    }

    fn answer(id: &str, status: StatusCode) -> GetMetricDataOutput {
        let times = [1_790_000_000, 1_790_000_100, 1_780_000_000].map(DateTime::from_secs);
        let result = MetricDataResult::builder()
            .id(id)
            .status_code(status)
            .set_timestamps(Some(times.into()));
        GetMetricDataOutput::builder()
            .metric_data_results(result.build())
            .next_token("")
            .build()
    }

    /// Days with data are told once and in order.
    #[test]
    fn days_with_data_sorted_and_unique() {
        let metrics = [metric("Risk"), metric("NoRisk")];
        let found = data(&metrics, answer("m1", StatusCode::Complete)).unwrap();
        let days = ["2026-05-28", "2026-09-21"].map(|day| day.parse().unwrap());
        let whole = Measured {
            metric: metric("NoRisk"),
            days: days.into(),
        };
        assert_eq!((found.items, found.next), (vec![whole], None));
    }

    #[test]
    fn what_could_not_be_said_is_no_absence() {
        for (id, status, failure) in [
            ("m0", StatusCode::Forbidden, Failure::Denied),
            ("m0", StatusCode::InternalError, Failure::Unavailable),
            ("m7", StatusCode::Complete, Failure::NotUnderstood),
            ("x", StatusCode::Complete, Failure::NotUnderstood),
        ] {
            let error = data(&[metric("Risk")], answer(id, status)).unwrap_err();
            assert_eq!(error.failure(), failure, "{id}");
        }
    }

    #[test]
    fn whole_days_are_asked_for() {
        let (start, end) = span(14);
        assert_eq!(end.secs() - start.secs(), 15 * i64::from(DAY));
        assert_eq!(end.secs() % i64::from(DAY), 0);
    }
}
