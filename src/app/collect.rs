//! `events --from-aws`: all users of a pool and their events, page by page, as lines that a later run continues.

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher as _;

use futures::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::app::collection::Collection;
use crate::app::investigate_live::missing;
use crate::aws::error::{CallError, Fault};
use crate::aws::port::UserEntry;
use crate::events;
use crate::observe::live::IncidentReader;
use crate::text;

/// Most pages in a row without a new user: then the listing goes in a circle.
const MOST_EMPTY: usize = 2_000;

/// Users in a row of whom not one can be read: then nobody else is asked about. As many as a page has.
const MOST_FAILING: usize = 60;

/// A user with their events, as one line: a form that every reader of events knows.
#[derive(Serialize, Deserialize)]
struct CollectedUser {
    #[serde(rename = "userPoolId")]
    pool: String,
    username: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Whether the events could be read to their end.
    complete: bool,
    collection: Collection,
    #[serde(rename = "AuthEvents")]
    events: Vec<Value>,
}

/// The command, as far as it says what is collected.
fn command(pool: &str, since: Option<&str>) -> String {
    let since = since.map_or_else(String::new, |since| format!(" --since {since}"));
    format!("events --from-aws --pool {pool}{since}")
}

/// Users who are known by a hash: there may be millions of them.
#[derive(Debug, Default)]
struct KnownUsers(HashSet<u64>, RandomState);

impl KnownUsers {
    fn insert(&mut self, name: &str) -> bool {
        self.0.insert(self.1.hash_one(name))
    }

    fn contains(&self, name: &str) -> bool {
        self.0.contains(&self.1.hash_one(name))
    }
}

/// Collects, and knows what was collected before.
#[derive(Debug)]
pub struct EventCollector {
    pool: String,
    job: Collection,
    before: KnownUsers,
    failed: BTreeMap<String, usize>,
    users: usize,
    events: usize,
    gone: usize,
    odd: usize,
}

impl EventCollector {
    /// Collects the events of a pool from a time on; `now` ends the window, unless an earlier run is continued.
    #[must_use]
    pub fn new(pool: &str, since: Option<(&str, Timestamp)>, now: Timestamp) -> Self {
        Self {
            pool: pool.to_owned(),
            job: Collection {
                command: command(pool, since.map(|(typed, _)| typed)),
                since: since.map(|(_, at)| at),
                until: None,
                begun: now,
                alarm: None,
            },
            before: KnownUsers::default(),
            failed: BTreeMap::new(),
            users: 0,
            events: 0,
            gone: 0,
            odd: 0,
        }
    }

    /// Takes a line of an earlier run. One that is cut is of a user who is read again.
    ///
    /// # Errors
    /// It is of another collection: in words.
    pub fn continue_from(&mut self, line: &[u8]) -> Result<(), String> {
        let user = crate::json::value(line).ok();
        let user = user.and_then(|value| serde_json::from_value::<CollectedUser>(value).ok());
        let Some(user) = user else { return Ok(()) };
        self.job.continue_from(user.collection)?;
        if user.complete {
            self.before.insert(&user.username);
        }
        Ok(())
    }

    /// Users who were read before.
    #[must_use]
    pub fn users_before(&self) -> usize {
        self.before.0.len()
    }

