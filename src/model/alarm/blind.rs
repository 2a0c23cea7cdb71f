//! Alarms that miss events, or drown them. docs/facts.md, "Alarms that see one event".

use crate::model::alarm::entry::Alarm;
use crate::model::alarm::fault::{AlarmFault, AlarmField, fault};
use crate::model::alarm::metric::ThreatMetric;

/// What keeps an alarm on a threat metric from seeing a single event; empty for any other alarm.
///
/// A statistic other than `Sum`, a comparison that more events do not trip, a threshold that one
/// event does not reach, missing data that counts as breaching (no event is the normal state),
/// periods over an hour or below a minute, and more than one period that has to breach (`DatapointsToAlarm`, where it is set).
pub fn blind(alarm: &Alarm) -> Vec<AlarmFault> {
    if ThreatMetric::meant(&alarm.metric).is_none() {
        return Vec::new();
    }
    let checks = [
        statistic(alarm),
        reach(alarm),
        missing(alarm),
        period(alarm),
        periods(alarm),
    ];
    checks.into_iter().flatten().collect()
}

const LONGEST_PERIOD: u32 = 3600;

fn blinded(key: &'static str, found: &str, nearest: &str, message: &str) -> AlarmFault {
    fault(AlarmField::Setting(key), found, nearest, message.to_owned())
}

fn statistic(alarm: &Alarm) -> Option<AlarmFault> {
    let message = "the statistic does not count events, Sum does";
    (alarm.statistic != "Sum").then(|| blinded("statistic", &alarm.statistic, "Sum", message))
}

/// Comparison and threshold together: whether one event trips the alarm.
fn reach(alarm: &Alarm) -> Option<AlarmFault> {
    let threshold = alarm.threshold;
    let (reached, nearest) = match alarm.comparison.as_str() {
        "GreaterThanOrEqualToThreshold" => (threshold <= 1.0, "1"),
        "GreaterThanThreshold" => (threshold < 1.0, "0"),
        other => {
            let message = "the comparison is not tripped by events, only by their absence or by a band";
            let right = "GreaterThanOrEqualToThreshold";
            return Some(blinded("comparison", other, right, message));
        }
    };
    let message = "one event does not reach the threshold";
    (!reached).then(|| blinded("threshold", &threshold.to_string(), nearest, message))
}

fn missing(alarm: &Alarm) -> Option<AlarmFault> {
    let message = "without events the alarm is always on, so that an event changes nothing";
    let found = &alarm.treat_missing_data;
    (found == "breaching").then(|| blinded("treat_missing_data", found, "notBreaching", message))
}

fn period(alarm: &Alarm) -> Option<AlarmFault> {
    let message = match alarm.period {
        ..60 => "Cognito publishes by the minute, so that a shorter period finds no data most of the time",
        60..=LONGEST_PERIOD => return None,
        _ => "the period is longer than an hour, so an event is seen late",
    };
    Some(blinded("period", &alarm.period.to_string(), "300", message))
}

fn periods(alarm: &Alarm) -> Option<AlarmFault> {
    let message = "a single event breaches one period, and the alarm waits for more";
    let found = alarm.evaluation_periods;
    (alarm.needed() > 1).then(|| blinded("evaluation_periods", &found.to_string(), "1", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm() -> Alarm {
        Alarm {
            period: 3600,
            treat_missing_data: "missing".into(),
            ..Alarm::sample("AccountTakeOverRisk", &[])
        }
    }

    fn fields(alarm: &Alarm) -> Vec<&'static str> {
        let key = |fault: AlarmFault| match fault.field {
            AlarmField::Setting(key) => key,
            other => panic!("{other:?}"),
        };
        blind(alarm).into_iter().map(key).collect()
    }

    #[test]
    fn one_event_and_the_threshold() {
        for (comparison, threshold, seen) in [
            ("GreaterThanOrEqualToThreshold", 1.0, true),
            ("GreaterThanOrEqualToThreshold", 1.1, false),
            ("GreaterThanOrEqualToThreshold", f64::NAN, false),
            ("GreaterThanThreshold", 0.0, true),
            ("GreaterThanThreshold", 0.5, true),
            ("GreaterThanThreshold", 1.0, false),
        ] {
            let found = fields(&Alarm {
                threshold,
                comparison: comparison.into(),
                ..alarm()
            });
            assert_eq!(found.is_empty(), seen, "{comparison} {threshold}");
            assert!(found.iter().all(|f| *f == "threshold"));
        }
        for comparison in [
            "LessThanThreshold",
            "LessThanOrEqualToThreshold",
            "GreaterThanUpperThreshold",
            "",
        ] {
            let comparison = comparison.to_owned();
            assert_eq!(
                fields(&Alarm {
                    comparison,
                    ..alarm()
                }),
                ["comparison"]
            );
        }
    }

    #[test]
    fn the_other_settings_one_by_one() {
        let statistic = "Average".to_owned();
        assert_eq!(fields(&Alarm { statistic, ..alarm() }), ["statistic"]);
        let treat_missing_data = "breaching".to_owned();
        assert_eq!(
            fields(&Alarm {
                treat_missing_data,
                ..alarm()
            }),
            ["treat_missing_data"]
        );
        for (period, expected) in [(3601, ["period"].as_slice()), (60, &[]), (30, &["period"])] {
            assert_eq!(fields(&Alarm { period, ..alarm() }), expected, "{period}");
        }
        assert_eq!(
            fields(&Alarm {
                evaluation_periods: 2,
                ..alarm()
            }),
            ["evaluation_periods"]
        );
        assert_eq!(fields(&alarm()), [""; 0]);
        for (needed, expected) in [(1, [].as_slice()), (2, &["evaluation_periods"])] {
            let mut several = alarm();
            several.evaluation_periods = 3;
            several.beyond.datapoints_to_alarm = Some(needed);
            assert_eq!(fields(&several), expected, "{needed} of 3");
        }
    }

    #[test]
    fn other_alarms_are_left_alone() {
        let metric = "SignInSuccesses".to_owned();
        let statistic = "Average".to_owned();
        assert_eq!(
            fields(&Alarm {
                metric,
                statistic,
                ..alarm()
            }),
            [""; 0]
        );
    }
}
