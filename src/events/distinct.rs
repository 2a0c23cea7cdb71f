//! Each event once: of several records of one event, the one that got furthest.
//!
//! Events go to a file of their own as they come (in memory while they are few), in the form of [`compact`]; what is held for
//! each is some 100 bytes. So inputs may be far larger than memory.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

use super::compact::{self, KeptTexts};
use super::line;
use crate::model::event::{AuthEvent, EventResponse};

/// Bytes that are held in memory before a file is used.
const IN_MEMORY: usize = 4 * 1024 * 1024;

/// Bytes of events that are written at once.
const WRITTEN: usize = 256 * 1024;

/// Most events among which repeats are found.
const MOST_KNOWN: usize = 20_000_000;

/// Bytes of a record's length.
const LENGTH: usize = 4;

/// No further slot.
const NONE: u32 = u32::MAX;

/// Events, each once.
pub struct DistinctEvents {
    file: SpooledTempFile,
    /// What is still to be written, after `length` bytes that were.
    waiting: Vec<u8>,
    length: u64,
    /// First slot by the hash of an event's id.
    first: HashMap<u128, u32>,
    slots: Slots,
    kept: KeptTexts,
    /// Where records begin that another one replaced.
    replaced: Vec<u64>,
    most_known: usize,
    distinct: u64,
    repeats: u64,
    unchecked: u64,
}

/// What is held of an event.
struct Slot {
    /// Hash of the pool; 0 where it is not known.
    pool: u64,
    rank: Rank,
    /// Where the record begins.
    offset: u64,
    /// Another event with the same id, in another pool.
    next: u32,
}

/// Slots in parts, so that more of them move none.
#[derive(Default)]
struct Slots(Vec<Vec<Slot>>);

/// Slots of a part.
const PART: usize = 1 << 16;

impl Slots {
    fn len(&self) -> usize {
        let last = self.0.last().map_or(0, Vec::len);
        self.0.len().saturating_sub(1) * PART + last
    }

    fn get_mut(&mut self, index: u32) -> Option<&mut Slot> {
        let index = index as usize;
        self.0.get_mut(index / PART)?.get_mut(index % PART)
    }

    fn push(&mut self, slot: Slot) {
        if let Some(part) = self.0.last_mut().filter(|part| part.len() < PART) {
            part.push(slot);
        } else {
            let mut part = Vec::with_capacity(PART);
            part.push(slot);
            self.0.push(part);
        }
    }
}

/// A record, ready to be added: made in the thread that read it.
pub(super) struct Row {
    /// Hash of the event's id.
    key: Option<u128>,
    /// Hash of the pool; 0 where it is not known.
    pool: u64,
    rank: Rank,
    bytes: Box<[u8]>,
}

impl Row {
    /// Of an event, with the texts that are kept; which record counts is decided by all of it.
    pub(super) fn new(event: &AuthEvent, kept: KeptTexts) -> Self {
        let key = event.id.as_ref().map(|id| {
            let mut digest = [0; 16];
            digest.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
            u128::from_be_bytes(digest)
        });
        let mut bytes = Vec::with_capacity(if kept == KeptTexts::ALL { 384 } else { 96 });
        compact::write(event, kept, &mut bytes);
        Self {
            key,
            pool: event.pool.as_ref().map_or(0, |pool| hash(pool).max(1)),
            rank: Rank {
                response: event.response.known(),
                at: event.at.map_or(i64::MIN, jiff::Timestamp::as_microsecond),
                fullness: event.fullness(),
                hash: hash(&bytes),
            },
            bytes: bytes.into(),
        }
    }
}

/// Which of two records of one event counts: the larger one. It does not depend on their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    response: Option<EventResponse>,
    /// Microseconds; the least where it is not known.
    at: i64,
    fullness: u8,
    /// Of the whole record.
    hash: u64,
}

impl Default for DistinctEvents {
    fn default() -> Self {
        Self::new()
    }
}

