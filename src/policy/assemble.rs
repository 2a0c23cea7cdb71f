//! From a document to a policy: variables, schema, layers, types; every fault collected.

use std::collections::BTreeSet;

use crate::fault::{InputError, bounded, is_full};
use crate::finding::{Finding, Location};
use crate::model::posture::Posture;
use crate::pointer::Pointer;
use crate::policy::file::{Assumes, PolicyFile, Waiver};
use crate::policy::inputs::PolicyInputs;
use crate::policy::layers::{self, Layer};
use crate::policy::merge;
use crate::policy::place::Places;
use crate::policy::resolve::{self, GateTerms};
use crate::policy::variable::{self, Variables};
use crate::schema::{SchemaFault, Validator};
use crate::yaml::{Document, Node, Value};

/// A policy that can be checked.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name, from the document or its file.
    pub name: String,
    /// 1-based first and last line of the document in its file, for ignores.
    pub lines: (usize, usize),
    /// Pointers to bytes.
    pub places: Places,
    /// Which pools.
    pub target: Option<crate::policy::file::Target>,
    /// The desired posture.
    pub posture: Posture,
    /// What must be shown before a mode may become `ENFORCED`.
    pub gate: GateTerms,
    /// Facts about the pool that the policy relies on. Those that a posture has are in `posture` as well.
    pub assumes: Assumes,
    /// Accepted findings.
    pub waivers: Vec<Waiver>,
}

/// Replaces variables in a document and checks it by the schema. The document itself is changed.
pub fn check_document(root: &mut Node, validator: &Validator, environment: &Variables<'_>) -> Vec<Finding> {
    let source = root.source;
    if matches!(root.value, Value::Null) {
        let location = Location::at(source, root.span, Pointer::root());
        let finding = InputError::EmptyDocument.finding(location, "the document is empty");
        return vec![finding.help("write a policy that starts with `version: 1`, or remove the `---`")];
    }
    if !matches!(root.value, Value::Mapping(_)) {
        let location = Location::at(source, root.span, Pointer::root());
        let finding = InputError::WrongType.finding(location, "a policy is a mapping of keys to values");
        return vec![finding.help("start with `version: 1`")];
    }
    if let Some(finding) = version_fault(root) {
        return vec![finding];
    }
    let mut variables = Vec::new();
    variable::substitute(root, environment, &Pointer::root(), &mut variables);
    let as_is = |fault: variable::VariableFault| {
        let location = Location::at(source, fault.span, fault.pointer);
        fault.check.finding(location, fault.message).help(fault.help)
    };
    let unset: BTreeSet<Pointer> = variables.iter().map(|fault| fault.pointer.clone()).collect();
    let mut findings: Vec<_> = variables.into_iter().map(as_is).collect();
    let document = if merge::has_empty(root) {
        merge::without_empty(root.clone()).to_json()
    } else {
        root.to_json()
    };
    let faults = validator.faults_besides(&document, &unset);
    if !faults.listed.is_empty() {
        let places = Places::of(root.clone());
        let listed = faults.listed.into_iter();
        findings.extend(listed.map(|fault| schema_finding(&places, fault)));
    }
    bounded(findings, faults.beyond)
}

/// A policy of another version is not checked at all: its keys may mean something else.
fn version_fault(root: &Node) -> Option<Finding> {
    let node = root.get("version")?;
    let known = matches!(&node.value, Value::Number(number) if number.as_u64() == Some(1));
    let other = matches!(&node.value, Value::Number(_));
    (other && !known).then(|| {
        let location = Location::at(node.source, node.span, Pointer::root().child("version"));
        let text = node.to_json();
        InputError::VersionUnsupported
            .finding(
                location,
                format!("policy language version {text} is unknown; this program knows version 1"),
            )
            .help("update cogward, or write the policy for version 1")
    })
}

