//! Which of a region's alarms and metrics belong to a pool.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::alarm::{Alarm, OtherAlarm, ThreatMetric, concerns_cognito};
use crate::model::arn::Arn;
use crate::model::posture::SeenMetric;

/// A region's alarms on Cognito's metrics, or on what looks like them, by the pool that any of their dimensions names:
/// one that is misspelt never fires, and has to be seen to be reported.
#[derive(Clone, Debug, Default)]
pub struct AlarmsByPool(BTreeMap<String, Vec<Alarm>>);

impl AlarmsByPool {
    /// Sorts alarms by pool.
    pub fn new(alarms: Vec<Alarm>) -> Self {
        let mut by_pool: BTreeMap<String, Vec<Alarm>> = BTreeMap::new();
        for alarm in alarms.into_iter().filter(concerns_cognito) {
            let pools: BTreeSet<_> = alarm
                .dimensions
                .values()
                .filter_map(|value| meant(value))
                .collect();
            for pool in pools {
                by_pool.entry(pool).or_default().push(alarm.clone());
            }
        }
        for alarms in by_pool.values_mut() {
            alarms.sort_by(|a, b| {
                (&a.name, &a.metric, &a.dimensions).cmp(&(&b.name, &b.metric, &b.dimensions))
            });
        }
        Self(by_pool)
    }

    /// A pool's alarms, in order of their names.
    pub fn of(&self, pool: &str) -> Vec<Alarm> {
        let alarms = meant(pool).and_then(|pool| self.0.get(&pool));
        alarms.cloned().unwrap_or_default()
    }
}

/// The pool id that a dimension's value is meant to be, in lower case: `CloudWatch` wants it letter by letter. A value
/// without an underscore is none.
fn meant(value: &str) -> Option<String> {
    value.contains('_').then(|| value.trim().to_ascii_lowercase())
}

/// A region's threat metrics with data, as `CloudWatch` spells them, by the pool that they are about.
#[derive(Clone, Debug, Default)]
pub struct MetricsByPool(BTreeMap<String, BTreeSet<SeenMetric>>);

impl MetricsByPool {
    /// Sorts metrics by pool.
    pub fn new(metrics: Vec<SeenMetric>) -> Self {
        let mut by_pool: BTreeMap<String, BTreeSet<SeenMetric>> = BTreeMap::new();
        let threat = |metric: &SeenMetric| ThreatMetric::meant(&metric.name).is_some();
        for metric in metrics.into_iter().filter(threat) {
            for pool in metric.dimensions.values().filter(|value| value.contains('_')) {
                by_pool.entry(pool.clone()).or_default().insert(metric.clone());
            }
        }
        Self(by_pool)
    }

    /// A pool's metrics, each once and in order.
    pub fn of(&self, pool: &str) -> Vec<SeenMetric> {
        self.0.get(pool).into_iter().flatten().cloned().collect()
    }
}

/// The topics that these alarms notify, by ARN.
pub fn topics_of<'a>(alarms: &'a [Alarm], others: &'a [OtherAlarm]) -> BTreeSet<&'a str> {
    let actions = alarms.iter().flat_map(|alarm| &alarm.actions);
    let actions = actions.chain(others.iter().flat_map(|alarm| &alarm.actions));
    actions
        .map(String::as_str)
        .filter(|arn| Arn::parse(arn).is_some_and(|arn| arn.service == "sns"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "us-west-2_EXAMPLE";

    fn dimensions(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn alarm(name: &str, namespace: &str, metric: &str, pairs: &[(&str, &str)]) -> Alarm {
        Alarm {
            name: Some(name.to_owned()),
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions: dimensions(pairs),
            statistic: "Sum".to_owned(),
            period: 300,
            evaluation_periods: 1,
            threshold: 1.0,
            comparison: "GreaterThanOrEqualToThreshold".to_owned(),
            treat_missing_data: "missing".to_owned(),
            actions_enabled: true,
            actions: vec![
                "arn:aws:sns:us-west-2:123456789012:security".to_owned(),
                "arn:aws:lambda:us-west-2:1:function:x".to_owned(),
            ],
            beyond: crate::model::alarm::Beyond::default(),
        }
    }

    /// Dead alarms are seen and foreign ones are not.
    #[test]
    fn dead_alarms_kept_foreign_ones_dropped() {
        let alarms = [
            alarm(
                "live",
                "AWS/Cognito",
                "AccountTakeoverRisk",
                &[("UserPoolId", POOL)],
            ),
            alarm("dimension", "AWS/Cognito", "Risk", &[("UserPool", POOL)]),
            alarm(
                "case",
                "aws/cognito",
                "AccountTakeOverRisk",
                &[("UserPoolId", "US-WEST-2_example ")],
            ),
            alarm(
                "namespace",
                "Custom",
                "CompromisedCredentialRisk",
                &[("Pool", POOL)],
            ),
            alarm(
                "other-metric",
                "AWS/Cognito",
                "SignInSuccesses",
                &[("UserPool", POOL)],
            ),
            alarm(
                "other-pool",
                "AWS/Cognito",
                "Risk",
                &[("UserPoolId", "us-west-2_OTHER")],
            ),
            alarm("other-service", "AWS/EC2", "Risk", &[("InstanceId", POOL)]),
            alarm("no-pool", "AWS/Cognito", "Risk", &[("Operation", "SignIn")]),
        ];
        let found = AlarmsByPool::new(alarms.to_vec()).of(POOL);
        let names: Vec<_> = found.iter().filter_map(|alarm| alarm.name.as_deref()).collect();
        assert_eq!(names, ["case", "dimension", "live", "namespace", "other-metric"]);
        assert_eq!(
            topics_of(&found, &[]).into_iter().collect::<Vec<_>>(),
            ["arn:aws:sns:us-west-2:123456789012:security"]
        );
    }

    /// Metrics of threat protection as they are spelt.
    #[test]
    fn metrics_keep_their_spelling() {
        let seen = |name: &str, pool: &str| SeenMetric {
            name: name.to_owned(),
            dimensions: dimensions(&[("UserPoolId", pool)]),
            older: false,
        };
        let metrics = [
            seen("Risk", POOL),
            seen("AccountTakeOverRisk", POOL),
            seen("Risk", POOL),
            seen("Risk", "us-west-2_example"),
            seen("SignInSuccesses", POOL),
        ];
        let names: Vec<_> = MetricsByPool::new(metrics.to_vec())
            .of(POOL)
            .into_iter()
            .map(|metric| metric.name)
            .collect();
        assert_eq!(names, ["AccountTakeOverRisk", "Risk"]);
    }
}
