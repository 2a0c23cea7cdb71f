//! `events --from-aws`: all users of a pool and their events, page by page, as lines that a later run continues.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher as _;

use futures::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::app::collection::Collection;
use crate::app::investigate::live::missing;
use crate::aws::error::{CallError, Fault};
use crate::aws::port::UserEntry;
use crate::events;
use crate::ident::pseudonym;
use crate::model::event::AuthEvent;
use crate::observe::live::IncidentReader;
use crate::text;

/// Most pages in a row without a new user: then the listing goes in a circle.
const MOST_EMPTY: usize = 2_000;

/// Most users that are named of those who could not be read for one reason.
const MOST_NAMED: usize = 3;

/// A user with their events, as one line: a form that every reader of events knows.
#[serde_with::skip_serializing_none]
#[derive(Serialize, Deserialize)]
struct CollectedUser {
    #[serde(rename = "userPoolId")]
    pool: String,
    /// The name; where pseudonyms are kept, the SHA-256 of it, for a pseudonym is too short to tell users apart.
    username: String,
    sub: Option<String>,
    /// Whether the events could be read to their end.
    complete: bool,
    collection: Collection,
    /// As AWS answered.
    #[serde(rename = "AuthEvents")]
    answer: Option<Vec<Value>>,
    /// Lines of `cogward events` with pseudonyms, instead.
    events: Option<Vec<Value>>,
}

