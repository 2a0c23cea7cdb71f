//! Reading many places.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use crate::aws::limits::Limits;
use crate::aws::port::Connect;
use crate::model::observed::Estate;
use crate::observe::live::place::{Place, merged};
use crate::observe::live::progress::Progress;
use crate::observe::live::raw::RawPools;
use crate::observe::live::region::{Seen, region};
use crate::observe::live::run::Run;
use crate::observe::live::stop::Stop;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    /// The pools, and what could not be seen.
    pub estate: Estate,
    /// Their whole objects.
    pub raw: RawPools,
    /// By way of which place each pool was seen, by pool id: asking there again asks for that pool alone.
    pub places: BTreeMap<String, Place>,
}

/// Looks at places side by side. Never fails: what could not be read is in the result, by name.
///
/// The result is the same whatever the order of the answers. Of `limits` only the time for the whole run is minded
/// here; the others are the connector's.
pub async fn observe(
    connect: &dyn Connect,
    places: &[Place],
    limits: &Limits,
    progress: &dyn Progress,
    stop: &Stop,
) -> Fetched {
    let deadline = limits.deadline();
    let look_at = |place: Place| async move {
        let port = connect
            .connect(&place.session, &place.region, place.account.as_deref())
            .await;
        let run = Run::new(port.as_ref(), progress, stop, deadline);
        region(&run, &place).await
    };
    let asked = merged(places);
    let seen = join_all(asked.clone().into_iter().map(look_at)).await;
    fold(asked.into_iter().zip(seen))
}

/// Puts together what was seen of all places, in order. A pool that was seen by way of two places is one pool.
fn fold(places: impl Iterator<Item = (Place, Seen)>) -> Fetched {
    let mut look = Fetched::default();
    for (asked, seen) in places {
        for (pool, raw) in seen.pools {
            let place = look.places.entry(pool.id().to_owned());
            place.or_insert_with(|| asked.place_of(pool.id()));
            look.raw.insert(pool.id().to_owned(), raw);
            look.estate.pools.push(pool);
        }
        look.estate.missing.extend(seen.missing);
        look.estate.unreachable.extend(seen.unreachable);
        look.estate.lacking.extend(seen.lacking);
    }
    let Estate {
        pools,
        missing,
        unreachable,
        lacking,
        ..
    } = &mut look.estate;
    pools.sort_by_cached_key(|pool| {
        let posture = &pool.posture;
        (
            posture.account.clone(),
            posture.region.clone(),
            pool.id().to_owned(),
        )
    });
    let mut known = BTreeSet::new();
    pools.retain(|pool| known.insert(pool.id().to_owned()));
    // What one account does not have another may.
    missing.retain(|id| !known.contains(id));
    missing.sort();
    missing.dedup();
    unreachable.sort();
    unreachable.dedup();
    lacking.sort();
    lacking.dedup();
    look
}
