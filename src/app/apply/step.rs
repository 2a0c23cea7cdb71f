//! One call: read again, compare, complete the body, journal, write, read again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::app::apply::alarm;
use crate::app::apply::object::{Object, holds, is_nothing, moved};
use crate::app::apply::places::leaves;
use crate::app::apply::request::{body, put, sides};
use crate::app::apply::task::Task;
use crate::aws::error::CallError;
use crate::aws::port::ReadPort;
use crate::aws::write::{Effect, WriteError, WritePort, Written};
use crate::aws::{AlarmRequest, convert};
use crate::journal::{Begin, End, Journal, Outcome as Journalled};
use crate::model::mode::Mode;
use crate::model::observed::Failure;
use crate::model::response::RiskConfiguration;
use crate::plan::{Call, Sets};
use crate::pointer::Pointer;
use crate::proposal::{CallOutcome, Ended};
use crate::text;
use crate::update::{UpdateBody, Why};

/// What a pool's calls share.
pub(super) struct StepContext<'a> {
    pub(super) task: &'a Task,
    pub(super) reader: &'a dyn ReadPort,
    pub(super) writer: &'a dyn WritePort,
    pub(super) clock: &'a dyn Fn() -> Timestamp,
    /// Objects as they are known to be: as the plan saw them, or as this run left them.
    pub(super) known: BTreeMap<Object, Value>,
}

/// A journal that could not be written: nothing more may be done anywhere.
pub(super) struct Broken(pub(super) String);

/// What became of a call, and what else there is to report.
pub(super) struct Answered {
    pub(super) outcome: CallOutcome,
    /// What the write changed beside what it was to change.
    pub(super) disturbed: Vec<Pointer>,
}

