//! Bytes of every sort of node.

use proptest::prelude::*;

use super::support::{read, slice, text_at};
use crate::pointer::Pointer;
use crate::yaml::{Node, Style, Value};

#[test]
fn scalars_cover_their_source_text() {
    let text = "p: plain text\nm: two\n  lines # c\ns: 'it''s'\nd: \"a\\u00fc\n   b\"\né: ü # x\nf: {k: v , q: \"x\"}\n";
    for (pointer, expected) in [
        ("/p", "plain text"),
        ("/m", "two\n  lines"),
        ("/s", "'it''s'"),
        ("/d", "\"a\\u00fc\n   b\""),
        ("/é", "ü"),
        ("/f", "{k: v , q: \"x\"}"),
        ("/f/k", "v"),
        ("/f/q", "\"x\""),
    ] {
        assert_eq!(text_at(text, pointer), expected, "{pointer}");
    }
}

/// Block scalars cover their text without blank ends.
#[test]
fn block_scalar_spans_exclude_blank_ends() {
    let text = "a: |\n  x\n\n   y  \n\n\nb: >- # c\n\n    one\n    two\nc: |+2\n    z\n \n\nd: |\n\n\ne: >\n\n---\n- |\n last";
    assert_eq!(
        text_at("- |\n  x\n  \u{a0}\n\n", "/0"),
        "x\n  \u{a0}",
        "text that looks blank"
    );
    for (pointer, expected) in [
        ("/a", "x\n\n   y  "),
        ("/b", "one\n    two"),
        ("/c", "  z"),
        ("/d", "|"),
        ("/e", ">"),
    ] {
        assert_eq!(text_at(text, pointer), expected, "{pointer}");
    }
    let parsed = read(text);
    let root = &parsed.documents[0].root;
    assert_eq!(root.get("d").unwrap().style, Style::Block);
    for blank in [
        "a: |+2\n\n",
        "a: |+2 # |\n \nb: 1\n",
        "a: # | x\n  &p|q !!str |+2 # c\n",
    ] {
        assert_eq!(text_at(blank, "/a"), "|+2", "{blank:?}");
    }
    assert!(
        matches!(&parsed.documents[1].root.value, Value::Sequence(items) if slice(text, items[0].span) == "last")
    );
}

/// Values that are not written are empty behind the colon.
#[test]
fn omitted_values_have_empty_spans() {
    let text = "a:\nb :\nc: # x\nd:\n  - \n  -\n? e\n? f\nk: {g, h: , i:}\nz:";
    let place = |pointer: &str| {
        let parsed = read(text);
        let pointer = Pointer::parse(pointer).unwrap();
        let node = parsed.documents[0].root.locate(&pointer).unwrap().node.clone();
        assert_eq!((node.value, node.style), (Value::Null, Style::Plain));
        assert!(node.span.is_empty());
        text[..node.span.start].to_owned()
    };
    for (pointer, ends_with) in [
        ("/a", "a:"),
        ("/b", "b :"),
        ("/c", "c:"),
        ("/d/0", "-"),
        ("/d/1", "- \n  -"),
        ("/e", "? e"),
        ("/f", "? f"),
        ("/k/g", "{g"),
        ("/k/h", "h:"),
        ("/k/i", "i:"),
        ("/z", "z:"),
    ] {
        assert!(
            place(pointer).ends_with(ends_with),
            "{pointer}: {:?}",
            place(pointer)
        );
    }
}

/// Block collections reach from first to last byte.
#[test]
fn block_collection_spans() {
    let text = "a:\n  b: 1 # c\n  c:\n    - x\n    -\n      y: 2\n\n# tail\nd:\n- - 1\n  - 2\n# between\n- e: &q\n    f: |\n      g\n\nh: 1\n";
    for (pointer, expected) in [
        ("/a", "b: 1 # c\n  c:\n    - x\n    -\n      y: 2"),
        ("/a/c", "- x\n    -\n      y: 2"),
        ("/d", "- - 1\n  - 2\n# between\n- e: &q\n    f: |\n      g"),
        ("/d/0", "- 1\n  - 2"),
        ("/d/1/e", "f: |\n      g"),
    ] {
        assert_eq!(text_at(text, pointer), expected, "{pointer}");
    }
    assert_eq!(text_at("k: &a\n# - c\n-\n  x\n", "/k"), "-\n  x");
    assert_eq!(text_at("? a\n: - b\n", ""), "? a\n: - b");
    assert_eq!(text_at("&a k: 1\n", ""), "&a k: 1");
}

/// Flow collections reach from bracket to bracket.
#[test]
fn flow_collection_spans() {
    let text = "- [a: 1, ? b : 2, {c: [\n  3]\n}]\n- &x !!map {\n}\n";
    for (pointer, expected) in [
        ("/0", "[a: 1, ? b : 2, {c: [\n  3]\n}]"),
        ("/0/0", "a: 1"),
        ("/0/1", "? b : 2"),
        ("/0/2/c", "[\n  3]"),
        ("/1", "{\n}"),
    ] {
        assert_eq!(text_at(text, pointer), expected, "{pointer}");
    }
}

