//! `cogward merge`.

use crate::app::merge::{ShardSnapshot, merge};
use crate::app::wrong_file::{SNAPSHOT, mistaken};
use crate::cli::args::MergeArgs;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};
use crate::observe::snapshot;
use crate::text;

/// Merges the snapshots of all shards into one. What is not all shards of a run is an error, and nothing is written.
pub fn run(tree: &Tree, args: &MergeArgs) -> Result<u8, CliError> {
    let mut snapshots = Vec::new();
    let mut faults = Vec::new();
    for file in &args.files {
        match read(tree, file) {
            Ok(snapshot) => snapshots.push(ShardSnapshot {
                file: file.clone(),
                snapshot,
            }),
            Err(why) => faults.push(why),
        }
    }
    let merged = if faults.is_empty() {
        merge(snapshots)
    } else {
        Err(faults)
    };
    match merged {
        Ok(whole) => save(tree, args.output.as_deref(), &whole),
        Err(faults) => {
            for fault in faults {
                output::say(&format!("error: {fault}"));
            }
            output::say("nothing was merged");
            Ok(2)
        }
    }
}

fn read(tree: &Tree, file: &str) -> Result<snapshot::Snapshot, String> {
    let text = tree
        .read_within(file, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| fault.told(file))?;
    snapshot::read(&text).map_err(|error| mistaken(file, &text, SNAPSHOT, &error))
}

fn save(tree: &Tree, file: Option<&str>, whole: &snapshot::Snapshot) -> Result<u8, CliError> {
    let bytes = snapshot::write(whole);
    match file {
        None => output::write(bytes.as_bytes())?,
        Some(file) => {
            output::keep_what_was_read(tree, file)?;
            tree.write(file, bytes.as_bytes())?;
            let pools = text::count(whole.estate.pools.len(), "pool", "pools");
            output::say(&format!(
                "wrote {pools} to {file}; compare it with policies: cogward diff --from {file}"
            ));
        }
    }
    Ok(if whole.estate.is_whole() { 0 } else { 4 })
}
