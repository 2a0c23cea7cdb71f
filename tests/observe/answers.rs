//! Answers that are not confirmed: every one is read right.

use cogward::model::client::Override;
use cogward::model::log_delivery::LogDelivery;
use cogward::model::mode::{Mode, Modes};
use cogward::model::response::{PasswordEvent, RiskConfiguration};
use cogward::simulator::{
    AllClients, Behaviour, NoClientConfiguration, NoPoolConfiguration, Options, Server,
};
use serde_json::json;

use crate::observe::support::{CLIENT, POOL, look, only, raw, start, world};

/// Every pair of answers for pool and client, and every use of `ALL`.
fn switches() -> Vec<Behaviour> {
    let pools = [
        NoPoolConfiguration::OnlyPoolId,
        NoPoolConfiguration::EmptySections,
        NoPoolConfiguration::NotFound,
        NoPoolConfiguration::AddOnNotEnabled,
    ];
    let clients = [
        NoClientConfiguration::PoolValues,
        NoClientConfiguration::OnlyIds,
        NoClientConfiguration::NotFound,
    ];
    let pairs = pools
        .into_iter()
        .flat_map(|pool| clients.map(|client| (pool, client)));
    let plain = pairs.map(|(no_pool_configuration, no_client_configuration)| Behaviour {
        no_pool_configuration,
        no_client_configuration,
        ..Behaviour::default()
    });
    let alls = [AllClients::WhenAsked, AllClients::Always].map(|all_clients| Behaviour {
        all_clients,
        ..Behaviour::default()
    });
    plain.chain(alls).collect()
}

fn options(behaviour: Behaviour) -> Options {
    Options {
        behaviour,
        ..Options::default()
    }
}

/// Nothing configured is nothing and not unread.
#[tokio::test]
async fn empty_configuration_is_not_unread() {
    for behaviour in switches() {
        let server = start(options(behaviour.clone()));
        server.change(|world| world.pool_mut(POOL).unwrap().risk_configurations.clear());
        let found = look(&server).await;
        let pool = only(&found.estate);
        assert_eq!(pool.unread, [], "{behaviour:?}");
        assert_eq!(
            pool.posture.responses,
            RiskConfiguration::default(),
            "{behaviour:?}"
        );
        assert_eq!(pool.posture.clients[0].risk, Override::Inherit, "{behaviour:?}");
    }
}

/// What a client inherits is not its own however it is answered.
#[tokio::test]
async fn inherited_configuration_is_not_own() {
    for behaviour in switches() {
        let server = start(options(behaviour.clone()));
        server.change(|world| world.pool_mut(POOL).unwrap().risk_configurations.remove(CLIENT));
        let found = look(&server).await;
        let pool = only(&found.estate);
        assert_eq!(pool.unread, [], "{behaviour:?}");
        assert!(pool.posture.responses.account_takeover.is_some(), "{behaviour:?}");
        assert_eq!(pool.posture.clients[0].risk, Override::Inherit, "{behaviour:?}");
    }
}

/// A client's own is its own however the pool is answered.
#[tokio::test]
async fn own_client_configuration_stays_own() {
    for behaviour in switches() {
        let server = start(options(behaviour.clone()));
        let found = look(&server).await;
        let pool = only(&found.estate);
        let own = Override::Own(Box::new(pool.posture.responses.clone()));
        assert_eq!(pool.posture.clients[0].risk, own, "{behaviour:?}");
    }
}

/// An empty event filter stands for all events.
#[tokio::test]
async fn empty_event_filter_means_all_events() {
    let server = start(Options::default());
    server.change(|world| {
        let section = json!({"Actions": {"EventAction": "BLOCK"}, "EventFilter": []});
        let own = raw(json!({ "CompromisedCredentialsRiskConfiguration": section }));
        world
            .pool_mut(POOL)
            .unwrap()
            .risk_configurations
            .insert(String::new(), own);
    });
    let found = look(&server).await;
    let responses = &only(&found.estate).posture.responses;
    let section = responses.compromised_credentials.as_ref().unwrap();
    assert!(PasswordEvent::ALL.iter().all(|event| section.checks(*event)));
    assert_eq!(responses.account_takeover, None);
}

/// A bare pool has modes off and delivers no logs.
#[tokio::test]
async fn bare_pool_has_modes_off_and_no_logs() {
    for no_log_delivery_is_absent in [false, true] {
        let server = start(options(Behaviour {
            no_log_delivery_is_absent,
            ..Behaviour::default()
        }));
        server.change(|world| {
            let pool = world.pool_mut(POOL).unwrap();
            pool.user_pool.remove("UserPoolAddOns");
            pool.log_configurations = None;
            pool.clients.clear();
        });
        let found = look(&server).await;
        let posture = &only(&found.estate).posture;
        let off = Some(Mode::Off);
        assert_eq!(
            posture.mode,
            Modes {
                standard: off,
                custom: off
            }
        );
        assert_eq!(posture.log_delivery, Some(LogDelivery::default()));
        assert_eq!(posture.clients, []);
    }
}

#[tokio::test]
async fn pages_may_be_small_and_hollow() {
    let hollow = Options {
        page_size: Some(1),
        behaviour: Behaviour {
            hollow_pages: true,
            ..Behaviour::default()
        },
        ..Options::default()
    };
    let mut world = world();
    let region = world.region_mut(crate::observe::support::ACCOUNT, crate::observe::support::REGION);
    region
        .pools
        .insert("us-west-2_B".into(), crate::observe::support::pool("b"));
    let plain = Server::start(world.clone(), Options::default()).unwrap();
    let paged = Server::start(world, hollow).unwrap();
    let wanted = look(&plain).await;
    assert_eq!(wanted.estate.pools.len(), 2);
    assert_eq!(look(&paged).await, wanted);
}
