//! What every operation takes from its input, and how the service answers to a bad one.

use serde_json::Value;

use crate::simulator::failure::Failure;

/// A text of the input.
pub(super) fn text<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name)?.as_str()
}

/// The texts of a list of the input.
pub(super) fn texts<'a>(input: &'a Value, name: &str) -> Vec<&'a str> {
    let list = input.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// `CloudWatch`'s answer to a request it does not like.
pub(super) fn invalid(message: impl Into<String>) -> Failure {
    Failure::new("ValidationError", message)
}

/// Its answer to a token that it did not give out.
pub(super) fn bad_token() -> Failure {
    Failure::new("InvalidNextToken", "The next token specified is invalid.")
}
