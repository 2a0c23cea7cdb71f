//! A record's members to an event: the user-activity export, and the API's answer. docs/facts.md, "Events".

use serde_json::{Map, Value};

use super::tally::EventTally;
use super::time;
use crate::model::event::{AnsweredChallenge, AuthEvent, EventFeedback, EventForm, Spelled, Spelling};

/// An object of JSON.
pub(super) type Object = Map<String, Value>;

/// What stands around an answer of the API, which names neither pool nor user.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub pool: Option<String>,
    pub user_name: Option<String>,
    pub sub: Option<String>,
}

impl Around {
    /// With what an object says in addition.
    pub(super) fn within(&self, object: &Object) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| text(object, name));
        Self {
            pool: first(&["userPoolId", "UserPoolId"]).or_else(|| self.pool.clone()),
            user_name: first(&["username", "Username", "userName"]).or_else(|| self.user_name.clone()),
            sub: first(&["sub", "userSub"]).or_else(|| self.sub.clone()),
        }
    }
}

/// The event of a `message` of the export; `record` is what it stands in.
pub(super) fn export(message: &Object, record: Option<&Object>, tally: &mut EventTally) -> AuthEvent {
    let source = record.and_then(|record| record.get("logSourceId")?.as_object());
    let logged = record.and_then(|record| time::read(record.get("eventTimestamp")?));
    let compromised = ["compromisedCredentialDetected", "compromisedCredentialsDetected"];
    AuthEvent {
        form: EventForm::Export,
        id: text(message, "eventId"),
        pool: text(message, "userPoolId").or_else(|| text(source?, "userPoolId")),
        client: text(message, "clientId"),
        sub: text(message, "userSub"),
        user_name: text(message, "userName"),
        at: logged.or_else(|| time::read(message.get("creationDate")?)),
        event_type: word(message, "eventType"),
        response: word(message, "eventResponse"),
        level: word(message, "riskLevel"),
        decision: word(message, "riskDecision"),
        compromised: truth(message, &compromised, "compromised credentials", tally),
        challenges: challenges(message, "challenges"),
        address: address(message, "ipAddress"),
        city: text(message, "city"),
        country: text(message, "country"),
        device: text(message, "deviceName"),
        time_zone: text(message, "timezone"),
        has_context: truth(message, &["hasContextData"], "context data", tally),
        idp: text(message, "idpName"),
        feedback: feedback(
            message,
            "eventFeedbackValue",
            "eventFeedbackProvider",
            "eventFeedbackDate",
        ),
        request: text(message, "requestId"),
    }
}

/// The event of an element of `AuthEvents`.
pub(super) fn api(element: &Object, around: &Around, tally: &mut EventTally) -> AuthEvent {
    let empty = Object::new();
    let part = |name: &str| element.get(name).and_then(Value::as_object).unwrap_or(&empty);
    let (risk, context) = (part("EventRisk"), part("EventContextData"));
    let compromised = ["CompromisedCredentialsDetected", "CompromisedCredentialDetected"];
    AuthEvent {
        form: EventForm::Api,
        id: text(element, "EventId"),
        pool: around.pool.clone(),
        client: None,
        sub: around.sub.clone(),
        user_name: around.user_name.clone(),
        at: element.get("CreationDate").and_then(time::read),
        event_type: word(element, "EventType"),
        response: word(element, "EventResponse"),
        level: word(risk, "RiskLevel"),
        decision: word(risk, "RiskDecision"),
        compromised: truth(risk, &compromised, "compromised credentials", tally),
        challenges: challenges(element, "ChallengeResponses"),
        address: address(context, "IpAddress"),
        city: text(context, "City"),
        country: text(context, "Country"),
        device: text(context, "DeviceName"),
        time_zone: text(context, "Timezone"),
        has_context: None,
        idp: None,
        feedback: feedback(part("EventFeedback"), "FeedbackValue", "Provider", "FeedbackDate"),
        request: None,
    }
}

/// A member as a text that says something.
pub(super) fn text(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => crate::model::event::said(text).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

/// A member as an address.
pub(super) fn address(object: &Object, name: &str) -> Option<String> {
    Some(crate::model::event::address(&text(object, name)?).into_owned())
}

/// Characters that are kept of a list or an object that stands in place of a word.
const WORD_LENGTH: usize = 64;

/// A member as a word. A list or an object in its place says something that is not known: it is kept as its JSON, for nothing
/// may be taken for a member that is absent.
fn word_text(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        other @ (Value::Array(_) | Value::Object(_)) => {
            Some(other.to_string().chars().take(WORD_LENGTH).collect())
        }
        _ => text(object, name),
    }
}

fn word<T: Spelling>(object: &Object, name: &str) -> Spelled<T> {
    Spelled::read(word_text(object, name).as_deref())
}

/// The first of some members that says something: true, false, or another word, which is counted and unknown.
fn truth(object: &Object, names: &[&str], member: &'static str, tally: &mut EventTally) -> Option<bool> {
    let text = names.iter().find_map(|name| word_text(object, name))?;
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            tally.add_untruth(member, &text);
            None
        }
    }
}

/// Challenges by either spelling of their members; a name alone is one without an answer.
fn challenges(object: &Object, name: &str) -> Option<Vec<AnsweredChallenge>> {
    let one = |value: &Value| match value {
        Value::String(name) => Some(AnsweredChallenge {
            name: name.clone(),
            answer: None,
        }),
        Value::Object(members) => Some(AnsweredChallenge {
            name: text(members, "challengeName").or_else(|| text(members, "ChallengeName"))?,
            answer: text(members, "challengeResponse").or_else(|| text(members, "ChallengeResponse")),
        }),
        _ => None,
    };
    match object.get(name)? {
        Value::Array(list) => Some(list.iter().filter_map(one).collect()),
        _ => None,
    }
}

fn feedback(object: &Object, value: &str, provider: &str, date: &str) -> Option<EventFeedback> {
    let read = EventFeedback {
        value: word(object, value),
        provider: text(object, provider),
        at: object.get(date).and_then(time::read),
    };
    (read != EventFeedback::default()).then_some(read)
}
