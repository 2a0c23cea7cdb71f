//! `extends`: which layers lie under a policy, found before anything is merged.

use std::collections::BTreeMap;

use crate::fault::Check;
use crate::finding::{Finding, Location};
use crate::pointer::Pointer;
use crate::policy::merge::merge;
use crate::source::SourceId;
use crate::span::Span;
use crate::text;
use crate::yaml::{Node, Value};

/// A layer by what names it: `builtin:balanced`, or a file's path from the top of the tree.
pub type LayerKey = String;

/// A layer that was looked for.
#[derive(Debug)]
pub enum Layer {
    /// Its document, variables replaced.
    Found(Node),
    /// It exists and has faults of its own, which are reported where they are.
    Faulty,
    /// There is no such file.
    Missing,
    /// It lies outside the directory tree.
    Outside,
    /// It could not be read, or holds no single document: why.
    Unusable(String),
}

/// All layers of a run by key.
pub type Layers = BTreeMap<LayerKey, Layer>;

/// One name under `extends`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extends {
    /// As written.
    pub text: String,
    /// What it stands for.
    pub key: LayerKey,
    /// Where it is written.
    pub source: SourceId,
    /// Where it is written.
    pub span: Span,
    /// Where it is written.
    pub pointer: Pointer,
}

/// The names under a document's `extends`, lowest layer first. `directory` is the folder of the
/// document's file from the top of the tree, without a final slash; names in `builtin` are shipped
/// baselines. Values of another type are the schema's business.
#[must_use]
pub fn extends_of(document: &Node, directory: &str, builtin: &[&str]) -> Vec<Extends> {
    let Some(node) = document.get("extends") else {
        return Vec::new();
    };
    let root = Pointer::root().child("extends");
    let one = |node: &Node, pointer: Pointer| {
        let Value::String(text) = &node.value else {
            return None;
        };
        let key = if builtin.contains(&text.as_str()) {
            format!("builtin:{text}")
        } else {
            join(directory, text)
        };
        Some(Extends {
            text: text.clone(),
            key,
            source: node.source,
            span: node.span,
            pointer,
        })
    };
    match &node.value {
        Value::Sequence(items) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| one(item, root.child(index)))
            .collect(),
        _ => one(node, root).into_iter().collect(),
    }
}

/// `directory` and a relative path as one path from the top; leading `..` stay, so that a path that
/// leaves the tree can be seen.
#[must_use]
pub fn join(directory: &str, relative: &str) -> String {
    let own = relative.starts_with('/');
    let absolute = own || directory.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let start = if own { "" } else { directory };
    for part in start.split('/').chain(relative.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// The folder of a file's name, without a final slash; empty at the top.
#[must_use]
pub fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Lays a document on its layers. The first element is `None` when a layer is not there or faulty: the
/// document cannot be judged then. `trail` holds the keys that led here, for circles.
pub fn flatten(
    document: &Node,
    here: &str,
    layers: &Layers,
    builtin: &[&str],
    trail: &mut Vec<LayerKey>,
) -> (Option<Node>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut base: Option<Node> = None;
    let mut whole = true;
    for extends in extends_of(document, directory(here), builtin) {
        if trail.contains(&extends.key) || extends.key == here {
            findings.push(cycle(&extends, trail, here));
            whole = false;
            continue;
        }
        match layers.get(&extends.key) {
            Some(Layer::Found(layer)) => {
                trail.push(extends.key.clone());
                let (below, mut inner) = flatten(layer, &extends.key, layers, builtin, trail);
                trail.pop();
                findings.append(&mut inner);
                let Some(below) = below else {
                    whole = false;
                    continue;
                };
                base = Some(base.map_or_else(|| below.clone(), |base| merge(&base, &below)));
            }
            other => {
                findings.push(unusable(&extends, other, builtin));
                whole = false;
            }
        }
    }
    let own = without_extends(document);
    (
        whole.then(|| base.map_or_else(|| own.clone(), |base| merge(&base, &own))),
        findings,
    )
}

/// A document without its `extends`, which a merged policy no longer has. Its place is kept by the
/// caller.
fn without_extends(document: &Node) -> Node {
    let mut own = document.clone();
    if let Value::Mapping(entries) = &mut own.value {
        entries.retain(|entry| entry.key != "extends");
    }
    own
}

fn cycle(extends: &Extends, trail: &[LayerKey], here: &str) -> Finding {
    let start = trail.iter().position(|key| *key == extends.key).unwrap_or(0);
    let mut names: Vec<&str> = trail[start..].iter().map(String::as_str).collect();
    if names.last() != Some(&here) {
        names.push(here);
    }
    names.push(&extends.key);
    names.dedup();
    let message = if names.len() < 2 {
        format!("`{here}` extends itself")
    } else {
        format!("layers extend each other in a circle: {}", names.join(" → "))
    };
    Check::ExtendsCycle
        .finding(place(extends), message)
        .labelled("closes the circle")
        .help("take one of these `extends` away")
}

fn unusable(extends: &Extends, layer: Option<&Layer>, builtin: &[&str]) -> Finding {
    let name = &extends.text;
    match layer {
        Some(Layer::Outside) => Check::ExtendsOutside
            .finding(
                place(extends),
                format!("`{name}` lies outside the directory tree"),
            )
            .help("a policy may only extend files of its own repository; copy the layer into it"),
        Some(Layer::Unusable(why)) => Check::ExtendsMissing
            .finding(
                place(extends),
                format!("`{name}` cannot be used as a layer: {why}"),
            )
            .help("name a file that holds one policy document"),
        Some(Layer::Faulty) => Check::ExtendsFaulty
            .finding(
                place(extends),
                format!("`{name}` has faults, so nothing that extends it was judged"),
            )
            .help("mend the layer; its faults are listed at its own lines"),
        _ => {
            let near = text::nearest(name, builtin.iter().copied());
            let help = near.map_or_else(
                || {
                    format!(
                        "shipped baselines: {}; anything else is a file's path, relative to this file",
                        builtin.join(", ")
                    )
                },
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("there is no baseline and no file `{name}`");
            Check::ExtendsMissing.finding(place(extends), message).help(help)
        }
    }
}

fn place(extends: &Extends) -> Location {
    Location {
        source: extends.source,
        span: extends.span,
        pointer: Some(extends.pointer.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_lexically() {
        assert_eq!(join("policies/prod", "../base.yaml"), "policies/base.yaml");
        assert_eq!(join("", "./a//b.yaml"), "a/b.yaml");
        assert_eq!(join("policies", "../../x.yaml"), "../x.yaml");
        assert_eq!(join("policies", "/etc/passwd"), "/etc/passwd");
        assert_eq!(join("/tmp/p", "../base.yaml"), "/tmp/base.yaml");
        assert_eq!(directory("a/b/c.yaml"), "a/b");
        assert_eq!(directory("c.yaml"), "");
    }
}
