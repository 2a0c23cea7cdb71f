//! Values of templates: known and unknown pieces, and where each stands.

use std::collections::BTreeSet;
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

impl Symbol {
    /// A resource itself.
    pub fn of(scope: usize, id: impl Into<String>) -> Self {
        Self {
            scope,
            id: id.into(),
            attribute: String::new(),
        }
    }

    /// The resource whose attribute it is.
    pub fn whole(&self) -> Self {
        Self::of(self.scope, self.id.clone())
    }
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
    /// Whether it is certain that it stands for nothing in the files.
    pub is_elsewhere: bool,
}

impl Open {
    /// Of a value that can be anything.
    pub fn new(why: impl Into<String>, scope: usize) -> Self {
        Self {
            why: why.into(),
            scope,
            domain: None,
            is_elsewhere: false,
        }
    }

    /// Of a value of another kind than its property has, which is a fault of its file: it has no value at all.
    pub fn invalid(why: String) -> Self {
        Self {
            domain: Some(Vec::new()),
            ..Self::new(why, 0)
        }
    }

    /// `${parameter 'Mode'}`, for a message that puts it in backticks.
    pub fn shown(&self) -> String {
        format!("${{{}}}", self.why.replace('`', "'"))
    }

    /// Whether it is a fault of its file.
    pub fn is_invalid(&self) -> bool {
        self.domain.as_ref().is_some_and(Vec::is_empty)
    }
}

/// What is made of a value that has none.
pub fn invalid(value: &Val, at: &At) -> Option<Val> {
    let open = value.open().filter(|open| open.is_invalid())?;
    Some(Val::new(at.clone(), ValueData::Open(open.clone())))
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPiece {
    /// Known.
    Known(String),
    /// Not known.
    Open(Open),
    /// A resource's id or attribute.
    Symbol(Symbol),
}

impl TextPiece {
    /// The resource that it is of.
    pub fn resource(&self) -> Option<Symbol> {
        match self {
            Self::Symbol(symbol) => Some(symbol.whole()),
            _ => None,
        }
    }
}

/// What a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueData {
    /// Nothing: `AWS::NoValue`.
    Absent,
    /// Not known, whatever its kind.
    Open(Open),
    /// A text; numbers and booleans are texts, as `CloudFormation` converts them.
    Text(Vec<TextPiece>),
    /// A list.
    List(Vec<Val>),
    /// A mapping. Where something may be added to it, what.
    Map(Vec<(String, Val)>, Option<Open>),
}

/// Whether YAML 1.1, which `CloudFormation` reads, takes an unquoted word for a boolean that is none in YAML 1.2.
pub fn is_boolean_of_1_1(text: &str) -> bool {
    boolean_of_1_1(text).is_some() || ["y", "n"].contains(&text.to_ascii_lowercase().as_str())
}

/// The boolean that YAML 1.1 takes an unquoted word for. Parsers do not agree on `y` and `n`.
pub fn boolean_of_1_1(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "yes" => Some(true),
        "off" | "no" => Some(false),
        _ => None,
    }
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Val {
    /// Where.
    pub at: At,
    /// What.
    pub data: ValueData,
    /// Whether a word is written without quotes that YAML 1.1 takes for a boolean; of what is open, whether one of its values is.
    pub loose: bool,
    /// The bytes of its name, where it is a property.
    pub name: Option<Span>,
}

impl At {
    /// Index of the file.
    pub fn file(&self) -> usize {
        match self {
            Self::Text { file, .. } | Self::Address { file, .. } => *file,
        }
    }
}

impl Val {
    /// A value.
    pub fn new(at: At, data: ValueData) -> Self {
        Self {
            at,
            data,
            loose: false,
            name: None,
        }
    }

    /// A known text.
    pub fn text(at: At, text: impl Into<String>) -> Self {
        Self::new(at, ValueData::Text(vec![TextPiece::Known(text.into())]))
    }

    /// The text, where all of it is known.
    pub fn known(&self) -> Option<String> {
        let ValueData::Text(pieces) = &self.data else {
            return None;
        };
        pieces.iter().map(known).collect()
    }

    /// The resource that the value is the id of.
    pub fn symbol(&self) -> Option<&Symbol> {
        match &self.data {
            ValueData::Text(pieces) => match pieces.as_slice() {
                [TextPiece::Symbol(symbol)] => Some(symbol),
                _ => None,
            },
            _ => None,
        }
    }

