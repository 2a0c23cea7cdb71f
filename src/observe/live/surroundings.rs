//! What surrounds a region's pools: alarms, metrics, their older data and topics, each asked for once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use crate::aws::convert::{self, AlarmsByPool, MetricsByPool, OtherAlarms};
use crate::aws::error::CallError;
use crate::aws::operation::Operation;
use crate::aws::port::{AnyAlarm, MOST_METRICS};
use crate::model::alarm::{Alarm, OtherAlarm, spellings};
use crate::model::arn::Arn;
use crate::model::observed::{Failure, Observed};
use crate::model::posture::{Part, SeenMetric, Topic};
use crate::observe::live::place::Place;
use crate::observe::live::run::Run;

/// Topics that are asked for at a time.
const AT_A_TIME: usize = 16;

/// All of a region's alarms and metrics, or why they are unknown.
pub(super) struct Surroundings {
    alarms: Result<(AlarmsByPool, OtherAlarms), CallError>,
    alarm_names: Arc<BTreeSet<String>>,
    metrics: Result<MetricsByPool, CallError>,
}

/// Topics by ARN, or why they are unknown.
pub(super) type Topics = BTreeMap<String, Result<Topic, CallError>>;

/// Metrics with older data, or why that is unknown.
pub(super) type Older = Result<BTreeSet<SeenMetric>, CallError>;

/// How far back older data is asked for: as long as CloudWatch keeps it, in days.
const KEPT: u16 = 455;

/// Asks for alarms and metrics. Half a listing is none: an alarm on its other half would look absent.
pub(super) async fn surroundings(run: &Run<'_>) -> Surroundings {
    let ((alarms, no_alarms), (metrics, no_metrics)) = tokio::join!(
        run.all(Operation::DescribeAlarms, |port, next| port.alarms(next)),
        run.all(Operation::ListMetrics, |port, next| port.metrics(next)),
    );
    let (alarms, others) = sorted(alarms);
    let names = alarms.iter().filter_map(|alarm| alarm.name.clone());
    Surroundings {
        alarm_names: Arc::new(names.collect()),
        alarms: no_alarms.map_or_else(|| Ok((AlarmsByPool::new(alarms), OtherAlarms::new(others))), Err),
        metrics: no_metrics.map_or_else(|| Ok(MetricsByPool::new(metrics)), Err),
    }
}

fn sorted(all: Vec<AnyAlarm>) -> (Vec<Alarm>, Vec<OtherAlarm>) {
    let (mut alarms, mut others) = (Vec::new(), Vec::new());
    for alarm in all {
        match alarm {
            AnyAlarm::OfMetric(alarm) => alarms.push(*alarm),
            AnyAlarm::Other(alarm) => others.push(alarm),
        }
    }
    (alarms, others)
}

impl Surroundings {
    /// Names of all alarms.
    pub(super) fn alarm_names(&self) -> Arc<BTreeSet<String>> {
        Arc::clone(&self.alarm_names)
    }

    /// Gives a pool what is its own.
    pub(super) fn furnish(&self, pool: &mut Observed) {
        let id = pool.id().to_owned();
        match &self.alarms {
            Ok((alarms, others)) => {
                let own = alarms.of(&id);
                pool.posture.other_alarms = Some(others.of(&id, &own));
                pool.posture.alarms = Some(own);
            }
            Err(trouble) => pool
                .unread
                .push(trouble.unread(Part::Alarms, None, Operation::DescribeAlarms)),
        }
        match &self.metrics {
            Ok(metrics) => pool.posture.seen_metrics = Some(metrics.of(&id)),
            Err(trouble) => pool
                .unread
                .push(trouble.unread(Part::Metrics, None, Operation::ListMetrics)),
        }
    }
}

/// Asks which metrics of these pools' alarms had data once, as far as CloudWatch lists none that decides how they are
/// spelt: nothing where every alarm's metric is listed.
pub(super) async fn older<'a>(run: &Run<'_>, pools: impl Iterator<Item = &'a Observed>) -> Older {
    let asked: BTreeSet<_> = pools.flat_map(undecided).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    let mut found = BTreeSet::new();
    for some in asked.chunks(MOST_METRICS) {
        let data = run.measured(some, KEPT).await?;
        let with_data = data.into_iter().filter(|measured| !measured.days.is_empty());
        found.extend(with_data.map(|measured| measured.metric));
    }
    Ok(found)
}

