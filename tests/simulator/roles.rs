//! Who calls, and roles of other accounts.

use aws_sdk_sts::error::ProvideErrorMetadata;
use cogward::simulator::{Options, Role};

use crate::simulator::support::{ACCOUNT, KEY, REGION, cognito_as, start, sts};

const OTHER: &str = "210987654321";

#[tokio::test]
async fn the_caller_is_told() {
    let server = start(Options::default());
    let found = sts(&server, KEY).get_caller_identity().send().await.unwrap();
    assert_eq!(found.account(), Some(ACCOUNT));
    assert_eq!(found.arn(), Some("arn:aws:iam::123456789012:user/tester"));
    let unknown = sts(&server, "AKIANOBODY").get_caller_identity().send().await;
    assert_eq!(
        unknown.unwrap_err().into_service_error().code(),
        Some("InvalidClientTokenId")
    );
}

/// A role gives keys of its account to who knows the external id.
#[tokio::test]
async fn assumed_role_needs_its_external_id() {
    let server = start(Options::default());
    let external_id = Some("e<&>1".to_owned());
    server.change(|world| {
        let other = world.accounts.entry(OTHER.into()).or_default();
        other.roles.insert(
            "reader".into(),
            Role {
                external_id,
                ..Role::default()
            },
        );
    });
    let client = sts(&server, KEY);
    let assume = |role: &str, id: Option<&str>| {
        let role = format!("arn:aws:iam::{OTHER}:role/path/{role}");
        let call = client.assume_role().role_arn(role).role_session_name("s");
        call.set_external_id(id.map(str::to_owned)).send()
    };
    for (role, id) in [
        ("reader", None),
        ("reader", Some("wrong")),
        ("writer", Some("e<&>1")),
    ] {
        let error = assume(role, id).await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("AccessDenied"), "{role}");
        assert!(error.message().unwrap().ends_with(role));
    }
    let given = assume("reader", Some("e<&>1")).await.unwrap();
    let key = given.credentials().unwrap().access_key_id().to_owned();
    let who = sts(&server, &key).get_caller_identity().send().await.unwrap();
    assert_eq!(who.arn(), Some("arn:aws:sts::210987654321:assumed-role/reader/s"));
    let pools = cognito_as(&server, &key, REGION)
        .list_user_pools()
        .max_results(1)
        .send()
        .await
        .unwrap();
    assert!(pools.user_pools().is_empty());
}

#[tokio::test]
async fn a_web_identity_needs_no_keys() {
    let server = start(Options::default());
    server.change(|world| {
        let web_identity_token = Some("header.payload.signature".to_owned());
        let role = Role {
            web_identity_token,
            ..Role::default()
        };
        let roles = &mut world.accounts.entry(OTHER.into()).or_default().roles;
        roles.extend([("ci".into(), role), ("reader".into(), Role::default())]);
    });
    let client = sts(&server, KEY);
    let assume = |role: &str, token: &str| {
        let call = client.assume_role_with_web_identity().role_session_name("s");
        call.role_arn(format!("arn:aws:iam::{OTHER}:role/{role}"))
            .web_identity_token(token)
            .send()
    };
    for (role, token, code) in [
        ("ci", "other", "InvalidIdentityToken"),
        ("reader", "header.payload.signature", "AccessDenied"),
        ("none", "header.payload.signature", "AccessDenied"),
    ] {
        let error = assume(role, token).await.unwrap_err().into_service_error();
        assert_eq!(error.meta().code(), Some(code));
    }
    let given = assume("ci", "header.payload.signature").await.unwrap();
    let who = sts(&server, given.credentials().unwrap().access_key_id())
        .get_caller_identity()
        .send()
        .await
        .unwrap();
    assert_eq!(who.account(), Some(OTHER));
}
