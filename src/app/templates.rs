//! Templates that `--from` names: read, and as the pools that they would make.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::fs::Tree;
use crate::model::observed::{Estate, Failure, Observed, Unread};
use crate::model::posture::{Part, Posture};
use crate::observe::template::{
    self, At, FileKind, PlanFile, Stack, TemplateCases, TemplatePool, TemplateSet, assembly, detect,
    nested_files,
};
use crate::policy::{parse, secret};
use crate::report::NotChecked;
use crate::source::{Source, SourceId, Sources};
use crate::span::Span;
use crate::yaml::{self, Budget, Dialect, Node, Value};

/// Largest template or plan.
const MAX_TEMPLATE_BYTES: u64 = 256 << 20;

/// Most files of one run.
const MAX_FILES: usize = 2_000;

/// What is given beside the files.
#[derive(Clone, Debug, Default)]
pub struct TemplateTerms {
    /// Parameters by name, for all templates.
    pub parameters: BTreeMap<String, String>,
    /// Region of stacks that name none.
    pub region: Option<String>,
    /// Account of stacks that name none.
    pub account: Option<String>,
    /// Parts that live in files which are not given.
    pub elsewhere: BTreeSet<Part>,
}

/// Templates that were read.
#[derive(Debug, Default)]
pub struct Templates {
    /// Names and texts, by the index of places. Texts of plans are left out: they may hold what is sensitive.
    files: Vec<(String, String)>,
    /// All cases.
    pub cases: TemplateCases,
    /// What is wrong with files that could not be used, by file.
    broken: Vec<(usize, InputError, Span, String, String)>,
    /// What is worth knowing of how they were read.
    pub notes: Vec<NotChecked>,
}

/// What has to be read next.
struct Wanted {
    name: String,
    folder: Option<String>,
    stack: Option<template::AssemblyStack>,
    parent: Option<(usize, String)>,
}

struct Loader<'a> {
    tree: &'a Tree,
    terms: &'a TemplateTerms,
    found: Templates,
    set: TemplateSet,
    queue: VecDeque<Wanted>,
    /// Assets of each folder: hash to file.
    assets: BTreeMap<String, BTreeMap<String, String>>,
    nested: BTreeSet<String>,
}

/// Reads templates, plans and folders of assemblies, with everything nested in them.
#[must_use]
pub fn read(tree: &Tree, names: &[String], terms: &TemplateTerms) -> Templates {
    let mut loader = Loader {
        tree,
        terms,
        found: Templates::default(),
        set: TemplateSet::default(),
        queue: VecDeque::new(),
        assets: BTreeMap::new(),
        nested: BTreeSet::new(),
    };
    for name in names {
        let folder = name.trim_end_matches('/');
        if tree.exists(&format!("{folder}/manifest.json")) {
            loader.folder(folder, 0);
        } else {
            loader.queue.push_back(Wanted {
                name: name.clone(),
                folder: None,
                stack: None,
                parent: None,
            });
        }
    }
    while let Some(wanted) = loader.queue.pop_front() {
        if loader.found.files.len() >= MAX_FILES {
            let why = format!("more than {MAX_FILES} files are named");
            loader.found.notes.push(NotChecked::failed(wanted.name, why));
            break;
        }
        loader.file(wanted);
    }
    loader.finish()
}

