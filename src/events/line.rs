//! One event as a line of JSON: what `cogward events` writes, and what every verb reads again. Frozen as version 1.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::Object;
use crate::model::event::{AnsweredChallenge, AuthEvent, EventFeedback, EventForm, Spelled, Spelling};

/// What a line of this kind says of itself.
const FORMAT: &str = "cogward-event";

/// One authentication event. A member that is absent is unknown: never "no risk", never zero.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "cogward events, one line")]
pub(super) struct EventLineV1 {
    /// The kind of line: always `cogward-event`.
    #[schemars(extend("const" = "cogward-event"))]
    format: String,
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// Kind of record it was read from: `export` (user-activity export) or `api` (`AdminListUserAuthEvents`).
    form: EventForm,
    /// Event id, unique within its pool.
    id: Option<String>,
    /// When.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    at: Option<Timestamp>,
    /// Pool id.
    pool: Option<String>,
    /// Client id.
    client: Option<String>,
    /// The user's sub.
    sub: Option<String>,
    /// The user's name.
    user_name: Option<String>,
    /// `SignIn`, `SignUp`, `ForgotPassword`, `PasswordChange`, `ResendCode`, or another word as it stood.
    #[serde(rename = "type")]
    event_type: Option<String>,
    /// `InProgress`, `Fail`, `Pass`, or another word as it stood.
    response: Option<String>,
    /// `low`, `medium`, `high`, or another word as it stood.
    level: Option<String>,
    /// `NoRisk`, `AccountTakeover`, `Block`, or another word as it stood.
    decision: Option<String>,
    /// Whether compromised credentials were detected.
    compromised: Option<bool>,
    /// Challenges and their answers.
    challenges: Option<Vec<AnsweredChallenge>>,
    /// Source address.
    address: Option<String>,
    /// City.
    city: Option<String>,
    /// Country.
    country: Option<String>,
    /// Device.
    device: Option<String>,
    /// Time zone of the device.
    time_zone: Option<String>,
    /// Whether the app passed context data.
    has_context: Option<bool>,
    /// Identity provider of a federated user.
    idp: Option<String>,
    /// What somebody said of it afterwards.
    feedback: Option<FeedbackV1>,
    /// Id of the request.
    request: Option<String>,
}

/// What somebody said of an event.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct FeedbackV1 {
    /// `Valid` (it was the user), `Invalid`, or another word as it stood.
    value: Option<String>,
    /// Who gave it.
    provider: Option<String>,
    /// When.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    at: Option<Timestamp>,
}

/// The schema of a line (`schemas/event.json`).
pub fn schema() -> Value {
    crate::schema::of::<EventLineV1>("event")
}

/// An event as a line, with its line end.
pub fn write(event: &AuthEvent) -> Vec<u8> {
    let event = event.clone();
    let line = EventLineV1 {
        format: FORMAT.to_owned(),
        version: 1,
        form: event.form,
        id: event.id,
        at: event.at,
        pool: event.pool,
        client: event.client,
        sub: event.sub,
        user_name: event.user_name,
        event_type: word(&event.event_type),
        response: word(&event.response),
        level: word(&event.level),
        decision: word(&event.decision),
        compromised: event.compromised,
        challenges: event.challenges,
        address: event.address,
        city: event.city,
        country: event.country,
        device: event.device,
        time_zone: event.time_zone,
        has_context: event.has_context,
        idp: event.idp,
        feedback: event.feedback.map(|feedback| FeedbackV1 {
            value: word(&feedback.value),
            provider: feedback.provider,
            at: feedback.at,
        }),
        request: event.request,
    };
    // Texts, numbers and lists of them, written to memory: none of them can fail.
    let mut bytes = crate::hidden::json_line(&line).into_bytes();
    bytes.push(b'\n');
    bytes
}

fn word<T: Spelling>(word: &Spelled<T>) -> Option<String> {
    word.text().map(str::to_owned)
}

/// What an object is, read as a line.
pub(super) enum LineRead {
    /// It is not a line of this kind.
    Other,
    /// It is one of a version that is not known, or a damaged one.
    Unusable,
    /// It is one.
    Event(Box<AuthEvent>),
}

/// Reads the bytes of a line; `None` for one that [`read`] may take or not.
pub(super) fn read_line(line: &[u8]) -> Option<AuthEvent> {
    let line: EventLineV1 = crate::json::typed(line).ok()?;
    (line.format == FORMAT && line.version == 1).then(|| event(line))
}

/// Reads a line.
pub(super) fn read(object: &Object) -> LineRead {
    if object.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return LineRead::Other;
    }
    match EventLineV1::deserialize(object) {
        Ok(line) if line.version == 1 => LineRead::Event(Box::new(event(line))),
        _ => LineRead::Unusable,
    }
}

fn event(line: EventLineV1) -> AuthEvent {
    AuthEvent {
        form: line.form,
        id: line.id,
        pool: line.pool,
        client: line.client,
        sub: line.sub,
        user_name: line.user_name,
        at: line.at,
        event_type: Spelled::read(line.event_type.as_deref()),
        response: Spelled::read(line.response.as_deref()),
        level: Spelled::read(line.level.as_deref()),
        decision: Spelled::read(line.decision.as_deref()),
        compromised: line.compromised,
        challenges: line.challenges,
        address: line.address,
        city: line.city,
        country: line.country,
        device: line.device,
        time_zone: line.time_zone,
        has_context: line.has_context,
        idp: line.idp,
        feedback: line.feedback.map(|feedback| EventFeedback {
            value: Spelled::read(feedback.value.as_deref()),
            provider: feedback.provider,
            at: feedback.at,
        }),
        request: line.request,
    }
}
