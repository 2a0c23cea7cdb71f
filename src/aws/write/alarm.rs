//! An alarm on one metric as `PutMetricAlarm` takes it.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::operation::put_metric_alarm::builders::PutMetricAlarmFluentBuilder;
use aws_sdk_cloudwatch::types::{
    ActionConfiguration, ComparisonOperator, Dimension, EvaluationWindow, MetricAlarm, StandardUnit,
    Statistic, WallClockWindow, WarmUpConfiguration,
};

use crate::aws::error::CallError;
use crate::model::alarm::{Alarm, Beyond, STATISTICS, WarmUp};
use crate::model::observed::Failure;

/// All that `PutMetricAlarm` can set of an alarm on one metric. The call replaces the alarm of that name as a whole
/// (docs/facts.md, "`PutMetricAlarm` replaces the alarm"): for one that exists, start from what it is.
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
    /// `AlarmActions`: ARNs notified when it fires.
    pub alarm_actions: Vec<String>,
    /// `OKActions`.
    pub ok_actions: Vec<String>,
    /// `InsufficientDataActions`.
    pub insufficient_data_actions: Vec<String>,
    /// What no policy speaks of, as it was read.
    pub carried: CarriedSettings,
}

/// Settings of an alarm that are sent back as they were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CarriedSettings {
    evaluation_window: Option<EvaluationWindow>,
    warm_up: Option<WarmUpConfiguration>,
    actions: Option<ActionConfiguration>,
    /// What the SDK's types dropped: it cannot be sent back, and is kept to be seen.
    pub(in crate::aws) unknown: Vec<String>,
}

/// What has a name among a region's alarms; composite alarms have names from the same set.
#[derive(Clone, Debug, PartialEq)]
pub enum NamedAlarm {
    /// Nothing: the name is free.
    Free,
    /// An alarm on one metric, with all that a request for it would have to send back.
    OfMetric(Box<AlarmRequest>),
    /// An alarm that `PutMetricAlarm` cannot be made to keep: on an expression, a query or other alarms.
    Other,
}

impl AlarmRequest {
    /// A request for an alarm as a policy wants it, under a name. What policies do not say is not set.
    pub fn new(name: impl Into<String>, alarm: &Alarm) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
        .with(alarm)
    }

    /// The same with all that a policy says of an alarm; the rest stays.
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

    /// What policies have no words for and decides when the alarm fires.
    pub fn beyond(&self) -> Beyond {
        Beyond {
            datapoints_to_alarm: self.datapoints_to_alarm,
            unit: self.unit.clone(),
            low_samples: self.evaluate_low_sample_count.clone(),
            warm_up: self.carried.warm_up.as_ref().and_then(warm_up),
            wall_clock: self.carried.evaluation_window.as_ref().and_then(wall_clock),
            is_other_kind: false,
            unknown: self.carried.unknown.clone(),
        }
    }

    /// Sets one of them, by its key in [`Beyond::KEYS`]; nothing for another key.
    pub fn set_beyond(&mut self, key: &str, to: &Beyond) {
        match key {
            "datapoints_to_alarm" => self.datapoints_to_alarm = to.datapoints_to_alarm,
            "unit" => self.unit.clone_from(&to.unit),
            "evaluate_low_sample_count_percentile" => {
                self.evaluate_low_sample_count.clone_from(&to.low_samples);
            }
            "warm_up" => {
                self.carried.warm_up = to.warm_up.map(|warm_up| {
                    WarmUpConfiguration::builder()
                        .warm_up_period_duration_in_minutes(whole(warm_up.minutes))
                        .only_start_evaluating_after_warm_up_period_ends(warm_up.lasts)
                        .build()
                });
            }
            "wall_clock" => {
                self.carried.evaluation_window = to.wall_clock.as_ref().map(|zone| {
                    EvaluationWindow::WallClockWindow(WallClockWindow::builder().timezone(zone).build())
                });
            }
            _ => {}
        }
    }
}

/// What an alarm has beyond the policy language, and whether it is of a kind that [`AlarmRequest`] can hold.
pub(in crate::aws) fn beyond(alarm: &MetricAlarm) -> Beyond {
    let count = |number: i32| u32::try_from(number).ok();
    Beyond {
        datapoints_to_alarm: alarm.datapoints_to_alarm.and_then(count),
        unit: alarm.unit().map(|unit| unit.as_str().to_owned()),
        low_samples: alarm.evaluate_low_sample_count_percentile.clone(),
        warm_up: alarm.warm_up_configuration.as_ref().and_then(warm_up),
        wall_clock: alarm.evaluation_window.as_ref().and_then(wall_clock),
        is_other_kind: is_other_kind(alarm),
        unknown: Vec::new(),
    }
}

/// Whether an alarm is not on one metric with a threshold of its own, or has an evaluation window that this version
/// cannot send back.
fn is_other_kind(alarm: &MetricAlarm) -> bool {
    !alarm.metrics().is_empty()
        || alarm.threshold_metric_id.is_some()
        || alarm.evaluation_criteria.is_some()
        || alarm.evaluation_interval.is_some()
        || alarm
            .evaluation_window
            .as_ref()
            .is_some_and(EvaluationWindow::is_unknown)
}

/// A warm-up that lasts no time is none.
fn warm_up(configuration: &WarmUpConfiguration) -> Option<WarmUp> {
    let minutes = u32::try_from(configuration.warm_up_period_duration_in_minutes?).ok()?;
    (minutes > 0).then(|| WarmUp {
        minutes,
        lasts: configuration
            .only_start_evaluating_after_warm_up_period_ends
            .unwrap_or_default(),
    })
}

