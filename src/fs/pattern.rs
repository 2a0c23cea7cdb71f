//! Patterns of names: `*`, `?` and `[…]` within a part of a path, `**` for any number of folders.

use std::collections::BTreeSet;
use std::path::Path;

use glob::{Pattern, PatternError};

use crate::fs::folder::{Entry, Folders, Interest};

/// What the parts of a pattern match below a folder. Part by part, and of each part every real file or folder once: links
/// that lead to each other make no work.
pub(in crate::fs) fn matches(
    folders: &mut Folders<'_>,
    base: Entry,
    parts: &[&str],
) -> Result<Vec<Entry>, PatternError> {
    let mut level = vec![base];
    for part in parts {
        let mut next = Vec::new();
        if *part == "**" {
            next = below(folders, &level);
        } else {
            let pattern = Pattern::new(part)?;
            for folder in level.iter().filter(|entry| entry.is_folder) {
                next.extend(step(folders, folder, part, &pattern));
            }
        }
        next.sort_unstable();
        let mut seen = BTreeSet::new();
        next.retain(|entry| seen.insert(entry.real.clone()));
        level = next;
    }
    Ok(level)
}

/// The folders and all folders below them.
fn below(folders: &mut Folders<'_>, level: &[Entry]) -> Vec<Entry> {
    let (mut todo, mut seen) = (level.to_vec(), BTreeSet::new());
    let mut found = Vec::new();
    while let Some(folder) = todo.pop() {
        if folder.is_folder && seen.insert(folder.real.clone()) {
            todo.extend(folders.list(&folder, Interest::Folders));
            found.push(folder);
        }
    }
    found
}

/// What one part of a pattern matches in a folder.
fn step(folders: &mut Folders<'_>, folder: &Entry, part: &str, pattern: &Pattern) -> Vec<Entry> {
    match part {
        "." => vec![folder.clone()],
        ".." => {
            let up = folder.real.parent().unwrap_or(Path::new("/")).to_owned();
            vec![Entry {
                shown: folder.shown.join(".."),
                real: up,
                ..folder.clone()
            }]
        }
        _ => folders.list(folder, Interest::Names(&|name| pattern.matches(name))),
    }
}
