//! The tree: values with the bytes they were read from, and the way from a pointer to a node.

use crate::pointer::Pointer;
use crate::source::SourceId;
use crate::span::Span;

/// A value and where it stands.
///
/// What [`Node::span`] covers:
/// - plain and quoted scalars: their source text, quotes included, over several lines if they are;
/// - block scalars (`|`, `>`): from the first character of the text, not of the header, to the
///   end of its last line that is not blank, without the line break. The header if there is no
///   such line;
/// - flow collections: from bracket to bracket; a pair without braces, as in `[a: 1]`, from its
///   key to its value;
/// - block collections: from the first key (its anchor, its tag or its `?`) or `-` to the end of
///   the last value;
/// - a value that is not written, as in `key:`: the empty span behind the colon or dash;
/// - everything behind an alias: the alias, `*name`; the text there starts with `*`, which no
///   other node's text does.
///
/// Anchors and tags in front of a value are not part of its span. A child's span lies inside its
/// parent's.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The text it was read from.
    pub source: SourceId,
    /// Its bytes there.
    pub span: Span,
    /// The value.
    pub value: Value,
    /// How it is written.
    pub style: Style,
}

/// The notation of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// A scalar without quotes, or one that is not written at all (its span is then empty).
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A block scalar, `|` or `>`.
    Block,
    /// `[…]` or `{…}`.
    FlowCollection,
    /// A collection by indentation.
    BlockCollection,
}

/// What a node holds: JSON's values, which are YAML 1.2's core schema but for `.inf` and `.nan`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 bits or a finite float.
    Number(serde_json::Number),
    /// A text.
    String(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping in the order of the text; keys are unique.
    Mapping(Vec<NodeEntry>),
}

/// One key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeEntry {
    /// The key's text.
    pub key: String,
    /// The key's bytes, quotes included, in the source of [`NodeEntry::value`].
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// What a pointer led to.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// The key of the entry that the node is the value of; `None` for elements and the root.
    pub key: Option<Span>,
    /// The node.
    pub node: &'a Node,
    /// The pointer of the node, which may be shorter than the one that was looked for.
    pub pointer: Pointer,
}

impl Node {
    /// The value as JSON, mappings in the order of the text.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(*value),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(text) => serde_json::Value::String(text.clone()),
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect(),
        }
    }

    /// The value of a key; `None` without one, and for everything but mappings.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key; `None` without one, and for everything but mappings.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&NodeEntry> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The node that a pointer from this node names; `None` if there is none.
    #[must_use]
    pub fn locate(&self, pointer: &Pointer) -> Option<Located<'_>> {
        let (located, whole) = self.descend(pointer);
        whole.then_some(located)
    }

    /// The deepest node on a pointer's way that exists; at least this node. For findings about
    /// something that is missing.
    #[must_use]
    pub fn locate_nearest(&self, pointer: &Pointer) -> Located<'_> {
        self.descend(pointer).0
    }

    /// Calls `visit` with every scalar at or below this node and its pointer, in the order of the
    /// text. Pointers are made one at a time: a list of all of them could be far larger than the text.
    pub fn scalars<'a>(&'a self, visit: &mut impl FnMut(&Pointer, &'a Self)) {
        self.visit_scalars(&Pointer::root(), visit);
    }

    fn visit_scalars<'a>(&'a self, at: &Pointer, visit: &mut impl FnMut(&Pointer, &'a Self)) {
        match &self.value {
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.visit_scalars(&at.child(index), visit);
                }
            }
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.value.visit_scalars(&at.child(&entry.key), visit);
                }
            }
            _ => visit(at, self),
        }
    }

    /// How far a pointer leads, and whether that is its end.
    fn descend(&self, pointer: &Pointer) -> (Located<'_>, bool) {
        let mut found = Located {
            key: None,
            node: self,
            pointer: Pointer::root(),
        };
        for token in pointer.tokens() {
            let Some((key, node)) = found.node.step(&token) else {
                return (found, false);
            };
            found = Located {
                key,
                node,
                pointer: found.pointer.child(&token),
            };
        }
        (found, true)
    }

    /// One token down, with the key's span if it is a key.
    fn step(&self, token: &str) -> Option<(Option<Span>, &Self)> {
        match &self.value {
            Value::Sequence(items) => Some((None, items.get(element(token)?)?)),
            Value::Mapping(_) => self
                .entry(token)
                .map(|entry| (Some(entry.key_span), &entry.value)),
            _ => None,
        }
    }

    /// Gives this node and all below it one span: that of the alias they stand behind.
    pub(super) fn set_spans(&mut self, span: Span) {
        self.span = span;
        match &mut self.value {
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.set_spans(span)),
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key_span = span;
                    entry.value.set_spans(span);
                }
            }
            _ => {}
        }
    }
}

/// An index as RFC 6901 writes it: digits without leading zeros.
fn element(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with('0');
    (canonical && token.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| token.parse().ok())
        .flatten()
}
