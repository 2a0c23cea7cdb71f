//! `investigate feedback`: says of recorded events whether it was the user, one call for each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::aws::error::{CallError, Fault};
use crate::aws::write::{Effect, WriteError, WritePort, Written};
use crate::events;
use crate::ident::pseudonym;
use crate::journal::{Begin, Close, End, Journal, Outcome};
use crate::model::event::{AuthEvent, FeedbackValue, Spelling};
use crate::model::observed::Failure;
use crate::observe::live::{IncidentReader, Stop};
use crate::report::FeedbackOutcome::{AlreadyThere, Failed, Given, NotSeen, NotTried, Unknown};
use crate::report::{FeedbackEnding, FeedbackEvent, FeedbackOutcome, FeedbackSection};

/// The operation, for journals and messages.
pub const OPERATION: &str = "AdminUpdateAuthEventFeedback";

/// What a journal calls such a run.
pub const COMMAND: &str = "feedback";

/// An event of a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedbackTarget {
    /// The user's name, or the sub of a local user. Hostile text.
    pub user: String,
    /// Event id. Hostile text.
    pub event: String,
}

/// An event as it is now.
#[derive(Clone, Debug)]
pub struct FeedbackPlan {
    /// Which one.
    pub target: FeedbackTarget,
    /// It.
    pub event: AuthEvent,
    /// Whether it has this feedback already.
    pub is_there: bool,
}

/// An event that is not there, or could not be read.
#[derive(Clone, Debug)]
pub struct MissingEvent {
    pool: String,
    target: FeedbackTarget,
    error: Option<CallError>,
}

impl MissingEvent {
    /// Whether it could not be read.
    pub fn is_failure(&self) -> bool {
        let error = self.error.as_ref();
        error.is_some_and(|error| error.fault != Fault::NotFound)
    }

    /// Why. Hostile text.
    pub fn words(&self) -> String {
        let detail = self.error.as_ref().map(CallError::to_string);
        self.of(&self.target.user, detail.as_deref())
    }

    /// The same with a pseudonym, and without AWS's words, which may name somebody.
    pub fn redacted(&self) -> String {
        let failure = self.error.as_ref().map(|error| error.failure().label());
        self.of(&pseudonym(&self.target.user), failure)
    }

    fn of(&self, user: &str, error: Option<&str>) -> String {
        let Self { pool, target, .. } = self;
        match error {
            Some(error) if self.is_failure() => format!("events of user `{user}` could not be read: {error}"),
            Some(_) => format!(
                "pool {pool} has no user `{user}`: give the name as the pool has it, or the sub of a local user"
            ),
            None => format!(
                "user `{user}` has no event `{}`: `cogward investigate` shows the ids",
                target.event
            ),
        }
    }
}

/// What became of one event, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackEnd {
    /// What became of it.
    pub outcome: FeedbackOutcome,
    /// Why; the word that was given, if it was. AWS's words in it may name somebody. Hostile text.
    pub why: Option<String>,
    /// The same without AWS's words.
    pub why_redacted: Option<String>,
}

impl FeedbackEnd {
    /// For a reason in words of our own.
    fn of(outcome: FeedbackOutcome, why: &str) -> Self {
        Self {
            outcome,
            why: Some(why.to_owned()),
            why_redacted: Some(why.to_owned()),
        }
    }

    /// For AWS's error, and what follows it.
    fn failed(outcome: FeedbackOutcome, error: &WriteError, after: &str) -> Self {
        Self {
            outcome,
            why: Some(format!("{error}{after}")),
            why_redacted: Some(format!("{}{after}", error.error.failure().label())),
        }
    }

    fn without_reason(outcome: FeedbackOutcome) -> Self {
        Self {
            outcome,
            why: None,
            why_redacted: None,
        }
    }
}

/// What is to be given, for a report; `words` says what an event is.
pub fn section(
    pool: &str,
    plans: &[FeedbackPlan],
    value: FeedbackValue,
    words: &dyn Fn(&AuthEvent) -> String,
) -> FeedbackSection {
    let event = |plan: &FeedbackPlan| FeedbackEvent {
        user: plan.target.user.clone(),
        event: plan.target.event.clone(),
        at: plan.event.at,
        words: words(&plan.event),
        before: plan
            .event
            .feedback
            .as_ref()
            .map(|feedback| feedback.value.text().unwrap_or("unknown").to_owned()),
        outcome: None,
        detail: None,
        detail_redacted: None,
    };
    FeedbackSection {
        pool: pool.to_owned(),
        value: value.as_str(),
        means: match value {
            FeedbackValue::Valid => "this was the user, a false positive. Cognito trusts such sign-ins more",
            FeedbackValue::Invalid => "this was not the user, or the risk was rated too low",
        },
        ending: if plans.iter().all(|plan| plan.is_there) {
            FeedbackEnding::UpToDate
        } else {
            FeedbackEnding::DryRun
        },
        refused: None,
        refused_redacted: None,
        redacted: false,
        events: plans.iter().map(event).collect(),
        journal: None,
    }
}

