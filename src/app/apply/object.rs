//! The objects that calls replace: how each is read, and what in it counts.

use serde_json::{Map, Value};

use crate::app::apply::alarm;
use crate::aws::convert;
use crate::aws::error::{CallError, Fault};
use crate::aws::port::ReadPort;
use crate::aws::{AlarmRequest, NamedAlarm};
use crate::model::alarm::Alarm;
use crate::model::client::Override;
use crate::model::posture::{Part, Posture};
use crate::model::response::RiskConfiguration;
use crate::observe::live::RawPool;
use crate::plan::{Call, Sets, Write, whole_alarm};
use crate::pointer::Pointer;
use crate::update::unordered;

/// An object that a call replaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    /// The pool itself.
    Pool,
    /// A client, by id.
    Client(String),
    /// The risk configuration of the pool, or of a client by id.
    Risk(Option<String>),
    /// MFA settings.
    Mfa,
    /// Log delivery.
    Logs,
    /// An alarm, by name.
    Alarm(String),
}

impl Object {
    /// The object of a call.
    pub(super) fn of(call: &Call) -> Self {
        let client = || call.client.clone();
        match &call.sets {
            Sets::Pool(_) => Self::Pool,
            Sets::Client(_) => Self::Client(client().unwrap_or_default()),
            Sets::Risk(_) => Self::Risk(client()),
            Sets::Mfa(_) => Self::Mfa,
            Sets::Logs(_) => Self::Logs,
            Sets::Alarm(set) => Self::Alarm(set.to.name.clone().unwrap_or_default()),
        }
    }

    /// The object of a call by its operation and the client or alarm that it is about; `None` for what is no call of this
    /// program.
    pub(super) fn named(operation: &str, about: Option<&str>) -> Option<Self> {
        let about = about.map(str::to_owned);
        let is = |write: Write| write.as_str() == operation;
        match about {
            None if is(Write::UpdateUserPool) => Some(Self::Pool),
            None if is(Write::SetUserPoolMfaConfig) => Some(Self::Mfa),
            None if is(Write::SetLogDeliveryConfiguration) => Some(Self::Logs),
            client if is(Write::SetRiskConfiguration) => Some(Self::Risk(client)),
            Some(client) if is(Write::UpdateUserPoolClient) => Some(Self::Client(client)),
            Some(name) if is(Write::PutMetricAlarm) => Some(Self::Alarm(name)),
            _ => None,
        }
    }

    /// The part of a posture that is unread where this could not be read; `None` for what every plan needs.
    pub(super) fn part(&self) -> Option<Part> {
        match self {
            Self::Pool => None,
            Self::Client(_) | Self::Risk(Some(_)) => Some(Part::Clients),
            Self::Risk(None) => Some(Part::Responses),
            Self::Mfa => Some(Part::Mfa),
            Self::Logs => Some(Part::LogDelivery),
            Self::Alarm(_) => Some(Part::Alarms),
        }
    }

    /// As the plan saw it; null for nothing.
    pub(super) fn seen(&self, raw: &RawPool, posture: &Posture) -> Value {
        match self {
            Self::Pool => raw.pool.clone(),
            Self::Client(id) => raw.clients.get(id).cloned().unwrap_or_default(),
            Self::Risk(client) => {
                let key = client.as_deref().unwrap_or_default();
                let section = raw.risk.get(key);
                section.map_or(Value::Null, |section| sections(section, client.as_deref()))
            }
            Self::Mfa => raw.mfa.clone(),
            Self::Logs => logs(&raw.logs),
            Self::Alarm(name) => {
                let alarms = posture.alarms.as_deref().unwrap_or_default();
                let own = |alarm: &&Alarm| alarm.name.as_ref() == Some(name) && !alarm.beyond.is_other_kind;
                let found = alarms.iter().find(own);
                found.map_or(Value::Null, whole_alarm)
            }
        }
    }

    /// As it is now.
    pub(super) async fn read(&self, port: &dyn ReadPort, pool: &str) -> Result<Found, CallError> {
        let value = match self {
            Self::Pool => member(port.describe_user_pool(pool).await?, "UserPool"),
            Self::Client(id) => member(port.describe_client(pool, id).await?, "UserPoolClient"),
            Self::Risk(client) => match port.risk_configuration(pool, client.as_deref()).await {
                Ok(body) => sections(&member(body, "RiskConfiguration"), client.as_deref()),
                Err(error) if matches!(error.fault, Fault::NotFound | Fault::AddOnNotEnabled) => Value::Null,
                Err(error) => return Err(error),
            },
            Self::Mfa => port.mfa_config(pool).await?,
            Self::Logs => match port.log_delivery(pool).await {
                Ok(body) => logs(&body),
                Err(error) if error.fault == Fault::NotFound => Value::Null,
                Err(error) => return Err(error),
            },
            Self::Alarm(name) => match port.alarm(name).await? {
                NamedAlarm::Free => Value::Null,
                NamedAlarm::OfMetric(request) => {
                    return Ok(Found {
                        value: alarm::read(&request),
                        alarm: Some(*request),
                    });
                }
                // The plan saw nothing of that name, or a plain alarm: it is another by now.
                NamedAlarm::Other => "an alarm of another kind".into(),
            },
        };
        Ok(Found { value, alarm: None })
    }
}

