//! What a file is: its content says.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::json;
use crate::observe::template::stack::{GivenParameters, text};
use crate::yaml::{Node, Value};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A snapshot of this program.
    Snapshot,
    /// A `CloudFormation` or SAM template.
    Stack,
    /// `terraform show -json` of a plan or a state.
    Plan,
    /// Something else.
    Other,
}

/// Types of nested stacks.
pub(super) const NESTED: [&str; 2] = ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];

/// How many bytes at the start of a file decide.
const HEAD: usize = 64 << 10;

/// What a file is. Total.
pub fn detect(text: &str) -> FileKind {
    let head = &text[..text.floor_char_boundary(HEAD)];
    let trimmed = head.trim_start_matches('\u{feff}').trim_start();
    let has = |key: &str| head.contains(&format!("\"{key}\""));
    // The keys of a template can stand anywhere in it.
    // All lines of a mapping begin in the same column, and its keys may be in quotes.
    let column = trimmed_line(trimmed, head).len();
    let line = |key: &str| {
        let lines = text.trim_start_matches('\u{feff}').lines();
        let own = lines.filter_map(|line| line.split_at_checked(column));
        let mut own = own.filter(|(before, _)| before.trim_start().is_empty());
        own.any(|(_, line)| {
            let rest = match line.chars().next() {
                Some(quote @ ('"' | '\'')) => line[1..]
                    .strip_prefix(key)
                    .and_then(|rest| rest.strip_prefix(quote)),
                _ => line.strip_prefix(key),
            };
            rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
        })
    };
    if !trimmed.starts_with(['{', '[']) {
        let is_stack = line("Resources") || line("AWSTemplateFormatVersion") || line("Transform");
        return if is_stack {
            FileKind::Stack
        } else {
            FileKind::Other
        };
    }
    let is_snapshot = has("version") && has("pools");
    // A snapshot begins with its version; its texts may hold any word.
    let first = trimmed.trim_start_matches('{').trim_start();
    match () {
        () if is_snapshot && first.starts_with("\"version\"") => FileKind::Snapshot,
        () if has("format_version") && has("terraform_version") => FileKind::Plan,
        () if first.starts_with("\"format_version\"") => FileKind::Plan,
        // A raw state of Terraform.
        () if has("terraform_version") && has("serial") => FileKind::Other,
        () if has("AWSTemplateFormatVersion") || has("TemplateBody") || text.contains("\"Resources\"") => {
            FileKind::Stack
        }
        () if is_snapshot => FileKind::Snapshot,
        // What sorts the members of a plan puts these behind all that changes.
        () if text.contains("\"format_version\":") && text.contains("\"resource_changes\":") => {
            FileKind::Plan
        }
        () => FileKind::Other,
    }
}

/// The blanks before the first line that is neither empty nor a comment nor the start of a document.
fn trimmed_line<'t>(trimmed: &str, head: &'t str) -> &'t str {
    let start = head.len() - trimmed.len();
    let is_content = |line: &&str| {
        let own = line.trim_start();
        !own.is_empty() && !own.starts_with(['#', '%']) && !own.starts_with("---")
    };
    let before = head[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = head[before..].lines().find(is_content).unwrap_or_default();
    let line = line.trim_start_matches('\u{feff}');
    &line[..line.len() - line.trim_start().len()]
}

/// One stack of an assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssemblyStack {
    /// Its template's file, relative to the manifest.
    pub file: String,
    /// The stack's name.
    pub name: String,
    /// Region, where the app says it.
    pub region: Option<String>,
    /// Account, where the app says it.
    pub account: Option<String>,
    /// What made its constructs: a file beside the manifest, or what the manifest has.
    pub metadata: Result<String, Json>,
}

/// What a manifest of `cdk.out` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembly {
    /// Stacks, in the order of the manifest.
    pub stacks: Vec<AssemblyStack>,
    /// Folders of stages.
    pub folders: Vec<String>,
}

