//! Patterns of names: `*`, `?` and `[…]` within a part of a path, `**` for any number of folders.

use std::collections::BTreeSet;
use std::path::Path;

use glob::{Pattern, PatternError};

use crate::fs::folder::{Entry, Folders, Interest};

const WILD: [char; 3] = ['*', '?', '['];

/// A name in two: the path up to the first part with a wildcard, and the parts from there. A name without wildcards is
/// a path alone.
pub(in crate::fs) fn split(name: &str) -> (String, Vec<&str>) {
    let separator = |c: char| std::path::is_separator(c);
    let Some(wild) = name.find(WILD) else {
        return (name.to_owned(), Vec::new());
    };
    let start = name[..wild].rfind(separator).map_or(0, |at| at + 1);
    let parts = name[start..].split(separator).filter(|part| !part.is_empty());
    (name[..start].to_owned(), parts.collect())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_begins_at_the_part_with_the_first_wildcard() {
        assert_eq!(split("a/b.yaml"), ("a/b.yaml".to_owned(), vec![]));
        assert_eq!(split("a/b*/../c"), ("a/".to_owned(), vec!["b*", "..", "c"]));
        assert_eq!(split("**//x?.yaml"), (String::new(), vec!["**", "x?.yaml"]));
        assert_eq!(split("/a/[z"), ("/a/".to_owned(), vec!["[z"]));
    }
}
