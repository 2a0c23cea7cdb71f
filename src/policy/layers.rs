//! `extends`: which layers lie under a policy, found before anything is merged.

use std::collections::BTreeMap;

use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::pointer::Pointer;
use crate::policy::merge::merge_into;
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
    /// It lies outside the repository, or a link leads out of it: in words.
    Outside(String),
    /// It could not be read, or holds no single document: why.
    Unusable(String),
}

/// Layers that may lie under each other. Nobody follows so many, each is laid for every policy above it,
/// and the stack must hold them.
pub const MAX_LAYERS: usize = 64;

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
pub fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Lays a document on its layers. The first element is `None` when a layer is not there or faulty: the
/// document cannot be checked then. `here` is the name of the document's file.
pub fn flatten(
    document: &Node,
    here: &str,
    layers: &Layers,
    builtin: &[&str],
) -> (Option<Node>, Vec<Finding>) {
    let mut stack = Stack {
        layers,
        builtin,
        trail: Vec::new(),
        done: BTreeMap::new(),
        too_many: false,
        findings: Vec::new(),
    };
    let flat = stack.lay(document, here);
    if stack.too_many {
        let first = extends_of(document, directory(here), builtin).into_iter().next();
        stack.findings.extend(first.as_ref().map(too_many));
    }
    (flat, stack.findings)
}

/// The layers under one document.
struct Stack<'a> {
    layers: &'a Layers,
    builtin: &'a [&'a str],
    /// Keys that led here, for circles.
    trail: Vec<LayerKey>,
    /// Layers that are laid already: several may extend the same one.
    done: BTreeMap<LayerKey, Option<Node>>,
    /// Whether more layers lie under each other than may.
    too_many: bool,
    findings: Vec<Finding>,
}

impl Stack<'_> {
    fn lay(&mut self, document: &Node, here: &str) -> Option<Node> {
        let mut base: Option<Node> = None;
        let mut whole = true;
        for extends in extends_of(document, directory(here), self.builtin) {
            match self.below(&extends, here) {
                Some(below) => {
                    base = Some(match base {
                        None => below,
                        Some(base) => merge_into(base, &below),
                    });
                }
                None => whole = false,
            }
        }
        let own = without(document, &["extends"]);
        whole.then(|| match base {
            Some(base) => merge_into(base, &own),
            None => own,
        })
    }

    /// A layer on its own layers, without what only describes it.
    fn below(&mut self, extends: &Extends, here: &str) -> Option<Node> {
        let key = &extends.key;
        if self.trail.contains(key) || key == here {
            self.findings.push(cycle(extends, &self.trail, here));
            return None;
        }
        if let Some(done) = self.done.get(key) {
            return done.clone();
        }
        if self.trail.len() >= MAX_LAYERS {
            self.too_many = true;
            return None;
        }
        let flat = match self.layers.get(key) {
            Some(Layer::Found(layer)) => {
                self.trail.push(key.clone());
                let flat = self.lay(layer, key);
                self.trail.pop();
                flat.map(|flat| without(&flat, &["name", "description"]))
            }
            other => {
                self.findings.push(unusable(extends, other, self.builtin));
                return None;
            }
        };
        self.done.insert(key.clone(), flat.clone());
        flat
    }
}

/// A document without some of its keys. The place of `extends` is kept by the caller.
fn without(document: &Node, keys: &[&str]) -> Node {
    let mut own = document.clone();
    if let Value::Mapping(entries) = &mut own.value {
        entries.retain(|entry| !keys.contains(&entry.key.as_str()));
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
        format!("layers extend each other in a cycle: {}", names.join(" → "))
    };
    InputError::ExtendsCycle
        .finding(place(extends), message)
        .labelled("closes the cycle")
        .help("remove one of these `extends`")
}

fn too_many(extends: &Extends) -> Finding {
    let message = format!("the policy has more than {MAX_LAYERS} layers");
    InputError::TooDeep
        .finding(place(extends), message)
        .help("let a layer extend several that extend nothing: `extends: [a.yaml, b.yaml]`")
}

