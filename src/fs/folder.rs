//! Folders: what is in them, links followed, and every real folder once however many ways lead to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::fs::place::{LinkFault, Tree};
use crate::fs::read::{MAX_BYTES, describe_error, no_file, read_bytes};

/// Something in a folder, or the folder itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fs) struct Entry {
    /// Whether it is named by a link, so that its real name goes before this one.
    pub linked: bool,
    /// The path that was gone to it.
    pub shown: PathBuf,
    /// Its real path.
    pub real: PathBuf,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// Which entries of a folder are of interest.
#[derive(Clone, Copy)]
pub(in crate::fs) enum Interest<'a> {
    /// What is checked when a folder is named: nothing hidden, nothing that `.gitignore` files name, and a link that
    /// leads nowhere is a fault. The function says which files are.
    Checked(&'a dyn Fn(&Path) -> bool),
    /// All files that are not hidden, whatever `.gitignore` says: logs are seldom kept in git. A link that leads nowhere is
    /// a fault.
    Files,
    /// The names that part of a pattern means. A link that leads nowhere is not a match.
    Names(&'a dyn Fn(&str) -> bool),
    /// Every folder, for `**` in a pattern.
    Folders,
}

/// What a link inside a folder leads to, where it is of no use: what is wrong, and what to do.
pub(in crate::fs) type Fault = (PathBuf, String, &'static str);

/// Looks into folders.
pub(in crate::fs) struct Folders<'a> {
    tree: &'a Tree,
    /// Where links may lead.
    bound: PathBuf,
    /// The `.gitignore` of each folder.
    ignored: BTreeMap<PathBuf, Gitignore>,
    /// Links that are of no use, and folders that cannot be read.
    pub faults: Vec<Fault>,
    /// Whether a folder was left out because it was read before.
    pub met_known: bool,
}

impl<'a> Folders<'a> {
    /// For what lies in or below a real folder.
    pub fn new(tree: &'a Tree, real: &Path) -> Self {
        Self {
            tree,
            bound: tree.bound(real).unwrap_or_else(|| real.to_owned()),
            ignored: BTreeMap::new(),
            faults: Vec::new(),
            met_known: false,
        }
    }

    /// The entries of all folders from this one down. Real folders go before links to them, and each is read once:
    /// links that lead to each other make no work. Folders in `visited` are left out, and added.
    pub fn below(
        &mut self,
        start: Entry,
        interest: Interest<'_>,
        visited: &mut BTreeSet<PathBuf>,
    ) -> Vec<Entry> {
        let (mut folders, mut links) = (vec![start], BTreeSet::new());
        let (mut found, mut own) = (Vec::new(), BTreeSet::new());
        while let Some(folder) = folders.pop().or_else(|| links.pop_first()) {
            if !visited.insert(folder.real.clone()) {
                self.met_known |= !own.contains(&folder.real);
                continue;
            }
            own.insert(folder.real.clone());
            for entry in self.list(&folder, interest) {
                if !entry.is_folder {
                    found.push(entry);
                } else if entry.linked {
                    links.insert(entry);
                } else {
                    folders.push(entry);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The entries of one folder.
    #[expect(clippy::disallowed_methods, reason = "this is where folders are read")]
    pub fn list(&mut self, folder: &Entry, interest: Interest<'_>) -> Vec<Entry> {
        let mut list = Vec::new();
        let read = std::fs::read_dir(&folder.real).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = read.unwrap_or_else(|error| {
            let help = "make it readable, or name other paths";
            self.faults
                .push((folder.shown.clone(), describe_error(&error), help));
            Vec::new()
        });
        for entry in entries {
            let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else {
                continue;
            };
            let one = Entry {
                linked: folder.linked || kind.is_symlink(),
                shown: folder.shown.join(&name),
                real: folder.real.join(&name),
                is_folder: kind.is_dir(),
            };
            let wanted = match interest {
                Interest::Checked(_) => {
                    !name.as_encoded_bytes().starts_with(b".") && !self.is_ignored(&one.real, kind.is_dir())
                }
                Interest::Files => !name.as_encoded_bytes().starts_with(b"."),
                Interest::Names(wanted) => name != ".git" && wanted(&name.to_string_lossy()),
                Interest::Folders => name != ".git" && !kind.is_file(),
            };
            if !wanted {
                continue;
            }
            list.extend(if kind.is_symlink() {
                self.linked(one, interest)
            } else {
                Some(one)
            });
        }
        list
    }

    /// What a link leads to.
    #[expect(clippy::disallowed_methods, reason = "this is where links are read")]
    fn linked(&mut self, link: Entry, interest: Interest<'_>) -> Option<Entry> {
        let readable = "make it readable, or name other paths";
        let (message, help) = match self.tree.follow(&link.real, Some(&self.bound)) {
            Err(fault @ LinkFault::Outside { .. }) => {
                // What is neither a policy nor a folder of policies would not be read anyway.
                let may_be_file = match interest {
                    Interest::Files => true,
                    Interest::Folders => false,
                    Interest::Checked(is_one) => is_one(&link.shown),
                    Interest::Names(_) => is_yaml(&link.shown),
                };
                if !may_be_file && !link.real.is_dir() {
                    return None;
                }
                let (message, help) = self.tree.told(&fault);
                self.faults.push((link.shown, message, help));
                return None;
            }
            Err(fault) => self.tree.told(&fault),
            Ok(real) => match std::fs::metadata(&real) {
                Ok(kind) if kind.is_dir() && link.real.starts_with(&real) => {
                    let message = format!("a link to `{}`, which holds it", self.tree.name(&real));
                    (message, "remove the link")
                }
                Ok(kind) => {
                    return Some(Entry {
                        is_folder: kind.is_dir(),
                        real,
                        ..link
                    });
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    let message = "a link to something that is not there".to_owned();
                    (message, "fix the link, or remove it")
                }
                Err(error) => (describe_error(&error), readable),
            },
        };
        if matches!(interest, Interest::Checked(_) | Interest::Files) {
            self.faults.push((link.shown, message, help));
        }
        None
    }

    /// Whether the `.gitignore` files of the repository name a path, the nearest one first.
    fn is_ignored(&mut self, real: &Path, is_folder: bool) -> bool {
        let folders = real.ancestors().skip(1);
        for folder in folders.take_while(|folder| folder.starts_with(&self.bound)) {
            if !self.ignored.contains_key(folder) {
                self.ignored.insert(folder.to_owned(), ignored_by(folder));
            }
            let matched = self.ignored.get(folder).map(|list| list.matched(real, is_folder));
            match matched {
                Some(matched) if matched.is_ignore() => return true,
                Some(matched) if matched.is_whitelist() => return false,
                _ => {}
            }
        }
        false
    }
}

/// The `.gitignore` of a folder. One that is a link or no file does not count, as git has it.
fn ignored_by(folder: &Path) -> Gitignore {
    let path = folder.join(".gitignore");
    let is_file = path
        .symlink_metadata()
        .is_ok_and(|metadata| no_file(metadata.file_type()).is_none());
    let text = is_file.then(|| read_bytes(&path, MAX_BYTES).ok()).flatten();
    let text = text.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut builder = GitignoreBuilder::new(folder);
    for line in text.trim_start_matches('\u{feff}').lines() {
        // A line that is not a pattern does not count.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Whether a path is named as a policy file is.
pub(in crate::fs) fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending == "yaml" || ending == "yml")
}

/// Whether a path is named as templates, plans and states are.
pub(in crate::fs) fn may_be_template(path: &Path) -> bool {
    const ENDINGS: [&str; 5] = ["json", "template", "tfstate", "yaml", "yml"];
    let ending = path.extension();
    ending.is_some_and(|ending| ENDINGS.iter().any(|own| ending.eq_ignore_ascii_case(own)))
}
