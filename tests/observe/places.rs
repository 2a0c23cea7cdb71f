//! Which pools are looked at, where, with whose credentials, and by how many calls.

use std::collections::BTreeMap;

use cogward::aws::{Connector, Session};
use cogward::model::observed::{Failure, Observed, Selector};
use cogward::model::posture::Part;
use cogward::observe::live::{Fetched, Place, Silent, Stop, observe};
use cogward::simulator::{AwsState, FaultKind, Identity, InjectedFault, Options, Role, Server};

use serde_json::json;

use crate::observe::support::{
    ACCOUNT, KEY, POOL, REGION, calls, config, look, look_with, place, pool, quick, start, world,
};

const OTHER: &str = "210987654321";

/// Four pools in the region: `A` to `D`, names `prod-a` to `test-d`.
fn many() -> AwsState {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, REGION);
    for (id, name) in [("A", "prod-a"), ("B", "prod-b"), ("C", "test-c"), ("D", "test-d")] {
        region.pools.insert(format!("us-west-2_{id}"), pool(name));
    }
    world
}

fn selector(names: &[&str], tags: &[(&str, &str)]) -> Selector {
    Selector {
        id: None,
        names: names.iter().map(ToString::to_string).collect(),
        tags: tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        ..Selector::default()
    }
}

fn ids(look: &Fetched) -> Vec<&str> {
    look.estate.pools.iter().map(Observed::id).collect()
}

fn count(server: &Server, operation: &str) -> usize {
    calls(server)
        .into_iter()
        .find(|(name, _)| name == operation)
        .map_or(0, |(_, count)| count)
}

/// Pools by id are not listed and those that do not exist are missing.
#[tokio::test]
async fn pools_by_id_without_listing_and_missing() {
    let server = Server::start(many(), Options::default()).unwrap();
    let query = ["us-west-2_D", "us-west-2_Z", POOL, POOL].map(Selector::of_id);
    let found = look_with(&server, quick(), &[place(query)]).await;
    assert_eq!(ids(&found), [POOL, "us-west-2_D"]);
    assert_eq!(found.estate.missing, ["us-west-2_Z"]);
    assert!(found.estate.is_whole());
    assert_eq!(count(&server, "ListUserPools"), 0);
    assert_eq!(count(&server, "DescribeUserPool"), 3);
}

/// Names are looked at before pools and tags after.
#[tokio::test]
async fn names_filter_before_reads_tags_after() {
    let server = Server::start(many(), Options::default()).unwrap();
    let names = [selector(&["prod-*"], &[])];
    let found = look_with(&server, quick(), &[place(names)]).await;
    assert_eq!(ids(&found), [POOL, "us-west-2_B"]);
    assert_eq!(count(&server, "DescribeUserPool"), 2);
    server.forget();
    let tags = [
        selector(&["prod-*"], &[("team", "prod-b"), ("env", "prod")]),
        selector(&["test-c"], &[]),
    ];
    let found = look_with(&server, quick(), &[place(tags)]).await;
    assert_eq!(ids(&found), ["us-west-2_B", "us-west-2_C"]);
    assert_eq!(
        (
            count(&server, "DescribeUserPool"),
            count(&server, "GetUserPoolMfaConfig")
        ),
        (3, 2)
    );
    server.forget();
    let none = [selector(&["nothing"], &[])];
    assert_eq!(ids(&look_with(&server, quick(), &[place(none)]).await), [""; 0]);
    // Whose account it is, is asked to say where nothing was found.
    let asked = [
        ("GetCallerIdentity".to_owned(), 1),
        ("ListUserPools".to_owned(), 1),
    ];
    assert_eq!(calls(&server), asked);
}

/// A pool whose tags cannot be read may be meant.
#[tokio::test]
async fn pool_with_unreadable_tags_may_match() {
    let denied = InjectedFault::new(FaultKind::AccessDenied)
        .at("DescribeUserPool")
        .on("us-west-2_B");
    let server = Server::start(
        many(),
        Options {
            faults: vec![denied],
            ..Options::default()
        },
    )
    .unwrap();
    let tags = [selector(&[], &[("team", "prod-a")])];
    let found = look_with(&server, quick(), &[place(tags)]).await;
    assert_eq!(ids(&found), [POOL]);
    let [unreachable] = found.estate.unreachable.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (unreachable.pool.as_deref(), unreachable.failure),
        (Some("us-west-2_B"), Failure::Denied)
    );
}

/// What a pool costs: see `docs/performance.md`.
#[tokio::test]
async fn no_call_is_made_twice() {
    let server = Server::start(many(), Options::default()).unwrap();
    look_with(
        &server,
        quick(),
        &[
            place([Selector::default()]),
            place([Selector::of_id(POOL)]),
            place([Selector::default()]),
        ],
    )
    .await;
    let wanted = [
        ("DescribeAlarms", 1),
        ("DescribeRiskConfiguration", 8),
        ("DescribeUserPool", 4),
        ("DescribeUserPoolClient", 4),
        ("GetLogDeliveryConfiguration", 4),
        ("GetTopicAttributes", 1),
        ("GetUserPoolMfaConfig", 4),
        ("ListMetrics", 1),
        ("ListUserPoolClients", 4),
        ("ListUserPools", 1),
    ];
    assert_eq!(
        calls(&server),
        wanted.map(|(name, count)| (name.to_owned(), count))
    );
}

