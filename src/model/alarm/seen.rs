//! Alarms against the metrics for which CloudWatch has seen data: what is measured goes before what is written.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::alarm::dead::check;
use crate::model::alarm::entry::Alarm;
use crate::model::alarm::fault::{AlarmFault, AlarmField, fault};
use crate::model::alarm::metric::{OTHER_SPELLINGS, RISK_LEVELS, ThreatMetric};
use crate::model::alarm::never::never;
use crate::text::capital;

/// A metric with data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MetricV1")]
pub struct SeenMetric {
    /// Name as CloudWatch spells it.
    pub name: String,
    /// Dimensions, name to value.
    pub dimensions: BTreeMap<String, String>,
    /// Whether there is only data of more than two weeks ago: CloudWatch does not list the metric any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub older: bool,
}

/// Why an alarm never fires, as [`check`] says, but for what the pool's own metrics show: an alarm on a metric
/// that has data is not dead, whatever the documentation says; one that spells a metric otherwise than the data
/// is, however documented. Metrics without data in the last two weeks are not listed by CloudWatch
/// (docs/facts.md, "Metrics that CloudWatch lists"), so that an empty list decides nothing: older data has to be
/// asked for ([`spellings`]).
pub fn check_seen(alarm: &Alarm, seen: &[SeenMetric]) -> Vec<AlarmFault> {
    let exact = |metric: &&SeenMetric| metric.name == alarm.metric && metric.dimensions == alarm.dimensions;
    if seen.iter().any(|metric| exact(&metric)) && alarm.namespace == super::NAMESPACE {
        // That there is data says nothing of what the alarm makes of it.
        return never(alarm);
    }
    let faults = check(alarm);
    // What has data now goes before what had it once.
    let mut same: Vec<_> = seen
        .iter()
        .filter(|metric| same_but_for_spelling(alarm, metric))
        .collect();
    same.sort_by_key(|metric| metric.older);
    let Some(meant) = same.first() else {
        return faults;
    };
    let data = if meant.older { "has older data" } else { "has data" };
    let mut told: Vec<_> = faults.into_iter().filter(|fault| !fault.unconfirmed).collect();
    if meant.name != alarm.metric && !told.iter().any(|fault| fault.field == AlarmField::Metric) {
        let message = format!(
            "CloudWatch {data} of this pool for {}, not for `{}`",
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
            let message = format!("CloudWatch {data} of this pool for {name} {published}, not for `{value}`");
            told.push(fault(field, value, published, message));
        }
    }
    told
}

/// How the metric of an alarm may be spelt, where neither the documentation nor the metrics that CloudWatch lists
/// decide it: those for which older data is to be asked. Empty where it is decided: for an alarm that is on nothing
/// that Cognito publishes, however it is spelt, and for one whose metric is listed.
pub fn spellings(alarm: &Alarm, seen: &[SeenMetric]) -> Vec<SeenMetric> {
    let Some(meant) = ThreatMetric::meant(&alarm.metric) else {
        return Vec::new();
    };
    let decided = check(alarm).iter().any(|fault| !fault.unconfirmed)
        || seen.iter().any(|metric| same_but_for_spelling(alarm, metric));
    if decided {
        return Vec::new();
    }
    let others = OTHER_SPELLINGS
        .into_iter()
        .filter(|name| ThreatMetric::meant(name) == Some(meant));
    let names: BTreeSet<_> = others.chain([meant.as_str(), alarm.metric.as_str()]).collect();
    let mut found = Vec::new();
    for name in names {
        for dimensions in levels(&alarm.dimensions) {
            let name = name.to_owned();
            found.push(SeenMetric {
                name,
                dimensions,
                older: true,
            });
        }
    }
    found
}

/// Dimensions with the risk level in lower case and capitalised.
fn levels(dimensions: &BTreeMap<String, String>) -> Vec<BTreeMap<String, String>> {
    let Some(level) = dimensions
        .get("RiskLevel")
        .map(|level| level.to_ascii_lowercase())
    else {
        return vec![dimensions.clone()];
    };
    let Some(known) = RISK_LEVELS.into_iter().find(|known| *known == level) else {
        return vec![dimensions.clone()];
    };
    let with = |level: String| {
        let mut dimensions = dimensions.clone();
        dimensions.insert("RiskLevel".to_owned(), level);
        dimensions
    };
    vec![with(capital(known)), with(known.to_owned())]
}

/// How what two alarms are on compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subjects {
    /// The same, letter by letter.
    Same,
    /// The same in two spellings, and it is unknown which of them Cognito publishes.
    SpeltOtherwise,
    /// The same in two spellings, which the pool's own data keeps apart.
    KeptApart,
    /// Something else.
    Different,
}

/// Compares what two alarms are on. CloudWatch compares letter by letter; AWS's own texts spell some metrics and the
/// risk levels in two ways, of which the metrics with data decide (docs/facts.md, "Spelling of metrics").
pub fn subjects(one: &Alarm, other: &Alarm, seen: &[SeenMetric]) -> Subjects {
    let letters = |alarm: &Alarm| {
        (
            alarm.namespace.clone(),
            alarm.metric.clone(),
            alarm.dimensions.clone(),
        )
    };
    if letters(one) == letters(other) {
        Subjects::Same
    } else if one.namespace != other.namespace || documented(one) != documented(other) {
        Subjects::Different
    } else if seen.iter().any(|metric| same_but_for_spelling(one, metric)) {
        Subjects::KeptApart
    } else {
        Subjects::SpeltOtherwise
    }
}

