//! Alarms on something that Cognito does not publish: they never fire. docs/facts.md, "Threat-protection metrics".

use crate::model::alarm::entry::Alarm;
use crate::model::alarm::fault::{AlarmFault, AlarmField, fault};
use crate::model::alarm::metric::{
    NAMESPACE, OPERATIONS, OTHER_FAMILY, OTHER_SPELLINGS, RISK_LEVELS, ThreatMetric, is_pool_id,
};
use crate::model::alarm::never::never;
use crate::text;

/// Why an alarm never fires; empty for an alarm that may, and for one that is not on Cognito's
/// metrics. CloudWatch compares letter by letter and wants exactly the published dimensions.
///
/// A pool id that is empty is taken as right: it is filled in for each pool. Risk levels are
/// taken in lower case and capitalised, as which is published is unconfirmed.
pub fn check(alarm: &Alarm) -> Vec<AlarmFault> {
    let in_namespace = near_namespace(&alarm.namespace);
    let Some(metric) = ThreatMetric::meant(&alarm.metric) else {
        return if in_namespace {
            other_metric(alarm).into_iter().chain(never(alarm)).collect()
        } else {
            Vec::new()
        };
    };
    if !in_namespace && !metric.is_distinctive() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if alarm.namespace != NAMESPACE {
        let message = format!(
            "Cognito publishes its metrics in {NAMESPACE}, not in `{}`",
            alarm.namespace
        );
        faults.push(fault(AlarmField::Namespace, &alarm.namespace, NAMESPACE, message));
    }
    faults.extend(metric_fault(alarm, metric));
    faults.extend(dimension_faults(alarm, metric));
    faults.extend(value_faults(alarm, metric));
    faults.extend(never(alarm));
    faults
}

/// Whether an alarm is on Cognito's metrics, or on what is meant for them: [`check`] is silent about any other.
pub fn concerns_cognito(alarm: &Alarm) -> bool {
    near_namespace(&alarm.namespace)
        || ThreatMetric::meant(&alarm.metric).is_some_and(ThreatMetric::is_distinctive)
}

/// `AWS/Cognito`, but for case and blanks.
fn near_namespace(namespace: &str) -> bool {
    namespace.trim().eq_ignore_ascii_case(NAMESPACE) || text::nearest(namespace, [NAMESPACE]).is_some()
}

fn metric_fault(alarm: &Alarm, metric: ThreatMetric) -> Option<AlarmFault> {
    let (found, right) = (alarm.metric.as_str(), metric.as_str());
    if found == right {
        return None;
    }
    let unconfirmed = OTHER_SPELLINGS.contains(&found);
    let message = if unconfirmed {
        format!("AWS's documentation spells the metric {right} today; other sources have `{found}`")
    } else {
        format!("Cognito publishes no metric `{found}`")
    };
    Some(AlarmFault {
        unconfirmed,
        ..fault(AlarmField::Metric, found, right, message)
    })
}

/// A metric in Cognito's namespace that is none of threat protection's.
fn other_metric(alarm: &Alarm) -> Vec<AlarmFault> {
    let name = alarm.metric.as_str();
    if OTHER_FAMILY.contains(&name) {
        let foreign = alarm
            .dimensions
            .keys()
            .filter(|d| ["UserPoolId", "Operation", "RiskLevel"].contains(&d.as_str()));
        let faults = foreign.map(|dimension| {
            let right = if dimension == "UserPoolId" { "UserPool" } else { "" };
            let message = format!(
                "`{dimension}` is a dimension of threat metrics; {name} has UserPool and UserPoolClient"
            );
            fault(
                AlarmField::Dimension(dimension.clone()),
                dimension,
                right,
                message,
            )
        });
        return faults.collect();
    }
    let known = ThreatMetric::ALL.map(ThreatMetric::as_str);
    let nearest = text::nearest(name, known.into_iter().chain(OTHER_FAMILY));
    let message = format!("no metric `{name}` of Cognito is documented");
    vec![AlarmFault {
        unconfirmed: true,
        ..fault(AlarmField::Metric, name, nearest.unwrap_or_default(), message)
    }]
}

/// Dimensions that are not published, and published ones that are missing.
fn dimension_faults(alarm: &Alarm, metric: ThreatMetric) -> Vec<AlarmFault> {
    let published = metric.dimensions();
    let mut missing: Vec<_> = published
        .iter()
        .filter(|d| !alarm.dimensions.contains_key(**d))
        .copied()
        .collect();
    let mut faults = Vec::new();
    for name in alarm
        .dimensions
        .keys()
        .filter(|d| !published.contains(&d.as_str()))
    {
        let right = meant_dimension(name).filter(|right| missing.contains(right));
        missing.retain(|m| Some(*m) != right);
        let message = dimension_message(name, right, metric);
        let field = AlarmField::Dimension(name.clone());
        faults.push(fault(field, name, right.unwrap_or_default(), message));
    }
    for name in missing {
        let message = format!(
            "the dimension {name} is missing, and {} is published with {}",
            metric.as_str(),
            text::join_words(&published.iter().map(ToString::to_string).collect::<Vec<_>>())
        );
        faults.push(fault(AlarmField::Dimension(name.to_owned()), "", name, message));
    }
    faults
}