    /// Why it is not known; `None` for what is known and for symbols.
    pub fn open(&self) -> Option<&Open> {
        match &self.data {
            ValueData::Open(open) => Some(open),
            ValueData::Text(pieces) => pieces.iter().find_map(|piece| match piece {
                TextPiece::Open(open) => Some(open),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub fn is_absent(&self) -> bool {
        self.data == ValueData::Absent
    }

    /// An entry of a mapping; `None` for other values.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.data {
            ValueData::Map(entries, _) => entries.iter().find(|(own, _)| own == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// An entry, whatever the value is: nothing where a mapping has none, and not known where one may be added, or where the value
    /// is no mapping.
    pub fn member(&self, key: &str) -> Self {
        let open = match &self.data {
            ValueData::Absent | ValueData::Map(_, None) => None,
            ValueData::Map(_, Some(open)) | ValueData::Open(open) => Some(open.clone()),
            ValueData::Text(_) | ValueData::List(_) => Some(Open::new("it is not a mapping".to_owned(), 0)),
        };
        let missing = || Self::new(self.at.clone(), open.map_or(ValueData::Absent, ValueData::Open));
        self.get(key).cloned().unwrap_or_else(missing)
    }

    /// Why it is no known text; `None` for one, and for nothing.
    pub fn unresolved(&self) -> Option<String> {
        match &self.data {
            ValueData::Absent => None,
            ValueData::Text(_) => self.known().is_none().then(|| self.shown()),
            ValueData::Open(open) => Some(open.why.clone()),
            ValueData::List(_) => Some("it is a list".to_owned()),
            ValueData::Map(..) => Some("it is a mapping".to_owned()),
        }
    }

    /// A mapping; `None` where it is absent. What may be added to it is for its members.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn section(&self) -> Result<Option<&Self>, String> {
        match &self.data {
            ValueData::Absent => Ok(None),
            ValueData::Map(..) => Ok(Some(self)),
            _ => Err(self.unresolved().unwrap_or_default()),
        }
    }

    /// A list; empty where it is absent.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn list(&self) -> Result<&[Self], String> {
        match &self.data {
            ValueData::Absent => Ok(&[]),
            ValueData::List(items) => Ok(items),
            _ => Err(self.unresolved().unwrap_or_default()),
        }
    }

    /// A name for what has this one; `other` where it has none that can be shown.
    pub fn named(&self, other: &str) -> String {
        let shown = self.shown();
        if shown.is_empty() || self.open().is_some_and(Open::is_invalid) {
            other.to_owned()
        } else {
            shown
        }
    }

    /// The text with what is not known as `${...}`, so that nobody takes it for known.
    pub fn shown(&self) -> String {
        match &self.data {
            ValueData::Text(pieces) => pieces.iter().map(shown).collect(),
            ValueData::Open(open) => open.shown(),
            _ => String::new(),
        }
    }

    /// Adds the resources that it refers to.
    pub fn referred(&self, found: &mut BTreeSet<Symbol>) {
        match &self.data {
            ValueData::Absent | ValueData::Open(_) => {}
            ValueData::Text(pieces) => found.extend(pieces.iter().filter_map(TextPiece::resource)),
            ValueData::List(items) => items.iter().for_each(|item| item.referred(found)),
            ValueData::Map(entries, _) => entries.iter().for_each(|(_, value)| value.referred(found)),
        }
    }

    /// Whether something in it is not known.
    pub fn has_open(&self) -> bool {
        match &self.data {
            ValueData::Absent => false,
            ValueData::Open(_) => true,
            ValueData::Text(pieces) => pieces.iter().any(|piece| !matches!(piece, TextPiece::Known(_))),
            ValueData::List(items) => items.iter().any(Self::has_open),
            ValueData::Map(entries, open) => {
                open.is_some() || entries.iter().any(|(_, value)| value.has_open())
            }
        }
    }
}

fn known(piece: &TextPiece) -> Option<&str> {
    match piece {
        TextPiece::Known(text) => Some(text),
        _ => None,
    }
}

fn shown(piece: &TextPiece) -> String {
    match piece {
        TextPiece::Known(text) => text.clone(),
        TextPiece::Open(open) => open.shown(),
        TextPiece::Symbol(symbol) if symbol.attribute.is_empty() => format!("${{{}}}", symbol.id),
        TextPiece::Symbol(symbol) => format!("${{{}.{}}}", symbol.id, symbol.attribute),
    }
}
