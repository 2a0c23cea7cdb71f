//! What AWS remembers of pools' modes: CloudTrail's events, once for each place, and the days on which metrics of
//! threat protection had data.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::aws::convert::{CREATE, UPDATE, trail_events};
use crate::aws::error::CallError;
use crate::aws::limits::Limits;
use crate::aws::operation::Operation;
use crate::aws::port::{Connect, MOST_METRICS, TrailRecord};
use crate::aws::session::Session;
use crate::model::alarm::ThreatMetric;
use crate::model::mode::Modes;
use crate::model::posture::SeenMetric;
use crate::observe::live::place::Place;
use crate::observe::live::progress::Progress;
use crate::observe::live::run::Run;
use crate::observe::live::stop::Stop;
use crate::plan::gate::{Blind, EvidenceSource, Known, NO_EVENT_YET, Said, TrailEvent, assessed, trail};
use crate::text;

/// Days that are asked for: as many as CloudTrail remembers.
const REMEMBERED: u16 = 90;

/// Days for which a modification that no event explains counts as one that CloudTrail does not show yet. Later it is
/// taken for one that is not an event of the pool's own, such as of its responses.
const LAG: i64 = 1;

/// How much earlier than the pool's own date an event may be and still be what modified it.
const SLACK: SignedDuration = SignedDuration::from_mins(1);

/// Values of the metrics' dimension `Operation` (docs/facts.md, "Threat-protection metrics").
const OPERATIONS: [&str; 3] = ["SignIn", "SignUp", "PasswordChange"];

/// A pool whose history is asked for.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// Its id.
    pub pool: String,
    /// Where it was seen.
    pub place: Place,
    /// Its modes as they are now.
    pub modes: Modes,
    /// When something of it was modified last, where that is known.
    pub modified: Option<Timestamp>,
}

/// Asks for the histories of pools, side by side. Never fails: what could not be read is in the result, by name.
/// Every pool that was asked for is in it.
pub async fn histories(
    connect: &dyn Connect,
    inquiries: &[Inquiry],
    today: Date,
    limits: &Limits,
    progress: &dyn Progress,
    stop: &Stop,
) -> BTreeMap<String, Known> {
    let deadline = limits.deadline();
    let mut places: BTreeMap<Key, Vec<&Inquiry>> = BTreeMap::new();
    for inquiry in inquiries {
        let Place {
            session,
            region,
            account,
            ..
        } = &inquiry.place;
        let key = (session.clone(), region.clone(), account.clone());
        places.entry(key).or_default().push(inquiry);
    }
    let mut asked = Vec::new();
    for ((session, region, account), pools) in places {
        asked.push(async move {
            let port = connect.connect(&session, &region, account.as_deref()).await;
            let run = Run::new(port.as_ref(), progress, stop, deadline);
            place(&run, &pools, today).await
        });
    }
    let found = join_all(asked).await;
    found.into_iter().flatten().collect()
}

/// Session, region and account: what one port serves.
type Key = (Session, String, Option<String>);

/// The pools of one place.
async fn place(run: &Run<'_>, pools: &[&Inquiry], today: Date) -> Vec<(String, Known)> {
    let (trails, measured) = tokio::join!(events(run), measured(run, pools));
    let known = |inquiry: &&Inquiry| {
        let mut known = trails.of(inquiry, today);
        match &measured {
            Ok(days) => {
                let none = BTreeSet::new();
                let days = days.get(&inquiry.pool).unwrap_or(&none);
                let updated = modes_set(&trails.events(inquiry));
                known
                    .evidence
                    .extend(assessed(inquiry.modes, days, updated, today));
            }
            Err(error) => known
                .blind
                .push(blind(EvidenceSource::Metrics, Operation::GetMetricData, error)),
        }
        (inquiry.pool.clone(), known)
    };
    pools.iter().map(known).collect()
}

/// The last day on which an event may have set modes. One that names no mode kept that which is AUDIT afterwards, and so
/// kept both.
fn modes_set(events: &[TrailEvent]) -> Option<Date> {
    let names = |event: &&TrailEvent| event.said != [Said::Silent; 2];
    events.iter().filter(names).map(|event| text::day(event.at)).max()
}

/// The days on which risk was assessed, pool by pool.
async fn measured(run: &Run<'_>, pools: &[&Inquiry]) -> Result<BTreeMap<String, BTreeSet<Date>>, CallError> {
    let of_pool = |inquiry: &&Inquiry| {
        let pool = inquiry.pool.clone();
        [ThreatMetric::Risk, ThreatMetric::NoRisk]
            .into_iter()
            .flat_map(|metric| OPERATIONS.map(|operation| (metric, operation)))
            .map(move |(metric, operation)| SeenMetric {
                name: metric.as_str().to_owned(),
                dimensions: [("UserPoolId", pool.as_str()), ("Operation", operation)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
                older: true,
            })
    };
    let asked: Vec<_> = pools.iter().flat_map(of_pool).collect();
    let mut days: BTreeMap<String, BTreeSet<Date>> = BTreeMap::new();
    for some in asked.chunks(MOST_METRICS) {
        for measured in run.measured(some, REMEMBERED).await? {
            let pool = measured.metric.dimensions.get("UserPoolId");
            let own = days.entry(pool.cloned().unwrap_or_default()).or_default();
            own.extend(measured.days);
        }
    }
    Ok(days)
}

/// What a source that was not read leaves dark.
fn blind(source: EvidenceSource, operation: Operation, error: &CallError) -> Blind {
    Blind {
        auth: None,
        source,
        before: None,
        why: format!("{}: {error}", operation.as_str()),
    }
}

/// A region's events, and how far back they could be read.
struct Trails {
    records: Vec<TrailRecord>,
    blind: Vec<Blind>,
}

impl Trails {
    fn events(&self, inquiry: &Inquiry) -> Vec<TrailEvent> {
        trail_events(&self.records, &inquiry.pool)
    }

    fn of(&self, inquiry: &Inquiry, today: Date) -> Known {
        let events = self.events(inquiry);
        let mut known = trail(inquiry.modes, &events);
        known.blind.extend(self.blind.iter().cloned());
        // CloudTrail lags behind, by minutes mostly: what was done of late may be the change of the mode.
        let shown = events.iter().map(|event| event.at).max();
        let unexplained = inquiry.modified.filter(|at| {
            (0..=LAG).contains(&text::days(text::day(*at), today))
                && shown.is_none_or(|shown| shown + SLACK < *at)
        });
        if let Some(at) = unexplained {
            known.blind.push(Blind {
                auth: None,
                source: EvidenceSource::CloudTrail,
                before: None,
                why: format!("the pool was modified at {at}, and {NO_EVENT_YET}"),
            });
        }
        known
    }
}

/// Events come newest first, so that a listing that ended early is whole back to its last one.
async fn events(run: &Run<'_>) -> Trails {
    let lookup = |operation: &'static str| {
        run.all(Operation::LookupEvents, move |port, next| {
            port.events(operation, next)
        })
    };
    let ((mut records, updates), (created, creations)) = tokio::join!(lookup(UPDATE), lookup(CREATE));
    let reached = records.iter().map(|record| record.at).min();
    let updates = updates.map(|error| (error, reached.map(text::day)));
    // Creations contradict nothing that the pool does not say itself.
    let creations = creations.map(|error| (error, reached.map(text::day)));
    let blind = updates.or(creations).map(|(error, before)| Blind {
        before,
        ..blind(EvidenceSource::CloudTrail, Operation::LookupEvents, &error)
    });
    records.extend(created);
    Trails {
        records,
        blind: blind.into_iter().collect(),
    }
}
