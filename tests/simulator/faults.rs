//! Each fault as the SDK sees it, permissions, quotas, latency and stopping.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::describe_user_pool::{
    DescribeUserPoolError, DescribeUserPoolOutput,
};
use cogward::simulator::{FaultKind, InjectedFault, Options, Quotas, Server, Service};
use serde_json::json;

use crate::simulator::support::{POOL, cloudwatch, cognito, sns, start, sts};

type Described = Result<DescribeUserPoolOutput, SdkError<DescribeUserPoolError>>;

fn struck(fault: InjectedFault) -> (Server, Client) {
    let server = start(Options {
        faults: vec![fault],
        ..Options::default()
    });
    let client = cognito(&server);
    (server, client)
}

async fn describe(client: &Client) -> Described {
    client.describe_user_pool().user_pool_id(POOL).send().await
}

fn status_and_code(described: Described) -> (u16, String) {
    let error = described.unwrap_err();
    let status = error.raw_response().unwrap().status().as_u16();
    (
        status,
        error.into_service_error().code().unwrap_or("none").to_owned(),
    )
}

/// Refusals come with the code of the service.
#[tokio::test]
async fn refusals_have_service_error_codes() {
    for (kind, status, code) in [
        (FaultKind::Throttle, 400, "TooManyRequestsException"),
        (FaultKind::Internal, 500, "InternalErrorException"),
        (FaultKind::AccessDenied, 400, "AccessDeniedException"),
        (FaultKind::ExpiredToken, 400, "ExpiredTokenException"),
        (FaultKind::NotFound, 400, "ResourceNotFoundException"),
        (
            FaultKind::ConcurrentModification,
            400,
            "ConcurrentModificationException",
        ),
        (FaultKind::BadGateway, 502, "none"),
    ] {
        let name = kind.name();
        let (server, client) = struck(InjectedFault::new(kind));
        assert_eq!(
            status_and_code(describe(&client).await),
            (status, code.to_owned()),
            "{name}"
        );
        assert_eq!(server.log()[0].faults, [name]);
        assert_eq!(server.log()[0].status, Some(status));
    }
}

#[tokio::test]
async fn other_services_have_words_of_their_own() {
    for (kind, in_cloudwatch, in_sns, in_sts) in [
        (FaultKind::Throttle, "Throttling", "Throttling", "Throttling"),
        (
            FaultKind::AccessDenied,
            "AccessDenied",
            "AuthorizationError",
            "AccessDenied",
        ),
        (
            FaultKind::Internal,
            "InternalServiceError",
            "InternalError",
            "InternalFailure",
        ),
        (
            FaultKind::ExpiredToken,
            "ExpiredToken",
            "ExpiredToken",
            "ExpiredToken",
        ),
    ] {
        let (server, _) = struck(InjectedFault::new(kind));
        let found = cloudwatch(&server).describe_alarms().send().await;
        assert_eq!(
            found.unwrap_err().into_service_error().meta().code(),
            Some(in_cloudwatch)
        );
        let found = sns(&server).get_topic_attributes().topic_arn("x").send().await;
        assert_eq!(
            found.unwrap_err().into_service_error().meta().code(),
            Some(in_sns)
        );
        let found = sts(&server, crate::simulator::support::KEY)
            .get_caller_identity()
            .send()
            .await;
        assert_eq!(
            found.unwrap_err().into_service_error().meta().code(),
            Some(in_sts)
        );
    }
}

#[tokio::test]
async fn no_answer_half_an_answer_and_no_sense() {
    let (server, client) = struck(InjectedFault::new(FaultKind::Reset));
    assert!(matches!(
        describe(&client).await,
        Err(SdkError::DispatchFailure(_))
    ));
    assert_eq!(
        (server.log()[0].status, server.log()[0].error.as_deref()),
        (None, None)
    );
    let (_server, client) = struck(InjectedFault::new(FaultKind::Truncated));
    let half = describe(&client).await.unwrap_err();
    assert!(matches!(half, SdkError::ResponseError(_)), "{half:?}");
    let (_server, client) = struck(InjectedFault::new(FaultKind::Garbage));
    let garbage = describe(&client).await.unwrap_err();
    assert_eq!(garbage.raw_response().unwrap().status().as_u16(), 200);
}

#[tokio::test]
async fn a_lost_answer_is_not_a_lost_call() {
    for (kind, done) in [
        (FaultKind::Lost, true),
        (FaultKind::Reset, false),
        (FaultKind::Internal, false),
    ] {
        let (server, client) = struck(InjectedFault::new(kind));
        let reset = client.set_user_pool_mfa_config().user_pool_id(POOL).send().await;
        assert!(reset.is_err());
        assert_eq!(server.world().pool(POOL).unwrap().mfa.is_empty(), done);
    }
}

