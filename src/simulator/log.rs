//! What the simulator was asked: one entry a call.

use std::time::Duration;

use crate::simulator::service::Service;

/// A call that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedCall {
    /// The service.
    pub service: Service,
    /// The operation.
    pub operation: String,
    /// The caller's account, if the caller is known.
    pub account: Option<String>,
    /// The region it was signed for; empty if it was not signed.
    pub region: String,
    /// The pool it is about.
    pub pool: Option<String>,
    /// The client it is about.
    pub client: Option<String>,
    /// When it arrived, since the server was started.
    pub at: Duration,
    /// The SDK's `amz-sdk-request`, such as `attempt=1; max=3`.
    pub attempt: Option<String>,
    /// HTTP status of the answer; `None` if there was none, or not yet.
    pub status: Option<u16>,
    /// The error code, if it was refused.
    pub error: Option<String>,
    /// The faults that were injected, by name.
    pub faults: Vec<&'static str>,
}

impl LoggedCall {
    /// Its action as IAM writes it: `cognito-idp:DescribeUserPool`.
    pub fn action(&self) -> String {
        format!("{}:{}", self.service.prefix(), self.operation)
    }
}
