//! What is put into requests on their way through the SDK, and taken from responses: whole bodies, and how each attempt ended.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeDeserializationInterceptorContextMut,
    BeforeTransmitInterceptorContextMut, Error, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::{LengthLimitError, Limited};
use serde_json::Value;

use crate::aws::answer::{self, NoAnswer};
use crate::aws::budget::RateBudget;
use crate::aws::causes::cause;
use crate::aws::hosts::Hosts;
use crate::aws::operation::Operation;
use crate::aws::redact::clean;

/// What every call goes through, reads and writes alike: it ends a call whose response is not an answer to it, or does
/// not end, keeps the answer's body, members that the SDK does not know included, and reports to the budget how each
/// attempt ended, those that the SDK repeats by itself included.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) operation: Operation,
    budget: Arc<RateBudget>,
    hosts: Hosts,
    sends: Option<Arc<[u8]>>,
    seen: Arc<Mutex<Seen>>,
}

/// What came back of the last attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The service's id of the request.
    pub(super) request_id: Option<String>,
    /// The answer's body where it was JSON, without secrets.
    pub(super) body: Option<Value>,
}

impl Exchange {
    /// One for a call that the SDK writes.
    pub(super) fn new(operation: Operation, budget: Arc<RateBudget>, hosts: Hosts) -> Self {
        Self {
            operation,
            budget,
            hosts,
            sends: None,
            seen: Arc::default(),
        }
    }

    /// The same with a JSON body of ours in place of the SDK's.
    pub(super) fn sending(self, body: &Value) -> Self {
        Self {
            sends: Some(body.to_string().into_bytes().into()),
            ..self
        }
    }

    /// What came back of the last attempt.
    pub(super) fn seen(&self) -> Seen {
        self.see(|seen| seen.clone())
    }

    fn see<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Intercept for Exchange {
    fn name(&self) -> &'static str {
        "Exchange"
    }

    /// Before signing, so that the signature covers what is sent; for each attempt, since each is made again.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.see(|seen| *seen = Seen::default());
        self.hosts.asked(context.request().uri());
        if let Some(body) = &self.sends {
            let request = context.request_mut();
            request
                .headers_mut()
                .insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.to_vec());
        }
        Ok(())
    }

    /// The SDK reads a body to its end, whatever there is of it.
    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = std::mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, answer::LONGEST));
        Ok(())
    }

    /// A body that broke off was taken from the response: the SDK has an error of its own for it.
    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.output_or_error().is_err_and(is_too_long) {
            return Err(NoAnswer::TooLong.into());
        }
        let response = context.response();
        if response.status().is_success() && response.body().bytes().is_some() {
            let body = answer::read(self.operation, response)?;
            self.see(|seen| seen.body = body);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(response) = context.response() else {
            return Ok(());
        };
        if is_throttled(response) {
            self.budget.throttled(self.operation);
        } else if response.status().is_success() {
            self.budget.answered(self.operation);
        }
        let headers = response.headers();
        let id = headers
            .get("x-amzn-requestid")
            .or_else(|| headers.get("x-amz-request-id"));
        self.see(|seen| seen.request_id = id.map(clean));
        Ok(())
    }
}

/// Whether reading a body ended at the limit.
fn is_too_long(error: &OrchestratorError<Error>) -> bool {
    cause::<LengthLimitError>(error).is_some()
}

/// Whether an answer refuses a call because of too many calls, in any of the protocols that are spoken: the code is
/// text in all of them.
pub(super) fn is_throttled(response: &HttpResponse) -> bool {
    let status = response.status().as_u16();
    let names = |text: &[u8]| {
        ["Throttl", "TooManyRequests", "RequestLimitExceeded"]
            .iter()
            .any(|word| holds(text, word))
    };
    let header = response.headers().get("x-amzn-errortype");
    status == 429
        || (status >= 400
            && (header.is_some_and(|kind| names(kind.as_bytes()))
                || response.body().bytes().is_some_and(names)))
}

fn holds(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|window| window == word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
    }

    #[test]
    fn refusals_are_seen_in_every_protocol() {
        assert!(is_throttled(&response(
            400,
            r#"{"__type":"TooManyRequestsException","message":"Rate exceeded"}"#
        )));
        assert!(is_throttled(&response(400, "\u{a1}f__typejThrottling")));
        assert!(is_throttled(&response(429, "")));
        assert!(!is_throttled(&response(
            400,
            r#"{"__type":"ResourceNotFoundException"}"#
        )));
        assert!(!is_throttled(&response(200, "Throttling")));
        let mut by_header = response(400, "{}");
        by_header
            .headers_mut()
            .insert("x-amzn-errortype", "ThrottlingException:");
        assert!(is_throttled(&by_header));
    }
}
