//! The resources of stacks under one case: conditions and loops carried out.

use std::collections::BTreeSet;

use crate::observe::template::custom::{self, Handed};
use crate::observe::template::evaluate::{Evaluator, adds, is_function};
use crate::observe::template::naming::{self, ATTRIBUTES, FileNotes};
use crate::observe::template::resource::{ResourceKind, TemplateResource};
use crate::observe::template::stack::text;
use crate::observe::template::value::{At, Open, Symbol, Val, ValueData};
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
    /// What is not known, so that any resource may come out of it: where and why.
    pub unexpanded: Vec<(At, String)>,
    /// Resources that may be there, any number of times.
    pub maybe: Vec<MaybeMade>,
    /// Resources that are not there, by their conditions.
    pub absent: BTreeSet<Symbol>,
    /// Pools that are handed to something which may set more of them than the files show.
    pub handed: Vec<Handed>,
    /// Names that are wrong, or not known.
    pub wrong: FileNotes,
}

/// Resources that may be there: of a loop over a list that is not known, each once for all that it makes, or one whose
/// condition is not valid.
#[derive(Debug)]
pub struct MaybeMade {
    /// Where.
    pub at: At,
    /// Why it is not known.
    pub why: String,
    /// The pools that it makes.
    pub pools: BTreeSet<Symbol>,
    /// What its resources are, and which others they refer to: there may be more of them.
    pub made: Vec<(ResourceKind, BTreeSet<Symbol>)>,
}

/// All resources that matter of all stacks.
pub fn expand(evaluator: &mut Evaluator<'_, '_>) -> Expanded {
    let mut found = Expanded::default();
    let stacks = evaluator.stacks;
    for (index, stack) in stacks.iter().enumerate() {
        evaluator.stack = index;
        let first = found.resources.len();
        evaluator.check_conditions();
        let resources = stack.root.get("Resources");
        if resources.is_some_and(concerns_pools) && !is_made(evaluator, index) {
            continue;
        }
        evaluator.check_given();
        if let Some(resources) = resources {
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
                resource.open.get_or_insert_with(|| Open::new(why.clone(), index));
            }
            let at = evaluator.at(&stack.root);
            found.unexpanded.push((at, format!("{why} may add some")));
        }
    }
    if found.unexpanded.is_empty() && found.maybe.is_empty() {
        evaluator.unmade(&found.absent, &mut found.resources);
    }
    found
}

