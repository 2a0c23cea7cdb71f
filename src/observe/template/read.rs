//! From values to words of the model. What is open and has few values is decided by the case; what AWS does not know is a
//! fault of the file.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::model::posture::Part;
use crate::observe::template::cases::Choices;
use crate::observe::template::value::{At, Open, Val, ValueData, is_boolean_of_1_1};

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileFault {
    /// Where.
    pub at: At,
    /// Which check says so.
    pub check: InputError,
    /// What is wrong. Hostile text may be in it.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A value that AWS does not know; it is a fault already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid;

/// The words of a property, with what they mean.
pub type Words<T> = [(&'static str, T)];

/// Reads values in one case.
pub struct ValueReader<'c> {
    /// What was chosen for open values.
    pub choices: &'c mut Choices,
    /// Faults of files.
    pub faults: BTreeSet<FileFault>,
}

impl ValueReader<'_> {
    /// A word; `None` where it is absent.
    pub fn word<T: Copy>(&mut self, value: &Val, words: &Words<T>) -> Result<Option<T>, Invalid> {
        let found = match self.decided(value, words.iter().map(|(word, _)| *word)) {
            Decided::Absent => return Ok(None),
            Decided::Text(text) => text,
            Decided::Invalid => return Err(Invalid),
        };
        if value.loose
            && is_boolean_of_1_1(&found)
            && words.iter().any(|(word, _)| word.eq_ignore_ascii_case(&found))
        {
            self.faults.insert(FileFault {
                at: value.at.clone(),
                check: InputError::ValueInvalid,
                message: format!(
                    "`{found}` without quotes is a boolean: CloudFormation reads YAML 1.1 and refuses it at deployment"
                ),
                help: format!("write \"{found}\" in quotes"),
            });
        }
        match words.iter().find(|(word, _)| *word == found) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => self.not_allowed(value, &format!("`{found}`"), words),
        }
    }

    fn not_allowed<T>(&mut self, value: &Val, found: &str, words: &Words<T>) -> Result<Option<T>, Invalid> {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        self.faults.insert(FileFault {
            at: value.at.clone(),
            check: InputError::ValueNotAllowed,
            message: format!("{found} is not a value that AWS knows here: the deployment fails"),
            help: format!("write one of {}", known.join(", ")),
        });
        Err(Invalid)
    }

    /// A flag; `None` where it is absent.
    pub fn flag(&mut self, value: &Val) -> Result<Option<bool>, Invalid> {
        self.word(
            value,
            &[("true", true), ("false", false), ("True", true), ("False", false)],
        )
    }

    fn decided(&mut self, value: &Val, words: impl Iterator<Item = &'static str>) -> Decided {
        match (&value.data, value.known()) {
            (ValueData::Absent, _) => Decided::Absent,
            (_, Some(text)) => Decided::Text(text),
            (ValueData::List(_) | ValueData::Map(..), _) => Decided::Invalid,
            _ if value.open().is_some_and(Open::is_invalid) => Decided::Invalid,
            _ => {
                let shown = value.shown();
                let open = value.open().cloned().unwrap_or(Open {
                    why: shown,
                    scope: 0,
                    domain: None,
                });
                let words = || words.filter(|word| !matches!(*word, "True" | "False"));
                let whole = matches!(value.data, ValueData::Open(_));
                let domain = open.domain.filter(|_| whole);
                let domain = domain.unwrap_or_else(|| words().map(ToOwned::to_owned).collect());
                Decided::Text(self.choices.choose((open.scope, open.why), &domain))
            }
        }
    }
}

enum Decided {
    Absent,
    Text(String),
    /// Of another kind, which is a fault already.
    Invalid,
}

/// The parts of a pool that a case knows of: places, what is not known, what was not read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Where parts of the posture stand, by their pointers in it.
    pub places: BTreeMap<String, At>,
    /// Pointers of values that are not known, and why.
    pub unknown: BTreeMap<String, String>,
    /// Parts that are not known, and why; of a client where one is named.
    pub unread: BTreeMap<(Part, Option<String>), String>,
}

impl Notes {
    /// Says where something stands.
    pub fn place(&mut self, pointer: impl Into<String>, at: &At) {
        self.places.entry(pointer.into()).or_insert_with(|| at.clone());
    }

    /// A text; what is not known of it is shown as such, and noted.
    pub fn text(&mut self, pointer: &str, value: &Val) -> Option<String> {
        if value.is_absent() {
            return None;
        }
        let Some(why) = value.unresolved() else {
            return value.known();
        };
        self.unknown.insert(pointer.to_owned(), value.named(&why));
        Some(value.named(&format!("${{{why}}}")))
    }
}
