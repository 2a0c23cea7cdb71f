//! The permissions in `docs/iam/read.json` are enough, and none is too many.

use std::collections::BTreeSet;

use cogward::model::observed::{Failure, Selector};
use cogward::observe::live::Place;
use cogward::simulator::{Options, Server};

use crate::observe::support::{ACCOUNT, POOL, REGION, alarm, look_with, place, quick, raw, world};

/// A world in which every operation is called: one alarm is on a metric that is not listed.
fn server(allowed: BTreeSet<String>) -> Server {
    let options = Options {
        allowed: Some(allowed),
        ..Options::default()
    };
    let mut world = world();
    let mut quiet = alarm(POOL);
    quiet["MetricName"] = "CompromisedCredentialRisk".into();
    let alarms = &mut world.region_mut(ACCOUNT, REGION).alarms;
    alarms.insert("quiet".into(), raw(quiet));
    Server::start(world, options).unwrap()
}

#[tokio::test]
async fn the_published_policy_is_enough() {
    let server = server(crate::support::iam::allowed("read").into_iter().collect());
    let with_account = Place {
        account: Some(ACCOUNT.into()),
        ..place([Selector::default()])
    };
    let found = look_with(&server, quick(), &[with_account]).await.estate;
    assert!(found.is_whole() && found.pools.len() == 1, "{found:?}");
}

/// Each permission is needed and its absence is told.
#[tokio::test]
async fn each_permission_is_needed() {
    // Histories are asked for only where a mode is to be enforced.
    let looked = crate::support::iam::allowed("read")
        .into_iter()
        .filter(|action| action != "cloudtrail:LookupEvents");
    for left_out in looked {
        let rest = crate::support::iam::allowed("read")
            .into_iter()
            .filter(|action| *action != left_out);
        let server = server(rest.collect());
        let found = look_with(&server, quick(), &[place([Selector::default()])])
            .await
            .estate;
        let (_, operation) = left_out.split_once(':').unwrap();
        let unread = found
            .pools
            .iter()
            .flat_map(|pool| &pool.unread)
            .map(|unread| (&unread.operation, unread.failure));
        let unreachable = found
            .unreachable
            .iter()
            .map(|place| (&place.operation, place.failure));
        let told: Vec<_> = unread.chain(unreachable).collect();
        assert!(!told.is_empty(), "{left_out}");
        assert!(
            told.iter()
                .all(|(at, failure)| *at == operation && *failure == Failure::Denied),
            "{left_out}: {told:?}"
        );
    }
}