fn each(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    let at = evaluator.at(&entry.value);
    if entry.key.starts_with("Fn::ForEach::") {
        evaluator.extends("Fn::ForEach", &at);
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
    if let Value::Mapping(entries) = &node.value
        && node.get("Type").is_none()
        && !entries.iter().any(|own| adds(&own.key))
        && !evaluator.own().is_added_to()
    {
        let why = format!("`{}` has no `Type`", evaluator.substitute(&entry.key));
        evaluator.fault(evaluator.at(&entry.value), why);
    }
    let Some(kind) = node.get("Type").and_then(text) else {
        let why = format!("the type of `{}` is not known", evaluator.substitute(&entry.key));
        found.unexpanded.push((at, why));
        return;
    };
    let kind = evaluator.substitute(kind);
    if evaluator.is_open(&kind) {
        let why = format!("the type of `{}` is not known", evaluator.substitute(&entry.key));
        found.unexpanded.push((at, why));
        return;
    }
    let known = ResourceKind::of(&kind).or_else(|| {
        let at = node.get("Type").map_or(at, |node| evaluator.at(node));
        let meant = found.wrong.kind(at, &kind, ResourceKind::types())?;
        ResourceKind::of(meant)
    });
    let Some(kind) = known else {
        let handed = custom::handed(evaluator, entry, &kind, &mut found.wrong);
        found.handed.extend(handed);
        return;
    };
    evaluator.depends(node);
    let is_there = evaluator.is_there(node);
    if matches!(is_there, Ok(false)) {
        found.absent.insert(symbol(evaluator, &entry.key));
        return;
    }
    let mut resource = resource(evaluator, entry, kind);
    // A pool and a client are judged; what adds to them may be there or not.
    if is_there.is_err() && !matches!(kind, ResourceKind::Pool | ResourceKind::Client) {
        let at = evaluator.at(node);
        let why = format!("the condition of `{}` is not valid", resource.symbol.id);
        let made = vec![(kind, resource.referred())];
        let pools = BTreeSet::new();
        found.maybe.push(MaybeMade { at, why, pools, made });
        return;
    }
    beside(evaluator, node, &mut resource, &mut found.wrong);
    found.resources.push(resource);
}

/// Leaves open what a resource may have besides its properties: where an attribute is misspelt, and where a macro gets all of it.
fn beside(
    evaluator: &Evaluator<'_, '_>,
    node: &Node,
    resource: &mut TemplateResource,
    wrong: &mut FileNotes,
) {
    let Value::Mapping(entries) = &node.value else {
        return;
    };
    if attributes(evaluator, entries, wrong) {
        let why = format!("an attribute of `{}` is misspelt", resource.symbol.id);
        resource.open.get_or_insert(Open::invalid(why));
    }
    if let Some(function) = entries.iter().find(|own| adds(&own.key)) {
        resource.open.get_or_insert(Open::new(
            format!("{} beside all properties", function.key),
            evaluator.stack,
        ));
    }
}

/// What stands for a resource of the stack that is evaluated.
fn symbol(evaluator: &Evaluator<'_, '_>, id: &str) -> Symbol {
    Symbol::of(evaluator.stack, evaluator.substitute(id))
}

/// Whether a stack is made: the conditions hold of the stacks that it is nested as.
fn is_made(evaluator: &mut Evaluator<'_, '_>, index: usize) -> bool {
    let stacks = evaluator.stacks;
    let Some((parent, id)) = &stacks[index].parent else {
        return true;
    };
    let before = std::mem::replace(&mut evaluator.stack, *parent);
    let resource = stacks[*parent].entry("Resources", id);
    let holds = resource.is_none_or(|resource| evaluator.is_there(resource).unwrap_or(true));
    evaluator.stack = before;
    holds && is_made(evaluator, *parent)
}

/// Whether something in a section may concern pools: a condition matters only then.
fn concerns_pools(resources: &Node) -> bool {
    let Value::Mapping(entries) = &resources.value else {
        return true;
    };
    entries.iter().any(|entry| {
        let kind = entry.value.get("Type").and_then(text);
        kind.is_none_or(|kind| ResourceKind::of(kind).is_some() || kind.starts_with("AWS::Cognito"))
    })
}

fn resource(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, kind: ResourceKind) -> TemplateResource {
    let policy = entry.value.get("DeletionPolicy");
    let policy = policy.and_then(|policy| evaluator.value(policy).known());
    let stack = &evaluator.stacks[evaluator.stack];
    let symbol = symbol(evaluator, &entry.key);
    let id = symbol.id.clone();
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
        candidates: std::collections::BTreeMap::new(),
        open: None,
        is_of_terraform: false,
        is_created: false,
        is_kept: matches!(policy.as_deref(), Some("Retain" | "RetainExceptOnCreate")),
    };
    let Some(properties) = properties else {
        return found;
    };
    let open = |why: &str| Open::new(why.to_owned(), found.symbol.scope);
    let Value::Mapping(entries) = &properties.value else {
        let why = format!("the properties of `{id}` are not a mapping");
        found.open = Some(open(&why));
        evaluator.fault(evaluator.at(properties), why);
        return found;
    };
    if let Some(function) = entries.iter().find(|entry| adds(&entry.key)) {
        // A condition, or a loop, decides which there are.
        match evaluator.value(properties).data {
            ValueData::Absent => return found,
            ValueData::Map(written, None) => {
                found.take(written);
                evaluator.led(&mut found);
                return found;
            }
            _ => found.open = Some(open(&format!("{} around all properties", function.key))),
        }
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
    evaluator.led(&mut found);
    odd(evaluator, entries, &mut found);
    for (name, _) in kind.beside() {
        let written = properties.get(name).map(|node| evaluator.written(node));
        found
            .properties
            .extend(written.map(|value| ((*name).to_owned(), value)));
    }
    found
}

impl TemplateResource {
    /// Takes those properties that matter, and those whose names are no properties', without a value.
    fn take(&mut self, written: Vec<(String, Val)>) {
        for (name, mut value) in written {
            let is_read = self
                .kind
                .properties()
                .iter()
                .chain(self.kind.beside())
                .any(|(own, _)| *own == name);
            if self.kind.is_odd(&name) {
                let open = Open::invalid(format!("`{name}` is no property"));
                value.data = ValueData::Open(open);
            } else if !is_read {
                continue;
            }
            self.properties.insert(name, value);
        }
    }
}

/// Adds properties whose names are no properties', without a value: what they mean is not known.
fn odd(evaluator: &mut Evaluator<'_, '_>, entries: &Entries, found: &mut TemplateResource) {
    let file = evaluator.stacks[evaluator.stack].file;
    for entry in entries {
        if adds(&entry.key) || !found.kind.is_odd(&entry.key) {
            continue;
        }
        let span = entry.key_span;
        let open = Open::invalid(format!("`{}` is no property", entry.key));
        let mut value = Val::new(At::Text { file, span }, ValueData::Open(open));
        value.name = Some(span);
        found.properties.insert(evaluator.substitute(&entry.key), value);
    }
}

/// Checks the names beside the properties of a resource; where one is misspelt, what it says is not known.
fn attributes(evaluator: &Evaluator<'_, '_>, entries: &Entries, wrong: &mut FileNotes) -> bool {
    let file = evaluator.stacks[evaluator.stack].file;
    let is_odd = |entry: &&NodeEntry| !adds(&entry.key) && !ATTRIBUTES.contains(&entry.key.as_str());
    let mut is_misspelt = false;
    for entry in entries.iter().filter(is_odd) {
        let span = entry.key_span;
        let at = At::Text { file, span };
        let (key, meant) = (&entry.key, naming::meant(&entry.key, ATTRIBUTES.into_iter()));
        is_misspelt |= wrong.odd(at, ("attribute", key), meant, format!("attribute `{key}`"));
    }
    is_misspelt
}

fn looped(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, depth: usize, found: &mut Expanded) {
    let at = evaluator.at(&entry.value);
    let parts = match &entry.value.value {
        Value::Sequence(parts) => parts.as_slice(),
        _ => &[],
    };
    let (variable, list, body) = match parts {
        [variable, list, body] => match (text(variable), &body.value) {
            (Some(variable), Value::Mapping(body)) => (variable, list, body),
            _ => return not_a_loop(evaluator, entry, found),
        },
        _ => return not_a_loop(evaluator, entry, found),
    };
    if depth >= DEEPEST {
        let why = format!("{} is in too many others", entry.key);
        found.unexpanded.push((at, why));
        return;
    }
    let (values, is_open) = values(evaluator, list);
    if is_open {
        any(evaluator, (&entry.key, variable), body, depth, found);
    }
    for value in values {
        evaluator.variables.push((variable.to_owned(), Some(value)));
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

/// Reports a loop that is written wrong: what it may make is not known.
fn not_a_loop(evaluator: &mut Evaluator<'_, '_>, entry: &NodeEntry, found: &mut Expanded) {
    let at = evaluator.at(&entry.value);
    evaluator.malformed("Fn::ForEach", at.clone());
    found
        .unexpanded
        .push((at, format!("{} is not a loop", entry.key)));
}

/// Makes the resources of a loop once for all values that are not known of its list.
fn any(
    evaluator: &mut Evaluator<'_, '_>,
    (name, variable): (&str, &str),
    body: &Entries,
    depth: usize,
    found: &mut Expanded,
) {
    let first = found.resources.len();
    evaluator.variables.push((variable.to_owned(), None));
    for inner in body {
        each(evaluator, inner, depth + 1, found);
    }
    evaluator.variables.pop();
    let made = found.resources[first..].iter();
    let pools = made.clone().filter(|one| one.kind == ResourceKind::Pool);
    let pools = pools.map(|one| one.symbol.clone()).collect();
    let made: Vec<_> = made.map(|one| (one.kind, one.referred())).collect();
    let at = body.iter().next().map(|entry| evaluator.at(&entry.value));
    if let Some(at) = at.filter(|_| !made.is_empty()) {
        let why = format!("{name} is over a list that is not known");
        found.maybe.push(MaybeMade { at, why, pools, made });
    }
}

/// The values of a loop's list that are known, and whether there may be others.
fn values(evaluator: &mut Evaluator<'_, '_>, list: &Node) -> (Vec<String>, bool) {
    match evaluator.value(list).data {
        ValueData::List(items) => {
            let mut known: Vec<_> = items.iter().filter_map(Val::known).collect();
            let is_open = known.len() < items.len();
            // A resource has its name once, whatever AWS makes of a list that names it twice.
            let mut seen = BTreeSet::new();
            known.retain(|value| seen.insert(value.clone()));
            (known, is_open)
        }
        _ => (Vec::new(), true),
    }
}
