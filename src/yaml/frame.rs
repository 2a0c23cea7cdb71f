//! A collection that is still open while the events go by.

use std::collections::{HashMap, HashSet};

use super::node::{Node, NodeEntry, Value};
use crate::span::Span;

/// Mappings up to this size are searched key by key; larger ones get an index.
const LINEAR: usize = 16;

/// How much a node is, so that copies can be charged before they are made.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Nodes, itself included.
    pub nodes: usize,
    /// Bytes of texts and keys.
    pub bytes: usize,
    /// Collections inside each other; 0 for a scalar.
    pub height: usize,
}

impl Size {
    /// One scalar.
    pub fn scalar(bytes: usize) -> Self {
        Self {
            nodes: 1,
            bytes,
            height: 0,
        }
    }

    /// This collection with one more child.
    fn add(&mut self, child: Self) {
        self.nodes += child.nodes;
        self.bytes += child.bytes;
        self.height = self.height.max(child.height + 1);
    }
}

/// The key whose value comes next.
#[derive(Debug)]
pub(super) enum Key {
    /// To be kept.
    Keep(String, Span),
    /// To be kept in place of the same one before it.
    Replace(String, Span),
    /// The mappings that its value has are merged into this one; another value is kept under the key.
    Merge(Span),
    /// Left out, with its value; the reason is an issue.
    Skip,
}

/// What has been read of a collection.
#[derive(Debug)]
enum Content {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<NodeEntry>,
        index: HashMap<String, usize>,
        key: Option<Key>,
        /// What is merged into it, in order: its own keys, and earlier ones, go before.
        merged: Vec<NodeEntry>,
    },
}

/// Lists that finished collections no longer need: most collections are small, and a list that grows again and again costs more
/// than one that is there.
#[derive(Debug, Default)]
pub(super) struct Spare {
    entries: Vec<Vec<NodeEntry>>,
    items: Vec<Vec<Node>>,
}

/// An open collection.
#[derive(Debug)]
pub(super) struct Frame {
    content: Content,
    /// First byte of the collection and the end of what has been read of it.
    pub span: Span,
    /// Its opening token; empty if it has none.
    pub opening: Span,
    /// Whether it is a flow collection.
    pub flow: bool,
    /// Its anchor's number; 0 for none.
    pub anchor: usize,
    /// Its size so far.
    pub size: Size,
    /// The function that its tag stands for, in the dialect of templates, and the tag's place.
    pub function: Option<(String, Span)>,
}

impl Frame {
    /// An empty collection whose opening token has this span.
    pub fn new(is_mapping: bool, span: Span, flow: bool, anchor: usize, spare: &mut Spare) -> Self {
        let content = if is_mapping {
            Content::Mapping {
                entries: spare.entries.pop().unwrap_or_default(),
                index: HashMap::new(),
                key: None,
                merged: Vec::new(),
            }
        } else {
            Content::Sequence(spare.items.pop().unwrap_or_default())
        };
        Self {
            content,
            span,
            opening: span,
            flow,
            anchor,
            size: Size {
                nodes: 1,
                bytes: 0,
                height: 1,
            },
            function: None,
        }
    }

    /// Whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        matches!(self.content, Content::Mapping { .. })
    }

    /// Whether the next node is a key.
    pub fn wants_key(&self) -> bool {
        matches!(self.content, Content::Mapping { key: None, .. })
    }

    /// The span of a key that was kept before.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        let Content::Mapping { entries, index, .. } = &self.content else {
            return None;
        };
        if index.is_empty() {
            return entries
                .iter()
                .find(|entry| entry.key == key)
                .map(|entry| entry.key_span);
        }
        index.get(key).map(|at| entries[*at].key_span)
    }

    /// Takes a key, written at `span`.
    pub fn push_key(&mut self, new: Key, span: Span) {
        self.span = self.span.to(span);
        if let Key::Keep(text, _) | Key::Replace(text, _) = &new {
            self.size.bytes += text.len();
        }
        if let Content::Mapping { key, .. } = &mut self.content {
            *key = Some(new);
        }
    }

    /// Takes a value or an element.
    pub fn push(&mut self, node: Node, size: Size) {
        self.span = self.span.to(node.span);
        self.size.add(size);
        match &mut self.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping {
                entries,
                index,
                key,
                merged,
            } => match key.take() {
                Some(Key::Keep(key, key_span)) => {
                    entries.push(NodeEntry {
                        key,
                        key_span,
                        value: node,
                    });
                    extend_index(entries, index);
                }
                Some(Key::Replace(key, key_span)) => {
                    if let Some(known) = entries.iter_mut().find(|entry| entry.key == key) {
                        (known.key_span, known.value) = (key_span, node);
                    }
                }
                Some(Key::Merge(_)) if is_merged(&node) => merge(node, merged),
                Some(Key::Merge(key_span)) => {
                    let key = "<<".to_owned();
                    entries.push(NodeEntry {
                        key,
                        key_span,
                        value: node,
                    });
                    extend_index(entries, index);
                }
                Some(Key::Skip) | None => {}
            },
        }
    }

    /// The finished value, without room for more.
    pub fn into_value(self, spare: &mut Spare) -> Value {
        match self.content {
            Content::Sequence(mut items) => {
                // Of exactly its length.
                let mut own = Vec::with_capacity(items.len());
                own.append(&mut items);
                spare.items.push(items);
                Value::Sequence(own)
            }
            Content::Mapping {
                mut entries, merged, ..
            } => {
                let mut known: HashSet<String> = HashSet::new();
                if !merged.is_empty() {
                    known.extend(entries.iter().map(|entry| entry.key.clone()));
                }
                let is_new = |entry: &NodeEntry| known.insert(entry.key.clone());
                entries.extend(merged.into_iter().filter(is_new));
                let mut own = Vec::with_capacity(entries.len());
                own.append(&mut entries);
                spare.entries.push(entries);
                Value::Mapping(own.into())
            }
        }
    }
}

fn is_merged(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(_) => true,
        Value::Sequence(items) => items.iter().all(|item| matches!(item.value, Value::Mapping(_))),
        _ => false,
    }
}

/// Takes the entries of a mapping, or of all mappings of a list.
fn merge(node: Node, into: &mut Vec<NodeEntry>) {
    match node.value {
        Value::Mapping(entries) => into.extend(entries),
        Value::Sequence(items) => items.into_iter().for_each(|item| merge(item, into)),
        _ => {}
    }
}

/// Brings the index up to date; it is begun when searching would become slow.
fn extend_index(entries: &[NodeEntry], index: &mut HashMap<String, usize>) {
    if entries.len() > LINEAR {
        for (at, entry) in entries.iter().enumerate().skip(index.len()) {
            index.insert(entry.key.clone(), at);
        }
    }
}
