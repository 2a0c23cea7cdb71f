//! Where observed pools come from: a snapshot, or AWS.

use jiff::civil::Date;

use crate::cli::args::{LiveArgs, ReportArgs};
#[cfg(feature = "live")]
use crate::cli::live;
use crate::cli::run::Failure;
use crate::cli::seen::Seen;
use crate::cli::wanted::Wanted;
use crate::config::Config;
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};
use crate::model::observed::{Estate, Observed};
use crate::model::shard::Cut;
use crate::observe::snapshot;

/// Looks. A snapshot gives what it holds; a snapshot that cannot be used is an error.
pub fn look(tree: &Tree, args: &LiveArgs, config: &Config, wanted: Wanted<'_>) -> Result<Estate, Failure> {
    part(tree, args, config, wanted, None)
}

/// Looks at what belongs to a shard, or at everything.
pub fn part(
    tree: &Tree,
    args: &LiveArgs,
    config: &Config,
    wanted: Wanted<'_>,
    cut: Option<&Cut>,
) -> Result<Estate, Failure> {
    if let Some(name) = &args.from {
        return from_snapshot(tree, name, wanted, cut).map(|seen| seen.estate);
    }
    #[cfg(feature = "live")]
    return live::look(args, config, wanted, cut);
    #[cfg(not(feature = "live"))]
    {
        let _ = config;
        let message = "this program was built without AWS: use --from SNAPSHOT";
        Err(Failure::Usage(message.to_owned()))
    }
}

/// Looks like [`part`], and asks for the histories of those pools for which `asks` says so. A snapshot has none.
pub fn look_and_ask(
    tree: &Tree,
    args: &LiveArgs,
    config: &Config,
    wanted: Wanted<'_>,
    cut: Option<&Cut>,
    today: Date,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Seen, Failure> {
    if let Some(name) = &args.from {
        return from_snapshot(tree, name, wanted, cut);
    }
    #[cfg(feature = "live")]
    return live::look_and_ask(args, config, wanted, cut, today, asks);
    #[cfg(not(feature = "live"))]
    {
        let _ = (today, asks);
        Ok(Seen {
            estate: part(tree, args, config, wanted, cut)?,
            ..Seen::default()
        })
    }
}

fn from_snapshot(tree: &Tree, name: &str, wanted: Wanted<'_>, cut: Option<&Cut>) -> Result<Seen, Failure> {
    let text = tree
        .read_within(name, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| Failure::Usage(format!("`{name}` cannot be read: {fault}")))?;
    let saved =
        snapshot::read(&text).map_err(|error| Failure::Usage(format!("`{name}` is no snapshot: {error}")))?;
    if let Some(held) = saved.cut.filter(|held| cut != Some(held)) {
        let words =
            format!("`{name}` holds shard {held} alone: put the shards together with `cogward merge`");
        return Err(Failure::Usage(words));
    }
    let mut estate = saved.estate;
    if let Some(cut) = cut {
        estate.keep(cut.shard);
    }
    if let Wanted::Ids(ids) = wanted {
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
    Ok(Seen {
        estate,
        at: saved.taken_at,
        histories: None,
    })
}

impl ReportArgs {
    /// The same choices as `lint` has them.
    #[must_use]
    pub fn as_lint(&self, paths: &[String]) -> crate::cli::args::LintArgs {
        crate::cli::args::LintArgs {
            paths: paths.to_vec(),
            format: self.format,
            output: self.output.clone(),
            quiet: self.quiet,
            verbose: self.verbose,
            today: self.today.clone(),
            config: self.config.clone(),
            ..crate::cli::args::LintArgs::default()
        }
    }
}
