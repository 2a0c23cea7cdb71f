//! An alarm on one metric as `PutMetricAlarm` takes it.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::operation::put_metric_alarm::builders::PutMetricAlarmFluentBuilder;
use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, StandardUnit, Statistic};

use crate::model::alarm::Alarm;

/// All that `PutMetricAlarm` can set of an alarm on one metric (fact sheet 1.4). The call replaces the alarm of that
/// name as a whole: for one that exists, start from what it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlarmRequest {
    /// `AlarmName`.
    pub name: String,
    /// `AlarmDescription`.
    pub description: Option<String>,
    /// `Namespace`.
    pub namespace: String,
    /// `MetricName`; CloudWatch is case-sensitive.
    pub metric: String,
    /// `Dimensions`, name to value.
    pub dimensions: BTreeMap<String, String>,
    /// `Statistic`, or `ExtendedStatistic` where it is none of the five.
    pub statistic: String,
    /// `Period` in seconds.
    pub period: u32,
    /// `Unit`.
    pub unit: Option<String>,
    /// `EvaluationPeriods`.
    pub evaluation_periods: u32,
    /// `DatapointsToAlarm`.
    pub datapoints_to_alarm: Option<u32>,
    /// `Threshold`.
    pub threshold: f64,
    /// `ComparisonOperator`.
    pub comparison: String,
    /// `TreatMissingData`.
    pub treat_missing_data: Option<String>,
    /// `EvaluateLowSampleCountPercentile`.
    pub evaluate_low_sample_count: Option<String>,
    /// `ActionsEnabled`.
    pub actions_enabled: bool,
    /// `AlarmActions`: ARNs told when it fires.
    pub alarm_actions: Vec<String>,
    /// `OKActions`.
    pub ok_actions: Vec<String>,
    /// `InsufficientDataActions`.
    pub insufficient_data_actions: Vec<String>,
}

impl AlarmRequest {
    /// A request for an alarm as a policy wants it, under a name. What policies do not say is not set.
    #[must_use]
    pub fn new(name: impl Into<String>, alarm: &Alarm) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
        .with(alarm)
    }

    /// The same with all that a policy says of an alarm; the rest stays.
    #[must_use]
    pub fn with(self, alarm: &Alarm) -> Self {
        Self {
            namespace: alarm.namespace.clone(),
            metric: alarm.metric.clone(),
            dimensions: alarm.dimensions.clone(),
            statistic: alarm.statistic.clone(),
            period: alarm.period,
            evaluation_periods: alarm.evaluation_periods,
            threshold: alarm.threshold,
            comparison: alarm.comparison.clone(),
            treat_missing_data: Some(alarm.treat_missing_data.clone()),
            actions_enabled: alarm.actions_enabled,
            alarm_actions: alarm.actions.clone(),
            ..self
        }
    }
}

/// CloudWatch's own statistics; all others go as `ExtendedStatistic`.
const STATISTICS: [&str; 5] = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

impl AlarmRequest {
    /// Puts everything into the SDK's request.
    pub(super) fn fill(&self, request: PutMetricAlarmFluentBuilder) -> PutMetricAlarmFluentBuilder {
        let plain = STATISTICS.contains(&self.statistic.as_str());
        let (own, other) = (
            plain.then(|| Statistic::from(self.statistic.as_str())),
            (!plain).then(|| self.statistic.clone()),
        );
        let dimensions = self.dimensions.iter().map(|(name, value)| {
            let dimension = Dimension::builder().name(name).value(value);
            dimension.build()
        });
        request
            .alarm_name(&self.name)
            .set_alarm_description(self.description.clone())
            .namespace(&self.namespace)
            .metric_name(&self.metric)
            .set_dimensions(Some(dimensions.collect()))
            .set_statistic(own)
            .set_extended_statistic(other)
            .period(whole(self.period))
            .set_unit(self.unit.as_deref().map(StandardUnit::from))
            .evaluation_periods(whole(self.evaluation_periods))
            .set_datapoints_to_alarm(self.datapoints_to_alarm.map(whole))
            .threshold(self.threshold)
            .comparison_operator(ComparisonOperator::from(self.comparison.as_str()))
            .set_treat_missing_data(self.treat_missing_data.clone())
            .set_evaluate_low_sample_count_percentile(self.evaluate_low_sample_count.clone())
            .actions_enabled(self.actions_enabled)
            .set_alarm_actions(Some(self.alarm_actions.clone()))
            .set_ok_actions(Some(self.ok_actions.clone()))
            .set_insufficient_data_actions(Some(self.insufficient_data_actions.clone()))
    }
}

/// A number that the API cannot hold is sent as the largest it can, which the service refuses.
fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
