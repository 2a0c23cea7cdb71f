//! The data of metrics, aggregated by period.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::simulator::cloudwatch::input::{invalid, text};
use crate::simulator::context::Context;
use crate::simulator::failure::{Answer, Failure};
use crate::simulator::state::Metric;

/// A time span, in seconds since 1970: from the start, up to the end.
#[derive(Clone, Copy)]
struct Span {
    start: f64,
    end: f64,
}

/// All answers come on one page. Expressions are not played.
pub(super) fn get(context: &mut Context<'_>, input: &Value) -> Answer {
    let time = |name: &str| input.get(name).and_then(Value::as_f64);
    let (Some(start), Some(end)) = (time("StartTime"), time("EndTime")) else {
        return Err(invalid("StartTime and EndTime must be given"));
    };
    let queries = input.get("MetricDataQueries").and_then(Value::as_array);
    let queries = queries.map(Vec::as_slice).unwrap_or_default();
    if start >= end || !(1..=500).contains(&queries.len()) {
        return Err(invalid("The time range or the number of queries is not valid"));
    }
    let ascending = text(input, "ScanBy") == Some("TimestampAscending");
    let span = Span { start, end };
    let metrics = &context.here().metrics;
    let results = queries
        .iter()
        .map(|query| result(metrics, query, span, ascending));
    Ok(json!({ "MetricDataResults": results.collect::<Result<Vec<_>, _>>()? , "Messages": [] }))
}

fn result(metrics: &[Metric], query: &Value, span: Span, ascending: bool) -> Result<Value, Failure> {
    let Some(wanted) = query.get("MetricStat") else {
        return Err(invalid(
            "the simulator does not play expressions of GetMetricData",
        ));
    };
    let period = wanted
        .get("Period")
        .and_then(Value::as_f64)
        .filter(|period| *period >= 1.0);
    let period = period.ok_or_else(|| invalid("Period must be given"))?;
    let statistic = text(wanted, "Stat").ok_or_else(|| invalid("Stat must be given"))?;
    let metric = wanted.get("Metric").unwrap_or(&Value::Null);
    let found = metrics.iter().find(|candidate| is(candidate, metric));
    let mut points = BTreeMap::<i64, Vec<f64>>::new();
    for (at, value) in found.iter().flat_map(|metric| &metric.data) {
        if (span.start..span.end).contains(at) {
            points.entry(bucket(*at, period)).or_default().push(*value);
        }
    }
    let mut rows = Vec::new();
    for (at, values) in &points {
        rows.push((*at, aggregate(statistic, values)?));
    }
    if !ascending {
        rows.reverse();
    }
    let (times, values): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let id = text(query, "Id").unwrap_or_default();
    let label = text(query, "Label")
        .or(text(metric, "MetricName"))
        .unwrap_or_default();
    Ok(json!({ "Id": id, "Label": label, "Timestamps": times, "Values": values, "StatusCode": "Complete" }))
}

/// The start of the period that a time is in.
#[expect(clippy::cast_possible_truncation, reason = "whole seconds, cut on purpose")]
fn bucket(at: f64, period: f64) -> i64 {
    ((at / period).floor() * period) as i64
}

/// Whether it is that metric: `CloudWatch` wants the namespace, the name and every dimension, to the
/// letter.
fn is(candidate: &Metric, metric: &Value) -> bool {
    let dimensions = metric.get("Dimensions").and_then(Value::as_array);
    let pairs = dimensions.into_iter().flatten();
    let pairs = pairs.filter_map(|d| Some((text(d, "Name")?.to_owned(), text(d, "Value")?.to_owned())));
    text(metric, "Namespace") == Some(&candidate.namespace)
        && text(metric, "MetricName") == Some(&candidate.name)
        && pairs.collect::<BTreeMap<_, _>>() == candidate.dimensions
}

#[expect(clippy::cast_precision_loss, reason = "a count of data points in memory")]
fn aggregate(statistic: &str, values: &[f64]) -> Result<f64, Failure> {
    let (sum, count) = (values.iter().sum::<f64>(), values.len() as f64);
    Ok(match statistic {
        "Sum" => sum,
        "SampleCount" => count,
        "Average" => sum / count,
        "Maximum" => values.iter().copied().fold(f64::MIN, f64::max),
        "Minimum" => values.iter().copied().fold(f64::MAX, f64::min),
        other => {
            return Err(invalid(format!(
                "the simulator does not play the statistic {other}"
            )));
        }
    })
}
