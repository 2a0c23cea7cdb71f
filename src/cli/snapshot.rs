//! `cogward snapshot`.

use crate::cli::args::{LintArgs, SnapshotArgs};
use crate::cli::lint::prepare;
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
use crate::cli::{environment, look, output, shard};
use crate::fs::Tree;
use crate::observe::snapshot::{self, Snapshot};
use crate::text;

/// Runs the command. What could not be seen is in the file, is said, and gives exit code 4.
pub fn run(tree: &Tree, args: &SnapshotArgs) -> Result<u8, Failure> {
    let typed = LintArgs {
        config: args.config.clone(),
        ..LintArgs::default()
    };
    let cut = shard::cut(args.shard.as_ref())?;
    let prepared = prepare(tree, &typed)?;
    let wanted = match (args.pool.as_slice(), args.all_regions) {
        ([], true) => Wanted::Everywhere,
        ([], false) => Wanted::AllAnd(&[]),
        (ids, _) => Wanted::Ids(ids),
    };
    let estate = look::part(tree, &args.live, &prepared.config, wanted, cut.as_ref())?;
    let whole = estate.is_whole();
    let missing = estate.missing.clone();
    let pools = text::count(estate.pools.len(), "pool", "pools");
    let mut taken = Snapshot {
        taken_at: args.with_time.then(environment::now),
        redacted: false,
        cut,
        estate,
    };
    if args.redact {
        taken = snapshot::redact(taken);
    }
    // A shard without pools is a file, too: `merge` needs all of them.
    let nothing_seen =
        taken.cut.is_none() && taken.estate.pools.is_empty() && (!whole || !missing.is_empty());
    let bytes = snapshot::write(&taken);
    match &args.output {
        // A snapshot from before is worth more than one of nothing.
        _ if nothing_seen => output::say("no pool was seen: nothing is written"),
        None => output::write(bytes.as_bytes())?,
        Some(file) => {
            tree.write(file, bytes.as_bytes()).map_err(Failure::Usage)?;
            let next = match &taken.cut {
                Some(cut) => format!("shard {cut}; put all of them together: cogward merge"),
                None => format!("compare with it: --from {file}"),
            };
            output::say(&format!("wrote {pools} to {file}; {next}"));
        }
    }
    for id in &missing {
        output::say(&format!("error: there is no pool `{id}`"));
    }
    if !whole {
        for entry in crate::app::unseen(&taken.estate) {
            output::say(&format!("could not look: {}: {}", entry.what, entry.why));
        }
        return Ok(4);
    }
    Ok(if missing.is_empty() { 0 } else { 2 })
}
