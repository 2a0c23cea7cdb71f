//! The SDK's errors into what they mean for a look.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::answer::NoAnswer;
use crate::aws::error::{CallError, Fault};
use crate::model::observed::Failure;

/// What an error means. Request ids are left out, so that equal faults have equal words.
pub(super) fn classify<E>(error: &SdkError<E, HttpResponse>) -> CallError
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
        ),
        SdkError::TimeoutError(_) => CallError::failed(Failure::TimedOut, "no answer came in time"),
        SdkError::ResponseError(context) if context.raw().status().is_server_error() => {
            let status = context.raw().status();
            CallError::failed(Failure::Unavailable, format!("HTTP status {}", status.as_u16()))
        }
        SdkError::ResponseError(_) => CallError::failed(Failure::NotUnderstood, chain(error)),
        other => unsent(other),
    }
}

/// By the service's code, else by the HTTP status.
fn service(code: Option<&str>, message: Option<&str>, status: u16) -> CallError {
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
        "ResourceNotFoundException" | "NotFoundException" | "NotFound" => Fault::NotFound,
        "UserPoolAddOnNotEnabledException" => Fault::AddOnNotEnabled,
        _ if starts(&throttled) => Fault::Failed(Failure::Throttled),
        _ if starts(&denied) => Fault::Failed(Failure::Denied),
        _ => return None,
    })
}

/// A call that did not come to an answer at all.
fn unsent<E: Error + 'static>(error: &SdkError<E, HttpResponse>) -> CallError {
    if let Some(credentials) = cause::<CredentialsError>(error) {
        return CallError::failed(Failure::NoCredentials, no_credentials(credentials));
    }
    let late = matches!(error, SdkError::DispatchFailure(failure) if failure.is_timeout());
    let failure = if late {
        Failure::TimedOut
    } else {
        Failure::Unavailable
    };
    CallError::failed(failure, chain(error))
}

fn no_credentials(error: &CredentialsError) -> String {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no credentials were found in the environment, the shared \
             configuration, or this machine's role; see `aws configure`, `--profile` and `--role-arn`"
                .to_owned()
        }
        other => chain(other),
    }
}

/// An error and its causes, outermost first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// The first cause of a kind.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(<dyn Error>::downcast_ref)
}

/// An error's words and those of its causes, each once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for error in causes(error) {
        let text = error.to_string();
        if !words.iter().any(|word| word.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_what_they_mean() {
        use Failure::{Denied, Throttled, Unavailable};
        for (code, status, fault) in [
            ("ResourceNotFoundException", 400, Fault::NotFound),
            ("UserPoolAddOnNotEnabledException", 400, Fault::AddOnNotEnabled),
            ("TooManyRequestsException", 400, Fault::Failed(Throttled)),
            ("ThrottlingException", 400, Fault::Failed(Throttled)),
            ("Throttling", 400, Fault::Failed(Throttled)),
            ("AccessDeniedException", 400, Fault::Failed(Denied)),
            ("AccessDenied", 403, Fault::Failed(Denied)),
            ("NotAuthorizedException", 400, Fault::Failed(Denied)),
            ("ExpiredTokenException", 400, Fault::Failed(Denied)),
            ("UnrecognizedClientException", 400, Fault::Failed(Denied)),
            ("InternalErrorException", 500, Fault::Failed(Unavailable)),
            ("InvalidParameterException", 400, Fault::Failed(Unavailable)),
            ("OperationNotEnabledException", 400, Fault::Failed(Unavailable)),
            ("", 403, Fault::Failed(Denied)),
            ("", 429, Fault::Failed(Throttled)),
            ("", 503, Fault::Failed(Unavailable)),
        ] {
            assert_eq!(service(Some(code), None, status).fault, fault, "{code} {status}");
        }
        assert_eq!(service(None, None, 502).detail, "HTTP status 502");
        assert_eq!(service(Some("A"), Some("b"), 400).detail, "A: b");
    }
}
