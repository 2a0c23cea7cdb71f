//! Values of templates: known and unknown pieces, and where each stands.

use std::sync::Arc;

use crate::span::Span;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// Bytes of a file of the run.
    Text {
        /// Index of the file.
        file: usize,
        /// Its bytes.
        span: Span,
    },
    /// A resource of a plan or state by its address, and the path in it, as a pointer.
    Address {
        /// Index of the file.
        file: usize,
        /// `module.auth["customers"].aws_cognito_user_pool.this`. Hostile text.
        address: Arc<str>,
        /// `/user_pool_add_ons/advanced_security_mode`; empty for the resource.
        path: String,
    },
}

/// A resource of one of the files, or an attribute of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// Which stack or plan.
    pub scope: usize,
    /// Logical id, or the address without the index of a file.
    pub id: String,
    /// Attribute; empty for what stands for the resource itself.
    pub attribute: String,
}

/// Why a value is not known, and what it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// What decides it, in words: "parameter `Mode`". Hostile text.
    pub why: String,
    /// Which stack or plan it is about.
    pub scope: usize,
    /// All values that it can have, where the file says so.
    pub domain: Option<Vec<String>>,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Known.
    Known(String),
    /// Not known.
    Open(Open),
    /// A resource's id or attribute.
    Symbol(Symbol),
}

/// What a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing: `AWS::NoValue`.
    Absent,
    /// Not known, whatever its kind.
    Open(Open),
    /// A text; numbers and booleans are texts, as `CloudFormation` converts them.
    Text(Vec<Piece>),
    /// A list.
    List(Vec<Val>),
    /// A mapping. Where something may be added to it, what.
    Map(Vec<(String, Val)>, Option<Open>),
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Val {
    /// Where.
    pub at: At,
    /// What.
    pub data: Data,
    /// The word as written without quotes, where YAML 1.1 takes it for a boolean.
    pub loose: bool,
}

impl Val {
    /// A value.
    pub fn new(at: At, data: Data) -> Self {
        Self {
            at,
            data,
            loose: false,
        }
    }

    /// A known text.
    pub fn text(at: At, text: impl Into<String>) -> Self {
        Self::new(at, Data::Text(vec![Piece::Known(text.into())]))
    }

    /// The text, where all of it is known.
    pub fn known(&self) -> Option<String> {
        let Data::Text(pieces) = &self.data else {
            return None;
        };
        pieces.iter().map(known).collect()
    }

    /// The resource that the value is the id of.
    pub fn symbol(&self) -> Option<&Symbol> {
        match &self.data {
            Data::Text(pieces) => match pieces.as_slice() {
                [Piece::Symbol(symbol)] => Some(symbol),
                _ => None,
            },
            _ => None,
        }
    }

    /// Why it is not known; `None` for what is known and for symbols.
    pub fn open(&self) -> Option<&Open> {
        match &self.data {
            Data::Open(open) => Some(open),
            Data::Text(pieces) => pieces.iter().find_map(|piece| match piece {
                Piece::Open(open) => Some(open),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub fn is_absent(&self) -> bool {
        self.data == Data::Absent
    }

    /// An entry of a mapping; `None` for other values.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.data {
            Data::Map(entries, _) => entries.iter().find(|(own, _)| own == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text with what is not known as `${...}`, so that nobody takes it for known.
    pub fn shown(&self) -> String {
        match &self.data {
            Data::Text(pieces) => pieces.iter().map(shown).collect(),
            Data::Open(open) => format!("${{{}}}", open.why),
            _ => String::new(),
        }
    }

    /// Whether something in it is not known.
    pub fn has_open(&self) -> bool {
        match &self.data {
            Data::Absent => false,
            Data::Open(_) => true,
            Data::Text(pieces) => pieces.iter().any(|piece| !matches!(piece, Piece::Known(_))),
            Data::List(items) => items.iter().any(Self::has_open),
            Data::Map(entries, open) => open.is_some() || entries.iter().any(|(_, value)| value.has_open()),
        }
    }
}

fn known(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Known(text) => Some(text),
        _ => None,
    }
}

fn shown(piece: &Piece) -> String {
    match piece {
        Piece::Known(text) => text.clone(),
        Piece::Open(open) => format!("${{{}}}", open.why),
        Piece::Symbol(symbol) if symbol.attribute.is_empty() => format!("${{{}}}", symbol.id),
        Piece::Symbol(symbol) => format!("${{{}.{}}}", symbol.id, symbol.attribute),
    }
}
