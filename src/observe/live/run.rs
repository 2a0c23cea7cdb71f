//! What all calls of a run go through: stopping, the run's time, and being reported.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use futures::future::Either;
use tokio::time::Instant;

use crate::aws::error::CallError;
use crate::aws::operation::Operation;
use crate::aws::port::{Measured, Page, ReadPort, Reply};
use crate::model::observed::Failure;
use crate::model::posture::SeenMetric;
use crate::observe::live::progress::Progress;
use crate::observe::live::stop::Stop;

/// Most pages of a listing: 120,000 pools or clients, 200,000 alarms, a million metrics, 100,000 events.
const MOST_PAGES: usize = 2_000;

/// The reading of one region while it is under way.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) port: &'a dyn ReadPort,
    pub(super) progress: &'a dyn Progress,
    stop: &'a Stop,
    deadline: Option<Instant>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        port: &'a dyn ReadPort,
        progress: &'a dyn Progress,
        stop: &'a Stop,
        deadline: Option<Instant>,
    ) -> Self {
        Self {
            port,
            progress,
            stop,
            deadline,
        }
    }

    /// Waits for an answer, unless the run is stopped or its time is up.
    pub(super) async fn call<T>(&self, operation: Operation, reply: Reply<'_, T>) -> Result<T, CallError> {
        let late = match self.deadline {
            Some(deadline) => Either::Left(tokio::time::sleep_until(deadline)),
            None => Either::Right(std::future::pending()),
        };
        tokio::select! {
            biased;
            () = self.stop.stopped() => Err(CallError::failed(Failure::Stopped, "the run was stopped")),
            () = late => Err(CallError::failed(Failure::TimedOut, "the time for the whole run was up")),
            answer = reply => {
                self.progress.called(operation.as_str());
                answer
            }
        }
    }

    /// All items of a listing, and the error that ended it early, if one did. Pages that lead back to one before would
    /// never end, and nor would pages that each name another. What on a page is not understood ends nothing, and makes the
    /// listing one that is not whole.
    pub(super) async fn all<T>(
        &self,
        operation: Operation,
        page: impl Fn(&'a dyn ReadPort, Option<String>) -> Reply<'a, Page<T>>,
    ) -> (Vec<T>, Option<CallError>) {
        self.until(operation, page, |_| false).await
    }

    /// The same up to a page with which there is enough.
    pub(super) async fn until<T>(
        &self,
        operation: Operation,
        page: impl Fn(&'a dyn ReadPort, Option<String>) -> Reply<'a, Page<T>>,
        enough: impl Fn(&[T]) -> bool,
    ) -> (Vec<T>, Option<CallError>) {
        let (mut items, mut odd) = (Vec::new(), None);
        let mut token: Option<String> = None;
        // A token may be as long as a page: what is kept of each is enough to know it again.
        let (mut known, hash) = (BTreeSet::new(), RandomState::new());
        let ended = |words: String| Some(CallError::failed(Failure::NotUnderstood, words));
        loop {
            let found = match self.call(operation, page(self.port, token.clone())).await {
                Ok(found) => found,
                Err(error) => return (items, Some(error)),
            };
            let is_enough = enough(&found.items);
            items.extend(found.items);
            odd = odd.or(found.odd);
            let Some(next) = found.next.filter(|_| !is_enough) else {
                return (items, odd);
            };
            if !known.insert(hash.hash_one(&next)) {
                let words = "the pages of the listing go in a circle";
                return (items, ended(words.to_owned()));
            }
            if known.len() >= MOST_PAGES {
                return (
                    items,
                    ended(format!("the listing has more than {MOST_PAGES} pages")),
                );
            }
            token = Some(next);
        }
    }

    /// On which of the last so many days metrics had data. One of which the answers say nothing is not one without
    /// data.
    pub(super) async fn measured(
        &self,
        metrics: &'a [SeenMetric],
        days: u16,
    ) -> Result<Vec<Measured>, CallError> {
        let page = |port, next| ReadPort::metric_data(port, metrics, days, next);
        let (data, error) = self.all(Operation::GetMetricData, page).await;
        if let Some(error) = error {
            return Err(error);
        }
        let answered: BTreeSet<_> = data.iter().map(|measured| &measured.metric).collect();
        match metrics.iter().find(|metric| !answered.contains(metric)) {
            None => Ok(data),
            Some(metric) => {
                let words = format!(
                    "the answer says nothing of a metric that was asked for, {}",
                    metric.name
                );
                Err(CallError::failed(Failure::NotUnderstood, words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::Value;

    use jiff::Timestamp;

    use crate::aws::port::{AlarmChange, Alarms, Data, Metrics, PoolEntry, TrailRecord, UserEntry};
    use crate::aws::write::NamedAlarm;
    use crate::model::posture::Topic;
    use crate::observe::live::progress::Silent;

    use super::*;

    /// Answers listings of pools with these tokens, one after the other, and nothing else.
    struct Tokens(Mutex<Box<dyn Iterator<Item = Option<String>> + Send>>);

    fn none<T: Send + 'static>() -> Reply<'static, T> {
        Box::pin(std::future::ready(Err(CallError::failed(
            Failure::Unavailable,
            "not played",
        ))))
    }

    impl ReadPort for Tokens {
        fn account(&self) -> Reply<'_, String> {
            none()
        }

        fn caller(&self) -> Reply<'_, String> {
            none()
        }

        fn list_user_pools(&self, _next: Option<String>) -> Reply<'_, Page<PoolEntry>> {
            let next = self.0.lock().unwrap().next().unwrap();
            let items = vec![PoolEntry::default()];
            let odd = None;
            Box::pin(std::future::ready(Ok(Page { items, next, odd })))
        }

        fn describe_user_pool<'a>(&'a self, _pool: &'a str) -> Reply<'a, Value> {
            none()
        }

        fn mfa_config<'a>(&'a self, _pool: &'a str) -> Reply<'a, Value> {
            none()
        }

        fn list_clients<'a>(&'a self, _pool: &'a str, _next: Option<String>) -> Reply<'a, Page<PoolEntry>> {
            none()
        }

        fn describe_client<'a>(&'a self, _pool: &'a str, _client: &'a str) -> Reply<'a, Value> {
            none()
        }

        fn risk_configuration<'a>(&'a self, _pool: &'a str, _client: Option<&'a str>) -> Reply<'a, Value> {
            none()
        }

        fn log_delivery<'a>(&'a self, _pool: &'a str) -> Reply<'a, Value> {
            none()
        }

        fn alarms(&self, _next: Option<String>) -> Reply<'_, Alarms> {
            none()
        }

        fn alarm<'a>(&'a self, _name: &'a str) -> Reply<'a, NamedAlarm> {
            none()
        }

        fn metrics(&self, _next: Option<String>) -> Reply<'_, Metrics> {
            none()
        }

        fn events<'a>(&'a self, _operation: &'a str, _next: Option<String>) -> Reply<'a, Page<TrailRecord>> {
            none()
        }

        fn metric_data<'a>(
            &'a self,
            _metrics: &'a [SeenMetric],
            _days: u16,
            _next: Option<String>,
        ) -> Reply<'a, Data> {
            none()
        }

        fn topic<'a>(&'a self, _arn: &'a str) -> Reply<'a, Topic> {
            none()
        }

        fn alarm_history<'a>(
            &'a self,
            _alarm: &'a str,
            _next: Option<String>,
        ) -> Reply<'a, Page<AlarmChange>> {
            none()
        }

        fn records(
            &self,
            _since: Timestamp,
            _until: Timestamp,
            _next: Option<String>,
        ) -> Reply<'_, Page<Value>> {
            none()
        }

        fn users<'a>(
            &'a self,
            _pool: &'a str,
            _filter: String,
            _next: Option<String>,
        ) -> Reply<'a, Page<UserEntry>> {
            none()
        }

        fn auth_events<'a>(
            &'a self,
            _pool: &'a str,
            _user: String,
            _next: Option<String>,
        ) -> Reply<'a, Page<Value>> {
            none()
        }
    }

    /// Pages that were read, and why no more were.
    async fn list(tokens: impl Iterator<Item = Option<String>> + Send + 'static) -> (usize, Option<String>) {
        let stop = Stop::default();
        let port = Tokens(Mutex::new(Box::new(tokens)));
        let run = Run::new(&port, &Silent, &stop, None);
        let (items, error) = run.all(Operation::ListUserPools, ReadPort::list_user_pools).await;
        (items.len(), error.map(|error| error.to_string()))
    }

    /// A listing ends where it says and where it goes in circles.
    #[tokio::test]
    async fn listing_ends_at_last_page_or_loop() {
        for (tokens, pages, ends) in [
            (vec![Some("a"), Some("b"), None], 3, true),
            (vec![None], 1, true),
            (vec![Some("a"), Some("a")], 2, false),
            (vec![Some("a"), Some("b"), Some("a")], 3, false),
        ] {
            let tokens = tokens.into_iter().map(|token| token.map(str::to_owned));
            let (found, error) = list(tokens).await;
            assert_eq!((found, error.is_none()), (pages, ends), "{error:?}");
        }
    }

    /// A listing that always has another page is ended.
    #[tokio::test]
    async fn endless_listing_is_cut_off() {
        let (found, error) = list((0..).map(|number: usize| Some(number.to_string()))).await;
        let words = "answer not understood: the listing has more than 2000 pages";
        assert_eq!((found, error.as_deref()), (MOST_PAGES, Some(words)));
        let last = (0..MOST_PAGES).map(|number| (number + 1 < MOST_PAGES).then(|| number.to_string()));
        assert_eq!(list(last).await, (MOST_PAGES, None));
    }
}
