//! Every fault at every read: what could not be read is told by name, and everything else is as it is.

use cogward::model::mode::{Mfa, Modes};
use cogward::model::observed::{Failure, Observed, Selector, Unreachable};
use cogward::model::posture::Part;
use cogward::model::response::RiskConfiguration;
use cogward::observe::live::Place;
use cogward::simulator::{Empty, FaultKind, InjectedFault, Options, Server};
use futures::future::join_all;

use crate::observe::support::{
    ACCOUNT, CLIENT, POOL, brief, impatient, look, look_with, only, place, quick, start, world,
};
use cogward::aws::Limits;
use cogward::aws::operation::{Operation, Use};

/// A read by operation and client, and the parts that are unread without it.
type Read = (&'static str, Option<&'static str>, &'static [Part]);

const READS: &[Read] = &[
    (
        "DescribeUserPool",
        None,
        &[Part::Plan, Part::Mode, Part::Domain, Part::Triggers],
    ),
    ("GetUserPoolMfaConfig", None, &[Part::Mfa]),
    ("ListUserPoolClients", None, &[Part::Clients]),
    ("DescribeUserPoolClient", None, &[Part::Clients]),
    ("DescribeRiskConfiguration", Some(""), &[Part::Responses]),
    ("DescribeRiskConfiguration", Some(CLIENT), &[Part::Clients]),
    ("GetLogDeliveryConfiguration", None, &[Part::LogDelivery]),
    ("DescribeAlarms", None, &[Part::Alarms]),
    ("ListMetrics", None, &[Part::Metrics]),
    ("GetTopicAttributes", None, &[Part::Topics]),
];

fn faults() -> Vec<(FaultKind, &'static [Failure])> {
    let mut faults: Vec<(FaultKind, &'static [Failure])> = vec![
        (FaultKind::AccessDenied, &[Failure::Denied]),
        (FaultKind::ExpiredToken, &[Failure::NoCredentials]),
        (FaultKind::Throttle, &[Failure::Throttled]),
        (FaultKind::Internal, &[Failure::Unavailable]),
        (FaultKind::BadGateway, &[Failure::Unavailable]),
        (FaultKind::Reset, &[Failure::Unavailable]),
        (FaultKind::Garbage, &[Failure::NotUnderstood]),
        // The library calls a body that ends early either of these.
        (
            FaultKind::Truncated,
            &[Failure::Unavailable, Failure::NotUnderstood],
        ),
    ];
    // A good status says nothing where the answer is not in it.
    faults.extend(Empty::ALL.map(|empty| (FaultKind::Empty(empty), [Failure::NotUnderstood].as_slice())));
    faults
}

fn fault(operation: &str, client: Option<&str>, kind: FaultKind) -> InjectedFault {
    let fault = InjectedFault::new(kind).at(operation);
    match client {
        Some(client) => fault.client(client),
        None => fault,
    }
}

/// Every fault at every read is told and the rest is read.
#[tokio::test]
async fn faults_at_each_read_spare_the_rest() {
    let good = look(&start(Options::default())).await;
    let good = only(&good.estate);
    for read in READS {
        join_all(
            faults()
                .into_iter()
                .map(|fault| with_fault(good, read, fault, quick())),
        )
        .await;
    }
}

/// Every read that is too slow is told and the rest is read.
#[tokio::test]
async fn timeouts_at_each_read_spare_the_rest() {
    let good = look(&start(Options::default())).await;
    let good = only(&good.estate);
    let late = || (FaultKind::Slow(60_000), [Failure::TimedOut].as_slice());
    join_all(
        READS
            .iter()
            .map(|read| with_fault(good, read, late(), impatient())),
    )
    .await;
}

async fn with_fault(good: &Observed, read: &Read, (kind, failures): (FaultKind, &[Failure]), limits: Limits) {
    let (operation, client, parts) = read;
    let name = kind.name();
    let server = start(Options {
        faults: vec![fault(operation, *client, kind)],
        ..Options::default()
    });
    let found = look_with(&server, limits, &[place([Selector::default()])]).await;
    let pool = only(&found.estate);
    let told = brief(&pool.unread);
    assert_eq!(told.len(), parts.len(), "{operation} {name}: {:?}", pool.unread);
    for (part, (told_part, at, failure)) in parts.iter().zip(told) {
        assert_eq!((*part, *operation), (told_part, at), "{name}");
        assert!(
            failures.contains(&failure),
            "{operation} {name}: {:?}",
            pool.unread
        );
    }
    assert!(pool.posture.unread.iter().eq(*parts), "{operation} {name}");
    assert_eq!(rest(pool, parts), rest(good, parts), "{operation} {name}");
}

/// A pool without some parts.
fn rest(pool: &Observed, without: &[Part]) -> Observed {
    let mut rest = pool.clone();
    rest.unread.clear();
    let posture = &mut rest.posture;
    posture.unread.clear();
    for part in without {
        match part {
            Part::Plan => {
                posture.feature_plan = None;
                rest.tags.clear();
                (rest.created, rest.last_modified) = (None, None);
                rest.estimated_users = None;
            }
            Part::Mode => posture.mode = Modes::default(),
            Part::Mfa => posture.mfa = Mfa::default(),
            Part::Domain => (posture.domain, posture.account) = (None, None),
            Part::Triggers => posture.triggers = None,
            Part::Responses => posture.responses = RiskConfiguration::default(),
            Part::Clients => posture.clients.clear(),
            Part::Alarms => {
                posture.alarms = None;
                posture.other_alarms = None;
                posture.topics.clear();
            }
            Part::Topics => posture.topics.clear(),
            Part::Metrics => posture.seen_metrics = None,
            Part::LogDelivery => posture.log_delivery = None,
        }
    }
    rest
}

/// What a listing had before it broke is kept.
#[tokio::test]
async fn broken_listing_keeps_earlier_pages() {
    let options = || Options {
        page_size: Some(1),
        ..Options::default()
    };
    let mut world = world();
    let other = world.pool(POOL).unwrap().clients[CLIENT].clone();
    let clients = &mut world.pool_mut(POOL).unwrap().clients;
    clients.insert("2example23456789".into(), other);
    let region = world.region_mut(ACCOUNT, crate::observe::support::REGION);
    region
        .pools
        .insert("us-west-2_B".into(), crate::observe::support::pool("b"));
    let clients = Server::start(world.clone(), options()).unwrap();
    clients.set_faults(vec![
        InjectedFault::new(FaultKind::AccessDenied)
            .at("ListUserPoolClients")
            .on(POOL)
            .from(2),
    ]);
    let found = look(&clients).await;
    assert_eq!(
        (
            found.estate.pools[0].posture.clients.len(),
            found.estate.pools[0].unread.len()
        ),
        (1, 1)
    );
    assert!(found.estate.pools[1].is_whole());
    let pools = Server::start(world, options()).unwrap();
    pools.set_faults(vec![
        InjectedFault::new(FaultKind::AccessDenied)
            .at("ListUserPools")
            .from(2),
    ]);
    let found = look(&pools).await;
    assert_eq!((found.estate.pools.len(), found.estate.unreachable.len()), (1, 1));
    assert!(!found.estate.is_whole());
}

/// Half a listing of alarms or metrics is none.
#[tokio::test]
async fn half_listed_alarms_or_metrics_are_none() {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, crate::observe::support::REGION);
    let other = region.alarms["risk"].clone();
    region.alarms.insert("second".into(), other);
    let mut metric = region.metrics[0].clone();
    metric.name = "Risk".into();
    region.metrics.push(metric);
    let options = Options {
        page_size: Some(1),
        faults: ["DescribeAlarms", "ListMetrics"]
            .map(|operation| InjectedFault::new(FaultKind::AccessDenied).at(operation).from(2))
            .into(),
        ..Options::default()
    };
    let server = Server::start(world, options).unwrap();
    let found = look(&server).await;
    let pool = only(&found.estate);
    assert_eq!((&pool.posture.alarms, &pool.posture.seen_metrics), (&None, &None));
    assert!(pool.posture.unread.iter().eq(&[Part::Alarms, Part::Metrics]));
}