impl StepContext<'_> {
    /// Whether the plan saw no responses, and AWS may have hidden them.
    fn was_hidden(&mut self, object: &Object) -> bool {
        let is_off = self.task.pool.posture.mode.standard == Some(Mode::Off);
        is_off && matches!(object, Object::Risk(_)) && self.known(object).is_null()
    }

    /// Makes a call.
    pub(super) async fn make(&mut self, call: &Call, journal: &mut Journal) -> Result<Answered, Broken> {
        let object = Object::of(call);
        let pool = self.task.pool.id();
        let now = match object.read(self.reader, pool).await {
            Ok(now) => now,
            Err(error) => {
                let words = format!("it could not be read again, so that nothing was written: {error}");
                return Ok(answered(call, Ended::Failed, Some(words)));
            }
        };
        let places = moved(self.known(&object), &now.value);
        if !places.is_empty() {
            let words = if self.was_hidden(&object) {
                hidden_words(&places)
            } else {
                moved_words(&object, &places)
            };
            return Ok(answered(call, Ended::Moved, Some(words)));
        }
        let mfa = match self.mfa(&object).await {
            Ok(mfa) => mfa,
            Err(outcome) => {
                let (ended, words) = *outcome;
                return Ok(answered(call, ended, Some(words)));
            }
        };
        let body = match body(call, self.task, &now.value, &mfa) {
            Ok(body) => body,
            Err(refusal) => return Ok(answered(call, Ended::Failed, Some(refusal.to_string()))),
        };
        if body.changed.is_empty() {
            return Ok(answered(call, Ended::Already, None));
        }
        let begun = journal
            .begin(self.begin(call, &body, &now.value))
            .map_err(Broken)?;
        let answer = self.write(call, &body, now.alarm).await;
        let after = object.read(self.reader, pool).await.map(|after| after.value);
        let there = There::of(&object, &body, &now.value, &after);
        let (outcome, end) = conclude(call, answer, there);
        let disturbed = match &after {
            Ok(after) => lost(&body, &now.value, after),
            Err(_) => Vec::new(),
        };
        let added = match (&object, &after) {
            (object @ Object::Risk(_), Ok(after)) => added(object, &body, &now.value, after),
            _ => None,
        };
        let (outcome, end) = with(added, outcome, end);
        let line = End {
            at: (self.clock)(),
            beside: former(&disturbed, &now.value),
            ..end
        };
        journal.end(begun, line).map_err(Broken)?;
        if let Ok(after) = after {
            self.learn(object, after).await;
        }
        Ok(Answered { outcome, disturbed })
    }

    /// MFA as it is now, for an update of the pool, which sends it along; null for other calls, and where the plan did not see
    /// it.
    async fn mfa(&mut self, object: &Object) -> Result<Value, Box<(Ended, String)>> {
        if *object != Object::Pool || self.known(&Object::Mfa).is_null() {
            return Ok(Value::Null);
        }
        let now = match Object::Mfa.read(self.reader, self.task.pool.id()).await {
            Ok(now) => now.value,
            Err(error) => {
                let words = format!("MFA could not be read again, so that nothing was written: {error}");
                return Err(Box::new((Ended::Failed, words)));
            }
        };
        let places = moved(self.known(&Object::Mfa), &now);
        if places.is_empty() {
            Ok(now)
        } else {
            Err(Box::new((Ended::Moved, moved_words(&Object::Mfa, &places))))
        }
    }

    fn known(&mut self, object: &Object) -> &Value {
        let task = self.task;
        self.known
            .entry(object.clone())
            .or_insert_with(|| object.seen(&task.raw, &task.pool.posture))
    }

    fn begin(&self, call: &Call, body: &UpdateBody, object: &Value) -> Begin {
        let posture = &self.task.pool.posture;
        let (before, after) = sides(body, object);
        Begin {
            call: 0,
            at: (self.clock)(),
            operation: call.write().as_str().to_owned(),
            account: posture.account.clone(),
            region: self.task.region().to_owned(),
            pool: self.task.pool.id().to_owned(),
            client: call.client.clone(),
            makes: call.makes.iter().map(ToString::to_string).collect(),
            before,
            after,
        }
    }

    async fn write(
        &self,
        call: &Call,
        body: &UpdateBody,
        alarm: Option<AlarmRequest>,
    ) -> Result<Written, WriteError> {
        let body = &body.body;
        match &call.sets {
            Sets::Pool(_) => self.writer.update_user_pool(body).await,
            Sets::Mfa(_) => self.writer.set_mfa_config(body).await,
            Sets::Risk(_) => self.writer.set_risk_configuration(body).await,
            Sets::Client(_) => self.writer.update_user_pool_client(body).await,
            Sets::Logs(_) => self.writer.set_log_delivery(body).await,
            Sets::Alarm(set) => {
                let request = alarm::request(set, alarm);
                self.writer.put_metric_alarm(&request).await
            }
        }
    }

    /// Keeps what the object is now.
    async fn learn(&mut self, object: Object, after: Value) {
        if object == Object::Mfa {
            self.learn_pool().await;
        }
        self.known.insert(object, after);
    }

    /// MFA is described with the pool as well. Whatever else of the pool is different by then is not this run's doing,
    /// and is seen before the pool is written.
    async fn learn_pool(&mut self) {
        let Ok(after) = Object::Pool.read(self.reader, self.task.pool.id()).await else {
            return;
        };
        let mut known = self.known(&Object::Pool).clone();
        for name in ["MfaConfiguration", "SmsConfiguration"] {
            known[name] = after.value.get(name).cloned().unwrap_or_default();
        }
        self.known.insert(Object::Pool, known);
    }
}

fn answered(call: &Call, ended: Ended, detail: Option<String>) -> Answered {
    Answered {
        outcome: outcome(call, ended, None, detail),
        disturbed: Vec::new(),
    }
}

/// What a call came to.
pub(super) fn outcome(
    call: &Call,
    ended: Ended,
    request_id: Option<String>,
    detail: Option<String>,
) -> CallOutcome {
    CallOutcome {
        operation: call.write().as_str(),
        client: call.client.clone(),
        ended,
        request_id,
        detail,
    }
}

/// What is said of an object that is not as in the plan.
/// What AWS does not show while the mode is OFF is unconfirmed (docs/facts.md, "Responses while the mode is OFF"): the plan
/// was made without it.
pub(super) fn hidden_words(places: &[Pointer]) -> String {
    format!(
        "AWS now shows responses that it did not show while the mode was OFF, or somebody else set them: {}; run again to \
         see what becomes of them",
        list_places(places)
    )
}

fn moved_words(object: &Object, places: &[Pointer]) -> String {
    match object {
        Object::Alarm(name) if places == [Pointer::root()] => {
            format!(
                "an alarm `{name}` was created or deleted since the plan was made, or watches something else"
            )
        }
        _ => format!(
            "somebody else changed {} since the plan was created",
            list_places(places)
        ),
    }
}