/// The spellings of a pool's alarms on which nothing is known yet.
fn undecided(pool: &Observed) -> Vec<SeenMetric> {
    let (Some(alarms), Some(seen)) = (&pool.posture.alarms, &pool.posture.seen_metrics) else {
        return Vec::new();
    };
    let own = |alarm: &&Alarm| alarm.dimensions.values().any(|value| value == pool.id());
    let alarms = alarms.iter().filter(own);
    alarms.flat_map(|alarm| spellings(alarm, seen)).collect()
}

/// Gives a pool what older data its alarms' metrics have.
pub(super) fn remember(pool: &mut Observed, older: &Older) {
    let asked = undecided(pool);
    if asked.is_empty() {
        return;
    }
    match older {
        Ok(found) => {
            let own: BTreeSet<_> = asked
                .into_iter()
                .filter(|metric| found.contains(metric))
                .collect();
            pool.posture.seen_metrics.get_or_insert_default().extend(own);
        }
        Err(trouble) => pool
            .unread
            .push(trouble.unread(Part::Metrics, None, Operation::GetMetricData)),
    }
}

/// Asks for every topic that the alarms of these pools notify, or those of policies for them.
pub(super) async fn topics<'a>(
    run: &Run<'_>,
    place: &Place,
    pools: impl Iterator<Item = &'a Observed>,
) -> Topics {
    let arns: BTreeSet<_> = pools
        .flat_map(|pool| topics_of(pool, place))
        .map(str::to_owned)
        .collect();
    stream::iter(arns)
        .map(|arn| async move {
            let answer = run
                .call(Operation::GetTopicAttributes, run.port.topic(&arn))
                .await;
            (arn, answer)
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await
}

/// Whether a topic cannot be read by design: it is in another account, and that account does not allow it. What is
/// wrong with the credentials themselves, or with the service, is not intended.
fn is_hidden(arn: &str, account: Option<&str>, trouble: &CallError) -> bool {
    let owner = Arn::parse(arn).map(|arn| arn.account);
    let elsewhere = matches!((owner, account), (Some(owner), Some(account)) if owner != account);
    let forbidden = ["AuthorizationError", "AccessDenied"]
        .iter()
        .any(|code| trouble.detail.starts_with(code));
    elsewhere && trouble.failure() == Failure::Denied && forbidden
}

/// The topics that the pool's alarms notify, and those of policies for it: a change of an alarm is judged by who hears both.
fn topics_of<'a>(pool: &'a Observed, place: &'a Place) -> BTreeSet<&'a str> {
    let alarms = pool.posture.alarms.as_deref().unwrap_or_default();
    let others = pool.posture.other_alarms.as_deref().unwrap_or_default();
    let is_of_region = |arn: &&str| {
        Arn::parse(arn).is_some_and(|arn| arn.service == "sns" && arn.region == place.region.as_str())
    };
    let selectors = place
        .selectors
        .iter()
        .filter(|selector| !selector.topics.is_empty());
    let meant = selectors.filter(|selector| selector.selects(pool.id(), &pool.name, &pool.tags));
    let of_policies = meant.flat_map(|selector| selector.topics.iter().map(String::as_str));
    let mut found = convert::topics_of(alarms, others);
    found.extend(of_policies.filter(is_of_region));
    found
}

/// Gives a pool the topics that its alarms notify, and those of policies for it.
pub(super) fn connect(pool: &mut Observed, place: &Place, topics: &Topics) {
    let arns: Vec<_> = topics_of(pool, place).into_iter().map(str::to_owned).collect();
    let arns = arns.iter().map(String::as_str);
    let (mut known, mut unknown) = (BTreeMap::new(), Vec::new());
    for arn in arns {
        match topics.get(arn) {
            Some(Ok(topic)) => {
                known.insert(arn.to_owned(), *topic);
            }
            Some(Err(trouble)) if is_hidden(arn, pool.posture.account.as_deref(), trouble) => {
                known.insert(arn.to_owned(), Topic::Hidden);
            }
            Some(Err(trouble)) => {
                let detail = format!("{arn}: {}", trouble.detail);
                let trouble = CallError {
                    detail,
                    ..trouble.clone()
                };
                unknown.push(trouble.unread(Part::Topics, None, Operation::GetTopicAttributes));
            }
            None => {}
        }
    }
    pool.posture.topics = known;
    pool.unread.extend(unknown);
}
