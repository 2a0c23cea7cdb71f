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
                Some(words(&in_words(kind), message))
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

fn in_words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
mod tests {
    use aws_smithy_types::body::SdkBody;
    use serde_json::json;

    use super::*;

    fn response(body: impl Into<SdkBody>) -> HttpResponse {
        HttpResponse::new(200.try_into().unwrap(), body.into())
    }

    /// An answer of each operation, in its protocol, with its one member.
    fn whole(operation: Operation) -> Vec<u8> {
        let member = operation.answers_with().unwrap_or("Unheard");
        let name = operation.as_str();
        match operation.service() {
            "sns" | "sts" => format!(
                "<{name}Response><{name}Result><{member}>x</{member}></{name}Result></{name}Response>"
            )
            .into_bytes(),
            "cloudwatch" => cbor(&[(member, Cbor::Array(Vec::new()))]),
            _ => json!({ member: { "CreationDate": 1 } }).to_string().into_bytes(),
        }
    }

    /// An answer to each operation of JSON, CBOR and XML in which a name stands twice, and that name.
    fn doubled(operation: Operation) -> Vec<(Vec<u8>, &'static str)> {
        let member = operation.answers_with().unwrap_or("Unheard");
        let name = operation.as_str();
        match operation.service() {
            "sts" => vec![(
                format!("<{name}Response><Account>1</Account><Account>2</Account></{name}Response>")
                    .into_bytes(),
                "Account",
            )],
            "sns" => {
                let entry = |value: u8| format!("<entry><key>Owner</key><value>{value}</value></entry>");
                let entries = entry(1) + &entry(2);
                let body = format!("<{name}Response><{member}>{entries}</{member}></{name}Response>");
                vec![(body.into_bytes(), "Owner")]
            }
            "cloudwatch" => {
                let inner = Cbor::Map(vec![("A".into(), 1.into()), ("A".into(), 2.into())]);
                let list = Cbor::Array(vec![Cbor::Tag(1, Box::new(inner))]);
                vec![
                    (cbor(&[(member, list)]), "A"),
                    (
                        cbor(&[
                            ("B", 1.into()),
                            (member, Cbor::Array(Vec::new())),
                            ("B", 1.into()),
                        ]),
                        "B",
                    ),
                ]
            }
            _ => vec![
                (format!(r#"{{"{member}": {{"A": 1, "A": 1}}}}"#).into_bytes(), "A"),
                (
                    format!(r#"{{"{member}": {{"B": [{{"A": 1, "\u0041": 2}}]}}}}"#).into_bytes(),
                    "A",
                ),
                (
                    format!(r#"{{"B": 1, "{member}": {{"A": 1}}, "B": 1}}"#).into_bytes(),
                    "B",
                ),
            ],
        }
    }

    #[test]
    fn an_answer_that_names_something_twice_is_none() {
        for operation in all() {
            for (body, name) in doubled(operation) {
                let found = read(operation, &response(body.clone()));
                let words = String::from_utf8_lossy(&body);
                assert_eq!(
                    found,
                    Err(NoAnswer::Twice(name.to_owned())),
                    "{operation:?} {words}"
                );
            }
        }
    }

    #[test]
    fn a_description_without_content_is_none_and_a_configuration_of_ids_is_empty() {
        let ids = json!({ "Id": "p", "Name": "shop", "Arn": "arn", "UserPoolId": "p", "ClientId": "c",
            "ClientName": "web", "ClientSecret": "s", "Policies": null });
        let described = [
            Operation::DescribeUserPool,
            Operation::DescribeUserPoolClient,
            Operation::UpdateUserPoolClient,
        ];
        for operation in all().filter(|operation| operation.service() == "cognito-idp") {
            let Some(member) = operation.answers_with() else {
                continue;
            };
            let found = read(operation, &response(json!({ member: ids }).to_string()));
            let bare = read(operation, &response(json!({ member: {} }).to_string()));
            if described.contains(&operation) {
                assert_eq!(found, Err(NoAnswer::OnlyIds(member)), "{operation:?}");
                assert_eq!(bare, Err(NoAnswer::OnlyIds(member)), "{operation:?}");
                for content in ["CreationDate", "UserPoolTier", "Unheard"] {
                    let mut whole = ids.clone();
                    whole[content] = json!(1);
                    let found = read(operation, &response(json!({ member: whole }).to_string()));
                    assert!(found.is_ok(), "{operation:?} {content}");
                }
            } else {
                assert!(found.is_ok() && bare.is_ok(), "{operation:?}");
            }
        }
    }

    fn cbor(entries: &[(&str, Cbor)]) -> Vec<u8> {
        let entries = entries.iter();
        let entries = entries.map(|(name, value)| (Cbor::from(*name), value.clone()));
        let mut bytes = Vec::new();
        ciborium::into_writer(&Cbor::Map(entries.collect()), &mut bytes).unwrap();
        bytes
    }

    fn all() -> impl Iterator<Item = Operation> {
        let reads = Operation::READS.into_iter().chain(Operation::USER_READS);
        let reads = reads.chain(Operation::INCIDENT_READS);
        reads.chain(Operation::WRITES).chain(Operation::FEEDBACK_WRITES)
    }

    #[test]
    fn every_operation_is_answered_with_its_member() {
        for operation in all() {
            let found = read(operation, &response(whole(operation)));
            assert!(found.is_ok(), "{operation:?}: {found:?}");
        }
        let empty = [
            Operation::UpdateUserPool,
            Operation::PutMetricAlarm,
            Operation::AdminUpdateAuthEventFeedback,
        ];
        let none: Vec<_> = all().filter(|it| it.answers_with().is_none()).collect();
        assert_eq!(none, empty, "the others answer with something");
        for operation in empty {
            for body in [&b""[..], b"{}", &[0xa0], &[0xbf, 0xff]] {
                assert!(read(operation, &response(body.to_vec())).is_ok(), "{operation:?}");
            }
        }
    }

    #[test]
    fn no_operation_is_answered_without_it() {
        for operation in all() {
            let Some(member) = operation.answers_with() else {
                continue;
            };
            let name = operation.as_str();
            let nulls = [
                json!({ member: null }).to_string().into_bytes(),
                cbor(&[(member, Cbor::Null)]),
            ];
            let bodies = [
                b"".to_vec(),
                b" \n".to_vec(),
                b"{}".to_vec(),
                vec![0xa0],
                json!({ "Other": { member: {} } }).to_string().into_bytes(),
            ];
            for body in bodies.into_iter().chain(nulls) {
                let found = read(operation, &response(body.clone()));
                assert_eq!(found, Err(NoAnswer::Lacks(member)), "{operation:?}: {body:?}");
            }
            if matches!(operation.service(), "sns" | "sts") {
                let xml = format!("<{name}Response><{name}Result/><{member}s/></{name}Response>");
                let found = read(operation, &response(xml));
                assert_eq!(found, Err(NoAnswer::Lacks(member)), "{operation:?}");
            }
        }
    }

    #[test]
    fn described_alarms_are_kept_whole_and_nothing_else_in_their_protocol() {
        let entry = |name: &str, value: Cbor| (Cbor::from(name), value);
        let time = Cbor::Tag(1, Box::new(Cbor::from(1.5)));
        let alarm = Cbor::Map(vec![
            entry("AlarmName", "a".into()),
            entry("New", Cbor::Array(vec![Cbor::Null, true.into(), 7.into()])),
            entry("At", time),
            entry("Odd", Cbor::Bytes(vec![1])),
            entry("NoNumber", f64::NAN.into()),
        ]);
        let body = cbor(&[("MetricAlarms", Cbor::Array(vec![alarm]))]);
        let found = read(Operation::DescribeAlarms, &response(body.clone())).unwrap();
        let wanted = json!({ "MetricAlarms": [{
            "AlarmName": "a", "New": [null, true, 7], "At": 1.5, "Odd": "bytes", "NoNumber": "a number" }] });
        assert_eq!(found, Some(wanted));
        assert_eq!(read(Operation::PutMetricAlarm, &response(body)), Ok(None));
    }

    #[test]
    fn what_is_no_object_is_no_answer() {
        for operation in all() {
            let name = operation.as_str();
            let page = format!("<html><{name}Response></html>");
            let mut bodies: Vec<Vec<u8>> = [
                "null",
                "[]",
                "[{}]",
                "\"OK\"",
                "true",
                "7",
                "OK",
                "{",
                "<html></html>",
                "<",
            ]
            .map(|text| text.as_bytes().to_vec())
            .into();
            bodies.extend([vec![0xf6], vec![0x80], vec![0xff], vec![0x9f]]);
            if !matches!(operation.service(), "sns" | "sts") {
                bodies.push(page.into_bytes());
            }
            for body in bodies {
                let found = read(operation, &response(body.clone()));
                assert_eq!(found, Err(NoAnswer::Foreign), "{operation:?}: {body:?}");
            }
        }
    }

    #[test]
    fn an_error_with_a_good_status_is_an_error_whatever_else_it_has() {
        for operation in all() {
            let member = operation.answers_with().unwrap_or("Unheard");
            let name = operation.as_str();
            for key in ["__type", "code", "Code", "error"] {
                let json = json!({ member: {}, key: "InternalErrorException", "message": "ü" }).to_string();
                let coded = cbor(&[
                    (member, Cbor::Map(Vec::new())),
                    (key, "InternalErrorException".into()),
                    ("message", "ü".into()),
                ]);
                for body in [json.into_bytes(), coded] {
                    let found = read(operation, &response(body));
                    let words = "InternalErrorException: ü".to_owned();
                    assert_eq!(found, Err(NoAnswer::Refusal(words)), "{operation:?} {key}");
                }
            }
            if matches!(operation.service(), "sns" | "sts") {
                for root in ["ErrorResponse".to_owned(), format!("{name}Response")] {
                    let xml = format!(
                        "<{root}><Error><Code>A</Code><Message>b</Message></Error><{member}/></{root}>"
                    );
                    let found = read(operation, &response(xml));
                    assert_eq!(found, Err(NoAnswer::Refusal("A: b".to_owned())), "{operation:?}");
                }
            }
            for header in ERROR_HEADERS {
                let mut response = response(whole(operation));
                response.headers_mut().insert(header, "InternalErrorException");
                let found = read(operation, &response);
                let words = "InternalErrorException".to_owned();
                assert_eq!(found, Err(NoAnswer::Refusal(words)), "{operation:?} {header}");
            }
        }
    }

    #[test]
    fn secrets_are_gone_before_a_body_is_kept_and_unknown_members_are_not() {
        let body = r#"{"UserPoolClient": {"ClientSecret": "s3cr3t", "NewMember": {"A": 1.50}}}"#;
        let kept = json!({"UserPoolClient": {"NewMember": {"A": 1.5}}, "HasSecret": true});
        for operation in [Operation::DescribeUserPoolClient, Operation::UpdateUserPoolClient] {
            assert_eq!(read(operation, &response(body)), Ok(Some(kept.clone())));
        }
    }
}
