//! A stream whose lines are whole values, read by several threads: blocks of lines are parsed while the next one is read, and
//! what they hold is given in the order of the lines. The first line that is not one whole object ends it; the rest of the
//! stream is then read value by value ([`Splitter`](super::split::Splitter)).

use std::io::{self, BufRead as _, Read};

use jiff::Timestamp;
use serde_json::Value;

use super::fast;
use super::scan::{JsonScan, Step};
use super::split::Limits;
use super::tally::EventTally;
use crate::model::event::AuthEvent;

/// Bytes that are read at once.
const BLOCK: usize = 1024 * 1024;

/// Fewest bytes for which several threads are used.
const WORTH_THREADS: usize = 128 * 1024;

/// What a line holds.
pub(super) enum LineValue<T> {
    /// An event that was read at once.
    Event {
        /// What was made of it.
        made: T,
        /// Whether it has an id.
        has_id: bool,
        /// When it was.
        at: Option<Timestamp>,
        /// The event, if it has a word that is not known.
        odd: Option<Box<AuthEvent>>,
    },
    /// Any other object, and where it begins.
    Object(Value, u64),
}

/// What makes something of an event, in any thread; it may change the event.
pub(super) type Maker<'a, T> = &'a (dyn Fn(&mut AuthEvent) -> T + Sync);

/// What is left of a stream.
pub(super) struct Rest<R> {
    /// Bytes that were read already, and the source, which may have failed.
    pub source: io::Chain<io::Cursor<Vec<u8>>, Remaining<R>>,
    /// Where they begin.
    pub offset: u64,
}

/// A source that was read to some place, or that failed there.
pub(super) enum Remaining<R> {
    Source(R),
    Failed(Option<io::Error>),
}

impl<R: Read> Read for Remaining<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Source(source) => source.read(into),
            Self::Failed(error) => error.take().map_or(Ok(0), Err),
        }
    }
}

/// Gives what lines hold, in their order, and what is left when a line is no whole object. `make` makes something of each event
/// in the thread that read it.
///
/// # Errors
/// What the taker says.
pub(super) fn read<R: Read, T: Send>(
    source: R,
    limits: Limits,
    make: Maker<'_, T>,
    take: &mut dyn FnMut(LineValue<T>) -> io::Result<()>,
) -> io::Result<Rest<R>> {
    let mut give = |parsed: Vec<Parsed<T>>| {
        let mut found = parsed.into_iter().flat_map(|one| one.found);
        found.try_for_each(&mut *take)
    };
    let mut blocks = Blocks::new(source, limits);
    let mut spare = Vec::new();
    let mut block = blocks.next(Vec::new());
    let mut waiting: Vec<Parsed<T>> = Vec::new();
    while !block.is_empty() {
        let threads = if block.len() < WORTH_THREADS {
            1
        } else {
            rayon::current_num_threads()
        };
        let (mut following, offset) = (Vec::new(), blocks.offset);
        let pieces = pieces(&block, threads);
        let mut found: Vec<_> = pieces.iter().map(|_| Parsed::nothing()).collect();
        rayon::in_place_scope(|scope| -> io::Result<()> {
            for (Piece { bytes, begin }, into) in pieces.into_iter().zip(&mut found) {
                scope.spawn(move |_| *into = parse(bytes, offset + begin, limits, make));
            }
            // Meanwhile, what the block before holds is taken, and the next one is read.
            give(std::mem::take(&mut waiting))?;
            following = blocks.next(std::mem::take(&mut spare));
            Ok(())
        })?;
        if let Some(at) = found.iter().position(|one| !one.is_whole) {
            let until = found.get(at).map_or(offset, |one| one.until);
            found.truncate(at + 1);
            give(found)?;
            let odd = block.split_off(usize::try_from(until - offset).unwrap_or(0));
            return Ok(blocks.rest(until, odd, &following));
        }
        blocks.offset += block.len() as u64;
        waiting = found;
        spare = std::mem::replace(&mut block, following);
    }
    give(waiting)?;
    let offset = blocks.offset;
    Ok(blocks.rest(offset, Vec::new(), &[]))
}

/// Whole lines of a source.
struct Blocks<R> {
    source: Remaining<R>,
    limits: Limits,
    /// Where the block that is parsed begins.
    offset: u64,
    /// The line that the next block begins with.
    begun: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    fn new(source: R, limits: Limits) -> Self {
        Self {
            source: Remaining::Source(source),
            limits,
            offset: 0,
            begun: Vec::new(),
        }
    }

