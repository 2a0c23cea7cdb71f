//! `investigate` over AWS: alarm, window, CloudTrail, users, their events.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::app::collection::Collection;
use crate::app::investigate::InvestigateSettings;
use crate::aws::Operation;
use crate::aws::error::{CallError, Fault};
use crate::aws::port::UserEntry;
use crate::events::{self, Stranger};
use crate::ident::{is_pseudonym, pseudonym};
use crate::investigate::{InvestigationScope, Investigator, UnreadUsers};
use crate::model::event::AuthEvent;
use crate::observe::live::IncidentReader;
use crate::report::NotChecked;
use crate::text;

/// How long CloudTrail keeps records, and how long a record may take to be there as a rule (docs/facts.md, "Events").
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
const LATE: SignedDuration = SignedDuration::from_mins(10);

/// What to read.
#[derive(Clone, Debug)]
pub struct LiveInvestigation {
    /// What is asked, without the window.
    pub scope: InvestigationScope,
    /// The window.
    pub collection: Collection,
    /// Most users whose events are read.
    pub max_users: usize,
}

/// What was read.
#[derive(Debug)]
pub struct LiveRecords {
    /// It, ready to be joined.
    pub investigator: Investigator,
    /// What was read, a line each.
    pub lines: Vec<String>,
    /// What to know of it, a line each.
    pub notes: Vec<String>,
    /// What could not be read, or was left out.
    pub not_checked: Vec<NotChecked>,
    /// What of users could not be read, or is not there.
    pub unread_users: Vec<UnreadUsers>,
    /// Users who were asked about: what is said may name them.
    pub mentioned: BTreeSet<String>,
    /// Whether every call was answered, so that reading again would find nothing more.
    pub is_whole: bool,
    /// Whether it is certain that the pool has no such user as was asked for.
    pub is_nobody: bool,
}

impl LiveRecords {
    /// Nothing but what to say of it.
    fn new(investigator: Investigator) -> Self {
        Self {
            investigator,
            lines: Vec::new(),
            notes: Vec::new(),
            not_checked: Vec::new(),
            unread_users: Vec::new(),
            mentioned: BTreeSet::new(),
            is_whole: true,
            is_nobody: false,
        }
    }

    /// What is known without a window.
    pub fn of_nothing(investigator: Investigator, unread: NotChecked) -> Self {
        Self {
            not_checked: vec![unread],
            is_whole: false,
            ..Self::new(investigator)
        }
    }

    /// Notes what a call did not answer.
    fn fail(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.not_checked.push(NotChecked::failed(what, why));
        self.is_whole = false;
    }
}

/// Reads it all. `say` is told before each part how many calls it takes.
pub async fn collect(
    reader: &IncidentReader<'_>,
    mut job: LiveInvestigation,
    settings: &InvestigateSettings,
    say: &dyn Fn(&str),
) -> LiveRecords {
    let (since, until) = (
        job.collection.since.unwrap_or(Timestamp::MIN),
        job.collection.end(),
    );
    (job.scope.since, job.scope.until) = (Some(since), Some(until));
    let mut records = LiveRecords::new(settings.investigator(job.scope.clone()));
    limits(&job.collection, &mut records);
    say(&format!(
        "reading CloudTrail from {since:.0} to {until:.0}: one call per 50 records, {} calls a second",
        per_second(Operation::LookupEvents)
    ));
    // AWS answers with an error to a window of which it keeps nothing; `limits` has said why.
    let is_kept = until > job.collection.begun - KEPT;
    let (found, error) = if is_kept {
        reader.records(since, until).await
    } else {
        (Vec::new(), None)
    };
    records.lines.push(format!(
        "CloudTrail: {}",
        text::count(found.len(), "record", "records")
    ));
    if let Some(error) = error {
        let why = format!("LookupEvents: {error}; older records of the window are not there");
        records.fail("CloudTrail", why);
    }
    // CloudTrail has all pools of the region.
    records.investigator.shares_records();
    let odd = take_trail(&mut records.investigator, &found);
    let odd = not_understood(odd, ["record was", "records were"]);
    let odd = odd.map(|why| NotChecked::failed("CloudTrail", why));
    records.not_checked.extend(odd);
    users(reader, &job, since, &mut records, say).await;
    records
}

/// What CloudTrail cannot have of a window: what is too old for it, and what is too new.
fn limits(collection: &Collection, records: &mut LiveRecords) {
    let oldest = collection.begun - KEPT;
    if collection.since.is_some_and(|since| since < oldest) {
        let why = format!(
            "it keeps 90 days, so nothing is known from before {oldest:.0}: --trail FILES reads what a trail wrote to S3"
        );
        records.not_checked.push(NotChecked::failed("CloudTrail", why));
    }
    if collection.begun - LATE < collection.end() {
        let words = "CloudTrail has records minutes after the request: the last ones may be missing, so run it again later";
        records.notes.push(words.to_owned());
    }
}

