//! What counts as an answer to a call, in every protocol that is spoken: JSON, CBOR and XML.
//!
//! A good status alone says nothing: a proxy, a mistaken endpoint or a service in trouble has one too. The SDK takes
//! `{}` and an empty body for "nothing is there", and a plan would then remove what it does not see.

use std::collections::BTreeSet;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value};

use crate::aws::mark::note_secret;
use crate::aws::operation::Operation;
use crate::json;
use crate::update::drop_secrets;

/// Why a response with a good status is not an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    /// It says that it is an error, in its words. Hostile text.
    #[error("the answer is an error, in spite of its good status: {0}")]
    Refusal(String),
    /// It lacks the member that every answer to the operation has.
    #[error("the answer has no `{0}`")]
    Lacks(&'static str),
    /// Two members have one name: which of them is meant, nobody can say. Hostile text.
    #[error("the answer names `{0}` twice")]
    Twice(String),
    /// It describes an object, and says nothing of it but who it is.
    #[error("the answer has no content: its `{0}` has ids and a name alone")]
    OnlyIds(&'static str),
    /// It is in none of the forms that an answer has.
    #[error("the answer is not one of the service")]
    Foreign,
    /// It goes on and on.
    #[error("the answer is longer than {} MiB", LONGEST / MIB)]
    TooLong,
}

const MIB: usize = 1 << 20;

/// Longest body that is read. The largest that AWS sends is a page of 50 events of CloudTrail, 256 KB each.
pub(super) const LONGEST: usize = 16 * MIB;

/// Headers by which an error is known.
const ERROR_HEADERS: [&str; 2] = ["x-amzn-errortype", "x-amzn-query-error"];

/// Members by which an error is known, in lower case.
const ERROR_MEMBERS: [&str; 3] = ["__type", "code", "error"];

/// The body of an answer, without secrets, where it is JSON, or of an operation that describes a whole object; `None` for any
/// other, or without a body.
///
/// # Errors
/// The response, whose status is good, is not an answer to the operation.
pub(super) fn read(operation: Operation, response: &HttpResponse) -> Result<Option<Value>, NoAnswer> {
    let headers = response.headers();
    let named = ERROR_HEADERS.iter().find_map(|name| headers.get(name));
    if let Some(kind) = named {
        return Err(NoAnswer::Refusal(kind.to_owned()));
    }
    let body = Body::of(operation, response.body().bytes().unwrap_or_default())?;
    if let Some(words) = body.refusal() {
        return Err(NoAnswer::Refusal(words));
    }
    if let Some(name) = body.twice() {
        return Err(NoAnswer::Twice(name));
    }
    match operation.answers_with() {
        Some(member) if !body.has(member) => Err(NoAnswer::Lacks(member)),
        Some(member) if operation.describes() && body.is_only_ids(member) => Err(NoAnswer::OnlyIds(member)),
        _ => Ok(body.into_json(operation)),
    }
}

/// Members that say which object is meant. The service has more to say of every pool and client, such as when it was made.
const IDS: [&str; 7] = [
    "Id",
    "Name",
    "Arn",
    "UserPoolId",
    "ClientId",
    "ClientName",
    "ClientSecret",
];

/// A body in the form of one of the protocols.
enum Body<'a> {
    Empty,
    Json(Map<String, Value>),
    Cbor(Vec<(Cbor, Cbor)>),
    /// The document of the query protocol.
    Xml(&'a str),
}

impl<'a> Body<'a> {
    /// No two forms begin with the same byte.
    fn of(operation: Operation, bytes: &'a [u8]) -> Result<Self, NoAnswer> {
        let text = std::str::from_utf8(bytes).map(str::trim_ascii);
        match text {
            Ok("") => return Ok(Self::Empty),
            Ok(text) if text.starts_with('<') => return Self::of_xml(operation, text),
            Ok(_) | Err(_) => {}
        }
        match json::value(bytes) {
            Ok(Value::Object(members)) => return Ok(Self::Json(members)),
            Ok(_) => return Err(NoAnswer::Foreign),
            Err(error) if json::doubled(&error) => {
                let words = error.to_string();
                let name = words.split('`').nth(1).unwrap_or_default();
                return Err(NoAnswer::Twice(name.to_owned()));
            }
            Err(_) => {}
        }
        match ciborium::from_reader(bytes) {
            Ok(Cbor::Map(entries)) => Ok(Self::Cbor(entries)),
            _ => Err(NoAnswer::Foreign),
        }
    }

    /// Only the query protocol's services answer so; anything else is somebody's page.
    fn of_xml(operation: Operation, text: &'a str) -> Result<Self, NoAnswer> {
        let name = operation.as_str();
        let ours = has_element(text, &format!("{name}Response")) || has_element(text, "ErrorResponse");
        let speaks = matches!(operation.service(), "sns" | "sts");
        if ours && speaks {
            Ok(Self::Xml(text))
        } else {
            Err(NoAnswer::Foreign)
        }
    }

    /// Whether a member is there; null is not.
    fn has(&self, member: &str) -> bool {
        match self {
            Self::Empty => false,
            Self::Json(members) => members.get(member).is_some_and(|value| !value.is_null()),
            Self::Cbor(entries) => entries
                .iter()
                .any(|(name, value)| name.as_text() == Some(member) && !value.is_null()),
            Self::Xml(text) => has_element(text, member),
        }
    }

    /// Whether the member is an object that only says which one it is.
    fn is_only_ids(&self, member: &str) -> bool {
        match self {
            Self::Json(members) => members
                .get(member)
                .and_then(Value::as_object)
                .is_some_and(|object| {
                    let content = object.iter().filter(|(name, _)| !IDS.contains(&name.as_str()));
                    content.filter(|(_, value)| !value.is_null()).count() == 0
                }),
            _ => false,
        }
    }

    /// A name that two members of one object have. In JSON that was seen when it was read.
    fn twice(&self) -> Option<String> {
        match self {
            Self::Empty | Self::Json(_) => None,
            Self::Cbor(entries) => twice_in(entries),
            Self::Xml(text) => {
                // A map of the query protocol is a list of keys and values; what else repeats is a list.
                let keys = text.split("<key>").skip(1);
                let keys = keys.map(|rest| rest.split('<').next().unwrap_or_default());
                let single = [("Account", "<Account>"), ("Attributes", "<Attributes>")].into_iter();
                let elements = single.flat_map(|(name, tag)| text.matches(tag).map(move |_| name));
                repeated(keys.chain(elements)).map(str::to_owned)
            }
        }
    }

    /// What it says of itself, where it is an error.
    fn refusal(&self) -> Option<String> {
        let words = |kind: &str, message: Option<&str>| {
            let words = [Some(kind), message];
            let words: Vec<_> = words.into_iter().flatten().collect();
            words.join(": ")
        };
        let is = |name: &str, known: &[&str]| known.contains(&name.to_ascii_lowercase().as_str());
        match self {
            Self::Empty => None,
            Self::Json(members) => {
                let of = |known: &[&str]| members.iter().find(|(name, _)| is(name, known));
                let (_, kind) = of(&ERROR_MEMBERS).filter(|(_, kind)| !kind.is_null())?;
                let message = of(&["message"]).and_then(|(_, message)| message.as_str());
                Some(words(&json::plain(kind), message))
            }
            Self::Cbor(entries) => {
                let named = |(name, _): &&(Cbor, Cbor), known: &[&str]| {
                    name.as_text().is_some_and(|name| is(name, known))
                };
                let of = |known: &'static [&'static str]| entries.iter().find(|entry| named(entry, known));
                let (_, kind) = of(&ERROR_MEMBERS).filter(|(_, kind)| !kind.is_null())?;
                let message = of(&["message"]).and_then(|(_, message)| message.as_text());
                Some(words(kind.as_text().unwrap_or("(no text)"), message))
            }
            Self::Xml(text) => has_element(text, "Error")
                .then(|| words(content(text, "Code"), Some(content(text, "Message")))),
        }
    }

    fn into_json(self, operation: Operation) -> Option<Value> {
        let members = match self {
            Self::Json(members) => members,
            Self::Cbor(entries) if operation == Operation::DescribeAlarms => to_members(entries),
            Self::Cbor(_) | Self::Empty | Self::Xml(_) => return None,
        };
        let mut body = Value::Object(members);
        note_secret(&mut body);
        drop_secrets(&mut body);
        Some(body)
    }
}

