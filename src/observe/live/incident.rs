//! What an investigation asks of a region: an alarm's history, CloudTrail, users and their events.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::aws::error::{CallError, Fault};
use crate::aws::limits::Limits;
use crate::aws::operation::Operation;
use crate::aws::port::{AlarmChange, Page, ReadPort, Reply, UserEntry};
use crate::aws::write::NamedAlarm;
use crate::model::observed::Failure;
use crate::observe::live::answers::Answers;
use crate::observe::live::progress::Progress;
use crate::observe::live::run::Run;
use crate::observe::live::stop::Stop;

/// Reads within the run's time. What could not be read is said by an error beside what was.
#[derive(Clone, Copy)]
pub struct IncidentReader<'a> {
    run: Run<'a>,
    answers: Option<&'a Answers>,
}

/// Items, and the error that ended the listing early, if one did.
pub type Listing<T> = (Vec<T>, Option<CallError>);

impl<'a> IncidentReader<'a> {
    /// A reader of one region.
    pub fn new(port: &'a dyn ReadPort, progress: &'a dyn Progress, stop: &'a Stop, limits: &Limits) -> Self {
        Self {
            run: Run::new(port, progress, stop, limits.deadline()),
            answers: None,
        }
    }

    /// The same, which asks for no page again that an earlier run got.
    pub fn continuing(self, answers: &'a Answers) -> Self {
        Self {
            answers: Some(answers),
            ..self
        }
    }

    /// A listing until there is enough. Where AWS does not go on at the token of an earlier run, it is read from its beginning.
    async fn listing<T: Serialize + DeserializeOwned + Send + 'a>(
        &self,
        operation: Operation,
        asked: &[&str],
        page: impl Fn(&'a dyn ReadPort, Option<String>) -> Reply<'a, Page<T>>,
        enough: impl Fn(&[T]) -> bool,
    ) -> Listing<T> {
        let Some(answers) = self.answers else {
            return self.run.until(operation, page, enough).await;
        };
        let name = Answers::listing(operation, asked);
        let kept = |port: &'a dyn ReadPort, token: Option<String>| {
            answers.page(name.clone(), token.clone(), page(port, token))
        };
        let found = self.run.until(operation, &kept, &enough).await;
        // How AWS refuses a token is not documented for all of these operations: the code or the text names it.
        let is_refused = |error: &CallError| {
            error.fault == Fault::Failed(Failure::Unavailable)
                && error.detail.to_lowercase().contains("token")
        };
        if found.1.as_ref().is_some_and(is_refused) && answers.forget(&name) {
            return self.run.until(operation, &kept, &enough).await;
        }
        found
    }

    /// What has this name among the region's alarms.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn alarm(&self, name: &'a str) -> Result<NamedAlarm, CallError> {
        self.run
            .call(Operation::DescribeAlarms, self.run.port.alarm(name))
            .await
    }

    /// Changes of an alarm's state, newest first, up to a page with one that is looked for.
    pub async fn changes(
        &self,
        alarm: &'a str,
        is_wanted: impl Fn(&AlarmChange) -> bool,
    ) -> Listing<AlarmChange> {
        let page = move |port: &'a dyn ReadPort, next| port.alarm_history(alarm, next);
        let enough = |changes: &[AlarmChange]| changes.iter().any(&is_wanted);
        self.run
            .until(Operation::DescribeAlarmHistory, page, enough)
            .await
    }

    /// CloudTrail's records of Cognito in a window, newest first.
    pub async fn records(&self, since: Timestamp, until: Timestamp) -> Listing<Value> {
        let page = move |port: &'a dyn ReadPort, next| port.records(since, until, next);
        let asked = [&*since.to_string(), &*until.to_string()];
        self.listing(Operation::LookupEvents, &asked, page, |_| false)
            .await
    }

    /// Users that a filter of `ListUsers` finds. A page may be empty and still lead to another one.
    pub async fn users(&self, pool: &'a str, filter: &str) -> Listing<UserEntry> {
        let page = move |port: &'a dyn ReadPort, next| port.users(pool, filter.to_owned(), next);
        self.listing(Operation::ListUsers, &[pool, filter], page, |_| false)
            .await
    }

    /// A page of all users.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn users_page(
        &self,
        pool: &'a str,
        next: Option<String>,
    ) -> Result<Page<UserEntry>, CallError> {
        let reply = self.run.port.users(pool, String::new(), next);
        self.run.call(Operation::ListUsers, reply).await
    }

    /// A user's events until all of these ids were seen.
    pub async fn events_with(&self, pool: &'a str, user: &str, ids: &[&str]) -> Listing<Value> {
        let page = move |port: &'a dyn ReadPort, next| port.auth_events(pool, user.to_owned(), next);
        let missing = RefCell::new(ids.iter().copied().collect::<BTreeSet<_>>());
        let enough = |events: &[Value]| {
            let mut missing = missing.borrow_mut();
            for id in events.iter().filter_map(|event| event.get("EventId")?.as_str()) {
                missing.remove(id);
            }
            missing.is_empty()
        };
        self.run
            .until(Operation::AdminListUserAuthEvents, page, enough)
            .await
    }

    /// A user's events until a whole page lies before the window: they come newest first.
    pub async fn auth_events(&self, pool: &'a str, user: &str, since: Timestamp) -> Listing<Value> {
        let page = move |port: &'a dyn ReadPort, next| port.auth_events(pool, user.to_owned(), next);
        let is_before = |event: &Value| {
            let seconds = event.get("CreationDate").and_then(Value::as_f64);
            #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in 53 bits")]
            seconds.is_some_and(|seconds| seconds < since.as_second() as f64)
        };
        let enough = |events: &[Value]| !events.is_empty() && events.iter().all(is_before);
        self.listing(Operation::AdminListUserAuthEvents, &[pool, user], page, enough)
            .await
    }
}
