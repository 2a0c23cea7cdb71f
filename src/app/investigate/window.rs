//! The window of an investigation over AWS: as it was typed, or when an alarm was in state ALARM.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::app::collection::Collection;
use crate::aws::error::CallError;
use crate::aws::port::AlarmChange;
use crate::aws::write::NamedAlarm;
use crate::model::alarm::{NAMESPACE, ThreatMetric};
use crate::observe::live::IncidentReader;
use crate::report::NotChecked;

/// The period of an alarm whose history does not say it, in seconds.
const USUAL_PERIOD: i64 = 300;

/// Completes the window by an alarm. The inner error is a history that could not be read.
///
/// # Errors
/// There is no window: the alarm is not there, is of something else, or was never in state ALARM. In a sentence.
pub async fn window(
    reader: &IncidentReader<'_>,
    mut collection: Collection,
    alarm: Option<&str>,
    pool: &str,
) -> Result<Result<Collection, NotChecked>, String> {
    if let Some(name) = alarm {
        let found = match breach(reader, name, pool).await? {
            Ok(found) => found,
            Err(error) => {
                let what = format!("history of alarm {name}");
                return Ok(Err(NotChecked::failed(what, error.to_string())));
            }
        };
        collection.since = collection.since.or(Some(found.since));
        let until = found.until.min(collection.begun);
        collection.until = collection.until.or(Some(until));
        collection.alarm = Some(format!("{name}: {}", found.words));
    }
    match collection.since {
        None => Err("say when: --alarm NAME, or --since TIME".to_owned()),
        Some(since) if since > collection.end() => Err(format!(
            "the window is empty: it would begin at {since:.0} and end at {:.0}",
            collection.end()
        )),
        Some(_) => Ok(Ok(collection)),
    }
}

/// When an alarm was in state ALARM.
struct Breach {
    since: Timestamp,
    until: Timestamp,
    words: String,
}

/// The last time that an alarm went to ALARM: from the beginning of what it judged, and a period more on each side.
///
/// # Errors
/// The outer one is about the alarm itself; the inner one is a call without an answer.
async fn breach(
    reader: &IncidentReader<'_>,
    name: &str,
    pool: &str,
) -> Result<Result<Breach, CallError>, String> {
    let alarm = match reader.alarm(name).await {
        Ok(alarm) => alarm,
        Err(error) => return Ok(Err(error)),
    };
    let mut period = USUAL_PERIOD;
    match alarm {
        NamedAlarm::Free => {
            let next = "check its name, or use --since TIME";
            return Err(format!("there is no alarm `{name}` in the pool's region: {next}"));
        }
        NamedAlarm::OfMetric(alarm) => {
            let watched = alarm.dimensions.get("UserPoolId");
            if let Some(other) = watched.filter(|watched| *watched != pool) {
                return Err(format!("alarm `{name}` watches pool {other}, not {pool}"));
            }
            let (space, metric) = (&alarm.namespace, &alarm.metric);
            // A metric of a log of auth events has a namespace of its own, and any name.
            let is_awss = space.starts_with("AWS/");
            if is_awss && (*space != NAMESPACE || ThreatMetric::meant(metric).is_none()) {
                return Err(format!(
                    "alarm `{name}` watches {metric} of {space}, which is not about threat protection: use --since TIME"
                ));
            }
            period = i64::from(alarm.period).max(1);
        }
        NamedAlarm::Other => {}
    }
    let (changes, error) = reader.changes(name, is_breach).await;
    let Some(change) = changes.iter().find(|change| is_breach(change)) else {
        return match error {
            Some(error) => Ok(Err(error)),
            None => Err(format!(
                "alarm `{name}` has no change to ALARM in its history: use --since TIME"
            )),
        };
    };
    let reason = change
        .data
        .as_ref()
        .and_then(|data| data.pointer("/newState/stateReasonData"));
    let number = |name: &str| reason.and_then(|data| data.get(name)?.as_i64());
    let period = SignedDuration::from_secs(number("period").unwrap_or(period).max(1));
    let started = reason.and_then(|data| moment(data.get("startDate")?.as_str()?));
    let started = started.unwrap_or(change.at).min(change.at - period);
    Ok(Ok(Breach {
        since: started - period,
        until: change.at + period,
        words: format!("ALARM at {:.0}, period {} s", change.at, period.as_secs()),
    }))
}

/// Whether a change went to ALARM. The form of the data is not documented.
fn is_breach(change: &AlarmChange) -> bool {
    let state = change
        .data
        .as_ref()
        .and_then(|data| data.pointer("/newState/stateValue"));
    state.and_then(Value::as_str) == Some("ALARM")
}

/// A time as CloudWatch writes it in such data: `2026-11-27T08:00:00.000+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    text.replace("+0000", "Z").parse().ok()
}
