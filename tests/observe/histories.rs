//! What AWS remembers of a pool's modes: read, hidden, denied, cut short.

use cogward::aws::Limits;
use cogward::model::mode::{Mode, Modes};
use cogward::model::observed::Selector;
use cogward::observe::live::{Inquiry, Silent, Stop, histories};
use cogward::plan::Auth;
use cogward::plan::gate::{Evidence, EvidenceSource, Known};
use cogward::simulator::{Empty, FaultKind, InjectedFault, Options, Server};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::observe::support::{ACCOUNT, POOL, REGION, connector, look, now, place, quick, raw, start, world};

const DAY: f64 = 86_400.0;

/// An event of so many days ago.
fn event(name: &str, days: f64, record: &Value) -> Value {
    json!({ "EventName": name, "EventTime": now() - days * DAY, "CloudTrailEvent": record })
}

fn update(days: f64, parameters: &Value) -> Value {
    event(
        "UpdateUserPool",
        days,
        &json!({ "requestParameters": parameters }),
    )
}

fn sets(days: f64, mode: &str) -> Value {
    update(
        days,
        &json!({ "userPoolId": POOL, "userPoolAddOns": { "advancedSecurityMode": mode } }),
    )
}

/// The world with events, and with risk assessed on these days.
fn server(events: Vec<Value>, assessed: &[f64], options: Options) -> Server {
    let mut world = world();
    let region = world.region_mut(ACCOUNT, REGION);
    region.events = events.into_iter().map(raw).collect();
    let data: Vec<_> = assessed.iter().map(|days| (now() - days * DAY, 7.0)).collect();
    let metric = json!({
        "namespace": "AWS/Cognito", "name": "NoRisk", "data": data,
        "dimensions": { "UserPoolId": POOL, "Operation": "SignIn" },
    });
    region.metrics.push(serde_json::from_value(metric).unwrap());
    Server::start(world, options).unwrap()
}

fn audit() -> Modes {
    Modes {
        standard: Some(Mode::Audit),
        custom: Some(Mode::Off),
    }
}

async fn ask_with(server: &Server, limits: Limits, stop: &Stop) -> Known {
    ask_of(server, None, limits, stop).await
}

/// The moment of the simulated service's clock, so many seconds ago.
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millisecond(format!("{:.0}", (now() - seconds) * 1000.0).parse().unwrap()).unwrap()
}

async fn ask_of(server: &Server, modified: Option<Timestamp>, limits: Limits, stop: &Stop) -> Known {
    let inquiry = Inquiry {
        pool: POOL.into(),
        place: place([Selector::of_id(POOL)]),
        modes: audit(),
        modified,
    };
    let today = moment(0.0).to_zoned(jiff::tz::TimeZone::UTC).date();
    let connector = connector(server, limits);
    let mut found = histories(&connector, &[inquiry], today, &limits, &Silent, stop).await;
    assert_eq!(found.len(), 1, "every pool that was asked for is there");
    found.remove(POOL).unwrap()
}

async fn ask(server: &Server) -> Known {
    ask_with(server, quick(), &Stop::default()).await
}

fn of(known: &Known, source: EvidenceSource) -> Option<&Evidence> {
    let mut own = known.evidence.iter().filter(|one| one.auth == Auth::Standard);
    own.find(|one| one.source == source)
}

/// Days ago of a first day.
fn ago(since: Option<Date>) -> Option<i64> {
    let today = Timestamp::from_millisecond(format!("{:.0}", now() * 1000.0).parse().unwrap()).unwrap();
    let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(cogward::text::days(since?, today))
}

fn blind(known: &Known) -> Vec<(EvidenceSource, Option<i64>, &str)> {
    known
        .blind
        .iter()
        .map(|blind| (blind.source, ago(blind.before), blind.why.as_str()))
        .collect()
}

#[tokio::test]
async fn events_and_metrics_say_since_when() {
    let events = vec![
        sets(80.0, "OFF"),
        sets(30.0, "AUDIT"),
        update(10.0, &json!({ "userPoolId": POOL, "lambdaConfig": {} })),
        update(
            5.0,
            &json!({ "userPoolId": "us-west-2_B", "userPoolAddOns": { "advancedSecurityMode": "OFF" } }),
        ),
    ];
    let days: Vec<_> = (0..25).map(f64::from).collect();
    let options = Options {
        page_size: Some(1),
        ..Options::default()
    };
    let known = ask(&server(events, &days, options)).await;
    let trail = of(&known, EvidenceSource::CloudTrail).unwrap();
    assert_eq!(ago(trail.since), Some(30));
    assert_eq!(
        ago(trail.other.map(|other| other.day)),
        Some(30),
        "OFF until then"
    );
    assert_eq!(ago(of(&known, EvidenceSource::Metrics).unwrap().since), Some(24));
    assert_eq!(blind(&known), []);
}

