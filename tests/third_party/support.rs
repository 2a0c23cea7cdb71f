//! Where the emulators are, and what is put into them through their own APIs.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_cognitoidentityprovider::types::{
    AdvancedSecurityModeType, ExplicitAuthFlowsType, UserPoolAddOnsType, UserPoolMfaType,
};
use cogward::aws::{Connector, Limits, Session};
use cogward::model::observed::{Failure, Observed, Selector, Unread};
use cogward::model::posture::Part;
use cogward::observe::live::{Fetched, Place, Progress, Stop, observe};

/// The account that moto acts for, whoever calls.
pub const ACCOUNT: &str = "123456789012";

/// An emulator's address.
fn address(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} does not say where the emulator is: run these tests by `.ci/run emulators`")
    })
}

pub fn moto() -> String {
    address("COGWARD_TEST_MOTO")
}

pub fn ministack() -> String {
    address("COGWARD_TEST_MINISTACK")
}

/// A word of this run and call alone: emulators that are still running keep what was made before.
pub fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!(
        "{:x}x{}",
        since.unwrap().as_nanos(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// An account that only one test uses: ministack takes an access key of 12 digits for the account.
pub fn new_account() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let run = since.unwrap().as_millis() % 10_000_000_000;
    format!(
        "{:012}",
        run * 100 + u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
    )
}

/// What the tests prepare the emulators with.
pub async fn sdk(endpoint: &str, region: &str, account: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new(account, "secret", None, None, "tests"))
        .load()
        .await
}

/// A pool in audit with optional MFA, tagged with a word, and a client with a secret. Gives the pool's id and the secret.
pub async fn pool(cognito: &Cognito, tag: &str) -> (String, String) {
    let audit = UserPoolAddOnsType::builder()
        .advanced_security_mode(AdvancedSecurityModeType::Audit)
        .build()
        .unwrap();
    let made = cognito
        .create_user_pool()
        .pool_name("customers")
        .user_pool_add_ons(audit)
        .mfa_configuration(UserPoolMfaType::Off)
        .user_pool_tags("run", tag)
        .send()
        .await
        .unwrap();
    let id = made.user_pool.unwrap().id.unwrap();
    let client = cognito
        .create_user_pool_client()
        .user_pool_id(&id)
        .client_name("web")
        .generate_secret(true)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowUserSrpAuth)
        .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
        .send()
        .await
        .unwrap();
    (id, client.user_pool_client.unwrap().client_secret.unwrap())
}

/// The tool's own connector. Endpoints come from the shared configuration alone, one for each service: Cognito's under
/// its documented key and under the one that the SDK of this version looks for.
pub fn connector(cognito: &str, others: &str, account: &str) -> Connector {
    Connector::new(limits()).with_shared_config(format!(
        "[default]\naws_access_key_id = {account}\naws_secret_access_key = secret\nendpoint_url = {others}\n\
         services = emulators\n[services emulators]\n\
         cognito_identity_provider =\n  endpoint_url = {cognito}\n\
         cognito-identity-provider =\n  endpoint_url = {cognito}\n"
    ))
}

/// One attempt: what an emulator does not play, it does not play the second time either.
pub fn limits() -> Limits {
    Limits {
        quotas: false,
        attempts: 1,
        ..Limits::default()
    }
}

pub fn place(region: &str, selectors: impl Into<Vec<Selector>>) -> Place {
    Place {
        session: Session::default(),
        region: region.to_owned(),
        account: None,
        selectors: selectors.into(),
        shard: None,
    }
}

/// Counts calls by operation.
#[derive(Default)]
pub struct Calls(pub Mutex<BTreeMap<&'static str, usize>>);

impl Progress for Calls {
    fn called(&self, operation: &'static str) {
        *self.0.lock().unwrap().entry(operation).or_default() += 1;
    }
}

pub async fn look(connector: &Connector, places: &[Place]) -> (Fetched, BTreeMap<&'static str, usize>) {
    let calls = Calls::default();
    let look = observe(connector, places, &limits(), &calls, &Stop::default()).await;
    (look, calls.0.into_inner().unwrap())
}

/// The only pool of a look that was reached.
pub fn only(look: &Fetched) -> &Observed {
    assert_eq!(look.estate.unreachable, []);
    let [pool] = look.estate.pools.as_slice() else {
        panic!("not one pool: {:?}", look.estate)
    };
    pool
}

/// What neither emulator plays, and nothing else, could not be read of a pool with one client.
pub fn assert_unread(unread: &[Unread]) {
    let brief: Vec<_> = unread
        .iter()
        .map(|u| (u.part, u.client.as_deref(), u.operation.as_str(), u.failure))
        .collect();
    let risk = "DescribeRiskConfiguration";
    let gone = Failure::Unavailable;
    assert_eq!(
        brief,
        [
            (Part::Responses, None, risk, gone),
            (Part::Clients, Some("web"), risk, gone),
            (Part::LogDelivery, None, "GetLogDeliveryConfiguration", gone),
        ]
    );
}
