//! What the tests share: short ways to read, and the invariants of every tree.

use crate::pointer::Pointer;
use crate::source::SourceId;
use crate::span::Span;
use crate::yaml::{Budget, Issue, Node, Parsed, Style, Value, parse};

/// Reads with the default budget.
pub fn read(text: &str) -> Parsed {
    read_within(text, &Budget::default())
}

/// Reads within a budget and checks what must hold for any text.
pub fn read_within(text: &str, budget: &Budget) -> Parsed {
    let parsed = parse(SourceId(7), text, budget);
    check(text, &parsed);
    parsed
}

/// The JSON of the only document of a text without any issue.
pub fn clean(text: &str) -> serde_json::Value {
    let parsed = read(text);
    assert_eq!(parsed.issues, [], "{text:?}");
    assert_eq!(parsed.documents.len(), 1, "{text:?}");
    parsed.documents[0].root.to_json()
}

/// The JSON of all documents.
pub fn json(parsed: &Parsed) -> Vec<serde_json::Value> {
    parsed.documents.iter().map(|doc| doc.root.to_json()).collect()
}

/// Id of the check and text of every issue.
pub fn faults<'t>(text: &'t str, parsed: &Parsed) -> Vec<(&'static str, &'t str)> {
    let issues = parsed.issues.iter();
    issues
        .map(|issue| (issue.kind.as_str(), slice(text, issue.span)))
        .collect()
}

/// The only issue of a text.
pub fn only_issue(text: &str) -> Issue {
    let mut issues = read(text).issues;
    assert_eq!(issues.len(), 1, "{text:?}: {issues:?}");
    issues.remove(0)
}

pub fn slice(text: &str, span: Span) -> &str {
    text.get(span.start..span.end)
        .unwrap_or_else(|| panic!("{span:?} is not a slice of the text"))
}

/// The text of the node at a pointer in the first document.
pub fn text_at<'t>(text: &'t str, pointer: &str) -> &'t str {
    let parsed = read(text);
    let pointer = Pointer::parse(pointer).unwrap();
    let located = parsed.documents[0].root.locate(&pointer).unwrap();
    slice(text, located.node.span)
}

/// What holds for every text: places lie inside it, children inside parents, siblings do not
/// overlap, pointers lead back, and JSON can be made.
pub fn check(text: &str, parsed: &Parsed) {
    for issue in &parsed.issues {
        slice(text, issue.span);
        assert!(!issue.message.is_empty());
        if let Some((span, label)) = &issue.related {
            slice(text, *span);
            assert!(!label.is_empty());
        }
    }
    for comment in &parsed.comments {
        assert_eq!(slice(text, comment.span), format!("#{}", comment.text));
    }
    let mut end = 0;
    for document in &parsed.documents {
        slice(text, document.span);
        assert!(document.span.start >= end, "documents overlap");
        end = document.span.end;
        check_node(text, &document.root, document.span);
        check_pointers(&document.root);
        let _json = document.root.to_json();
    }
    assert!(parsed.documents.is_sorted_by_key(|document| document.index));
}

fn check_node(text: &str, node: &Node, parent: Span) {
    let own = slice(text, node.span);
    assert!(parent.contains(node.span), "{:?} in {parent:?}", node.span);
    if own.starts_with('*') && node.style != Style::Block {
        return check_alias(node, node.span);
    }
    if node.style == Style::Quoted {
        assert!(
            own.len() > 1 && own.starts_with(['"', '\'']) && own.ends_with(['"', '\'']),
            "{own:?}"
        );
    }
    let mut before = node.span.start;
    let mut child = |span: Span| {
        assert!(span.start >= before, "{span:?} before {before}");
        before = span.end;
    };
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| {
            child(item.span);
            check_node(text, item, node.span);
        }),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            child(entry.key_span);
            slice(text, entry.key_span);
            child(entry.value.span);
            check_node(text, &entry.value, node.span);
        }),
        _ => assert!(
            !own.starts_with([' ', '\t', '\r', '\n']) || node.style == Style::Block,
            "{own:?}"
        ),
    }
}

/// Everything after an alias has its span.
fn check_alias(node: &Node, span: Span) {
    assert_eq!(node.span, span);
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| check_alias(item, span)),
        Value::Mapping(entries) => entries.iter().for_each(|entry| {
            assert_eq!(entry.key_span, span);
            check_alias(&entry.value, span);
        }),
        _ => {}
    }
}

fn check_pointers(root: &Node) {
    root.scalars(&mut |pointer, node| {
        let located = root.locate(pointer).unwrap();
        assert!(std::ptr::eq(located.node, node), "{pointer}");
        assert_eq!(&located.pointer, pointer);
    });
}
