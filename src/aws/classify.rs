//! Maps SDK errors to what they mean for a run.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::answer::NoAnswer;
use crate::aws::causes::{cause, causes, chain, plain};
use crate::aws::error::{CallError, Fault};
use crate::aws::origin::Origin;
use crate::aws::transport::Unreached;
use crate::model::observed::Failure;

/// What an error means, with the next step where the origin of the call knows one. Request ids are left out, so that equal
/// faults have equal words.
pub(super) fn classify<E>(error: &SdkError<E, HttpResponse>, origin: &Origin) -> CallError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(none) = cause::<NoAnswer>(error) {
        return CallError::failed(Failure::NotUnderstood, none.to_string());
    }
    match error {
        // An answer in another protocol is taken for an error without a code.
        SdkError::ServiceError(context) if context.raw().status().is_success() => {
            CallError::failed(Failure::NotUnderstood, chain(error))
        }
        SdkError::ServiceError(context) => service(
            context.err().code(),
            context.err().message(),
            context.raw().status().as_u16(),
            origin,
        ),
        SdkError::TimeoutError(_) => CallError::failed(Failure::TimedOut, "no answer came in time"),
        SdkError::ResponseError(context) if context.raw().status().is_server_error() => {
            let status = context.raw().status();
            CallError::failed(Failure::Unavailable, format!("HTTP status {}", status.as_u16()))
        }
        SdkError::ResponseError(_) => CallError::failed(Failure::NotUnderstood, chain(error)),
        other => unsent(other, origin),
    }
}

/// By the service's code, else by the HTTP status.
fn service(code: Option<&str>, message: Option<&str>, status: u16, origin: &Origin) -> CallError {
    let words: Vec<_> = [code, message]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let detail = if words.is_empty() {
        format!("HTTP status {status}")
    } else {
        words.join(": ")
    };
    if let Some(words) = code.and_then(|code| origin.refused(code, &detail)) {
        return CallError::failed(Failure::NoCredentials, words);
    }
    if code.is_some_and(|code| code.starts_with("OptInRequired")) {
        return CallError::failed(Failure::Denied, origin.not_enabled(&detail));
    }
    let fault = code.and_then(known).unwrap_or(Fault::Failed(match status {
        401 | 403 => Failure::Denied,
        429 => Failure::Throttled,
        _ => Failure::Unavailable,
    }));
    CallError::new(fault, &detail)
}

/// Codes whose meaning is known (docs/facts.md, "Errors").
fn known(code: &str) -> Option<Fault> {
    let denied = [
        "AccessDenied",
        "AuthorizationError",
        "ExpiredToken",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "InvalidSignature",
        "MissingAuthenticationToken",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "Unauthorized",
        "UnrecognizedClient",
    ];
    let throttled = [
        "Throttl",
        "TooManyRequests",
        "RequestLimitExceeded",
        "RequestThrottled",
    ];
    let starts = |words: &[&str]| words.iter().any(|word| code.starts_with(word));
    Some(match code {
        "ResourceNotFoundException" | "UserNotFoundException" | "NotFoundException" | "NotFound" => {
            Fault::NotFound
        }
        "UserPoolAddOnNotEnabledException" => Fault::AddOnNotEnabled,
        _ if starts(&throttled) => Fault::Failed(Failure::Throttled),
        _ if starts(&denied) => Fault::Failed(Failure::Denied),
        _ => return None,
    })
}

