//! The one function that turns a pointer into bytes.

use crate::finding::{Location, Related};
use crate::pointer::Pointer;
use crate::source::SourceId;
use crate::span::Span;
use crate::yaml::{Located, Node, Style, Value};

/// A document's tree together with the file it belongs to.
#[derive(Clone, Debug)]
pub struct Places {
    /// The merged tree; nodes may come from layers.
    pub tree: Node,
    /// The document's own file.
    pub source: SourceId,
    /// Where the document's own `extends` stands, if it has one.
    pub extends: Option<Span>,
}

impl Places {
    /// Of a tree that stands in one file.
    pub fn of(tree: Node) -> Self {
        Self {
            source: tree.source,
            tree,
            extends: None,
        }
    }

    /// Of something that has no text: every pointer stands for itself.
    pub fn without_text(source: SourceId) -> Self {
        Self::of(Node {
            source,
            span: Span::at(0),
            value: Value::Null,
            style: Style::Plain,
        })
    }

    /// Where a pointer stands. A pointer to something that is not there leads to the nearest thing that
    /// is. What stands in a layer is shown at the document's `extends`, with the layer's place as a
    /// related one, because the policy's author can change only the policy.
    pub fn resolve(&self, pointer: &Pointer) -> (Location, Option<Related>) {
        let located = self.tree.locate_nearest(pointer);
        let span = marked(&located);
        let there = Location::at(located.node.source, span, pointer.clone());
        if there.source == self.source {
            return (there, None);
        }
        let span = self.extends.unwrap_or_else(|| Span::at(self.tree.span.start));
        let here = Location::at(self.source, span, pointer.clone());
        (
            here,
            Some(Related {
                location: there,
                label: "set here, in a layer".to_owned(),
            }),
        )
    }

    /// Like [`Places::resolve`], for a place that is named beside a finding: wherever it stands.
    pub fn anywhere(&self, pointer: &Pointer) -> Location {
        let located = self.tree.locate_nearest(pointer);
        Location::at(located.node.source, marked(&located), pointer.clone())
    }

    /// Where the key of an entry stands, rather than its value.
    pub fn key(&self, pointer: &Pointer) -> Location {
        let located = self.tree.locate_nearest(pointer);
        let span = located.key.unwrap_or_else(|| marked(&located));
        Location::at(located.node.source, span, pointer.clone())
    }
}

/// The bytes to mark: a scalar itself, the key of a collection; for a whole document its name, or its
/// first key.
fn marked(located: &Located<'_>) -> Span {
    match (&located.node.value, located.key) {
        (Value::Mapping(entries), None) => {
            let name = located
                .node
                .get("name")
                .filter(|node| is_scalar(node))
                .map(|node| node.span);
            name.or_else(|| entries.first().map(|entry| entry.key_span))
                .unwrap_or(located.node.span)
        }
        (Value::Mapping(_) | Value::Sequence(_), Some(key)) => key,
        _ => located.node.span,
    }
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::Mapping(_) | Value::Sequence(_))
}