/// Takes records; how many were not understood.
fn take_trail(investigator: &mut Investigator, records: &[Value]) -> usize {
    let answer = json!({ "Records": records });
    let mut trail = |record: &_| investigator.add_record(record);
    let tally = events::read_answer("CloudTrail", &answer, &mut |_| (), &mut trail);
    let others = tally.strangers.get(&Stranger::OtherService).copied();
    missing(records, tally.trail + others.unwrap_or_default())
}

/// Takes a user's events; how many were not understood.
fn take_events(investigator: &mut Investigator, pool: &str, user: &UserEntry, found: &[Value]) -> usize {
    let answer = json!({ "userPoolId": pool, "username": user.name, "sub": user.sub, "AuthEvents": found });
    let mut take = |event: &AuthEvent| investigator.add_event(event);
    let tally = events::read_answer("AdminListUserAuthEvents", &answer, &mut take, &mut |_| ());
    missing(found, tally.events)
}

/// How many of these were not taken.
pub(in crate::app) fn missing(found: &[Value], taken: u64) -> usize {
    found
        .len()
        .saturating_sub(usize::try_from(taken).unwrap_or(usize::MAX))
}

/// Says that some of what came was not understood: it is not "nothing happened".
fn not_understood(number: usize, [one, many]: [&str; 2]) -> Option<String> {
    let why = format!("{} not understood", text::count(number, one, many));
    (number > 0).then_some(why)
}

/// Why something is not there, and AWS's words.
type Words = (String, Option<String>);