/// A schema's fault as a finding.
pub fn schema_finding(places: &Places, fault: SchemaFault) -> Finding {
    let first = match &places.tree.value {
        Value::Mapping(entries) => entries.first(),
        _ => None,
    };
    let location = if fault.at_key && fault.check == InputError::UnknownKey {
        places.key(&fault.pointer)
    } else if let Some(first) = first.filter(|_| fault.at_key && fault.pointer == Pointer::root()) {
        Location {
            pointer: Some(Pointer::root()),
            ..places.key(&Pointer::root().child(&first.key))
        }
    } else {
        places.anywhere(&fault.pointer)
    };
    fault.check.finding(location, fault.message).help(fault.help)
}

/// A document that others extend: checked by itself, so that its faults come out once.
pub fn layer(
    document: Document,
    validator: &Validator,
    environment: &Variables<'_>,
) -> (Layer, Vec<Finding>) {
    let mut root = document.root;
    let findings = check_document(&mut root, validator, environment);
    let faulty = findings.iter().any(|finding| finding.is_input_fault);
    (if faulty { Layer::Faulty } else { Layer::Found(root) }, findings)
}

/// Makes a policy of a document. `None` when faults keep it from being checked; they are among the
/// findings, here or where the faulty layer was read.
pub fn assemble(document: Document, inputs: &PolicyInputs<'_>) -> (Option<Policy>, Vec<Finding>) {
    let mut own = document.root;
    let mut findings = check_document(&mut own, inputs.validator, inputs.variables);
    if is_full(&findings) {
        return (None, findings);
    }
    if findings.iter().any(|finding| finding.is_input_fault) {
        findings.append(&mut beyond(&own, document.index, &findings, inputs));
        return (None, bounded(findings, 0));
    }
    let (policy, mut faults) = build(&own, document.index, inputs);
    findings.append(&mut faults);
    (policy, bounded(findings, 0))
}

/// What else is wrong with a document that has faults: the same checks without the places at fault.
fn beyond(own: &Node, index: usize, known: &[Finding], inputs: &PolicyInputs<'_>) -> Vec<Finding> {
    let whole = |finding: &&Finding| {
        let check = finding.rule.as_str();
        check == InputError::VersionUnsupported.as_str() || check == InputError::EmptyDocument.as_str()
    };
    if !matches!(own.value, Value::Mapping(_)) || known.iter().any(|finding| whole(&finding)) {
        return Vec::new();
    }
    let places = known.iter().filter_map(|finding| finding.primary.pointer.clone());
    let at_fault: BTreeSet<_> = places.filter(|at| *at != Pointer::root()).collect();
    let mut rest = own.clone();
    prune(&mut rest, &Pointer::root(), &at_fault);
    let clients = Pointer::root().child("clients");
    let waivers = Pointer::root().child("waivers");
    let unsure = |finding: &Finding| {
        let Some(at) = &finding.primary.pointer else {
            return false;
        };
        // A key that is missing because it was at fault, and a client that a waiver looks for.
        at_fault.iter().any(|fault| {
            fault.covers(at) || at.covers(fault) || (clients.covers(fault) && waivers.covers(at))
        })
    };
    let (_, mut more) = build(&rest, index, inputs);
    more.retain(|finding| !unsure(finding));
    more
}

/// Takes the places at fault away. A list ends before an entry at fault: the numbers of entries are
/// part of pointers.
fn prune(node: &mut Node, at: &Pointer, at_fault: &BTreeSet<Pointer>) {
    let faulty = |pointer: &Pointer| at_fault.contains(pointer);
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.retain(|entry| !faulty(&at.child(&entry.key)));
            for entry in entries {
                prune(&mut entry.value, &at.child(&entry.key), at_fault);
            }
        }
        Value::Sequence(items) => {
            let whole = (0..items.len())
                .take_while(|index| !faulty(&at.child(index)))
                .count();
            items.truncate(whole);
            for (index, item) in items.iter_mut().enumerate() {
                prune(item, &at.child(index), at_fault);
            }
        }
        _ => {}
    }
}

