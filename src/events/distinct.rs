//! Each event once: of several records of one event, the one that got furthest.
//!
//! Records go to a temporary file as they come (in memory while they are few), in the form of [`compact`], and what tells
//! which of them counts goes to another one, in parts by the hash of the event's id. At the end each part is sorted by
//! itself. So memory is that of one part, and a bit for each record: inputs may be far larger than memory.

use std::collections::HashMap;
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
    /// Records that count and name no pool, and replaced ones that say more of the same event: each has the other's number.
    pairs: HashMap<u64, u64>,
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
        let (mut repeats, mut pairs) = (0, HashMap::new());
        self.marks.each(&mut |marks| {
            let mut repeat = |record: u64| {
                if let Some(byte) = usize::try_from(record / 8)
                    .ok()
                    .and_then(|at| replaced.get_mut(at))
                {
                    *byte |= 1 << (record % 8);
                }
                repeats += 1;
            };
            repeated(marks, &mut repeat, &mut |counts, fuller| {
                pairs.insert(counts, fuller);
                pairs.insert(fuller, counts);
            });
        })?;
        Ok(DistinctEvents {
            file: self.file,
            length: self.length,
            replaced,
            pairs,
            distinct: self.records - repeats,
            repeats,
        })
    }
}

/// A record that counts so far.
struct Counting {
    record: u64,
    /// The pool that it names; 0 for none.
    named: u64,
    /// The pool of all records of the event.
    pool: u64,
    rank: Rank,
    /// The one of the replaced records that names a pool and got furthest.
    fuller: Option<(Rank, u64)>,
}

impl Counting {
    /// Takes another record of the same event, and gives the one that does not count.
    fn take(&mut self, mut other: Self) -> u64 {
        self.pool = self.pool.max(other.pool);
        if other.rank > self.rank {
            other.pool = self.pool;
            other.fuller = self.fuller;
            std::mem::swap(self, &mut other);
        }
        if other.named != 0 {
            self.fuller = self.fuller.max(Some((other.rank, other.record)));
        }
        other.record
    }
}

/// Gives the records of one id that do not count, because another one of the same pool does, and each that counts without a
/// pool, with the one that names it.
fn repeated(marks: &[Mark], repeat: &mut dyn FnMut(u64), fill: &mut dyn FnMut(u64, u64)) {
    if marks.len() < 2 {
        return;
    }
    let mut counting: Vec<Counting> = Vec::new();
    for (record, pool, rank) in marks.iter().map(parts) {
        let one = Counting {
            record,
            named: pool,
            pool,
            rank,
            fuller: None,
        };
        let same = counting
            .iter_mut()
            .find(|best| best.pool == pool || best.pool == 0 || pool == 0);
        match same {
            None => counting.push(one),
            Some(best) => repeat(best.take(one)),
        }
    }
    for best in counting.iter().filter(|best| best.named == 0) {
        if let Some((_, fuller)) = best.fuller {
            fill(best.record, fuller);
        }
    }
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

    /// Gives every event as a line, in the order in which the records that count came; one that is filled from another record
    /// comes with the later of both.
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
        // The first of two records of an event, until the other one comes.
        let mut first: HashMap<u64, AuthEvent> = HashMap::new();
        for at in 0.. {
            if offset >= self.length {
                break;
            }
            let mut length = [0; LENGTH];
            reader.read_exact(&mut length)?;
            record.resize(u32::from_le_bytes(length) as usize, 0);
            reader.read_exact(&mut record)?;
            offset += (LENGTH + record.len()) as u64;
            let byte = usize::try_from(at / 8).ok().and_then(|at| self.replaced.get(at));
            let counts = byte.is_some_and(|byte| byte >> (at % 8) & 1 == 0);
            let pair = self.pairs.get(&at);
            if !counts && pair.is_none() {
                continue;
            }
            let damaged = || io::Error::other("the temporary file was changed");
            compact::read(&record, &mut event).ok_or_else(damaged)?;
            match pair {
                None => take(&event)?,
                Some(other) => match first.remove(other) {
                    None => drop(first.insert(at, event.clone())),
                    Some(other) if counts => {
                        event.fill(other);
                        take(&event)?;
                    }
                    Some(mut other) => {
                        other.fill(event.clone());
                        take(&other)?;
                    }
                },
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
mod tests;