impl DistinctEvents {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            file: tempfile::spooled_tempfile(IN_MEMORY),
            waiting: Vec::new(),
            length: 0,
            first: HashMap::new(),
            slots: Slots::default(),
            kept: KeptTexts::ALL,
            replaced: Vec::new(),
            most_known: MOST_KNOWN,
            distinct: 0,
            repeats: 0,
            unchecked: 0,
        }
    }

    /// None yet, and of each only these texts.
    #[must_use]
    pub fn keeping(kept: KeptTexts) -> Self {
        Self { kept, ..Self::new() }
    }

    /// The texts that are kept.
    pub(super) fn kept(&self) -> KeptTexts {
        self.kept
    }

    /// How many there are.
    #[must_use]
    pub fn distinct(&self) -> u64 {
        self.distinct
    }

    /// How many records were of an event that was there.
    #[must_use]
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// How many events came when no more could be held: repeats among them are not found.
    #[must_use]
    pub fn unchecked(&self) -> u64 {
        self.unchecked
    }

    /// Adds a record. One without an id is an event of its own. A record without a pool, which an answer of the API is, is the
    /// same event as one with its id in some pool: ids are random.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn add(&mut self, event: &AuthEvent) -> io::Result<()> {
        self.add_row(&Row::new(event, self.kept))
    }

    /// Adds a record that was made ready.
    pub(super) fn add_row(&mut self, row: &Row) -> io::Result<()> {
        let Some(key) = row.key else {
            return self.append(row);
        };
        let (pool, rank, offset) = (row.pool, row.rank, self.length + self.waiting.len() as u64);
        let mut at = self.first.get(&key).copied();
        let mut last = None;
        while let Some(index) = at.filter(|at| *at != NONE) {
            let Some(slot) = self.slots.get_mut(index) else {
                break;
            };
            if slot.pool == pool || slot.pool == 0 || pool == 0 {
                self.repeats += 1;
                slot.pool = slot.pool.max(pool);
                if rank <= slot.rank {
                    return Ok(());
                }
                slot.rank = rank;
                self.replaced.push(std::mem::replace(&mut slot.offset, offset));
                self.distinct -= 1;
                return self.append(row);
            }
            last = Some(index);
            at = Some(slot.next);
        }
        let Some(index) = u32::try_from(self.slots.len())
            .ok()
            .filter(|_| self.slots.len() < self.most_known)
        else {
            self.unchecked += 1;
            return self.append(row);
        };
        match last.and_then(|last| self.slots.get_mut(last)) {
            Some(before) => before.next = index,
            None => {
                self.first.insert(key, index);
            }
        }
        self.slots.push(Slot {
            pool,
            rank,
            offset,
            next: NONE,
        });
        self.append(row)
    }

    /// Appends a record to what is to be written, with its length before it.
    fn append(&mut self, row: &Row) -> io::Result<()> {
        // Values are limited to 16 MiB.
        let length = u32::try_from(row.bytes.len()).map_err(io::Error::other)?;
        self.waiting.extend(length.to_le_bytes());
        self.waiting.extend_from_slice(&row.bytes);
        self.distinct += 1;
        if self.waiting.len() >= WRITTEN {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.waiting)?;
        self.length += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// Gives every event as a line, in the order in which the records that count came.
    ///
    /// # Errors
    /// The temporary file cannot be read, or what the taker says.
    pub fn lines(&mut self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        self.each(&mut |event| take(&line::write(event)))
    }

    /// Gives every event, in the same order.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    pub fn events(&mut self, take: &mut dyn FnMut(&AuthEvent)) -> io::Result<()> {
        self.each(&mut |event| {
            take(event);
            Ok(())
        })
    }

    fn each(&mut self, take: &mut dyn FnMut(&AuthEvent) -> io::Result<()>) -> io::Result<()> {
        self.flush()?;
        self.file.seek(SeekFrom::Start(0))?;
        self.replaced.sort_unstable();
        let mut replaced = self.replaced.iter().copied().peekable();
        let mut reader = BufReader::with_capacity(WRITTEN, &mut self.file);
        let (mut event, mut record, mut offset) = (AuthEvent::default(), Vec::new(), 0);
        while offset < self.length {
            let mut length = [0; LENGTH];
            reader.read_exact(&mut length)?;
            record.resize(u32::from_le_bytes(length) as usize, 0);
            reader.read_exact(&mut record)?;
            if replaced.next_if_eq(&offset).is_none() {
                let damaged = || io::Error::other("the temporary file was changed");
                compact::read(&record, &mut event).ok_or_else(damaged)?;
                take(&event)?;
            }
            offset += (LENGTH + record.len()) as u64;
        }
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::event::Spelled;

    fn event(id: Option<&str>, pool: Option<&str>, response: &str, second: i64) -> AuthEvent {
        AuthEvent {
            id: id.map(str::to_owned),
            pool: pool.map(str::to_owned),
            response: Spelled::read(Some(response)),
            at: jiff::Timestamp::from_second(second).ok(),
            ..AuthEvent::default()
        }
    }

    fn of(events: &[AuthEvent]) -> (DistinctEvents, Vec<AuthEvent>) {
        let mut distinct = DistinctEvents::new();
        for event in events {
            distinct.add(event).unwrap();
        }
        let mut found = Vec::new();
        distinct.events(&mut |event| found.push(event.clone())).unwrap();
        assert_eq!(found.len() as u64, distinct.distinct());
        (distinct, found)
    }

    #[test]
    fn the_furthest_response_counts() {
        let progress = event(Some("e"), Some("p"), "InProgress", 9);
        let pass = event(Some("e"), Some("p"), "Pass", 1);
        let fail = event(Some("e"), Some("p"), "Fail", 5);
        for order in [
            [&progress, &pass, &fail],
            [&pass, &fail, &progress],
            [&fail, &progress, &pass],
        ] {
            let (distinct, found) = of(&order.map(Clone::clone));
            assert_eq!(found, std::slice::from_ref(&pass));
            assert_eq!(distinct.repeats(), 2);
        }
        let later = event(Some("e"), Some("p"), "Pass", 2);
        assert_eq!(of(&[later.clone(), pass]).1, [later]);
    }

    #[test]
    fn pools_are_apart_and_an_unknown_pool_is_any() {
        let one = event(Some("e"), Some("p"), "Pass", 1);
        let other = event(Some("e"), Some("q"), "Pass", 1);
        let unknown = event(Some("e"), None, "Fail", 1);
        for order in [
            [&one, &other, &unknown],
            [&unknown, &other, &one],
            [&one, &unknown, &other],
        ] {
            assert_eq!(of(&order.map(Clone::clone)).1.len(), 2);
        }
    }

    #[test]
    fn without_an_id_nothing_is_a_repeat_and_beyond_the_limit_it_is_said() {
        let none = event(None, Some("p"), "Pass", 1);
        assert_eq!(of(&[none.clone(), none]).1.len(), 2);
        let mut distinct = DistinctEvents::new();
        distinct.most_known = 1;
        for id in ["a", "b", "a", "b"] {
            distinct.add(&event(Some(id), None, "Pass", 1)).unwrap();
        }
        assert_eq!(
            (distinct.distinct(), distinct.repeats(), distinct.unchecked()),
            (3, 1, 2)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Against a table of all records, in any order.
        #[test]
        fn each_event_once_whatever_the_order(
            events in prop::collection::vec(("[a-c]", "[pq]", 0..4_usize, 0..3_i64), 0..30),
            turn in any::<prop::sample::Index>(),
        ) {
            let responses = ["InProgress", "Fail", "Pass", "Strange"];
            let all: Vec<_> = events
                .iter()
                .map(|(id, pool, response, at)| event(Some(id), Some(pool), responses[*response], *at))
                .collect();
            let mut slow = BTreeMap::new();
            for event in &all {
                let rank = |event: &AuthEvent| (event.response.known(), event.at);
                let best = slow.entry((event.id.clone(), event.pool.clone())).or_insert_with(|| event.clone());
                if rank(event) > rank(best) {
                    *best = event.clone();
                }
            }
            let mut turned = all.clone();
            if !turned.is_empty() {
                let by = turn.index(turned.len());
                turned.rotate_left(by);
            }
            for order in [all, turned] {
                let (_, mut found) = of(&order);
                found.sort();
                let mut wanted: Vec<_> = slow.values().cloned().collect();
                wanted.sort();
                prop_assert_eq!(found, wanted);
            }
        }
    }
}