/// A call that did not come to an answer at all.
fn unsent<E: Error + 'static>(error: &SdkError<E, HttpResponse>, origin: &Origin) -> CallError {
    if let Some(credentials) = cause::<CredentialsError>(error) {
        // Who cannot be asked for credentials, such as the service that assumes roles, is not one without any.
        if let Some(unreached) = cause::<Unreached>(credentials).filter(|_| is_failed(credentials)) {
            return CallError::failed(
                Failure::Unavailable,
                origin.unreached(unreached, &reason(unreached)),
            );
        }
        let words = origin.no_credentials(credentials, &chain(inner(credentials)));
        return CallError::failed(Failure::NoCredentials, words);
    }
    if let Some(unreached) = cause::<Unreached>(error) {
        return CallError::failed(
            Failure::Unavailable,
            origin.unreached(unreached, &reason(unreached)),
        );
    }
    let late = matches!(error, SdkError::DispatchFailure(failure) if failure.is_timeout());
    let failure = if late {
        Failure::TimedOut
    } else {
        Failure::Unavailable
    };
    CallError::failed(failure, chain(error))
}

/// Whether a source of credentials was there, and failed.
fn is_failed(error: &CredentialsError) -> bool {
    !matches!(error, CredentialsError::CredentialsNotLoaded(_))
}

/// What is behind the words that every failure of a source of credentials begins with.
fn inner(error: &CredentialsError) -> &(dyn Error + 'static) {
    error.source().unwrap_or(error)
}

/// Why a connection did not come about: the innermost cause.
fn reason(error: &Unreached) -> String {
    let last = causes(error).last().unwrap_or(error);
    match last.downcast_ref::<std::io::Error>() {
        Some(error) => plain(error),
        None => last.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_what_they_mean() {
        use Failure::{Denied, NoCredentials, Throttled, Unavailable};
        let origin = Origin::default();
        for (code, status, fault) in [
            ("ResourceNotFoundException", 400, Fault::NotFound),
            ("UserPoolAddOnNotEnabledException", 400, Fault::AddOnNotEnabled),
            ("TooManyRequestsException", 400, Fault::Failed(Throttled)),
            ("ThrottlingException", 400, Fault::Failed(Throttled)),
            ("Throttling", 400, Fault::Failed(Throttled)),
            ("AccessDeniedException", 400, Fault::Failed(Denied)),
            ("AccessDenied", 403, Fault::Failed(Denied)),
            ("NotAuthorizedException", 400, Fault::Failed(Denied)),
            ("ExpiredTokenException", 400, Fault::Failed(NoCredentials)),
            ("UnrecognizedClientException", 400, Fault::Failed(NoCredentials)),
            ("OptInRequired", 403, Fault::Failed(Denied)),
            ("InternalErrorException", 500, Fault::Failed(Unavailable)),
            ("InvalidParameterException", 400, Fault::Failed(Unavailable)),
            ("OperationNotEnabledException", 400, Fault::Failed(Unavailable)),
            ("", 403, Fault::Failed(Denied)),
            ("", 429, Fault::Failed(Throttled)),
            ("", 503, Fault::Failed(Unavailable)),
        ] {
            assert_eq!(
                service(Some(code), None, status, &origin).fault,
                fault,
                "{code} {status}"
            );
        }
        let origin = Origin {
            region: "ap-east-1".to_owned(),
            ..Origin::default()
        };
        for (code, message, parts) in [
            (
                "OptInRequired",
                "The AWS Access Key Id needs a subscription",
                ["ap-east-1 is not enabled", "--region"],
            ),
            (
                "RequestTimeTooSkewed",
                "too large",
                ["the clock of this machine", "set the clock"],
            ),
            (
                "InvalidSignatureException",
                "Signature expired: x is now earlier than y",
                ["the clock", "set the clock"],
            ),
            (
                "MissingAuthenticationToken",
                "Missing",
                ["was not signed", "the proxy"],
            ),
            (
                "InvalidClientTokenId",
                "The security token is invalid",
                ["does not accept", "is active"],
            ),
        ] {
            let said = service(Some(code), Some(message), 403, &origin).detail;
            assert!(
                parts.iter().all(|part| said.contains(part)) && said.contains(message),
                "{said}"
            );
        }
        assert_eq!(service(None, None, 502, &origin).detail, "HTTP status 502");
        assert_eq!(service(Some("A"), Some("b"), 400, &origin).detail, "A: b");
    }
}