    /// Some more whole lines, the last of a source even without its end; empty at the end, where reading fails, and for a
    /// line that is too large: what is read of it stays. `block` gives its memory.
    fn next(&mut self, mut block: Vec<u8>) -> Vec<u8> {
        block.clear();
        block.append(&mut self.begun);
        loop {
            let before = block.len();
            block.reserve(BLOCK);
            let read = (&mut self.source).take(BLOCK as u64).read_to_end(&mut block);
            let is_at_end = match read {
                Ok(_) => block.len() == before,
                Err(error) => {
                    self.source = Remaining::Failed(Some(error));
                    self.keep_behind_lines(&mut block);
                    return block;
                }
            };
            if is_at_end || self.keep_behind_lines(&mut block) > 0 {
                return block;
            }
            block.append(&mut self.begun);
            if block.len() > self.limits.value {
                self.begun = block;
                return Vec::new();
            }
        }
    }

    /// Takes what is behind the last whole line to the next block, and gives how much is before it.
    fn keep_behind_lines(&mut self, block: &mut Vec<u8>) -> usize {
        let behind = block
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        self.begun
            .extend_from_slice(block.get(behind..).unwrap_or_default());
        block.truncate(behind);
        behind
    }

    fn rest(self, offset: u64, mut odd: Vec<u8>, following: &[u8]) -> Rest<R> {
        odd.extend_from_slice(following);
        odd.extend(self.begun);
        Rest {
            source: io::Cursor::new(odd).chain(self.source),
            offset,
        }
    }
}

/// A part of a block, of whole lines.
struct Piece<'a> {
    bytes: &'a [u8],
    /// Where it begins in the block.
    begin: u64,
}

fn pieces(block: &[u8], number: usize) -> Vec<Piece<'_>> {
    let size = block.len() / number.max(1) + 1;
    let (mut pieces, mut from) = (Vec::new(), 0);
    while from < block.len() {
        let least = (from + size).min(block.len());
        let end = block[least..].iter().position(|byte| *byte == b'\n');
        let until = end.map_or(block.len(), |at| least + at + 1);
        pieces.push(Piece {
            bytes: &block[from..until],
            begin: from as u64,
        });
        from = until;
    }
    pieces
}

/// What lines hold.
struct Parsed<T> {
    found: Vec<LineValue<T>>,
    /// Whether every line is a whole object.
    is_whole: bool,
    /// Where the first begins that is not.
    until: u64,
}

impl<T> Parsed<T> {
    fn nothing() -> Self {
        Self {
            found: Vec::new(),
            is_whole: true,
            until: 0,
        }
    }
}

fn parse<T>(bytes: &[u8], offset: u64, limits: Limits, make: Maker<'_, T>) -> Parsed<T> {
    let mut parsed = Parsed {
        found: Vec::with_capacity(bytes.len() / 512),
        is_whole: true,
        until: offset,
    };
    let mut event = AuthEvent::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let from = rest;
        // Of memory it cannot fail.
        let Ok(length) = rest.skip_until(b'\n') else { break };
        let line = from.get(..length).unwrap_or_default();
        let (text, begin) = trimmed(line);
        // What is larger is refused, and its parts are read.
        if text.len() > limits.value {
            parsed.is_whole = false;
            return parsed;
        }
        if !text.is_empty() {
            let found = match fast::read(text, &mut event) {
                Some(()) => Some(of_event(&mut event, make)),
                None => object(text).map(|value| LineValue::Object(value, parsed.until + begin)),
            };
            let Some(found) = found else {
                parsed.is_whole = false;
                return parsed;
            };
            parsed.found.push(found);
        }
        parsed.until += line.len() as u64;
    }
    parsed
}

fn of_event<T>(event: &mut AuthEvent, make: Maker<'_, T>) -> LineValue<T> {
    let odd = EventTally::has_other_words(event).then(|| Box::new(event.clone()));
    LineValue::Event {
        has_id: event.id.is_some(),
        at: event.at,
        odd,
        made: make(event),
    }
}

/// A line without blanks around it, and how many are before it.
fn trimmed(line: &[u8]) -> (&[u8], u64) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let begin = line.iter().position(|byte| !is_blank(byte)).unwrap_or(line.len());
    let end = line
        .iter()
        .rposition(|byte| !is_blank(byte))
        .map_or(begin, |at| at + 1);
    (line.get(begin..end).unwrap_or_default(), begin as u64)
}

/// The object that a line is.
fn object(text: &[u8]) -> Option<Value> {
    let mut scan = JsonScan::new();
    let mut steps = text.iter().map(|byte| scan.step(*byte));
    let last = text.len().checked_sub(1)?;
    if text.first() != Some(&b'{') || steps.position(|step| step != Step::More) != Some(last) {
        return None;
    }
    crate::json::value(text).ok()
}