/// The first of some names that was there before.
fn repeated<'n>(mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut known = BTreeSet::new();
    names.find(|name| !known.insert(*name))
}

/// A name that a map in CBOR has twice, at any depth.
fn twice_in(entries: &[(Cbor, Cbor)]) -> Option<String> {
    let own = repeated(entries.iter().filter_map(|(name, _)| name.as_text()));
    own.map(str::to_owned)
        .or_else(|| entries.iter().find_map(|(_, value)| twice_within(value)))
}

fn twice_within(value: &Cbor) -> Option<String> {
    match value {
        Cbor::Map(entries) => twice_in(entries),
        Cbor::Array(items) => items.iter().find_map(twice_within),
        Cbor::Tag(_, inner) => twice_within(inner),
        _ => None,
    }
}

/// Members of a map in CBOR. What JSON has no word for is there, and says nothing.
fn to_members(entries: Vec<(Cbor, Cbor)>) -> Map<String, Value> {
    let entries = entries.into_iter();
    let member = |(name, value): (Cbor, Cbor)| Some((name.into_text().ok()?, to_json(value)));
    entries.filter_map(member).collect()
}

fn to_json(value: Cbor) -> Value {
    match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(flag) => flag.into(),
        Cbor::Integer(number) => i64::try_from(number).map_or_else(|_| "a number".into(), Value::from),
        Cbor::Float(number) => Number::from_f64(number).map_or_else(|| "a number".into(), Value::Number),
        Cbor::Text(text) => text.into(),
        Cbor::Tag(_, inner) => to_json(*inner),
        Cbor::Array(items) => items.into_iter().map(to_json).collect(),
        Cbor::Map(entries) => Value::Object(to_members(entries)),
        _ => "bytes".into(),
    }
}

/// Whether an element of this name begins somewhere; texts in a document have no `<`.
fn has_element(xml: &str, name: &str) -> bool {
    let ends =
        |rest: &str| rest.starts_with(['>', '/']) || rest.starts_with(|c: char| c.is_ascii_whitespace());
    let mut begun = xml.split('<').skip(1);
    begun.any(|tag| tag.strip_prefix(name).is_some_and(ends))
}

/// The text of the first element of this name; empty where there is none.
fn content<'a>(xml: &'a str, name: &str) -> &'a str {
    let after = xml.split_once(&format!("<{name}>")).map(|(_, rest)| rest);
    after
        .and_then(|rest| rest.split_once('<'))
        .map_or("", |(text, _)| text)
}

#[cfg(test)]
mod tests;
