//! `investigate` over AWS: alarm, window, CloudTrail, users, their events.

use std::collections::BTreeMap;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::app::investigate::InvestigateSettings;
use crate::aws::Operation;
use crate::aws::error::{CallError, Fault};
use crate::aws::port::{AlarmChange, UserEntry};
use crate::aws::write::NamedAlarm;
use crate::events::{self, Stranger};
use crate::ident::{is_pseudonym, pseudonym};
use crate::investigate::{InvestigationScope, Investigator};
use crate::model::event::AuthEvent;
use crate::observe::live::IncidentReader;
use crate::report::NotChecked;
use crate::text;

/// The period of an alarm whose history does not say it, in seconds.
const USUAL_PERIOD: i64 = 300;

/// What to read.
#[derive(Clone, Debug)]
pub struct LiveInvestigation {
    /// What is asked.
    pub scope: InvestigationScope,
    /// The alarm that gives the window.
    pub alarm: Option<String>,
    /// Most users whose events are read.
    pub max_users: usize,
    /// The time.
    pub now: Timestamp,
}

/// What was read.
#[derive(Debug)]
pub struct LiveRecords {
    /// It, ready to be joined.
    pub investigator: Investigator,
    /// The alarm and its breach, for people.
    pub alarm: Option<String>,
    /// What was read, a line each.
    pub lines: Vec<String>,
    /// What could not be read, or was left out.
    pub not_checked: Vec<NotChecked>,
}

/// Reads it all. `say` is told before each part how many calls it takes.
///
/// # Errors
/// The alarm is not there, is of another pool, or was never in state ALARM: in a sentence.
pub async fn collect(
    reader: &IncidentReader<'_>,
    mut job: LiveInvestigation,
    settings: &InvestigateSettings,
    say: &dyn Fn(&str),
) -> Result<LiveRecords, String> {
    let mut records = LiveRecords {
        investigator: settings.investigator(job.scope.clone()),
        alarm: None,
        lines: Vec::new(),
        not_checked: Vec::new(),
    };
    if let Some(name) = job.alarm.take() {
        match breach(reader, &name, &job.scope.pool).await? {
            Ok(found) => {
                job.scope.since = job.scope.since.or(Some(found.since));
                job.scope.until = job.scope.until.or(Some(found.until.min(job.now)));
                records.alarm = Some(format!("{name}: {}", found.words));
            }
            Err(error) => {
                let what = format!("history of alarm {name}");
                records
                    .not_checked
                    .push(NotChecked::failed(what, error.to_string()));
                return Ok(records);
            }
        }
    }
    let until = job.scope.until.unwrap_or(job.now);
    job.scope.until = Some(until);
    let Some(since) = job.scope.since else {
        return Err("say when: --alarm NAME, or --since TIME".to_owned());
    };
    records.investigator = settings.investigator(job.scope.clone());
    say(&format!(
        "reading CloudTrail from {since:.0} to {until:.0}: one call per 50 records, {} calls a second",
        per_second(Operation::LookupEvents)
    ));
    let (found, error) = reader.records(since, until).await;
    records.lines.push(format!(
        "CloudTrail: {}",
        text::count(found.len(), "record", "records")
    ));
    if let Some(error) = error {
        let why = format!("LookupEvents: {error}; older records of the window are not there");
        records.not_checked.push(NotChecked::failed("CloudTrail", why));
    }
    // CloudTrail has all pools of the region.
    records.investigator.shares_records();
    let odd = take_trail(&mut records.investigator, &found);
    let odd = not_understood("CloudTrail".to_owned(), odd, ["record was", "records were"]);
    records.not_checked.extend(odd);
    users(reader, &job, since, &mut records, say).await;
    Ok(records)
}

/// When an alarm was in state ALARM.
struct Breach {
    since: Timestamp,
    until: Timestamp,
    words: String,
}

