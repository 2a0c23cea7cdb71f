//! What is put into a request on its way out, and taken from the answer.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

use crate::whole::drop_secrets;

/// Sends a body of ours in place of the SDK's, before the request is signed, and keeps what the last attempt was
/// answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange {
    body: Option<Arc<[u8]>>,
    seen: Arc<Mutex<Seen>>,
}

/// The answer to the last attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The service's id of the request.
    pub(super) request_id: Option<String>,
    /// What a good answer's body was.
    pub(super) body: Body,
}

/// A good answer's body.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Body {
    /// There was no good answer.
    #[default]
    None,
    /// Nothing.
    Empty,
    /// JSON, without secrets.
    Json(Value),
    /// A map in CBOR, which is what CloudWatch answers with.
    Cbor,
    /// Something else.
    Other,
}

impl Exchange {
    /// One that sends a JSON body.
    pub(super) fn sending(body: &Value) -> Self {
        Self {
            body: Some(body.to_string().into_bytes().into()),
            seen: Arc::default(),
        }
    }

    /// What the last attempt was answered.
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Intercept for Exchange {
    fn name(&self) -> &'static str {
        "Exchange"
    }

    /// Before signing, so that the signature covers what is sent; for each attempt, since each is made anew.
    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = &self.body {
            let request = context.request_mut();
            request
                .headers_mut()
                .insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body.to_vec());
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let seen = context.response().map(look).unwrap_or_default();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }
}

fn look(response: &HttpResponse) -> Seen {
    let headers = response.headers();
    let id = headers
        .get("x-amzn-requestid")
        .or_else(|| headers.get("x-amz-request-id"));
    Seen {
        request_id: id.map(str::to_owned),
        body: body(response),
    }
}

fn body(response: &HttpResponse) -> Body {
    match response.body().bytes() {
        _ if !response.status().is_success() => Body::None,
        Some([]) => Body::Empty,
        Some(bytes) => parsed(bytes),
        None => Body::Other,
    }
}

fn parsed(bytes: &[u8]) -> Body {
    if let Ok(mut value) = serde_json::from_slice(bytes) {
        drop_secrets(&mut value);
        return Body::Json(value);
    }
    match ciborium::from_reader::<ciborium::Value, _>(bytes) {
        Ok(ciborium::Value::Map(_)) => Body::Cbor,
        _ => Body::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn seen(status: u16, body: &'static str) -> Body {
        look(&HttpResponse::new(
            status.try_into().unwrap(),
            SdkBody::from(body),
        ))
        .body
    }

    #[test]
    fn a_good_answer_is_told_from_a_page_of_somebody_else() {
        assert_eq!(seen(200, ""), Body::Empty);
        assert_eq!(
            seen(200, r#"{"UserPoolClient": {"ClientSecret": "s3cr3t", "A": 1}}"#),
            Body::Json(json!({"UserPoolClient": {"A": 1}}))
        );
        assert_eq!(parsed(&[0xa0]), Body::Cbor);
        assert_eq!(parsed(&[0xbf, 0xff]), Body::Cbor);
        assert_eq!(seen(200, "<html>"), Body::Other, "`<` alone is a number in CBOR");
        assert_eq!(seen(400, "{}"), Body::None);
    }
}