/// The command, as far as it says what is collected.
fn command(pool: &str, since: Option<&str>, is_redacted: bool) -> String {
    let since = since.map_or_else(String::new, |since| format!(" --since {since}"));
    let redact = if is_redacted { " --redact" } else { "" };
    format!("events --from-aws --pool {pool}{since}{redact}")
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

/// What came of asking about some users.
#[derive(Clone, Copy, Debug, Default)]
struct Asked {
    /// Whether one of them could be read.
    is_read: bool,
    /// Whether the answer was that there are no events of anybody.
    is_off: bool,
}

/// Collects, and knows what was collected before.
#[derive(Debug)]
pub struct EventCollector {
    pool: String,
    job: Collection,
    /// Whether pseudonyms are kept in place of users and addresses.
    is_redacted: bool,
    before: KnownUsers,
    /// Where in a page the one is who is asked about while nobody can be read: in each run another one.
    turn: usize,
    failed: BTreeMap<String, Unread>,
    users: usize,
    events: usize,
    gone: usize,
    odd: usize,
}

/// Users of whom something could not be read, for one reason.
#[derive(Debug, Default)]
struct Unread {
    number: usize,
    named: Vec<String>,
}

impl EventCollector {
    /// Collects the events of a pool from a time on; `now` ends the window, unless an earlier run is continued. If
    /// it is redacted, nothing that names a user is kept.
    pub fn new(pool: &str, since: Option<(&str, Timestamp)>, now: Timestamp, is_redacted: bool) -> Self {
        Self {
            pool: pool.to_owned(),
            job: Collection {
                command: command(pool, since.map(|(typed, _)| typed), is_redacted),
                since: since.map(|(_, at)| at),
                until: None,
                begun: now,
                alarm: None,
            },
            is_redacted,
            before: KnownUsers::default(),
            turn: usize::try_from(now.as_second()).unwrap_or_default(),
            failed: BTreeMap::new(),
            users: 0,
            events: 0,
            gone: 0,
            odd: 0,
        }
    }

    /// Takes a line of an earlier run; whether it is one. The user of a line that is none is read again.
    ///
    /// # Errors
    /// It is of another collection: in words.
    pub fn continue_from(&mut self, line: &[u8]) -> Result<bool, String> {
        let user = crate::json::value(line).ok();
        let user = user.and_then(|value| serde_json::from_value::<CollectedUser>(value).ok());
        let Some(user) = user else { return Ok(false) };
        self.job.continue_from(user.collection)?;
        if user.complete {
            self.before.insert(&user.username);
        }
        Ok(true)
    }

    /// What a user is kept by.
    fn key<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if self.is_redacted {
            hex::encode(Sha256::digest(name.as_bytes())).into()
        } else {
            name.into()
        }
    }

    /// Users who were read before.
    pub fn users_before(&self) -> usize {
        self.before.0.len()
    }

    /// Until when events are collected.
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
        let (mut seen, mut empty, mut is_failing, mut next) = (KnownUsers::default(), 0, false, None);
        loop {
            let page = match reader.users_page(&pool, next).await {
                Ok(page) => page,
                Err(error) => {
                    self.fail("further users", &format!("ListUsers: {error}"), None);
                    return Ok(());
                }
            };
            if let Some(odd) = page.odd {
                self.fail("users", &format!("ListUsers: {odd}"), None);
            }
            let mut users = page.items;
            users.retain(|user| seen.insert(&user.name));
            empty = if users.is_empty() { empty + 1 } else { 0 };
            users.retain(|user| !self.before.contains(&self.key(&user.name)));
            if !users.is_empty() {
                let Asked { is_read, is_off } = self.users(reader, users, is_failing, keep).await?;
                is_failing = !is_read;
                if is_off {
                    self.fail("further users", "not asked about", None);
                    return Ok(());
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(());
            }
            if empty >= MOST_EMPTY {
                let why = format!("ListUsers: {MOST_EMPTY} pages in a row without a new user");
                self.fail("further users", &why, None);
                return Ok(());
            }
        }
    }

    /// Reads the events of the users of a page. If nobody of the page before could be read, one user is tried first, and the
    /// others only if that one can be read.
    async fn users(
        &mut self,
        reader: &IncidentReader<'_>,
        mut users: Vec<UserEntry>,
        is_failing: bool,
        keep: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<Asked, String> {
        if is_failing {
            let turn = self.turn % users.len();
            self.turn += 1;
            users.swap(0, turn);
            let one = self.page(reader, &users[..1], keep).await?;
            users.swap_remove(0);
            if !one.is_read || users.is_empty() {
                for user in &users {
                    self.fail(
                        "events",
                        "not asked about, since nobody could be read",
                        Some(&user.name),
                    );
                }
                return Ok(one);
            }
        }
        self.page(reader, &users, keep).await
    }

    /// Reads the events of some users.
    async fn page(
        &mut self,
        reader: &IncidentReader<'_>,
        users: &[UserEntry],
        keep: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<Asked, String> {
        let (pool, since) = (self.pool.clone(), self.job.since);
        let since = since.unwrap_or(Timestamp::MIN);
        let asked = users
            .iter()
            .map(|user| reader.auth_events(&pool, &user.name, since));
        let found = join_all(asked).await;
        let (mut lines, mut result) = (Vec::new(), Asked::default());
        for (user, (mut events, error)) in users.iter().zip(found) {
            events.retain(|event| self.is_wanted(event));
            let fault = error.as_ref().map(|error| &error.fault);
            result.is_read |= matches!(fault, None | Some(Fault::NotFound));
            result.is_off |= fault == Some(&Fault::AddOnNotEnabled);
            if error.is_some() && events.is_empty() {
                self.failed(error, user);
                continue;
            }
            let line = self.line(user, events, error.is_none());
            self.failed(error, user);
            // A value of texts and lists has a text.
            lines.extend(serde_json::to_vec(&line).unwrap_or_default());
            lines.push(b'\n');
        }
        if !lines.is_empty() {
            keep(&lines)?;
        }
        result.is_off &= !result.is_read;
        Ok(result)
    }

    /// A user with events as a line, counted. A user of whose events something is not understood is read again by the next
    /// run.
    fn line(&mut self, user: &UserEntry, events: Vec<Value>, is_whole: bool) -> CollectedUser {
        let answer = serde_json::json!({
            "userPoolId": self.pool, "username": user.name, "sub": user.sub, "AuthEvents": events,
        });
        let mut hidden = Vec::new();
        let mut take = |event: &AuthEvent| {
            let mut event = event.clone();
            events::redact(&mut event);
            // What was written just now can be read.
            hidden.extend(crate::json::value(&events::write(&event)));
        };
        let tally = events::read_answer("AdminListUserAuthEvents", &answer, &mut take, &mut |_| ());
        let odd = missing(&events, tally.events);
        let complete = is_whole && odd == 0;
        self.users += usize::from(complete);
        self.events += events.len() - odd;
        self.odd += odd;
        let (answer, events) = if self.is_redacted {
            (None, Some(hidden))
        } else {
            (Some(events), None)
        };
        CollectedUser {
            pool: self.pool.clone(),
            username: self.key(&user.name).into_owned(),
            sub: user.sub.clone().filter(|_| !self.is_redacted),
            complete,
            collection: self.job.clone(),
            answer,
            events,
        }
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

    fn failed(&mut self, error: Option<CallError>, user: &UserEntry) {
        let Some(error) = error else { return };
        let why = match error.fault {
            Fault::NotFound => {
                self.gone += 1;
                return;
            }
            Fault::AddOnNotEnabled => "threat protection is OFF, so that there are no events".to_owned(),
            Fault::Failed(_) => error.to_string(),
        };
        let why = format!("AdminListUserAuthEvents: {why}");
        self.fail("events", &why, Some(&user.name));
    }

    fn fail(&mut self, what: &str, why: &str, user: Option<&str>) {
        let unread = self.failed.entry(format!("{what}: {why}")).or_default();
        unread.number += 1;
        let hide = |name: &str| {
            if self.is_redacted {
                pseudonym(name)
            } else {
                name.to_owned()
            }
        };
        unread
            .named
            .extend(user.filter(|_| unread.named.len() < MOST_NAMED).map(hide));
    }

    /// What was read in this run, a line each.
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
    pub fn unread(&self) -> Vec<String> {
        let line = |(why, unread): (&String, &Unread)| {
            let mut named = unread.named.clone();
            let more = unread.number - named.len();
            match (named.is_empty(), unread.number) {
                (true, 1) => return why.clone(),
                (true, many) => return format!("{why} ({many} times)"),
                _ => {}
            }
            named.extend((more > 0).then(|| format!("{more} more")));
            let users = text::count(unread.number, "user", "users");
            format!("{why} ({users}: {})", text::join_words(&named))
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
                command: command(pool, since, false),
                since: since.map(at),
                until: None,
                begun: at("2026-11-01T00:00:00Z"),
                alarm: None,
            },
            answer: Some(Vec::new()),
            events: None,
        };
        serde_json::to_string(&user).unwrap()
    }

    /// An earlier run is continued and another one is not.
    #[test]
    fn only_same_run_is_continued() {
        let new = || EventCollector::new("p", None, at("2026-11-27T00:00:00Z"), false);
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
        let mut redacted = EventCollector::new("p", None, at("2026-11-27T00:00:00Z"), true);
        assert!(
            redacted
                .continue_from(line("p", None, "alice", true).as_bytes())
                .is_err()
        );
    }

    #[test]
    fn the_window_ends_when_the_first_run_began() {
        let now = at("2026-11-01T00:00:00Z");
        let since = Some(("57w", at("2026-10-01T00:00:00Z")));
        let collector = EventCollector::new("p", since, now, false);
        let wanted = |value: Value| collector.is_wanted(&serde_json::json!({ "CreationDate": value }));
        let seconds = |text: &str| Value::from(at(text).as_second());
        assert!(wanted(seconds("2026-10-01T00:00:00Z")) && wanted(seconds("2026-11-01T00:00:00Z")));
        assert!(!wanted(seconds("2026-09-30T23:59:59Z")) && !wanted(seconds("2026-11-01T00:00:01Z")));
        assert!(wanted(Value::Null), "one without a time is kept");
    }
}
