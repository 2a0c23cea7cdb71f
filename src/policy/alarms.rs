//! Alarms of a policy: from its entries to alarms with every default, and what CloudWatch takes of none.

use std::collections::BTreeMap;

use crate::fault::InputError;
use crate::model::alarm::{Alarm, Beyond, STATISTICS};
use crate::pointer::Pointer;
use crate::policy::builder::Builder;
use crate::policy::file::AlarmEntry;
use crate::text;

/// Alarms, each under a name of its own: of two with one name the one that is made last would replace the other.
pub(super) fn alarms(
    builder: &mut Builder<'_>,
    entries: &[AlarmEntry],
    pool: &str,
    at: &Pointer,
) -> Vec<Alarm> {
    let of = |(i, entry): (usize, &AlarmEntry)| alarm_of(builder, entry, pool, &at.child(i));
    let alarms: Vec<_> = entries.iter().enumerate().map(of).collect();
    let mut names = BTreeMap::new();
    for (i, alarm) in alarms.iter().enumerate() {
        let name = alarm.full_name();
        let Some(first) = names.get(&name) else {
            names.insert(name, at.child(i));
            continue;
        };
        let (place, message) = match alarm.name {
            Some(_) => (
                at.child(i).child("name"),
                format!(
                    "`{name}` is the name of the alarm at `{first}`, too, and CloudWatch knows an alarm by its name alone"
                ),
            ),
            None => (
                at.child(i),
                format!(
                    "it would be named `{name}`, as the alarm at `{first}` is, and CloudWatch knows an alarm by its name alone"
                ),
            ),
        };
        builder.fault(
            InputError::ValueInvalid,
            &place,
            message,
            "give each alarm a `name` of its own: the second would replace the first",
        );
    }
    alarms
}

fn alarm_of(builder: &mut Builder<'_>, entry: &AlarmEntry, pool: &str, at: &Pointer) -> Alarm {
    if entry.dimensions.is_some() && (entry.operation.is_some() || entry.risk_level.is_some()) {
        let message = "`dimensions` stands instead of `operation` and `risk_level`, not beside them";
        builder.fault(
            InputError::ValueInvalid,
            &at.child("dimensions"),
            message,
            "keep one of the two",
        );
    }
    let named = [("Operation", &entry.operation), ("RiskLevel", &entry.risk_level)];
    let dimensions = entry.dimensions.clone().unwrap_or_else(|| {
        let given = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        std::iter::once(("UserPoolId".to_owned(), pool.to_owned()))
            .chain(given)
            .collect()
    });
    let period = entry
        .period
        .as_deref()
        .map_or(Some(300), seconds)
        .unwrap_or_else(|| {
            builder.fault(
                InputError::ValueInvalid,
                &at.child("period"),
                "the period is none that CloudWatch takes",
                "use `10s`, `20s`, `30s`, or whole minutes up to seven days, such as `5m` or `1h`",
            );
            300
        });
    let or = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
    let alarm = Alarm {
        name: entry.name.clone(),
        namespace: or(&entry.namespace, "AWS/Cognito"),
        metric: entry.metric.clone(),
        dimensions,
        statistic: or(&entry.statistic, "Sum"),
        period,
        evaluation_periods: entry.evaluation_periods.unwrap_or(1),
        threshold: entry.threshold.unwrap_or(1.0),
        comparison: or(&entry.comparison, "GreaterThanOrEqualToThreshold"),
        treat_missing_data: or(&entry.treat_missing_data, "notBreaching"),
        actions_enabled: entry.actions_enabled.unwrap_or(true),
        actions: entry.actions.clone().unwrap_or_default(),
        beyond: Beyond::default(),
    };
    check_alarm(builder, &alarm, at);
    alarm
}

const DAY: u32 = 86_400;

/// Whether CloudWatch has a statistic of this name: one of its own, or one with numbers, such as `p99.9`, `tm90`, `TM(10%:90%)` or
/// `IQM`.
fn is_statistic(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let numbered = ["p", "pr", "tm", "wm", "tc", "ts"].into_iter().any(|kind| {
        let rest = lower.strip_prefix(kind);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '('))
    });
    STATISTICS.contains(&name) || lower == "iqm" || numbered
}

/// What CloudWatch takes of no alarm on a threshold: said here, and not by a call that is refused
/// (docs/facts.md, "Alarms that see one event").
fn check_alarm(builder: &mut Builder<'_>, alarm: &Alarm, at: &Pointer) {
    let comparisons = [
        "GreaterThanOrEqualToThreshold",
        "GreaterThanThreshold",
        "LessThanThreshold",
        "LessThanOrEqualToThreshold",
    ];
    let missing = ["breaching", "notBreaching", "ignore", "missing"];
    for (key, found, allowed) in [
        ("comparison", &alarm.comparison, comparisons),
        ("treat_missing_data", &alarm.treat_missing_data, missing),
    ] {
        if !allowed.contains(&found.as_str()) {
            let help = text::nearest(found, allowed).map_or_else(
                || format!("use one of {}", text::join_words(&allowed.map(str::to_owned))),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{found}` is not allowed here");
            builder.fault(InputError::ValueInvalid, &at.child(key), message, &help);
        }
    }
    if !is_statistic(&alarm.statistic) {
        let found = &alarm.statistic;
        let help = text::nearest(found, STATISTICS).map_or_else(
            || {
                format!(
                    "use one of {}, or a percentile such as `p99`",
                    text::join_words(&STATISTICS.map(str::to_owned))
                )
            },
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{found}` is not a statistic");
        builder.fault(InputError::ValueInvalid, &at.child("statistic"), message, &help);
    }
    let longest = if alarm.period < 3600 { DAY } else { 7 * DAY };
    if u64::from(alarm.period) * u64::from(alarm.evaluation_periods) > u64::from(longest) {
        builder.fault(
            InputError::ValueInvalid,
            &at.child("evaluation_periods"),
            "the alarm looks back further than CloudWatch takes",
            "periods are together at most a day, or seven days where one is an hour or longer",
        );
    }
}

/// `30s`, `5m`, `1h` in seconds, as CloudWatch takes them. `None` for anything else.
fn seconds(text: &str) -> Option<u32> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let seconds = number.parse::<u32>().ok()?.checked_mul(factor)?;
    let is_taken = matches!(seconds, 10 | 20 | 30) || (seconds > 0 && seconds % 60 == 0);
    (is_taken && seconds <= 7 * DAY).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_seconds() {
        assert_eq!(seconds("5m"), Some(300));
        assert_eq!(seconds("10s"), Some(10));
        assert_eq!(seconds("120s"), Some(120));
        assert_eq!(seconds("168h"), Some(604_800));
        for bad in [
            "",
            "m",
            "169h",
            "0s",
            "1s",
            "7s",
            "90s",
            "99999999999s",
            "5d",
            "5",
            "ü",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
