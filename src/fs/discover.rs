//! Finding policy files: files, folders and patterns to a list of names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fs::folder::{Entry, Folders, Interest, is_yaml, may_be_template};
use crate::fs::pattern;
use crate::fs::place::{self, Tree};

/// The folder that is read where no path is named.
pub const POLICIES: &str = "policies";

/// Files found, and what could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Names of files, ordered, each file once.
    pub files: Vec<String>,
    /// Those of them that nobody named: they were found in a folder.
    pub found: BTreeSet<String>,
    /// Names with a sentence and a next step.
    pub faults: Vec<(String, String, String)>,
}

impl Tree {
    /// The YAML files of paths. A folder is walked (hidden files and what the repository's `.gitignore`
    /// files name are left out, not what the user's own or the clone's `info/exclude` names); a name with `*`, `?` or
    /// `[` that is not a file is a pattern; any other name must exist.
    ///
    /// Links are followed inside the repository, each real folder and file once. One that leads out of it is a fault
    /// where a policy or a folder may be meant, and so are one that leads nowhere and a circle in a folder.
    pub fn discover(&self, paths: &[String]) -> Discovery {
        self.find(paths, Kind::Policies)
    }

    /// The same for rules and questions.
    pub fn discover_yaml(&self, paths: &[String]) -> Discovery {
        self.find(paths, Kind::Yaml)
    }

    /// The same for templates, plans and states: files that are named as YAML, JSON, `*.template` and `*.tfstate`.
    pub fn discover_templates(&self, paths: &[String]) -> Discovery {
        self.find(paths, Kind::Templates)
    }

    /// The same for logs: all files of folders and patterns, whatever they are called and whatever `.gitignore` says; what
    /// is hidden is left out.
    pub fn discover_logs(&self, paths: &[String]) -> Discovery {
        self.find(paths, Kind::Logs)
    }

    fn find(&self, paths: &[String], kind: Kind) -> Discovery {
        let mut found = Found {
            tree: self,
            kind,
            seen: BTreeSet::new(),
            visited: BTreeSet::new(),
            discovery: Discovery::default(),
        };
        for name in paths {
            found.name(name);
        }
        found.discovery.files.sort_unstable();
        found.discovery
    }
}

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Policies,
    Yaml,
    Templates,
    Logs,
}

impl Kind {
    /// Whether a file of a folder is one.
    fn has(self, entry: &Entry) -> bool {
        match self {
            Self::Logs => true,
            Self::Templates => may_be_template(&entry.shown),
            Self::Policies | Self::Yaml => is_yaml(&entry.shown),
        }
    }

    /// What is said where there is none, and what to do.
    fn nothing(self) -> [&'static str; 3] {
        match self {
            Self::Policies => [
                "no policy (`*.yaml`, `*.yml`) in this folder",
                "name the folder that holds the policies",
                "the pattern matches no policy file",
            ],
            Self::Yaml => [
                "no YAML file (`*.yaml`, `*.yml`) in this folder",
                "name the folder that holds the files",
                "the pattern matches no YAML file",
            ],
            Self::Templates => [
                "no template, plan or state in this folder",
                "name a folder with templates or with what `terraform show -json` writes; what .gitignore names, such as cdk.out, is named itself",
                "the pattern matches no template, plan or state",
            ],
            Self::Logs => [
                "no file in this folder",
                "name the folder that holds the files",
                "the pattern matches no file",
            ],
        }
    }
}

struct Found<'a> {
    tree: &'a Tree,
    kind: Kind,
    /// Real paths of files, so that a file is checked once however it is named.
    seen: BTreeSet<PathBuf>,
    /// Real paths of folders that were walked.
    visited: BTreeSet<PathBuf>,
    discovery: Discovery,
}

