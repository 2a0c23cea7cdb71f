//! Gathers what a lint run reads: policy files, the layers they extend, the bodies they name.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::app::baselines;
use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::fs::{LayerFault, ReadFault, Tree};
use crate::pointer::Pointer;
use crate::policy::assemble;
use crate::policy::layers::{self, Layer, LayerKey, Layers};
use crate::policy::parse::{self, ParsedFile};
use crate::policy::secret;
use crate::policy::variable::{self, Variables};
use crate::policy::weight::{MAX_RUN, NamedFiles, Weights, weight};
use crate::schema::Validator;
use crate::source::{Source, SourceId, Sources};
use crate::span::Span;
use crate::text;
use crate::yaml::{Node, Value};

/// Bodies of emails by path, or why they cannot be used.
pub type Texts = BTreeMap<String, Result<String, String>>;

/// Everything read.
#[derive(Default)]
pub struct Gathered {
    /// Parsed policy files, ordered by name.
    pub files: Vec<ParsedFile>,
    /// Layers by key.
    pub layers: Layers,
    /// Bodies of emails by path.
    pub texts: Texts,
    /// Files that only others name, and that hold what looks like a credential.
    pub strays: Vec<ParsedFile>,
    /// Faults of paths and texts.
    pub findings: Vec<Finding>,
    /// YAML files found in folders that hold no policy: nobody named them, and they have none of a policy's keys.
    pub foreign: Vec<String>,
    /// Documents under which too much lies, by file and place in it: why, and what to do.
    pub too_heavy: BTreeMap<(SourceId, usize), (String, &'static str)>,
}

/// Where policies come from.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Files, folders and patterns.
    Paths(&'a [String]),
    /// A name and a text, for examples that are in no file.
    Text(&'a str, &'a str),
}

/// Reads and parses the input, then everything that it refers to.
pub fn gather(
    tree: &Tree,
    input: Input<'_>,
    validator: &Validator,
    variables: &Variables<'_>,
    sources: &mut Sources,
) -> Gathered {
    let (mut findings, mut found) = (Vec::new(), BTreeSet::new());
    let first = sources.iter().count();
    let read = match input {
        Input::Text(name, text) => vec![parse_file(name, Ok(text.to_owned()), SourceId(first))],
        Input::Paths(paths) => {
            let discovery = tree.discover(paths);
            for (name, message, help) in discovery.faults {
                let id = sources.add(Source::new(name.as_str(), "", &[]));
                findings.push(unreadable(id, format!("`{name}`: {message}")).help(help));
            }
            let first = sources.iter().count();
            found = discovery.found;
            let files = discovery.files.par_iter().enumerate();
            files
                .map(|(index, name)| parse_file(name, tree.read(name), SourceId(first + index)))
                .collect()
        }
    };
    let (mut files, foreign) = kept(read, &found, sources, &mut findings);
    if let (Input::Paths(paths), true, false) =
        (input, files.is_empty() && findings.is_empty(), foreign.is_empty())
    {
        findings.push(no_policy(paths, foreign.len(), sources));
    }
    let mut faulty = BTreeSet::new();
    for file in &mut files {
        if file.findings.iter().any(|finding| finding.is_input_fault) {
            faulty.insert(file.source);
        }
        findings.append(&mut file.findings);
    }
    let shown = sources.iter().map(|(_, source)| source.name().to_owned());
    let mut referred = Referred {
        shown: shown.collect(),
        tree,
        validator,
        variables,
        sources,
        layers: Layers::new(),
        texts: Texts::new(),
        strays: Vec::new(),
        faulty,
        findings,
        named: BTreeMap::new(),
        room: MAX_REFERRED,
        room_for_values: MAX_RUN,
    };
    let named = referred.follow(&files);
    Gathered {
        too_heavy: referred.too_heavy(&named),
        files,
        layers: referred.layers,
        texts: referred.texts,
        strays: referred.strays,
        findings: referred.findings,
        foreign,
    }
}

/// The files that may hold policies, and the names of those that do not and that nobody named.
fn kept(
    read: Vec<(Source, Option<ParsedFile>, Vec<Finding>)>,
    found: &BTreeSet<String>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> (Vec<ParsedFile>, Vec<String>) {
    let (mut files, mut foreign) = (Vec::with_capacity(read.len()), Vec::new());
    for (source, file, mut faults) in read {
        let name = source.name().to_owned();
        sources.add(source);
        if found.contains(&name) && file.as_ref().is_some_and(ParsedFile::is_foreign) {
            foreign.push(name);
            continue;
        }
        findings.append(&mut faults);
        files.extend(file);
    }
    (files, foreign)
}

/// The fault of folders in which every file is somebody else's.
fn no_policy(paths: &[String], files: usize, sources: &mut Sources) -> Finding {
    let name = paths.join(", ");
    let id = sources.add(Source::new(name.as_str(), "", &[]));
    let files = text::count(files, "YAML file", "YAML files");
    unreadable(
        id,
        format!("`{name}`: no policy among {files}: none has a policy's keys"),
    )
    .help("name the folder that holds the policies, or a file to see what it lacks")
}

/// A file's source, its documents if it could be read, and what is wrong with it.
fn parse_file(
    name: &str,
    text: Result<String, ReadFault>,
    id: SourceId,
) -> (Source, Option<ParsedFile>, Vec<Finding>) {
    match text {
        Ok(text) => {
            let (source, secrets) = secret::source(name, text);
            let file = parse::parse(id, &source, secrets);
            let empty = file.emptiness().into_iter().collect();
            (source, Some(file), empty)
        }
        Err(fault @ ReadFault::NotUtf8 { offset, .. }) => {
            let message = fault.to_string();
            let (source, _) = secret::source(name, fault.before());
            let location = Location::new(id, Span::at(offset));
            let finding = InputError::NotUtf8
                .finding(location, message)
                .help("save the file as UTF-8");
            (source, None, vec![finding])
        }
        Err(fault @ ReadFault::TooLarge(_)) => {
            let location = Location::file(id);
            let finding = InputError::TooLarge.finding(location, fault.to_string());
            (
                Source::new(name, "", &[]),
                None,
                vec![finding.help("split it into several files")],
            )
        }
        Err(fault) => {
            let finding = unreadable(id, format!("`{name}`: {fault}"));
            (
                Source::new(name, "", &[]),
                None,
                vec![finding.help("make it readable, or name other paths")],
            )
        }
    }
}

pub(super) fn unreadable(source: SourceId, message: String) -> Finding {
    InputError::FileUnreadable.finding(Location::file(source), message)
}

/// Follows references until nothing new is named.
struct Referred<'a> {
    tree: &'a Tree,
    validator: &'a Validator,
    variables: &'a Variables<'a>,
    sources: &'a mut Sources,
    layers: Layers,
    texts: Texts,
    strays: Vec<ParsedFile>,
    /// Policy files whose text has faults, which are reported there.
    faulty: BTreeSet<SourceId>,
    findings: Vec<Finding>,
    /// What each layer names.
    named: BTreeMap<LayerKey, NamedFiles>,
    /// Names of the texts that are among the sources.
    shown: BTreeSet<String>,
    /// Bytes that may still be read.
    room: usize,
    /// What the values of layers may still weigh.
    room_for_values: usize,
}

/// Bytes of all files of a run that only others name, layers and bodies: some 12 KB for each of 10,000 policies.
const MAX_REFERRED: usize = 64 << 20;

impl Referred<'_> {
    /// Reads what documents name, and says what that is.
    fn follow(&mut self, files: &[ParsedFile]) -> BTreeMap<(SourceId, usize), NamedFiles> {
        let builtin = baselines::names();
        let mut named: BTreeSet<(String, LayerKey)> = BTreeSet::new();
        let listed: BTreeMap<_, _> = files
            .iter()
            .map(|file| (self.sources.get(file.source).name().to_owned(), file))
            .collect();
        let mut of_documents = BTreeMap::new();
        for file in files {
            for (position, document) in file.documents.iter().enumerate() {
                let own = self.references(&document.root, &builtin, &mut named);
                of_documents.insert((file.source, position), own);
            }
        }
        while let Some((referrer, key)) = named.pop_first() {
            if self.layers.contains_key(&key) {
                continue;
            }
            let layer = self.layer(&referrer, &key, &listed);
            if let Layer::Found(root) = &layer {
                let own = self.references(root, &builtin, &mut named);
                self.named.insert(key.clone(), own);
            }
            self.layers.insert(key, layer);
        }
        of_documents
    }

