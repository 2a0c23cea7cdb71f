//! Converts the SDK's alarms that are not on a single metric.

use aws_sdk_cloudwatch::types::{CompositeAlarm, MetricAlarm};

use crate::model::alarm::{OtherAlarm, Watched};

/// A composite alarm.
pub(super) fn composite(alarm: &CompositeAlarm) -> OtherAlarm {
    OtherAlarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        on: Watched::Alarms(alarm.alarm_rule().unwrap_or_default().to_owned()),
        actions_enabled: alarm.actions_enabled().unwrap_or(true),
        actions: alarm.alarm_actions().to_vec(),
    }
}

/// A metric alarm that is not on one metric alone; `None` for one that is.
pub(super) fn other(alarm: &MetricAlarm) -> Option<OtherAlarm> {
    Some(OtherAlarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        on: watched(alarm)?,
        actions_enabled: alarm.actions_enabled().unwrap_or(true),
        actions: alarm.alarm_actions().to_vec(),
    })
}

/// Criteria that are unknown are a query of which nothing is known.
fn watched(alarm: &MetricAlarm) -> Option<Watched> {
    if let Some(criteria) = alarm.evaluation_criteria() {
        let query = criteria
            .as_prom_ql_criteria()
            .ok()
            .and_then(|promql| promql.query());
        return Some(Watched::Query(query.unwrap_or_default().to_owned()));
    }
    if alarm.metrics().is_empty() {
        return None;
    }
    let texts: Vec<_> = alarm
        .metrics()
        .iter()
        .filter_map(|query| query.expression())
        .collect();
    let is_query = |text: &&&str| {
        let start = text.trim_start().get(..6);
        start.is_some_and(|word| word.eq_ignore_ascii_case("SELECT"))
    };
    Some(match texts.iter().find(is_query) {
        Some(query) => Watched::Query((*query).to_owned()),
        None => Watched::Expression(texts.join("; ")),
    })
}