/// It is there, and nobody can ask about it: the others are read.
#[tokio::test]
async fn entry_without_id_makes_listing_partial() {
    let nameless = |pointer: &str| FaultKind::Set(pointer.to_owned(), serde_json::Value::Null);
    let mut world = world();
    let other = world.pool(POOL).unwrap().clients[CLIENT].clone();
    let clients = &mut world.pool_mut(POOL).unwrap().clients;
    clients.insert("2example23456789".into(), other);
    let server = Server::start(world, Options::default()).unwrap();
    server.set_faults(vec![fault(
        "ListUserPoolClients",
        None,
        nameless("/UserPoolClients/0/ClientId"),
    )]);
    let found = look(&server).await;
    let pool = only(&found.estate);
    assert_eq!(
        brief(&pool.unread),
        [(Part::Clients, "ListUserPoolClients", Failure::NotUnderstood)]
    );
    assert!(
        pool.unread[0].detail.contains("the name `web`"),
        "{:?}",
        pool.unread
    );
    assert_eq!(pool.posture.clients.len(), 1);
    server.set_faults(vec![fault("ListUserPools", None, nameless("/UserPools/0/Id"))]);
    let found = look(&server).await.estate;
    assert!(unreachable("ListUserPools", Failure::NotUnderstood)(
        &found.unreachable[0]
    ));
    assert!(found.unreachable[0].detail.contains("the name `customers`"));
    for (operation, pointer, part) in [
        ("DescribeAlarms", "/MetricAlarms/0/AlarmName", Part::Alarms),
        ("ListMetrics", "/Metrics/0/MetricName", Part::Metrics),
    ] {
        server.set_faults(vec![fault(operation, None, nameless(pointer))]);
        let found = look(&server).await;
        let unread = brief(&only(&found.estate).unread);
        assert_eq!(unread, [(part, operation, Failure::NotUnderstood)]);
    }
}

