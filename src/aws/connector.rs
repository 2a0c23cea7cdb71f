//! Makes ports over the AWS SDK: credentials, regions, retries, time-outs, shared quotas.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::default_provider::region::DefaultRegionChain;
use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use futures::future::BoxFuture;
use tokio::sync::{Mutex, Semaphore};

use crate::aws::budget::RateBudget;
use crate::aws::client::Client;
use crate::aws::hosts::Hosts;
use crate::aws::limits::Limits;
use crate::aws::port::{Connect, ReadPort};
use crate::aws::session::Session;
use crate::aws::write::{ConnectWriter, WritePort, Writer};

/// Connects with the AWS SDK. Endpoints come from the environment and the shared configuration only, never from code.
pub struct Connector {
    limits: Limits,
    shared_config: Option<String>,
    calls: Arc<Semaphore>,
    sessions: Mutex<BTreeMap<Session, SdkConfig>>,
    budgets: Mutex<BTreeMap<(Owner, String), Arc<RateBudget>>>,
    hosts: Hosts,
}

impl fmt::Debug for Connector {
    /// Without the configuration, which may hold keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Whose quotas: an account's where it is known, else a session's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Account(String),
    Session(Session),
}

/// The shortest and the longest pause between two attempts.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

impl Connector {
    /// A connector. All its ports share the number of calls under way; those of one account and region share their
    /// quotas.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            shared_config: None,
            calls: Arc::new(Semaphore::new(
                limits.concurrency.clamp(1, Semaphore::MAX_PERMITS),
            )),
            sessions: Mutex::default(),
            budgets: Mutex::default(),
            hosts: Hosts::default(),
        }
    }

    /// The same with the text of a shared configuration file (`~/.aws/config`) in place of this machine's files, and of
    /// credentials in the environment: for simulated services.
    #[must_use]
    pub fn with_shared_config(self, text: impl Into<String>) -> Self {
        Self {
            shared_config: Some(text.into()),
            ..self
        }
    }

    /// Addresses that were asked until now and are none of AWS's, in order: `AWS_ENDPOINT_URL`, one of its variants for
    /// a service, or `endpoint_url` of a profile names them.
    #[must_use]
    pub fn endpoints(&self) -> Vec<String> {
        self.hosts.all()
    }

    /// The configuration of a session, loaded once, so that its credentials are asked for once.
    async fn config(&self, session: &Session, region: &str) -> SdkConfig {
        let mut sessions = self.sessions.lock().await;
        if let Some(config) = sessions.get(session) {
            return config.to_builder().region(Region::new(region.to_owned())).build();
        }
        let config = self.load(session, Region::new(region.to_owned())).await;
        sessions.insert(session.clone(), config.clone());
        config
    }

    /// The configuration and the quotas of a place, which all ports to it share.
    async fn reach(
        &self,
        session: &Session,
        region: &str,
        account: Option<&str>,
    ) -> (SdkConfig, Arc<RateBudget>) {
        let config = self.config(session, region).await;
        let owner = account.map_or_else(
            || Owner::Session(session.clone()),
            |id| Owner::Account(id.to_owned()),
        );
        let mut budgets = self.budgets.lock().await;
        let budget = budgets
            .entry((owner, region.to_owned()))
            .or_insert_with(|| Arc::new(RateBudget::new(self.limits.quotas, Arc::clone(&self.calls))));
        (config, Arc::clone(budget))
    }

    async fn load(&self, session: &Session, region: Region) -> SdkConfig {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(region.clone())
            .retry_config(self.retries())
            .timeout_config(self.timeouts())
            .identity_cache(IdentityCache::lazy().build());
        let files = self.shared_config.as_deref().map(files);
        if session.profile.is_some() || files.is_some() {
            loader = loader.credentials_provider(profile_credentials(session, &region, files.clone()));
        }
        if let Some(profile) = &session.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(files) = files {
            loader = loader.profile_files(files);
        }
        let base = loader.load().await;
        match &session.role_arn {
            Some(role) => assume(base, role, session.external_id.as_deref()).await,
            None => base,
        }
    }

    /// Set in code, so that `AWS_RETRY_MODE` cannot bring the adaptive mode, which waits far too long in short runs.
    fn retries(&self) -> RetryConfig {
        RetryConfig::standard()
            .with_max_attempts(self.limits.attempts.max(1))
            .with_initial_backoff(BACKOFF.0)
            .with_max_backoff(BACKOFF.1)
    }

    fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.limits.connect_timeout)
            .operation_attempt_timeout(self.limits.attempt_timeout)
            .operation_timeout(self.limits.call_timeout)
            .build()
    }
}

impl Connect for Connector {
    fn connect<'a>(
        &'a self,
        session: &'a Session,
        region: &'a str,
        account: Option<&'a str>,
    ) -> BoxFuture<'a, Arc<dyn ReadPort>> {
        Box::pin(async move {
            let (config, budget) = self.reach(session, region, account).await;
            let port: Arc<dyn ReadPort> = Arc::new(Client::new(&config, account, budget, self.hosts.clone()));
            port
        })
    }
}

impl ConnectWriter for Connector {
    fn connect_writer<'a>(
        &'a self,
        session: &'a Session,
        region: &'a str,
        account: Option<&'a str>,
    ) -> BoxFuture<'a, Arc<dyn WritePort>> {
        Box::pin(async move {
            let (config, budget) = self.reach(session, region, account).await;
            let port: Arc<dyn WritePort> = Arc::new(Writer::new(&config, budget, self.hosts.clone()));
            port
        })
    }
}

fn files(text: &str) -> EnvConfigFiles {
    EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, text)
        .build()
}

fn profile_credentials(
    session: &Session,
    region: &Region,
    files: Option<EnvConfigFiles>,
) -> ProfileFileCredentialsProvider {
    let config = ProviderConfig::without_region().with_region(Some(region.clone()));
    let mut builder = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(profile) = &session.profile {
        builder = builder.profile_name(profile);
    }
    if let Some(files) = files {
        builder = builder.profile_files(files);
    }
    builder.build()
}

async fn assume(base: SdkConfig, role: &str, external_id: Option<&str>) -> SdkConfig {
    let mut role = AssumeRoleProvider::builder(role)
        .configure(&base)
        .session_name("cogward");
    if let Some(id) = external_id {
        role = role.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(role.build().await);
    base.into_builder().credentials_provider(provider).build()
}

/// The region that the environment or a profile names, if any.
pub async fn default_region(profile: Option<&str>) -> Option<String> {
    let mut chain = DefaultRegionChain::builder();
    if let Some(profile) = profile {
        chain = chain.profile_name(profile);
    }
    Some(chain.build().region().await?.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_not_shown() {
        let connector =
            Connector::new(Limits::default()).with_shared_config("aws_secret_access_key = s3cr3t");
        assert!(!format!("{connector:?}").contains("s3cr3t"));
    }
}
