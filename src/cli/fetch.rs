//! Where observed pools come from: a snapshot, or AWS.

use crate::cli::args::LiveArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
#[cfg(feature = "live")]
use crate::cli::live;
use crate::cli::observation::{Observation, PoolSelection};
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};
use crate::model::observed::Observed;
use crate::model::shard::Cut;
use crate::observe::snapshot;

/// Reads the pools: those of one shard, or all. Asks for the histories of those pools for which `asks` says so; a snapshot
/// has those that were asked for when it was taken. A snapshot that cannot be used is an error.
pub fn fetch(
    context: &RunContext,
    args: &LiveArgs,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Observation, CliError> {
    if let Some(name) = &args.from {
        return from_snapshot(&context.tree, name, wanted, cut);
    }
    #[cfg(feature = "live")]
    return live::fetch(context, &args.account, wanted, cut, asks);
    #[cfg(not(feature = "live"))]
    {
        let _ = asks;
        let message = "this program was built without AWS: use --from SNAPSHOT";
        Err(CliError::Usage(message.to_owned()))
    }
}

fn from_snapshot(
    tree: &Tree,
    name: &str,
    wanted: PoolSelection<'_>,
    cut: Option<&Cut>,
) -> Result<Observation, CliError> {
    let text = tree
        .read_within(name, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| CliError::Usage(format!("`{name}` cannot be read: {fault}")))?;
    let saved = snapshot::read(&text)
        .map_err(|error| CliError::Usage(format!("`{name}` is not a snapshot: {error}")))?;
    if let Some(held) = saved.cut.filter(|held| cut != Some(held)) {
        let words = format!("`{name}` holds shard {held} alone: merge the shards with `cogward merge`");
        return Err(CliError::Usage(words));
    }
    let mut estate = saved.estate;
    if let Some(cut) = cut {
        estate.keep(cut.shard);
    }
    // As live: pools that no policy is for are not read.
    if let PoolSelection::Queries(queries) = wanted {
        let meant = |pool: &Observed| queries.iter().any(|query| query.means(pool));
        estate.pools.retain(meant);
    }
    if let PoolSelection::Ids(ids) = wanted {
        estate.pools.retain(|pool| ids.iter().any(|id| id == pool.id()));
        estate.missing.retain(|id| ids.contains(id));
        let absent = ids
            .iter()
            .filter(|id| cut.is_none_or(|cut| cut.shard.owns(id)))
            .filter(|id| estate.pools.iter().all(|pool| pool.id() != *id));
        for id in absent.cloned().collect::<Vec<_>>() {
            if !estate.missing.contains(&id) {
                estate.missing.push(id);
            }
        }
    }
    Ok(Observation {
        estate,
        at: saved.taken_at,
        histories: saved.histories,
    })
}