/// An object as it is.
pub(super) struct Found {
    /// What of it is compared; null for nothing.
    pub(super) value: Value,
    /// An alarm, with all that a request has to send back.
    pub(super) alarm: Option<AlarmRequest>,
}

fn member(mut body: Value, name: &str) -> Value {
    body.get_mut(name).map(Value::take).unwrap_or_default()
}

/// A configuration of one's own without ids and dates; null where there is none, or another's is inherited.
fn sections(section: &Value, client: Option<&str>) -> Value {
    let body = serde_json::json!({ "RiskConfiguration": section });
    let configured = match client {
        None => convert::pool_risk(Ok(body.clone())).map_or(true, |own| own != RiskConfiguration::default()),
        Some(id) => convert::client_risk(Ok(body.clone()), id).map_or(true, |own| own != Override::Inherit),
    };
    let Value::Object(mut members) = member(body, "RiskConfiguration") else {
        return Value::Null;
    };
    for name in ["UserPoolId", "ClientId", "LastModifiedDate"] {
        members.shift_remove(name);
    }
    if configured {
        Value::Object(members)
    } else {
        Value::Null
    }
}

/// What is described, with destinations by source; null for none. One without a source of its own has its number.
fn logs(body: &Value) -> Value {
    let root = body.get("LogDeliveryConfiguration").and_then(Value::as_object);
    let mut root = root.cloned().unwrap_or_default();
    root.shift_remove("UserPoolId");
    let list = root.shift_remove("LogConfigurations");
    let mut entries = Map::new();
    for (number, entry) in list.iter().filter_map(Value::as_array).flatten().enumerate() {
        let source = entry.get("EventSource").and_then(Value::as_str);
        let source = source.filter(|source| !entries.contains_key(*source));
        let source = source.map_or_else(|| number.to_string(), str::to_owned);
        entries.insert(source, entry.clone());
    }
    if !entries.is_empty() {
        root.insert("LogConfigurations".to_owned(), Value::Object(entries));
    }
    if root.is_empty() {
        Value::Null
    } else {
        Value::Object(root)
    }
}

/// Members that change by themselves, and that no call carries over.
const VOLATILE: [&str; 4] = [
    "EmailConfigurationFailure",
    "EstimatedNumberOfUsers",
    "LastModifiedDate",
    "SmsConfigurationFailure",
];

/// Places that are not the same, outermost first; an absent member, null and an empty object are the same thing, and so
/// are lists in another order: what is written starts from the object as it was read last.
pub(super) fn moved(before: &Value, after: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    compare(before, after, &Pointer::root(), &mut places);
    places
}

fn compare(before: &Value, after: &Value, at: &Pointer, places: &mut Vec<Pointer>) {
    let none = Map::new();
    match (members(before, &none), members(after, &none)) {
        (Some(one), Some(other)) => {
            let names: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            for name in names {
                if *at == Pointer::root() && VOLATILE.contains(&name.as_str()) {
                    continue;
                }
                let side = |members: &Map<String, Value>| members.get(name).cloned().unwrap_or_default();
                compare(&side(one), &side(other), &at.child(name), places);
            }
        }
        _ if unordered(before) != unordered(after) => places.push(at.clone()),
        _ => {}
    }
}

