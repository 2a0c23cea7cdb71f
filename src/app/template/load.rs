//! Reads what `--from` names: templates, plans, and folders of assemblies with everything nested in them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::app::template::text::{self, MAX_TEMPLATE_BYTES, TemplateText, is_assembly, is_many};
use crate::app::template::written::{self, is_within};
use crate::app::template::{TemplateTerms, Templates};
use crate::app::wrong_file;
use crate::fault::InputError;
use crate::fs::{ReadFault, Tree};
use crate::json;
use crate::observe::template::{self, Construct, PlanFile, Stack, TemplateSet, assembly};
use crate::policy::parse;
use crate::report::NotChecked;
use crate::source::{Source, SourceId};
use crate::span::Span;
use crate::text::{count, nearest};
use crate::yaml::{Issue, Node, Parsed, Value};

/// Most files of one run.
const MAX_FILES: usize = 2_000;

/// How deep stages, and templates, may be within one another.
const DEEPEST: usize = 8;

/// What has to be read next.
#[derive(Default)]
pub(in crate::app) struct Wanted {
    pub(in crate::app) name: String,
    pub(in crate::app) folder: Option<String>,
    /// The folder out of which nothing that is nested leads.
    pub(in crate::app) limit: Option<String>,
    pub(in crate::app) stack: Option<template::AssemblyStack>,
    pub(in crate::app) parent: Option<(usize, String)>,
    pub(in crate::app) constructs: Option<Arc<BTreeMap<String, Construct>>>,
}

impl Wanted {
    /// A file that nothing else says anything of.
    pub(in crate::app) fn file(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }
}

pub(in crate::app) struct Loader<'a> {
    pub(in crate::app) tree: &'a Tree,
    pub(super) terms: &'a TemplateTerms,
    /// Texts that were read already: a pipe can be read once.
    given: BTreeMap<String, String>,
    /// Files that were read on all cores.
    pub(in crate::app) ahead: BTreeMap<String, TemplateText>,
    pub(in crate::app) found: Templates,
    pub(in crate::app) set: TemplateSet,
    pub(in crate::app) queue: VecDeque<Wanted>,
    /// Files of folders that others seem to nest: read by themselves where nothing does.
    pub(in crate::app) later: VecDeque<String>,
    /// Assets of each folder: hash to file.
    pub(in crate::app) assets: BTreeMap<String, BTreeMap<String, String>>,
    /// Resources that nest a template which was queued.
    pub(in crate::app) nested: BTreeSet<String>,
    /// Folders that were read.
    folders: usize,
}

/// Reads templates, plans and folders of assemblies, with everything nested in them; `given` are texts that were read
/// already, by name.
pub fn read(
    tree: &Tree,
    names: &[String],
    terms: &TemplateTerms,
    given: BTreeMap<String, String>,
) -> Templates {
    let mut loader = Loader {
        tree,
        terms,
        given,
        ahead: BTreeMap::new(),
        found: Templates::default(),
        set: TemplateSet::default(),
        queue: VecDeque::new(),
        later: VecDeque::new(),
        assets: BTreeMap::new(),
        nested: BTreeSet::new(),
        folders: 0,
    };
    for name in names {
        let folder = name.trim_end_matches('/');
        if is_assembly(tree, folder) {
            loader.folder(folder, 0);
        } else if is_many(tree, name) {
            loader.walk(name);
        } else {
            loader.queue.push_back(Wanted::file(name.clone()));
        }
    }
    if let Some(folder) = &terms.source {
        let found = &mut loader.found;
        written::configuration(tree, folder, &mut found.written, &mut found.notes);
    }
    loader.read_ahead();
    while let Some(wanted) = loader.next() {
        if loader.found.files.len().max(loader.set.stacks.len()) >= MAX_FILES {
            let why = format!("more than {MAX_FILES} files are named");
            loader.found.notes.push(NotChecked::failed(wanted.name, why));
            break;
        }
        loader.file(&wanted);
    }
    loader.finish()
}