/// Makes a policy of a document whose own faults are known.
fn build(own: &Node, index: usize, inputs: &PolicyInputs<'_>) -> (Option<Policy>, Vec<Finding>) {
    let mut findings = Vec::new();
    let file = (inputs.name_of)(own.source);
    let (merged, mut faults) = layers::flatten(own, &file, inputs.layers, inputs.builtin);
    findings.append(&mut faults);
    let Some(merged) = merged else {
        return (None, findings);
    };
    let places = Places {
        source: own.source,
        extends: own.get("extends").map(|node| node.span),
        tree: merge::without_empty(merged),
    };
    findings.extend(empty_findings(own, &file, inputs));
    let policy = match policy_of(places, default_name(&file, index), inputs) {
        Ok((policy, mut faults)) => {
            findings.append(&mut faults);
            policy
        }
        Err(finding) => {
            findings.push(*finding);
            return (None, findings);
        }
    };
    let is_whole = findings.iter().all(|finding| !finding.is_input_fault);
    (is_whole.then_some(policy), findings)
}

/// The policy of a merged tree, and what is wrong with it; the error is of a tree that is none at all.
pub(super) fn policy_of(
    places: Places,
    default_name: String,
    inputs: &PolicyInputs<'_>,
) -> Result<(Policy, Vec<Finding>), Box<Finding>> {
    let mut json = places.tree.to_json();
    if let Some(keys) = json.as_object_mut() {
        // Without one it is a fault already.
        keys.entry("version").or_insert(1.into());
    }
    whole_numbers(&mut json);
    let decoded: PolicyFile = serde_json::from_value(json).map_err(|error| {
        let location = places.anywhere(&Pointer::root());
        Box::new(InputError::ValueInvalid.finding(location, format!("the policy cannot be used: {error}")))
    })?;
    let (posture, gate, faults) = resolve::resolve(&decoded, &places, inputs);
    let policy = Policy {
        name: decoded.name.unwrap_or(default_name),
        lines: (0, 0),
        places,
        target: decoded.target,
        posture,
        gate,
        assumes: decoded.assumes.unwrap_or_default(),
        waivers: decoded.waivers.unwrap_or_default(),
    };
    Ok((policy, faults))
}

/// `14.0` is the whole number 14, in the schema and in the types.
fn whole_numbers(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            let whole = number
                .to_string()
                .strip_suffix(".0")
                .and_then(|text| text.parse::<i64>().ok());
            if let Some(whole) = whole {
                *json = whole.into();
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        serde_json::Value::Object(entries) => entries.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// Keys without a value that take nothing away.
fn empty_findings(own: &Node, file: &str, inputs: &PolicyInputs<'_>) -> Vec<Finding> {
    if !merge::has_empty(own) {
        return Vec::new();
    }
    // The layers alone: the document with nothing but its `extends`.
    let mut bare = own.clone();
    if let Value::Mapping(entries) = &mut bare.value {
        entries.retain(|entry| entry.key == "extends");
    }
    let (below, _) = layers::flatten(&bare, file, inputs.layers, inputs.builtin);
    let places = Places::of(own.clone());
    merge::empty_values(below.as_ref(), own)
        .into_iter()
        .map(|pointer| {
            let key = pointer.tokens().last().unwrap_or_default();
            InputError::EmptyValue
                .finding(
                    places.key(&pointer),
                    format!("`{key}` has no value, and no layer below has it"),
                )
                .help("give it a value, or remove the key; an empty value only removes a layer's key")
        })
        .collect()
}

/// `policies/prod.yaml` is called `prod`; its second document `prod-2`.
fn default_name(file: &str, index: usize) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if index == 0 {
        stem.to_owned()
    } else {
        format!("{stem}-{}", index + 1)
    }
}
