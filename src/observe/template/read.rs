//! From values to words of the model. What is open and has few values is decided by the case; what AWS does not know is a
//! fault of the file.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::InputError;
use crate::model::posture::Part;
use crate::observe::template::cases::{Choices, OpenQuestion};
use crate::observe::template::value::{
    At, Open, TextPiece, Val, ValueData, boolean_of_1_1, is_boolean_of_1_1,
};
use crate::text;

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
            Decided::None => {
                return self.not_allowed(value, &format!("`{}`", value.shown()), words);
            }
            Decided::Invalid => return Err(Invalid),
        };
        // Of what is written, and of what a parameter allows.
        let is_meant = |word: &str| {
            word.eq_ignore_ascii_case(&found) && is_boolean_of_1_1(&found)
                || boolean_of_1_1(word).is_some_and(|flag| found == flag.to_string())
        };
        let meant = words.iter().map(|(word, _)| *word).find(|word| is_meant(word));
        if let Some(meant) = meant.filter(|_| value.loose) {
            self.faults.insert(FileFault {
                at: value.at.clone(),
                check: InputError::ValueInvalid,
                message: format!(
                    "`{meant}` without quotes is a boolean: CloudFormation reads YAML 1.1 and refuses it at deployment"
                ),
                help: format!("write \"{meant}\" in quotes"),
            });
            return if found == meant {
                Ok(words
                    .iter()
                    .find(|(word, _)| *word == meant)
                    .map(|(_, meaning)| *meaning))
            } else {
                Err(Invalid)
            };
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

    /// Reports a text that is nearly one of the words: AWS may have others since this version.
    pub fn slip(&mut self, value: &Val, words: &[&'static str]) {
        let Some(found) = value.known().filter(|found| !words.contains(&found.as_str())) else {
            return;
        };
        let near = text::nearest(&found, words.iter().copied());
        if let Some(near) = near.filter(|near| near.len().abs_diff(found.len()) <= 2) {
            self.faults.insert(FileFault {
                at: value.at.clone(),
                check: InputError::ValueNotAllowed,
                message: format!("`{found}` is not a value that AWS knows here: the deployment fails"),
                help: format!("did you mean {near}?"),
            });
        }
    }

    /// A member of a section that `CloudFormation` does not take without it.
    pub fn required(&mut self, section: &Val, name: &str) -> Val {
        let member = section.member(name);
        let is_whole = matches!(section.data, ValueData::Map(_, None));
        if is_whole && member.is_absent() && matches!(section.at, At::Text { .. }) {
            self.faults.insert(FileFault {
                at: section.at.clone(),
                check: InputError::KeyMissing,
                message: format!("`{name}` is missing here: the deployment fails"),
                help: format!("add `{name}`"),
            });
        }
        member
    }

    /// A flag; `None` where it is absent.
    pub fn flag(&mut self, value: &Val) -> Result<Option<bool>, Invalid> {
        self.word(
            value,
            &[
                ("true", true),
                ("false", false),
                ("True", true),
                ("False", false),
                ("TRUE", true),
                ("FALSE", false),
            ],
        )
    }

    fn decided(&mut self, value: &Val, words: impl Iterator<Item = &'static str>) -> Decided {
        let words = words.filter(|word| !matches!(*word, "True" | "False" | "TRUE" | "FALSE"));
        let words: Vec<String> = words.map(ToOwned::to_owned).collect();
        let pieces = match (&value.data, value.known()) {
            (ValueData::Absent, _) => return Decided::Absent,
            (_, Some(text)) => return Decided::Text(text),
            (ValueData::List(_) | ValueData::Map(..), _) => return Decided::Invalid,
            _ if value.open().is_some_and(Open::is_invalid) => return Decided::Invalid,
            (ValueData::Open(open), _) => return self.chosen(open, &words),
            (ValueData::Text(pieces), _) => pieces,
        };
        if let [TextPiece::Open(open)] = pieces.as_slice() {
            return self.chosen(open, &words);
        }
        let pieces: Vec<TextPiece> = pieces.iter().map(|piece| self.settled(piece)).collect();
        let whole = Val::new(value.at.clone(), ValueData::Text(pieces));
        if let Some(text) = whole.known() {
            return Decided::Text(text);
        }
        let ValueData::Text(pieces) = &whole.data else {
            return Decided::Invalid;
        };
        // What is known at the ends leaves few of the words.
        let end = |piece: Option<&TextPiece>| match piece {
            Some(TextPiece::Known(text)) => text.clone(),
            _ => String::new(),
        };
        let (start, end) = (end(pieces.first()), end(pieces.last()));
        let fits = |word: &String| word.starts_with(&start) && word.ends_with(&end);
        let fitting: Vec<String> = words.into_iter().filter(fits).collect();
        if fitting.is_empty() {
            return Decided::None;
        }
        let scope = pieces.iter().find_map(|piece| match piece {
            TextPiece::Known(_) => None,
            TextPiece::Open(open) => Some(open.scope),
            TextPiece::Symbol(symbol) => Some(symbol.scope),
        });
        self.one_of((scope.unwrap_or(0), whole.shown()), &fitting)
    }

    /// A value of those that it can have.
    fn chosen(&mut self, open: &Open, words: &[String]) -> Decided {
        let question = (open.scope, open.why.clone());
        match &open.domain {
            Some(domain) => Decided::Text(self.choices.choose(question, domain)),
            None => self.one_of(question, words),
        }
    }

    /// One of some words. What is not known and has another value elsewhere, which does not fit here, has none: no deployment
    /// gets it.
    fn one_of(&mut self, question: OpenQuestion, words: &[String]) -> Decided {
        let chosen = self.choices.choose(question, words);
        if words.contains(&chosen) {
            Decided::Text(chosen)
        } else {
            Decided::Invalid
        }
    }

    /// A piece of a text, known where it has few possible values.
    fn settled(&mut self, piece: &TextPiece) -> TextPiece {
        match piece {
            TextPiece::Open(Open {
                why,
                scope,
                domain: Some(domain),
                ..
            }) if !domain.is_empty() => TextPiece::Known(self.choices.choose((*scope, why.clone()), domain)),
            _ => piece.clone(),
        }
    }
}

enum Decided {
    Absent,
    Text(String),
    /// None of the words, whatever is open in it.
    None,
    /// Of another kind, which is a fault already; or of a value that no deployment has.
    Invalid,
}

/// The parts of a pool that a case knows of: places, what is not known, what was not read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes {
    /// Where parts of the posture stand, by their pointers in it.
    pub places: BTreeMap<String, At>,
    /// Pointers of values that are not known, and why.
    pub unknown: BTreeMap<String, String>,
    /// What of lists of ranges is not known, in words, by the pointers of the lists.
    pub open_ranges: BTreeMap<String, BTreeSet<String>>,
    /// Parts that are not known, and why; of a client where one is named.
    pub unread: BTreeMap<(Part, Option<String>), String>,
    /// Whether AWS keeps the pool where no template has it any more.
    pub is_kept: bool,
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
        Some(value.named(&format!("${{{}}}", why.replace('`', "'"))))
    }
}