fn dimension_message(name: &str, right: Option<&str>, metric: ThreatMetric) -> String {
    let metric = metric.as_str();
    match right {
        Some(right) => format!("{metric} has no dimension `{name}`, its name is {right}"),
        None if name.to_ascii_lowercase().contains("client") => {
            format!("{metric} is not published for each client, so `{name}` matches nothing")
        }
        None => format!("{metric} is not published with the dimension `{name}`"),
    }
}

/// The threat metrics' dimension that a name means.
fn meant_dimension(name: &str) -> Option<&'static str> {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match plain.as_str() {
        "userpool" | "poolid" | "pool" => Some("UserPoolId"),
        "risk" | "level" => Some("RiskLevel"),
        _ if plain.contains("client") => None,
        _ => text::nearest(&plain, ["UserPoolId", "Operation", "RiskLevel"]),
    }
}

fn value_faults(alarm: &Alarm, metric: ThreatMetric) -> Vec<AlarmFault> {
    let value = |name: &str| alarm.dimensions.get(name).map(String::as_str);
    let operation = value("Operation").and_then(|found| operation_fault(found, metric));
    let level = value("RiskLevel").filter(|_| metric.dimensions().contains(&"RiskLevel"));
    let pool = value("UserPoolId").filter(|id| !id.is_empty() && !is_pool_id(id));
    let pool = pool.map(|found| {
        let message = format!("`{found}` is not a user pool id");
        fault(dimension("UserPoolId"), found, "", message)
    });
    operation
        .into_iter()
        .chain(level.and_then(level_fault))
        .chain(pool)
        .collect()
}

fn dimension(name: &str) -> AlarmField {
    AlarmField::Dimension(name.to_owned())
}

/// Other operations than the three are ruled out for compromised credentials only.
fn operation_fault(found: &str, metric: ThreatMetric) -> Option<AlarmFault> {
    if OPERATIONS.contains(&found) {
        return None;
    }
    let plain = found.replace(['_', '-', ' '], "");
    let nearest = text::nearest(&plain, OPERATIONS).unwrap_or_default();
    let message = format!(
        "no operation `{found}` is documented, only {}",
        text::join_words(&OPERATIONS.map(str::to_owned))
    );
    Some(AlarmFault {
        unconfirmed: nearest.is_empty() && metric != ThreatMetric::CompromisedCredentialRisk,
        ..fault(dimension("Operation"), found, nearest, message)
    })
}

