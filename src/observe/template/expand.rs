//! The resources of stacks under one case: conditions and loops carried out.

use crate::observe::template::evaluate::Evaluator;
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::stack::text;
use crate::observe::template::value::{At, Open, Symbol, ValueData};
use crate::yaml::{Node, NodeEntry, Value};

/// Most resources that loops make.
const MOST: usize = 20_000;

/// Loops inside each other.
const DEEPEST: usize = 8;

/// What stacks give.
#[derive(Debug, Default)]
pub struct Expanded {
    /// Resources that matter, in the order of the files.
    pub resources: Vec<TemplateResource>,
    /// Loops that are not known, so that any resource may come out of them: where and why.
    pub unexpanded: Vec<(At, String)>,
}

/// All resources that matter of all stacks.
pub fn expand(evaluator: &mut Evaluator<'_, '_>) -> Expanded {
    let mut found = Expanded::default();
    let stacks = evaluator.stacks;
    for (index, stack) in stacks.iter().enumerate() {
        evaluator.stack = index;
        if let Some(Value::Mapping(entries)) = stack.root.get("Resources").map(|node| &node.value) {
            for entry in entries {
                each(evaluator, entry, 0, &mut found);
            }
        }
    }
    found
}

fn each(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    if entry.key.starts_with("Fn::ForEach::") {
        looped(evaluator, entry, depth, found);
        return;
    }
    if entry.key.starts_with("Fn::Transform") {
        let at = evaluator.at(&entry.value);
        found
            .unexpanded
            .push((at, "Fn::Transform adds resources".to_owned()));
        return;
    }
    let node = &entry.value;
    let Some(kind) = node.get("Type").and_then(text).and_then(ResourceKind::of) else {
        return;
    };
    if let Some(condition) = node.get("Condition").and_then(text)
        && !evaluator.condition(condition)
    {
        return;
    }
    found.resources.push(resource(evaluator, entry, kind));
}

fn resource(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, kind: ResourceKind) -> TemplateResource {
    let stack = &evaluator.stacks[evaluator.stack];
    let id = evaluator.substitute(&entry.key);
    let symbol = Symbol {
        scope: evaluator.stack,
        id: id.clone(),
        attribute: String::new(),
    };
    let properties = entry.value.get("Properties");
    let mut found = TemplateResource {
        kind,
        symbol,
        id: None,
        at: At::Text {
            file: stack.file,
            span: entry.key_span,
        },
        construct: stack.construct(&id).map(ToOwned::to_owned),
        region: stack.region.clone(),
        account: stack.account.clone(),
        properties: std::collections::BTreeMap::new(),
        open: None,
    };
    let Some(properties) = properties else {
        return found;
    };
    let open = |why: &str| Open {
        why: why.to_owned(),
        scope: found.symbol.scope,
        domain: None,
    };
    if properties.get("Fn::Transform").is_some() {
        found.open = Some(open("Fn::Transform"));
    } else if properties.get("Fn::If").is_some() {
        found.open = Some(open("Fn::If around all properties"));
    }
    for name in kind.properties() {
        let Some(node) = properties.get(name) else {
            continue;
        };
        let value = evaluator.value(node);
        if !value.is_absent() {
            found.properties.insert((*name).to_owned(), value);
        }
    }
    found
}

fn looped(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    let unknown = |evaluator: &Evaluator<'_, '_>, found: &mut Expanded| {
        let at = evaluator.at(&entry.value);
        found
            .unexpanded
            .push((at, format!("{} is over a list that is not known", entry.key)));
    };
    let Value::Sequence(parts) = &entry.value.value else {
        return unknown(evaluator, found);
    };
    let [variable, list, body] = parts.as_slice() else {
        return unknown(evaluator, found);
    };
    let (Some(variable), Some(values)) = (text(variable), values(evaluator, list)) else {
        return unknown(evaluator, found);
    };
    let Value::Mapping(body) = &body.value else {
        return unknown(evaluator, found);
    };
    if depth >= DEEPEST {
        return unknown(evaluator, found);
    }
    for value in values {
        evaluator.variables.push((variable.to_owned(), value));
        for entry in body {
            if found.resources.len() < MOST {
                each(evaluator, entry, depth + 1, found);
            }
        }
        evaluator.variables.pop();
    }
}

/// The list of a loop, where all of it is known.
fn values(evaluator: &mut Evaluator<'_, '_>, list: &Node) -> Option<Vec<String>> {
    match evaluator.value(list).data {
        ValueData::List(items) => items
            .iter()
            .map(crate::observe::template::value::Val::known)
            .collect(),
        _ => None,
    }
}
