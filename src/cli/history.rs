//! `cogward history`.

use crate::app::history::Histories;
use crate::cli::args::HistoryArgs;
use crate::cli::error::CliError;
use crate::cli::options::Outputs;
use crate::cli::pool_id::only;
use crate::cli::{environment, output};
use crate::fs::{MAX_SNAPSHOT_BYTES, Tree};

/// Reads the files one after another, and prints what they say of each pool.
pub fn run(tree: &Tree, colour: bool, args: &HistoryArgs) -> Result<u8, CliError> {
    let outputs = Outputs::decide(Some(&args.output))?;
    let mut histories = records(tree, &args.files);
    if !args.pool.is_empty() {
        let ids = args.pool.iter().map(|pool| id(&histories, pool));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        histories.keep(&ids);
    }
    let report = histories.finish();
    output::finish(
        tree,
        &report,
        &outputs,
        colour,
        &output::head_of(&args.files, &args.output),
    )
}

/// The id of a pool that is typed by its id or name.
fn id(histories: &Histories, pool: &str) -> Result<String, CliError> {
    if histories.pools().any(|(id, _)| id == pool) {
        return Ok(pool.to_owned());
    }
    let named: Vec<_> = histories.pools().filter(|(_, name)| *name == pool).collect();
    let named: Vec<_> = named.into_iter().map(|(id, _)| (id, String::new())).collect();
    let id = only(pool, &named)?.map(str::to_owned);
    id.ok_or_else(|| {
        CliError::Usage(format!(
            "pool `{pool}` was not found in the files; without --pool they show which pools they have"
        ))
    })
}

/// What ledgers, journals and kept reports say; files that cannot be used are among what was not read.
pub fn records(tree: &Tree, files: &[String]) -> Histories {
    let found = tree.discover_logs(files);
    let mut histories = Histories::as_of(environment::now());
    for (name, message, help) in &found.faults {
        histories.unread(name, &format!("{message} ({help})"));
    }
    for name in &found.files {
        tree.uses(name);
        match tree.read_bytes(name, MAX_SNAPSHOT_BYTES) {
            Ok(content) => histories.add(name, &content, !found.found.contains(name)),
            Err(fault) => histories.unread(name, &fault.to_string()),
        }
    }
    histories
}
