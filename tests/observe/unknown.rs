//! Values and members that this version does not know.

use cogward::model::client::Override;
use cogward::model::mode::Mode;
use cogward::model::observed::Failure;
use cogward::model::posture::Part;
use cogward::simulator::{FaultKind, InjectedFault, Options};
use serde_json::{Value, json};

use crate::observe::support::{CLIENT, POOL, look, only, start};

fn with(operation: &str, client: Option<&str>, pointer: &str, value: Value) -> Options {
    let fault = InjectedFault::new(FaultKind::Set(pointer.to_owned(), value)).at(operation);
    Options {
        faults: vec![client.into_iter().fold(fault, InjectedFault::client)],
        ..Options::default()
    }
}

/// Unknown values make their part unread and are quoted.
#[tokio::test]
async fn unknown_values_are_unread_and_quoted() {
    let action = "/RiskConfiguration/AccountTakeoverRiskConfiguration/Actions/HighAction/EventAction";
    for (operation, client, pointer, part) in [
        ("DescribeUserPool", None, "/UserPool/UserPoolTier", Part::Plan),
        (
            "DescribeUserPool",
            None,
            "/UserPool/UserPoolAddOns/AdvancedSecurityMode",
            Part::Mode,
        ),
        ("GetUserPoolMfaConfig", None, "/MfaConfiguration", Part::Mfa),
        ("DescribeRiskConfiguration", Some(""), action, Part::Responses),
        ("DescribeRiskConfiguration", Some(CLIENT), action, Part::Clients),
        (
            "GetLogDeliveryConfiguration",
            None,
            "/LogDeliveryConfiguration/LogConfigurations/0/EventSource",
            Part::LogDelivery,
        ),
    ] {
        let server = start(with(operation, client, pointer, json!("FROM_TOMORROW")));
        let found = look(&server).await;
        let [unread] = only(&found.estate).unread.as_slice() else {
            panic!("{operation}: {found:?}")
        };
        assert_eq!(
            (unread.part, unread.failure, unread.operation.as_str()),
            (part, Failure::NotUnderstood, operation)
        );
        assert!(
            unread.detail.contains("`FROM_TOMORROW`") && unread.detail.contains(pointer),
            "{}",
            unread.detail
        );
        let wanted = client.filter(|client| !client.is_empty()).map(|_| "web");
        assert_eq!(unread.client.as_deref(), wanted);
    }
}

/// Members of another kind elsewhere do no harm.
#[tokio::test]
async fn odd_members_elsewhere_are_harmless() {
    let odd = json!({ "Policies": ["not", "an", "object"], "SchemaAttributes": 7, "AccountRecoverySetting": "none" });
    let server = start(Options {
        faults: vec![InjectedFault::new(FaultKind::Merge(json!({ "UserPool": odd }))).at("DescribeUserPool")],
        ..Options::default()
    });
    let found = look(&server).await;
    let pool = only(&found.estate);
    assert_eq!(
        (pool.posture.mode.standard, pool.is_whole()),
        (Some(Mode::Enforced), true)
    );
    assert_eq!(found.raw[POOL].pool["SchemaAttributes"], 7);
}

#[tokio::test]
async fn unknown_members_are_kept_for_writes() {
    let new = json!({ "DcrConfiguration": { "EnableStatus": "OFF", "Deep": [{ "Number": 1.25, "Big": 9_007_199_254_740_993_u64 }] } });
    let server = start(Options {
        faults: vec![InjectedFault::new(FaultKind::Merge(json!({ "UserPool": new }))).at("DescribeUserPool")],
        ..Options::default()
    });
    let found = look(&server).await;
    assert!(found.estate.is_whole());
    assert_eq!(found.raw[POOL].pool["DcrConfiguration"], new["DcrConfiguration"]);
}

/// A configuration of another client is nobodys.
#[tokio::test]
async fn configuration_of_other_client_is_unread() {
    let options = with(
        "DescribeRiskConfiguration",
        Some(CLIENT),
        "/RiskConfiguration/ClientId",
        json!("2example23456789"),
    );
    let found = look(&start(options)).await;
    let pool = only(&found.estate);
    assert_eq!(pool.posture.clients[0].risk, Override::Unknown);
    assert_eq!(pool.unread[0].failure, Failure::NotUnderstood);
}

/// Triggers that are not understood are not absent.
#[tokio::test]
async fn malformed_triggers_are_not_absent() {
    for odd in [
        json!("none"),
        json!({ "CustomEmailSender": { "LambdaVersion": "V1_0" } }),
    ] {
        let members = json!({ "UserPool": { "LambdaConfig": odd } });
        let server = start(Options {
            faults: vec![InjectedFault::new(FaultKind::Merge(members)).at("DescribeUserPool")],
            ..Options::default()
        });
        let found = look(&server).await;
        let pool = only(&found.estate);
        assert_eq!(pool.posture.triggers, None, "{odd}");
        let [unread] = pool.unread.as_slice() else {
            panic!("{odd}: {:?}", pool.unread)
        };
        assert_eq!(
            (unread.part, unread.failure),
            (Part::Triggers, Failure::NotUnderstood)
        );
    }
}
