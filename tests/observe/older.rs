//! Alarms whose metric CloudWatch does not list: older data is asked for, in every spelling, and only for them.

use cogward::model::observed::{Failure, Observed, Selector};
use cogward::model::posture::{Part, SeenMetric};
use cogward::simulator::{AwsState, Empty, FaultKind, InjectedFault, Options, Server};

use crate::observe::support::{
    ACCOUNT, POOL, REGION, alarm, brief, calls, look, look_with, now, only, place, pool, quick, raw, world,
};

const DAY: f64 = 24.0 * 3600.0;

/// The world in which the metric's last data is so many days old.
fn aged(days: f64) -> AwsState {
    let mut world = world();
    let metrics = &mut world.region_mut(ACCOUNT, REGION).metrics;
    metrics[0].data = vec![(now() - days * DAY, 1.0)];
    world
}

fn seen(pool: &Observed) -> Vec<(&str, bool)> {
    let seen = pool.posture.seen_metrics.as_deref().unwrap();
    seen.iter()
        .map(|SeenMetric { name, older, .. }| (name.as_str(), !older))
        .collect()
}

fn asked(server: &Server) -> usize {
    let all = calls(server);
    all.iter()
        .find(|(name, _)| name == "GetMetricData")
        .map_or(0, |(_, count)| *count)
}

/// Data of months ago tells how a metric is spelt.
#[tokio::test]
async fn metric_spelling_from_months_old_data() {
    for (days, found, calls) in [
        (1.0, vec![("AccountTakeOverRisk", true)], 0),
        (60.0, vec![("AccountTakeOverRisk", false)], 1),
        (500.0, vec![], 1),
    ] {
        let server = Server::start(aged(days), Options::default()).unwrap();
        let look = look(&server).await;
        let pool = only(&look.estate);
        assert!(pool.unread.is_empty(), "{:?}", pool.unread);
        assert_eq!((seen(pool), asked(&server)), (found, calls), "{days} days");
    }
}

#[tokio::test]
async fn a_dead_alarm_needs_no_data() {
    let mut world = aged(60.0);
    let mut dead = alarm(POOL);
    dead["Dimensions"].as_array_mut().unwrap().remove(1);
    let alarms = &mut world.region_mut(ACCOUNT, REGION).alarms;
    alarms.insert("risk".into(), raw(dead));
    let server = Server::start(world, Options::default()).unwrap();
    look(&server).await;
    assert_eq!(asked(&server), 0);
}

#[tokio::test]
async fn many_pools_are_asked_about_together() {
    let mut world = aged(60.0);
    let region = world.region_mut(ACCOUNT, REGION);
    for index in 0..130 {
        let id = format!("us-west-2_{index:03}");
        region.pools.insert(id.clone(), pool("many"));
        region.alarms.insert(format!("risk-{index}"), raw(alarm(&id)));
    }
    let server = Server::start(world, Options::default()).unwrap();
    let look = look(&server).await;
    // 131 alarms, each in four spellings, 500 at a time.
    assert_eq!((look.estate.pools.len(), asked(&server)), (131, 2));
    let known = look.estate.pools.iter().filter(|pool| !seen(pool).is_empty());
    assert_eq!(known.map(Observed::id).collect::<Vec<_>>(), [POOL]);
}

#[tokio::test]
async fn what_could_not_be_asked_is_told() {
    let faults = [
        (FaultKind::AccessDenied, Failure::Denied),
        (FaultKind::Throttle, Failure::Throttled),
        (FaultKind::Internal, Failure::Unavailable),
        (FaultKind::Garbage, Failure::NotUnderstood),
    ];
    let empty = Empty::ALL.map(|empty| (FaultKind::Empty(empty), Failure::NotUnderstood));
    let half = FaultKind::Set("/MetricDataResults".into(), serde_json::json!([]));
    let half = (half, Failure::NotUnderstood);
    for (kind, failure) in faults.into_iter().chain(empty).chain([half]) {
        let options = Options {
            faults: vec![InjectedFault::new(kind).at("GetMetricData")],
            ..Options::default()
        };
        let server = Server::start(aged(60.0), options).unwrap();
        let look = look_with(&server, quick(), &[place([Selector::default()])]).await;
        let pool = only(&look.estate);
        assert_eq!(brief(&pool.unread), [(Part::Metrics, "GetMetricData", failure)]);
        assert!(seen(pool).is_empty() && pool.posture.unread.contains(&Part::Metrics));
    }
}