fn unusable(extends: &Extends, layer: Option<&Layer>, builtin: &[&str]) -> Finding {
    let name = &extends.text;
    match layer {
        Some(Layer::Outside(why)) => InputError::ExtendsOutside
            .finding(
                place(extends),
                format!("`{name}` cannot be used as a layer: {why}"),
            )
            .help("a policy may only extend files of its own repository; copy the layer into it"),
        Some(Layer::Unusable(why)) => InputError::ExtendsMissing
            .finding(
                place(extends),
                format!("`{name}` cannot be used as a layer: {why}"),
            )
            .help("name a file that holds one policy document"),
        Some(Layer::Faulty) => InputError::ExtendsFaulty
            .finding(
                place(extends),
                format!("`{name}` has input errors, so nothing that extends it was checked"),
            )
            .help("fix the layer; its input errors are listed at its own lines"),
        _ => {
            let near = text::nearest(name, builtin.iter().copied());
            let help = near.map_or_else(
                || {
                    format!(
                        "shipped layers: {}; anything else is a file's path, relative to this file",
                        builtin.join(", ")
                    )
                },
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("there is no shipped layer and no file `{name}`");
            InputError::ExtendsMissing
                .finding(place(extends), message)
                .help(help)
        }
    }
}

fn place(extends: &Extends) -> Location {
    Location::at(extends.source, extends.span, extends.pointer.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::merge::without_empty;
    use crate::yaml::{Budget, parse};

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

    fn tree(source: usize, text: &str) -> Node {
        parse(SourceId(source), text, &Budget::default())
            .documents
            .remove(0)
            .root
    }

    fn flat(document: &str, layers: &[(&str, &str)]) -> (Option<serde_json::Value>, Vec<String>) {
        let found = layers
            .iter()
            .enumerate()
            .map(|(index, (name, text))| ((*name).to_owned(), Layer::Found(tree(index + 1, text))))
            .collect();
        let (flat, findings) = flatten(&tree(0, document), "top.yaml", &found, &[]);
        (
            flat.map(|flat| without_empty(flat).to_json()),
            findings.into_iter().map(|finding| finding.message).collect(),
        )
    }

    /// Layers that share a base are no circle and cost no more than their number.
    #[test]
    fn shared_base_is_no_cycle() {
        let mut layers = vec![("l0.yaml".to_owned(), "x: 1".to_owned())];
        for index in 1..40 {
            let below = format!("l{}.yaml", index - 1);
            layers.push((format!("l{index}.yaml"), format!("extends: [{below}, ./{below}]")));
        }
        let layers: Vec<_> = layers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            flat("extends: l39.yaml", &layers),
            (Some(serde_json::json!({"x": 1})), vec![])
        );
    }

    /// A chain that is too long is said once and ends.
    #[test]
    fn chain_beyond_limit_reported_once() {
        let chain = |length: usize| {
            let text = |index: usize| match index {
                0 => "x: 1".to_owned(),
                index => format!("extends: l{}.yaml", index - 1),
            };
            let layer = |index| (format!("l{index}.yaml"), text(index));
            let layers: Vec<_> = (0..length).map(layer).collect();
            let layers: Vec<_> = layers.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            flat(&format!("extends: l{}.yaml", length - 1), &layers)
        };
        assert_eq!(chain(MAX_LAYERS), (Some(serde_json::json!({"x": 1})), vec![]));
        let messages = vec!["the policy has more than 64 layers".to_owned()];
        assert_eq!(chain(MAX_LAYERS + 1), (None, messages.clone()));
        assert_eq!(chain(20_000), (None, messages));
    }

    #[test]
    fn circles_are_named_once_and_end() {
        let (flat, messages) = flat(
            "extends: [a.yaml, b.yaml]",
            &[("a.yaml", "extends: b.yaml"), ("b.yaml", "extends: a.yaml")],
        );
        assert_eq!(flat, None);
        assert_eq!(
            messages,
            ["layers extend each other in a cycle: a.yaml → b.yaml → a.yaml"]
        );
        let own = self::flat("extends: top.yaml", &[("top.yaml", "extends: top.yaml")]);
        assert_eq!(own.1, ["`top.yaml` extends itself"]);
    }

    /// A key taken away in a layer is away in all layers below.
    #[test]
    fn removed_key_stays_removed_below() {
        let layers = [
            ("a.yaml", "x: {p: 1, q: 2}"),
            ("b.yaml", "x: {p: 3}"),
            ("d.yaml", "{extends: b.yaml, x: {p: }}"),
        ];
        assert_eq!(
            flat("extends: [a.yaml, d.yaml]", &layers).0,
            Some(serde_json::json!({"x": {"q": 2}}))
        );
    }

    /// What describes a layer does not describe the policy.
    #[test]
    fn layer_name_and_description_dropped() {
        let layers = [("a.yaml", "{name: base, description: a layer, x: 1}")];
        assert_eq!(
            flat("{extends: a.yaml, name: own}", &layers).0,
            Some(serde_json::json!({"x": 1, "name": "own"}))
        );
        assert_eq!(
            flat("extends: a.yaml", &layers).0,
            Some(serde_json::json!({"x": 1}))
        );
    }
}
