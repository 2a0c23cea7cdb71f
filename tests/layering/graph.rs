//! Which file uses which: paths followed through imports and re-exports to the file that defines what they name.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::layering::parse::{self, Import, Module, Written};

/// Texts of files by their path, such as `plan/diff.rs`.
pub type Files = BTreeMap<String, String>;

/// A module's path from the crate's root, which is empty.
type ModulePath = Vec<String>;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// A module.
    Module(ModulePath),
    /// Something that this file defines.
    Item(String),
}

/// One use of another file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The file that uses.
    pub from: String,
    /// The file that is used.
    pub to: String,
    /// What is written there.
    pub written: String,
    /// Top-level module that the path names, which may re-export what another defines.
    pub named: Option<String>,
    /// Whether a `mod.rs` only passes it on: no use of its own.
    pub is_passed_on: bool,
}

/// Longest chain of re-exports that is followed: a name that is imported from itself ends there.
const DEEPEST: usize = 12;

/// The modules of a crate.
pub struct Crate {
    modules: BTreeMap<ModulePath, (String, Module)>,
}

impl Crate {
    /// Reads a crate from its root file on. A file that cannot be read is an error that names it.
    pub fn read(files: &Files, root: &str) -> Result<Self, String> {
        let mut read = Self {
            modules: BTreeMap::new(),
        };
        read.add_file(files, root, Vec::new())?;
        Ok(read)
    }

    fn add_file(&mut self, files: &Files, name: &str, path: ModulePath) -> Result<(), String> {
        let text = files.get(name).ok_or_else(|| format!("{name}: no such file"))?;
        let module = parse::module(text).map_err(|error| format!("{name}: {error}"))?;
        let folder = match name.strip_suffix("/mod.rs") {
            Some(folder) => format!("{folder}/"),
            None if path.is_empty() => name
                .rsplit_once('/')
                .map_or(String::new(), |(f, _)| format!("{f}/")),
            None => format!("{}/", name.trim_end_matches(".rs")),
        };
        self.add(files, name, &folder, path, module)
    }

    fn add(
        &mut self,
        files: &Files,
        file: &str,
        folder: &str,
        path: ModulePath,
        mut module: Module,
    ) -> Result<(), String> {
        for child in &module.declared {
            let candidates = [format!("{folder}{child}.rs"), format!("{folder}{child}/mod.rs")];
            let found = candidates.iter().find(|name| files.contains_key(*name));
            let found = found.ok_or_else(|| format!("{file}: no file for `mod {child}`"))?;
            self.add_file(files, found, below(&path, child))?;
        }
        for (child, inner) in std::mem::take(&mut module.inline) {
            self.add(
                files,
                file,
                &format!("{folder}{child}/"),
                below(&path, &child),
                inner,
            )?;
        }
        self.modules.insert(path, (file.to_owned(), module));
        Ok(())
    }

