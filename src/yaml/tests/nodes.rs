//! Ways through the tree.

use serde_json::json;

use super::support::{read, slice};
use crate::pointer::Pointer;
use crate::source::SourceId;
use crate::yaml::Node;

const TEXT: &str = "list:\n  - {a/b: 1}\n  - x\nnone:\n'': {'~': t}\n";

fn root() -> Node {
    read(TEXT).documents.remove(0).root
}

#[test]
fn locate_finds_key_and_value() {
    let root = root();
    for (pointer, key, value) in [
        ("/list/0/a~1b", Some("a/b"), "1"),
        ("/list/1", None, "x"),
        ("/none", Some("none"), ""),
        ("/", Some("''"), "{'~': t}"),
        ("//~0", Some("'~'"), "t"),
    ] {
        let pointer = Pointer::parse(pointer).unwrap();
        let found = root.locate(&pointer).unwrap();
        assert_eq!(found.key.map(|key| slice(TEXT, key)), key, "{pointer}");
        assert_eq!(slice(TEXT, found.node.span), value, "{pointer}");
        assert_eq!(found.pointer, pointer);
        assert_eq!(found.node.source, SourceId(7));
    }
    assert_eq!(root.locate(&Pointer::root()).unwrap().node, &root);
}

/// What is not there is located at its nearest ancestor.
#[test]
fn missing_path_located_at_ancestor() {
    let root = root();
    for (missing, nearest) in [
        ("/list/2", "/list"),
        ("/list/00", "/list"),
        ("/list/-", "/list"),
        ("/list/+0", "/list"),
        ("/list/99999999999999999999", "/list"),
        ("/list/0/a/b", "/list/0"),
        ("/list/1/x/y", "/list/1"),
        ("/none/x", "/none"),
        ("/gone/list", ""),
    ] {
        let missing = Pointer::parse(missing).unwrap();
        assert!(root.locate(&missing).is_none(), "{missing}");
        assert_eq!(
            root.locate_nearest(&missing).pointer.as_str(),
            nearest,
            "{missing}"
        );
    }
}

#[test]
fn json_keeps_the_order_of_keys() {
    let keys = |node: &Node| {
        node.to_json()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&read("z: 1\na: 2\nm: 3\n").documents[0].root),
        ["z", "a", "m"]
    );
    assert_eq!(
        root().to_json(),
        json!({"list": [{"a/b": 1}, "x"], "none": null, "": {"~": "t"}})
    );
}

#[test]
fn scalars_are_visited_in_order() {
    let mut seen = Vec::new();
    let root = root();
    root.scalars(&mut |pointer, node| seen.push((pointer.to_string(), slice(TEXT, node.span))));
    let seen: Vec<_> = seen
        .iter()
        .map(|(pointer, text)| (pointer.as_str(), *text))
        .collect();
    assert_eq!(
        seen,
        [
            ("/list/0/a~1b", "1"),
            ("/list/1", "x"),
            ("/none", ""),
            ("//~0", "t")
        ]
    );
}

#[test]
fn get_and_entry_are_for_mappings_only() {
    let root = root();
    assert!(root.get("list").unwrap().get("0").is_none());
    assert!(root.get("gone").is_none());
    assert_eq!(root.entry("none").unwrap().key, "none");
}