/// CloudWatch takes UTC where no time zone is given.
fn wall_clock(window: &EvaluationWindow) -> Option<String> {
    let window = window.as_wall_clock_window().ok()?;
    Some(window.timezone.clone().unwrap_or_else(|| "UTC".to_owned()))
}

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
            .set_evaluation_window(self.carried.evaluation_window.clone())
            .set_warm_up_configuration(self.carried.warm_up.clone())
            .set_action_configuration(self.carried.actions.clone())
    }

    /// An alarm as it was described, for a request that changes some of it. `None` where it is not on one metric
    /// with a threshold of its own.
    ///
    /// # Errors
    /// A description that lacks what such an alarm must have.
    pub(in crate::aws) fn described(alarm: &MetricAlarm) -> Result<Option<Self>, CallError> {
        if is_other_kind(alarm) {
            return Ok(None);
        }
        let missing = |name: &str| {
            let words = format!("the description of the alarm has no usable {name}");
            CallError::failed(Failure::NotUnderstood, words)
        };
        let text = |value: &Option<String>, name| value.clone().ok_or_else(|| missing(name));
        let number = |value: Option<i32>, name| {
            value
                .and_then(|value| u32::try_from(value).ok())
                .ok_or_else(|| missing(name))
        };
        let statistic = alarm.statistic().map(|statistic| statistic.as_str().to_owned());
        let comparison = alarm.comparison_operator().map(|it| it.as_str().to_owned());
        let pairs = alarm.dimensions().iter();
        let pairs = pairs.map(|pair| Some((pair.name.clone()?, pair.value.clone()?)));
        Ok(Some(Self {
            name: text(&alarm.alarm_name, "AlarmName")?,
            description: alarm.alarm_description.clone(),
            namespace: text(&alarm.namespace, "Namespace")?,
            metric: text(&alarm.metric_name, "MetricName")?,
            dimensions: pairs
                .collect::<Option<_>>()
                .ok_or_else(|| missing("Dimensions"))?,
            statistic: text(
                &statistic.or_else(|| alarm.extended_statistic.clone()),
                "Statistic",
            )?,
            period: number(alarm.period, "Period")?,
            unit: alarm.unit().map(|unit| unit.as_str().to_owned()),
            evaluation_periods: number(alarm.evaluation_periods, "EvaluationPeriods")?,
            datapoints_to_alarm: alarm
                .datapoints_to_alarm
                .map(|count| number(Some(count), "DatapointsToAlarm"))
                .transpose()?,
            threshold: alarm.threshold.ok_or_else(|| missing("Threshold"))?,
            comparison: text(&comparison, "ComparisonOperator")?,
            treat_missing_data: alarm.treat_missing_data.clone(),
            evaluate_low_sample_count: alarm.evaluate_low_sample_count_percentile.clone(),
            actions_enabled: alarm.actions_enabled.unwrap_or(true),
            alarm_actions: alarm.alarm_actions().to_vec(),
            ok_actions: alarm.ok_actions().to_vec(),
            insufficient_data_actions: alarm.insufficient_data_actions().to_vec(),
            carried: CarriedSettings {
                evaluation_window: alarm.evaluation_window.clone(),
                warm_up: alarm.warm_up_configuration.clone(),
                actions: alarm.action_configuration.clone(),
                unknown: Vec::new(),
            },
        }))
    }
}

/// A number that the API cannot hold is sent as the largest it can, which the service refuses.
fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::MetricDataQuery;
    use aws_sdk_cloudwatch::types::builders::MetricAlarmBuilder;

    use super::*;

    fn described() -> MetricAlarmBuilder {
        MetricAlarm::builder()
            .alarm_name("risk")
            .alarm_description("page the on-call")
            .namespace("AWS/Cognito")
            .metric_name("Risk")
            .dimensions(Dimension::builder().name("UserPoolId").value("p").build())
            .extended_statistic("p99")
            .period(300)
            .evaluation_periods(3)
            .datapoints_to_alarm(2)
            .threshold(1.5)
            .unit(StandardUnit::Count)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .ok_actions("arn:ok")
            .insufficient_data_actions("arn:insufficient")
            .actions_enabled(false)
    }

    /// Everything that is described is sent back.
    #[test]
    fn request_keeps_every_described_member() {
        let found = AlarmRequest::described(&described().build()).unwrap().unwrap();
        assert_eq!(
            found,
            AlarmRequest {
                name: "risk".into(),
                description: Some("page the on-call".into()),
                namespace: "AWS/Cognito".into(),
                metric: "Risk".into(),
                dimensions: [("UserPoolId".into(), "p".into())].into(),
                statistic: "p99".into(),
                period: 300,
                unit: Some("Count".into()),
                evaluation_periods: 3,
                datapoints_to_alarm: Some(2),
                threshold: 1.5,
                comparison: "GreaterThanThreshold".into(),
                ok_actions: vec!["arn:ok".into()],
                insufficient_data_actions: vec!["arn:insufficient".into()],
                ..AlarmRequest::default()
            }
        );
    }

    /// An alarm on more than a metric is another kind.
    #[test]
    fn multi_metric_alarm_not_supported() {
        let query = MetricDataQuery::builder().id("e").expression("a+b").build();
        for alarm in [
            described().metrics(query).build(),
            described().threshold_metric_id("band").build(),
        ] {
            assert_eq!(AlarmRequest::described(&alarm).unwrap(), None);
        }
    }

    #[test]
    fn a_description_with_holes_is_not_made_up() {
        for alarm in [
            described().set_threshold(None).build(),
            described().set_period(None).build(),
            described().set_evaluation_periods(Some(-1)).build(),
            described().set_metric_name(None).build(),
        ] {
            let error = AlarmRequest::described(&alarm).unwrap_err();
            assert_eq!(error.failure(), Failure::NotUnderstood);
        }
    }
}
