//! The tree: values with the bytes they were read from, and the way from a pointer to a node.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

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
/// - a value that is not written, as in `key:`: the empty span after the colon or dash;
/// - everything after an alias: the alias, `*name`; the text there starts with `*`, which no
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
    Mapping(Entries),
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
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of a key; `None` without one, and for everything but mappings.
    pub fn entry(&self, key: &str) -> Option<&NodeEntry> {
        match &self.value {
            Value::Mapping(entries) => entries.find(key),
            _ => None,
        }
    }

    /// The node that a pointer from this node names; `None` if there is none.
    pub fn locate(&self, pointer: &Pointer) -> Option<Located<'_>> {
        let (located, whole) = self.descend(pointer);
        whole.then_some(located)
    }

    /// The deepest node on a pointer's way that exists; at least this node. For findings about
    /// something that is missing.
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

    /// Gives this node and all below it one span: that of the alias they are read from.
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

/// Mappings up to this size are searched key by key; larger ones get an index.
const LINEAR: usize = 16;

/// Keys and values of a mapping; keys are unique.
///
/// A search in a long mapping takes the logarithm of its length: a document may have faults at every one of 100,000 keys,
/// and each fault looks for its place. The index is made by the first search, and again after a change.
///
/// A copy shares its entries with the original until one of them changes: hundreds of policies may lie on one large layer,
/// and most of it is the same in all of them.
#[derive(Default)]
pub struct Entries(Arc<EntryList>);

#[derive(Default)]
struct EntryList {
    entries: Vec<NodeEntry>,
    /// Places in the list, ordered by key.
    order: OnceLock<Box<[usize]>>,
}

impl Entries {
    /// The entry of a key.
    pub fn find(&self, key: &str) -> Option<&NodeEntry> {
        let EntryList { entries, order } = &*self.0;
        if entries.len() <= LINEAR {
            return entries.iter().find(|entry| entry.key == key);
        }
        let order = order.get_or_init(|| {
            let mut order: Vec<_> = (0..entries.len()).collect();
            order.sort_by(|a, b| entries[*a].key.cmp(&entries[*b].key));
            order.into()
        });
        let place = order.binary_search_by(|at| entries[*at].key.as_str().cmp(key));
        place.ok().map(|place| &entries[order[place]])
    }

    /// Keeps the entries for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(&NodeEntry) -> bool) {
        if !self.iter().all(&keep) {
            self.own().retain(keep);
        }
    }

    /// All entries, to be changed: this one no longer shares them.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, NodeEntry> {
        self.own().iter_mut()
    }

    fn own(&mut self) -> &mut Vec<NodeEntry> {
        let list = Arc::make_mut(&mut self.0);
        list.order.take();
        &mut list.entries
    }
}

impl Clone for EntryList {
    fn clone(&self) -> Self {
        self.entries.clone().into()
    }
}

impl From<Vec<NodeEntry>> for EntryList {
    fn from(entries: Vec<NodeEntry>) -> Self {
        Self {
            entries,
            order: OnceLock::new(),
        }
    }
}

impl Deref for Entries {
    type Target = [NodeEntry];

    fn deref(&self) -> &[NodeEntry] {
        &self.0.entries
    }
}

impl From<Vec<NodeEntry>> for Entries {
    fn from(list: Vec<NodeEntry>) -> Self {
        Self(Arc::new(list.into()))
    }
}

impl FromIterator<NodeEntry> for Entries {
    fn from_iter<T: IntoIterator<Item = NodeEntry>>(entries: T) -> Self {
        Vec::from_iter(entries).into()
    }
}

impl IntoIterator for Entries {
    type Item = NodeEntry;
    type IntoIter = std::vec::IntoIter<NodeEntry>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).entries.into_iter()
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = &'a NodeEntry;
    type IntoIter = std::slice::Iter<'a, NodeEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Entries {
    type Item = &'a mut NodeEntry;
    type IntoIter = std::slice::IterMut<'a, NodeEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Clone for Entries {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Budget, parse};

    fn mapping(length: usize) -> Entries {
        // In an order that is not that of the keys.
        let keys = (0..length).map(|n| format!("k{}: {n}\n", n * 7919 % 1009));
        let text: String = keys.collect();
        let root = parse(SourceId(0), &text, &Budget::default())
            .documents
            .remove(0)
            .root;
        match root.value {
            Value::Mapping(entries) => entries,
            other => panic!("{other:?}"),
        }
    }

    /// Every key is found and no other in short and long mappings.
    #[test]
    fn find_in_short_and_long_mappings() {
        for length in [1, LINEAR, LINEAR + 1, 1000] {
            let entries = mapping(length);
            assert_eq!(entries.len(), length);
            for entry in &entries {
                assert_eq!(entries.find(&entry.key), Some(entry));
            }
            assert_eq!(entries.find("k"), None);
            assert_eq!(entries.find("zzz"), None);
            assert_eq!(entries.0.order.get().is_some(), length > LINEAR);
        }
    }

    #[test]
    fn what_changed_is_found_as_it_is_now() {
        let mut entries = mapping(100);
        assert!(entries.find("k0").is_some());
        entries.retain(|entry| entry.key != "k0");
        assert_eq!(entries.find("k0"), None);
        for entry in &mut entries {
            entry.key.push('x');
        }
        assert_eq!(entries.find("k856"), None);
        assert!(
            entries
                .iter()
                .all(|entry| entries.find(&entry.key) == Some(entry))
        );
        let mut copy = entries.clone();
        assert_eq!(copy, entries);
        copy.retain(|entry| entry.key != "k856x");
        assert_eq!(copy.find("k856x"), None, "a copy may be changed at once");
        assert!(entries.find("k856x").is_some());
    }

    /// A copy shares its entries until one of them changes.
    #[test]
    fn entries_copy_on_write() {
        let original = mapping(20);
        let shares = |copy: &Entries| Arc::ptr_eq(&copy.0, &original.0);
        let mut copy = original.clone();
        copy.retain(|_| true);
        assert!(shares(&copy), "nothing was taken out");
        copy.retain(|entry| entry.key != "k0");
        assert!(!shares(&copy));
        assert_eq!((copy.len(), original.len()), (19, 20));
        let mut copy = original.clone();
        for entry in &mut copy {
            entry.key.push('x');
        }
        assert!(original.find("k0").is_some() && copy.find("k0x").is_some());
        assert_eq!(original.clone().into_iter().count(), 20);
        assert_eq!(original.len(), 20, "and is still there");
    }
}
