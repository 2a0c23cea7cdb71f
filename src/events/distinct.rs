//! Each event once: of several records of one event, the one that got furthest.
//!
//! Records go to a temporary file as they come (in memory while they are few), in the form of [`compact`], and what tells
//! which of them counts goes to another one, in parts by the hash of the event's id. At the end each part is sorted by
//! itself. So memory is that of one part, and a bit for each record: inputs may be far larger than memory.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};
use tempfile::SpooledTempFile;

use super::compact::{self, KeptTexts};
use super::line;
use crate::model::event::AuthEvent;

/// Bytes that are held in memory before a file is used.
const IN_MEMORY: usize = 4 * 1024 * 1024;

/// Bytes of events that are written at once.
const WRITTEN: usize = 256 * 1024;

/// Bytes of a record's length.
const LENGTH: usize = 4;

/// Collects records of events.
pub struct EventStore {
    file: SpooledTempFile,
    /// What is still to be written, after `length` bytes that were.
    waiting: Vec<u8>,
    length: u64,
    records: u64,
    marks: Marks,
    kept: KeptTexts,
}

/// Events, each once.
pub struct DistinctEvents {
    file: SpooledTempFile,
    length: u64,
    /// A bit for each record that another one replaced.
    replaced: Vec<u8>,
    distinct: u64,
    repeats: u64,
}

/// A record, ready to be added: made in the thread that read it.
pub(super) struct Row {
    /// Hash of the event's id.
    key: Option<[u8; KEY]>,
    /// Hash of the pool; 0 where it is not known.
    pool: u64,
    rank: Rank,
    bytes: Box<[u8]>,
}

/// Which of two records of one event counts: the larger one. It does not depend on their order. The bytes are how far it got,
/// when, how full it is, and a hash of the whole record.
type Rank = [u8; 18];

impl Row {
    /// Of an event, with the texts that are kept; which record counts is decided by all of it.
    pub(super) fn new(event: &AuthEvent, kept: KeptTexts) -> Self {
        let key = event.id.as_ref().map(|id| {
            let mut key = [0; KEY];
            key.copy_from_slice(&Sha256::digest(id.as_bytes())[..KEY]);
            key
        });
        let mut bytes = Vec::with_capacity(if kept == KeptTexts::ALL { 384 } else { 96 });
        compact::write(event, kept, &mut bytes);
        Self {
            key,
            pool: event.pool.as_ref().map_or(0, |pool| hash(pool).max(1)),
            rank: rank(event, &bytes),
            bytes: bytes.into(),
        }
    }
}

fn rank(event: &AuthEvent, bytes: &[u8]) -> Rank {
    let at = event.at.map_or(i64::MIN, jiff::Timestamp::as_microsecond);
    let mut rank = [0; 18];
    rank[0] = event.response.known().map_or(0, |response| 1 + response as u8);
    // Less before more, as bytes.
    rank[1..9].copy_from_slice(&(at.cast_unsigned() ^ 1 << 63).to_be_bytes());
    rank[9] = event.fullness();
    rank[10..].copy_from_slice(&hash(bytes).to_be_bytes());
    rank
}

/// Bytes of the hash of an id: of a thousand million events, two have the same one with a chance of one in 10^20.
const KEY: usize = 16;

/// What tells which record of an event counts: its key, the record's number, its pool, and its rank. Sorted, records of one
/// event stand together, in the order in which they came.
type Mark = [u8; KEY + 8 + 8 + 18];

/// Parts of marks, by the first byte of the key.
const PARTS: usize = 256;

/// Marks of a part that are written at once: 16 KB.
const BLOCK: usize = 320;

/// Marks in parts: blocks of all parts in one file.
struct Marks {
    file: SpooledTempFile,
    length: u64,
    parts: Vec<MarksPart>,
}

#[derive(Clone, Default)]
struct MarksPart {
    /// Where its blocks begin.
    blocks: Vec<u64>,
    /// What is not yet written.
    waiting: Vec<Mark>,
}