impl Loader<'_> {
    /// What is read next: what is nested in others goes before what is left.
    fn next(&mut self) -> Option<Wanted> {
        while self.queue.is_empty() {
            let name = self.later.pop_front()?;
            if self.ahead.contains_key(&name) {
                self.queue.push_back(Wanted::file(name));
            }
        }
        self.queue.pop_front()
    }

    /// Reads what is named, each file once.
    fn read_ahead(&mut self) {
        let mut seen = BTreeSet::new();
        self.queue
            .retain(|wanted| wanted.stack.is_some() || seen.insert(wanted.name.clone()));
        let mut files = Vec::new();
        for Wanted { name, .. } in self.queue.iter().take(MAX_FILES) {
            if !self.ahead.contains_key(name) {
                files.push((name.clone(), self.given.remove(name)));
            }
        }
        self.ahead.extend(text::read_all(self.tree, files));
        // One that another nests is read with it.
        let stacks = self.ahead.iter().filter_map(|(name, text)| match text {
            TemplateText::Stack(_, parsed) => Some(text::nested_in(name, parsed)),
            _ => None,
        });
        let nested: BTreeSet<String> = stacks.flatten().collect();
        let is_later = |wanted: &Wanted| wanted.stack.is_none() && nested.contains(&wanted.name);
        let (later, now): (VecDeque<_>, VecDeque<_>) = self.queue.drain(..).partition(is_later);
        self.queue = now;
        self.later.extend(later.into_iter().map(|wanted| wanted.name));
    }

    pub(in crate::app) fn broken(&mut self, file: usize, check: InputError, message: String, help: &str) {
        self.found
            .broken
            .push((file, check, Span::at(0), message, help.to_owned()));
    }

    pub(in crate::app) fn add(&mut self, name: &str, text: String) -> usize {
        self.found.files.push((name.to_owned(), text.into()));
        self.found.files.len() - 1
    }

    /// The stacks of an assembly, those of its stages included.
    pub(in crate::app) fn folder(&mut self, folder: &str, depth: usize) {
        let name = format!("{folder}/manifest.json");
        // A folder may name itself, any number of times.
        if depth >= DEEPEST || self.folders >= MAX_FILES {
            let why = "folders of stages are nested too deep, or are too many";
            if self.found.notes.iter().all(|note| note.why != why) {
                self.found.notes.push(NotChecked::failed(name, why));
            }
            return;
        }
        self.folders += 1;
        let read = self
            .tree
            .read_within(&name, MAX_TEMPLATE_BYTES)
            .map_err(|fault| fault.to_string());
        let found = read.and_then(|text| assembly(&text));
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                let file = self.add(&name, String::new());
                let help = "run `cdk synth` again";
                self.broken(
                    file,
                    InputError::FileUnreadable,
                    format!("the manifest cannot be used: {why}"),
                    help,
                );
                return;
            }
        };
        for stack in found.stacks {
            let name = format!("{folder}/{}", stack.file);
            if !is_within(folder, &name) {
                self.outside(&name);
                continue;
            }
            self.read_assets(folder, &stack.file);
            let constructs = written::metadata(self.tree, folder, &stack.metadata);
            self.queue.push_back(Wanted {
                name,
                folder: Some(folder.to_owned()),
                stack: Some(stack),
                constructs: Some(Arc::new(constructs)),
                ..Wanted::default()
            });
        }
        for inner in found.folders {
            let name = format!("{folder}/{inner}");
            if is_within(folder, &name) {
                self.folder(&name, depth + 1);
            } else {
                self.outside(&name);
            }
        }
    }

    /// Reports a name in a manifest that leads out of what was named.
    fn outside(&mut self, name: &str) {
        let file = self.add(name, String::new());
        let message = format!("`{name}` is outside of the folder: a manifest names only files below it");
        self.broken(file, InputError::FileUnreadable, message, "run `cdk synth` again");
    }

    fn read_assets(&mut self, folder: &str, template: &str) {
        let Some(stem) = template.strip_suffix(".template.json") else {
            return;
        };
        let Ok(text) = self.tree.read(&format!("{folder}/{stem}.assets.json")) else {
            return;
        };
        let Ok(json) = json::value(text.as_bytes()) else {
            return;
        };
        let files = json["files"].as_object().into_iter().flatten();
        let known = files
            .filter_map(|(hash, file)| Some((hash.clone(), file["source"]["path"].as_str()?.to_owned())));
        self.assets.entry(folder.to_owned()).or_default().extend(known);
    }

    fn file(&mut self, wanted: &Wanted) {
        let ahead = self.ahead.remove(&wanted.name);
        let read =
            ahead.unwrap_or_else(|| text::read(self.tree, &wanted.name, self.given.remove(&wanted.name)));
        let (check, message, help) = match read {
            TemplateText::Stack(text, parsed) => return self.stack(wanted, text, parsed),
            TemplateText::Plan(text) => return self.plan(&wanted.name, &text),
            TemplateText::Snapshot => {
                let message = "this is not a template; a snapshot is read alone".to_owned();
                (InputError::ValueInvalid, message, "name it in a run of its own")
            }
            TemplateText::Other(text) if wanted.stack.is_some() && json::value(text.as_bytes()).is_ok() => {
                self.add(&wanted.name, text);
                return;
            }
            TemplateText::Other(text) => {
                let (message, help) = wrong_file::no_template(&text);
                (InputError::ValueInvalid, message, help)
            }
            TemplateText::Unread(fault) => {
                let is_zip =
                    matches!(&fault, ReadFault::NotUtf8 { before, .. } if before.starts_with("PK\u{3}\u{4}"));
                let is_utf16 = matches!(&fault, ReadFault::NotUtf8 { is_utf16: true, .. });
                let help = if is_utf16 {
                    wrong_file::AS_UTF8
                } else if is_zip {
                    "it seems to be a saved plan, or another archive: name what `terraform show -json tfplan` writes"
                } else {
                    "name a template in UTF-8, what `terraform show -json` writes, or a folder that `cdk synth` wrote"
                };
                (InputError::FileUnreadable, fault.to_string(), help)
            }
        };
        let file = self.add(&wanted.name, String::new());
        self.broken(file, check, message, help);
    }

    fn plan(&mut self, name: &str, text: &str) {
        let file = self.found.files.len();
        let text = text.trim_start_matches('\u{feff}');
        match PlanFile::read(text, file, self.terms.region.as_deref()) {
            Ok(plan) => {
                self.add(name, String::new());
                self.found.whole.push(file);
                let notes = plan
                    .notes
                    .iter()
                    .map(|why| NotChecked::left_out(name, why.clone()));
                self.found.notes.extend(notes);
                self.set.plans.push(plan);
            }
            Err((at, why)) => {
                let help = "write it again with `terraform show -json tfplan > tfplan.json`";
                self.add(name, String::new());
                if at > 0 {
                    let at = Source::new(name, text, &[]).position(at);
                    self.found.stopped.insert(file, at);
                }
                self.broken(file, InputError::ValueInvalid, why, help);
            }
        }
    }

    fn stack(&mut self, wanted: &Wanted, text: String, parsed: Parsed) {
        // A template can be nested several times.
        let is_same = |(name, own): &(String, Arc<str>)| *name == wanted.name && **own == *text;
        let known = wanted
            .parent
            .as_ref()
            .and_then(|_| self.found.files.iter().position(is_same));
        let file = known.unwrap_or_else(|| self.add(&wanted.name, text));
        let mut usable = true;
        if let Some((at, why, help)) = text::broken_json(&wanted.name, &self.found.files[file].1, &parsed) {
            let fault = (file, InputError::YamlSyntax, Span::at(at), why, help.to_owned());
            self.found.broken.push(fault);
            return;
        }
        self.note_doubles(file, &parsed);
        for issue in &parsed.issues {
            if issue.kind == InputError::DuplicateKey {
                continue;
            }
            let finding = parse::issue_finding(SourceId(0), issue);
            if finding.is_input_fault {
                usable &= finding.rule != InputError::YamlSyntax.rule_id();
                let check = InputError::ALL
                    .into_iter()
                    .find(|check| check.rule_id() == finding.rule);
                let check = check.unwrap_or(InputError::YamlSyntax);
                self.found
                    .broken
                    .push((file, check, issue.span, finding.message, finding.help));
            }
        }
        let mut documents = parsed.documents.into_iter().filter(|_| usable);
        let Some(document) = documents.next() else {
            return;
        };
        if let Some(more) = documents.next() {
            let message =
                "a second document begins here, and CloudFormation takes one: it is not read".to_owned();
            let help = "put it into a file of its own".to_owned();
            let start = Span::at(more.span.start);
            self.found
                .broken
                .push((file, InputError::ValueInvalid, start, message, help));
        }
        self.document(wanted, file, document.root);
    }

    /// Notes keys that stand twice: CloudFormation takes the last one.
    fn note_doubles(&mut self, file: usize, parsed: &Parsed) {
        const MOST: usize = 8;
        let doubles = parsed.issues.iter();
        let doubles = doubles.filter(|issue| issue.kind == InputError::DuplicateKey);
        let (name, text) = self.found.file(file);
        let source = Source::new(name, text, &[]);
        let note = |issue: &Issue| {
            let at = source.position(issue.span.start);
            NotChecked::left_out(name, format!("{} ({}:{})", issue.message, at.line, at.column))
        };
        let more = doubles.clone().count().saturating_sub(MOST);
        let mut notes: Vec<_> = doubles.take(MOST).map(note).collect();
        if more > 0 {
            let what = count(more, "more key stands", "more keys stand");
            notes.push(NotChecked::left_out(name, format!("{what} twice")));
        }
        self.found.notes.extend(notes);
    }

    fn document(&mut self, wanted: &Wanted, file: usize, root: Node) {
        let root = template_in(root);
        if !matches!(
            root.get("Resources").map(|node| &node.value),
            Some(Value::Mapping(_))
        ) {
            let (message, help) = without_resources(&root);
            // An app may have a stack without any.
            if wanted.stack.is_none() || root.get("Resources").is_some() {
                self.broken(file, InputError::KeyMissing, message, help);
            }
            return;
        }
        let parent = wanted.parent.clone();
        if parent
            .as_ref()
            .is_some_and(|(stack, _)| self.depth(*stack) > DEEPEST)
        {
            let why = format!("it is nested more than {DEEPEST} levels deep, and was not checked");
            let note = NotChecked::failed(wanted.name.clone(), why);
            if !self.found.notes.contains(&note) {
                self.found.notes.push(note);
            }
            return;
        }
        match &parent {
            None => self.found.whole.push(file),
            Some((stack, _)) => {
                let above = self.set.stacks[*stack].file;
                let outermost = *self.found.outermost.get(&above).unwrap_or(&above);
                self.found.outermost.insert(file, outermost);
            }
        }
        let index = self.set.stacks.len();
        let folder = wanted.folder.clone().or_else(|| {
            let (folder, _) = wanted.name.rsplit_once('/')?;
            Some(folder.to_owned())
        });
        self.nest(wanted, folder.as_deref(), file, &root);
        if let (Some(folder), Some(all)) = (&wanted.folder, &wanted.constructs) {
            let texts = &mut self.found.written.texts;
            let own = written::located(self.tree, folder, all, &root, texts);
            self.found.written.constructs.insert(file, own);
        }
        if let Some((stack, resource)) = &parent {
            self.set.stacks[*stack].nested.insert(resource.clone(), index);
        }
        let above = parent.as_ref().map(|(stack, _)| &self.set.stacks[*stack]);
        let own = wanted.stack.as_ref();
        let region = own.and_then(|stack| stack.region.clone());
        let region = region.or_else(|| above.and_then(|stack| stack.region.clone()));
        let account = own.and_then(|stack| stack.account.clone());
        let account = account.or_else(|| above.and_then(|stack| stack.account.clone()));
        let stack = Stack {
            file,
            root,
            name: own.map(|stack| stack.name.clone()),
            region: region.or_else(|| self.terms.region.clone()),
            account: account.or_else(|| self.terms.account.clone()),
            parameters: match parent {
                None => self.terms.parameters.clone(),
                Some(_) => BTreeMap::new(),
            },
            stage: wanted.folder.clone(),
            parent,
            nested: BTreeMap::new(),
        };
        self.note(&wanted.name, &stack);
        self.set.stacks.push(stack);
    }

    /// Stacks around a stack, itself included.
    fn depth(&self, stack: usize) -> usize {
        let mut up = Some(stack);
        std::iter::from_fn(|| {
            let at = up?;
            up = self.set.stacks[at].parent.as_ref().map(|(stack, _)| *stack);
            Some(at)
        })
        .count()
    }

    /// What of a template is assumed, said once.
    fn note(&mut self, name: &str, stack: &Stack) {
        let macros = stack.macros();
        if !macros.is_empty() {
            let why = format!(
                "{} may rewrite everything in it; name what `aws cloudformation get-template --template-stage Processed` writes",
                macros.join(", ")
            );
            self.found.notes.push(NotChecked::left_out(name, why));
        }
    }
}

/// The template in what `aws cloudformation get-template` answers.
fn template_in(root: Node) -> Node {
    let body = root.get("TemplateBody");
    body.filter(|_| root.get("Resources").is_none())
        .cloned()
        .unwrap_or(root)
}

/// What is wrong with a template without a mapping of resources, and what to do.
fn without_resources(root: &Node) -> (String, &'static str) {
    if root.get("Resources").is_some() {
        let message = "`Resources` is not a mapping with resources in it".to_owned();
        return (message, "write the resources under it");
    }
    let near = match &root.value {
        Value::String(_) => {
            let message =
                "this is what `aws cloudformation get-template` answers, with a text as the template";
            let help = "write the template alone: add `--query TemplateBody --output text`";
            return (message.to_owned(), help);
        }
        Value::Mapping(entries) => nearest("Resources", entries.iter().map(|entry| entry.key.as_str())),
        _ => None,
    };
    let found = near.map(|near| format!(": `{near}` is no section"));
    let message = format!("it has no `Resources`{}", found.unwrap_or_default());
    (message, "name a whole template")
}
