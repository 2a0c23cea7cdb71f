//! `cogward history`.

use crate::app::history::Histories;
use crate::cli::args::HistoryArgs;
use crate::cli::error::CliError;
use crate::cli::options::Outputs;
use crate::cli::{environment, output};
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};

/// Reads the files one after another, and prints what they say of each pool.
pub fn run(tree: &Tree, colour: bool, args: &HistoryArgs) -> Result<u8, CliError> {
    let outputs = Outputs::decide(Some(&args.output))?;
    let report = records(tree, &args.files).finish(&args.pool);
    output::finish(
        tree,
        &report,
        &outputs,
        colour,
        &output::head_of(&args.files, &args.output),
    )
}

/// What ledgers, journals and kept reports say; files that cannot be used are among what was not read.
pub fn records(tree: &Tree, files: &[String]) -> Histories {
    let found = tree.discover_logs(files);
    let mut histories = Histories::as_of(environment::now());
    for (name, message, help) in &found.faults {
        histories.unread(name, &format!("{message} ({help})"));
    }
    for name in &found.files {
        match tree.read_bytes(name, MAX_SNAPSHOT_BYTES) {
            Ok(content) => histories.add(name, &content, !found.found.contains(name)),
            Err(fault) => histories.unread(name, &fault.to_string()),
        }
    }
    histories
}