    /// Documents under which too much lies.
    fn too_heavy(
        &self,
        documents: &BTreeMap<(SourceId, usize), NamedFiles>,
    ) -> BTreeMap<(SourceId, usize), (String, &'static str)> {
        let length = |path: &str| match self.texts.get(path) {
            Some(Ok(text)) => text.len(),
            _ => 0,
        };
        let mut weights = Weights::new(&self.layers, &self.named, &length);
        let heavy = documents
            .iter()
            .filter_map(|(place, named)| Some((*place, weights.add(named).err()?)));
        heavy.collect()
    }

    /// Reads a file that another one names, as long as there is room.
    fn read(&mut self, referrer: &str, name: &str) -> Result<String, LayerFault> {
        let text = self.tree.read_layer(referrer, name)?;
        self.room = self.room.checked_sub(text.len()).ok_or_else(|| {
            LayerFault::Unusable(format!(
                "the layers and bodies that policies name are more than {} MiB together",
                MAX_REFERRED >> 20
            ))
        })?;
        Ok(text)
    }

    /// Layers and bodies that a document names.
    fn references(
        &mut self,
        root: &Node,
        builtin: &[&str],
        named: &mut BTreeSet<(String, LayerKey)>,
    ) -> NamedFiles {
        let mut own = NamedFiles::default();
        let expanded = names_variables(root).then(|| {
            let mut root = root.clone();
            // Faults of variables come out when the document is checked.
            variable::substitute(&mut root, self.variables, &Pointer::root(), &mut Vec::new());
            root
        });
        let root = expanded.as_ref().unwrap_or(root);
        let name = self.sources.get(root.source).name().to_owned();
        for extends in layers::extends_of(root, layers::directory(&name), builtin) {
            own.extends.push(extends.key.clone());
            named.insert((name.clone(), extends.key));
        }
        let mut bodies = Vec::new();
        body_files(root, &mut bodies);
        for file in bodies {
            let path = layers::join(layers::directory(&name), &file);
            if !self.texts.contains_key(&path) {
                let text = self.read(&name, &path).map_err(|fault| match fault {
                    LayerFault::Missing => "there is no such file".to_owned(),
                    LayerFault::Outside(why) | LayerFault::Unusable(why) => why,
                });
                if let Ok(text) = &text {
                    self.body_secrets(&path, text);
                }
                self.texts.insert(path.clone(), text);
            }
            own.bodies.push(path);
        }
        own
    }

