//! Parses times typed on the command line.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::text;

/// A time (RFC 3339), a date (its beginning, UTC), or how long before now: `90m`, `6h`, `2d`.
///
/// # Errors
/// It is none of these, in words.
pub fn time(typed: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(at) = typed.parse() {
        return Ok(at);
    }
    if let Some(date) = text::date(typed) {
        let start = date.to_zoned(TimeZone::UTC);
        return start
            .map(|start| start.timestamp())
            .map_err(|error| error.to_string());
    }
    let seconds = |unit: char| match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(24 * 3600),
        'w' => Some(7 * 24 * 3600),
        _ => None,
    };
    let mut chars = typed.chars();
    let unit = chars.next_back().and_then(seconds);
    let number = chars.as_str();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse::<i64>().ok().filter(|_| is_number);
    let ago = unit
        .zip(number)
        .and_then(|(unit, number)| number.checked_mul(unit));
    ago.and_then(|ago| now.as_second().checked_sub(ago))
        .and_then(|second| Timestamp::from_second(second).ok())
        .ok_or_else(|| {
            "not a time such as 2026-11-27T08:00:00Z, a date, or how long ago, such as 90m, 6h or 2d"
                .to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_dates_and_how_long_ago() {
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        for (typed, wanted) in [
            ("2026-11-27T08:00:00Z", "2026-11-27T08:00:00Z"),
            ("2026-11-27T08:00:00+02:00", "2026-11-27T06:00:00Z"),
            ("2026-11-26", "2026-11-26T00:00:00Z"),
            ("90m", "2026-11-27T10:30:00Z"),
            ("2d", "2026-11-25T12:00:00Z"),
            ("0s", "2026-11-27T12:00:00Z"),
        ] {
            assert_eq!(time(typed, now).unwrap().to_string(), wanted, "{typed}");
        }
        for bad in [
            "",
            "m",
            "-1h",
            "1",
            "2026-13-01",
            "yesterday",
            "99999999999999999w",
            "9999999999999d",
            "+1h",
            "1µ",
        ] {
            assert!(time(bad, now).is_err(), "{bad}");
        }
    }
}
