//! AWS JSON 1.0 and 1.1.

use serde_json::{Value, json};

use crate::simulator::failure::Failure;

/// The input of a call; an empty body is an empty input.
pub(super) fn decode(body: &[u8]) -> Result<Value, Failure> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(body) {
        Ok(input @ Value::Object(_)) => Ok(input),
        Ok(_) => Err(Failure::new(
            "SerializationException",
            "the request is not a JSON object",
        )),
        Err(error) => Err(Failure::new("SerializationException", error.to_string())),
    }
}

pub(super) fn answer(output: &Value) -> Vec<u8> {
    output.to_string().into_bytes()
}

pub(super) fn refusal(failure: &Failure) -> Vec<u8> {
    let body = json!({ "__type": failure.code, "message": failure.message });
    body.to_string().into_bytes()
}
