//! How hard and how long AWS is asked.

use std::time::Duration;

use tokio::time::Instant;

/// Bounds of a run: calls at a time, attempts, time-outs, and whether rate quotas are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls that are under way at a time, over all accounts and regions; at least one.
    pub concurrency: usize,
    /// Whether calls are spaced by the documented rate quotas (docs/facts.md, "Rate quotas").
    pub quotas: bool,
    /// Attempts of one call, the first included; at least one.
    pub attempts: u32,
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Longest time of one attempt.
    pub attempt_timeout: Duration,
    /// Longest time of one call with all its attempts; waiting for a quota is not part of it.
    pub call_timeout: Duration,
    /// Longest time of the whole look; what is not read by then is unread.
    pub total_timeout: Option<Duration>,
}

impl Limits {
    /// When the time is up for a look that begins now.
    pub fn deadline(&self) -> Option<Instant> {
        self.total_timeout.map(|total| Instant::now() + total)
    }
}

impl Default for Limits {
    /// 64 calls at a time, quotas kept, 8 attempts, 10 seconds an attempt, 60 seconds a call.
    fn default() -> Self {
        Self {
            concurrency: 64,
            quotas: true,
            attempts: 8,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_mins(1),
            total_timeout: None,
        }
    }
}
