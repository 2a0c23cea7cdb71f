//! When something was, in each of the ways in which records say it. A time without a zone is unknown.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::Value;

/// Units in which the time since 1970 is written, from a number on that would be beyond the year 5000 in the one before.
const UNITS: [(f64, f64); 4] = [(1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (0.0, 1.0)];

/// July 2014, when Cognito came to be: no event was earlier.
const FIRST_SECOND: i64 = 1_404_172_800;

/// The time that a member says: seconds, milliseconds or smaller parts since 1970, as a number or as text, ISO 8601 with an
/// offset, or Java's `Wed Jul 17 17:25:55 UTC 2024`. What is before [`FIRST_SECOND`] is no time of an event.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => epoch(number.as_f64()?),
        Value::String(text) => read_text(text),
        _ => None,
    }
}

/// The same of a text.
pub(super) fn read_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // What the export writes.
    if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') {
        return possible(Timestamp::from_millisecond(text.parse().ok()?).ok()?);
    }
    let iso = || text.parse().ok();
    let number = || text.parse().ok().and_then(epoch);
    number().or_else(iso).or_else(|| java(text)).and_then(possible)
}

fn possible(at: Timestamp) -> Option<Timestamp> {
    (at.as_second() >= FIRST_SECOND).then_some(at)
}

fn epoch(number: f64) -> Option<Timestamp> {
    let (_, parts) = UNITS.into_iter().find(|(first, _)| number >= *first)?;
    let since = SignedDuration::try_from_secs_f64(number / parts).ok()?;
    let at = Timestamp::from_duration(since).ok()?;
    possible(at.round(Unit::Millisecond).ok()?)
}

fn java(text: &str) -> Option<Timestamp> {
    let words: Vec<_> = text.split_ascii_whitespace().collect();
    let [_, month, day, time, "UTC" | "GMT" | "Z", year] = words.as_slice() else {
        return None;
    };
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = 1 + months.iter().position(|name| name == month)?;
    let local: DateTime = format!("{year}-{month:02}-{day:0>2}T{time}").parse().ok()?;
    TimeZone::UTC.to_timestamp(local).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_is_read() {
        for (value, time) in [
            (json!("1791187200671"), "2026-10-05T08:00:00.671Z"),
            (json!(1_791_187_200_671_i64), "2026-10-05T08:00:00.671Z"),
            (json!(1_791_187_200.139), "2026-10-05T08:00:00.139Z"),
            (json!("1791187200"), "2026-10-05T08:00:00Z"),
            (json!(1_791_187_200_671_000_i64), "2026-10-05T08:00:00.671Z"),
            (json!("1791187200671000000"), "2026-10-05T08:00:00.671Z"),
            (
                json!("2026-10-04T15:22:00.139000+02:00"),
                "2026-10-04T13:22:00.139Z",
            ),
            (json!("2026-10-05T08:00:00Z"), "2026-10-05T08:00:00Z"),
            (json!("Wed Jul 17 17:25:55 UTC 2024"), "2024-07-17T17:25:55Z"),
            (json!("Mon Oct 5 08:21:00 GMT 2026"), "2026-10-05T08:21:00Z"),
        ] {
            assert_eq!(read(&value), Some(time.parse().unwrap()), "{value}");
        }
    }

    #[test]
    fn what_says_no_time_is_unknown() {
        for value in [
            json!(null),
            json!(""),
            json!("null"),
            json!(0),
            json!("0"),
            json!(1),
            json!("1791187"),
            json!("1404172799999"),
            json!(-1_791_187_200),
            json!("1970-01-21T17:33:07Z"),
            json!("Wed Jul 17 17:25:55 UTC 2013"),
            json!(1e300),
            json!("NaN"),
            json!("2026-10-05T08:00:00"),
            json!("Wed Jul 17 17:25:55 PST 2024"),
            json!("Wed Jul 32 17:25:55 UTC 2024"),
            json!([1]),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
