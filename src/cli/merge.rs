//! `cogward merge`.

use crate::app::merge::{ShardReport, merge};
use crate::app::merge_snapshots::{ShardSnapshot, merge_snapshots};
use crate::cli::args::{MergeArgs, OutputArgs};
use crate::cli::error::CliError;
use crate::cli::options::Outputs;
use crate::cli::output;
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};
use crate::observe::snapshot;
use crate::render;
use crate::text;

/// Puts the reports, or the snapshots, of all shards together. What is not all shards of a run is an error.
pub fn run(tree: &Tree, args: &MergeArgs, colour: bool) -> Result<u8, CliError> {
    let mut reports = Vec::new();
    let mut snapshots = Vec::new();
    let mut faults = Vec::new();
    for file in &args.files {
        match read(tree, file) {
            Ok(Read::Report(piece)) => reports.push(piece),
            Ok(Read::Snapshot(piece)) => snapshots.push(piece),
            Err(why) => faults.push(format!("`{file}`: {why}")),
        }
    }
    if let ([report, ..], [saved, ..]) = (reports.as_slice(), snapshots.as_slice()) {
        faults.push(format!(
            "`{}` is a report and `{}` a snapshot: merge the one or the other",
            report.file, saved.file
        ));
    }
    if !faults.is_empty() {
        return Ok(refused(&faults));
    }
    if snapshots.is_empty() {
        let outputs = Outputs::decide(Some(&args.output)).map_err(CliError::Usage)?;
        return match merge(&reports) {
            Ok(report) => output::finish(tree, &report, &outputs, colour),
            Err(faults) => Ok(refused(&faults)),
        };
    }
    match merge_snapshots(snapshots) {
        Ok(whole) => save(tree, &args.output, &whole),
        Err(faults) => Ok(refused(&faults)),
    }
}

fn refused(faults: &[String]) -> u8 {
    for fault in faults {
        output::say(&format!("error: {fault}"));
    }
    output::say("nothing was merged");
    2
}

enum Read {
    Report(ShardReport),
    Snapshot(ShardSnapshot),
}

fn read(tree: &Tree, file: &str) -> Result<Read, String> {
    let text = tree
        .read_within(file, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| format!("it cannot be read: {fault}"))?;
    let file = file.to_owned();
    match render::read(&text) {
        Ok(report) => Ok(Read::Report(ShardReport { file, report })),
        // A snapshot says of itself what is wrong with it only if it is one.
        Err(why) => match snapshot::read(&text) {
            Ok(snapshot) => Ok(Read::Snapshot(ShardSnapshot { file, snapshot })),
            Err(_) => Err(why),
        },
    }
}

fn save(tree: &Tree, args: &OutputArgs, whole: &snapshot::Snapshot) -> Result<u8, CliError> {
    if args.format.is_some() || args.quiet {
        let words = "--format and --quiet are for reports, and these are snapshots";
        return Err(CliError::Usage(words.to_owned()));
    }
    let bytes = snapshot::write(whole);
    let pools = text::count(whole.estate.pools.len(), "pool", "pools");
    match args.output.as_slice() {
        [] => output::write(bytes.as_bytes())?,
        [file] => {
            tree.write(file, bytes.as_bytes()).map_err(CliError::Usage)?;
            output::say(&format!(
                "wrote {pools} to {file}; compare with it: --from {file}"
            ));
        }
        _ => {
            let words = "snapshots become one snapshot: name one --output";
            return Err(CliError::Usage(words.to_owned()));
        }
    }
    Ok(if whole.estate.is_whole() { 0 } else { 4 })
}
