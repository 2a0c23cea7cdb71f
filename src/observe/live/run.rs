//! What all calls of a look go through: stopping, the run's time, and being told of.

use futures::future::Either;
use tokio::time::Instant;

use crate::aws::error::CallError;
use crate::aws::operation::Operation;
use crate::aws::port::{Page, ReadPort, Reply};
use crate::model::observed::Failure;
use crate::observe::live::progress::Progress;
use crate::observe::live::stop::Stop;

/// One look at one region while it is under way.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) port: &'a dyn ReadPort,
    pub(super) progress: &'a dyn Progress,
    pub(super) stop: &'a Stop,
    pub(super) deadline: Option<Instant>,
}

impl<'a> Run<'a> {
    /// Waits for an answer, unless the run is stopped or its time is up.
    pub(super) async fn call<T>(&self, operation: Operation, reply: Reply<'_, T>) -> Result<T, CallError> {
        let late = match self.deadline {
            Some(deadline) => Either::Left(tokio::time::sleep_until(deadline)),
            None => Either::Right(std::future::pending()),
        };
        tokio::select! {
            biased;
            () = self.stop.stopped() => Err(CallError::failed(Failure::Stopped, "the run was stopped")),
            () = late => Err(CallError::failed(Failure::TimedOut, "the time for the whole run was up")),
            answer = reply => {
                self.progress.called(operation.as_str());
                answer
            }
        }
    }

    /// All items of a listing, and the error that ended it early, if one did. A page that names itself as the next one
    /// would never end.
    pub(super) async fn all<T>(
        &self,
        operation: Operation,
        page: impl Fn(&'a dyn ReadPort, Option<String>) -> Reply<'a, Page<T>>,
    ) -> (Vec<T>, Option<CallError>) {
        let mut items = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let found = match self.call(operation, page(self.port, token.clone())).await {
                Ok(found) => found,
                Err(error) => return (items, Some(error)),
            };
            items.extend(found.items);
            match found.next {
                None => return (items, None),
                next if next == token => {
                    let words = "a page of the listing names itself as the next one";
                    return (items, Some(CallError::failed(Failure::NotUnderstood, words)));
                }
                next => token = next,
            }
        }
    }
}