/// Members, where it is an object or nothing.
fn members<'a>(value: &'a Value, none: &'a Map<String, Value>) -> Option<&'a Map<String, Value>> {
    match value {
        Value::Null => Some(none),
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Whether a place is as a call makes it. What nobody sent and what was not there before are defaults that the
/// service writes out; lists are sets, in an order of the service's own.
pub(super) fn holds(before: &Value, after: &Value, there: &Value) -> bool {
    match (after, there) {
        (Value::Object(wanted), Value::Object(found)) => {
            let nothing = Value::Null;
            let part = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
            let sent = wanted
                .iter()
                .all(|(name, value)| holds(&part(before, name), value, found.get(name).unwrap_or(&nothing)));
            let mut more = found.iter().filter(|(name, _)| !wanted.contains_key(*name));
            sent && more.all(|(name, value)| is_nothing(value) || is_nothing(&part(before, name)))
        }
        (Value::Array(_), Value::Array(_)) => unordered(after) == unordered(there),
        (Value::Number(wanted), Value::Number(found)) => wanted == found || wanted.as_f64() == found.as_f64(),
        _ => after == there || (is_nothing(after) && is_nothing(there)),
    }
}

/// An absent flag is false, an absent list is empty: the service answers in either way.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_nothing),
        Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(before: &Value, after: &Value) -> Vec<String> {
        moved(before, after).iter().map(ToString::to_string).collect()
    }

    /// What moved is named and what moves by itself is not.
    #[test]
    fn changed_places_skip_timestamps() {
        let before = json!({ "A": { "B": 1, "C": [1] }, "D": {}, "LastModifiedDate": 1, "E": null });
        let after = json!({ "A": { "B": 1, "C": [2] }, "LastModifiedDate": 2, "F": "x" });
        assert_eq!(places(&before, &after), ["/A/C", "/F"]);
        assert_eq!(places(&before, &before), <[&str; 0]>::default());
        assert_eq!(
            places(&json!({ "A": { "LastModifiedDate": 1 } }), &json!({})),
            ["/A/LastModifiedDate"]
        );
        assert_eq!(places(&Value::Null, &json!([1])), [""]);
        let lists = json!({ "A": ["x", "y"], "B": [{ "C": [1, 2] }, 3] });
        assert_eq!(
            places(&lists, &json!({ "A": ["y", "x"], "B": [3, { "C": [2, 1] }] })),
            <[&str; 0]>::default()
        );
        assert_eq!(
            places(&lists, &json!({ "A": ["y"], "B": [3, { "C": [2] }] })),
            ["/A", "/B"]
        );
    }

    /// What a call made is told from what it did not.
    #[test]
    fn call_effect_detected() {
        let no = Value::Null;
        for (before, after, there, is) in [
            (no.clone(), json!("ENFORCED"), json!("ENFORCED"), true),
            (json!("AUDIT"), json!("ENFORCED"), json!("AUDIT"), false),
            (json!("AUDIT"), json!("ENFORCED"), no.clone(), false),
            (json!("AUDIT"), no.clone(), no.clone(), true),
            (json!("AUDIT"), no.clone(), json!("AUDIT"), false),
            (json!(true), json!(false), no.clone(), true),
            (json!(false), json!(true), no.clone(), false),
            (json!(["a"]), json!([]), no.clone(), true),
            (json!(["a"]), json!([]), json!(["a"]), false),
            (no.clone(), json!(["a", "b"]), json!(["b", "a"]), true),
            (no.clone(), json!(["a", "b"]), json!(["a"]), false),
            (no.clone(), json!(["a", "b"]), json!(["a", "a"]), false),
            (
                no.clone(),
                json!({ "A": 1 }),
                json!({ "A": 1.0, "Default": "x" }),
                true,
            ),
            (no.clone(), json!({ "A": 1 }), json!({ "Default": "x" }), false),
            (
                json!({ "Old": "x" }),
                json!({ "A": 1 }),
                json!({ "A": 1, "Old": "x" }),
                false,
            ),
            (
                json!({ "Old": false }),
                json!({ "A": 1 }),
                json!({ "A": 1, "Old": "x" }),
                true,
            ),
            (
                json!({ "D": { "B": 1 } }),
                json!({ "D": {} }),
                json!({ "D": { "B": 1 } }),
                false,
            ),
            (
                json!({ "D": { "B": 1 } }),
                json!({ "D": {} }),
                json!({ "D": { "C": 1 } }),
                true,
            ),
            (no, json!({ "D": { "B": 1 } }), json!({ "D": "x" }), false),
        ] {
            assert_eq!(holds(&before, &after, &there), is, "{before} {after} {there}");
        }
    }

    /// A configuration that is another's is none.
    #[test]
    fn risk_of_other_client_is_null() {
        let risk = json!({ "UserPoolId": "p", "LastModifiedDate": 5, "New": 1,
            "CompromisedCredentialsRiskConfiguration": { "Actions": { "EventAction": "BLOCK" } } });
        assert_eq!(sections(&risk, Some("c")), Value::Null);
        let own = sections(&risk, None);
        assert_eq!(own.as_object().map(Map::len), Some(2), "{own}");
        assert_eq!(sections(&json!({ "UserPoolId": "p" }), None), Value::Null);
    }
}