/// The last time that an alarm went to ALARM: from the beginning of what it judged, and a period more on each side.
///
/// # Errors
/// The outer one is about the alarm itself; the inner one is a call without an answer.
async fn breach(
    reader: &IncidentReader<'_>,
    name: &str,
    pool: &str,
) -> Result<Result<Breach, CallError>, String> {
    let alarm = match reader.alarm(name).await {
        Ok(alarm) => alarm,
        Err(error) => return Ok(Err(error)),
    };
    let mut period = USUAL_PERIOD;
    match alarm {
        NamedAlarm::Free => return Err(format!("there is no alarm `{name}` in the pool's region")),
        NamedAlarm::OfMetric(alarm) => {
            let watched = alarm.dimensions.get("UserPoolId");
            if let Some(other) = watched.filter(|watched| *watched != pool) {
                return Err(format!("alarm `{name}` watches pool {other}, not {pool}"));
            }
            period = i64::from(alarm.period).max(1);
        }
        NamedAlarm::Other => {}
    }
    let (changes, error) = reader.changes(name).await;
    let Some(change) = changes.iter().find(|change| is_breach(change)) else {
        return match error {
            Some(error) => Ok(Err(error)),
            None => Err(format!(
                "alarm `{name}` has no change to ALARM in its history: use --since TIME"
            )),
        };
    };
    let reason = change
        .data
        .as_ref()
        .and_then(|data| data.pointer("/newState/stateReasonData"));
    let number = |name: &str| reason.and_then(|data| data.get(name)?.as_i64());
    let period = SignedDuration::from_secs(number("period").unwrap_or(period).max(1));
    let started = reason.and_then(|data| moment(data.get("startDate")?.as_str()?));
    let started = started.unwrap_or(change.at).min(change.at - period);
    Ok(Ok(Breach {
        since: started - period,
        until: change.at + period,
        words: format!("ALARM at {:.0}, period {} s", change.at, period.as_secs()),
    }))
}

/// Whether a change went to ALARM. The form of the data is not documented.
fn is_breach(change: &AlarmChange) -> bool {
    let state = change
        .data
        .as_ref()
        .and_then(|data| data.pointer("/newState/stateValue"));
    state.and_then(Value::as_str) == Some("ALARM")
}

/// A time as CloudWatch writes it in such data: `2026-11-27T08:00:00.000+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    text.replace("+0000", "Z").parse().ok()
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
pub(super) fn missing(found: &[Value], taken: u64) -> usize {
    found
        .len()
        .saturating_sub(usize::try_from(taken).unwrap_or(usize::MAX))
}

/// Says that some of what came was not understood: it is not "nothing happened".
fn not_understood(of: String, number: usize, [one, many]: [&str; 2]) -> Option<NotChecked> {
    let why = format!("{} not understood", text::count(number, one, many));
    (number > 0).then(|| NotChecked::failed(of, why))
}

/// A user that was asked about.
struct Asked {
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
    let mut wanted = wanted(job, records);
    let more = wanted.len().saturating_sub(job.max_users);
    wanted.truncate(job.max_users);
    records.not_checked.extend(left_out(more, job.max_users));
    if job.scope.user.is_none() {
        wanted.extend(of_the_pool(reader, job, records, job.max_users - wanted.len()).await);
    }
    say(&format!(
        "reading {}: at least {}, {}",
        text::count(wanted.len(), "user", "users"),
        text::count(wanted.len() * 2, "call", "calls"),
        user_limits(),
    ));
    let asked = wanted.iter().map(|sub| ask(reader, &job.scope.pool, sub, since));
    let mut events = 0;
    let mut failed: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
    for one in join_all(asked).await {
        for (operation, error) in one.errors {
            let key = (error.fault == Fault::NotFound, words(operation, &error));
            failed.entry(key).or_default().push(one.sub.clone());
        }
        let Some(user) = one.user else { continue };
        let sub = user.sub.clone().unwrap_or_else(|| one.sub.clone());
        records
            .investigator
            .add_user(&sub, &user.name, user.status.as_deref());
        let odd = take_events(&mut records.investigator, &job.scope.pool, &user, &one.events);
        events += one.events.len() - odd;
        let odd = not_understood(
            format!("user {}", one.sub),
            odd,
            ["auth event was", "auth events were"],
        );
        records.not_checked.extend(odd);
    }
    records.lines.push(format!(
        "{} asked about: {}",
        text::count(wanted.len(), "user", "users"),
        text::count(events, "auth event", "auth events")
    ));
    for ((is_gone, why), subs) in failed {
        let what = match subs.as_slice() {
            [one] => format!("user {one}"),
            many => text::count(many.len(), "user", "users"),
        };
        records.not_checked.push(NotChecked {
            what,
            why,
            failed: !is_gone,
            brief: None,
        });
    }
}