    /// The files that were read.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.modules.values().map(|(file, _)| file.as_str())
    }

    /// Public types by name, with the files that define them.
    pub fn public_types(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut types: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (file, module) in self.modules.values() {
            for name in &module.public_types {
                types.entry(name).or_default().push(file);
            }
        }
        types
    }

    /// Every use of one file by another.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for (at, (file, module)) in &self.modules {
            let passes_on = file.ends_with("mod.rs");
            for import in &module.imports {
                let is_passed_on = import.is_public && passes_on;
                for to in self.imported(at, import) {
                    edges.insert(edge(at, file, to, &import.path, is_passed_on));
                }
            }
            for path in &module.paths {
                for target in self.resolve(at, path, DEEPEST) {
                    edges.insert(edge(at, file, self.file(&target), path, false));
                }
            }
        }
        edges.retain(|edge| edge.from != edge.to);
        edges
    }

    /// Files that an import uses. A glob uses all that its module passes on.
    fn imported(&self, at: &[String], import: &Import) -> BTreeSet<String> {
        let targets = self.resolve(at, &import.path, DEEPEST);
        let mut files: BTreeSet<_> = targets.iter().map(|target| self.file(target)).collect();
        if import.name.is_none() {
            for target in targets {
                if let Target::Module(path) = target {
                    let (_, module) = &self.modules[&path];
                    let passed_on = module.imports.iter().filter(|import| import.is_public);
                    files.extend(passed_on.flat_map(|import| self.imported(&path, import)));
                }
            }
        }
        files
    }

    fn file(&self, target: &Target) -> String {
        match target {
            Target::Module(path) => self.modules[path].0.clone(),
            Target::Item(file) => file.clone(),
        }
    }

    /// What a path in a module leads to. Nothing for what other crates define, and for local names.
    fn resolve(&self, at: &[String], path: &[String], depth: usize) -> BTreeSet<Target> {
        let (start, rest) = match (absolute(at, path), path) {
            (Some((absolute, anchors)), _) => {
                let above = &absolute[..absolute.len() - (path.len() - anchors)];
                (Target::Module(above.to_vec()), &path[anchors..])
            }
            (None, path) => (Target::Module(at.to_vec()), path),
        };
        let is_local = rest.len() == path.len();
        let mut targets = BTreeSet::from([start]);
        for (index, name) in rest.iter().enumerate() {
            let is_last = index + 1 == rest.len();
            let next = |target| match target {
                Target::Item(file) => BTreeSet::from([Target::Item(file)]),
                Target::Module(path) => {
                    let found = self.lookup(at, &path, name, is_last, depth);
                    if found.is_empty() && !(is_local && index == 0) {
                        // What a macro defines.
                        return BTreeSet::from([Target::Item(self.modules[&path].0.clone())]);
                    }
                    found
                }
            };
            targets = targets.into_iter().flat_map(next).collect();
        }
        targets
    }

    /// What a name means in a module to another one: a module, an import that it may see, an item, or what a glob
    /// brings in. A name with more names after it is a module where there is one.
    fn lookup(
        &self,
        by: &[String],
        at: &[String],
        name: &str,
        is_last: bool,
        depth: usize,
    ) -> BTreeSet<Target> {
        let (Some(depth), (file, module)) = (depth.checked_sub(1), &self.modules[at]) else {
            return BTreeSet::new();
        };
        let mut found = BTreeSet::new();
        let child = below(at, name);
        let is_module = self.modules.contains_key(&child);
        if is_module {
            found.insert(Target::Module(child));
            if !is_last {
                return found;
            }
        }
        if module.items.iter().any(|item| item == name) {
            found.insert(Target::Item(file.clone()));
        }
        // `use a::a` is about another crate unless there is a module `a`.
        let is_own = |import: &&Import| is_module || import.path.first().is_some_and(|first| first != name);
        let seen = module
            .imports
            .iter()
            .filter(|import| import.is_public || by.starts_with(at));
        let (named, globs): (Vec<_>, Vec<_>) = seen.partition(|import| import.name.is_some());
        let named = named
            .into_iter()
            .filter(|import| import.name.as_deref() == Some(name));
        for import in named.filter(is_own) {
            found.extend(self.resolve(at, &import.path, depth));
        }
        if found.is_empty() {
            for glob in globs {
                for target in self.resolve(at, &glob.path, depth) {
                    if let Target::Module(path) = target {
                        found.extend(self.lookup(at, &path, name, is_last, depth));
                    }
                }
            }
        }
        found
    }
}

fn edge(at: &[String], from: &str, to: String, path: &[String], is_passed_on: bool) -> Edge {
    Edge {
        from: from.to_owned(),
        to,
        written: path.join("::"),
        named: absolute(at, path).and_then(|(path, _)| path.into_iter().next()),
        is_passed_on,
    }
}

/// The path from the crate's root of a path that begins with `crate`, `self` or `super`, and how many of its names
/// say where it begins.
fn absolute(at: &[String], path: &[String]) -> Option<(Written, usize)> {
    let anchors = path
        .iter()
        .take_while(|name| matches!(name.as_str(), "crate" | "self" | "super"))
        .count();
    let ups = path[..anchors].iter().filter(|name| *name == "super").count();
    let above = match path.first()?.as_str() {
        "crate" => &[],
        "self" | "super" => at.get(..at.len().checked_sub(ups)?)?,
        _ => return None,
    };
    Some((above.iter().chain(&path[anchors..]).cloned().collect(), anchors))
}

fn below(path: &[String], child: &str) -> ModulePath {
    path.iter().cloned().chain([child.to_owned()]).collect()
}

/// The shortest circle of files through each group of files that all lead to each other; one line for each step.
pub fn circles<'a>(edges: impl IntoIterator<Item = &'a Edge>) -> Vec<Vec<&'a Edge>> {
    let mut from: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
    for edge in edges.into_iter().filter(|edge| !edge.is_passed_on) {
        from.entry(&edge.from).or_default().push(edge);
    }
    // Of several ways to write one use the import says most.
    for uses in from.values_mut() {
        uses.sort_by_key(|edge| (&edge.to, std::cmp::Reverse(edge.written.len())));
    }
    let mut done = BTreeSet::new();
    let mut circles = Vec::new();
    for start in from.keys() {
        if done.contains(start) {
            continue;
        }
        if let Some(circle) = shortest_circle(&from, start) {
            done.extend(circle.iter().map(|edge| edge.from.as_str()));
            circles.push(circle);
        }
    }
    circles
}

/// The shortest way from a file to itself.
fn shortest_circle<'a>(from: &BTreeMap<&str, Vec<&'a Edge>>, start: &str) -> Option<Vec<&'a Edge>> {
    let mut reached: BTreeMap<&str, &Edge> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for edge in from.get(file).into_iter().flatten() {
            if !reached.contains_key(edge.to.as_str()) {
                reached.insert(&edge.to, edge);
                queue.push_back(&edge.to);
            }
        }
    }
    let mut circle = vec![*reached.get(start)?];
    while circle.last()?.from != start {
        circle.push(reached.get(circle.last()?.from.as_str())?);
    }
    circle.reverse();
    Some(circle)
}
