//! Everything can be read.

use std::collections::BTreeSet;

use cogward::model::client::Override;
use cogward::model::mode::{FeaturePlan, Mfa, MfaConfiguration, MfaFactor, Mode, Modes};
use cogward::model::posture::Topic;
use cogward::model::response::Action;
use cogward::simulator::Options;
use serde_json::json;

use crate::observe::support::{ACCOUNT, CLIENT, POOL, REGION, SECRET, TOPIC, look, only, start};

#[tokio::test]
async fn a_pool_and_all_that_surrounds_it() {
    let server = start(Options::default());
    let found = look(&server).await;
    let pool = only(&found.estate);
    let posture = &pool.posture;
    assert_eq!(
        (pool.id(), pool.name.as_str(), pool.estimated_users),
        (POOL, "customers", Some(42))
    );
    assert_eq!(
        (posture.account.as_deref(), posture.region.as_deref()),
        (Some(ACCOUNT), Some(REGION))
    );
    assert_eq!((pool.tags["env"].as_str(), &pool.unread), ("prod", &vec![]));
    assert_eq!(pool.last_modified, "2026-09-21T14:13:20.5Z".parse().ok());
    assert_eq!(posture.feature_plan, Some(FeaturePlan::Plus));
    assert_eq!(
        posture.mode,
        Modes {
            standard: Some(Mode::Enforced),
            custom: Some(Mode::Off)
        }
    );
    let factors = Some(BTreeSet::from([MfaFactor::SoftwareToken]));
    assert_eq!(
        posture.mfa,
        Mfa {
            configuration: Some(MfaConfiguration::Optional),
            factors
        }
    );
    assert_eq!(posture.domain, Some(false));
    let high = posture
        .responses
        .account_takeover
        .as_ref()
        .and_then(|takeover| takeover.high);
    assert_eq!(high.map(|high| high.action), Some(Action::Block));
    let [client] = posture.clients.as_slice() else {
        panic!("{:?}", posture.clients)
    };
    assert_eq!((client.key.as_str(), client.id.as_deref()), ("web", Some(CLIENT)));
    assert!(matches!(client.risk, Override::Own(_)));
    assert_eq!(
        client.settings.auth_flows,
        Some(BTreeSet::from(["ALLOW_USER_PASSWORD_AUTH".to_owned()]))
    );
    let alarms = posture.alarms.as_deref().unwrap();
    assert_eq!((alarms.len(), alarms[0].name.as_deref()), (1, Some("risk")));
    assert_eq!(
        posture.topics[TOPIC],
        Topic::Found {
            confirmed: 1,
            pending: 1
        }
    );
    assert_eq!(
        posture.seen_metrics.as_ref().unwrap()[0].name,
        "AccountTakeOverRisk"
    );
    assert!(posture.log_delivery.as_ref().unwrap().user_auth_events.is_some());
}

#[tokio::test]
async fn whole_objects_are_kept_without_secrets() {
    let server = start(Options::default());
    let found = look(&server).await;
    let raw = &found.raw[POOL];
    assert_eq!(raw.pool["FutureMember"], json!({ "Kept": [1, "two"] }));
    assert_eq!(raw.clients[CLIENT]["FutureMember"], 7);
    let everything = format!("{found:?}");
    assert!(everything.contains("FutureMember") && !everything.contains(SECRET));
}