impl Found<'_> {
    fn name(&mut self, name: &str) {
        let path = self.tree.path(name);
        let real = match self.tree.locate(name) {
            Ok(real) => real,
            Err(fault) => {
                let (message, help) = self.tree.told(&fault);
                return self.fault(name, &message, help);
            }
        };
        if real.is_dir() {
            self.walk(name, path, real);
        } else if real.exists() {
            self.file(&path, real);
        } else if name.contains(['*', '?', '[', '{']) {
            self.pattern(name);
        } else if path.symlink_metadata().is_ok() {
            let message = "a link to something that is not there";
            self.fault(name, message, "fix the link, or remove it");
        } else if name == "-" {
            self.fault(
                name,
                "standard input is read alone, and by `lint` only",
                "type `cogward lint -`, or write the policy to a file and name that",
            );
        } else if name == POLICIES && self.kind == Kind::Policies {
            self.fault(
                name,
                "there is no such folder, which is read where no path is named",
                "name the path of your policies, as in `cogward lint PATH`; or write some: from your pools with `cogward init`, without AWS with \
                 `cogward init --example first`",
            );
        } else {
            self.fault(
                name,
                "there is no such file or folder",
                "check the path; it is relative to the working directory",
            );
        }
    }

    fn file(&mut self, path: &Path, real: PathBuf) {
        if path.to_str().is_none() {
            let message = "its name is not UTF-8, so reports could not show it";
            return self.fault(&self.tree.name(path), message, "give the file another name");
        }
        if self.seen.insert(real) {
            self.discovery.files.push(self.tree.name(path));
        }
    }

    fn fault(&mut self, name: &str, message: &str, help: &str) {
        let fault = (name.to_owned(), message.to_owned(), help.to_owned());
        // Named twice, it is one fault, as a file is checked once.
        if !self.discovery.faults.contains(&fault) {
            self.discovery.faults.push(fault);
        }
    }

    fn faults(&mut self, folders: Folders<'_>) -> bool {
        let any = !folders.faults.is_empty();
        let mut faults = folders.faults;
        faults.sort_unstable();
        faults.dedup();
        for (path, message, help) in faults {
            self.fault(&self.tree.name(&path), &message, help);
        }
        any
    }

    fn walk(&mut self, name: &str, shown: PathBuf, real: PathBuf) {
        let mut folders = Folders::new(self.tree, &real);
        let start = Entry {
            linked: false,
            shown,
            real,
            is_folder: true,
        };
        let interest = match self.kind {
            Kind::Policies | Kind::Yaml => Interest::Checked(&is_yaml),
            Kind::Templates => Interest::Checked(&may_be_template),
            Kind::Logs => Interest::Files,
        };
        let entries = folders.below(start, interest, &mut self.visited);
        let kind = self.kind;
        let mut empty = !folders.met_known;
        for entry in entries.into_iter().filter(|entry| kind.has(entry)) {
            empty = false;
            let known = self.discovery.files.len();
            self.file(&entry.shown, entry.real);
            let new = self.discovery.files.get(known..).unwrap_or_default();
            self.discovery.found.extend(new.iter().cloned());
        }
        // The rest of the folder is read all the same.
        empty &= !self.faults(folders);
        if empty {
            let [message, help, _] = self.kind.nothing();
            self.fault(name, message, help);
        }
    }

    fn pattern(&mut self, name: &str) {
        if name.contains('{') {
            let message = "braces are matched as they stand, so this pattern finds nothing";
            self.fault(name, message, "give one pattern for each alternative");
            return;
        }
        let (base, parts) = place::split(name);
        let real = match self.tree.locate(&base) {
            Ok(real) => real,
            Err(fault) => {
                let (message, help) = self.tree.told(&fault);
                return self.fault(name, &message, help);
            }
        };
        let mut folders = Folders::new(self.tree, &real);
        let base = Entry {
            linked: false,
            shown: self.tree.path(&base),
            is_folder: real.is_dir(),
            real,
        };
        let matched = match pattern::matches(&mut folders, base, &parts) {
            Ok(matched) => matched,
            Err(error) => {
                let message = format!("not a pattern: {}", error.msg);
                return self.fault(name, &message, "`*`, `**`, `?` and `[...]` are special");
            }
        };
        let mut none = true;
        for entry in matched {
            // The content of a template decides what it is, and a pattern means all that it fits.
            if !entry.is_folder && (self.kind.has(&entry) || self.kind == Kind::Templates) {
                none = false;
                self.file(&entry.shown, entry.real);
            }
        }
        if !self.faults(folders) && none {
            let [.., message] = self.kind.nothing();
            self.fault(
                name,
                message,
                "check the pattern; it is relative to the working directory",
            );
        }
    }
}
