//! Pools and clients as moto answers them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cognitoidentityprovider::Client as Cognito;
use aws_sdk_cognitoidentityprovider::types::{SoftwareTokenMfaConfigType, UserPoolMfaType};
use cogward::model::client::Override;
use cogward::model::mode::{MfaConfiguration, Mode};
use cogward::model::observed::Selector;
use cogward::model::posture::Part;

use crate::third_party::support::{
    ACCOUNT, assert_unread, connector, look, ministack, moto, only, place, pool, sdk, unique,
};

/// MFA and a domain come from calls of their own in moto, as in AWS.
async fn with_mfa_and_domain(cognito: &Cognito, id: &str) {
    let token = SoftwareTokenMfaConfigType::builder().enabled(true).build();
    let mfa = cognito.set_user_pool_mfa_config().user_pool_id(id);
    mfa.software_token_mfa_configuration(token)
        .mfa_configuration(UserPoolMfaType::Optional)
        .send()
        .await
        .unwrap();
    let domain = cognito.create_user_pool_domain().user_pool_id(id);
    domain.domain(unique()).send().await.unwrap();
}

/// A pool is read and what is not played is named.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn pool_is_read_and_unplayed_parts_named() {
    let region = "us-west-2";
    let cognito = Cognito::new(&sdk(&moto(), region, ACCOUNT).await);
    let (id, secret) = pool(&cognito, "one").await;
    with_mfa_and_domain(&cognito, &id).await;
    let connector = connector(&moto(), &ministack(), ACCOUNT);
    let (seen, calls) = look(&connector, &[place(region, [Selector::of_id(&id)])]).await;
    let found = only(&seen);
    // This simulator keeps MFA twice, and its two answers contradict each other.
    let (mfa, others): (Vec<_>, Vec<_>) = found
        .unread
        .iter()
        .cloned()
        .partition(|one| one.part == Part::Mfa);
    let [mfa] = mfa.as_slice() else {
        panic!("MFA is not in doubt: {:?}", found.unread)
    };
    assert_eq!(
        mfa.detail,
        "DescribeUserPool says OFF, and GetUserPoolMfaConfig OPTIONAL"
    );
    assert_unread(&others);
    assert_eq!((found.id(), found.name.as_str()), (id.as_str(), "customers"));
    assert_eq!(found.tags, BTreeMap::from([("run".to_owned(), "one".to_owned())]));
    assert!(found.created.is_some() && found.last_modified >= found.created);
    assert_eq!(found.posture.mode.standard, Some(Mode::Audit));
    assert_eq!(found.posture.account.as_deref(), Some(ACCOUNT));
    assert_eq!(found.posture.domain, Some(true));
    assert_eq!(found.posture.mfa.configuration, Some(MfaConfiguration::Optional));
    let [client] = found.posture.clients.as_slice() else {
        panic!("not one client: {:?}", found.posture.clients)
    };
    assert_eq!((client.key.as_str(), &client.risk), ("web", &Override::Unknown));
    assert_eq!(client.settings.auth_flows.as_ref().map(BTreeSet::len), Some(2));
    // The whole object is kept, with members that no rule reads, and without the secret.
    let raw = &seen.raw[&id];
    assert!(
        raw.pool["SchemaAttributes"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
    assert_eq!(raw.clients.len(), 1);
    assert!(!format!("{seen:?}").contains(&secret));
    assert_eq!(calls.get("ListUserPools"), None, "ids are not looked up");
}

/// Pools and clients of more than one page are all read.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn pools_and_clients_on_several_pages() {
    let (region, tag) = ("eu-central-1", unique());
    let cognito = Cognito::new(&sdk(&moto(), region, ACCOUNT).await);
    let (first, _) = pool(&cognito, &tag).await;
    for index in 1..=60 {
        let client = cognito.create_user_pool_client().user_pool_id(&first);
        client.client_name(format!("app-{index}")).send().await.unwrap();
        let pool = cognito
            .create_user_pool()
            .pool_name("more")
            .user_pool_tags("run", &tag);
        pool.send().await.unwrap();
    }
    let selector = Selector {
        tags: BTreeMap::from([("run".to_owned(), tag)]),
        ..Selector::default()
    };
    let places = [place(region, [selector])];
    let (seen, calls) = look(&connector(&moto(), &ministack(), ACCOUNT), &places).await;
    assert_eq!(seen.estate.pools.len(), 61);
    let large = seen.estate.pools.iter().find(|pool| pool.id() == first).unwrap();
    assert_eq!(large.posture.clients.len(), 61);
    assert!(calls["ListUserPools"] >= 2, "{calls:?}");
    assert!(calls["ListUserPoolClients"] >= 62, "{calls:?}");
}

/// A pool that does not exist is missing and one of another region too.
#[tokio::test]
#[ignore = "needs emulators: .ci/run emulators"]
async fn missing_pool_and_pool_of_other_region() {
    let (here, there) = ("eu-west-3", "eu-north-1");
    let cognito = Cognito::new(&sdk(&moto(), there, ACCOUNT).await);
    let (id, _) = pool(&cognito, "there").await;
    let wanted = ["eu-west-3_Nowhere", id.as_str()];
    let connector = connector(&moto(), &ministack(), ACCOUNT);
    let (seen, _) = look(&connector, &[place(here, wanted.map(Selector::of_id))]).await;
    assert_eq!(seen.estate.pools, []);
    assert_eq!(seen.estate.unreachable, []);
    let mut wanted = wanted.map(str::to_owned).to_vec();
    wanted.sort();
    assert_eq!(seen.estate.missing, wanted);
}
