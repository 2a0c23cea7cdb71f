//! Folders and patterns that `--from` names: which of their files are templates, plans, states and assemblies.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::app::template::load::{Loader, Wanted};
use crate::app::template::text::{self, TemplateText, is_assembly, joined};
use crate::app::template::written::is_within;
use crate::app::wrong_file::{self, RAW_STATE, SERVERLESS};
use crate::fault::InputError;
use crate::fs::Tree;
use crate::observe::template::nested_files;
use crate::report::NotChecked;
use crate::yaml::{Node, Parsed, Value};

impl Loader<'_> {
    /// Takes the templates, plans and states of a folder or a pattern; other files are not ours. A template that another one
    /// nests is read there.
    pub(in crate::app) fn walk(&mut self, name: &str) {
        let found = self.tree.discover_templates(&[name.to_owned()]);
        let mut is_any = !found.faults.is_empty();
        for (name, message, help) in &found.faults {
            let file = self.add(name, String::new());
            self.broken(file, InputError::FileUnreadable, message.clone(), help);
        }
        let mut files = found.files;
        let manifests = files
            .iter()
            .filter_map(|file| file.strip_suffix("/manifest.json"));
        let mut folders: Vec<_> = manifests
            .filter(|folder| is_assembly(self.tree, folder))
            .collect();
        folders.sort_by_key(|folder| folder.len());
        let mut assemblies: Vec<String> = Vec::new();
        for folder in folders {
            // Those of stages are read with the one that they are in.
            if !assemblies.iter().any(|outer| is_below(outer, folder)) {
                assemblies.push(folder.to_owned());
            }
        }
        files.retain(|file| !assemblies.iter().any(|folder| is_below(folder, file)));
        is_any |= !assemblies.is_empty();
        for folder in &assemblies {
            self.folder(folder, 0);
        }
        let taken: Vec<_> = files
            .par_iter()
            .map(|file| (file.clone(), taken(self.tree, file)))
            .collect();
        let mut nested = BTreeSet::new();
        for (file, taken) in &taken {
            if let Taken::Whole(TemplateText::Stack(_, parsed)) = taken {
                nested.extend(text::nested_in(file, parsed));
            }
        }
        let mut files = Vec::new();
        for (file, taken) in taken {
            match taken {
                Taken::Whole(text) => {
                    self.ahead.insert(file.clone(), text);
                    files.push(file);
                }
                Taken::Noted(note) => self.found.notes.push(note),
                Taken::Nothing => {}
            }
        }
        is_any |= !files.is_empty();
        let (later, now): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| nested.contains(file));
        self.queue.extend(now.into_iter().map(Wanted::file));
        self.later.extend(later);
        if !is_any {
            let message = "none of its files is a template, a plan or a state".to_owned();
            let help = "name a folder that has some; plans and states are read as `terraform show -json` writes them";
            let file = self.add(name, String::new());
            self.broken(file, InputError::FileUnreadable, message, help);
        }
    }

    /// Whether a template is in a file, or in one that is nested in it.
    fn is_around(&self, wanted: &Wanted, name: &str) -> bool {
        let mut up = wanted.parent.as_ref();
        let mut above = std::iter::from_fn(|| {
            let (stack, _) = up?;
            let stack = &self.set.stacks[*stack];
            up = stack.parent.as_ref();
            Some(self.found.file(stack.file).0)
        });
        let plain = |own: &str| {
            let (folder, file) = own.rsplit_once('/').unwrap_or((".", own));
            joined(folder, file).is_some_and(|own| own == name)
        };
        plain(&wanted.name) || above.any(plain)
    }

    /// Queues the templates that one has in it; `file` is its own.
    pub(in crate::app) fn nest(&mut self, wanted: &Wanted, folder: Option<&str>, file: usize, root: &Node) {
        let index = self.set.stacks.len();
        let nothing = BTreeMap::new();
        let assets = folder
            .and_then(|folder| self.assets.get(folder))
            .unwrap_or(&nothing);
        for (resource, path) in nested_files(root, assets) {
            let Some(name) = joined(folder.unwrap_or("."), &path) else {
                continue;
            };
            if self.is_around(wanted, &name) {
                let url = ["TemplateURL", "Location"]
                    .into_iter()
                    .find_map(|key| root.get("Resources")?.get(&resource)?.get("Properties")?.get(key));
                let span = url.map_or(root.span, |url| url.span);
                let message =
                    format!("`{resource}` nests `{name}`, which it is in: the deployment would never end");
                let help = "name another template".to_owned();
                self.found
                    .broken
                    .push((file, InputError::ValueInvalid, span, message, help));
                continue;
            }
            // One that is not there is a part of the template that is not known; so is one outside of the folder.
            let limit = wanted.limit.as_deref().or(folder);
            if is_within(limit.unwrap_or_default(), &name)
                && self.tree.exists(&name)
                && self.nested.insert(format!("{index} {resource}"))
            {
                self.queue.push_back(Wanted {
                    name,
                    // Within an assembly all files are in one folder; elsewhere each names others from where it is.
                    folder: wanted.folder.clone(),
                    limit: limit.map(ToOwned::to_owned),
                    parent: Some((index, resource)),
                    constructs: wanted.constructs.clone(),
                    ..Wanted::default()
                });
            }
        }
    }
}

/// What a file that was found is here.
enum Taken {
    /// It is read.
    Whole(TemplateText),
    /// It seems to be one, and is not read.
    Noted(NotChecked),
    /// It is not ours.
    Nothing,
}

/// Whether a file that was found is to be read. What cannot be read may be one.
fn taken(tree: &Tree, name: &str) -> Taken {
    match text::read(tree, name, None) {
        TemplateText::Unread(fault) => {
            Taken::Noted(NotChecked::failed(name, format!("it cannot be read: {fault}")))
        }
        // Whatever has such a key and no resource of AWS makes no pool.
        TemplateText::Stack(text, parsed) if !text.contains("AWS::") || !is_template(&parsed) => {
            Taken::Nothing
        }
        TemplateText::Snapshot => Taken::Nothing,
        TemplateText::Other(text) => match wrong_file::seems(&text) {
            Some(what @ (RAW_STATE | SERVERLESS)) => {
                let (_, help) = wrong_file::no_template(&text);
                Taken::Noted(NotChecked::left_out(
                    name,
                    format!("it seems to be {what}: {help}"),
                ))
            }
            _ => Taken::Nothing,
        },
        whole => Taken::Whole(whole),
    }
}

/// Whether a file that has a key of templates is one. What cannot be read may be.
fn is_template(parsed: &Parsed) -> bool {
    let is_one = |root: &Node| {
        let resources = root.get("Resources").map(|node| &node.value);
        matches!(resources, Some(Value::Mapping(_)))
            || ["AWSTemplateFormatVersion", "TemplateBody"]
                .iter()
                .any(|key| root.get(key).is_some())
    };
    let first = parsed.documents.first();
    first.is_none_or(|document| is_one(&document.root))
}

fn is_below(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}