#[test]
fn keys_have_spans_quotes_included() {
    let text = "'a b': 1\n\"c\": {d: 2}\n? |\n  e\n: 3\n";
    let parsed = read(text);
    let root = &parsed.documents[0].root;
    let keys = ["a b", "c", "e\n"].map(|key| slice(text, root.entry(key).unwrap().key_span));
    assert_eq!(keys, ["'a b'", "\"c\"", "e"]);
}

#[test]
fn nodes_behind_an_alias_stand_at_the_alias() {
    let text = "base: &b {x: [1, {z: 2}]}\nuse: *b\n";
    let parsed = read(text);
    assert_eq!(parsed.issues, []);
    let found = parsed.documents[0]
        .root
        .locate(&Pointer::parse("/use/x/1/z").unwrap())
        .unwrap();
    assert_eq!(slice(text, found.node.span), "*b");
    assert_eq!(slice(text, found.key.unwrap()), "*b");
    assert_eq!(text_at(text, "/base/x/1/z"), "2");
}

/// JSON values as policies hold them, the nasty texts among them.
fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![
        "[a-zA-Z0-9_ .:#'\"-]{0,12}",
        "\\PC{0,8}",
        prop::sample::select(vec![
            "no", "OFF", "010", "~", "null", "*", "&a", "- x", "a: b", "a #b", "x\ny\n", "\n", " lead",
            "trail ", "\t", "\r\n", "|", ">", "%", "@", "`", "!x", "{}", "[", "${X:-y}", "ü😀", "\u{feff}",
            "\u{2028}", "\u{85}", "\0", "0x1F", "1e3", ".inf", "1_000", "0b11", "12:30:45", "---", "...",
            "? x", ": x", "'", "\"", "\\", "=", "<<",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        (-1e9_f64..1e9).prop_map(serde_json::Value::from),
        text.clone().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let pairs = prop::collection::vec((text.clone(), inner.clone()), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(serde_json::Value::from),
            pairs.prop_map(|pairs| pairs.into_iter().filter(|(key, _)| key != "<<").collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What serde YAML writes is read back with exact spans.
    #[test]
    fn serde_yaml_output_spans(value in json_value()) {
        let text = serde_yaml::to_string(&value).unwrap();
        // The writer takes these for line breaks, as YAML 1.1 did, and indents after them.
        prop_assume!(!text.contains(['\u{85}', '\u{2028}', '\u{2029}']));
        let parsed = read(&text);
        prop_assert!(parsed.issues.iter().all(|issue| !issue.kind.is_fault()), "{text}\n{:?}", parsed.issues);
        prop_assert_eq!(parsed.documents.len(), 1);
        prop_assert_eq!(parsed.documents[0].root.to_json(), value, "{}", text);
        check_texts(&text, &parsed.documents[0].root);
    }

    #[test]
    fn json_is_read_as_itself(value in json_value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        // JSON may hold U+007F and the like raw, which YAML may not.
        prop_assume!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{feff}'));
        let parsed = read(&text);
        prop_assert!(parsed.issues.is_empty(), "{text}\n{:?}", parsed.issues);
        prop_assert_eq!(parsed.documents[0].root.to_json(), value, "{}", text);
        check_texts(&text, &parsed.documents[0].root);
    }
}

/// Reading a scalar's own bytes alone gives the same scalar; a block scalar's lines are its text.
fn check_texts(text: &str, node: &Node) {
    let own = slice(text, node.span);
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| check_texts(text, item)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            let key = slice(text, entry.key_span);
            if entry.key.contains('\n') && !key.starts_with(['"', '\'']) {
                check_block(key, &entry.key);
            } else {
                assert_eq!(alone(key), serde_json::json!(entry.key), "{key:?}");
            }
            check_texts(text, &entry.value);
        }),
        Value::String(value) if node.style == Style::Block => check_block(own, value),
        _ => assert_eq!(alone(own), node.to_json(), "{own:?}"),
    }
}

/// A block scalar's bytes hold the lines of its text, or are its header if there are none.
fn check_block(own: &str, value: &str) {
    let expected = lines(value);
    if expected.is_empty() {
        assert!(own.starts_with(['|', '>']) && lines(own).len() == 1, "{own:?}");
    } else {
        assert_eq!(lines(own), expected);
    }
}

/// The lines of a text that are not blank, without their indentation.
fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .map(|line| line.trim_matches([' ', '\t']))
        .filter(|line| !line.is_empty())
        .collect()
}

fn alone(own: &str) -> serde_json::Value {
    read(own)
        .documents
        .first()
        .map_or(serde_json::Value::Null, |document| document.root.to_json())
}
