//! Alarms and log delivery.

use std::collections::BTreeSet;

use crate::model::alarm::{
    Alarm, AlarmFault, AlarmField, OtherAlarm, ThreatMetric, Watched, blind, check_seen, concerns_cognito,
    elsewhere, far_topics,
};
use crate::model::alarm_reach::Hearing;
use crate::model::log_delivery::{Delivery, LogFault, LogSource, faults};
use crate::model::posture::{Origin, Posture};
use crate::model::region;
use crate::pointer::Pointer;
use crate::rule::view::{AlarmView, FaultView, LogDeliveryView, QueryView};

/// Every alarm, as far as alarms are known; those in `long` are written with `dimensions`.
pub(in crate::rule) fn alarms(posture: &Posture, long: &BTreeSet<usize>) -> Option<Vec<AlarmView>> {
    let at = Pointer::root().child("alarms");
    let alarms = posture.alarms.as_ref()?;
    Some(
        alarms
            .iter()
            .enumerate()
            .map(|(index, alarm)| view(alarm, posture, &at.child(index), long.contains(&index)))
            .collect(),
    )
}

fn view(alarm: &Alarm, posture: &Posture, at: &Pointer, long: bool) -> AlarmView {
    let seen = posture.seen_metrics.as_deref().unwrap_or_default();
    // An observed alarm has its dimensions as CloudWatch has them.
    let long = long || posture.origin == Origin::Observed;
    let hearing = Hearing::of(posture);
    let name = alarm.name.as_deref().unwrap_or_default();
    let is_expression = |other: &OtherAlarm| matches!(other.on, Watched::Expression(_)) && other.name == name;
    let dimension = |name: &str| alarm.dimensions.get(name).cloned().unwrap_or_default();
    let own = posture.pool_id.as_deref().filter(|id| !id.is_empty());
    let elsewhere = concerns_cognito(alarm)
        .then(|| elsewhere(alarm, posture.region.as_deref(), own))
        .flatten();
    let region = posture.region.as_deref().or(own.and_then(region::of_pool));
    let far = far_topics(alarm, region, posture.origin == Origin::Observed);
    AlarmView {
        pointer: at.to_string(),
        name: alarm.name.clone().unwrap_or_default(),
        metric: alarm.metric.clone(),
        meant: ThreatMetric::meant(&alarm.metric)
            .map_or("", ThreatMetric::as_str)
            .to_owned(),
        operation: dimension("Operation"),
        risk_level: dimension("RiskLevel").to_lowercase(),
        threshold: alarm.threshold,
        period: alarm.period,
        evaluation_periods: alarm.evaluation_periods,
        dead: check_seen(alarm, seen)
            .into_iter()
            .chain(elsewhere)
            .chain(far)
            .map(|fault| dead(fault, at, long))
            .collect(),
        blind: blind(alarm)
            .into_iter()
            .map(|fault| dead(fault, at, long))
            .collect(),
        actions: alarm.actions.clone(),
        unheard: hearing.unheard(&alarm.actions),
        actions_enabled: alarm.actions_enabled,
        spoken_for: hearing.is_spoken_for(name),
        above: above(name, hearing),
        of_expression: posture.other_alarms.iter().flatten().any(is_expression),
    }
}

/// Composite alarms directly above an alarm that reach nobody, with why.
fn above(name: &str, hearing: Hearing<'_>) -> Vec<String> {
    let silent = |other: &OtherAlarm| {
        let why = hearing.silence(other.actions_enabled, &other.actions)?;
        let why = match why.strip_prefix("it has") {
            Some(rest) => format!("has{rest}"),
            None => format!("reaches nobody: {why}"),
        };
        Some(format!("`{}` {why}", other.name))
    };
    hearing.above(name).filter_map(silent).collect()
}

/// Alarms on queries over the pool's threat metrics.
pub(in crate::rule) fn queries(posture: &Posture) -> Option<Vec<QueryView>> {
    let (pool, hearing) = (
        posture.pool_id.as_deref().unwrap_or_default(),
        Hearing::of(posture),
    );
    let one = |other: &OtherAlarm| {
        let silence = hearing
            .silence(other.actions_enabled, &other.actions)
            .filter(|_| !hearing.is_spoken_for(&other.name))
            .unwrap_or_default();
        let views = other.queried(pool).into_iter().map(|queried| QueryView {
            name: other.name.clone(),
            metric: queried.metric.as_str().to_owned(),
            operations: queried.operations,
            risk_levels: queried.risk_levels,
            silence: silence.clone(),
        });
        views.collect::<Vec<_>>()
    };
    Some(posture.other_alarms.as_ref()?.iter().flat_map(one).collect())
}

fn dead(fault: AlarmFault, at: &Pointer, long: bool) -> FaultView {
    let pointer = match &fault.field {
        AlarmField::Namespace => at.child("namespace"),
        AlarmField::Metric => at.child("metric"),
        // The short keys of a policy stand for these two.
        AlarmField::Dimension(name) if name == "Operation" && !long => at.child("operation"),
        AlarmField::Dimension(name) if name == "RiskLevel" && !long => at.child("risk_level"),
        AlarmField::Dimension(name) => at.child("dimensions").child(name),
        AlarmField::Setting(name) => at.child(name),
    };
    FaultView {
        message: fault.message,
        pointer: pointer.to_string(),
        nearest: fault.nearest.unwrap_or_default(),
        unconfirmed: fault.unconfirmed,
    }
}

/// Log delivery, as far as it is known.
pub(in crate::rule) fn log_delivery(posture: &Posture) -> Option<LogDeliveryView> {
    let delivery = posture.log_delivery.as_ref()?;
    let at = Pointer::root().child("log_delivery");
    let found = faults(delivery, posture.account.as_deref(), posture.region.as_deref());
    Some(LogDeliveryView {
        pointer: at.to_string(),
        user_auth_events: delivery.delivered(LogSource::UserAuthEvents).is_some(),
        user_notification: delivery.delivered(LogSource::UserNotification).is_some(),
        destinations: LogSource::ALL
            .into_iter()
            .filter_map(|source| delivery.delivered(source))
            .flat_map(Delivery::destinations)
            .map(str::to_owned)
            .collect(),
        faults: found.into_iter().map(|fault| log_fault(fault, &at)).collect(),
    })
}

fn log_fault(fault: LogFault, at: &Pointer) -> FaultView {
    let source = at.child(fault.source.as_str());
    FaultView {
        message: fault.message,
        pointer: if fault.field.is_empty() {
            source.to_string()
        } else {
            source.child(fault.field).to_string()
        },
        nearest: fault.nearest.unwrap_or_default(),
        unconfirmed: fault.unconfirmed,
    }
}
