//! Layers over each other: later layers win, key by key.

use std::collections::{HashMap, HashSet};

use crate::yaml::{Node, NodeEntry, Value};

/// `over` laid on `base`: mappings key by key, anything else replaced whole. A `null` in `over` takes the
/// key away, and stays as a `null` so that it still does when the result is laid on something else:
/// [`without_empty`] ends a policy's layers. Every node keeps the text it comes from; a mapping that both
/// have belongs to `over`.
///
/// A client inherits or responds as the last layer says that speaks of it: `inherit` takes the responses
/// of the layers below away and nothing else, responses take `inherit` away.
pub fn merge(base: &Node, over: &Node) -> Node {
    merge_into(base.clone(), over)
}

/// [`merge`] for a base that is not needed any more: nothing of it is copied.
pub fn merge_into(base: Node, over: &Node) -> Node {
    lay(base, over, Place::Document)
}

/// What is merged.
#[derive(Clone, Copy)]
enum Place {
    Document,
    Clients,
    Elsewhere,
}

impl Place {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::Document, "clients") => Self::Clients,
            _ => Self::Elsewhere,
        }
    }
}

fn lay(base: Node, over: &Node, place: Place) -> Node {
    let (Value::Mapping(below), Value::Mapping(above)) = (base.value, &over.value) else {
        return over.clone();
    };
    let mut laid = HashSet::with_capacity(above.len());
    let winners: HashMap<_, _> = above.iter().map(|entry| (entry.key.as_str(), entry)).collect();
    let mut entries = Vec::with_capacity(below.len() + above.len());
    for entry in below {
        match winners.get(entry.key.as_str()) {
            None => entries.push(entry),
            Some(winner) => {
                let value = match place {
                    Place::Clients => lay_client(entry.value, &winner.value),
                    Place::Document if entry.key == "log_delivery" => lay_logs(&entry.value, &winner.value),
                    _ => lay(entry.value, &winner.value, place.below(&entry.key)),
                };
                laid.insert(winner.key.as_str());
                entries.push(NodeEntry {
                    value,
                    key: winner.key.clone(),
                    ..**winner
                });
            }
        }
    }
    let new = above.iter().filter(|entry| !laid.contains(entry.key.as_str()));
    entries.extend(new.cloned());
    Node {
        value: Value::Mapping(entries.into()),
        source: over.source,
        span: over.span,
        style: over.style,
    }
}

/// Event sources that can be exported.
const SOURCES: [&str; 2] = ["user_auth_events", "user_notification"];

/// `none` says of each source that it is not exported, so that a layer above may say otherwise of one of them.
fn lay_logs(base: &Node, over: &Node) -> Node {
    let spelled_out = |logs: &Node| match &logs.value {
        Value::String(word) if word == "none" => {
            let entry = |key: &str| NodeEntry {
                key: key.to_owned(),
                key_span: logs.span,
                value: logs.clone(),
            };
            Node {
                value: Value::Mapping(SOURCES.map(entry).to_vec().into()),
                ..logs.clone()
            }
        }
        _ => logs.clone(),
    };
    lay(spelled_out(base), &spelled_out(over), Place::Elsewhere)
}

/// Sections of a client that belong to an override.
const RESPONSES: [&str; 3] = ["account_takeover", "compromised_credentials", "risk_exceptions"];

fn lay_client(base: Node, over: &Node) -> Node {
    let base = spelled_out(&base).unwrap_or(base);
    match spelled_out(over) {
        Some(over) => lay(base, &over, Place::Elsewhere),
        None => lay(base, over, Place::Elsewhere),
    }
}

/// A client with all that it takes away from the layers below; `None` if it says so already.
fn spelled_out(client: &Node) -> Option<Node> {
    let with = |value| Node {
        value,
        ..client.clone()
    };
    let entry = |key: &str, value| NodeEntry {
        key: key.to_owned(),
        key_span: client.span,
        value: with(value),
    };
    let away = |key: &str| entry(key, Value::Null);
    match &client.value {
        Value::String(word) if word == "inherit" => {
            let inherit = entry("inherit", Value::Bool(true));
            let entries = RESPONSES.map(away).into_iter().chain([inherit]);
            Some(with(Value::Mapping(entries.collect())))
        }
        Value::Mapping(entries) => {
            let responds = |entry: &NodeEntry| {
                RESPONSES.contains(&entry.key.as_str()) && !matches!(entry.value.value, Value::Null)
            };
            if !entries.iter().any(responds) || entries.iter().any(|entry| entry.key == "inherit") {
                return None;
            }
            let entries = entries.iter().cloned().chain([away("inherit")]);
            Some(with(Value::Mapping(entries.collect())))
        }
        _ => None,
    }
}

