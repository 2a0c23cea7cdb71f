//! `cogward snapshot`.

use crate::app::no_pool;
use crate::cli::args::SnapshotArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::init::code;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::pool_id::pool_ids;
use crate::cli::{environment, output, shard};
use crate::model::mode::Mode;
use crate::model::observed::Observed;
use crate::observe::snapshot::{self, Snapshot};
use crate::text;

/// Runs the command. What could not be seen is in the file, is said, and gives exit code 4.
pub fn run(context: &RunContext, args: &SnapshotArgs) -> Result<u8, CliError> {
    let cut = shard::cut(&args.shard)?;
    let ids = pool_ids(context, &args.live, &args.pools.pool)?;
    let wanted = match (ids.as_slice(), args.everywhere.all_regions) {
        ([], true) => PoolSelection::Everywhere,
        ([], false) => PoolSelection::AllAnd(&[]),
        (ids, _) => PoolSelection::Ids(ids),
    };
    let asks = |pool: &Observed| {
        let modes = pool.posture.mode;
        args.with_evidence && [modes.standard, modes.custom].contains(&Some(Mode::Audit))
    };
    let Observation {
        estate,
        histories,
        templates,
        ..
    } = fetch(context, &args.live, wanted, cut.as_ref(), &asks)?;
    if templates.is_some() {
        let words =
            "a snapshot is of pools that are there: `scan`, `diff`, `explain` and `init` read templates";
        return Err(CliError::Usage(words.to_owned()));
    }
    let mut taken = Snapshot {
        taken_at: args.with_time.then(environment::now),
        redacted: false,
        cut,
        histories: histories.filter(|_| args.with_evidence || !args.live.from.is_empty()),
        estate,
    };
    // Before ids are replaced.
    let absent = if taken.estate.missing.is_empty() { 0 } else { 2 };
    let missing = taken.estate.missing.iter();
    let missing: Vec<_> = missing.map(|id| no_pool(&taken.estate, id).join("; ")).collect();
    let (code, nothing_there) = (code(&taken.estate, false, absent), taken.estate.nothing_there());
    if args.redact {
        taken = snapshot::redact(taken);
    }
    // A shard without pools is a file, too: `merge` needs all of them.
    let nothing_seen = taken.cut.is_none() && taken.estate.pools.is_empty();
    if nothing_seen && code == 0 {
        return Err(CliError::Usage(format!("{nothing_there}: nothing was written")));
    }
    if nothing_seen {
        // A snapshot from before is worth more than one of nothing.
        output::say("no pool was read: nothing is written");
    } else {
        write(context, args.output.as_deref(), &taken)?;
    }
    for why in &missing {
        output::say(&format!("error: {why}"));
    }
    for entry in crate::app::unseen(&taken.estate) {
        output::unseen(&entry);
    }
    Ok(code)
}

/// Writes a snapshot, and says what to do with it.
fn write(context: &RunContext, file: Option<&str>, taken: &Snapshot) -> Result<(), CliError> {
    let bytes = snapshot::write(taken);
    let Some(file) = file else {
        return Ok(output::write(bytes.as_bytes())?);
    };
    context.tree.write(file, bytes.as_bytes())?;
    let pools = text::count(taken.estate.pools.len(), "pool", "pools");
    let next = match &taken.cut {
        Some(cut) => format!("shard {cut}; merge all of them: cogward merge"),
        None => format!("compare it with policies: cogward diff --from {file}"),
    };
    output::say(&format!("wrote {pools} to {file}; {next}"));
    Ok(())
}
