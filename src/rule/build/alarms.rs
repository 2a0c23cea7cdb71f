//! Alarms and log delivery.

use std::collections::BTreeSet;

use crate::model::alarm::{Alarm, AlarmFault, AlarmField, BlindFault, ThreatMetric, blind, check_seen};
use crate::model::log_delivery::{LogFault, faults};
use crate::model::posture::{Origin, Posture, Topic};
use crate::pointer::Pointer;
use crate::rule::view::{AlarmView, FaultView, LogDeliveryView};

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
    let dimension = |name: &str| alarm.dimensions.get(name).cloned().unwrap_or_default();
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
        dead: check_seen(alarm, seen)
            .into_iter()
            .map(|fault| dead(fault, at, long))
            .collect(),
        blind: blind(alarm).into_iter().map(|fault| blinded(fault, at)).collect(),
        actions: alarm.actions.clone(),
        unheard: unheard(alarm, posture),
        actions_enabled: alarm.actions_enabled,
    }
}

/// Actions that reach nobody, with why: topics that are not there or have no confirmed subscription.
fn unheard(alarm: &Alarm, posture: &Posture) -> Vec<String> {
    let one = |action: &String| match posture.topics.get(action)? {
        Topic::Missing => Some(format!("there is no topic `{action}`")),
        // Whether anybody hears a hidden one is not known.
        Topic::Found { confirmed: 1.., .. } | Topic::Hidden => None,
        Topic::Found { pending: 0, .. } => Some(format!("nobody subscribes to `{action}`")),
        Topic::Found { .. } => Some(format!("no subscription of `{action}` is confirmed")),
    };
    alarm.actions.iter().filter_map(one).collect()
}

fn dead(fault: AlarmFault, at: &Pointer, long: bool) -> FaultView {
    let pointer = match &fault.field {
        AlarmField::Namespace => at.child("namespace"),
        AlarmField::Metric => at.child("metric"),
        // The short keys of a policy stand for these two.
        AlarmField::Dimension(name) if name == "Operation" && !long => at.child("operation"),
        AlarmField::Dimension(name) if name == "RiskLevel" && !long => at.child("risk_level"),
        AlarmField::Dimension(name) => at.child("dimensions").child(name),
    };
    FaultView {
        message: fault.message,
        pointer: pointer.to_string(),
        nearest: fault.nearest.unwrap_or_default(),
        unconfirmed: fault.unconfirmed,
    }
}

fn blinded(fault: BlindFault, at: &Pointer) -> FaultView {
    FaultView {
        message: fault.message,
        pointer: at.child(fault.field).to_string(),
        nearest: fault.nearest,
        unconfirmed: false,
    }
}

/// Log delivery, as far as it is known.
pub(in crate::rule) fn log_delivery(posture: &Posture) -> Option<LogDeliveryView> {
    let delivery = posture.log_delivery.as_ref()?;
    let at = Pointer::root().child("log_delivery");
    let found = faults(delivery, posture.account.as_deref(), posture.region.as_deref());
    Some(LogDeliveryView {
        pointer: at.to_string(),
        user_auth_events: delivery.user_auth_events.is_some(),
        user_notification: delivery.user_notification.is_some(),
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