impl Loader<'_> {
    fn broken(&mut self, file: usize, check: InputError, message: String, help: &str) {
        self.found
            .broken
            .push((file, check, Span::at(0), message, help.to_owned()));
    }

    fn add(&mut self, name: &str, text: String) -> usize {
        self.found.files.push((name.to_owned(), text));
        self.found.files.len() - 1
    }

    /// The stacks of an assembly, those of its stages included.
    fn folder(&mut self, folder: &str, depth: usize) {
        let name = format!("{folder}/manifest.json");
        let read = self
            .tree
            .read_within(&name, MAX_TEMPLATE_BYTES)
            .map_err(|fault| fault.to_string());
        let found = read.and_then(|text| assembly(&text));
        let found = match found {
            Ok(found) if depth < 8 => found,
            Ok(_) => return,
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
            self.read_assets(folder, &stack.file);
            self.queue.push_back(Wanted {
                name: format!("{folder}/{}", stack.file),
                folder: Some(folder.to_owned()),
                stack: Some(stack),
                parent: None,
            });
        }
        for inner in found.folders {
            self.folder(&format!("{folder}/{inner}"), depth + 1);
        }
    }

    fn read_assets(&mut self, folder: &str, template: &str) {
        let Some(stem) = template.strip_suffix(".template.json") else {
            return;
        };
        let Ok(text) = self.tree.read(&format!("{folder}/{stem}.assets.json")) else {
            return;
        };
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
            return;
        };
        let files = json["files"].as_object().into_iter().flatten();
        let known = files
            .filter_map(|(hash, file)| Some((hash.clone(), file["source"]["path"].as_str()?.to_owned())));
        self.assets.entry(folder.to_owned()).or_default().extend(known);
    }

    fn file(&mut self, wanted: Wanted) {
        let text = match self.tree.read_within(&wanted.name, MAX_TEMPLATE_BYTES) {
            Ok(text) => text,
            Err(fault) => {
                let file = self.add(&wanted.name, String::new());
                let message = format!("`{}`: {fault}", wanted.name);
                let help = "name a template, a plan, or a folder that `cdk synth` wrote";
                self.broken(file, InputError::FileUnreadable, message, help);
                return;
            }
        };
        match detect(&wanted.name, &text) {
            FileKind::Stack => self.stack(wanted, text),
            FileKind::Plan => self.plan(&wanted.name, &text),
            FileKind::Snapshot => {
                let file = self.add(&wanted.name, String::new());
                let message = "this is no template; a snapshot is read alone".to_owned();
                self.broken(
                    file,
                    InputError::ValueInvalid,
                    message,
                    "name it in a run of its own",
                );
            }
            FileKind::Other(what, help) => {
                let file = self.add(&wanted.name, String::new());
                self.broken(
                    file,
                    InputError::ValueInvalid,
                    format!("this seems to be {what}"),
                    help,
                );
            }
        }
    }

    fn plan(&mut self, name: &str, text: &str) {
        let file = self.add(name, String::new());
        match PlanFile::read(text, file, self.terms.region.as_deref()) {
            Ok(plan) => {
                let notes = plan
                    .notes
                    .iter()
                    .map(|why| NotChecked::left_out(name, why.clone()));
                self.found.notes.extend(notes);
                self.set.plans.push(plan);
            }
            Err(why) => {
                let help = "write it again with `terraform show -json tfplan > tfplan.json`";
                self.broken(file, InputError::ValueInvalid, why, help);
            }
        }
    }

    fn stack(&mut self, wanted: Wanted, text: String) {
        let budget = Budget {
            bytes: 16 << 20,
            nodes: 2_000_000,
            ..Budget::default()
        };
        let parsed = yaml::parse_as(SourceId(0), &text, &budget, Dialect::Template);
        let file = self.add(&wanted.name, text);
        let mut usable = true;
        for issue in &parsed.issues {
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
        let Some(document) = parsed.documents.into_iter().next().filter(|_| usable) else {
            return;
        };
        self.document(wanted, file, document.root);
    }

    fn document(&mut self, wanted: Wanted, file: usize, root: Node) {
        if !matches!(
            root.get("Resources").map(|node| &node.value),
            Some(Value::Mapping(_))
        ) {
            let message = "it has no `Resources`".to_owned();
            self.broken(file, InputError::KeyMissing, message, "name a whole template");
            return;
        }
        let index = self.set.stacks.len();
        let folder = wanted.folder.clone().or_else(|| {
            let (folder, _) = wanted.name.rsplit_once('/')?;
            Some(folder.to_owned())
        });
        let nothing = BTreeMap::new();
        let assets = folder
            .as_ref()
            .and_then(|folder| self.assets.get(folder))
            .unwrap_or(&nothing);
        for (resource, path) in nested_files(&root, assets) {
            let name = match &folder {
                Some(folder) => format!("{folder}/{path}"),
                None => path,
            };
            // One that is not there is a part of the template that is not known.
            if self.tree.exists(&name) && self.nested.insert(format!("{index} {resource}")) {
                self.queue.push_back(Wanted {
                    name,
                    folder: folder.clone(),
                    stack: None,
                    parent: Some((index, resource)),
                });
            }
        }
        let parent = wanted.parent.clone();
        let above = parent.as_ref().map(|(stack, _)| &self.set.stacks[*stack]);
        let inherited = |own: fn(&Stack) -> Option<String>| above.and_then(own);
        let own = wanted.stack.as_ref();
        let region = own
            .and_then(|stack| stack.region.clone())
            .or_else(|| inherited(|stack| stack.region.clone()));
        let account = own
            .and_then(|stack| stack.account.clone())
            .or_else(|| inherited(|stack| stack.account.clone()));
        if let Some((stack, resource)) = &parent {
            // A template that nests itself would never end.
            let mut up = Some(*stack);
            let mut depth = 0;
            while let Some(at) = up {
                depth += 1;
                up = self.set.stacks[at].parent.as_ref().map(|(stack, _)| *stack);
            }
            if depth > 8 {
                return;
            }
            self.set.stacks[*stack].nested.insert(resource.clone(), index);
        }
        let stack = Stack {
            file,
            root,
            name: own.map(|stack| stack.name.clone()),
            region: region.or_else(|| self.terms.region.clone()),
            account: account.or_else(|| self.terms.account.clone()),
            parameters: if parent.is_none() {
                self.terms.parameters.clone()
            } else {
                BTreeMap::new()
            },
            parent,
            nested: BTreeMap::new(),
        };
        self.note(&wanted.name, &stack);
        self.set.stacks.push(stack);
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
        if let Some(defaults) = stack.defaults().filter(|_| stack.parent.is_none()) {
            let why = format!("with the template's defaults: {defaults}");
            self.found.notes.push(NotChecked::left_out(name, why));
        }
    }

    fn finish(mut self) -> Templates {
        let mut cases = template::evaluate(&self.set);
        for case in &mut cases.cases {
            for pool in &mut case.found.pools {
                leave_out(&mut pool.observed, &self.terms.elsewhere);
            }
        }
        if let Some(of) = cases.of {
            let of = if of == usize::MAX {
                "far more".to_owned()
            } else {
                of.to_string()
            };
            let why = format!(
                "too many open values: {} of at least {of} cases judged; give more with --parameter",
                cases.cases.len()
            );
            self.found
                .notes
                .push(NotChecked::failed("cases of the templates", why));
        }
        let strays: BTreeSet<_> = cases
            .cases
            .iter()
            .flat_map(|case| case.found.strays.iter())
            .cloned()
            .collect();
        for (name, why) in strays {
            let why = format!("{why}; name its template as well");
            self.found.notes.push(NotChecked::left_out(name, why));
        }
        self.found.cases = cases;
        self.found
    }
}