#[tokio::test]
async fn a_fault_names_its_calls() {
    let fault = InjectedFault::new(FaultKind::Throttle)
        .at("DescribeUserPool")
        .on(POOL)
        .from(2)
        .times(2);
    let (server, client) = struck(fault);
    let mut seen = Vec::new();
    for _ in 0..5 {
        let other = client
            .describe_user_pool()
            .user_pool_id("us-west-2_B")
            .send()
            .await;
        assert_eq!(status_and_code(other).1, "ResourceNotFoundException");
        seen.push(describe(&client).await.is_ok());
    }
    assert_eq!(seen, [true, false, false, true, true]);
    let elsewhere = InjectedFault {
        region: Some("eu-west-1".into()),
        ..InjectedFault::new(FaultKind::Internal)
    };
    let another = InjectedFault {
        service: Some(Service::Sns),
        ..InjectedFault::new(FaultKind::Internal)
    };
    let of_client = InjectedFault::new(FaultKind::Internal).client("other");
    server.set_faults(vec![elsewhere, another, of_client]);
    assert!(describe(&client).await.is_ok());
    server.set_faults(vec![InjectedFault::new(FaultKind::Internal).client("")]);
    assert!(describe(&client).await.is_err());
}

#[tokio::test]
async fn answers_are_changed_and_pools_are_gone() {
    let (server, client) = struck(InjectedFault::new(FaultKind::Set(
        "/UserPool/UserPoolTier".into(),
        json!("ULTRA"),
    )));
    let found = describe(&client).await.unwrap();
    assert_eq!(
        found.user_pool().unwrap().user_pool_tier().unwrap().as_str(),
        "ULTRA"
    );
    let more = json!({ "UserPool": { "Name": "renamed", "New": { "a": 1 } } });
    server.set_faults(vec![
        InjectedFault::new(FaultKind::Merge(more)),
        InjectedFault::new(FaultKind::Slow(1)),
    ]);
    let found = describe(&client).await.unwrap();
    assert_eq!(found.user_pool().unwrap().name(), Some("renamed"));
    assert_eq!(server.log()[1].faults, ["merge", "slow"]);
    let theirs = FaultKind::Change(json!({ "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" }, "New": 1 }));
    server.set_faults(vec![InjectedFault::new(theirs).times(1)]);
    let changed = describe(&client).await.unwrap();
    let changed = changed.user_pool().unwrap();
    let add_ons = changed.user_pool_add_ons().unwrap();
    assert_eq!(add_ons.advanced_security_mode().as_str(), "OFF");
    assert!(changed.last_modified_date().unwrap().secs() > 1_790_000_000);
    assert_eq!(server.world().pool(POOL).unwrap().user_pool["New"], 1);
    server.set_faults(vec![InjectedFault::new(FaultKind::Gone).from(2)]);
    assert!(describe(&client).await.is_ok());
    assert_eq!(
        status_and_code(describe(&client).await).1,
        "ResourceNotFoundException"
    );
    assert!(server.world().pool(POOL).is_none());
}

#[tokio::test]
async fn what_is_not_allowed_is_denied() {
    let allowed = Some(BTreeSet::from(["cognito-idp:DescribeUserPool".to_owned()]));
    let server = start(Options {
        allowed,
        ..Options::default()
    });
    let client = cognito(&server);
    assert!(describe(&client).await.is_ok());
    let denied = client
        .list_user_pools()
        .max_results(1)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    let said = denied.message().unwrap();
    assert!(
        said.ends_with("is not authorized to perform: cognito-idp:ListUserPools"),
        "{said}"
    );
    assert!(
        sts(&server, crate::simulator::support::KEY)
            .get_caller_identity()
            .send()
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn quotas_throttle_what_is_too_much() {
    let server = start(Options {
        quotas: Some(Quotas::documented()),
        ..Options::default()
    });
    let client = cognito(&server);
    let calls = (0..9).map(|_| client.get_user_pool_mfa_config().user_pool_id(POOL).send());
    let answers = futures::future::join_all(calls).await;
    let refused = answers.into_iter().filter_map(Result::err);
    let codes: Vec<_> = refused
        .map(|error| error.into_service_error().code().unwrap().to_owned())
        .collect();
    assert!(!codes.is_empty() && codes.len() <= 4, "{codes:?}");
    assert!(codes.iter().all(|code| code == "TooManyRequestsException"));
}

#[tokio::test]
async fn calls_take_their_time_side_by_side() {
    let latency = Duration::from_millis(60);
    let server = start(Options {
        latency,
        ..Options::default()
    });
    let client = cognito(&server);
    let start = Instant::now();
    let answers = futures::future::join_all((0..8).map(|_| describe(&client))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(start.elapsed() >= latency);
    assert!(server.busiest() > 1, "{}", server.busiest());
    server.forget();
    assert_eq!((server.log().len(), server.busiest()), (0, 0));
}

/// A server stops at once also with a call on its way.
#[tokio::test]
async fn server_stops_at_once_during_a_call() {
    let (server, client) = struck(InjectedFault::new(FaultKind::Slow(600_000)));
    let address = server.address();
    let call = tokio::spawn(async move { describe(&client).await });
    while server.log().is_empty() {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(call.await.unwrap().is_err());
    assert!(std::net::TcpStream::connect(address).is_err());
}
