//! Where observed pools come from: a snapshot, or AWS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cli::args::{LiveArgs, ReportArgs};
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
#[cfg(feature = "live")]
use crate::cli::{environment, live};
use crate::config::Config;
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};
use crate::model::observed::{Estate, Observed};
use crate::observe::snapshot;
use crate::plan::gate::Known;

/// Looks. A snapshot gives what it holds; a snapshot that cannot be used is an error.
pub fn look(tree: &Tree, args: &LiveArgs, config: &Config, wanted: Wanted<'_>) -> Result<Estate, Failure> {
    if let Some(name) = &args.from {
        return from_snapshot(tree, name, wanted).map(|(estate, _)| estate);
    }
    #[cfg(feature = "live")]
    return live::look(args, config, wanted);
    #[cfg(not(feature = "live"))]
    {
        let _ = config;
        let message = "this program was built without AWS: use --from SNAPSHOT";
        Err(Failure::Usage(message.to_owned()))
    }
}

/// What was seen, when, and what AWS remembers.
#[derive(Debug, Default)]
pub struct Seen {
    /// The pools.
    pub estate: Estate,
    /// When they were looked at; `None` where a snapshot does not say so.
    pub at: Option<Timestamp>,
    /// What AWS's histories show, by pool id; `None` where they cannot be asked.
    pub histories: Option<BTreeMap<String, Known>>,
}

/// Looks, and asks for the histories of those pools for which `asks` says so. A snapshot has none.
pub fn look_and_ask(
    tree: &Tree,
    args: &LiveArgs,
    config: &Config,
    wanted: Wanted<'_>,
    today: Date,
    asks: &dyn Fn(&Observed) -> bool,
) -> Result<Seen, Failure> {
    if let Some(name) = &args.from {
        let (estate, at) = from_snapshot(tree, name, wanted)?;
        return Ok(Seen {
            estate,
            at,
            histories: None,
        });
    }
    #[cfg(feature = "live")]
    {
        let reach = live::Reach::new(args, config, wanted)?;
        let look = reach.look();
        let histories = reach.histories(&look, today, asks);
        Ok(Seen {
            estate: look.estate,
            at: Some(environment::now()),
            histories: Some(histories),
        })
    }
    #[cfg(not(feature = "live"))]
    {
        let _ = (today, asks);
        Ok(Seen {
            estate: look(tree, args, config, wanted)?,
            ..Seen::default()
        })
    }
}

fn from_snapshot(
    tree: &Tree,
    name: &str,
    wanted: Wanted<'_>,
) -> Result<(Estate, Option<Timestamp>), Failure> {
    let text = tree
        .read_within(name, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| Failure::Usage(format!("`{name}` cannot be read: {fault}")))?;
    let read =
        snapshot::read(&text).map_err(|error| Failure::Usage(format!("`{name}` is no snapshot: {error}")))?;
    let mut estate = read.estate;
    if let Wanted::Ids(ids) = wanted {
        estate.pools.retain(|pool| ids.iter().any(|id| id == pool.id()));
        estate.missing.retain(|id| ids.contains(id));
        let absent = ids
            .iter()
            .filter(|id| estate.pools.iter().all(|pool| pool.id() != *id));
        for id in absent.cloned().collect::<Vec<_>>() {
            if !estate.missing.contains(&id) {
                estate.missing.push(id);
            }
        }
    }
    Ok((estate, read.taken_at))
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
