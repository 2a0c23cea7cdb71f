//! Smithy RPC v2 CBOR, which the SDK for Rust speaks to `CloudWatch`.

use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value, json};

use crate::simulator::failure::Failure;

/// The tag of a time in seconds since 1970 (RFC 8949, 3.4.2).
const EPOCH: u64 = 1;

/// Members of `CloudWatch`'s answers that are times. JSON cannot tell; CBOR must.
const TIMES: [&str; 5] = [
    "AlarmConfigurationUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
    "Timestamp",
    "Timestamps",
];

/// Members that are floating point even where the value is whole.
const DOUBLES: [&str; 2] = ["Threshold", "Values"];

/// The input of a call; an empty body is an empty input.
pub(super) fn decode(body: &[u8]) -> Result<Value, Failure> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    let said = |what: String| Failure::new("SerializationException", what);
    let value: Cbor = ciborium::from_reader(body).map_err(|error| said(error.to_string()))?;
    match to_json(value) {
        Some(input @ Value::Object(_)) => Ok(input),
        _ => Err(said(
            "the request is not a CBOR map of texts, numbers and lists".into(),
        )),
    }
}

fn to_json(value: Cbor) -> Option<Value> {
    Some(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(flag) => Value::Bool(flag),
        Cbor::Integer(number) => Value::from(i64::try_from(number).ok()?),
        Cbor::Float(number) => Value::Number(Number::from_f64(number)?),
        Cbor::Text(text) => Value::String(text),
        Cbor::Tag(EPOCH, seconds) => to_json(*seconds)?,
        Cbor::Array(items) => items.into_iter().map(to_json).collect::<Option<Vec<_>>>()?.into(),
        Cbor::Map(entries) => {
            let entry = |(key, value): (Cbor, Cbor)| Some((key.into_text().ok()?, to_json(value)?));
            let members = entries.into_iter().map(entry).collect::<Option<Map<_, _>>>()?;
            Value::Object(members)
        }
        _ => return None,
    })
}

pub(super) fn answer(output: &Value) -> Vec<u8> {
    bytes(&from_json(output, Kind::Plain))
}

pub(super) fn refusal(failure: &Failure) -> Vec<u8> {
    answer(&json!({ "__type": failure.code, "message": failure.message }))
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Time,
    Double,
}

impl Kind {
    fn of(member: &str) -> Self {
        if TIMES.contains(&member) {
            Self::Time
        } else if DOUBLES.contains(&member) {
            Self::Double
        } else {
            Self::Plain
        }
    }
}

fn from_json(value: &Value, kind: Kind) -> Cbor {
    match value {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Number(number) => from_number(number, kind),
        Value::Array(items) => Cbor::Array(items.iter().map(|item| from_json(item, kind)).collect()),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                (Cbor::Text(name.clone()), from_json(value, Kind::of(name)))
            };
            Cbor::Map(members.iter().map(member).collect())
        }
    }
}

fn from_number(number: &Number, kind: Kind) -> Cbor {
    let float = || Cbor::Float(number.as_f64().unwrap_or_default());
    match kind {
        Kind::Time => Cbor::Tag(EPOCH, Box::new(float())),
        Kind::Double => float(),
        Kind::Plain => number.as_i64().map_or_else(float, Cbor::from),
    }
}

/// Writing to memory does not fail; should it, the body is empty, which no client takes for an answer.
fn bytes(value: &Cbor) -> Vec<u8> {
    let mut out = Vec::new();
    match ciborium::into_writer(value, &mut out) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_doubles_are_told_by_name() {
        let output = json!({"MetricAlarms": [{"Threshold": 1, "Period": 300, "StateUpdatedTimestamp": 5, "AlarmName": "ä"}]});
        let cbor: Cbor = ciborium::from_reader(&answer(&output)[..]).unwrap();
        let text = format!("{cbor:?}");
        assert!(text.contains("Tag(1, Float(5.0))"), "{text}");
        assert!(text.contains("(Text(\"Threshold\"), Float(1.0))"), "{text}");
        assert!(
            text.contains("(Text(\"Period\"), Integer(Integer(300)))"),
            "{text}"
        );
        let back = decode(&answer(&output)).unwrap();
        assert_eq!(back["MetricAlarms"][0]["StateUpdatedTimestamp"], 5.0);
    }

    /// What is no map of plain values is refused.
    #[test]
    fn non_map_or_non_plain_refused() {
        assert_eq!(decode(&[]).unwrap(), json!({}));
        for value in [
            Cbor::Array(vec![]),
            Cbor::Bytes(vec![1]),
            Cbor::Map(vec![(Cbor::Null, Cbor::Null)]),
        ] {
            assert_eq!(decode(&bytes(&value)).unwrap_err().code, "SerializationException");
        }
        assert_eq!(decode(&[0xff]).unwrap_err().code, "SerializationException");
    }
}