/// Pointers of keys without a value that no layer below has, so that there is nothing to take away.
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
pub fn without_empty(mut node: Node) -> Node {
    drop_empty(&mut node);
    node
}

fn drop_empty(node: &mut Node) {
    // What has nothing to take out stays shared with the layer that it comes from.
    if !has_empty(node) {
        return;
    }
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

    /// Later layers win key by key and keep their source.
    #[test]
    fn later_layer_wins_and_keeps_source() {
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

    /// A key without value needs something to take away.
    #[test]
    fn empty_value_without_key_to_remove() {
        let base = node(0, "a: {x: 1}");
        let over = node(1, "a: {x:, y:}\nb:\nc: [{d: }]");
        let empty: Vec<_> = empty_values(Some(&base), &over)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(empty, ["/a/y", "/b", "/c/0/d"]);
    }

    /// A client inherits or responds as the last layer says.
    #[test]
    fn client_inheritance_follows_last_layer() {
        let meaning = |base: &str, over: &str| {
            let client = |text: &str| node(0, &format!("clients: {{web: {text}}}"));
            let merged = merge(&client(base), &client(over));
            without_empty(merged).to_json()["clients"]["web"].clone()
        };
        let own = "{id: a, account_takeover: {}, auth_flows: []}";
        for inherit in ["inherit", "{inherit: true}"] {
            let kept = serde_json::json!({"id": "a", "auth_flows": [], "inherit": true});
            if inherit == "inherit" {
                assert_eq!(meaning(own, inherit), kept);
            }
            assert_eq!(
                meaning(inherit, "{account_takeover: {}}"),
                serde_json::json!({"account_takeover": {}})
            );
            assert_eq!(
                meaning(inherit, "{id: a}"),
                serde_json::json!({"id": "a", "inherit": true})
            );
        }
        assert_eq!(
            meaning("inherit", "inherit"),
            serde_json::json!({"inherit": true})
        );
    }

    /// A layer may export what the one below does not and the other way round.
    #[test]
    fn log_delivery_none_and_destination() {
        let meaning = |base: &str, over: &str| {
            let logs = |text: &str| node(0, &format!("log_delivery: {text}"));
            let merged = merge(&logs(base), &logs(over));
            without_empty(merged).to_json()["log_delivery"].clone()
        };
        let both = serde_json::json!({"user_auth_events": "none", "user_notification": "none"});
        let one = serde_json::json!({"user_auth_events": {"s3": "a"}, "user_notification": "none"});
        assert_eq!(meaning("none", "none"), both);
        assert_eq!(meaning("none", "{user_auth_events: {s3: a}}"), one);
        assert_eq!(
            meaning("{user_auth_events: {s3: a}, user_notification: {s3: b}}", "none"),
            both
        );
        assert_eq!(
            meaning("{user_auth_events: {s3: a}}", "{user_notification: none}"),
            one
        );
        assert_eq!(
            meaning(
                "{user_auth_events: none}",
                "{user_auth_events: {s3: a}, user_notification: none}"
            ),
            one
        );
    }

    /// A client as layers have it.
    fn client() -> impl Strategy<Value = Node> {
        let text = prop::sample::select(vec![
            "{}",
            "clients: {web: inherit}",
            "clients: {web: {inherit: true}}",
            "clients: {web: {inherit: false, id: a}}",
            "clients: {web: {id: b, account_takeover: {low: {action: BLOCK}}}}",
            "clients: {web: {id: , compromised_credentials: {action: BLOCK}}}",
            "clients: {web: {account_takeover: }}",
        ]);
        text.prop_map(|text| node(0, text))
    }

    /// What a tree means for a client: the word and the key say the same.
    fn spelled_out(node: &Node) -> serde_json::Value {
        let mut json = meaning(node);
        if json["clients"]["web"] == "inherit" {
            json["clients"]["web"] = serde_json::json!({"inherit": true});
        }
        json
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
        fn grouping_changes_nothing_of_clients(a in client(), b in client(), c in client()) {
            prop_assert_eq!(
                spelled_out(&merge(&merge(&a, &b), &c)),
                spelled_out(&merge(&a, &merge(&b, &c)))
            );
        }

        /// A layer on itself or on nothing is itself.
        #[test]
        fn merge_with_self_or_empty_is_identity(a in layer()) {
            prop_assert_eq!(&merge(&a, &a), &a);
            prop_assert_eq!(&merge(&node(0, "{}"), &a), &a);
            prop_assert_eq!(meaning(&without_empty(a.clone())), meaning(&a));
        }
    }
}
