//! Alarms, whose settings stand side by side in the file.

use crate::model::alarm::{Alarm, Beyond};
use crate::observe::snapshot::v1::types::AlarmV1;

impl From<&Alarm> for AlarmV1 {
    fn from(live: &Alarm) -> Self {
        Self {
            name: live.name.clone(),
            namespace: live.namespace.clone(),
            metric: live.metric.clone(),
            dimensions: live.dimensions.clone(),
            statistic: live.statistic.clone(),
            period: live.period,
            evaluation_periods: live.evaluation_periods,
            threshold: Some(live.threshold).filter(|threshold| threshold.is_finite()),
            comparison: live.comparison.clone(),
            treat_missing_data: live.treat_missing_data.clone(),
            actions_enabled: live.actions_enabled,
            actions: live.actions.clone(),
            datapoints_to_alarm: live.beyond.datapoints_to_alarm,
            unit: live.beyond.unit.clone(),
            evaluate_low_sample_count_percentile: live.beyond.low_samples.clone(),
            warm_up: live.beyond.warm_up,
            wall_clock: live.beyond.wall_clock.clone(),
            other_kind: live.beyond.is_other_kind,
            unknown: live.beyond.unknown.clone(),
        }
    }
}

impl From<AlarmV1> for Alarm {
    fn from(frozen: AlarmV1) -> Self {
        Self {
            name: frozen.name,
            namespace: frozen.namespace,
            metric: frozen.metric,
            dimensions: frozen.dimensions,
            statistic: frozen.statistic,
            period: frozen.period,
            evaluation_periods: frozen.evaluation_periods,
            threshold: frozen.threshold.unwrap_or(f64::NAN),
            comparison: frozen.comparison,
            treat_missing_data: frozen.treat_missing_data,
            actions_enabled: frozen.actions_enabled,
            actions: frozen.actions,
            beyond: Beyond {
                datapoints_to_alarm: frozen.datapoints_to_alarm,
                unit: frozen.unit,
                low_samples: frozen.evaluate_low_sample_count_percentile,
                warm_up: frozen.warm_up,
                wall_clock: frozen.wall_clock,
                is_other_kind: frozen.other_kind,
                unknown: frozen.unknown,
            },
        }
    }
}
