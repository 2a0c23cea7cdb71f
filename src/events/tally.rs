//! What was read, counted: nothing is left out without a number.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::model::event::{AuthEvent, Spelled, Spelling};

/// Most broken values that are named; the others are counted. Files share this room: each has its first value named before
/// another has its second.
const MOST_NAMED: usize = 20;

/// Most unknown words that are named, for a file may have any number of them.
const MOST_WORDS: usize = 100;

/// Characters that are kept of an unknown word.
const WORD_LENGTH: usize = 64;

/// What a value is that holds no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stranger {
    /// A `USER_NOTIFICATION` record of the same log.
    Notification,
    /// A message that a subscription sends to see whether somebody listens.
    Control,
    /// A `CloudTrail` record of another service.
    OtherService,
    /// A line of another version of cogward, or a damaged one.
    OtherVersion,
    /// Anything else.
    Other,
}

impl Stranger {
    /// Words for people: one, and several.
    pub fn label(self) -> [&'static str; 2] {
        match self {
            Self::Notification => ["user notification", "user notifications"],
            Self::Control => [
                "control message of a subscription",
                "control messages of subscriptions",
            ],
            Self::OtherService => [
                "CloudTrail record of another service",
                "CloudTrail records of other services",
            ],
            Self::OtherVersion => [
                "line of another version of cogward, or a damaged one",
                "lines of another version of cogward, or damaged ones",
            ],
            Self::Other => ["value of another kind", "values of other kinds"],
        }
    }
}

/// A value that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenValue {
    /// The file, as it was named.
    pub file: String,
    /// Where the value begins: bytes from the beginning, after decompression.
    pub offset: u64,
    /// Why.
    pub why: String,
}

/// A word that is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownWord {
    /// What it stands for, in words.
    pub member: &'static str,
    /// Its beginning. Hostile text.
    pub text: String,
    /// Whether events keep it. In place of `true` or `false` it says nothing.
    pub is_kept: bool,
}

impl fmt::Display for BrokenValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: byte {}: {}", self.file, self.offset, self.why)
    }
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventTally {
    /// Files that were read.
    pub files: u64,
    /// Auth events, repeats included.
    pub events: u64,
    /// `CloudTrail` records of Cognito.
    pub trail: u64,
    /// Answers and wrappers that could hold events, empty ones included.
    pub wrappers: u64,
    /// Values that hold no event.
    pub strangers: BTreeMap<Stranger, u64>,
    /// Lines without a value.
    pub texts: u64,
    /// Values that could not be read.
    pub broken: u64,
    /// Files that have such values.
    pub broken_files: u64,
    /// The first of these values of each file, in the order of the files, as far as there is room.
    pub named: Vec<BrokenValue>,
    /// Words that are not known.
    pub words: BTreeMap<UnknownWord, u64>,
    /// Unknown words beyond those that are named.
    pub other_words: u64,
    /// Events without an id.
    pub without_id: u64,
    /// Events without a time.
    pub without_time: u64,
    /// The earliest time.
    pub first: Option<Timestamp>,
    /// The latest time.
    pub last: Option<Timestamp>,
}

impl EventTally {
    /// Whether anything was recognized.
    pub fn has_records(&self) -> bool {
        self.events + self.trail + self.wrappers > 0
            || self.strangers.keys().any(|kind| *kind != Stranger::Other)
    }