/// A pool that is deleted meanwhile is gone and not missed.
#[tokio::test]
async fn pool_deleted_during_read_is_not_missing() {
    for operation in ["DescribeUserPool", "GetUserPoolMfaConfig", "ListUserPoolClients"] {
        let gone = InjectedFault::new(FaultKind::Gone)
            .at(operation)
            .on("us-west-2_B");
        let server = Server::start(
            many(),
            Options {
                faults: vec![gone],
                ..Options::default()
            },
        )
        .unwrap();
        let found = look(&server).await;
        assert_eq!(ids(&found), [POOL, "us-west-2_C", "us-west-2_D"], "{operation}");
        assert!(
            found.estate.is_whole() && found.estate.missing.is_empty(),
            "{operation}: {found:?}"
        );
    }
    let gone = InjectedFault::new(FaultKind::Gone)
        .at("GetUserPoolMfaConfig")
        .on(POOL);
    let server = start(Options {
        faults: vec![gone],
        ..Options::default()
    });
    let found = look_with(&server, quick(), &[place([Selector::of_id(POOL)])]).await;
    assert_eq!(
        found.estate.missing,
        [POOL],
        "one that was asked for by id is missed"
    );
}

/// A client that is deleted meanwhile is gone: it is not listed any more.
#[tokio::test]
async fn client_deleted_during_read_is_dropped() {
    let gone = json!([{ "ClientId": "gone", "ClientName": "gone", "UserPoolId": POOL }]);
    let listed = FaultKind::Set("/UserPoolClients".to_owned(), gone);
    let listed = InjectedFault::new(listed).at("ListUserPoolClients").times(1);
    let server = start(Options {
        faults: vec![listed],
        ..Options::default()
    });
    let found = look(&server).await;
    assert!(
        found.estate.is_whole() && found.estate.pools[0].posture.clients.is_empty(),
        "{found:?}"
    );
}

/// A client that is still listed was not read, whatever its description says.
#[tokio::test]
async fn listed_client_not_found_is_unread() {
    let odd = InjectedFault::new(FaultKind::NotFound).at("DescribeUserPoolClient");
    let server = start(Options {
        faults: vec![odd],
        ..Options::default()
    });
    let found = look(&server).await;
    let pool = &found.estate.pools[0];
    assert!(!pool.posture.clients.is_empty(), "{found:?}");
    assert_eq!(pool.unread[0].failure, Failure::Unavailable);
    assert_eq!(pool.unread[0].part, Part::Clients);
}

/// A pool that is still listed was not read, whatever its description says.
#[tokio::test]
async fn listed_pool_not_found_is_unread() {
    let odd = InjectedFault::new(FaultKind::NotFound)
        .at("DescribeUserPool")
        .on(POOL);
    let server = start(Options {
        faults: vec![odd],
        ..Options::default()
    });
    let found = look(&server).await.estate;
    assert!(found.pools.iter().all(|pool| pool.id() != POOL), "{found:?}");
    assert_eq!(found.unreachable.len(), 1, "{found:?}");
    assert_eq!(found.unreachable[0].pool.as_deref(), Some(POOL));
}

/// Two answers that say different things of MFA are not understood.
#[tokio::test]
async fn mfa_that_contradicts_is_unread() {
    let odd = FaultKind::Set("/UserPool/MfaConfiguration".to_owned(), "ON".into());
    let odd = InjectedFault::new(odd).at("DescribeUserPool");
    let server = start(Options {
        faults: vec![odd],
        ..Options::default()
    });
    let found = look(&server).await;
    let unread = &found.estate.pools[0].unread;
    assert!(
        unread
            .iter()
            .any(|one| one.part == Part::Mfa && one.failure == Failure::NotUnderstood),
        "{unread:?}"
    );
}

/// Not found about a pool that exists is no answer.
#[tokio::test]
async fn not_found_for_existing_pool_is_unread() {
    let odd = InjectedFault::new(FaultKind::NotFound).at("GetUserPoolMfaConfig");
    let server = start(Options {
        faults: vec![odd],
        ..Options::default()
    });
    let found = look(&server).await;
    assert_eq!(found.estate.pools[0].unread[0].failure, Failure::Unavailable);
}

