//! The ledger's file: read whole, and added to whole or not at all, by one run at a time.

use jiff::Timestamp;

use crate::cli::error::CliError;
use crate::cli::{environment, output};
use crate::fs::{MAX_SNAPSHOT_BYTES, ReadFault, Tree};
use crate::ledger::{self, Ledger, Sight};
use crate::text;

/// Most damaged lines that are said on standard error.
const MOST_DAMAGED: usize = 10;

/// Reads the ledger of this name, which must be there: without it, evidence would silently be missing.
pub fn read(tree: &Tree, file: &str) -> Result<Ledger, CliError> {
    // A link may lead nowhere.
    if !matches!(tree.open(file), Err(ReadFault::Missing)) {
        return read_or_new(tree, file);
    }
    let words = format!(
        "`{file}`: there is no such file; check the path, or create the ledger with `cogward diff --ledger {file}`"
    );
    Err(CliError::Usage(words))
}

/// Reads the ledger of this name; one that is not there has nothing in it yet.
pub fn read_or_new(tree: &Tree, file: &str) -> Result<Ledger, CliError> {
    parse(file, &bytes(tree, file)?)
}

/// Says on standard error which lines are damaged: for runs whose report nobody sees.
pub fn complain(file: &str, ledger: &Ledger) {
    for damage in ledger.damaged.iter().take(MOST_DAMAGED) {
        output::say(&format!(
            "{file}:{}: the line is damaged: {}",
            damage.line, damage.message
        ));
    }
    let left = ledger.damaged.len().saturating_sub(MOST_DAMAGED);
    if left > 0 {
        let lines = text::count(left, "more line is", "more lines are");
        output::say(&format!("{file}: {lines} damaged"));
    }
}

/// Adds what is new in what was seen to the ledger of this name, and gives how many lines that is. The file is made
/// if there is something to write; with nothing new it is not touched.
pub fn record(
    tree: &Tree,
    file: &str,
    sights: &[Sight<'_>],
    at: Timestamp,
    by: &str,
) -> Result<usize, CliError> {
    let news = |before: &[u8]| Ok::<_, CliError>(ledger::news(&parse(file, before)?, sights, at, by));
    if news(&bytes(tree, file)?)?.is_empty() {
        return Ok(0);
    }
    // Read again while nobody else writes, so that what others added meanwhile counts.
    let mut shared = tree.share(file)?;
    let before = shared
        .read(MAX_SNAPSHOT_BYTES)
        .map_err(|fault| unreadable(file, &fault))?;
    let lines = news(&before)?;
    if !lines.is_empty() {
        let grown = ledger::grown(&before, &lines);
        shared.append(&grown[before.len()..])?;
        let number = text::count(lines.len(), "line", "lines");
        output::say(&format!("added {number} to {file}"));
    }
    Ok(lines.len())
}

fn parse(file: &str, text: &[u8]) -> Result<Ledger, CliError> {
    let ledger = ledger::read(text, environment::now())
        .map_err(|error| CliError::Usage(format!("{file}:{}: {}", error.line, error.message)))?;
    match ledger.damaged.first().filter(|_| ledger.is_foreign()) {
        None => Ok(ledger),
        Some(first) => Err(CliError::Usage(format!(
            "`{file}` is not a ledger: it has no line of one (line {}: {}); name the ledger, or a new file, which `cogward \
             diff --ledger` creates",
            first.line, first.message
        ))),
    }
}

fn bytes(tree: &Tree, file: &str) -> Result<Vec<u8>, CliError> {
    match tree.read_shared(file, MAX_SNAPSHOT_BYTES) {
        Ok(bytes) => Ok(bytes),
        Err(ReadFault::Missing) => Ok(Vec::new()),
        Err(fault) => Err(unreadable(file, &fault)),
    }
}

fn unreadable(file: &str, fault: &ReadFault) -> CliError {
    CliError::Usage(fault.told(file))
}