impl Marks {
    fn new() -> Self {
        Self {
            file: tempfile::spooled_tempfile(IN_MEMORY),
            length: 0,
            parts: vec![MarksPart::default(); PARTS],
        }
    }

    fn add(&mut self, mark: Mark) -> io::Result<()> {
        let Some(part) = self.parts.get_mut(usize::from(mark[0])) else {
            return Ok(());
        };
        part.waiting.push(mark);
        if part.waiting.len() == BLOCK {
            let bytes = part.waiting.as_flattened();
            self.file.write_all(bytes)?;
            part.blocks.push(self.length);
            self.length += bytes.len() as u64;
            part.waiting.clear();
        }
        Ok(())
    }

    /// Gives the marks of each event, in the order in which its records came.
    fn each(mut self, take: &mut dyn FnMut(&[Mark])) -> io::Result<()> {
        for part in self.parts {
            let mut marks: Vec<Mark> = vec![[0; size_of::<Mark>()]; part.blocks.len() * BLOCK];
            for (begin, block) in part.blocks.iter().zip(marks.chunks_exact_mut(BLOCK)) {
                self.file.seek(SeekFrom::Start(*begin))?;
                self.file.read_exact(block.as_flattened_mut())?;
            }
            marks.extend(part.waiting);
            marks.sort_unstable();
            marks.chunk_by(|a, b| a[..KEY] == b[..KEY]).for_each(&mut *take);
        }
        Ok(())
    }
}

/// What a mark says: the record's number, its pool, its rank.
fn parts(mark: &Mark) -> (u64, u64, Rank) {
    let number = |at: usize| {
        let bytes = mark.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes))
    };
    let rank = mark.last_chunk().copied().unwrap_or_default();
    (number(KEY), number(KEY + 8), rank)
}

impl Default for EventStore {
    fn default() -> Self {
        Self::keeping(KeptTexts::ALL)
    }
}

impl EventStore {
    /// Nothing yet; of each event only these texts will be kept.
    pub fn keeping(kept: KeptTexts) -> Self {
        Self {
            file: tempfile::spooled_tempfile(IN_MEMORY),
            waiting: Vec::new(),
            length: 0,
            records: 0,
            marks: Marks::new(),
            kept,
        }
    }

    /// The texts that are kept.
    pub(super) fn kept(&self) -> KeptTexts {
        self.kept
    }

    /// Adds a record. One without an id is an event of its own. A record without a pool, which an answer of the API is, is the
    /// same event as one with its id in some pool: ids are random.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn add(&mut self, event: &AuthEvent) -> io::Result<()> {
        self.add_row(&Row::new(event, self.kept))
    }

    /// Adds a record that was made ready: its length, and its bytes.
    pub(super) fn add_row(&mut self, row: &Row) -> io::Result<()> {
        if let Some(key) = row.key {
            let mut mark = [0; size_of::<Mark>()];
            mark[..KEY].copy_from_slice(&key);
            mark[KEY..KEY + 8].copy_from_slice(&self.records.to_be_bytes());
            mark[KEY + 8..KEY + 16].copy_from_slice(&row.pool.to_be_bytes());
            mark[KEY + 16..].copy_from_slice(&row.rank);
            self.marks.add(mark)?;
        }
        self.records += 1;
        // Values are limited to 16 MiB.
        let length = u32::try_from(row.bytes.len()).map_err(io::Error::other)?;
        self.waiting.extend(length.to_le_bytes());
        self.waiting.extend_from_slice(&row.bytes);
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

    /// Finds repeats.
    ///
    /// # Errors
    /// The temporary file cannot be written or read.
    pub fn finish(mut self) -> io::Result<DistinctEvents> {
        self.flush()?;
        let bytes = usize::try_from(self.records / 8).map_err(io::Error::other)?;
        let mut replaced = vec![0_u8; bytes + 1];
        let mut repeats = 0;
        self.marks.each(&mut |marks| {
            for record in repeated(marks) {
                if let Some(byte) = usize::try_from(record / 8)
                    .ok()
                    .and_then(|at| replaced.get_mut(at))
                {
                    *byte |= 1 << (record % 8);
                }
                repeats += 1;
            }
        })?;
        Ok(DistinctEvents {
            file: self.file,
            length: self.length,
            replaced,
            distinct: self.records - repeats,
            repeats,
        })
    }
}

