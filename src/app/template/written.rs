//! Reads where people wrote what plans and assemblies hold: Terraform configuration, and the files that made constructs.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value as Json;

use crate::app::template::Written;
use crate::app::template::text::joined;
use crate::fs::Tree;
use crate::json;
use crate::observe::template::{self, Construct};
use crate::report::NotChecked;
use crate::yaml::{Node, Value};

/// Most folders of modules.
const MAX_FOLDERS: usize = 500;

/// Reads the files of Terraform configuration of a folder, and of the modules that it calls by their folders. What cannot be read
/// is noted: its resources are found in the plan alone.
pub(in crate::app) fn configuration(
    tree: &Tree,
    folder: &str,
    written: &mut Written,
    notes: &mut Vec<NotChecked>,
) {
    let start = folder.trim_end_matches('/');
    let mut queue = VecDeque::from([(Vec::<String>::new(), start.to_owned())]);
    let mut folders = 0;
    while let Some((module, folder)) = queue.pop_front() {
        folders += 1;
        if folders > MAX_FOLDERS {
            let why = format!(
                "more than {MAX_FOLDERS} modules are called; findings in the others have the address in the plan"
            );
            notes.push(NotChecked::left_out(folder, why));
            return;
        }
        let found = tree.discover_logs(&[format!("{folder}/*.tf")]);
        if found.files.is_empty() {
            let why = "there is no .tf file: findings have the address in the plan";
            notes.push(NotChecked::left_out(folder.clone(), why));
        }
        for name in found.files {
            let read = tree.read(&name).map_err(|fault| fault.to_string());
            match read.and_then(|text| Ok((template::hcl(&text)?, text))) {
                Ok((file, text)) => {
                    written.hcl.add(&module, written.files.len(), file.resources);
                    written.files.push((name, text));
                    for (call, source) in file.modules {
                        let mut module = module.clone();
                        module.push(call);
                        let below = joined(&folder, &source).filter(|name| is_within(start, name));
                        queue.extend(below.map(|folder| (module, folder)));
                    }
                }
                Err(why) => {
                    let why = format!("{why}; findings have the address in the plan");
                    notes.push(NotChecked::left_out(name, why));
                }
            }
        }
    }
}

/// The constructs of a stack of an assembly by logical id; `folder` is where its manifest is.
pub(in crate::app) fn metadata(
    tree: &Tree,
    folder: &str,
    of: &Result<String, Json>,
) -> BTreeMap<String, Construct> {
    let file = match of {
        Ok(file) => file,
        Err(metadata) => return template::constructs(metadata),
    };
    let name = format!("{folder}/{file}");
    let text = is_within(folder, &name).then(|| tree.read(&name).ok()).flatten();
    let json = text.and_then(|text| json::value(text.as_bytes()).ok());
    json.map_or_else(BTreeMap::new, |json| template::constructs(&json))
}

/// Those of some resources, with the names of the files that made them; their texts go to `texts`. A file that is not there
/// keeps the name that the assembly has for it.
pub(in crate::app) fn located(
    tree: &Tree,
    folder: &str,
    all: &BTreeMap<String, Construct>,
    root: &Node,
    texts: &mut BTreeMap<String, String>,
) -> BTreeMap<String, Construct> {
    let mut found = BTreeMap::new();
    for (id, construct) in all {
        let kind = root
            .get("Resources")
            .and_then(|all| all.get(id)?.get("Type"))
            .map(|kind| &kind.value);
        if !matches!(kind, Some(Value::String(kind)) if template::matters(kind)) {
            continue;
        }
        let mut construct = construct.clone();
        if let Some((file, ..)) = &mut construct.made_at
            && let Some(name) = shown(tree, folder, file)
        {
            if !texts.contains_key(&name)
                && let Ok(text) = tree.read(&name)
            {
                texts.insert(name.clone(), text);
            }
            *file = name;
        }
        found.insert(id.clone(), construct);
    }
    found
}

/// Folders above an assembly in which its app may be: that of the app, and the assembly that a stage is in.
const FOLDERS_ABOVE: usize = 4;

/// The name of a file that a frame names, where it is in the working directory, or below a folder of the app.
fn shown(tree: &Tree, folder: &str, file: &str) -> Option<String> {
    if file.starts_with('/') {
        return tree.named(file).filter(|name| is_within(".", name));
    }
    above(tree, folder, file)
}

/// A file of an app by its way from the app's folder, which is one of those above its assembly.
fn above(tree: &Tree, folder: &str, file: &str) -> Option<String> {
    let mut at = folder;
    for _ in 0..FOLDERS_ABOVE {
        at = at.rsplit_once('/').map_or(".", |(up, _)| up);
        let name = joined(at, file).filter(|name| is_within(at, name) && tree.exists(name));
        if name.is_some() || ["", ".", ".."].contains(&at) {
            return name;
        }
    }
    None
}

/// Whether a name that a file gives stays below the working directory, or, where the folder that somebody named is
/// elsewhere, below that: nothing in a repository makes the program read outside of it.
pub(in crate::app) fn is_within(folder: &str, name: &str) -> bool {
    let is_elsewhere = folder.starts_with('/') || folder.split('/').any(|part| part == "..");
    let below = if is_elsewhere {
        name.strip_prefix(folder)
            .and_then(|below| below.strip_prefix('/'))
            .unwrap_or(name)
    } else {
        name
    };
    let mut depth = 0_usize;
    !below.starts_with('/')
        && below.split(['/', '\\']).all(|part| {
            let next = match part {
                "" | "." => Some(depth),
                ".." => depth.checked_sub(1),
                part if part.contains(':') => None,
                _ => Some(depth + 1),
            };
            depth = next.unwrap_or_default();
            next.is_some()
        })
}
