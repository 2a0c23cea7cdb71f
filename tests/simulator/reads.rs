//! Answers to reads arrive typed, in pages, and only for whom they are meant.

use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use aws_sdk_cognitoidentityprovider::types::{AdvancedSecurityModeType, UserPoolTierType};
use cogward::simulator::{Behaviour, Options, Pool, RawMembers};
use serde_json::json;

use crate::simulator::support::{ACCOUNT, CLIENT, POOL, REGION, cognito, cognito_as, raw, start};

#[tokio::test]
async fn a_pool_its_client_and_its_mfa() {
    let server = start(Options::default());
    let client = cognito(&server);
    let found = client
        .describe_user_pool()
        .user_pool_id(POOL)
        .send()
        .await
        .unwrap();
    let pool = found.user_pool().unwrap();
    assert_eq!((pool.id(), pool.name()), (Some(POOL), Some("customers")));
    assert_eq!(pool.user_pool_tier(), Some(&UserPoolTierType::Plus));
    let mode = pool.user_pool_add_ons().unwrap().advanced_security_mode();
    assert_eq!(mode, &AdvancedSecurityModeType::Audit);
    assert_eq!(
        pool.last_modified_date().unwrap().to_millis().unwrap(),
        1_790_000_000_500
    );
    let arn = format!("arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{POOL}");
    assert_eq!(pool.arn(), Some(arn.as_str()));

    let tags = client
        .list_tags_for_resource()
        .resource_arn(arn)
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tags().unwrap()["env"], "prod");

    let app = client
        .describe_user_pool_client()
        .user_pool_id(POOL)
        .client_id(CLIENT)
        .send();
    let app = app.await.unwrap();
    assert_eq!(app.user_pool_client().unwrap().explicit_auth_flows().len(), 1);

    let mfa = client
        .get_user_pool_mfa_config()
        .user_pool_id(POOL)
        .send()
        .await
        .unwrap();
    assert!(mfa.software_token_mfa_configuration().unwrap().enabled());
    assert_eq!(mfa.mfa_configuration().unwrap().as_str(), "OPTIONAL");

    let logs = client
        .get_log_delivery_configuration()
        .user_pool_id(POOL)
        .send()
        .await
        .unwrap();
    assert!(
        logs.log_delivery_configuration()
            .unwrap()
            .log_configurations()
            .is_empty()
    );

    let actions: Vec<_> = server
        .log()
        .iter()
        .map(|call| (call.action(), call.status))
        .collect();
    assert_eq!(actions[0], ("cognito-idp:DescribeUserPool".into(), Some(200)));
    assert_eq!(actions.len(), 5);
    let first = &server.log()[0];
    assert_eq!(
        (first.pool.as_deref(), first.account.as_deref()),
        (Some(POOL), Some(ACCOUNT))
    );
    assert_eq!(first.attempt.as_deref(), Some("attempt=1; max=1"));
}

#[tokio::test]
async fn listings_come_in_pages_and_may_be_hollow() {
    for hollow_pages in [false, true] {
        let behaviour = Behaviour {
            hollow_pages,
            ..Behaviour::default()
        };
        let server = start(Options {
            behaviour,
            ..Options::default()
        });
        server.change(|world| {
            let region = world.region_mut(ACCOUNT, REGION);
            for n in 0..149 {
                let pool = Pool::of(raw(json!({ "Name": format!("pool {n}") })));
                region.pools.insert(format!("us-west-2_{n:03}"), pool);
            }
            let pool = region.pools.get_mut(POOL).unwrap();
            pool.clients
                .extend((0..119).map(|n| (format!("{n:04}"), RawMembers::new())));
        });
        let client = cognito(&server);
        let pools = client
            .list_user_pools()
            .max_results(60)
            .into_paginator()
            .items()
            .send();
        let pools: Vec<_> = pools.collect::<Result<_, _>>().await.unwrap();
        assert_eq!(pools.len(), 150);
        let clients = client.list_user_pool_clients().user_pool_id(POOL).max_results(60);
        let clients: Vec<_> = clients
            .into_paginator()
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .unwrap();
        assert_eq!(clients.len(), 120);
        assert_eq!(server.log().len(), if hollow_pages { 7 } else { 5 });
    }
}

/// Regions accounts and strangers are told apart.
#[tokio::test]
async fn regions_accounts_and_unknown_keys() {
    let server = start(Options::default());
    server.change(|world| *world = world.clone().with_key("AKIAOTHER", "210987654321"));
    let code = async |client: aws_sdk_cognitoidentityprovider::Client| {
        let sent = client.describe_user_pool().user_pool_id(POOL).send().await;
        sent.unwrap_err().into_service_error().code().unwrap().to_owned()
    };
    assert_eq!(
        code(cognito_as(&server, "AKIAOTHER", REGION)).await,
        "ResourceNotFoundException"
    );
    let elsewhere = cognito_as(&server, crate::simulator::support::KEY, "eu-west-1");
    assert_eq!(code(elsewhere).await, "ResourceNotFoundException");
    assert_eq!(
        code(cognito_as(&server, "AKIASTRANGER", REGION)).await,
        "UnrecognizedClientException"
    );
    let accounts: Vec<_> = server.log().into_iter().map(|call| call.account).collect();
    assert_eq!(
        accounts,
        [Some("210987654321".into()), Some(ACCOUNT.into()), None]
    );
}
