//! Files with what was read from AWS: one of each run, until everything is there.

use std::io::{BufRead as _, BufReader};

use crate::cli::error::CliError;
use crate::cli::output;
use crate::fs::{Growing, Tree};
use crate::text;

/// Most files of runs that continue each other.
const MOST_PARTS: usize = 1_000;

/// Why a run does not begin.
const HELD: &str = "another run is writing it: wait until that one has ended";

/// The names of what runs read.
fn names(file: &str) -> impl Iterator<Item = String> {
    (1..=MOST_PARTS).map(move |number| format!("{file}.{number}.part"))
}

/// Files of runs that continue each other.
#[derive(Debug, Default)]
pub struct Parts {
    /// Their names.
    pub names: Vec<String>,
    /// Those of them with lines that could not be read, and how many.
    damaged: Vec<(String, usize)>,
}

/// Gives each line of what earlier runs read to `take`, which says whether it is one. The end of a line that a stop cut is
/// none, and no damage: it is read again. A file of which no line is one is of something else, and left alone.
///
/// # Errors
/// A file cannot be read, or what `take` says of a line.
pub fn earlier(
    tree: &Tree,
    file: &str,
    take: &mut dyn FnMut(&[u8]) -> Result<bool, String>,
) -> Result<Parts, CliError> {
    let mut parts = Parts::default();
    for name in names(file).take_while(|name| tree.exists(name)) {
        let wrong = |why: &dyn std::fmt::Display| CliError::Usage(format!("`{name}`: {why}"));
        if tree.is_held(&name) {
            return Err(wrong(&HELD));
        }
        let mut lines = BufReader::new(tree.open(&name).map_err(|fault| wrong(&fault))?);
        let (mut line, mut read, mut unread) = (Vec::new(), 0_usize, 0);
        while lines
            .read_until(b'\n', &mut line)
            .map_err(|error| wrong(&error))?
            > 0
        {
            let is_read = take(&line).map_err(|why| {
                let next = "continue it with the same options, or delete it";
                wrong(&format!("{why}; {next}"))
            })?;
            read += usize::from(is_read);
            unread += usize::from(!is_read && line.ends_with(b"\n"));
            line.clear();
        }
        if read == 0 && unread > 0 {
            continue;
        }
        if unread > 0 {
            parts.damaged.push((name.clone(), unread));
        }
        parts.names.push(name);
    }
    Ok(parts)
}

/// A new file for what this run reads, after what earlier ones did.
///
/// # Errors
/// It cannot be made, or another run began or ended meanwhile.
pub fn new(tree: &Tree, file: &str, earlier: &Parts) -> Result<Growing, CliError> {
    let part = tree.grow(names(file))?;
    part.hold();
    // Of several runs that begin at once, the one with the first file goes on.
    let mut others = names(file).take_while(|name| name != part.name());
    let held = others.find(|name| tree.is_held(name)).map(|name| (name, HELD));
    let gone = earlier.names.iter().find(|name| !tree.exists(name));
    let gone = gone.map(|name| (name.clone(), "another run has just ended: run the command again"));
    if let Some((name, why)) = held.or(gone) {
        tree.delete(part.name())?;
        return Err(CliError::Usage(format!("`{name}`: {why}")));
    }
    Ok(part)
}

/// Removes them, now that everything was read; those with lines that could not be read are kept under another name, and
/// reported. Whether there is none of these.
///
/// # Errors
/// One cannot be removed or renamed.
pub fn finish(tree: &Tree, parts: &Parts) -> Result<bool, CliError> {
    for part in &parts.names {
        match parts.damaged.iter().find(|(name, _)| name == part) {
            None => tree.delete(part)?,
            Some((_, lines)) => {
                let kept = tree.set_aside(part, "damaged")?;
                let lines = text::count(*lines, "line", "lines");
                output::say(&format!(
                    "could not be read: {lines} of {part}, which is kept as {kept}"
                ));
            }
        }
    }
    Ok(parts.damaged.is_empty())
}
