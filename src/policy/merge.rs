//! Layers over each other: later layers win, key by key.

use std::collections::{HashMap, HashSet};

use crate::yaml::{Entry, Node, Value};

/// `over` laid on `base`: mappings key by key, anything else replaced whole. A `null` in `over` takes the
/// key away, and stays as a `null` so that it still does when the result is laid on something else:
/// [`without_empty`] ends a policy's layers. Every node keeps the text it comes from; a mapping that both
/// have belongs to `over`.
#[must_use]
pub fn merge(base: &Node, over: &Node) -> Node {
    let (Value::Mapping(below), Value::Mapping(above)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let old: HashSet<_> = below.iter().map(|entry| entry.key.as_str()).collect();
    let winners: HashMap<_, _> = above.iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let mut entries = Vec::with_capacity(below.len() + above.len());
    for entry in below {
        match winners.get(entry.key.as_str()) {
            None => entries.push(entry.clone()),
            Some(winner) => {
                let value = merge(&entry.value, &winner.value);
                entries.push(Entry {
                    value,
                    key: winner.key.clone(),
                    ..**winner
                });
            }
        }
    }
    let new = above.iter().filter(|entry| !old.contains(entry.key.as_str()));
    entries.extend(new.cloned());
    Node {
        value: Value::Mapping(entries),
        ..over.clone()
    }
}

/// Pointers of keys without a value that no layer below has, so that there is nothing to take away.
#[must_use]
pub fn empty_values(base: Option<&Node>, over: &Node) -> Vec<crate::pointer::Pointer> {
    let mut found = Vec::new();
    collect(base, over, &crate::pointer::Pointer::root(), &mut found);
    found
}

fn collect(
    base: Option<&Node>,
    over: &Node,
    at: &crate::pointer::Pointer,
    found: &mut Vec<crate::pointer::Pointer>,
) {
    match &over.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let below = base
                    .and_then(|base| base.get(&entry.key))
                    .filter(|node| !matches!(node.value, Value::Null));
                let here = at.child(&entry.key);
                if matches!(entry.value.value, Value::Null) {
                    if below.is_none() {
                        found.push(here);
                    }
                } else {
                    collect(below, &entry.value, &here, found);
                }
            }
        }
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(None, item, &at.child(index), found);
            }
        }
        _ => {}
    }
}

/// Takes keys that have no value out of a tree: what is left of a policy when its layers end.
#[must_use]
pub fn without_empty(mut node: Node) -> Node {
    drop_empty(&mut node);
    node
}

fn drop_empty(node: &mut Node) {
    match &mut node.value {
        Value::Mapping(entries) => {
            entries.retain(|entry| !matches!(entry.value.value, Value::Null));
            for entry in entries {
                drop_empty(&mut entry.value);
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

/// Whether some key of a tree has no value.
#[must_use]
pub fn has_empty(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries
            .iter()
            .any(|entry| matches!(entry.value.value, Value::Null) || has_empty(&entry.value)),
        Value::Sequence(items) => items.iter().any(has_empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, parse};

    fn node(source: usize, text: &str) -> Node {
        parse(SourceId(source), text, &Budget::default())
            .documents
            .remove(0)
            .root
    }

    #[test]
    fn later_layers_win_key_by_key_and_keep_their_source() {
        let base = node(0, "a: {x: 1, y: 2}\nlist: [1, 2]\ngone: 3\nkept: 4");
        let over = node(1, "a: {y: 5, z: 6}\nlist: [7]\ngone:\nnew: 8");
        let merged = merge(&base, &over);
        let wanted = serde_json::json!({"a": {"x": 1, "y": 5, "z": 6}, "list": [7], "kept": 4, "new": 8});
        assert_eq!(without_empty(merged.clone()).to_json(), wanted);
        let a = merged.get("a").unwrap();
        assert_eq!(a.get("x").unwrap().source, SourceId(0));
        assert_eq!(a.get("y").unwrap().source, SourceId(1));
        assert_eq!(a.source, SourceId(1));
    }

    #[test]
    fn a_key_without_value_needs_something_to_take_away() {
        let base = node(0, "a: {x: 1}");
        let over = node(1, "a: {x:, y:}\nb:\nc: [{d: }]");
        let empty: Vec<_> = empty_values(Some(&base), &over)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(empty, ["/a/y", "/b", "/c/0/d"]);
    }

    /// Layers in which a place is a mapping in all or a leaf in all; leaves may be taken away.
    fn layer() -> impl Strategy<Value = Node> {
        let leaf = || prop::option::of(prop::option::of(0..3));
        let entry = |key: &'static str, leaf: Option<Option<i32>>| {
            leaf.map(|value| {
                format!(
                    "\"{key}\": {}",
                    value.map_or("null".to_owned(), |v| v.to_string())
                )
            })
        };
        (leaf(), prop::option::of((leaf(), leaf()))).prop_map(move |(a, b)| {
            let inner = |(x, y)| [entry("x", x), entry("y", y)].into_iter().flatten();
            let b = b.map(|b| format!("\"b\": {{{}}}", inner(b).collect::<Vec<_>>().join(", ")));
            let entries: Vec<_> = entry("a", a).into_iter().chain(b).collect();
            node(0, &format!("{{{}}}", entries.join(", ")))
        })
    }

    /// What a tree means; the order of keys means nothing.
    fn meaning(node: &Node) -> serde_json::Value {
        without_empty(node.clone()).to_json()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        /// However layers are grouped into layers, the policy is the same.
        #[test]
        fn grouping_changes_nothing(a in layer(), b in layer(), c in layer()) {
            prop_assert_eq!(
                meaning(&merge(&merge(&a, &b), &c)),
                meaning(&merge(&a, &merge(&b, &c)))
            );
        }

        #[test]
        fn a_layer_on_itself_or_on_nothing_is_itself(a in layer()) {
            prop_assert_eq!(&merge(&a, &a), &a);
            prop_assert_eq!(&merge(&node(0, "{}"), &a), &a);
            prop_assert_eq!(meaning(&without_empty(a.clone())), meaning(&a));
        }
    }
}