/// Records of one id that do not count, because another one of the same pool does.
fn repeated(marks: &[Mark]) -> Vec<u64> {
    let mut repeated = Vec::new();
    if marks.len() < 2 {
        return repeated;
    }
    let mut counting: Vec<(u64, u64, Rank)> = Vec::new();
    for (record, pool, rank) in marks.iter().map(parts) {
        let same = counting
            .iter_mut()
            .find(|(_, other, _)| *other == pool || *other == 0 || pool == 0);
        match same {
            None => counting.push((record, pool, rank)),
            Some(best) => {
                best.1 = best.1.max(pool);
                if rank <= best.2 {
                    repeated.push(record);
                } else {
                    repeated.push(std::mem::replace(&mut best.0, record));
                    best.2 = rank;
                }
            }
        }
    }
    repeated
}

impl DistinctEvents {
    /// How many there are.
    pub fn distinct(&self) -> u64 {
        self.distinct
    }

    /// How many records were of an event that is there.
    pub fn repeats(&self) -> u64 {
        self.repeats
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
        self.file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(WRITTEN, &mut self.file);
        let (mut event, mut record, mut offset) = (AuthEvent::default(), Vec::new(), 0);
        for at in 0.. {
            if offset >= self.length {
                break;
            }
            let mut length = [0; LENGTH];
            reader.read_exact(&mut length)?;
            record.resize(u32::from_le_bytes(length) as usize, 0);
            reader.read_exact(&mut record)?;
            offset += (LENGTH + record.len()) as u64;
            if self
                .replaced
                .get(at / 8)
                .is_some_and(|byte| byte >> (at % 8) & 1 == 0)
            {
                let damaged = || io::Error::other("the temporary file was changed");
                compact::read(&record, &mut event).ok_or_else(damaged)?;
                take(&event)?;
            }
        }
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
        let mut store = EventStore::default();
        for event in events {
            store.add(event).unwrap();
        }
        let mut distinct = store.finish().unwrap();
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
    fn without_an_id_nothing_is_a_repeat() {
        let none = event(None, Some("p"), "Pass", 1);
        assert_eq!(of(&[none.clone(), none]).1.len(), 2);
    }

    #[test]
    fn more_than_memory_takes_are_each_there_once_in_their_order() {
        // Some blocks of every part are written, and some marks wait.
        let number = i64::try_from(PARTS * BLOCK * 5 / 4).unwrap();
        let id = |at: i64| format!("e-{}", if at % 5 == 0 { at / 2 } else { at });
        let mut store = EventStore::keeping(KeptTexts::NONE);
        let mut best = BTreeMap::new();
        for at in 0..number {
            let response = if at % 3 == 0 { "Fail" } else { "Pass" };
            store.add(&event(Some(&id(at)), Some("p"), response, at)).unwrap();
            let rank = (response, at);
            let held = best.entry(id(at)).or_insert(rank);
            *held = rank.max(*held);
        }
        let mut wanted: Vec<_> = best.into_values().map(|(_, at)| at).collect();
        wanted.sort_unstable();
        let mut distinct = store.finish().unwrap();
        let mut found = Vec::new();
        distinct
            .events(&mut |event| found.push(event.at.unwrap().as_second()))
            .unwrap();
        assert!(found == wanted, "{} of {}", found.len(), wanted.len());
        assert_eq!(distinct.repeats() + distinct.distinct(), number.unsigned_abs());
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
