//! Quotas, bounds, stopping, and large pools.

use std::time::Duration;

use cogward::aws::Limits;
use cogward::model::observed::{Failure, Selector};
use cogward::observe::live::{Silent, Stop, observe};
use cogward::simulator::{AwsState, FaultKind, InjectedFault, Options, Quotas, Server};

use crate::observe::support::{
    ACCOUNT, CLIENT, Count, POOL, REGION, connector, look, look_with, only, place, pool, quick, start, world,
};

fn pools(number: usize, clients: usize) -> AwsState {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, REGION);
    for index in 0..number {
        let mut pool = pool(&format!("pool-{index}"));
        let client = pool.clients[CLIENT].clone();
        pool.clients.clear();
        for client_index in 0..clients {
            let mut client = client.clone();
            client.insert("ClientName".into(), format!("client-{client_index}").into());
            pool.clients.insert(format!("id{client_index}of{index}"), client);
        }
        region.pools.insert(format!("us-west-2_{index:04}"), pool);
    }
    region.pools.remove(POOL);
    world
}

#[tokio::test]
async fn with_quotas_nothing_is_refused() {
    let server = Server::start(
        pools(3, 3),
        Options {
            quotas: Some(Quotas::documented()),
            ..Options::default()
        },
    )
    .unwrap();
    let limits = Limits {
        quotas: true,
        attempts: 1,
        ..quick()
    };
    let found = look_with(&server, limits, &[place([Selector::default()])]).await;
    assert!(
        found.estate.is_whole() && found.estate.pools.len() == 3,
        "{:?}",
        found.estate
    );
    let refused: Vec<_> = server
        .log()
        .into_iter()
        .filter(|call| call.error.is_some())
        .collect();
    assert_eq!(refused, []);
}

#[tokio::test]
async fn without_quotas_refusals_are_waited_out() {
    let strict = Quotas {
        pool_operation: 4.0,
        ..Quotas::documented()
    };
    let server = Server::start(
        pools(2, 6),
        Options {
            quotas: Some(strict),
            ..Options::default()
        },
    )
    .unwrap();
    let limits = Limits {
        attempts: 12,
        call_timeout: Duration::from_secs(30),
        ..quick()
    };
    let found = look_with(&server, limits, &[place([Selector::default()])]).await;
    assert!(
        server.log().iter().any(|call| call.error.is_some()),
        "this test is about refusals"
    );
    assert!(found.estate.is_whole(), "{:?}", found.estate);
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed() {
    let server = Server::start(
        pools(20, 2),
        Options {
            latency: Duration::from_millis(2),
            ..Options::default()
        },
    )
    .unwrap();
    let limits = Limits {
        concurrency: 5,
        ..quick()
    };
    let found = look_with(&server, limits, &[place([Selector::default()])]).await;
    assert!(found.estate.is_whole());
    assert!((2..=5).contains(&server.busiest()), "{}", server.busiest());
}

/// A pool of a thousand clients is read by pages and in order.
#[tokio::test]
async fn thousand_clients_read_by_page_in_order() {
    let server = Server::start(pools(1, 1_001), Options::default()).unwrap();
    let found = look(&server).await;
    let clients = &only(&found.estate).posture.clients;
    assert_eq!(clients.len(), 1_001);
    assert!(clients.is_sorted_by_key(|client| &client.key));
    let listings = server
        .log()
        .iter()
        .filter(|call| call.operation == "ListUserPoolClients")
        .count();
    assert_eq!(listings, 1_001_usize.div_ceil(60));
}

#[tokio::test]
async fn the_order_of_answers_changes_nothing() {
    let plain = Server::start(pools(6, 3), Options::default()).unwrap();
    let wanted = look(&plain).await;
    let slow = |pool: &str, ms| InjectedFault::new(FaultKind::Slow(ms)).on(pool);
    let faults = vec![
        slow("us-west-2_0000", 40),
        slow("us-west-2_0001", 20),
        InjectedFault::new(FaultKind::Slow(30)).client("id0of3"),
        InjectedFault::new(FaultKind::Slow(10)).at("DescribeAlarms"),
    ];
    let shuffled = Server::start(
        pools(6, 3),
        Options {
            faults,
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!(look(&shuffled).await, wanted);
}

#[tokio::test]
async fn a_stopped_run_tells_what_it_did_not_read() {
    let server = Server::start(pools(5, 2), Options::default()).unwrap();
    let all = server_calls(&server).await;
    for after in [0, 1, 4, all / 2, all - 1] {
        let stop = Stop::default();
        let count = Count {
            stop_after: Some((after, stop.clone())),
            ..Count::default()
        };
        if after == 0 {
            stop.stop();
        }
        server.forget();
        let limits = Limits {
            concurrency: 1,
            ..quick()
        };
        let found = observe(
            &connector(&server, limits),
            &[place([Selector::default()])],
            &limits,
            &count,
            &stop,
        )
        .await
        .estate;
        assert!(!found.is_whole(), "stopped after {after} of {all}");
        let unread = found
            .pools
            .iter()
            .flat_map(|pool| &pool.unread)
            .map(|unread| unread.failure);
        let failures: Vec<_> = unread
            .chain(found.unreachable.iter().map(|at| at.failure))
            .collect();
        assert!(
            failures.iter().all(|failure| *failure == Failure::Stopped),
            "{failures:?}"
        );
        assert!(
            server.log().len() <= after + 1,
            "{} calls after {after}",
            server.log().len()
        );
    }
}

/// Calls of a whole look; also that they and the pools are counted right.
async fn server_calls(server: &Server) -> usize {
    let count = Count::default();
    let found = observe(
        &connector(server, quick()),
        &[place([Selector::default()])],
        &quick(),
        &count,
        &Stop::default(),
    )
    .await;
    let told = *count.told.lock().unwrap();
    assert_eq!(
        told,
        (
            server.log().len(),
            found.estate.pools.len(),
            found.estate.pools.len()
        )
    );
    told.0
}

#[tokio::test]
async fn the_whole_run_has_its_time() {
    let server = start(Options {
        faults: vec![InjectedFault::new(FaultKind::Slow(60_000)).at("GetUserPoolMfaConfig")],
        ..Options::default()
    });
    let limits = Limits {
        attempt_timeout: Duration::from_mins(1),
        total_timeout: Some(Duration::from_millis(700)),
        ..quick()
    };
    let stop = Stop::default();
    let found = observe(
        &connector(&server, limits),
        &[place([Selector::default()])],
        &limits,
        &Silent,
        &stop,
    )
    .await
    .estate;
    let unread = found
        .pools
        .iter()
        .flat_map(|pool| &pool.unread)
        .map(|unread| (unread.failure, &unread.detail));
    let told: Vec<_> = unread
        .chain(found.unreachable.iter().map(|at| (at.failure, &at.detail)))
        .collect();
    assert!(!told.is_empty());
    assert!(
        told.iter()
            .all(|(failure, detail)| *failure == Failure::TimedOut && detail.contains("whole run")),
        "{told:?}"
    );
}
