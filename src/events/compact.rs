//! An event as few bytes, for the file in which events wait until it is known which record of each counts. It is read by the
//! run that wrote it, and by nobody else.

use jiff::Timestamp;

use super::fast::put;
use crate::model::event::{AnsweredChallenge, AuthEvent, EventFeedback, EventForm, Spelled, Spelling};

/// Absent, in place of a length or a number.
const ABSENT: u8 = 0xff;

/// A word that is not known, in place of its number.
const OTHER: u8 = 0xfe;

/// Lengths from here on take five bytes.
const LONG: u8 = 0xfd;

/// Which texts of an event are kept; words, times and what is true or false are always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptTexts(u16);

impl KeptTexts {
    /// All of them.
    pub const ALL: Self = Self(u16::MAX);
    /// None.
    pub const NONE: Self = Self(0);
    /// The pool.
    pub const POOL: Self = Self(1 << 1);
    /// The client.
    pub const CLIENT: Self = Self(1 << 2);
    /// The sub and the name.
    pub const USER: Self = Self(1 << 3 | 1 << 4);
    /// The address.
    pub const ADDRESS: Self = Self(1 << 5);
    /// The city.
    pub const CITY: Self = Self(1 << 6);
    /// The country.
    pub const COUNTRY: Self = Self(1 << 7);
    /// The device.
    pub const DEVICE: Self = Self(1 << 8);
    /// The identity provider.
    pub const IDP: Self = Self(1 << 10);
    /// Challenges.
    const CHALLENGES: Self = Self(1 << 12);

    /// These and others.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Appends an event, with those of its texts that are kept.
pub(super) fn write(event: &AuthEvent, kept: KeptTexts, into: &mut Vec<u8>) {
    into.push(u8::from(event.form == EventForm::Api));
    time(event.at, into);
    let texts = [
        &event.id,
        &event.pool,
        &event.client,
        &event.sub,
        &event.user_name,
        &event.address,
        &event.city,
        &event.country,
        &event.device,
        &event.time_zone,
        &event.idp,
        &event.request,
    ];
    for (at, value) in texts.into_iter().enumerate() {
        text(value.as_deref().filter(|_| kept.has(KeptTexts(1 << at))), into);
    }
    word(&event.event_type, into);
    word(&event.response, into);
    word(&event.level, into);
    word(&event.decision, into);
    into.push(truth(event.compromised));
    into.push(truth(event.has_context));
    match event
        .challenges
        .as_ref()
        .filter(|_| kept.has(KeptTexts::CHALLENGES))
    {
        None => into.push(ABSENT),
        Some(list) => {
            length(list.len(), into);
            for challenge in list {
                text(Some(&challenge.name), into);
                text(challenge.answer.as_deref(), into);
            }
        }
    }
    match &event.feedback {
        None => into.push(0),
        Some(feedback) => {
            into.push(1);
            word(&feedback.value, into);
            text(feedback.provider.as_deref(), into);
            time(feedback.at, into);
        }
    }
}

/// Reads an event into one that may hold an earlier one, whose memory is used again; `None` for bytes that were not written
/// by [`write`].
pub(super) fn read(bytes: &[u8], event: &mut AuthEvent) -> Option<()> {
    let mut from = Source(bytes);
    event.form = if from.byte()? == 1 {
        EventForm::Api
    } else {
        EventForm::Export
    };
    event.at = from.time()?;
    for value in [
        &mut event.id,
        &mut event.pool,
        &mut event.client,
        &mut event.sub,
        &mut event.user_name,
        &mut event.address,
        &mut event.city,
        &mut event.country,
        &mut event.device,
        &mut event.time_zone,
        &mut event.idp,
        &mut event.request,
    ] {
        from.text_into(value)?;
    }
    event.event_type = from.word()?;
    event.response = from.word()?;
    event.level = from.word()?;
    event.decision = from.word()?;
    event.compromised = from.truth()?;
    event.has_context = from.truth()?;
    event.challenges = match from.length()? {
        None => None,
        Some(number) => {
            let mut list = Vec::new();
            for _ in 0..number {
                let name = from.text()?.unwrap_or_default().to_owned();
                let answer = from.text()?.map(str::to_owned);
                list.push(AnsweredChallenge { name, answer });
            }
            Some(list)
        }
    };
    event.feedback = if from.byte()? == 0 {
        None
    } else {
        Some(EventFeedback {
            value: from.word()?,
            provider: from.text()?.map(str::to_owned),
            at: from.time()?,
        })
    };
    from.0.is_empty().then_some(())
}

fn length(length: usize, into: &mut Vec<u8>) {
    match u8::try_from(length) {
        Ok(short) if short < LONG => into.push(short),
        _ => {
            into.push(LONG);
            // No text is that long: values are limited to 16 MiB.
            into.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
        }
    }
}

fn text(text: Option<&str>, into: &mut Vec<u8>) {
    match text {
        None => into.push(ABSENT),
        Some(text) => {
            length(text.len(), into);
            into.extend_from_slice(text.as_bytes());
        }
    }
}

fn word<T: Spelling + PartialEq>(word: &Spelled<T>, into: &mut Vec<u8>) {
    match word {
        Spelled::Absent => into.push(ABSENT),
        Spelled::Other(other) => {
            into.push(OTHER);
            text(Some(other), into);
        }
        Spelled::Known(known) => {
            let number = T::WORDS.iter().position(|word| word == known);
            into.push(
                number
                    .and_then(|number| u8::try_from(number).ok())
                    .unwrap_or(ABSENT),
            );
        }
    }
}

fn truth(is: Option<bool>) -> u8 {
    is.map_or(ABSENT, u8::from)
}

fn time(at: Option<Timestamp>, into: &mut Vec<u8>) {
    match at {
        None => into.push(0),
        Some(at) => {
            into.push(1);
            into.extend(at.as_second().to_le_bytes());
            into.extend(at.subsec_nanosecond().to_le_bytes());
        }
    }
}

/// What is left to read.
struct Source<'a>(&'a [u8]);