#[tokio::test]
async fn nothing_is_read_in_another_account() {
    let server = start(Options::default());
    let other = Place {
        account: Some(OTHER.into()),
        ..place([Selector::default()])
    };
    let found = look_with(&server, quick(), &[other]).await.estate;
    let [place] = found.unreachable.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (place.failure, place.account.as_deref()),
        (Failure::OtherAccount, Some(OTHER))
    );
    assert!(
        place.detail.contains(ACCOUNT) && place.detail.contains(OTHER),
        "{}",
        place.detail
    );
    assert_eq!(calls(&server), [("GetCallerIdentity".to_owned(), 1)]);
}

#[tokio::test]
async fn an_unknown_key_is_no_credential() {
    let server = start(Options::default());
    let connector = Connector::new(quick()).with_shared_config(config(&server, "AKIANOBODY"));
    let found = observe(
        &connector,
        &[place([Selector::default()])],
        &quick(),
        &Silent,
        &Stop::default(),
    )
    .await
    .estate;
    assert_eq!(found.unreachable[0].failure, Failure::NoCredentials, "{found:?}");
}

/// No credentials are told once for each region.
#[tokio::test]
async fn missing_credentials_told_once_per_region() {
    let server = start(Options::default());
    let config = format!("[default]\nendpoint_url = {}\n", server.endpoint());
    let connector = Connector::new(quick()).with_shared_config(config);
    let query = || [POOL, "us-west-2_B", "us-west-2_C"].map(Selector::of_id);
    let elsewhere = Place {
        region: "eu-west-1".into(),
        ..place(query())
    };
    let found = observe(
        &connector,
        &[place(query()), elsewhere],
        &quick(),
        &Silent,
        &Stop::default(),
    )
    .await
    .estate;
    let brief: Vec<_> = found
        .unreachable
        .iter()
        .map(|at| (at.region.as_str(), at.pool.as_deref(), at.failure))
        .collect();
    assert_eq!(
        brief,
        [
            ("eu-west-1", None, Failure::NoCredentials),
            ("us-west-2", None, Failure::NoCredentials)
        ]
    );
    assert!(
        found.unreachable[0].detail.contains("credentials"),
        "{}",
        found.unreachable[0].detail
    );
    assert_eq!(calls(&server), []);
}

/// Several accounts and regions are one estate in order.
#[tokio::test]
async fn accounts_and_regions_merge_in_order() {
    let mut world = many();
    world
        .region_mut(ACCOUNT, "eu-west-1")
        .pools
        .insert("eu-west-1_A".into(), pool("eu"));
    world
        .region_mut(OTHER, REGION)
        .pools
        .insert("us-west-2_X".into(), pool("x"));
    let reader = Role {
        external_id: Some("secret-word".into()),
        ..Role::default()
    };
    world
        .accounts
        .get_mut(OTHER)
        .unwrap()
        .roles
        .insert("reader".into(), reader);
    let server = Server::start(world, Options::default()).unwrap();
    let role = |external_id: Option<&str>| Session {
        role_arn: Some(format!("arn:aws:iam::{OTHER}:role/reader")),
        external_id: external_id.map(str::to_owned),
        ..Session::default()
    };
    let other = Place {
        session: role(Some("secret-word")),
        account: Some(OTHER.into()),
        ..place([Selector::default()])
    };
    let europe = Place {
        region: "eu-west-1".into(),
        ..place([Selector::default()])
    };
    let found = look_with(&server, quick(), &[place([Selector::default()]), other, europe]).await;
    let wanted = [
        "eu-west-1_A",
        POOL,
        "us-west-2_B",
        "us-west-2_C",
        "us-west-2_D",
        "us-west-2_X",
    ];
    assert_eq!(ids(&found), wanted, "{:?}", found.estate.unreachable);
    assert_eq!(found.estate.pools[5].posture.account.as_deref(), Some(OTHER));
    assert_eq!(
        count(&server, "AssumeRole"),
        1,
        "one session, whatever the number of services"
    );
    let refused = Place {
        session: role(None),
        account: Some(OTHER.into()),
        ..place([Selector::default()])
    };
    let found = look_with(&server, quick(), &[refused]).await.estate;
    assert_eq!(found.unreachable[0].failure, Failure::NoCredentials, "{found:?}");
    assert!(
        found.unreachable[0].detail.contains("AccessDenied"),
        "{}",
        found.unreachable[0].detail
    );
}

#[tokio::test]
async fn a_profile_goes_before_the_default_one() {
    let mut world = many().with_key("AKIAOTHER", OTHER);
    world.anyone = Some(Identity::tester(ACCOUNT));
    let server = Server::start(world, Options::default()).unwrap();
    let text = config(&server, KEY) + &config(&server, "AKIAOTHER").replace("[default]", "[profile other]");
    let connector = Connector::new(quick()).with_shared_config(text);
    let other = Place {
        session: Session {
            profile: Some("other".into()),
            ..Session::default()
        },
        account: Some(OTHER.into()),
        ..place([Selector::default()])
    };
    let found = observe(&connector, &[other], &quick(), &Silent, &Stop::default())
        .await
        .estate;
    assert_eq!(
        (found.pools.len(), found.unreachable.as_slice()),
        (0, [].as_slice())
    );
}
