//! Finding policy files: files, folders and patterns to a list of names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::fs::read::{Tree, words};

/// Files found, and what could not be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Names of files, ordered, each file once.
    pub files: Vec<String>,
    /// Names with a sentence and a next step.
    pub faults: Vec<(String, String, String)>,
}

impl Tree {
    /// The YAML files of paths. A folder is walked (hidden files and what the repository's `.gitignore`
    /// files name are left out, not what the user's own or the clone's `info/exclude` names; links are followed, a circle of links is a fault); a name with `*`, `?` or `[` that is no file
    /// is a pattern; any other name must exist.
    #[must_use]
    pub fn discover(&self, paths: &[String]) -> Discovery {
        let mut found = Found {
            tree: self,
            seen: BTreeSet::new(),
            discovery: Discovery::default(),
        };
        for name in paths {
            let path = self.path(name);
            if path.is_dir() {
                found.walk(name, &path);
            } else if path.exists() {
                found.file(&path);
            } else if name.contains(['*', '?', '[', '{']) {
                found.pattern(name);
            } else if name == "-" {
                found.fault(
                    name,
                    "standard input is not read",
                    "write the policy to a file, and name that",
                );
            } else {
                found.fault(
                    name,
                    "there is no such file or folder",
                    "check the path; it is relative to the working directory",
                );
            }
        }
        found.discovery.files.sort_unstable();
        found.discovery
    }
}

struct Found<'a> {
    tree: &'a Tree,
    /// Real paths, so that a file is checked once however it is named.
    seen: BTreeSet<PathBuf>,
    discovery: Discovery,
}

impl Found<'_> {
    fn file(&mut self, path: &Path) {
        if path.to_str().is_none() {
            let message = "its name is not UTF-8, so reports could not show it";
            return self.fault(&self.tree.name(path), message, "give the file another name");
        }
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.seen.insert(real) {
            self.discovery.files.push(self.tree.name(path));
        }
    }

    fn fault(&mut self, name: &str, message: &str, help: &str) {
        self.discovery
            .faults
            .push((name.to_owned(), message.to_owned(), help.to_owned()));
    }

    fn walk(&mut self, name: &str, folder: &Path) {
        let before = self.discovery.files.len();
        let mut entries: Vec<_> = WalkBuilder::new(folder)
            .follow_links(true)
            .require_git(false)
            // What one machine or one clone ignores must not make its verdict another than everybody's.
            .git_global(false)
            .git_exclude(false)
            .build()
            .collect();
        entries.sort_by_key(|entry| entry.as_ref().map(|entry| entry.path().to_owned()).ok());
        let mut yaml = 0;
        for entry in entries {
            match entry {
                Ok(entry) if is_yaml(entry.path()) && entry.path().is_file() => {
                    yaml += 1;
                    self.file(entry.path());
                }
                Ok(_) => {}
                // The rest of the folder is looked at all the same.
                Err(error) => {
                    yaml += 1;
                    self.walk_fault(name, &error);
                }
            }
        }
        if yaml == 0 && before == self.discovery.files.len() {
            self.fault(
                name,
                "no policy (`*.yaml`, `*.yml`) in this folder",
                "name the folder that holds the policies",
            );
        }
    }

    fn walk_fault(&mut self, folder: &str, error: &ignore::Error) {
        let path = path_of(error).map(|path| self.tree.name(path));
        let name = path.unwrap_or_else(|| folder.to_owned());
        match innermost(error) {
            ignore::Error::Loop { ancestor, child } => {
                let (name, ancestor) = (self.tree.name(child), self.tree.name(ancestor));
                let message = format!("a link to `{ancestor}`, which holds it");
                self.fault(&name, &message, "take the link away");
            }
            ignore::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = "a link to something that is not there";
                self.fault(&name, message, "mend the link, or take it away");
            }
            ignore::Error::Io(error) => {
                let help = "make it readable, or name other paths";
                self.fault(&name, &words(error), help);
            }
            other => self.fault(&name, &other.to_string(), "make it readable, or name other paths"),
        }
    }

    fn pattern(&mut self, name: &str) {
        if name.contains('{') {
            let message = "braces are matched as they stand, so this pattern finds nothing";
            self.fault(name, message, "give one pattern for each alternative");
            return;
        }
        let full = self.tree.path(name).to_string_lossy().into_owned();
        let before = self.discovery.files.len();
        match glob::glob(&full) {
            Err(error) => self.fault(
                name,
                &format!("not a pattern: {}", error.msg),
                "`*`, `**`, `?` and `[...]` are special",
            ),
            Ok(paths) => {
                let mut matched = false;
                for path in paths
                    .filter_map(Result::ok)
                    .filter(|path| path.is_file() && is_yaml(path))
                {
                    matched = true;
                    self.file(&path);
                }
                if !matched && before == self.discovery.files.len() {
                    self.fault(
                        name,
                        "the pattern matches no policy file",
                        "check the pattern; it is relative to the working directory",
                    );
                }
            }
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml")
}

fn innermost(error: &ignore::Error) -> &ignore::Error {
    match error {
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => innermost(err),
        other => other,
    }
}

/// The path that an error is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}