/// Reads a `manifest.json`.
///
/// # Errors
/// Text that is no JSON object with `artifacts`, in words.
pub fn assembly(manifest: &str) -> Result<Assembly, String> {
    let json: Json = json::value(manifest.as_bytes()).map_err(|error| json::describe(&error))?;
    let artifacts = json
        .get("artifacts")
        .and_then(Json::as_object)
        .ok_or("it has no `artifacts`")?;
    let mut found = Assembly::default();
    for (id, artifact) in artifacts {
        let properties = &artifact["properties"];
        let known = |text: &str| (!text.starts_with("unknown-") && !text.is_empty()).then(|| text.to_owned());
        match artifact["type"].as_str() {
            Some("aws:cloudformation:stack") => {
                let environment = artifact["environment"].as_str().unwrap_or_default();
                let mut parts = environment
                    .strip_prefix("aws://")
                    .unwrap_or_default()
                    .splitn(2, '/');
                let account = parts.next().and_then(known);
                if let Some(file) = properties["templateFile"].as_str() {
                    found.stacks.push(AssemblyStack {
                        file: file.to_owned(),
                        name: properties["stackName"].as_str().unwrap_or(id).to_owned(),
                        region: parts.next().and_then(known),
                        account,
                        metadata: match artifact["additionalMetadataFile"].as_str() {
                            Some(file) => Ok(file.to_owned()),
                            None => Err(artifact["metadata"].clone()),
                        },
                    });
                }
            }
            Some("cdk:cloud-assembly") => {
                found
                    .folders
                    .extend(properties["directoryName"].as_str().map(ToOwned::to_owned));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Reads a parameters file: the AWS CLI's list, a map, or an object with `Parameters`.
///
/// # Errors
/// Anything else, in words.
pub fn template_parameters(text: &str) -> Result<GivenParameters, String> {
    let text = text.trim_start_matches('\u{feff}');
    let json: Json = json::value(text.as_bytes()).map_err(|error| json::describe(&error))?;
    let word = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        _ => None,
    };
    let pair = |name: Option<&str>, value: &Json| match (name, word(value)) {
        (Some(name), Some(value)) => Ok((name.to_owned(), Some(value))),
        _ => Err("it has an entry that is not a name with a text".to_owned()),
    };
    match json.get("Parameters").unwrap_or(&json) {
        Json::Object(map) => map.iter().map(|(name, value)| pair(Some(name), value)).collect(),
        Json::Array(list) => {
            let mut found = BTreeMap::new();
            for entry in list {
                let name = entry["ParameterKey"].as_str();
                let (name, value) = match name {
                    Some(name) if entry["UsePreviousValue"] == true => (name.to_owned(), None),
                    name => pair(name, &entry["ParameterValue"])?,
                };
                let before = found.insert(name, value);
                if before.is_some() {
                    return Err("it has a name twice".to_owned());
                }
            }
            Ok(found)
        }
        _ => Err("it is neither a list nor a map".to_owned()),
    }
}

/// Files of the stacks that are nested in a template, by logical id: as CDK's metadata names them, by the hash in their
/// address and the assets of the assembly, or as a path for `aws cloudformation package`.
pub fn nested_files(root: &Node, assets: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let Some(Value::Mapping(resources)) = root.get("Resources").map(|node| &node.value) else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for entry in resources {
        let resource = &entry.value;
        let kind = resource.get("Type").and_then(text).unwrap_or_default();
        if !NESTED.contains(&kind) {
            continue;
        }
        let property = |name: &str| resource.get("Properties").and_then(|all| all.get(name));
        let by_path = resource
            .get("Metadata")
            .and_then(|all| all.get("aws:asset:path"))
            .and_then(text);
        let url = property("TemplateURL").or_else(|| property("Location"));
        let shown = url.map(|url| url.to_json().to_string()).unwrap_or_default();
        let by_hash = assets
            .iter()
            .find(|(hash, _)| shown.contains(hash.as_str()))
            .map(|(_, path)| path.as_str());
        let local = url.and_then(text).filter(|url| !url.contains("://"));
        if let Some(path) = by_path.or(by_hash).or(local) {
            found.insert(entry.key.clone(), path.to_owned());
        }
    }
    found
}
