//! The simulator's clock: AWS has one of its own, and so has the simulator.

use jiff::Timestamp;

/// Seconds since 1970, with milliseconds, as the AWS JSON protocols write times.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator plays a service, and a service has its own clock"
)]
pub(super) fn now() -> f64 {
    seconds(Timestamp::now())
}

/// A time as the AWS JSON protocols write it.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit in 53 bits"
)]
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// A time as the AWS query protocols write it: RFC 3339 in UTC, whole seconds.
#[expect(clippy::cast_possible_truncation, reason = "cut to whole seconds on purpose")]
pub(super) fn text(seconds: f64) -> String {
    Timestamp::from_second(seconds as i64).map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_both_protocols() {
        let at: Timestamp = "2026-11-01T00:00:00.250Z".parse().unwrap();
        assert!((seconds(at) - 1_793_491_200.25).abs() < 1e-6);
        assert_eq!(text(seconds(at)), "2026-11-01T00:00:00Z");
        assert_eq!(text(f64::MAX), "");
    }
}
