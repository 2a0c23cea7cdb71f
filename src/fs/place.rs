//! Where names lead: links are followed here, one by one, and none of them leads out of the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What marks the top of a repository, the stronger mark first.
const MARKS: [&str; 2] = [".git", "cogward.toml"];

/// More links than the system follows on the way to one file.
const MOST_LINKS: u32 = 40;

/// A working directory and the repository around it.
///
/// What a name means depends on who wrote it. A name that was typed may lead anywhere by its own words; a link of a
/// repository that it passes may not lead out of that repository. A name in a file of a repository (a layer, a body, a
/// path of `cogward.toml`) must stay inside, by its words and by its links. `.git` is not inside: it holds credentials.
/// A repository inside another one (a submodule, a checkout in a workspace) is one of its own.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Where relative names start, links followed.
    pub(in crate::fs) directory: PathBuf,
    /// The top: the nearest folder upwards that holds `.git`, else `cogward.toml`, else the working directory.
    top: PathBuf,
    /// What was read and used, links followed. Templates are found among files of all kinds, reports of earlier runs among
    /// them: only those that are templates count.
    read: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// What came out of pipes, each of which can be read once.
    pub(in crate::fs) pipes: Arc<Mutex<BTreeMap<PathBuf, Vec<u8>>>>,
}

/// Why a link is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fs) enum LinkFault {
    /// It leads out of the repository that it lies in.
    Outside {
        /// The link.
        link: PathBuf,
        /// What is written in it.
        target: PathBuf,
    },
    /// There are too many, or they lead to each other.
    Endless,
}

impl Tree {
    /// The tree around a working directory.
    pub fn new(directory: PathBuf) -> Self {
        let real = follow(&directory, &|_, _| false, &mut { MOST_LINKS });
        let directory = real.unwrap_or(directory);
        let top = MARKS.into_iter().find_map(|mark| marked(&directory, mark));
        Self {
            top: top.unwrap_or(&directory).to_owned(),
            directory,
            read: Arc::default(),
            pipes: Arc::default(),
        }
    }

