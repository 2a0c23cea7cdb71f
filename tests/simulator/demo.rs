//! The demo's AWS as the SDK sees it, and its policies as `lint` does.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::types::AdvancedSecurityModeType::{Audit, Enforced};
use cogward::simulator::{Options, Server, demo};
use serde_json::Value;

use crate::simulator::support::{cloudwatch, cognito, now, sns, sts};

fn start() -> Server {
    Server::start(demo::world().unwrap(), Options::default()).unwrap()
}

#[tokio::test]
async fn anybody_may_look_and_the_pools_are_there() {
    let server = start();
    let who = sts(&server, "AKIAWHOEVER")
        .get_caller_identity()
        .send()
        .await
        .unwrap();
    assert_eq!(who.account(), Some(demo::ACCOUNT));
    let client = cognito(&server);
    let pools = client.list_user_pools().max_results(60).send().await.unwrap();
    let mut modes = Vec::new();
    for pool in pools.user_pools() {
        let id = pool.id().unwrap();
        let described = client.describe_user_pool().user_pool_id(id).send().await.unwrap();
        let described = described.user_pool().unwrap();
        let days = (now() - described.last_modified_date().unwrap().as_secs_f64()) / 86_400.0;
        let risk = client
            .describe_risk_configuration()
            .user_pool_id(id)
            .send()
            .await
            .unwrap();
        let configured = risk
            .risk_configuration()
            .unwrap()
            .account_takeover_risk_configuration()
            .is_some();
        let mode = described
            .user_pool_add_ons()
            .unwrap()
            .advanced_security_mode()
            .clone();
        modes.push((
            described.name().unwrap().to_owned(),
            mode,
            configured,
            days.round(),
        ));
    }
    let expected = [
        ("customers", Enforced, true, 150.0),
        ("members", Enforced, true, 3.0),
        ("partners", Audit, false, 30.0),
        ("webshop", Enforced, false, 200.0),
    ];
    assert_eq!(
        modes,
        expected.map(|(name, mode, configured, days)| (name.to_owned(), mode, configured, days))
    );
}

/// A client shadows its pool and an alarm tells nobody.
#[tokio::test]
async fn client_override_and_silent_alarm_present() {
    let server = start();
    let client = cognito(&server);
    let clients = client
        .list_user_pool_clients()
        .user_pool_id("us-west-2_Customer2")
        .send()
        .await
        .unwrap();
    let mut own = Vec::new();
    for app in clients.user_pool_clients() {
        let risk = client
            .describe_risk_configuration()
            .user_pool_id("us-west-2_Customer2");
        let risk = risk.client_id(app.client_id().unwrap()).send().await.unwrap();
        if risk.risk_configuration().unwrap().client_id().is_some() {
            own.push(app.client_name().unwrap().to_owned());
        }
    }
    assert_eq!(own, ["mobile"]);
    let alarms = cloudwatch(&server)
        .describe_alarms()
        .alarm_name_prefix("partners-takeover")
        .send()
        .await
        .unwrap();
    let [alarm] = alarms.metric_alarms() else {
        panic!("{alarms:?}")
    };
    let metrics = cloudwatch(&server)
        .list_metrics()
        .namespace("AWS/Cognito")
        .send()
        .await
        .unwrap();
    assert!(!metrics.metrics().is_empty());
    assert!(
        metrics
            .metrics()
            .iter()
            .all(|metric| metric.metric_name() != alarm.metric_name())
    );
    let topic = sns(&server)
        .get_topic_attributes()
        .topic_arn(&alarm.alarm_actions()[0])
        .send()
        .await
        .unwrap();
    assert_eq!(topic.attributes().unwrap()["SubscriptionsConfirmed"], "0");
}

/// Lint names one trap in each policy but the good one.
#[test]
fn lint_finds_one_trap_per_faulty_policy() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in demo::policies() {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = assert_cmd::Command::cargo_bin("cogward").unwrap();
    let ran = command
        .args(["lint", "--format", "json", "."])
        .current_dir(folder.path())
        .assert()
        .code(1);
    let report: Value = serde_json::from_slice(&ran.get_output().stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    let errors: BTreeSet<_> = errors
        .map(|finding| {
            (
                finding["location"]["file"].as_str().unwrap(),
                finding["rule"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("members.yaml", "enforced-before-audit"),
        ("partners.yaml", "alarm-dead"),
        ("webshop.yaml", "enforced-without-responses"),
    ];
    assert_eq!(errors, BTreeSet::from(expected));
}
