//! Which metrics have data.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::simulator::cloudwatch::input::{bad_token, text};
use crate::simulator::context::{self, Context};
use crate::simulator::failure::Answer;
use crate::simulator::state::Metric;

/// Most metrics on a page.
const MOST: usize = 500;

/// How long `ListMetrics` remembers, in seconds (docs/facts.md, "Metrics that CloudWatch lists").
const TWO_WEEKS: f64 = 14.0 * 24.0 * 3600.0;

/// What `RecentlyActive` can ask for, in seconds.
const THREE_HOURS: f64 = 3.0 * 3600.0;

pub(super) fn list(context: &mut Context<'_>, input: &Value) -> Answer {
    let (size, now) = (context.page(None, MOST), context.now);
    let hollow = context.behaviour.hollow_pages;
    let memory = text(input, "RecentlyActive").map_or(TWO_WEEKS, |_| THREE_HOURS);
    let metrics = context.here().metrics.iter();
    let keyed: BTreeMap<String, &Metric> = metrics
        .filter(|metric| {
            metric
                .data
                .iter()
                .any(|(at, _)| *at >= now - memory && *at <= now)
        })
        .map(|metric| {
            (
                format!("{}\n{}\n{:?}", metric.namespace, metric.name, metric.dimensions),
                metric,
            )
        })
        .collect();
    let found = context::page(&keyed, (text(input, "NextToken"), size, hollow), |_, metric| {
        wanted(input, metric).then(|| as_json(metric))
    });
    let found = found.map_err(|_| bad_token())?;
    Ok(found.listing("Metrics"))
}

fn wanted(input: &Value, metric: &Metric) -> bool {
    let filters = input.get("Dimensions").and_then(Value::as_array);
    let fits = |filter: &Value| {
        let value = text(filter, "Name").and_then(|name| metric.dimensions.get(name));
        value.is_some_and(|value| text(filter, "Value").is_none_or(|wanted| wanted == value))
    };
    text(input, "Namespace").is_none_or(|wanted| wanted == metric.namespace)
        && text(input, "MetricName").is_none_or(|wanted| wanted == metric.name)
        && filters.into_iter().flatten().all(fits)
}

fn as_json(metric: &Metric) -> Value {
    let dimension = |(name, value): (&String, &String)| json!({ "Name": name, "Value": value });
    let dimensions: Vec<_> = metric.dimensions.iter().map(dimension).collect();
    json!({ "Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions })
}