fn unreachable(operation: &str, failure: Failure) -> impl Fn(&Unreachable) -> bool {
    move |at| {
        at.operation == operation && at.failure == failure && at.region == crate::observe::support::REGION
    }
}

/// A region that cannot be listed is unreachable.
#[tokio::test]
async fn unlistable_region_is_unreachable() {
    let looks = faults().into_iter().map(|(kind, failures)| async move {
        let server = start(Options {
            faults: vec![fault("ListUserPools", None, kind)],
            ..Options::default()
        });
        let found = look(&server).await.estate;
        assert_eq!((found.pools.len(), found.unreachable.len()), (0, 1), "{found:?}");
        assert!(
            failures
                .iter()
                .any(|failure| unreachable("ListUserPools", *failure)(&found.unreachable[0]))
        );
    });
    join_all(looks).await;
}

/// An account or a pool by id that cannot be asked for is unreachable.
#[tokio::test]
async fn denied_account_or_pool_id_is_unreachable() {
    let denied = |operation| Options {
        faults: vec![fault(operation, None, FaultKind::AccessDenied)],
        ..Options::default()
    };
    let sts = start(denied("GetCallerIdentity"));
    let place_of_account = Place {
        account: Some(ACCOUNT.into()),
        ..place([Selector::default()])
    };
    let found = look_with(&sts, quick(), &[place_of_account]).await.estate;
    assert!(
        unreachable("GetCallerIdentity", Failure::Denied)(&found.unreachable[0]),
        "{found:?}"
    );
    assert_eq!(
        (found.pools.len(), sts.log().len()),
        (0, 1),
        "nothing else is asked"
    );
    let pool = start(denied("DescribeUserPool"));
    let found = look_with(&pool, quick(), &[place([Selector::of_id(POOL)])])
        .await
        .estate;
    assert!(
        unreachable("DescribeUserPool", Failure::Denied)(&found.unreachable[0]),
        "{found:?}"
    );
    assert_eq!(found.unreachable[0].pool.as_deref(), Some(POOL));
    assert_eq!((found.pools.len(), found.missing.len()), (0, 0));
}

/// An account that is not answered is not believed.
#[tokio::test]
async fn unconfirmed_account_is_unreachable() {
    let looks = faults().into_iter().map(|(kind, failures)| async move {
        let sts = start(Options {
            faults: vec![fault("GetCallerIdentity", None, kind)],
            ..Options::default()
        });
        let place_of_account = Place {
            account: Some(ACCOUNT.into()),
            ..place([Selector::default()])
        };
        let found = look_with(&sts, quick(), &[place_of_account]).await.estate;
        let told = |failure: &Failure| unreachable("GetCallerIdentity", *failure)(&found.unreachable[0]);
        assert!(failures.iter().any(told), "{found:?}");
        assert_eq!(found.pools.len(), 0);
    });
    join_all(looks).await;
}

#[tokio::test]
async fn what_the_answer_lacks_is_named() {
    for (operation, client, parts) in READS {
        let server = start(Options {
            faults: vec![fault(operation, *client, FaultKind::Empty(Empty::Object))],
            ..Options::default()
        });
        let found = look(&server).await;
        let pool = only(&found.estate);
        assert_eq!(pool.unread.len(), parts.len(), "{operation}");
        let lacks = Operation::all_for(Use::Pools)
            .into_iter()
            .find(|it| it.as_str() == *operation);
        let lacks = lacks.and_then(Operation::answers_with).unwrap();
        for unread in &pool.unread {
            let words = format!("the answer has no `{lacks}`");
            // A topic's ARN comes before.
            assert!(unread.detail.ends_with(&words), "{operation}: {}", unread.detail);
        }
    }
}

#[tokio::test]
async fn faults_that_pass_are_not_told() {
    for kind in [
        FaultKind::Throttle,
        FaultKind::Internal,
        FaultKind::BadGateway,
        FaultKind::Reset,
    ] {
        let server = start(Options {
            faults: vec![InjectedFault::new(kind.clone()).times(1)],
            ..Options::default()
        });
        assert!(look(&server).await.estate.is_whole(), "{kind:?}");
    }
}