/// A user that is asked about.
struct Asked {
    /// The sub, or what was typed.
    sub: String,
    user: Option<UserEntry>,
    events: Vec<Value>,
    errors: Vec<(&'static str, CallError)>,
}

/// Whom to ask about. AWS does not know pseudonyms: one is looked for among the subs that CloudTrail has.
fn wanted(job: &LiveInvestigation, records: &mut LiveRecords) -> Vec<String> {
    let Some(user) = &job.scope.user else {
        return records.investigator.subs();
    };
    if !is_pseudonym(user) {
        return vec![user.clone()];
    }
    let mut subs = records.investigator.subs();
    subs.retain(|sub| pseudonym(sub) == *user);
    if subs.is_empty() {
        let why = "a pseudonym, and CloudTrail has nobody of it in the window: give the sub or the name";
        let unread = NotChecked::failed(format!("user {user}"), why);
        records.not_checked.push(unread);
    }
    subs
}

/// Says that there was no room for some users.
fn left_out(more: usize, most: usize) -> Option<NotChecked> {
    let what = text::count(more, "more user", "more users");
    let why = format!("their events are not read: --max-users {most} reads those who matter most");
    (more > 0).then(|| NotChecked::left_out(what, why))
}

/// The users of the window, or the one that was asked for, with their events.
async fn users(
    reader: &IncidentReader<'_>,
    job: &LiveInvestigation,
    since: Timestamp,
    records: &mut LiveRecords,
    say: &dyn Fn(&str),
) {
    let mut subs = wanted(job, records);
    let more = subs.len().saturating_sub(job.max_users);
    subs.truncate(job.max_users);
    records.mentioned.extend(subs.iter().cloned());
    records.not_checked.extend(left_out(more, job.max_users));
    let room = job.max_users - subs.len();
    let mut wanted: Vec<(String, Option<UserEntry>)> = subs.into_iter().map(|sub| (sub, None)).collect();
    if job.scope.user.is_none() {
        wanted.extend(of_the_pool(reader, job, records, room).await);
    }
    if !wanted.is_empty() {
        say(&format!(
            "reading {}: at least {}, {}",
            text::count(wanted.len(), "user", "users"),
            text::count(wanted.len() * 2, "call", "calls"),
            user_limits(),
        ));
    }
    let number = wanted.len();
    let asked = wanted
        .into_iter()
        .map(|(sub, known)| ask(reader, &job.scope.pool, sub, known, since));
    let mut events = 0;
    let mut failed = BTreeMap::new();
    for one in join_all(asked).await {
        events += take_user(job, records, one, &mut failed);
    }
    records.lines.push(format!(
        "{} asked about: {}",
        text::count(number, "user", "users"),
        text::count(events, "auth event", "auth events")
    ));
    for ((failed, (why, detail)), users) in failed {
        records.unread_users.push(UnreadUsers {
            users,
            why,
            detail,
            failed,
        });
    }
}

/// Takes what came of one user; how many events. Failures are put together by what failed.
fn take_user(
    job: &LiveInvestigation,
    records: &mut LiveRecords,
    one: Asked,
    failed: &mut BTreeMap<(bool, Words), Vec<String>>,
) -> usize {
    if job.scope.user.is_some() && one.user.is_none() {
        let are_answers = one.errors.iter().all(|(_, error)| is_answer(error));
        records.is_nobody = !one.errors.is_empty() && are_answers;
    }
    for (operation, error) in one.errors {
        let is_failure = !is_answer(&error);
        records.is_whole &= !is_failure;
        let key = (is_failure, words(operation, &error));
        failed.entry(key).or_default().push(one.sub.clone());
    }
    let Some(user) = one.user else { return 0 };
    records.mentioned.insert(user.name.clone());
    let sub = user.sub.clone().unwrap_or_else(|| one.sub.clone());
    records
        .investigator
        .add_user(&sub, &user.name, user.status.as_deref());
    let odd = take_events(&mut records.investigator, &job.scope.pool, &user, &one.events);
    let why = not_understood(odd, ["auth event was", "auth events were"]);
    records.unread_users.extend(why.map(|why| UnreadUsers {
        users: vec![one.sub],
        why,
        detail: None,
        failed: true,
    }));
    one.events.len() - odd
}

/// Whether asking again would not change anything: there is no such user, or the pool has no events of anybody.
fn is_answer(error: &CallError) -> bool {
    matches!(error.fault, Fault::NotFound | Fault::AddOnNotEnabled)
}

/// Those users of clients that the pool does not have today whom the pool has: as many as are still to be asked about.
async fn of_the_pool(
    reader: &IncidentReader<'_>,
    job: &LiveInvestigation,
    records: &mut LiveRecords,
    room: usize,
) -> Vec<(String, Option<UserEntry>)> {
    let mut subs = records.investigator.unlisted_subs();
    let more = subs.len().saturating_sub(room);
    subs.truncate(room);
    records.mentioned.extend(subs.iter().cloned());
    records.not_checked.extend(left_out(more, job.max_users));
    let pool = &job.scope.pool;
    let asked = subs
        .iter()
        .map(|sub| async move { reader.users(pool, &filter("sub", sub)).await });
    let mut own = Vec::new();
    for (sub, (found, error)) in subs.iter().zip(join_all(asked).await) {
        if let Some(user) = found.into_iter().next() {
            own.push((sub.clone(), Some(user)));
        }
        if let Some(error) = error {
            let (why, detail) = words("ListUsers", &error);
            records.is_whole = false;
            records.unread_users.push(UnreadUsers {
                users: vec![sub.clone()],
                why,
                detail,
                failed: true,
            });
        }
    }
    own
}

/// The quota of an operation; at least one call a second.
pub fn per_second(operation: Operation) -> u32 {
    operation.category().per_second().unwrap_or(1)
}

/// How fast users and their events are read at most.
pub fn user_limits() -> String {
    let (users, events) = (Operation::ListUsers, Operation::AdminListUserAuthEvents);
    format!(
        "at most {} a second of {} and {} of {}",
        per_second(users),
        users.as_str(),
        per_second(events),
        events.as_str()
    )
}

/// A filter of `ListUsers`.
fn filter(attribute: &str, text: &str) -> String {
    format!(
        "{attribute} = \"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

/// Why there is no answer, and AWS's words where these say more.
fn words(operation: &str, error: &CallError) -> Words {
    match error.fault {
        Fault::AddOnNotEnabled => {
            let why =
                "threat protection is OFF, so that there are no events; CloudTrail alone says what happened";
            (format!("{operation}: {why}"), None)
        }
        Fault::NotFound => (format!("{operation}: there is no such user"), None),
        Fault::Failed(failure) => (
            format!("{operation}: {}", failure.label()),
            Some(error.detail.clone()),
        ),
    }
}

/// Looks a user up by sub, else by name, unless that was done, and reads the events.
async fn ask(
    reader: &IncidentReader<'_>,
    pool: &str,
    sub: String,
    known: Option<UserEntry>,
    since: Timestamp,
) -> Asked {
    let mut asked = Asked {
        sub,
        user: known,
        events: Vec::new(),
        errors: Vec::new(),
    };
    let sub = asked.sub.clone();
    for attribute in ["sub", "username"] {
        if asked.user.is_some() || !asked.errors.is_empty() {
            break;
        }
        let (found, error) = reader.users(pool, &filter(attribute, &sub)).await;
        asked.errors.extend(error.map(|error| ("ListUsers", error)));
        asked.user = found.into_iter().next();
    }
    let name = match &asked.user {
        Some(user) => user.name.clone(),
        // The sub of a local user is taken for a name where nobody else has it.
        None => sub.clone(),
    };
    let (events, error) = reader.auth_events(pool, &name, since).await;
    asked.events = events;
    asked
        .errors
        .extend(error.map(|error| ("AdminListUserAuthEvents", error)));
    if asked.user.is_none() && !asked.events.is_empty() {
        asked.user = Some(UserEntry {
            name: sub.clone(),
            sub: Some(sub),
            status: None,
        });
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_counted() {
        let mut investigator = Investigator::new(InvestigationScope::default(), None);
        let record = json!({ "eventSource": "cognito-idp.amazonaws.com", "eventName": "InitiateAuth" });
        let other = json!({ "eventSource": "s3.amazonaws.com", "eventName": "GetObject" });
        let odd = take_trail(&mut investigator, &[record, other, json!("x"), json!(5)]);
        assert_eq!(odd, 2);
        let user = UserEntry {
            name: "alice".to_owned(),
            sub: None,
            status: None,
        };
        let event = json!({ "EventId": "e", "EventType": "SignIn" });
        assert_eq!(
            take_events(&mut investigator, "p", &user, &[event, json!("x")]),
            1
        );
    }
}
