//! Rate quotas: calls are spaced so that the service has nothing to refuse.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use strum::IntoEnumIterator as _;

use crate::aws::operation::{Category, Operation};

/// The part of a quota that is used: room for calls that bunch up on their way.
const SHARE: f64 = 0.95;

/// The first pause after a throttled call, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(8));

/// The quotas of one account's region. Quotas are shared with everybody else who calls, so that a refused call makes
/// all others of its category wait as well.
#[derive(Debug)]
pub struct RateBudget {
    paces: BTreeMap<Category, Pace>,
    pools: BTreeMap<u32, DefaultKeyedRateLimiter<(Operation, String)>>,
    calls: Arc<Semaphore>,
}

impl RateBudget {
    /// The documented quotas (or none), and how many calls may be under way, which several budgets share.
    pub fn new(quotas: bool, calls: Arc<Semaphore>) -> Self {
        let rate = |category: Category| category.per_second().filter(|_| quotas);
        let pool_rate = |category: Category| category.per_second_and_pool().filter(|_| quotas);
        let limiter = |rate: u32| Some((rate, RateLimiter::keyed(quota(rate)?)));
        Self {
            paces: Category::iter()
                .map(|category| (category, Pace::new(rate(category))))
                .collect(),
            pools: Category::iter()
                .filter_map(pool_rate)
                .filter_map(limiter)
                .collect(),
            calls,
        }
    }

    /// Waits until a call may be made. The permit is kept while it is under way; `None` only where the run's
    /// semaphore was closed, which nothing does.
    pub async fn admit(&self, operation: Operation, pool: Option<&str>) -> Option<OwnedSemaphorePermit> {
        let category = operation.category();
        // The pool's own quota first: while a call waits for it, the shared one stays free for other pools.
        if let (Some(rate), Some(pool)) = (category.per_second_and_pool(), pool)
            && let Some(limiter) = self.pools.get(&rate)
        {
            limiter.until_key_ready(&(operation, pool.to_owned())).await;
        }
        if let Some(pace) = self.paces.get(&category) {
            pace.wait().await;
        }
        Arc::clone(&self.calls).acquire_owned().await.ok()
    }

    /// Tells that a call was refused because of too many calls.
    pub fn throttled(&self, operation: Operation) {
        if let Some(pace) = self.paces.get(&operation.category()) {
            pace.throttled();
        }
    }

    /// Tells that a call was not refused.
    pub fn answered(&self, operation: Operation) {
        if let Some(pace) = self.paces.get(&operation.category()) {
            pace.answered();
        }
    }
}

/// Calls evenly spaced, so that no second has more than its quota, wherever the service lets a second begin.
fn quota(per_second: u32) -> Option<Quota> {
    let apart = Duration::from_secs(1).div_f64(f64::from(per_second) * SHARE);
    Some(Quota::with_period(apart)?.allow_burst(NonZeroU32::MIN))
}

/// One category's rhythm.
#[derive(Debug)]
struct Pace {
    limiter: Option<DefaultDirectRateLimiter>,
    /// Whoever holds it is the next: first come, first served, and nobody else is woken.
    turn: tokio::sync::Mutex<()>,
    pause: Mutex<Pause>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Pause {
    until: Option<Instant>,
    last: Option<Duration>,
}

impl Pace {
    fn new(per_second: Option<u32>) -> Self {
        Self {
            limiter: per_second.and_then(quota).map(RateLimiter::direct),
            turn: tokio::sync::Mutex::new(()),
            pause: Mutex::default(),
        }
    }

    async fn wait(&self) {
        let _turn = self.turn.lock().await;
        while let Some(until) = self.paused() {
            tokio::time::sleep_until(until).await;
        }
        if let Some(limiter) = &self.limiter {
            limiter.until_ready().await;
        }
    }

    fn paused(&self) -> Option<Instant> {
        let pause = *self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.until.filter(|until| *until > Instant::now())
    }

