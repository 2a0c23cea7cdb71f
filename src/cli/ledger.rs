//! The ledger's file: read whole, and grown whole or not at all.

use jiff::Timestamp;

use crate::cli::output;
use crate::cli::run::Failure;
use crate::fs::{MAX_SNAPSHOT_BYTES, ReadFault, Tree};
use crate::ledger::{self, Ledger, Sight};
use crate::text;

/// Reads the ledger of this name; one that is not there has nothing in it yet.
pub fn read(tree: &Tree, file: &str) -> Result<Ledger, Failure> {
    parse(file, &bytes(tree, file)?)
}

/// Adds what is new in what was seen to the ledger of this name, and tells how many lines that is. The file is made
/// if there is something to write; with nothing new it is not touched.
pub fn record(
    tree: &Tree,
    file: &str,
    sights: &[Sight<'_>],
    at: Timestamp,
    by: &str,
) -> Result<usize, Failure> {
    // Read again, so that what was added meanwhile is kept.
    let before = bytes(tree, file)?;
    let lines = ledger::news(&parse(file, &before)?, sights, at, by);
    if !lines.is_empty() {
        tree.write(file, &ledger::grown(&before, &lines))
            .map_err(Failure::Usage)?;
        let number = text::count(lines.len(), "line", "lines");
        output::say(&format!("added {number} to {file}"));
    }
    Ok(lines.len())
}

fn parse(file: &str, text: &[u8]) -> Result<Ledger, Failure> {
    ledger::read(text).map_err(|error| Failure::Usage(format!("{file}:{}: {}", error.line, error.message)))
}

fn bytes(tree: &Tree, file: &str) -> Result<Vec<u8>, Failure> {
    match tree.read_bytes(file, MAX_SNAPSHOT_BYTES) {
        Ok(bytes) => Ok(bytes),
        Err(ReadFault::Missing) => Ok(Vec::new()),
        Err(fault) => Err(Failure::Usage(format!("`{file}` cannot be read: {fault}"))),
    }
}