    /// Keeps in mind that a file is read.
    pub(in crate::fs) fn note(&self, path: &Path) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned());
    }

    /// Keeps in mind that what was looked at by [`Tree::peek`] is used.
    pub fn uses(&self, name: &str) {
        if let Ok(path) = self.located(name) {
            self.note(&path);
        }
    }

    /// Whether a file was read by this name, and used: a report may not replace it.
    pub fn was_read(&self, name: &str) -> bool {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.located(name).is_ok_and(|path| read.contains(&path))
    }

    /// How many folders the working directory lies below the top of the repository.
    pub fn depth(&self) -> usize {
        let below = self.directory.strip_prefix(&self.top);
        below.map_or(0, |below| below.components().count())
    }

    /// The path of a name: relative names start at the working directory.
    pub(in crate::fs) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.directory.join(name)
    }

    /// The name under which a path is shown: relative to the working directory where it lies inside,
    /// with forward slashes.
    pub(in crate::fs) fn name(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.directory).unwrap_or(path);
        let path = path.strip_prefix(".").unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }

    /// The name of a whole path in the working directory, by its way from there; `None` for one outside.
    pub fn named(&self, path: &str) -> Option<String> {
        let path = Path::new(path);
        path.starts_with(&self.directory).then(|| self.name(path))
    }

    /// The real path of a name that was typed or found. A link of a repository that leads out of it is a fault, also
    /// where nothing is there.
    pub(in crate::fs) fn locate(&self, name: impl AsRef<Path>) -> Result<PathBuf, LinkFault> {
        let path = self.path(name);
        let real = self.follow(&path, None)?;
        // `/dev/stdin` may stand for something that has no path, such as a pipe of the shell.
        let pathless = real.symlink_metadata().is_err() && path.exists();
        Ok(if pathless { path } else { real })
    }

    /// The same, with the fault as a sentence that says what to do.
    pub(in crate::fs) fn located(&self, name: impl AsRef<Path>) -> Result<PathBuf, String> {
        self.locate(name).map_err(|fault| {
            let (message, help) = self.told(&fault);
            format!("{message}; {help}")
        })
    }

    /// Whether a real path lies in this repository.
    pub(in crate::fs) fn is_inside(&self, real: &Path) -> bool {
        holds(&self.top, real)
    }

    /// Whether a name in the settings file `settings` stays in the repository of that file, if it lies in one; for
    /// settings from elsewhere, this repository is as good. Of a pattern, what stands before its first wildcard must
    /// stay; the rest may not go up again.
    ///
    /// # Errors
    /// Where it leads, in words without the name.
    pub fn confined(&self, settings: &str, name: &str) -> Result<(), String> {
        let settings = self.follow(&self.path(settings), None).unwrap_or_default();
        let Some(own) = self.bound(&settings) else {
            return Ok(());
        };
        let (base, pattern) = split(name);
        if pattern.contains(&"..") {
            return Err("`..` after a wildcard may lead outside the repository".to_owned());
        }
        let base = self.path(&base);
        match self.inside(&own, &base) {
            Err(_) if !self.is_inside(&settings) => self.inside(&self.top, &base),
            inside => inside,
        }
        .map(|_| ())
    }

    /// The real path of what a file names, if it lies in the repository of that file, or in its folder.
    pub(in crate::fs) fn beside(&self, referrer: &str, name: &str) -> Result<PathBuf, String> {
        let referrer = self.path(referrer);
        let referrer = self
            .follow(&referrer, None)
            .map_err(|fault| self.told(&fault).0)?;
        let bound = self.bound(&referrer);
        let folder = referrer.parent().unwrap_or(&referrer);
        self.inside(bound.as_deref().unwrap_or(folder), &self.path(name))
    }

    fn inside(&self, bound: &Path, path: &Path) -> Result<PathBuf, String> {
        let real = self
            .follow(path, Some(bound))
            .map_err(|fault| self.told(&fault).0)?;
        if holds(bound, &real) {
            Ok(real)
        } else {
            Err("it lies outside the repository".to_owned())
        }
    }

    /// The top of the repository that a real path lies in; `None` for a path of nobody's.
    pub(in crate::fs) fn bound(&self, real: &Path) -> Option<PathBuf> {
        let own = || real.starts_with(&self.top).then_some(self.top.as_path());
        marked(real, MARKS[0]).or_else(own).map(Path::to_owned)
    }

    /// A path with its links followed. A link that lies in a repository, or below `bound`, and leads out of it is a
    /// fault. What is not there stays as it is written.
    pub(in crate::fs) fn follow(&self, path: &Path, bound: Option<&Path>) -> Result<PathBuf, LinkFault> {
        let leaves = |link: &Path, to: &Path| {
            // Not of what it leads to, which may be a repository.
            let own = link.parent().and_then(|folder| self.bound(folder));
            let bounds = own.as_deref().into_iter().chain(bound);
            let mut around = bounds.filter(|bound| holds(bound, link));
            around.any(|bound| !holds(bound, to))
        };
        follow(path, &leaves, &mut { MOST_LINKS })
    }

    /// A fault in words: what is wrong, and what to do.
    pub(in crate::fs) fn told(&self, fault: &LinkFault) -> (String, &'static str) {
        match fault {
            LinkFault::Outside { link, target } => {
                let (link, target) = (self.name(link), target.to_string_lossy());
                let message = format!("the link `{link}` leads outside the repository, to `{target}`");
                let help =
                    "copy what it leads to into the repository, or type its own path on the command line";
                (message, help)
            }
            LinkFault::Endless => {
                let message = "too many levels of symbolic links".to_owned();
                (message, "make it readable, or name other paths")
            }
        }
    }
}

/// The nearest folder upwards that holds something of this name.
fn marked<'a>(path: &'a Path, mark: &str) -> Option<&'a Path> {
    let mut folders = path.ancestors();
    folders.find(|folder| folder.join(mark).symlink_metadata().is_ok())
}

/// Whether a real path lies below a folder, and in no `.git` of it.
fn holds(folder: &Path, real: &Path) -> bool {
    let git = |part: Component<'_>| part.as_os_str().eq_ignore_ascii_case(MARKS[0]);
    real.strip_prefix(folder)
        .is_ok_and(|rest| !rest.components().any(git))
}

/// A path with its links followed one by one, unless one `leaves` what it lies in.
fn follow(path: &Path, leaves: &dyn Fn(&Path, &Path) -> bool, left: &mut u32) -> Result<PathBuf, LinkFault> {
    let mut at = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                at.pop();
            }
            Component::Prefix(_) | Component::RootDir => at.push(part),
            Component::Normal(name) => {
                at.push(name);
                let Ok(target) = at.read_link() else { continue };
                *left = left.checked_sub(1).ok_or(LinkFault::Endless)?;
                let link = at.clone();
                at.pop();
                at = follow(&at.join(&target), leaves, left)?;
                if leaves(&link, &at) {
                    return Err(LinkFault::Outside { link, target });
                }
            }
        }
    }
    Ok(at)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern begins at the part with the first wildcard.
    #[test]
    fn pattern_split_at_first_wildcard() {
        assert_eq!(split("a/b.yaml"), ("a/b.yaml".to_owned(), vec![]));
        assert_eq!(split("a/b*/../c"), ("a/".to_owned(), vec!["b*", "..", "c"]));
        assert_eq!(split("**//x?.yaml"), (String::new(), vec!["**", "x?.yaml"]));
        assert_eq!(split("/a/[z"), ("/a/".to_owned(), vec!["[z"]));
    }
}
