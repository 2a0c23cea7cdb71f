//! What AWS remembers of pools' modes: CloudTrail's events, once for each place.

use std::collections::BTreeMap;

use futures::future::join_all;
use jiff::civil::Date;
use tokio::time::Instant;

use crate::aws::convert::{CREATE, UPDATE, trail_events};
use crate::aws::limits::Limits;
use crate::aws::operation::Operation;
use crate::aws::port::{Connect, Record};
use crate::aws::session::Session;
use crate::model::mode::Modes;
use crate::observe::live::place::Place;
use crate::observe::live::progress::Progress;
use crate::observe::live::run::Run;
use crate::observe::live::stop::Stop;
use crate::plan::gate::{Blind, Known, Source, trail};

/// A pool whose history is asked for.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// Its id.
    pub pool: String,
    /// Where it was seen.
    pub place: Place,
    /// Its modes as they are now.
    pub modes: Modes,
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
    let deadline = limits.total_timeout.map(|total| Instant::now() + total);
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
            let run = Run {
                port: port.as_ref(),
                progress,
                stop,
                deadline,
            };
            place(&run, &pools, today).await
        });
    }
    let found = join_all(asked).await;
    found.into_iter().flatten().collect()
}

/// Session, region and account: what one port serves.
type Key = (Session, String, Option<String>);

/// The pools of one place.
async fn place(run: &Run<'_>, pools: &[&Inquiry], _today: Date) -> Vec<(String, Known)> {
    let trails = events(run).await;
    pools
        .iter()
        .map(|inquiry| (inquiry.pool.clone(), trails.of(inquiry)))
        .collect()
}

/// A region's events, and how far back they could be read.
struct Trails {
    records: Vec<Record>,
    blind: Vec<Blind>,
}

impl Trails {
    fn of(&self, inquiry: &Inquiry) -> Known {
        let mut known = trail(inquiry.modes, &trail_events(&self.records, &inquiry.pool));
        known.blind.extend(self.blind.iter().cloned());
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
    let day = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let blind = |(error, before): (crate::aws::CallError, Option<Date>)| Blind {
        auth: None,
        source: Source::CloudTrail,
        before,
        why: format!("{}: {error}", Operation::LookupEvents.as_str()),
    };
    let updates = updates.map(|error| (error, reached.map(day)));
    // Creations contradict nothing that the pool does not say itself.
    let creations = creations.map(|error| (error, reached.map(day)));
    let blind = updates.or(creations).map(blind);
    records.extend(created);
    Trails {
        records,
        blind: blind.into_iter().collect(),
    }
}