    /// Adds the counts of one more file.
    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.events += other.events;
        self.trail += other.trail;
        self.wrappers += other.wrappers;
        self.texts += other.texts;
        self.broken += other.broken;
        self.other_words += other.other_words;
        self.without_id += other.without_id;
        self.without_time += other.without_time;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        for (kind, count) in other.strangers {
            *self.strangers.entry(kind).or_default() += count;
        }
        self.broken_files += u64::from(other.broken > 0);
        self.named.extend(other.named);
        while self.named.len() > MOST_NAMED {
            self.leave_one_out();
        }
        for (word, count) in other.words {
            self.add_words(word, count);
        }
    }

    /// Leaves out the last named value of the file that has most of them.
    fn leave_one_out(&mut self) {
        let files = self.named.chunk_by(|a, b| a.file == b.file);
        let mut end = 0;
        let ends = files.map(|values| {
            end += values.len();
            (values.len(), end)
        });
        if let Some((_, end)) = ends.max() {
            self.named.remove(end - 1);
        }
    }

    /// Counts a value that could not be read.
    pub(super) fn add_broken(&mut self, file: &str, offset: u64, why: impl Into<String>) {
        self.broken += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(BrokenValue {
                file: file.to_owned(),
                offset,
                why: why.into(),
            });
        }
    }

    /// Counts a value that holds no event.
    pub(super) fn add_stranger(&mut self, kind: Stranger) {
        *self.strangers.entry(kind).or_default() += 1;
    }

    /// Whether an event has a word that is not known.
    pub(super) fn has_other_words(event: &AuthEvent) -> bool {
        fn is_other<T>(word: &Spelled<T>) -> bool {
            matches!(word, Spelled::Other(_))
        }
        let feedback = event.feedback.as_ref().map(|feedback| &feedback.value);
        is_other(&event.event_type)
            || is_other(&event.response)
            || is_other(&event.level)
            || is_other(&event.decision)
            || feedback.is_some_and(is_other)
    }

    /// Counts an event.
    pub(super) fn add_event(&mut self, event: &AuthEvent) {
        self.add_plain(event.id.is_some(), event.at);
        self.add_other_words(event);
    }

    /// Counts an event but for the words that are not known.
    pub(super) fn add_plain(&mut self, has_id: bool, at: Option<Timestamp>) {
        self.events += 1;
        self.without_id += u64::from(!has_id);
        match at {
            None => self.without_time += 1,
            Some(at) => {
                self.first = Some(self.first.map_or(at, |first| first.min(at)));
                self.last = Some(self.last.map_or(at, |last| last.max(at)));
            }
        }
    }

    /// Counts the words of an event that are not known.
    pub(super) fn add_other_words(&mut self, event: &AuthEvent) {
        self.word("type", &event.event_type);
        self.word("response", &event.response);
        self.word("risk level", &event.level);
        self.word("risk decision", &event.decision);
        if let Some(feedback) = &event.feedback {
            self.word("feedback", &feedback.value);
        }
    }

    fn word<T: Spelling>(&mut self, member: &'static str, word: &Spelled<T>) {
        if let Spelled::Other(text) = word {
            self.add_word(member, text, true);
        }
    }

    /// Counts a word that is neither `true` nor `false`, where one of them should stand.
    pub(super) fn add_untruth(&mut self, member: &'static str, text: &str) {
        self.add_word(member, text, false);
    }

    fn add_word(&mut self, member: &'static str, text: &str, is_kept: bool) {
        let text: String = text.chars().take(WORD_LENGTH).collect();
        let word = UnknownWord {
            member,
            text,
            is_kept,
        };
        self.add_words(word, 1);
    }

    fn add_words(&mut self, word: UnknownWord, count: u64) {
        if self.words.len() < MOST_WORDS || self.words.contains_key(&word) {
            *self.words.entry(word).or_default() += count;
        } else {
            self.other_words += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_counted() {
        let mut tally = EventTally::default();
        for at in 0..200_u64 {
            tally.add_broken("a", at, "why");
            let event = AuthEvent {
                response: Spelled::Other(format!("{at}{}", "x".repeat(1000))),
                ..AuthEvent::default()
            };
            tally.add_event(&event);
            tally.add_event(&event);
        }
        assert_eq!((tally.broken, tally.named.len()), (200, MOST_NAMED));
        assert_eq!(tally.words.len(), MOST_WORDS);
        assert_eq!(tally.words.values().sum::<u64>() + tally.other_words, 400);
        assert!(
            tally
                .words
                .keys()
                .all(|word| word.text.chars().count() <= WORD_LENGTH)
        );
        assert_eq!(
            (tally.events, tally.without_id, tally.without_time),
            (400, 400, 400)
        );
    }
    #[test]
    fn no_file_takes_the_room_of_another() {
        let of = |file: &str, broken: u64| {
            let mut tally = EventTally::default();
            (0..broken).for_each(|at| tally.add_broken(file, at, "why"));
            tally
        };
        for (files, named) in [
            (&[500, 1, 3][..], &[16, 1, 3][..]),
            (&[500, 500, 500], &[7, 7, 6]),
            (&[1, 2, 500], &[1, 2, 17]),
        ] {
            let mut all = EventTally::default();
            for (file, broken) in files.iter().enumerate() {
                all.add(of(&file.to_string(), *broken));
            }
            let found: Vec<_> = all
                .named
                .chunk_by(|a, b| a.file == b.file)
                .map(<[_]>::len)
                .collect();
            assert_eq!(found, named, "{files:?}");
            let first = all
                .named
                .chunk_by(|a, b| a.file == b.file)
                .map(|values| values[0].offset);
            assert!(first.eq([0; 3]), "the first of each");
        }
        let mut many = EventTally::default();
        (0..100).for_each(|file| many.add(of(&file.to_string(), 30)));
        assert_eq!(
            (many.named.len(), many.broken, many.broken_files),
            (MOST_NAMED, 3_000, 100)
        );
        assert_eq!(
            many.named.iter().filter(|one| one.offset == 0).count(),
            MOST_NAMED
        );
    }
}