    /// Each refusal after the pause of the one before doubles it; those that come in meanwhile do not.
    fn throttled(&self) {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if pause.until.is_some_and(|until| until > now) {
            return;
        }
        let length = pause.last.map_or(PAUSE.0, |last| (last * 2).min(PAUSE.1));
        *pause = Pause {
            until: Some(now + length),
            last: Some(length),
        };
    }

    fn answered(&self) {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        if pause.until.is_none_or(|until| until <= Instant::now()) {
            *pause = Pause::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    fn budget(quotas: bool) -> RateBudget {
        RateBudget::new(quotas, Arc::new(Semaphore::new(64)))
    }

    async fn took(calls: impl IntoIterator<Item = impl Future>) -> Duration {
        let begin = Instant::now();
        join_all(calls).await;
        begin.elapsed()
    }

    /// Calls of a category are spaced and other categories do not wait for them.
    #[tokio::test]
    async fn spacing_is_per_category() {
        let budget = budget(true);
        let list = || budget.admit(Operation::ListMetrics, None);
        let metrics = took((0..6).map(|_| list())).await;
        assert!(
            metrics >= Duration::from_millis(200),
            "five gaps of 42 ms: {metrics:?}"
        );
        let free = took((0..50).map(|_| budget.admit(Operation::GetTopicAttributes, None))).await;
        assert!(free < metrics, "{free:?} {metrics:?}");
    }

    #[tokio::test]
    async fn one_pool_has_a_quota_for_each_operation() {
        let budget = budget(true);
        let same = took((0..3).map(|_| budget.admit(Operation::DescribeRiskConfiguration, Some("a")))).await;
        assert!(same >= Duration::from_millis(420), "two gaps of 210 ms: {same:?}");
        let pools = ["b", "c", "d"].map(|pool| budget.admit(Operation::GetUserPoolMfaConfig, Some(pool)));
        let many = took(pools).await;
        assert!(many < same, "two gaps of 53 ms: {many:?} {same:?}");
    }

    /// Without quotas only the number of calls is bounded.
    #[tokio::test]
    async fn concurrency_limit_without_quotas() {
        let budget = RateBudget::new(false, Arc::new(Semaphore::new(2)));
        let first = budget.admit(Operation::ListUserPools, None).await;
        let second = budget.admit(Operation::DescribeUserPool, Some("a")).await;
        let third = budget.admit(Operation::DescribeUserPool, Some("a"));
        tokio::pin!(third);
        assert!(futures::poll!(third.as_mut()).is_pending());
        drop(first);
        assert!(futures::poll!(third.as_mut()).is_ready());
        drop(second);
    }

    /// A refusal makes the category wait longer each time until an answer.
    #[tokio::test(start_paused = true)]
    async fn backoff_grows_until_an_answer() {
        let pace = Pace::new(None);
        let mut waits = Vec::new();
        for _ in 0..6 {
            pace.throttled();
            pace.throttled();
            let begin = Instant::now();
            pace.wait().await;
            waits.push(begin.elapsed().as_millis() / 100);
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 80]);
        pace.answered();
        pace.throttled();
        pace.answered();
        let begin = Instant::now();
        pace.wait().await;
        assert_eq!(
            begin.elapsed().as_millis() / 100,
            5,
            "an answer to an earlier call does not end a pause"
        );
    }

    #[test]
    fn no_second_has_more_than_its_quota() {
        for category in Category::iter() {
            for rate in category
                .per_second()
                .into_iter()
                .chain(category.per_second_and_pool())
            {
                let apart = quota(rate).unwrap().replenish_interval();
                let in_a_second = Duration::from_secs(1).as_nanos() / apart.as_nanos() + 1;
                assert!(in_a_second <= u128::from(rate), "{category:?}");
                assert!(
                    apart.mul_f64(f64::from(rate)) < Duration::from_millis(1100),
                    "{category:?}: nine tenths are used"
                );
            }
        }
    }
}