/// Has parts unread that live in files which are not given.
fn leave_out(pool: &mut Observed, parts: &BTreeSet<Part>) {
    for part in parts {
        let is_absent = match part {
            Part::Alarms => pool.posture.alarms.as_ref().is_some_and(Vec::is_empty),
            Part::LogDelivery => pool
                .posture
                .log_delivery
                .as_ref()
                .is_some_and(|log| *log == Default::default()),
            _ => true,
        };
        if is_absent {
            unread(pool, *part, "it is said to be in other files (--elsewhere)");
        }
    }
}

fn unread(pool: &mut Observed, part: Part, why: &str) {
    clear(&mut pool.posture, part);
    pool.posture.unread.insert(part);
    if pool
        .unread
        .iter()
        .all(|unread| unread.part != part || unread.client.is_some())
    {
        pool.unread.push(Unread {
            part,
            client: None,
            operation: "template".to_owned(),
            failure: Failure::NotInFiles,
            detail: why.to_owned(),
        });
        pool.unread.sort();
    }
}

fn clear(posture: &mut Posture, part: Part) {
    match part {
        Part::Plan => posture.feature_plan = None,
        Part::Mode => posture.mode = crate::model::mode::Modes::default(),
        Part::Mfa => posture.mfa = crate::model::mode::Mfa::default(),
        Part::Domain => posture.domain = None,
        Part::Triggers => posture.triggers = None,
        Part::Responses => posture.responses = crate::model::response::RiskConfiguration::default(),
        Part::Clients => posture.clients.clear(),
        Part::Alarms => {
            posture.alarms = None;
            posture.other_alarms = None;
        }
        Part::LogDelivery => posture.log_delivery = None,
        Part::Topics | Part::Metrics => {}
    }
}

