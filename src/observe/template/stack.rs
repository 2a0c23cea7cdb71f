//! The stacks of a run, and what is asked of them without evaluating anything.

use std::collections::BTreeMap;

use crate::yaml::{Node, Value};

/// One `CloudFormation` template as it would be deployed.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Index of its file.
    pub file: usize,
    /// The template.
    pub root: Node,
    /// The stack's name, if the assembly says it.
    pub name: Option<String>,
    /// Region, if it is known.
    pub region: Option<String>,
    /// Account, if it is known.
    pub account: Option<String>,
    /// Parameters that were given.
    pub parameters: BTreeMap<String, String>,
    /// The stack and the resource in it that this one is nested as.
    pub parent: Option<(usize, String)>,
    /// Stacks nested in it, by logical id.
    pub nested: BTreeMap<String, usize>,
}

impl Stack {
    /// An entry of a section.
    pub fn entry(&self, section: &str, name: &str) -> Option<&Node> {
        self.root.get(section)?.get(name)
    }

    /// The properties of a resource.
    pub fn property(&self, resource: &str, name: &str) -> Option<&Node> {
        self.entry("Resources", resource)?.get("Properties")?.get(name)
    }

    /// Parameters that have their defaults, in words; `None` where there is none.
    #[must_use]
    pub fn defaults(&self) -> Option<String> {
        let Some(Value::Mapping(parameters)) = self.root.get("Parameters").map(|node| &node.value) else {
            return None;
        };
        let shown = parameters.iter().filter(|entry| {
            let kind = entry.value.get("Type").and_then(text).unwrap_or_default();
            let open = kind.starts_with("AWS::SSM::") || entry.value.get("NoEcho").is_some();
            !open && !self.parameters.contains_key(&entry.key) && entry.value.get("Default").is_some()
        });
        let names: Vec<_> = shown.take(8).map(|entry| format!("`{}`", entry.key)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Macros that may rewrite everything: all but those that are understood.
    pub fn macros(&self) -> Vec<String> {
        const UNDERSTOOD: [&str; 4] = [
            "AWS::Serverless-2016-10-31",
            "AWS::LanguageExtensions",
            "AWS::SecretsManager-2020-07-23",
            "AWS::SecretsManager-2024-09-16",
        ];
        let Some(transform) = self.root.get("Transform") else {
            return Vec::new();
        };
        let one = |node: &Node| {
            let name = text(node).or_else(|| node.get("Name").and_then(text));
            name.unwrap_or("that is not named").to_owned()
        };
        let names: Vec<_> = match &transform.value {
            Value::Sequence(items) => items.iter().map(one).collect(),
            _ => vec![one(transform)],
        };
        names
            .into_iter()
            .filter(|name| !UNDERSTOOD.contains(&name.as_str()))
            .collect()
    }
}

/// The arguments of a function.
pub fn arguments(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        _ => &[],
    }
}

/// A text, as it is.
pub fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