/// Notes what became of each event.
pub fn ended(section: &mut FeedbackSection, ends: Vec<FeedbackEnd>, journal: String) {
    section.ending = FeedbackEnding::CarriedOut;
    section.journal = Some(journal);
    for (event, end) in section.events.iter_mut().zip(ends) {
        event.outcome = Some(end.outcome);
        (event.detail, event.detail_redacted) = (end.why, end.why_redacted);
    }
}

/// Where feedback is given.
#[derive(Clone, Debug)]
pub struct FeedbackPlace {
    /// Pool id.
    pub pool: String,
    /// Region.
    pub region: String,
    /// Account id, where it is known.
    pub account: Option<String>,
}

/// Digest of what is to be given: what the journal keeps as the plan's.
pub fn digest(pool: &str, plans: &[FeedbackPlan], value: FeedbackValue) -> String {
    let mut hash = Sha256::new();
    for plan in plans {
        hash.update(json!([pool, plan.target.user, plan.target.event, value.as_str()]).to_string());
    }
    hex::encode(hash.finalize())
}

/// Reads the events that feedback is meant for, user by user.
///
/// # Errors
/// An event is not there, or could not be read.
pub async fn present(
    reader: &IncidentReader<'_>,
    pool: &str,
    targets: &[FeedbackTarget],
    value: FeedbackValue,
) -> Result<Vec<FeedbackPlan>, MissingEvent> {
    let mut by_user: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for target in targets {
        by_user.entry(&target.user).or_default().push(&target.event);
    }
    let mut plans = Vec::new();
    for (user, wanted) in by_user {
        let (found, error) = of_user(reader, pool, user, &wanted).await;
        for id in wanted {
            let Some(event) = found.get(id) else {
                return Err(MissingEvent {
                    pool: pool.to_owned(),
                    target: FeedbackTarget {
                        user: user.to_owned(),
                        event: id.to_owned(),
                    },
                    error,
                });
            };
            plans.push(FeedbackPlan {
                target: FeedbackTarget {
                    user: user.to_owned(),
                    event: id.to_owned(),
                },
                is_there: has(event, value),
                event: event.clone(),
            });
        }
    }
    Ok(plans)
}

fn has(event: &AuthEvent, value: FeedbackValue) -> bool {
    let known = event
        .feedback
        .as_ref()
        .and_then(|feedback| feedback.value.known());
    known == Some(value)
}

/// Events of a user by id, as far as the wanted ones go.
async fn of_user(
    reader: &IncidentReader<'_>,
    pool: &str,
    user: &str,
    wanted: &[&str],
) -> (BTreeMap<String, AuthEvent>, Option<CallError>) {
    let (found, error) = reader.events_with(pool, user, wanted).await;
    let answer = json!({ "userPoolId": pool, "username": user, "AuthEvents": found });
    let mut events = BTreeMap::new();
    let mut take = |event: &AuthEvent| {
        if let Some(id) = &event.id {
            events.insert(id.clone(), event.clone());
        }
    };
    let tally = events::read_answer(OPERATION, &answer, &mut take, &mut |_| ());
    // The event may be among those that were not understood.
    let odd = usize::try_from(tally.events).is_ok_and(|taken| taken < found.len());
    let odd = odd.then(|| CallError::failed(Failure::NotUnderstood, "some of them were not understood"));
    let error = error.or(odd);
    (events, error)
}

/// What gives feedback.
pub struct FeedbackRun<'a> {
    /// What reads.
    pub reader: IncidentReader<'a>,
    /// What writes.
    pub writer: &'a dyn WritePort,
    /// Where.
    pub place: &'a FeedbackPlace,
    /// The word.
    pub value: FeedbackValue,
    /// What the time is.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Ends the run after the call under way.
    pub stop: &'a Stop,
}