/// CloudTrail shows that the modes were set five days ago, and no longer what they were before: they may have been the other
/// way round, with the same metrics.
#[tokio::test]
async fn metrics_before_mode_change_do_not_count() {
    let days: Vec<_> = (0..25).map(f64::from).collect();
    let known = ask(&server(vec![sets(5.0, "AUDIT")], &days, Options::default())).await;
    let metrics = of(&known, EvidenceSource::Metrics).unwrap();
    assert_eq!(ago(metrics.since), Some(5), "{}", metrics.note);
}

/// Nothing remembered shows nothing and is no doubt.
#[tokio::test]
async fn empty_history_shows_and_doubts_nothing() {
    let known = ask(&start(Options::default())).await;
    assert_eq!(known, Known::default());
}

/// What a record hides is told and ends what is known.
#[tokio::test]
async fn hidden_record_ends_the_known_period() {
    let hidden = [
        json!({ "userPoolId": POOL, "userPoolAddOns": "HIDDEN_DUE_TO_SECURITY_REASONS" }),
        json!({ "userPoolId": "HIDDEN_DUE_TO_SECURITY_REASONS", "userPoolAddOns": { "advancedSecurityMode": "OFF" } }),
        json!("HIDDEN_DUE_TO_SECURITY_REASONS"),
        Value::Null,
    ];
    for parameters in hidden {
        let known = ask(&server(
            vec![sets(40.0, "AUDIT"), update(20.0, &parameters), sets(3.0, "AUDIT")],
            &[],
            Options::default(),
        ))
        .await;
        assert_eq!(
            ago(of(&known, EvidenceSource::CloudTrail).unwrap().since),
            Some(3),
            "{parameters}"
        );
        let [(EvidenceSource::CloudTrail, Some(20), why)] = blind(&known)[..] else {
            panic!("{parameters}: {known:?}")
        };
        assert!(
            why.contains("does not say what became of the standard mode"),
            "{why}"
        );
    }
    // A record that is not JSON at all.
    let mut odd = sets(20.0, "AUDIT");
    odd["CloudTrailEvent"] = "no record".into();
    let known = ask(&server(vec![sets(40.0, "AUDIT"), odd], &[], Options::default())).await;
    assert_eq!(
        ago(of(&known, EvidenceSource::CloudTrail).unwrap().since),
        Some(20)
    );
    assert_eq!(known.blind.len(), 1);
}

#[tokio::test]
async fn a_call_that_failed_changed_nothing() {
    let mut failed = sets(2.0, "OFF");
    failed["CloudTrailEvent"]["errorCode"] = "AccessDenied".into();
    let known = ask(&server(
        vec![sets(30.0, "AUDIT"), failed],
        &[],
        Options::default(),
    ))
    .await;
    assert_eq!(
        ago(of(&known, EvidenceSource::CloudTrail).unwrap().since),
        Some(30)
    );
    assert_eq!(blind(&known), []);
}

/// Each permission is needed and its absence is told.
#[tokio::test]
async fn missing_permissions_are_reported() {
    for (left_out, source) in [
        ("cloudtrail:LookupEvents", EvidenceSource::CloudTrail),
        ("cloudwatch:GetMetricData", EvidenceSource::Metrics),
    ] {
        let allowed = crate::support::iam::allowed("read")
            .into_iter()
            .filter(|action| action != left_out);
        let options = Options {
            allowed: Some(allowed.collect()),
            ..Options::default()
        };
        let known = ask(&server(vec![sets(30.0, "AUDIT")], &[0.0, 1.0], options)).await;
        let found = blind(&known);
        let [(blind, None, why)] = found[..] else {
            panic!("{left_out}: {found:?}")
        };
        let (_, operation) = left_out.split_once(':').unwrap();
        assert_eq!(blind, source);
        assert!(why.starts_with(&format!("{operation}: access denied: ")), "{why}");
        assert!(of(&known, source).is_none());
        let other = [EvidenceSource::CloudTrail, EvidenceSource::Metrics]
            .into_iter()
            .find(|other| *other != source);
        assert!(
            of(&known, other.unwrap()).is_some(),
            "the other is read all the same"
        );
    }
}

