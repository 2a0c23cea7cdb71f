//! What the simulator answers when it refuses a call: a code, a message and a status.

use serde_json::Value;

/// A refusal, in the words of the service that is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The error code, such as `ResourceNotFoundException`.
    pub(super) code: String,
    /// The message.
    pub(super) message: String,
    /// HTTP status.
    pub(super) status: u16,
}

impl Failure {
    /// A refusal with status 400, which is what most are.
    pub(super) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status: 400,
        }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Cognito's answer to a request it does not like.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}

/// What an operation answers: the output's members, or a refusal.
pub(super) type Answer = Result<Value, Failure>;
