//! Which attempts may be repeated: those that cannot have changed anything.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};

use crate::aws::transport::refused;
use crate::aws::wire::is_throttled;

/// Forbids the SDK to repeat what may have been carried out: the same write again could undo what somebody else did
/// in between. What it does not forbid, the SDK's own rules decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnlyHarmless;

impl ClassifyRetry for OnlyHarmless {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let failed = context.output_or_error().is_some_and(|result| result.is_err());
        let throttled = context.response().is_some_and(is_throttled);
        if !failed || throttled || never_sent(context) {
            RetryAction::NoActionIndicated
        } else {
            RetryAction::RetryForbidden
        }
    }

    fn name(&self) -> &'static str {
        "OnlyHarmless"
    }

    /// Runs last and overrides the other classifiers.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

fn never_sent(context: &InterceptorContext) -> bool {
    let error = context.output_or_error().and_then(Result::err);
    error
        .and_then(|error| error.as_connector_error())
        .is_some_and(refused)
}