#[expect(clippy::option_option, reason = "damaged, absent, or there")]
impl<'a> Source<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn length(&mut self) -> Option<Option<usize>> {
        Some(match self.byte()? {
            ABSENT => None,
            LONG => Some(u32::from_le_bytes(self.array()?) as usize),
            short => Some(usize::from(short)),
        })
    }

    fn text(&mut self) -> Option<Option<&'a str>> {
        let Some(length) = self.length()? else {
            return Some(None);
        };
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(Some)
    }

    fn text_into(&mut self, into: &mut Option<String>) -> Option<()> {
        put(into, self.text()?);
        Some(())
    }

    fn word<T: Spelling>(&mut self) -> Option<Spelled<T>> {
        Some(match self.byte()? {
            ABSENT => Spelled::Absent,
            OTHER => Spelled::Other(self.text()?.unwrap_or_default().to_owned()),
            number => Spelled::Known(*T::WORDS.get(usize::from(number))?),
        })
    }

    fn truth(&mut self) -> Option<Option<bool>> {
        Some(match self.byte()? {
            ABSENT => None,
            is => Some(is == 1),
        })
    }

    fn time(&mut self) -> Option<Option<Timestamp>> {
        if self.byte()? == 0 {
            return Some(None);
        }
        let second = i64::from_le_bytes(self.array()?);
        let nanosecond = i32::from_le_bytes(self.array()?);
        Timestamp::new(second, nanosecond).ok().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(
        texts: &[Option<String>],
        words: &[Option<String>; 4],
        at: Option<i64>,
        list: usize,
    ) -> AuthEvent {
        let text = |at: usize| texts.get(at).cloned().flatten();
        let time = |at: i64| Timestamp::new(at, -7).ok().or_else(|| Timestamp::new(at, 7).ok());
        AuthEvent {
            form: if list.is_multiple_of(2) {
                EventForm::Export
            } else {
                EventForm::Api
            },
            id: text(0),
            pool: text(1),
            client: text(2),
            sub: text(3),
            user_name: text(4),
            at: at.and_then(time),
            event_type: Spelled::read(words[0].as_deref()),
            response: Spelled::read(words[1].as_deref()),
            level: Spelled::read(words[2].as_deref()),
            decision: Spelled::read(words[3].as_deref()),
            compromised: at.map(|at| at % 2 == 0),
            challenges: (list > 0).then(|| {
                let one = |n: usize| AnsweredChallenge {
                    name: format!("n{n}"),
                    answer: text(n),
                };
                (1..list).map(one).collect()
            }),
            address: text(5),
            city: text(6),
            country: text(7),
            device: text(8),
            time_zone: text(9),
            has_context: (list != 1).then_some(list > 2),
            idp: text(10),
            feedback: text(4).map(|word| EventFeedback {
                value: Spelled::read(Some(&word)),
                provider: text(5),
                at: at.and_then(time),
            }),
            request: text(11),
        }
    }

    proptest! {
        /// Every event is read back whatever was there.
        #[test]
        fn any_event_round_trips(
            texts in prop::collection::vec(prop::option::of(".{0,300}"), 12),
            words in prop::array::uniform4(prop::option::of(prop_oneof!["[A-Za-z]{1,9}", Just("Pass".to_owned()),
                Just("high".to_owned()), Just("SignIn".to_owned()), Just("Block".to_owned())])),
            at in prop::option::of(-377_705_000_000_i64..253_402_000_000),
            list in 0_usize..5,
        ) {
            let event = event(&texts, &words, at, list);
            let mut bytes = Vec::new();
            write(&event, KeptTexts::ALL, &mut bytes);
            let mut found = AuthEvent { id: Some("before".into()), city: Some("c".into()), ..AuthEvent::default() };
            prop_assert_eq!(read(&bytes, &mut found), Some(()));
            prop_assert_eq!(&found, &event);
            prop_assert_eq!(read(&bytes[..bytes.len() - 1], &mut found), None);
        }
    }
}