    /// Keeps a body that holds credentials: nothing else of it is ever shown.
    fn body_secrets(&mut self, path: &str, text: &str) {
        let (source, secrets) = secret::source(path, text);
        if secrets.is_empty() || !self.shown.insert(path.to_owned()) {
            return;
        }
        let source = self.sources.add(source);
        self.strays.push(ParsedFile {
            secrets,
            ..ParsedFile::empty(source)
        });
    }

    fn layer(&mut self, referrer: &str, key: &str, listed: &BTreeMap<String, &ParsedFile>) -> Layer {
        if let Some(name) = key.strip_prefix("builtin:") {
            let text = baselines::all()
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, text)| text);
            let Some(text) = text else { return Layer::Missing };
            let id = self.sources.add(Source::builtin(baselines::title(name), text));
            let parsed = parse::parse(id, self.sources.get(id), Vec::new());
            return self.single(parsed, false);
        }
        // A file that is checked anyway has its faults reported there.
        if let Some(file) = listed.get(key) {
            if self.faulty.contains(&file.source) {
                return Layer::Faulty;
            }
            let copy = ParsedFile {
                documents: file.documents.clone(),
                ..ParsedFile::empty(file.source)
            };
            return self.single(copy, false);
        }
        if self.room_for_values == 0 {
            let most = MAX_RUN >> 20;
            return Layer::Unusable(format!(
                "the values of all layers take more than {most} MiB of memory"
            ));
        }
        match self.read(referrer, key) {
            Err(LayerFault::Missing) => Layer::Missing,
            Err(LayerFault::Outside(why)) => Layer::Outside(why),
            Err(LayerFault::Unusable(why)) => Layer::Unusable(why),
            Ok(text) => {
                let (source, secrets) = secret::source(key, text);
                self.shown.insert(key.to_owned());
                let id = self.sources.add(source);
                let parsed = parse::parse(id, self.sources.get(id), secrets);
                let values = parsed
                    .documents
                    .iter()
                    .map(|document| weight(&document.root))
                    .sum();
                self.room_for_values = self.room_for_values.saturating_sub(values);
                if !parsed.secrets.is_empty() {
                    self.strays.push(ParsedFile {
                        ignores: parsed.ignores.clone(),
                        secrets: parsed.secrets.clone(),
                        ..ParsedFile::empty(id)
                    });
                }
                self.single(parsed, true)
            }
        }
    }

    /// A layer is a file with one document.
    fn single(&mut self, mut parsed: ParsedFile, report: bool) -> Layer {
        let faulty = parsed.findings.iter().any(|finding| finding.is_input_fault);
        if report {
            self.findings.append(&mut parsed.findings);
        }
        if faulty {
            return Layer::Faulty;
        }
        if parsed.documents.len() != 1 {
            return Layer::Unusable(format!(
                "a layer holds one document, this file holds {}",
                parsed.count()
            ));
        }
        let (layer, findings) = assemble::layer(parsed.documents.remove(0), self.validator, self.variables);
        if report {
            self.findings.extend(findings);
        }
        layer
    }
}

/// Whether a document names a layer or a body by a variable.
fn names_variables(root: &Node) -> bool {
    let mut names = Vec::new();
    body_files(root, &mut names);
    names.extend(
        layers::extends_of(root, "", &[])
            .into_iter()
            .map(|extends| extends.text),
    );
    names.iter().any(|name| name.contains("${"))
}

/// Values of `html_file` and `text_file`, wherever they stand.
fn body_files(node: &Node, found: &mut Vec<String>) {
    match &node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                match &entry.value.value {
                    Value::String(text) if matches!(entry.key.as_str(), "html_file" | "text_file") => {
                        found.push(text.clone());
                    }
                    _ => body_files(&entry.value, found),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| body_files(item, found)),
        _ => {}
    }
}
