//! Which of a region's alarms and metrics belong to a pool.

use std::collections::BTreeSet;

use crate::model::alarm::{Alarm, ThreatMetric, concerns_cognito};
use crate::model::arn::Arn;
use crate::model::posture::SeenMetric;

/// The alarms on Cognito's metrics, or on what looks like them, that name a pool in any dimension: one that is
/// misspelt never fires, and has to be seen to be told.
#[must_use]
pub fn alarms_of(pool: &str, alarms: &[Alarm]) -> Vec<Alarm> {
    let names = |alarm: &&Alarm| alarm.dimensions.values().any(|value| means(value, pool));
    let mut found: Vec<_> = alarms
        .iter()
        .filter(names)
        .filter(|alarm| concerns_cognito(alarm))
        .cloned()
        .collect();
    found.sort_by(|a, b| (&a.name, &a.metric, &a.dimensions).cmp(&(&b.name, &b.metric, &b.dimensions)));
    found
}

/// The threat metrics of a pool, as CloudWatch spells them, each once and in order.
#[must_use]
pub fn metrics_of(pool: &str, metrics: &[SeenMetric]) -> Vec<SeenMetric> {
    let found: BTreeSet<_> = metrics
        .iter()
        .filter(|metric| ThreatMetric::meant(&metric.name).is_some())
        .filter(|metric| metric.dimensions.values().any(|value| value == pool))
        .collect();
    found.into_iter().cloned().collect()
}

/// The topics that alarms tell, by ARN.
#[must_use]
pub fn topics_of(alarms: &[Alarm]) -> BTreeSet<&str> {
    let actions = alarms.iter().flat_map(|alarm| &alarm.actions).map(String::as_str);
    actions
        .filter(|arn| Arn::parse(arn).is_some_and(|arn| arn.service == "sns"))
        .collect()
}

/// Whether a dimension's value is meant to be a pool's id: CloudWatch wants it letter by letter.
fn means(value: &str, pool: &str) -> bool {
    value.trim().eq_ignore_ascii_case(pool)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
        }
    }

    #[test]
    fn dead_alarms_are_seen_and_foreign_ones_are_not() {
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
        let found = alarms_of(POOL, &alarms);
        let names: Vec<_> = found.iter().filter_map(|alarm| alarm.name.as_deref()).collect();
        assert_eq!(names, ["case", "dimension", "live", "namespace", "other-metric"]);
        assert_eq!(
            topics_of(&found).into_iter().collect::<Vec<_>>(),
            ["arn:aws:sns:us-west-2:123456789012:security"]
        );
    }

    #[test]
    fn metrics_of_threat_protection_as_they_are_spelt() {
        let seen = |name: &str, pool: &str| SeenMetric {
            name: name.to_owned(),
            dimensions: dimensions(&[("UserPoolId", pool)]),
        };
        let metrics = [
            seen("Risk", POOL),
            seen("AccountTakeOverRisk", POOL),
            seen("Risk", POOL),
            seen("Risk", "us-west-2_example"),
            seen("SignInSuccesses", POOL),
        ];
        let names: Vec<_> = metrics_of(POOL, &metrics)
            .into_iter()
            .map(|metric| metric.name)
            .collect();
        assert_eq!(names, ["AccountTakeOverRisk", "Risk"]);
    }
}