/// `/a`, `/a and /b`, `/a, /b and 3 more`.
pub(super) fn list_places(places: &[Pointer]) -> String {
    const MOST: usize = 4;
    text::some_words(places.iter().map(place), MOST)
}

fn place(place: &Pointer) -> String {
    if *place == Pointer::root() {
        "it".to_owned()
    } else {
        format!("`{place}`")
    }
}

/// What reading again shows of what a call was to change.
enum There {
    /// It was read.
    Read {
        /// Whether it is as the call makes it.
        landed: bool,
        /// Places of it that are not as they were.
        moved: Vec<Pointer>,
    },
    /// It could not be read.
    Unread(CallError),
}

impl There {
    fn of(object: &Object, body: &UpdateBody, before: &Value, after: &Result<Value, CallError>) -> Self {
        let after = match after {
            Ok(after) => after,
            Err(error) => return Self::Unread(error.clone()),
        };
        let ours = |place: &Pointer| {
            let mut own = body.changed.iter().map(|changed| &changed.pointer);
            own.any(|own| own.covers(place) || place.covers(own))
        };
        let mut places = moved(before, after);
        places.retain(ours);
        Self::Read {
            landed: has_landed(object, body, after),
            moved: places,
        }
    }
}

/// How a call ended, in the report's terms and in the journal's, by the answer and by what is there now: a good status
/// confirms nothing that cannot be seen, a refusal does not say that nothing changed, and an answer that was lost is made
/// good by what is there.
fn conclude(call: &Call, answer: Result<Written, WriteError>, there: There) -> (CallOutcome, End) {
    let (code, request_id) = match &answer {
        Ok(written) => (None, written.request_id.clone()),
        Err(error) => (error.code.clone(), error.request_id.clone()),
    };
    let (ended, journalled, detail) = match (answer, there) {
        (Ok(_), There::Read { landed: true, .. }) => (Ended::Done, Journalled::Done, None),
        (Ok(_), There::Read { .. }) => {
            let words = format!("AWS confirmed it, and it is not there when read again: {NEXT}");
            (Ended::Unknown, Journalled::Unknown, Some(words))
        }
        (Ok(_), There::Unread(error)) => {
            let words = format!("AWS confirmed it, and it could not be read again ({error}): {NEXT}");
            (Ended::Unknown, Journalled::Unknown, Some(words))
        }
        (Err(error), there) => {
            let (ended, journalled, words) = unconfirmed(&error, there);
            (ended, journalled, Some(words))
        }
    };
    let end = End {
        call: 0,
        at: Timestamp::UNIX_EPOCH,
        request_id: request_id.clone(),
        outcome: journalled,
        code,
        detail: detail.clone(),
        beside: Value::Null,
    };
    (outcome(call, ended, request_id, detail), end)
}

/// What to do about a write of which it is not seen that it took.
const NEXT: &str = "nothing that depends on it was done; run again, which reads first and does what is left";

/// Why nothing was written: in AWS's words, where it answered.
fn rejection(error: &WriteError) -> String {
    match error.error.failure() {
        Failure::Unavailable if error.code.is_some() => format!("rejected by AWS: {}", error.error.detail),
        _ => error.error.to_string(),
    }
}

fn unconfirmed(error: &WriteError, there: There) -> (Ended, Journalled, String) {
    let unsure = |words: String| (Ended::Unknown, Journalled::Unknown, words);
    let refused = || rejection(error);
    match (error.effect, there) {
        (Effect::None, _) => (Ended::Failed, Journalled::Refused, refused()),
        (Effect::Refused, There::Read { moved, .. }) if moved.is_empty() => {
            let words = format!("{}; read again: nothing changed", refused());
            (Ended::Failed, Journalled::Refused, words)
        }
        (Effect::Refused, There::Read { landed: true, .. }) => unsure(format!(
            "{}; read again: it is there all the same, by this call or by somebody else: {NEXT}",
            refused()
        )),
        (Effect::Refused, There::Read { moved, .. }) => unsure(format!(
            "{}; read again: {} changed all the same, and not as planned: {NEXT}",
            refused(),
            list_places(&moved)
        )),
        (Effect::Refused, There::Unread(again)) => unsure(format!(
            "{}; it could not be read again ({again}), so that it is unknown whether something changed",
            refused()
        )),
        (Effect::Unknown, There::Read { landed: true, .. }) => {
            let words = format!(
                "the answer was lost ({}); read again: it was carried out",
                error.error
            );
            (Ended::Done, Journalled::Unknown, words)
        }
        (Effect::Unknown, There::Read { .. }) => {
            let words = format!("{}; read again: it was not carried out until now", error.error);
            (Ended::Failed, Journalled::Unknown, words)
        }
        (Effect::Unknown, There::Unread(_)) => unsure(error.to_string()),
    }
}