impl FeedbackRun<'_> {
    /// Gives it to one event after the other, each in the journal before the call. After a failure nothing more is tried.
    ///
    /// What became of each, and why the journal cannot be written, if it cannot: then the first has what was done until then.
    pub async fn give(
        &self,
        plans: &[FeedbackPlan],
        mut journal: Journal,
    ) -> (Vec<FeedbackEnd>, Option<String>) {
        let mut ends: Vec<FeedbackEnd> = Vec::new();
        let mut goes_on = true;
        for plan in plans {
            if plan.is_there {
                ends.push(FeedbackEnd::without_reason(AlreadyThere));
            } else if !goes_on || self.stop.is_stopped() {
                ends.push(FeedbackEnd::without_reason(NotTried));
            } else {
                match self.one(plan, &mut journal).await {
                    Ok(end) => {
                        goes_on = end.outcome.is_given();
                        ends.push(end);
                    }
                    Err(trouble) => {
                        ends.push(FeedbackEnd::of(Unknown, &trouble));
                        ends.resize(plans.len(), FeedbackEnd::without_reason(NotTried));
                        return (ends, Some(trouble));
                    }
                }
            }
        }
        let missed = ends.iter().filter(|end| end.outcome == NotTried).count();
        let close = Close {
            at: (self.clock)(),
            complete: ends
                .iter()
                .all(|end| end.outcome == AlreadyThere || end.outcome.is_given()),
            not_tried: u32::try_from(missed).unwrap_or(u32::MAX),
        };
        let trouble = journal.close(close).err();
        (ends, trouble)
    }

    async fn one(&self, plan: &FeedbackPlan, journal: &mut Journal) -> Result<FeedbackEnd, String> {
        let FeedbackTarget { user, event } = &plan.target;
        let side =
            |value: Option<&str>| json!({ "Username": user, "EventId": event, "FeedbackValue": value });
        let before = plan
            .event
            .feedback
            .as_ref()
            .and_then(|feedback| feedback.value.text());
        let begun = journal.begin(Begin {
            call: 0,
            at: (self.clock)(),
            operation: OPERATION.to_owned(),
            account: self.place.account.clone(),
            region: self.place.region.clone(),
            pool: self.place.pool.clone(),
            client: None,
            makes: Vec::new(),
            before: side(before),
            after: side(Some(self.value.as_str())),
        })?;
        let mut body = side(Some(self.value.as_str()));
        body["UserPoolId"] = Value::String(self.place.pool.clone());
        let answer = self.writer.update_auth_event_feedback(&body).await;
        let (found, error) = of_user(&self.reader, &self.place.pool, user, &[event]).await;
        let landed = match error {
            Some(_) => None,
            None => found.get(event).map(|event| has(event, self.value)),
        };
        let (end, line) = conclude(answer, landed, self.value);
        journal.end(
            begun,
            End {
                at: (self.clock)(),
                ..line
            },
        )?;
        Ok(end)
    }
}

/// How a call ended, from the answer and from reading again. A call without an answer that is to be seen was carried out.
fn conclude(
    answer: Result<Written, WriteError>,
    landed: Option<bool>,
    value: FeedbackValue,
) -> (FeedbackEnd, End) {
    let given = || FeedbackEnd::of(Given, value.as_str());
    let mut line = End {
        call: 0,
        at: Timestamp::UNIX_EPOCH,
        request_id: None,
        outcome: Outcome::Done,
        code: None,
        detail: None,
        beside: Value::Null,
    };
    match answer {
        Ok(written) => {
            line.request_id = written.request_id;
            let end = match landed {
                Some(true) => given(),
                Some(false) => FeedbackEnd::of(NotSeen, "the event does not show it yet"),
                None => FeedbackEnd::of(NotSeen, "the event could not be read again"),
            };
            (end, line)
        }
        Err(error) => {
            let failed = |outcome, after: &str| FeedbackEnd::failed(outcome, &error, after);
            line.request_id.clone_from(&error.request_id);
            line.code.clone_from(&error.code);
            let end = match (error.effect, landed) {
                (Effect::None, _) => failed(Failed, ""),
                (Effect::Refused, Some(false)) => failed(Failed, "; read again: the event is as it was"),
                (Effect::Refused, Some(true)) => {
                    failed(Unknown, "; read again: the event has the feedback anyway")
                }
                (Effect::Refused, None) => failed(Unknown, "; the event could not be read again"),
                (Effect::Unknown, Some(true)) => given(),
                (Effect::Unknown, _) => failed(Unknown, ""),
            };
            (line.outcome, line.detail) = match end.outcome {
                Given => (Outcome::Done, Some(error.to_string())),
                Failed => (Outcome::Refused, end.why.clone()),
                _ => (Outcome::Unknown, end.why.clone()),
            };
            (end, line)
        }
    }
}