    /// Until when events are collected.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.job.end()
    }

    /// Reads page by page, and gives the lines of each page to `keep`. What could not be read is in [`Self::unread`].
    ///
    /// # Errors
    /// What `keep` says.
    pub async fn collect(
        &mut self,
        reader: &IncidentReader<'_>,
        keep: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        let pool = self.pool.clone();
        let (mut seen, mut empty, mut failing, mut next) = (KnownUsers::default(), 0, 0, None);
        loop {
            let page = match reader.users_page(&pool, next).await {
                Ok(page) => page,
                Err(error) => {
                    self.fail("further users", &format!("ListUsers: {error}"));
                    return Ok(());
                }
            };
            if let Some(odd) = page.odd {
                self.fail("users", &format!("ListUsers: {odd}"));
            }
            let mut users = page.items;
            users.retain(|user| seen.insert(&user.name));
            empty = if users.is_empty() { empty + 1 } else { 0 };
            users.retain(|user| !self.before.contains(&user.name));
            if !users.is_empty() {
                let (lines, is_read) = self.page(reader, &users).await;
                keep(&lines)?;
                failing = if is_read { 0 } else { failing + users.len() };
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
            if failing >= MOST_FAILING {
                self.fail("further users", "not asked about");
                return Ok(());
            }
            if empty >= MOST_EMPTY {
                let why = format!("ListUsers: {MOST_EMPTY} pages in a row without a new user");
                self.fail("further users", &why);
                return Ok(());
            }
        }
    }

    /// Reads the events of some users; whether one of them could be read.
    async fn page(&mut self, reader: &IncidentReader<'_>, users: &[UserEntry]) -> (Vec<u8>, bool) {
        let (pool, since) = (self.pool.clone(), self.job.since);
        let since = since.unwrap_or(Timestamp::MIN);
        let asked = users
            .iter()
            .map(|user| reader.auth_events(&pool, &user.name, since));
        let found = join_all(asked).await;
        let (mut lines, mut is_read) = (Vec::new(), false);
        for (user, (mut events, error)) in users.iter().zip(found) {
            events.retain(|event| self.is_wanted(event));
            is_read |= error.as_ref().is_none_or(|error| error.fault == Fault::NotFound);
            if error.is_some() && events.is_empty() {
                self.failed(error);
                continue;
            }
            let line = CollectedUser {
                pool: pool.clone(),
                username: user.name.clone(),
                sub: user.sub.clone(),
                complete: error.is_none(),
                collection: self.job.clone(),
                events,
            };
            self.count(&line);
            self.failed(error);
            // A value of texts and lists has a text.
            lines.extend(serde_json::to_vec(&line).unwrap_or_default());
            lines.push(b'\n');
        }
        (lines, is_read)
    }

    fn count(&mut self, user: &CollectedUser) {
        let answer = serde_json::json!({ "AuthEvents": user.events });
        let tally = events::read_answer("AdminListUserAuthEvents", &answer, &mut |_| (), &mut |_| ());
        let odd = missing(&user.events, tally.events);
        self.users += usize::from(user.complete);
        self.events += user.events.len() - odd;
        self.odd += odd;
    }

    /// Whether an event lies in the window. One without a time may.
    fn is_wanted(&self, event: &Value) -> bool {
        let seconds = event.get("CreationDate").and_then(Value::as_f64);
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in 53 bits")]
        let is_in = |seconds: f64| {
            let since = self
                .job
                .since
                .is_none_or(|since| seconds >= since.as_second() as f64);
            since && seconds < self.job.end().as_second() as f64 + 1.0
        };
        seconds.is_none_or(is_in)
    }

    fn failed(&mut self, error: Option<CallError>) {
        let Some(error) = error else { return };
        let why = match error.fault {
            Fault::NotFound => {
                self.gone += 1;
                return;
            }
            Fault::AddOnNotEnabled => "threat protection is OFF, so that there are no events".to_owned(),
            Fault::Failed(_) => error.to_string(),
        };
        self.fail("events", &format!("AdminListUserAuthEvents: {why}"));
    }

    fn fail(&mut self, what: &str, why: &str) {
        *self.failed.entry(format!("{what}: {why}")).or_default() += 1;
    }

    /// What was read in this run, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "read {}: {}",
            text::count(self.users, "user", "users"),
            text::count(self.events, "auth event", "auth events")
        )];
        if self.gone > 0 {
            let users = text::count(self.gone, "user was", "users were");
            lines.push(format!("{users} deleted in the meantime"));
        }
        lines
    }

    /// What could not be read, a line each; nothing where all was.
    #[must_use]
    pub fn unread(&self) -> Vec<String> {
        let line = |(why, number): (&String, &usize)| match number {
            1 => why.clone(),
            many => format!("{why} ({many} users)"),
        };
        let mut lines: Vec<_> = self.failed.iter().map(line).collect();
        if self.odd > 0 {
            let events = text::count(self.odd, "auth event was", "auth events were");
            lines.push(format!("{events} not understood"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn line(pool: &str, since: Option<&str>, name: &str, complete: bool) -> String {
        let user = CollectedUser {
            pool: pool.to_owned(),
            username: name.to_owned(),
            sub: None,
            complete,
            collection: Collection {
                command: command(pool, since),
                since: since.map(at),
                until: None,
                begun: at("2026-11-01T00:00:00Z"),
                alarm: None,
            },
            events: Vec::new(),
        };
        serde_json::to_string(&user).unwrap()
    }

    #[test]
    fn an_earlier_run_is_continued_and_another_one_is_not() {
        let new = || EventCollector::new("p", None, at("2026-11-27T00:00:00Z"));
        let mut collector = new();
        for line in [
            line("p", None, "alice", true),
            line("p", None, "bob", false),
            line("p", None, "carol", true)[..40].to_owned(),
            String::new(),
            "no json".to_owned(),
        ] {
            collector.continue_from(line.as_bytes()).unwrap();
        }
        assert_eq!(collector.users_before(), 1, "only alice was read to the end");
        assert!(collector.before.contains("alice") && !collector.before.contains("bob"));
        assert_eq!(collector.until(), at("2026-11-01T00:00:00Z"), "the window stays");
        for other in [
            line("q", None, "alice", true),
            line("p", Some("2026-10-01T00:00:00Z"), "alice", true),
        ] {
            assert!(new().continue_from(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn the_window_ends_when_the_first_run_began() {
        let now = at("2026-11-01T00:00:00Z");
        let since = Some(("57w", at("2026-10-01T00:00:00Z")));
        let collector = EventCollector::new("p", since, now);
        let wanted = |value: Value| collector.is_wanted(&serde_json::json!({ "CreationDate": value }));
        let seconds = |text: &str| Value::from(at(text).as_second());
        assert!(wanted(seconds("2026-10-01T00:00:00Z")) && wanted(seconds("2026-11-01T00:00:00Z")));
        assert!(!wanted(seconds("2026-09-30T23:59:59Z")) && !wanted(seconds("2026-11-01T00:00:01Z")));
        assert!(wanted(Value::Null), "one without a time is kept");
    }
}