fn level_fault(found: &str) -> Option<AlarmFault> {
    let lower = found.to_ascii_lowercase();
    let capitalised = found.starts_with(|c: char| c.is_ascii_uppercase())
        && found.get(1..).is_some_and(|rest| lower.ends_with(rest));
    if RISK_LEVELS.contains(&lower.as_str()) && (found == lower || capitalised) {
        return None;
    }
    let nearest = text::nearest(&lower, RISK_LEVELS).unwrap_or_default();
    // Which case Cognito publishes is unconfirmed: the one that was written stays.
    let is_upper = found.starts_with(|one: char| one.is_ascii_uppercase());
    let nearest = match nearest {
        "" => String::new(),
        level if is_upper => text::capital(level),
        level => level.to_owned(),
    };
    let message = format!("no risk level `{found}` is documented, only high, medium and low");
    Some(fault(dimension("RiskLevel"), found, &nearest, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field, nearest and whether unconfirmed, in short.
    fn told(alarm: &Alarm) -> Vec<(String, String, bool)> {
        let short = |field| match field {
            AlarmField::Namespace => "namespace".to_owned(),
            AlarmField::Metric => "metric".to_owned(),
            AlarmField::Dimension(name) => name,
            AlarmField::Setting(name) => name.to_owned(),
        };
        let faults = check(alarm).into_iter();
        faults
            .map(|f| (short(f.field), f.nearest.unwrap_or_default(), f.unconfirmed))
            .collect()
    }

    fn expect(alarm: &Alarm, expected: &[(&str, &str, bool)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(f, n, u)| ((*f).into(), (*n).into(), *u))
            .collect();
        assert_eq!(told(alarm), expected, "{alarm:?}");
    }

    const POOL: (&str, &str) = ("UserPoolId", "us-west-2_EXAMPLE");
    const SIGN_IN: (&str, &str) = ("Operation", "SignIn");
    const HIGH: (&str, &str) = ("RiskLevel", "high");

    #[test]
    fn live_alarms() {
        for metric in [
            "AccountTakeoverRisk",
            "CompromisedCredentialRisk",
            "OverrideBlock",
        ] {
            for level in ["high", "High", "medium", "Low"] {
                expect(
                    &Alarm::sample(metric, &[POOL, SIGN_IN, ("RiskLevel", level)]),
                    &[],
                );
            }
        }
        expect(&Alarm::sample("Risk", &[POOL, SIGN_IN]), &[]);
        expect(&Alarm::sample("NoRisk", &[("UserPoolId", ""), SIGN_IN]), &[]);
        expect(
            &Alarm::sample(
                "SignInSuccesses",
                &[("UserPool", "us-west-2_EXAMPLE"), ("UserPoolClient", "1example")],
            ),
            &[],
        );
    }

    #[test]
    fn names_that_are_spelt_otherwise() {
        let dimensions = [POOL, SIGN_IN, HIGH];
        expect(
            &Alarm::sample("AccountTakeOverRisk", &dimensions),
            &[("metric", "AccountTakeoverRisk", true)],
        );
        expect(
            &Alarm::sample("CompromisedCredentialsRisk", &dimensions),
            &[("metric", "CompromisedCredentialRisk", true)],
        );
        expect(
            &Alarm::sample("accounttakeoverrisk", &dimensions),
            &[("metric", "AccountTakeoverRisk", false)],
        );
        expect(
            &Alarm::sample("SignInSuccess", &[]),
            &[("metric", "SignInSuccesses", true)],
        );
        expect(&Alarm::sample("Unheard", &[]), &[("metric", "", true)]);
    }

    #[test]
    fn dimensions_of_the_other_family() {
        expect(
            &Alarm::sample(
                "AccountTakeoverRisk",
                &[("UserPool", "us-west-2_EXAMPLE"), SIGN_IN, HIGH],
            ),
            &[("UserPool", "UserPoolId", false)],
        );
        expect(
            &Alarm::sample(
                "AccountTakeoverRisk",
                &[POOL, SIGN_IN, HIGH, ("UserPoolClient", "x"), ("ClientId", "x")],
            ),
            &[("ClientId", "", false), ("UserPoolClient", "", false)],
        );
        expect(
            &Alarm::sample("SignInSuccesses", &[POOL, SIGN_IN]),
            &[("Operation", "", false), ("UserPoolId", "UserPool", false)],
        );
    }

    #[test]
    fn missing_and_superfluous_dimensions() {
        expect(
            &Alarm::sample("AccountTakeoverRisk", &[POOL]),
            &[
                ("Operation", "Operation", false),
                ("RiskLevel", "RiskLevel", false),
            ],
        );
        expect(
            &Alarm::sample("CompromisedCredentialRisk", &[SIGN_IN, HIGH]),
            &[("UserPoolId", "UserPoolId", false)],
        );
        expect(
            &Alarm::sample("Risk", &[POOL, SIGN_IN, HIGH]),
            &[("RiskLevel", "", false)],
        );
        // Both the right and the wrong name: the wrong one has to go.
        expect(
            &Alarm::sample("Risk", &[POOL, SIGN_IN, ("UserPool", "x")]),
            &[("UserPool", "", false)],
        );
        expect(
            &Alarm::sample("AccountTakeoverRisk", &[POOL, SIGN_IN, ("risklevel", "high")]),
            &[("risklevel", "RiskLevel", false)],
        );
    }

    #[test]
    fn values_that_are_not_published() {
        for (operation, nearest, unconfirmed) in [
            ("Signin", "SignIn", false),
            ("SIGN_IN", "SignIn", false),
            ("password-change", "PasswordChange", false),
            ("ForgotPassword", "", true),
            ("", "", true),
        ] {
            expect(
                &Alarm::sample("AccountTakeoverRisk", &[POOL, ("Operation", operation), HIGH]),
                &[("Operation", nearest, unconfirmed)],
            );
        }
        expect(
            &Alarm::sample(
                "CompromisedCredentialRisk",
                &[POOL, ("Operation", "ForgotPassword"), HIGH],
            ),
            &[("Operation", "", false)],
        );
        for (level, nearest) in [
            ("HIGH", "High"),
            ("hIgh", "high"),
            ("hihg", "high"),
            ("critical", ""),
            ("", ""),
        ] {
            expect(
                &Alarm::sample("AccountTakeoverRisk", &[POOL, SIGN_IN, ("RiskLevel", level)]),
                &[("RiskLevel", nearest, false)],
            );
        }
        for id in [
            "customers-prod",
            "arn:aws:cognito-idp:r:1:userpool/r_x",
            "us-west-2_",
        ] {
            expect(
                &Alarm::sample("NoRisk", &[("UserPoolId", id), SIGN_IN]),
                &[("UserPoolId", "", false)],
            );
        }
    }

    #[test]
    fn namespaces() {
        let mut near = Alarm::sample("Risk", &[POOL, SIGN_IN]);
        near.namespace = "aws/cognito".into();
        expect(&near, &[("namespace", NAMESPACE, false)]);
        near.namespace = "Custom/Fraud".into();
        expect(&near, &[]);
        let mut distinct = Alarm::sample("AccountTakeoverRisk", &[POOL, SIGN_IN, HIGH]);
        distinct.namespace = "Custom/Fraud".into();
        expect(&distinct, &[("namespace", NAMESPACE, false)]);
    }
}
