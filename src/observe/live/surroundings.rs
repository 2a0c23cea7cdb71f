//! What surrounds a region's pools: alarms, metrics and topics, each asked for once.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};

use crate::aws::convert::{self, AlarmsByPool, MetricsByPool, Trouble};
use crate::aws::operation::Operation;
use crate::model::observed::{Observed, Unread};
use crate::model::posture::{Part, Topic};
use crate::observe::live::run::Run;

/// Topics that are asked for at a time.
const AT_A_TIME: usize = 16;

/// All of a region's alarms and metrics, or why they are not known.
pub(super) struct Surroundings {
    alarms: Result<AlarmsByPool, Trouble>,
    metrics: Result<MetricsByPool, Trouble>,
}

/// Topics by ARN, or why they are not known.
pub(super) type Topics = BTreeMap<String, Result<Topic, Trouble>>;

/// Asks for alarms and metrics. Half a listing is none: an alarm on its other half would look absent.
pub(super) async fn surroundings(run: &Run<'_>) -> Surroundings {
    let ((alarms, no_alarms), (metrics, no_metrics)) = tokio::join!(
        run.all(Operation::DescribeAlarms, |port, next| port.alarms(next)),
        run.all(Operation::ListMetrics, |port, next| port.metrics(next)),
    );
    Surroundings {
        alarms: no_alarms.map_or_else(|| Ok(AlarmsByPool::new(alarms)), |error| Err(error.into())),
        metrics: no_metrics.map_or_else(|| Ok(MetricsByPool::new(metrics)), |error| Err(error.into())),
    }
}

impl Surroundings {
    /// Gives a pool what is its own.
    pub(super) fn furnish(&self, pool: &mut Observed) {
        let id = pool.id().to_owned();
        match &self.alarms {
            Ok(alarms) => pool.posture.alarms = Some(alarms.of(&id)),
            Err(trouble) => pool
                .unread
                .push(unread(Part::Alarms, Operation::DescribeAlarms, trouble)),
        }
        match &self.metrics {
            Ok(metrics) => pool.posture.seen_metrics = Some(metrics.of(&id)),
            Err(trouble) => pool
                .unread
                .push(unread(Part::Metrics, Operation::ListMetrics, trouble)),
        }
    }
}

fn unread(part: Part, operation: Operation, trouble: &Trouble) -> Unread {
    Unread {
        part,
        client: None,
        operation: operation.as_str().to_owned(),
        failure: trouble.failure,
        detail: trouble.detail.clone(),
    }
}

/// Asks for every topic that the alarms of these pools tell.
pub(super) async fn topics<'a>(run: &Run<'_>, pools: impl Iterator<Item = &'a Observed>) -> Topics {
    let arns: BTreeSet<_> = pools
        .filter_map(|pool| pool.posture.alarms.as_deref())
        .flat_map(convert::topics_of)
        .map(str::to_owned)
        .collect();
    stream::iter(arns)
        .map(|arn| async move {
            let answer = run
                .call(Operation::GetTopicAttributes, run.port.topic(&arn))
                .await;
            (arn, answer.map_err(Trouble::from))
        })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await
}

/// Gives a pool the topics that its alarms tell.
pub(super) fn connect(pool: &mut Observed, topics: &Topics) {
    let arns = convert::topics_of(pool.posture.alarms.as_deref().unwrap_or_default());
    let (mut known, mut unknown) = (BTreeMap::new(), Vec::new());
    for arn in arns {
        match topics.get(arn) {
            Some(Ok(topic)) => {
                known.insert(arn.to_owned(), *topic);
            }
            Some(Err(trouble)) => {
                let detail = format!("{arn}: {}", trouble.detail);
                let trouble = Trouble {
                    failure: trouble.failure,
                    detail,
                };
                unknown.push(unread(Part::Topics, Operation::GetTopicAttributes, &trouble));
            }
            None => {}
        }
    }
    pool.posture.topics = known;
    pool.unread.extend(unknown);
}
