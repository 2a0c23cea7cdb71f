//! The stacks of a run, and what is asked of them without evaluating anything.

use std::collections::BTreeMap;

use crate::pointer::Pointer;
use crate::report::RunParameter;
use crate::span::Span;
use crate::yaml::{Node, NodeEntry, Value};

/// Parameters that are given; without a value where it is that of the stack which is deployed.
pub type GivenParameters = BTreeMap<String, Option<String>>;

/// One `CloudFormation` template as it would be deployed.
#[derive(Clone, Debug)]
pub struct Stack {
    /// Index of its file.
    pub file: usize,
    /// The template.
    pub root: Node,
    /// The stack's name, if the assembly says it.
    pub name: Option<String>,
    /// The folder of the assembly, or of the stage in it, that it is of.
    pub stage: Option<String>,
    /// Region, if it is known.
    pub region: Option<String>,
    /// Account, if it is known.
    pub account: Option<String>,
    /// Parameters that were given.
    pub parameters: GivenParameters,
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

    /// Whether a resource is a user pool.
    pub fn is_pool(&self, resource: &str) -> bool {
        let kind = self
            .entry("Resources", resource)
            .and_then(|node| node.get("Type"));
        kind.and_then(text) == Some("AWS::Cognito::UserPool")
    }

    /// The properties of a resource.
    pub fn property(&self, resource: &str, name: &str) -> Option<&Node> {
        self.entry("Resources", resource)?.get("Properties")?.get(name)
    }

    /// The way to a value, or to a key's value, by its place. A function is a part of the value that it is written for.
    pub fn pointer(&self, span: Span) -> Option<Pointer> {
        let (mut node, mut pointer) = (&self.root, Pointer::root());
        while node.span != span {
            let holds = |own: &Node| own.span.start <= span.start && span.end <= own.span.end;
            match &node.value {
                Value::Mapping(entries) => {
                    let entry = entries
                        .iter()
                        .find(|entry| entry.key_span == span || holds(&entry.value))?;
                    if entry.key.starts_with("Fn::") || entry.key == "Ref" {
                        return Some(pointer);
                    }
                    pointer = pointer.child(&entry.key);
                    if entry.key_span == span {
                        return Some(pointer);
                    }
                    node = &entry.value;
                }
                Value::Sequence(items) => {
                    let (index, item) = items.iter().enumerate().find(|(_, item)| holds(item))?;
                    pointer = pointer.child(index);
                    node = item;
                }
                _ => return None,
            }
        }
        Some(pointer)
    }

    /// The parameters of some names that it is read with: those that were given, and those that have their defaults. Defaults that
    /// only name where a value is, or that are not to be shown, are left out: they are no values.
    pub fn parameters_in_use(&self, is_used: impl Fn(&str) -> bool) -> Vec<RunParameter> {
        let Some(Value::Mapping(parameters)) = self.root.get("Parameters").map(|node| &node.value) else {
            return Vec::new();
        };
        let in_use = |entry: &NodeEntry| {
            let given = self.parameters.get(&entry.key);
            let kind = entry.value.get("Type").and_then(text).unwrap_or_default();
            let is_hidden = is_hidden(&entry.value);
            let is_open = is_hidden || kind.starts_with("AWS::SSM::");
            let value = match (given, entry.value.get("Default").filter(|_| !is_open)) {
                (Some(given), _) => given.clone()?,
                (None, Some(default)) => scalar(default)?,
                (None, None) => return None,
            };
            Some(RunParameter {
                name: entry.key.clone(),
                value: (!is_hidden).then_some(value),
                is_default: given.is_none(),
            })
        };
        let used = parameters.iter().filter(|entry| is_used(&entry.key));
        used.filter_map(in_use).collect()
    }

    /// Macros that may rewrite everything: all but those that are understood.
    pub fn macros(&self) -> Vec<String> {
        const UNDERSTOOD: [&str; 5] = [
            // It adds hooks for deployments of containers.
            "AWS::CodeDeployBlueGreen",
            "AWS::Serverless-2016-10-31",
            "AWS::LanguageExtensions",
            "AWS::SecretsManager-2020-07-23",
            "AWS::SecretsManager-2024-09-16",
        ];
        let mut names = self.transforms();
        names.retain(|name| !UNDERSTOOD.contains(&name.as_str()));
        names
    }

    /// Whether a macro may add resources and conditions, such as the roles of SAM's functions.
    pub fn is_added_to(&self) -> bool {
        self.transforms()
            .iter()
            .any(|name| name != "AWS::LanguageExtensions")
    }

    /// Whether a transform is for the whole template.
    pub fn transforms_by(&self, name: &str) -> bool {
        self.transforms().iter().any(|own| own == name)
    }

    fn transforms(&self) -> Vec<String> {
        let one = |node: &Node| {
            let name = text(node).or_else(|| node.get("Name").and_then(text));
            name.unwrap_or("that is not named").to_owned()
        };
        // Both stand for the whole template.
        let written = ["Transform", "Fn::Transform"].map(|key| self.root.get(key));
        let all = written
            .into_iter()
            .flatten()
            .flat_map(|transform| match &transform.value {
                Value::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(transform),
            });
        all.map(one).collect()
    }
}

/// A value in words; `None` for one that is made of several.
fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
    }
}

/// Whether a parameter's value must not be shown.
pub fn is_hidden(parameter: &Node) -> bool {
    parameter.get("NoEcho").is_some_and(|node| {
        let is_false = text(node).is_some_and(|word| word.eq_ignore_ascii_case("false"));
        !is_false && node.value != Value::Bool(false)
    })
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