/// Those users of clients that the pool does not have today whom the pool has: as many as are still to be asked about.
async fn of_the_pool(
    reader: &IncidentReader<'_>,
    job: &LiveInvestigation,
    records: &mut LiveRecords,
    room: usize,
) -> Vec<String> {
    let mut subs = records.investigator.unlisted_subs();
    let more = subs.len().saturating_sub(room);
    subs.truncate(room);
    records.not_checked.extend(left_out(more, job.max_users));
    let pool = &job.scope.pool;
    let asked = subs.iter().map(|sub| async move {
        let (found, error) = reader.users(pool, &filter("sub", sub)).await;
        (!found.is_empty(), error)
    });
    let mut own = Vec::new();
    for (sub, (is_own, error)) in subs.iter().zip(join_all(asked).await) {
        if is_own {
            own.push(sub.clone());
        }
        if let Some(error) = error {
            let why = words("ListUsers", &error);
            records
                .not_checked
                .push(NotChecked::failed(format!("user {sub}"), why));
        }
    }
    own
}

/// The quota of an operation; at least one call a second.
#[must_use]
pub fn per_second(operation: Operation) -> u32 {
    operation.category().per_second().unwrap_or(1)
}

/// How fast users and their events are read at most.
#[must_use]
pub fn user_limits() -> String {
    let [users, events] = Operation::USER_READS.map(|operation| (operation, per_second(operation)));
    format!(
        "at most {} a second of {} and {} of {}",
        users.1,
        users.0.as_str(),
        events.1,
        events.0.as_str()
    )
}

/// A filter of `ListUsers`.
fn filter(attribute: &str, text: &str) -> String {
    format!(
        "{attribute} = \"{}\"",
        text.replace('\\', "\\\\").replace('"', "\\\"")
    )
}

fn words(operation: &str, error: &CallError) -> String {
    match error.fault {
        Fault::AddOnNotEnabled => format!(
            "{operation}: threat protection is OFF, so that there are no events; CloudTrail alone says what happened"
        ),
        Fault::NotFound => format!("{operation}: there is no such user any more"),
        Fault::Failed(_) => format!("{operation}: {error}"),
    }
}

/// Looks a user up by sub, else by name, and reads the events.
async fn ask(reader: &IncidentReader<'_>, pool: &str, sub: &str, since: Timestamp) -> Asked {
    let mut asked = Asked {
        sub: sub.to_owned(),
        user: None,
        events: Vec::new(),
        errors: Vec::new(),
    };
    for attribute in ["sub", "username"] {
        let (found, error) = reader.users(pool, &filter(attribute, sub)).await;
        asked.errors.extend(error.map(|error| ("ListUsers", error)));
        asked.user = found.into_iter().next();
        if asked.user.is_some() || !asked.errors.is_empty() {
            break;
        }
    }
    let name = match &asked.user {
        Some(user) => user.name.clone(),
        // The sub of a local user is taken for a name where nobody else has it.
        None => sub.to_owned(),
    };
    let (events, error) = reader.auth_events(pool, &name, since).await;
    asked.events = events;
    asked
        .errors
        .extend(error.map(|error| ("AdminListUserAuthEvents", error)));
    if asked.user.is_none() && !asked.events.is_empty() {
        asked.user = Some(UserEntry {
            name: sub.to_owned(),
            sub: Some(sub.to_owned()),
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