/// A call's end that also says what AWS added to the object, which nobody asked for.
fn with(added: Option<String>, outcome: CallOutcome, end: End) -> (CallOutcome, End) {
    let Some(added) = added else {
        return (outcome, end);
    };
    let detail = outcome
        .detail
        .as_ref()
        .map_or_else(|| added.clone(), |detail| format!("{detail}; {added}"));
    let end = End {
        detail: Some(detail.clone()),
        ..end
    };
    let outcome = CallOutcome {
        detail: Some(detail),
        ..outcome
    };
    (outcome, end)
}

/// What is in an object after a call, and neither was there nor was sent: in words, with what it is where policies have a setting for
/// it. Another value may be a secret.
fn added(object: &Object, body: &UpdateBody, before: &Value, after: &Value) -> Option<String> {
    const LONGEST: usize = 200;
    let at = |side: &Value, place: &Pointer| side.pointer(place.as_str()).cloned().unwrap_or_default();
    let mut places = moved(before, after);
    places.retain(|place| {
        let is_ours = body.changed.iter().any(|changed| changed.pointer.covers(place));
        !is_ours
            && is_nothing(&at(before, place))
            && !is_nothing(&at(after, place))
            && is_nothing(&at(&body.body, place))
    });
    let one = |place: &Pointer| {
        if leaves(object, "", place).is_empty() {
            return format!("`{place}`");
        }
        let value: String = at(after, place).to_string().chars().take(LONGEST).collect();
        format!("`{place}` ({value})")
    };
    let places: Vec<_> = places.iter().map(one).collect();
    (!places.is_empty()).then(|| format!("AWS added what nobody sent: {}", text::join_words(&places)))
}

/// What stood at places of an object, with the objects that lead to them; null for no place.
fn former(places: &[Pointer], object: &Value) -> Value {
    let mut found = Value::Null;
    for place in places {
        let was = object.pointer(place.as_str()).cloned();
        put(&mut found, place, was);
    }
    found
}

/// Whether an object is as a body makes it.
fn has_landed(object: &Object, body: &UpdateBody, after: &Value) -> bool {
    match object {
        Object::Risk(_) => risk(&body.body) == risk(after),
        Object::Mfa => convert::mfa(&body.body) == convert::mfa(after),
        Object::Pool | Object::Client(_) | Object::Logs | Object::Alarm(_) => {
            let nothing = Value::Null;
            body.changed.iter().all(|changed| {
                let there = after.pointer(changed.pointer.as_str()).unwrap_or(&nothing);
                let side = |side: &'_ Option<Value>| side.clone().unwrap_or_default();
                holds(&side(&changed.before), &side(&changed.after), there)
            })
        }
    }
}

/// Configurations compare by what they mean: the service writes defaults out.
fn risk(sections: &Value) -> Option<RiskConfiguration> {
    let mut section = sections.clone();
    if let Some(members) = section.as_object_mut() {
        members.shift_remove("ClientId");
    }
    convert::pool_risk(Ok(serde_json::json!({ "RiskConfiguration": section }))).ok()
}

/// Places beside the changed ones that are gone or different. What says nothing and was not sent may be either.
fn lost(body: &UpdateBody, before: &Value, after: &Value) -> Vec<Pointer> {
    let said_nothing = body
        .left_out
        .iter()
        .filter(|left| matches!(left.why, Why::Empty | Why::NoAction));
    let ours: Vec<_> = body
        .changed
        .iter()
        .map(|changed| &changed.pointer)
        .chain(said_nothing.map(|left| &left.pointer))
        .collect();
    let ours = |place: &Pointer| ours.iter().any(|own| own.covers(place));
    // A section that has nothing but an empty list is described in full, or not at all.
    let was = |place: &Pointer| {
        let at = |side: &Value| side.pointer(place.as_str()).cloned().unwrap_or_default();
        let (before, after) = (at(before), at(after));
        !(before.is_null() || is_nothing(&before) && is_nothing(&after))
    };
    let mut places = moved(before, after);
    places.retain(|place| !ours(place) && was(place));
    places
}