impl Templates {
    /// Every pool once: what differs between the cases is not read.
    #[must_use]
    pub fn estate(&self) -> Estate {
        let mut pools: Vec<Observed> = Vec::new();
        for case in &self.cases.cases {
            for pool in &case.found.pools {
                match pools.iter_mut().find(|own| own.id() == pool.observed.id()) {
                    Some(own) => agree(own, &pool.observed),
                    None => pools.push(pool.observed.clone()),
                }
            }
        }
        for pool in &mut pools {
            let id = pool.id().to_owned();
            for alarm in pool.posture.alarms.iter_mut().flatten() {
                if let Some(own) = alarm.dimensions.get_mut("UserPoolId") {
                    own.clone_from(&id);
                }
            }
        }
        Estate {
            pools,
            ..Estate::default()
        }
    }

    /// All pools with the answers of their cases, by pool.
    #[must_use]
    pub fn by_pool(&self) -> BTreeMap<&str, Vec<(usize, &TemplatePool)>> {
        let mut found: BTreeMap<&str, Vec<(usize, &TemplatePool)>> = BTreeMap::new();
        for (index, case) in self.cases.cases.iter().enumerate() {
            for pool in &case.found.pools {
                found.entry(pool.observed.id()).or_default().push((index, pool));
            }
        }
        found
    }

    /// Adds the texts to those of a run.
    #[must_use]
    pub fn sources(&self, sources: &mut Sources) -> Vec<SourceId> {
        let add = |(name, text): &(String, String)| sources.add(secret::source(name, text.as_str()).0);
        self.files.iter().map(add).collect()
    }

    /// Name and text of a file, by its index.
    #[must_use]
    pub fn file(&self, index: usize) -> (&str, &str) {
        self.files
            .get(index)
            .map_or(("", ""), |(name, text)| (name, text))
    }

    /// What is wrong with the files, as findings. `place` says where something stands.
    #[must_use]
    pub fn findings(&self, ids: &[SourceId], place: &mut dyn FnMut(&At) -> Location) -> Vec<Finding> {
        let broken = self.broken.iter().map(|(file, check, span, message, help)| {
            let location = Location {
                source: ids[*file],
                span: *span,
                pointer: None,
            };
            check.finding(location, message.clone()).help(help.clone())
        });
        let mut found: Vec<_> = broken.collect();
        for fault in &self.cases.faults {
            let location = place(&fault.at);
            found.push(
                fault
                    .check
                    .finding(location, fault.message.clone())
                    .help(fault.help.clone()),
            );
        }
        found
    }

    /// The first thing that keeps a file from being used, for verbs without a report of findings.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let (file, _, span, message, help) = self.broken.first()?;
        let (name, text) = &self.files[*file];
        let position = Source::new(name.as_str(), text.as_str(), &[]).position(span.start);
        let place = if text.is_empty() {
            String::new()
        } else {
            format!(":{}:{}", position.line, position.column)
        };
        Some(format!("`{name}`{place}: {message}; {help}"))
    }
}

/// Leaves what both say; what differs is not known.
fn agree(own: &mut Observed, other: &Observed) {
    let (a, b) = (&own.posture, &other.posture);
    let differs = [
        (Part::Plan, a.feature_plan != b.feature_plan),
        (Part::Mode, a.mode != b.mode),
        (Part::Mfa, a.mfa != b.mfa),
        (Part::Domain, a.domain != b.domain),
        (Part::Triggers, a.triggers != b.triggers),
        (Part::Responses, a.responses != b.responses),
        (Part::Clients, a.clients != b.clients),
        (
            Part::Alarms,
            a.alarms != b.alarms || a.other_alarms != b.other_alarms,
        ),
        (Part::LogDelivery, a.log_delivery != b.log_delivery),
    ];
    for (part, _) in differs.into_iter().filter(|(_, differs)| *differs) {
        unread(own, part, "it depends on values that are open");
    }
}
