//! What is taken from answers on their way through the SDK: whole bodies, and refusals of single attempts.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

use crate::aws::budget::Budget;
use crate::aws::operation::Operation;
use crate::whole::drop_secrets;

/// Keeps the body of a good answer, members that the SDK does not know included, but for secrets, which are taken out
/// before anything else sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Capture {
    body: Arc<Mutex<Option<Value>>>,
}

impl Capture {
    /// The body of the last attempt's answer, where it was good and JSON.
    pub(super) fn take(&self) -> Option<Value> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = whole_body(context.response());
        Ok(())
    }
}

fn whole_body(response: &HttpResponse) -> Option<Value> {
    let bytes = response
        .body()
        .bytes()
        .filter(|_| response.status().is_success())?;
    let mut body = serde_json::from_slice(bytes).ok()?;
    drop_secrets(&mut body);
    Some(body)
}

/// Tells a budget how each attempt ended, those that the SDK repeats by itself included.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    pub(super) budget: Arc<Budget>,
    pub(super) operation: Operation,
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        match context.response() {
            Some(response) if is_throttled(response) => self.budget.throttled(self.operation),
            Some(response) if response.status().is_success() => self.budget.answered(self.operation),
            _ => {}
        }
        Ok(())
    }
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
    use aws_smithy_types::body::SdkBody;
    use serde_json::json;

    use super::*;

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
    }

    #[test]
    fn secrets_are_gone_before_a_body_is_kept_and_unknown_members_are_not() {
        let body = r#"{"UserPoolClient": {"ClientSecret": "s3cr3t", "NewMember": {"A": 1.50}}}"#;
        assert_eq!(
            whole_body(&response(200, body)),
            Some(json!({"UserPoolClient": {"NewMember": {"A": 1.5}}}))
        );
        assert_eq!(whole_body(&response(200, "<html>")), None);
        assert_eq!(whole_body(&response(400, "{}")), None);
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