/// Every fault is told and none is an empty history.
#[tokio::test]
async fn faults_are_not_taken_for_empty_history() {
    let common = [
        FaultKind::Throttle,
        FaultKind::Internal,
        FaultKind::BadGateway,
        FaultKind::Reset,
        FaultKind::AccessDenied,
        FaultKind::ExpiredToken,
        FaultKind::Garbage,
        FaultKind::Truncated,
    ];
    let common: Vec<_> = common
        .into_iter()
        .chain(Empty::ALL.map(FaultKind::Empty))
        .collect();
    let timeless = FaultKind::Set("/Events/0/EventTime".into(), Value::Null);
    let other = FaultKind::Set("/Events/0/EventName".into(), "DeleteUserPool".into());
    let trail = common.iter().cloned().chain([timeless, other]);
    let trail = trail.map(|kind| ("LookupEvents", EvidenceSource::CloudTrail, kind));
    let half = FaultKind::Set("/MetricDataResults".into(), json!([]));
    let other = FaultKind::Set("/MetricDataResults/0/Id".into(), "m999".into());
    let metrics = common.iter().cloned().chain([half, other]);
    let metrics = metrics.map(|kind| ("GetMetricData", EvidenceSource::Metrics, kind));
    for (operation, source, kind) in trail.chain(metrics) {
        let server = server(vec![sets(30.0, "AUDIT")], &[0.0, 1.0], Options::default());
        server.set_faults(vec![InjectedFault::new(kind.clone()).at(operation)]);
        let known = ask(&server).await;
        let found = blind(&known);
        assert!(
            matches!(found[..], [(dark, None, _)] if dark == source),
            "{operation} {kind:?}: {found:?}"
        );
        assert!(of(&known, source).is_none(), "{operation} {kind:?}");
    }
}

/// A listing that ends early is whole back to its last event.
#[tokio::test]
async fn cut_listing_counts_to_its_last_event() {
    let events = vec![sets(30.0, "OFF"), sets(20.0, "AUDIT"), sets(10.0, "AUDIT")];
    let options = Options {
        page_size: Some(2),
        ..Options::default()
    };
    let server = server(events, &[], options);
    // The second page of the updates; creations are one page.
    server.set_faults(vec![
        InjectedFault::new(FaultKind::AccessDenied)
            .at("LookupEvents")
            .from(3),
    ]);
    let known = ask(&server).await;
    assert_eq!(
        ago(of(&known, EvidenceSource::CloudTrail).unwrap().since),
        Some(20)
    );
    assert!(
        matches!(blind(&known)[..], [(EvidenceSource::CloudTrail, Some(20), _)]),
        "{known:?}"
    );
}

/// A stopped run and a passing throttle are told apart.
#[tokio::test]
async fn stopped_run_differs_from_brief_throttle() {
    let server = server(vec![sets(30.0, "AUDIT")], &[0.0], Options::default());
    let stop = Stop::default();
    stop.stop();
    let known = ask_with(&server, quick(), &stop).await;
    assert!(known.evidence.is_empty() && known.blind.len() == 2, "{known:?}");
    assert!(server.log().is_empty());
    server.set_faults(vec![
        InjectedFault::new(FaultKind::Throttle)
            .at("LookupEvents")
            .times(1),
    ]);
    let known = ask(&server).await;
    assert_eq!(
        ago(of(&known, EvidenceSource::CloudTrail).unwrap().since),
        Some(30)
    );
    assert_eq!(blind(&known), []);
}

/// A look tells by way of which place it saw a pool, so that its history is asked of the same.
#[tokio::test]
async fn a_look_tells_where_each_pool_was_seen() {
    let found = look(&start(Options::default())).await;
    assert_eq!(found.places[POOL], place([Selector::of_id(POOL)]));
    assert_eq!(found.places.len(), 1);
}

/// A change that `CloudTrail` does not show yet leaves it in doubt.
#[tokio::test]
async fn recent_change_leaves_cloudtrail_in_doubt() {
    let server = server(Vec::new(), &[], Options::default());
    for (modified, doubts) in [(None, 0), (Some(moment(60.0)), 1), (Some(moment(5.0 * DAY)), 0)] {
        let known = ask_of(&server, modified, quick(), &Stop::default()).await;
        let trails = known
            .blind
            .iter()
            .filter(|one| one.source == EvidenceSource::CloudTrail);
        let trails: Vec<_> = trails
            .map(|one| (one.before, one.why.contains("no event of that is there yet")))
            .collect();
        assert_eq!(trails, vec![(None, true); doubts], "{modified:?}");
    }
}
