//! The YAML reader on any text: it never panics, every place lies inside the text and inside its
//! parent, every pointer leads back to its node, and its JSON is read as the same JSON.
#![no_main]

use cogward::source::SourceId;
use cogward::span::Span;
use cogward::yaml::{Budget, Node, Parsed, Style, Value, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = parse(SourceId(0), text, &Budget::default());
    check(text, &parsed);
    check(text, &parse(SourceId(0), text, &small(text)));
    for document in &parsed.documents {
        check_json(&document.root.to_json());
    }
});

/// A budget that short texts can exceed, another one for each length.
fn small(text: &str) -> Budget {
    let size = text.len() % 7;
    Budget {
        bytes: 4096,
        nodes: 2 + 4 * size,
        documents: 1 + size,
        depth: 1 + size,
        aliases: size,
        alias_bytes: 150 * size,
        key_bytes: 1 + size,
        issues: 1 + size,
    }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end)
        .expect("inside the text, on character boundaries")
}

fn check(text: &str, parsed: &Parsed) {
    for issue in &parsed.issues {
        slice(text, issue.span);
        assert!(!issue.message.is_empty() && issue.message.len() < 600);
        if let Some((span, _)) = &issue.related {
            slice(text, *span);
        }
    }
    let mut end = 0;
    for comment in &parsed.comments {
        assert!(comment.span.start >= end);
        end = comment.span.end;
        assert_eq!(
            slice(text, comment.span).strip_prefix('#'),
            Some(comment.text.as_str())
        );
        assert!(!comment.text.contains('\n'));
    }
    let mut end = 0;
    for document in &parsed.documents {
        assert!(document.span.start >= end);
        end = document.span.end;
        slice(text, document.span);
        check_node(text, &document.root, document.span);
        let root = &document.root;
        root.scalars(&mut |pointer, node| {
            let found = root.locate(pointer).expect("a scalar's pointer leads to it");
            assert!(std::ptr::eq(found.node, node));
            assert_eq!(&found.pointer, pointer);
            assert_eq!(root.locate_nearest(&pointer.child("x")).pointer, *pointer);
        });
    }
    assert!(parsed.documents.is_sorted_by(|a, b| a.index < b.index));
}

fn check_node(text: &str, node: &Node, parent: Span) {
    let own = slice(text, node.span);
    assert!(parent.contains(node.span), "{:?} in {parent:?}", node.span);
    let is_alias = own.starts_with('*') && node.style != Style::Block;
    match node.style {
        _ if is_alias => {}
        Style::Quoted => assert!(own.starts_with(['"', '\'']) && own.ends_with(['"', '\''])),
        Style::Plain => assert!(!own.starts_with([' ', '\n', '\r']) && !own.ends_with([' ', '\n', '\r'])),
        Style::Block => assert!(!own.is_empty() && !own.ends_with(['\n', '\r'])),
        Style::FlowCollection | Style::BlockCollection => {}
    }
    let mut end = node.span.start;
    let mut next = |span: Span| {
        slice(text, span);
        assert!(node.span.contains(span), "{span:?} in {:?}", node.span);
        assert!(is_alias || span.start >= end, "{span:?} before {end}");
        end = span.end;
    };
    match &node.value {
        Value::Sequence(items) => {
            for item in items {
                next(item.span);
                check_node(text, item, node.span);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                next(entry.key_span);
                next(entry.value.span);
                check_node(text, &entry.value, node.span);
                assert!(std::ptr::eq(
                    node.get(&entry.key).expect("a key that is there"),
                    &entry.value
                ));
            }
        }
        _ => {}
    }
}

/// JSON is YAML, so the JSON of a document is read as itself. Left out: what JSON may hold raw and
/// YAML may not, and keys and texts longer than the reader takes.
fn check_json(value: &serde_json::Value) {
    let text = value.to_string();
    let unprintable = |c: char| c.is_control() || "\u{feff}\u{fffe}\u{ffff}".contains(c);
    if text.len() > 1 << 20 || text.contains(unprintable) || has_long_key(value) {
        return;
    }
    let parsed = parse(SourceId(0), &text, &Budget::default());
    assert!(
        parsed.issues.iter().all(|issue| !issue.kind.is_fault()),
        "{:?}",
        parsed.issues
    );
    assert_eq!(parsed.documents.len(), 1);
    assert_eq!(&parsed.documents[0].root.to_json(), value);
}

fn has_long_key(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(items) => items.iter().any(has_long_key),
        serde_json::Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| key.len() > 150 || has_long_key(value)),
        _ => false,
    }
}
