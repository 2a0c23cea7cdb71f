//! Makes ports over the AWS SDK: credentials, regions, retries, time-outs, shared quotas.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::identity::IdentityCache;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
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
use crate::aws::origin::Origin;
use crate::aws::port::{Connect, ReadPort};
use crate::aws::profile::{AwsVariables, ProfileFacts, examine};
use crate::aws::session::Session;
use crate::aws::transport::Transport;
use crate::aws::write::{ConnectWriter, WritePort, Writer};

/// Connects with the AWS SDK. Endpoints come from the environment and the shared configuration only, never from code.
pub struct Connector {
    limits: Limits,
    shared_config: Option<String>,
    calls: Arc<Semaphore>,
    sessions: Mutex<BTreeMap<Session, (SdkConfig, Origin)>>,
    budgets: Mutex<BTreeMap<(Owner, String), Arc<RateBudget>>>,
    hosts: Hosts,
    variables: Arc<AwsVariables>,
    transport: Transport,
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
            variables: Arc::default(),
            transport: Transport::new(),
        }
    }

    /// The same with what the environment says of credentials and addresses. The SDK reads the environment by itself; what is
    /// known here decides which profile it takes, and is named in errors.
    pub fn with_variables(self, variables: AwsVariables) -> Self {
        Self {
            variables: Arc::new(variables),
            ..self
        }
    }

    /// The same with the text of a shared configuration file (`~/.aws/config`) in place of this machine's files, and of
    /// credentials in the environment: for simulated services.
    pub fn with_shared_config(self, text: impl Into<String>) -> Self {
        Self {
            shared_config: Some(text.into()),
            ..self
        }
    }

    /// Addresses that were asked until now and are none of AWS's, in order: `AWS_ENDPOINT_URL`, one of its variants for
    /// a service, or `endpoint_url` of a profile names them.
    pub fn endpoints(&self) -> Vec<String> {
        self.hosts.all()
    }

    /// The configuration of a session, loaded once, so that its credentials are asked for once.
    async fn config(&self, session: &Session, region: &str) -> (SdkConfig, Origin) {
        let mut sessions = self.sessions.lock().await;
        if let Some((config, origin)) = sessions.get(session) {
            let config = config.to_builder().region(Region::new(region.to_owned())).build();
            return (config, origin.of_region(region));
        }
        let loaded = self.load(session, Region::new(region.to_owned())).await;
        sessions.insert(session.clone(), loaded.clone());
        loaded
    }

    /// The configuration and the quotas of a place, which all ports to it share.
    async fn reach(
        &self,
        session: &Session,
        region: &str,
        account: Option<&str>,
    ) -> (SdkConfig, Origin, Arc<RateBudget>) {
        let (config, origin) = self.config(session, region).await;
        let owner = account.map_or_else(
            || Owner::Session(session.clone()),
            |id| Owner::Account(id.to_owned()),
        );
        let mut budgets = self.budgets.lock().await;
        let budget = budgets
            .entry((owner, region.to_owned()))
            .or_insert_with(|| Arc::new(RateBudget::new(self.limits.quotas, Arc::clone(&self.calls))));
        (config, origin, Arc::clone(budget))
    }

    async fn load(&self, session: &Session, region: Region) -> (SdkConfig, Origin) {
        let files = self.shared_config.as_deref().map(files);
        let typed = session.profile.as_deref();
        let examined = examine(typed, &self.variables, files.clone()).await;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.transport.clone())
            .region(region.clone())
            .retry_config(self.retries())
            .timeout_config(self.timeouts())
            .identity_cache(IdentityCache::lazy().build());
        let profile = self.variables.profile(typed).map_or("default", |(name, _)| name);
        // A profile that says where credentials come from, or that cannot be used, is never passed over: the next in the SDK's
        // chain is the machine's own role, which is somebody else.
        let says = examined.as_ref().map_or(true, |facts| facts.has_credentials);
        if typed.is_some() || files.is_some() {
            loader = loader.credentials_provider(profile_credentials(
                profile,
                &self.provider(&region),
                files.clone(),
            ));
        } else if says {
            let keys = EnvironmentVariableCredentialsProvider::new();
            let own = profile_credentials(profile, &self.provider(&region), None);
            loader = loader.credentials_provider(
                CredentialsProviderChain::first_try("Environment", keys).or_else("Profile", own),
            );
        }
        loader = loader.profile_name(profile);
        if let Some(files) = files {
            loader = loader.profile_files(files);
        }
        let base = loader.load().await;
        let origin = Origin {
            session: session.clone(),
            region: region.as_ref().to_owned(),
            variables: Arc::clone(&self.variables),
            profile: examined.unwrap_or_else(|_| ProfileFacts::default()),
        };
        let config = match &session.role_arn {
            Some(role) => assume(base, role, session.external_id.as_deref()).await,
            None => base,
        };
        (config, origin)
    }

    /// What sources of credentials call with.
    fn provider(&self, region: &Region) -> ProviderConfig {
        ProviderConfig::without_region()
            .with_region(Some(region.clone()))
            .with_http_client(self.transport.clone())
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
            let (config, origin, budget) = self.reach(session, region, account).await;
            let port: Arc<dyn ReadPort> =
                Arc::new(Client::new(&config, account, budget, self.hosts.clone(), origin));
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
            let (config, origin, budget) = self.reach(session, region, account).await;
            let port: Arc<dyn WritePort> = Arc::new(Writer::new(&config, budget, self.hosts.clone(), origin));
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
    profile: &str,
    config: &ProviderConfig,
    files: Option<EnvConfigFiles>,
) -> ProfileFileCredentialsProvider {
    let mut builder = ProfileFileCredentialsProvider::builder()
        .configure(config)
        .profile_name(profile);
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

/// The region that the environment, a profile or the machine names, if any. A variable that is set to nothing names none.
pub async fn default_region(profile: Option<&str>, variables: &AwsVariables) -> Option<String> {
    let named = ["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| variables.get(name));
    if let Some(region) = named.into_iter().flatten().next() {
        return Some(region.to_owned());
    }
    let name = variables.profile(profile).map_or("default", |(name, _)| name);
    let of_profile = ProfileFileRegionProvider::builder().profile_name(name).build();
    let found = match of_profile.region().await {
        Some(region) => Some(region),
        None => ImdsRegionProvider::builder().build().region().await,
    };
    found
        .map(|region| region.as_ref().to_owned())
        .filter(|region| !region.is_empty())
}

/// Checks the profile that is used, before anything is asked of AWS.
///
/// # Errors
/// A profile is named that is not there, or the shared configuration cannot be used: in words, with what to do.
pub async fn check_profile(profile: Option<&str>, variables: &AwsVariables) -> Result<(), String> {
    examine(profile, variables, None).await.map(|_| ())
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
