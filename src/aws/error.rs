//! Why a call has no answer.

use std::fmt;

use crate::aws::operation::Operation;
use crate::aws::redact;
use crate::model::observed::{Failure, Unread};
use crate::model::posture::Part;

/// What kind of an error a call ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// `ResourceNotFoundException` or `NotFound`: there is no such thing. For a risk configuration it may also
    /// mean that nothing is configured (docs/facts.md, "`DescribeRiskConfiguration` where nothing is configured").
    NotFound,
    /// `UserPoolAddOnNotEnabledException`: threat protection was never switched on.
    AddOnNotEnabled,
    /// Anything else: the answer is unknown.
    Failed(Failure),
}

/// A call without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CallError {
    /// What kind.
    pub fault: Fault,
    /// AWS's own words, or the library's. Hostile text, no secrets: see [`CallError::new`].
    pub detail: String,
}

impl CallError {
    /// An error in the service's or the library's words. What looks like a credential in them is taken out, and then
    /// what is longer than anybody reads.
    pub fn new(fault: Fault, detail: &str) -> Self {
        let detail = redact::clean(detail);
        Self { fault, detail }
    }

    /// An error that says nothing of what was asked for.
    pub fn failed(failure: Failure, detail: impl AsRef<str>) -> Self {
        Self::new(Fault::Failed(failure), detail.as_ref())
    }

    /// Why the thing is unread, where "there is no such thing" is not an answer.
    pub fn failure(&self) -> Failure {
        match self.fault {
            Fault::Failed(failure) => failure,
            Fault::NotFound | Fault::AddOnNotEnabled => Failure::Unavailable,
        }
    }

    /// That a part of a pool, or of a client, could not be read for it.
    pub fn unread(&self, part: Part, client: Option<&str>, operation: Operation) -> Unread {
        Unread::new(part, client, operation.as_str(), self.failure(), &self.detail)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.failure().label(), self.detail)
    }
}
