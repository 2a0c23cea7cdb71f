//! Alarms against the metrics for which CloudWatch has seen data: what is measured goes before what is written.

use std::collections::BTreeMap;

use crate::model::alarm::dead::{AlarmFault, AlarmField, check};
use crate::model::alarm::entry::Alarm;
use crate::model::alarm::metric::ThreatMetric;

/// A metric for which CloudWatch has seen data, as it spells it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenMetric {
    /// Metric name.
    pub name: String,
    /// Dimensions, name to value.
    pub dimensions: BTreeMap<String, String>,
}

/// Why an alarm never fires, as [`check`] says, but for what the pool's own metrics show: an alarm on a metric
/// that has data is not dead, whatever the documentation says; one that spells a metric otherwise than the data
/// is, however documented. Metrics without data in the last two weeks are not listed by CloudWatch (fact sheet
/// section 7), so that an empty list decides nothing.
#[must_use]
pub fn check_seen(alarm: &Alarm, seen: &[SeenMetric]) -> Vec<AlarmFault> {
    let exact = |metric: &&SeenMetric| metric.name == alarm.metric && metric.dimensions == alarm.dimensions;
    if seen.iter().any(|metric| exact(&metric)) && alarm.namespace == super::NAMESPACE {
        return Vec::new();
    }
    let faults = check(alarm);
    let Some(meant) = seen.iter().find(|metric| same_but_for_spelling(alarm, metric)) else {
        return faults;
    };
    let mut told: Vec<_> = faults.into_iter().filter(|fault| !fault.unconfirmed).collect();
    if meant.name != alarm.metric && !told.iter().any(|fault| fault.field == AlarmField::Metric) {
        let message = format!(
            "CloudWatch has data of this pool for {}, not for `{}`",
            meant.name, alarm.metric
        );
        told.push(fault(AlarmField::Metric, &alarm.metric, &meant.name, message));
    }
    for (name, value) in &alarm.dimensions {
        let Some(published) = meant.dimensions.get(name).filter(|published| *published != value) else {
            continue;
        };
        let field = AlarmField::Dimension(name.clone());
        if told.iter().all(|fault| fault.field != field) {
            let message =
                format!("CloudWatch has data of this pool for {name} {published}, not for `{value}`");
            told.push(fault(field, value, published, message));
        }
    }
    told
}

/// Whether a metric is the alarm's in all but the spelling.
fn same_but_for_spelling(alarm: &Alarm, metric: &SeenMetric) -> bool {
    let meant = ThreatMetric::meant(&alarm.metric);
    let same_values = alarm.dimensions.iter().all(|(name, value)| {
        metric
            .dimensions
            .get(name)
            .is_some_and(|other| other.eq_ignore_ascii_case(value))
    });
    meant.is_some()
        && meant == ThreatMetric::meant(&metric.name)
        && same_values
        && alarm.dimensions.len() == metric.dimensions.len()
}

fn fault(field: AlarmField, found: &str, nearest: &str, message: String) -> AlarmFault {
    AlarmFault {
        field,
        found: found.to_owned(),
        nearest: Some(nearest.to_owned()),
        message,
        unconfirmed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(metric: &str, level: &str) -> Alarm {
        let dimensions = [
            ("UserPoolId", "us-west-2_A"),
            ("Operation", "SignIn"),
            ("RiskLevel", level),
        ];
        Alarm {
            name: None,
            namespace: "AWS/Cognito".into(),
            metric: metric.into(),
            dimensions: dimensions
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            statistic: "Sum".into(),
            period: 300,
            evaluation_periods: 1,
            threshold: 1.0,
            comparison: "GreaterThanOrEqualToThreshold".into(),
            treat_missing_data: "notBreaching".into(),
            actions_enabled: true,
            actions: Vec::new(),
        }
    }

    fn seen(metric: &str, level: &str) -> Vec<SeenMetric> {
        vec![SeenMetric {
            name: metric.into(),
            dimensions: alarm(metric, level).dimensions,
        }]
    }

    fn messages(alarm: &Alarm, seen: &[SeenMetric]) -> Vec<String> {
        check_seen(alarm, seen)
            .into_iter()
            .map(|fault| fault.message)
            .collect()
    }

    #[test]
    fn data_goes_before_the_documentation_either_way() {
        let old = alarm("AccountTakeOverRisk", "High");
        assert_eq!(check_seen(&old, &[]), check(&old));
        assert!(check(&old)[0].unconfirmed);
        assert!(messages(&old, &seen("AccountTakeOverRisk", "High")).is_empty());
        assert_eq!(
            messages(&old, &seen("AccountTakeoverRisk", "high")),
            [
                "CloudWatch has data of this pool for AccountTakeoverRisk, not for `AccountTakeOverRisk`",
                "CloudWatch has data of this pool for RiskLevel high, not for `High`"
            ]
        );
        let documented = alarm("AccountTakeoverRisk", "high");
        assert_eq!(
            messages(&documented, &seen("AccountTakeOverRisk", "high")).len(),
            1
        );
    }

    #[test]
    fn other_metrics_decide_nothing_and_plain_faults_stay() {
        let mut bare = alarm("AccountTakeoverRisk", "high");
        assert!(messages(&bare, &seen("Risk", "high")).is_empty());
        bare.dimensions.remove("Operation");
        assert_eq!(
            check_seen(&bare, &seen("AccountTakeoverRisk", "high")),
            check(&bare)
        );
    }
}
