//! The resources of stacks under one case: conditions and loops carried out.

use crate::observe::template::evaluate::{Evaluator, adds, is_function};
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::shape;
use crate::observe::template::stack::text;
use crate::observe::template::value::{At, Open, Symbol, ValueData};
use crate::yaml::{Entries, Node, NodeEntry, Value};

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
        let first = found.resources.len();
        if let Some(resources) = stack.root.get("Resources") {
            if let Value::Mapping(entries) = &resources.value {
                for entry in entries {
                    each(evaluator, entry, 0, &mut found);
                }
            } else {
                let (at, why) = (evaluator.at(resources), "`Resources` is not a mapping");
                evaluator.fault(at.clone(), why.to_owned());
                found.unexpanded.push((at, why.to_owned()));
            }
        }
        if let Some(name) = stack.macros().first() {
            // It may add properties, and resources.
            let why = format!("the macro {name}");
            for resource in &mut found.resources[first..] {
                resource.open.get_or_insert_with(|| Open {
                    why: why.clone(),
                    scope: index,
                    domain: None,
                });
            }
            let at = evaluator.at(&stack.root);
            found.unexpanded.push((at, format!("{why} may add some")));
        }
    }
    found
}

fn each(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    let at = evaluator.at(&entry.value);
    if entry.key.starts_with("Fn::ForEach::") {
        looped(evaluator, entry, depth, found);
        return;
    }
    if is_function(&entry.key) || entry.key.starts_with("Fn::Transform") {
        let why = format!("{} may add some", entry.key);
        found.unexpanded.push((at, why));
        return;
    }
    let node = &entry.value;
    if !matches!(node.value, Value::Mapping(_)) {
        evaluator.fault(at.clone(), "a resource has to be a mapping".to_owned());
    }
    let Some(kind) = node.get("Type").and_then(text) else {
        let why = format!("the type of `{}` is not known", evaluator.substitute(&entry.key));
        found.unexpanded.push((at, why));
        return;
    };
    let kind = evaluator.substitute(kind);
    if kind.contains("{{") {
        let why = format!("the type of `{}` is not known", evaluator.substitute(&entry.key));
        found.unexpanded.push((at, why));
        return;
    }
    let Some(kind) = ResourceKind::of(&kind) else {
        return;
    };
    if let Some(condition) = node.get("Condition") {
        let holds = match text(condition) {
            Some(name) => evaluator.condition(name, evaluator.at(condition)),
            None => evaluator.choose_flag(&format!("condition of `{}`", entry.key)),
        };
        if !holds {
            return;
        }
    }
    let resource = resource(evaluator, entry, kind);
    found.resources.push(resource);
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
        region: stack.region.clone(),
        account: stack.account.clone(),
        properties: std::collections::BTreeMap::new(),
        open: None,
        is_of_terraform: false,
    };
    let Some(properties) = properties else {
        return found;
    };
    let open = |why: &str| Open {
        why: why.to_owned(),
        scope: found.symbol.scope,
        domain: None,
    };
    let Value::Mapping(entries) = &properties.value else {
        let why = format!("the properties of `{id}` are not a mapping");
        found.open = Some(open(&why));
        evaluator.fault(evaluator.at(properties), why);
        return found;
    };
    if let Some(function) = entries.iter().find(|entry| adds(&entry.key)) {
        found.open = Some(open(&format!("{} around all properties", function.key)));
    }
    for (name, _) in kind.properties() {
        let Some(node) = properties.get(name) else {
            continue;
        };
        let value = evaluator.value(node);
        if !value.is_absent() {
            found.properties.insert((*name).to_owned(), value);
        }
    }
    misspelled(evaluator, entries, &mut found);
    for (name, _) in kind.beside() {
        let written = properties.get(name).map(|node| evaluator.written(node));
        found
            .properties
            .extend(written.map(|value| ((*name).to_owned(), value)));
    }
    found
}

/// Takes properties that are written in other letters as faults: what is meant by them is not known.
fn misspelled(evaluator: &mut Evaluator<'_, '_>, entries: &Entries, found: &mut TemplateResource) {
    for entry in entries {
        let members = found.kind.properties().iter().chain(found.kind.beside());
        let Some(known) = shape::misspelled(&entry.key, members) else {
            continue;
        };
        if !entries.iter().any(|other| other.key == known) {
            let at = At::Text {
                file: evaluator.stacks[evaluator.stack].file,
                span: entry.key_span,
            };
            let why = format!(
                "there is no property `{}`: it is `{known}`, and names are case-sensitive",
                entry.key
            );
            let value = evaluator.fault(at, why);
            found.properties.insert(known.to_owned(), value);
        }
    }
}

fn looped(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    let at = evaluator.at(&entry.value);
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
        let mut is_enough = false;
        for inner in body {
            is_enough = found.resources.len() >= MOST || !evaluator.may_go_on();
            if is_enough {
                break;
            }
            each(evaluator, inner, depth + 1, found);
        }
        evaluator.variables.pop();
        if is_enough {
            let why = format!(
                "{} makes more than {MOST} resources: the rest is not read",
                entry.key
            );
            if found
                .unexpanded
                .last()
                .is_none_or(|(_, last)| !last.ends_with("is not read"))
            {
                found.unexpanded.push((at, why));
            }
            return;
        }
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
