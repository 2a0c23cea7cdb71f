//! Files with what was read from AWS: one of each run, until everything is there.

use std::io::{BufRead as _, BufReader};

use crate::cli::error::CliError;
use crate::fs::{Growing, Tree};

/// Most files of runs that continue each other.
const MOST_PARTS: usize = 1_000;

/// The names of what runs read.
fn names(file: &str) -> impl Iterator<Item = String> {
    (1..=MOST_PARTS).map(move |number| format!("{file}.{number}.part"))
}

/// Gives each line of what earlier runs read to `take`; the names of their files.
///
/// # Errors
/// A file cannot be read, or what `take` says of a line.
pub fn earlier(
    tree: &Tree,
    file: &str,
    take: &mut dyn FnMut(&[u8]) -> Result<(), String>,
) -> Result<Vec<String>, CliError> {
    let parts: Vec<_> = names(file).take_while(|name| tree.exists(name)).collect();
    for name in &parts {
        let wrong = |why: &dyn std::fmt::Display| CliError::Usage(format!("`{name}`: {why}"));
        let mut lines = BufReader::new(tree.open(name).map_err(|fault| wrong(&fault))?);
        let mut line = Vec::new();
        while lines
            .read_until(b'\n', &mut line)
            .map_err(|error| wrong(&error))?
            > 0
        {
            take(&line).map_err(|why| {
                let next = "continue it with the same options, or delete it";
                wrong(&format!("{why}; {next}"))
            })?;
            line.clear();
        }
    }
    Ok(parts)
}

/// A new file for what this run reads.
///
/// # Errors
/// It cannot be made.
pub fn new(tree: &Tree, file: &str) -> Result<Growing, CliError> {
    tree.grow(names(file)).map_err(CliError::Usage)
}

/// Removes them, now that everything was read.
///
/// # Errors
/// One cannot be removed.
pub fn delete(tree: &Tree, parts: &[String]) -> Result<(), CliError> {
    parts
        .iter()
        .try_for_each(|part| tree.delete(part))
        .map_err(CliError::Usage)
}