/// Metric and dimensions in the spelling of the documentation, where it is one of the two that are in use.
fn documented(alarm: &Alarm) -> (String, BTreeMap<String, String>) {
    let written = alarm.metric.as_str();
    let metric = match ThreatMetric::meant(written) {
        Some(meant) if OTHER_SPELLINGS.contains(&written) => meant.as_str(),
        _ => written,
    };
    let mut dimensions = alarm.dimensions.clone();
    if let Some(level) = dimensions.get_mut("RiskLevel") {
        let known = RISK_LEVELS.into_iter().find(|known| capital(known) == *level);
        if let Some(known) = known {
            known.clone_into(level);
        }
    }
    (metric.to_owned(), dimensions)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(metric: &str, level: &str) -> Alarm {
        let dimensions = [
            ("UserPoolId", "us-west-2_A"),
            ("Operation", "SignIn"),
            ("RiskLevel", level),
        ];
        Alarm::sample(metric, &dimensions)
    }

    fn seen(metric: &str, level: &str) -> Vec<SeenMetric> {
        vec![SeenMetric {
            name: metric.into(),
            dimensions: alarm(metric, level).dimensions,
            older: false,
        }]
    }

    fn messages(alarm: &Alarm, seen: &[SeenMetric]) -> Vec<String> {
        check_seen(alarm, seen)
            .into_iter()
            .map(|fault| fault.message)
            .collect()
    }

    /// Data goes before the documentation either way.
    #[test]
    fn data_overrides_documentation() {
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

    /// Other metrics decide nothing and plain faults stay.
    #[test]
    fn unrelated_metrics_change_nothing() {
        let mut bare = alarm("AccountTakeoverRisk", "high");
        assert!(messages(&bare, &seen("Risk", "high")).is_empty());
        bare.dimensions.remove("Operation");
        assert_eq!(
            check_seen(&bare, &seen("AccountTakeoverRisk", "high")),
            check(&bare)
        );
    }

    /// Older data decides where nothing is listed.
    #[test]
    fn older_data_used_without_listed_data() {
        let alarm = alarm("AccountTakeoverRisk", "High");
        let asked = spellings(&alarm, &[]);
        let names: Vec<_> = asked
            .iter()
            .map(|metric| (metric.name.as_str(), metric.dimensions["RiskLevel"].as_str()))
            .collect();
        assert_eq!(
            names,
            [
                ("AccountTakeOverRisk", "High"),
                ("AccountTakeOverRisk", "high"),
                ("AccountTakeoverRisk", "High"),
                ("AccountTakeoverRisk", "high"),
            ]
        );
        assert!(messages(&alarm, &asked[2..3]).is_empty());
        assert_eq!(
            messages(&alarm, &asked[..1]),
            ["CloudWatch has older data of this pool for AccountTakeOverRisk, not for `AccountTakeoverRisk`"]
        );
        // What is listed decides alone.
        let mut both = asked[..1].to_vec();
        both.extend(seen("AccountTakeoverRisk", "high"));
        assert_eq!(
            messages(&alarm, &both),
            ["CloudWatch has data of this pool for RiskLevel high, not for `High`"]
        );
        assert!(spellings(&alarm, &both).is_empty());
    }

    #[test]
    fn nothing_is_asked_of_what_is_decided() {
        let mut bare = alarm("AccountTakeoverRisk", "High");
        bare.dimensions.remove("Operation");
        assert!(spellings(&bare, &[]).is_empty());
        assert!(spellings(&alarm("SignInSuccesses", "High"), &[]).is_empty());
        let mut risk = alarm("Risk", "High");
        risk.dimensions.remove("RiskLevel");
        assert_eq!(spellings(&risk, &[]).len(), 1);
    }

    /// Spellings are one thing until data keeps them apart.
    #[test]
    fn spellings_same_unless_data_differs() {
        use Subjects::{Different, KeptApart, Same, SpeltOtherwise};
        let wish = alarm("AccountTakeoverRisk", "High");
        let found = seen("AccountTakeoverRisk", "High");
        for (metric, level, without, with) in [
            ("AccountTakeoverRisk", "High", Same, Same),
            ("AccountTakeoverRisk", "high", SpeltOtherwise, KeptApart),
            ("AccountTakeOverRisk", "High", SpeltOtherwise, KeptApart),
            ("AccountTakeOverRisk", "high", SpeltOtherwise, KeptApart),
            // No text of AWS's has these.
            ("AccountTakeoverRisk", "HIGH", Different, Different),
            ("accounttakeoverrisk", "High", Different, Different),
            ("AccountTakoverRisk", "High", Different, Different),
            ("AccountTakeoverRisk", "Medium", Different, Different),
            ("OverrideBlock", "High", Different, Different),
        ] {
            let other = alarm(metric, level);
            assert_eq!(subjects(&wish, &other, &[]), without, "{metric} {level}");
            assert_eq!(subjects(&wish, &other, &found), with, "{metric} {level}");
            assert_eq!(subjects(&other, &wish, &found), with, "{metric} {level}");
        }
        let mut other = wish.clone();
        other.dimensions.insert("UserPool".into(), "us-west-2_A".into());
        assert_eq!(subjects(&wish, &other, &[]), Different);
        other = wish.clone();
        other.namespace = "aws/cognito".into();
        assert_eq!(subjects(&wish, &other, &[]), Different);
        // Data of another metric decides nothing.
        assert_eq!(
            subjects(
                &wish,
                &alarm("AccountTakeoverRisk", "high"),
                &seen("Risk", "High")
            ),
            SpeltOtherwise
        );
    }
}
