//! Folders and patterns that `--from` names: which of their files are templates, plans, states and assemblies.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::template::load::{Loader, Wanted};
use crate::app::template::text::{MAX_TEMPLATE_BYTES, is_assembly, parsed};
use crate::app::template::written::joined;
use crate::app::wrong_file::{self, RAW_STATE, SERVERLESS};
use crate::fault::InputError;
use crate::observe::template::{FileKind, detect, nested_files};
use crate::report::NotChecked;

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
        files.retain(|file| self.takes(file));
        is_any |= !files.is_empty();
        let nested: BTreeSet<String> = files.iter().flat_map(|file| self.nested_in(file)).collect();
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

    /// Whether a file that was found is to be read; its text is kept then. What cannot be read may be one.
    fn takes(&mut self, name: &str) -> bool {
        let text = match self.tree.read_within(name, MAX_TEMPLATE_BYTES) {
            Ok(text) => text,
            Err(fault) => {
                let note = NotChecked::failed(name, format!("it cannot be read: {fault}"));
                self.found.notes.push(note);
                return false;
            }
        };
        match detect(&text) {
            FileKind::Plan => {}
            // Whatever has such a key and no resource of AWS makes no pool.
            FileKind::Stack if text.contains("AWS::") => {}
            FileKind::Stack | FileKind::Snapshot => return false,
            FileKind::Other => {
                if let Some(what @ (RAW_STATE | SERVERLESS)) = wrong_file::seems(&text) {
                    let (_, help) = wrong_file::no_template(&text);
                    let why = format!("it seems to be {what}: {help}");
                    self.found.notes.push(NotChecked::left_out(name, why));
                }
                return false;
            }
        }
        self.given.insert(name.to_owned(), text);
        true
    }

    /// The files that a template nests.
    fn nested_in(&self, name: &str) -> Vec<String> {
        let text = self.given.get(name).map_or("", String::as_str);
        if !["AWS::CloudFormation::Stack", "AWS::Serverless::Application"]
            .iter()
            .any(|kind| text.contains(kind))
        {
            return Vec::new();
        }
        let parsed = parsed(text);
        let root = parsed.documents.first().map(|document| &document.root);
        let folder = name.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let paths = root.map(|root| nested_files(root, &BTreeMap::new()));
        let files = paths.unwrap_or_default().into_values();
        files.filter_map(|path| joined(folder, &path)).collect()
    }
}

fn is_below(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}
