//! A stream of bytes as a sequence of values: JSON or Python's text, one a line or many, with anything around them.
//!
//! Memory is bounded by [`Limits::value`], and time is linear: inside a value that breaks, values are looked for again, and
//! that costs at most [`AGAIN`] times what was read.

use std::io::{self, Read};

use super::scan::{JsonScan, PythonScan, Step};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// How often the bytes of broken values may be read again, on average.
const AGAIN: u64 = 8;

/// First members whose elements stand for themselves: nothing is lost where such a list is read element by element.
const LISTS: [&[u8]; 4] = [b"\"Records\"", b"\"records\"", b"\"events\"", b"\"Events\""];

/// How large things may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of one value.
    pub value: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            value: 16 * 1024 * 1024,
        }
    }
}

/// A part of a stream. Offsets are of the stream, after decompression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fragment<'a> {
    /// A value that ends where its grammar says so.
    Value {
        /// Its bytes.
        bytes: &'a [u8],
        /// Where it begins.
        offset: u64,
        /// Whether it is Python's text.
        is_python: bool,
        /// Whether it lies inside a value that breaks, which was given before.
        is_inside_broken: bool,
    },
    /// A value that breaks.
    Broken {
        /// Where it begins.
        offset: u64,
        /// Why it is none.
        why: &'static str,
    },
    /// A line without a value.
    Text,
}

/// Why an oversized value is none.
pub(super) const TOO_LARGE: &str = "it is larger than 16 MiB";

/// Why a value without an end is none.
pub(super) const CUT_OFF: &str = "the input ends before it does";

/// Splits a stream.
pub(super) struct Splitter<R> {
    source: R,
    limits: Limits,
    /// Bytes that are held, from `base` on.
    window: Vec<u8>,
    base: u64,
    /// The next byte to look at, in the window.
    at: usize,
    is_at_end: bool,
    /// How reading ended, if not well.
    failure: Option<io::Error>,
    /// Up to here bytes belong to a value that breaks.
    broken_until: u64,
    /// Bytes that were read again.
    again: u64,
    /// Where a value began that is too large to be held, and whose list is read element by element.
    list: Option<u64>,
    /// Where a list began that stands for itself, and whether a value of it was given.
    bare_list: Option<(u64, bool)>,
    line: Line,
}

/// What was seen of a line.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    has_text: bool,
    has_value: bool,
}

/// How an attempt to read a value ended.
enum Attempt {
    Value {
        end: usize,
        is_python: bool,
    },
    Broken {
        end: usize,
        why: &'static str,
    },
    /// It did not even begin like one.
    None,
}

impl<R: Read> Splitter<R> {
    /// Splits from a place of a stream on, at which a line begins.
    pub(super) fn from(source: R, limits: Limits, offset: u64) -> Self {
        Self {
            source,
            limits,
            window: Vec::new(),
            base: offset,
            at: 0,
            is_at_end: false,
            failure: None,
            broken_until: 0,
            again: 0,
            list: None,
            bare_list: None,
            line: Line::default(),
        }
    }

    /// How reading ended, if not well: everything before it was given.
    pub(super) fn failure(&mut self) -> Option<(u64, io::Error)> {
        Some((self.base + self.window.len() as u64, self.failure.take()?))
    }

    /// The next part; `None` at the end.
    pub(super) fn fragment(&mut self) -> Option<Fragment<'_>> {
        loop {
            self.compact();
            let Some(byte) = self.byte(self.at) else {
                let bare = self.bare_list.take().filter(|(_, has_values)| *has_values);
                if let Some(offset) = self.list.take().or(bare.map(|(offset, _)| offset)) {
                    return Some(Fragment::Broken { offset, why: CUT_OFF });
                }
                return std::mem::take(&mut self.line).is_text().then_some(Fragment::Text);
            };
            let offset = self.offset(self.at);
            let is_inside_broken = offset < self.broken_until;
            match byte {
                b'\n' => {
                    self.at += 1;
                    if std::mem::take(&mut self.line).is_text() {
                        return Some(Fragment::Text);
                    }
                }
                b'{' => match self.attempt(self.at) {
                    Attempt::Value { end, is_python } => {
                        self.line.has_value = true;
                        return Some(self.take(end, is_python, is_inside_broken));
                    }
                    Attempt::Broken { end, why } => {
                        self.line.has_value = true;
                        if why == CUT_OFF {
                            // That is said once, of the value.
                            self.bare_list = None;
                        }
                        if why == TOO_LARGE && self.enter(end) {
                            continue;
                        }
                        if self.broken(end, why) {
                            return Some(Fragment::Broken { offset, why });
                        }
                    }
                    Attempt::None => self.pass(is_inside_broken),
                },
                // Text with values in it, such as a line that `jq` wrote.
                b'"' if !self.line.has_text && !self.line.has_value && !is_inside_broken => {
                    match self.attempt(self.at) {
                        Attempt::Value { end, .. } if self.window[self.at..end].contains(&b'{') => {
                            self.line.has_value = true;
                            return Some(self.take(end, false, false));
                        }
                        _ => self.pass(false),
                    }
                }
                b']' => {
                    if self.list.take().is_none() {
                        self.bare_list = None;
                    }
                    self.at += 1;
                }
                b'[' => {
                    if self.bare_list.is_none() && !self.line.has_text && !is_inside_broken {
                        self.bare_list = Some((offset, false));
                    }
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' | b',' | b'}' | 0x1e | 0xef | 0xbb | 0xbf => self.at += 1,
                _ => self.pass(is_inside_broken),
            }
        }
    }

    fn offset(&self, at: usize) -> u64 {
        self.base + at as u64
    }

    /// Goes on to where a value may begin on this line.
    fn pass(&mut self, is_inside_broken: bool) {
        if !is_inside_broken {
            self.line.has_text = true;
            self.bare_list = None;
        }
        let rest = &self.window[self.at + 1..];
        let next = rest.iter().position(|byte| matches!(byte, b'{' | b'\n'));
        self.at += 1 + next.unwrap_or(rest.len());
    }

    /// Goes behind a value.
    fn take(&mut self, end: usize, is_python: bool, is_inside_broken: bool) -> Fragment<'_> {
        let start = std::mem::replace(&mut self.at, end);
        if let Some((_, has_values)) = &mut self.bare_list {
            *has_values = true;
        }
        Fragment::Value {
            bytes: &self.window[start..end],
            offset: self.base + start as u64,
            is_python,
            is_inside_broken,
        }
    }

    /// Goes into a value that breaks, and gives whether it is to be counted: not if it ends with one that was, or is a part of one
    /// that is too large.
    fn broken(&mut self, end: usize, why: &str) -> bool {
        let start = self.at;
        let (from, until) = (self.offset(start), self.offset(end));
        let is_new = from >= self.broken_until || (until > self.broken_until && why != TOO_LARGE);
        if from < self.broken_until {
            self.again += until - from;
        }
        self.broken_until = self.broken_until.max(until);
        self.at = if self.again > AGAIN * self.broken_until + CHUNK as u64 {
            // What is broken is behind, and nothing is read again.
            end.max(start + 1)
        } else {
            start + 1
        };
        is_new
    }

    /// Goes into a value that is too large, if it begins with a list whose elements stand for themselves.
    fn enter(&mut self, end: usize) -> bool {
        let Some(inside) = opening(&self.window[self.at..end]) else {
            return false;
        };
        if self.list.is_some() || self.again > AGAIN * self.offset(end) {
            return false;
        }
        self.again += (end - self.at) as u64;
        self.list = Some(self.offset(self.at));
        self.at += inside;
        true
    }

    fn attempt(&mut self, start: usize) -> Attempt {
        let mut scan = JsonScan::new();
        let mut at = start;
        loop {
            let Some(byte) = self.byte(at) else {
                return self.unended(start, at, CUT_OFF);
            };
            let is_at_first_key = scan.is_at_first_key();
            match scan.step(byte) {
                Step::More if at - start >= self.limits.value => {
                    return self.unended(start, at, TOO_LARGE);
                }
                Step::More => at += 1,
                Step::Done => {
                    return Attempt::Value {
                        end: at + 1,
                        is_python: false,
                    };
                }
                Step::Broken(_) if byte == b'\'' => return self.attempt_python(start),
                Step::Broken(_) if is_at_first_key => return Attempt::None,
                Step::Broken(why) => return Attempt::Broken { end: at, why },
            }
        }
    }

    fn attempt_python(&mut self, start: usize) -> Attempt {
        let mut scan = PythonScan::default();
        let mut at = start;
        loop {
            let Some(byte) = self.byte(at) else {
                return self.unended(start, at, CUT_OFF);
            };
            match scan.step(byte) {
                Step::More if at - start >= self.limits.value => {
                    return self.unended(start, at, TOO_LARGE);
                }
                Step::More => at += 1,
                Step::Done => {
                    return Attempt::Value {
                        end: at + 1,
                        is_python: true,
                    };
                }
                Step::Broken(why) => return Attempt::Broken { end: at, why },
            }
        }
    }

    /// A value without an end: a `{` alone at the end of a line of text is none.
    fn unended(&self, start: usize, at: usize, why: &'static str) -> Attempt {
        if self.window[start + 1..at].iter().all(u8::is_ascii_whitespace) && self.line.has_text {
            return Attempt::None;
        }
        Attempt::Broken { end: at, why }
    }

    /// A byte of the window, which grows as needed.
    fn byte(&mut self, at: usize) -> Option<u8> {
        if let Some(byte) = self.window.get(at) {
            return Some(*byte);
        }
        self.fill();
        self.window.get(at).copied()
    }

    /// Reads on.
    fn fill(&mut self) {
        let mut chunk = [0; 8 * 1024];
        let wanted = self.window.len() + CHUNK;
        while !self.is_at_end && self.window.len() < wanted {
            match self.source.read(&mut chunk) {
                Ok(0) => self.is_at_end = true,
                Ok(count) => self.window.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    self.is_at_end = true;
                }
            }
        }
    }

    /// Lets go of what is behind, when that is as much as is left: each byte is moved once on average.
    fn compact(&mut self) {
        if self.at >= CHUNK.max(self.window.len() / 2) {
            self.window.drain(..self.at);
            self.base += self.at as u64;
            self.at = 0;
        }
    }
}

/// Where the first element of such a list begins.
fn opening(value: &[u8]) -> Option<usize> {
    let after = |bytes: &'_ [u8], token: &[u8]| {
        let rest = bytes.strip_prefix(token)?.trim_ascii_start();
        Some(bytes.len() - rest.len())
    };
    let mut at = after(value, b"{")?;
    at += LISTS.iter().find_map(|name| after(value.get(at..)?, name))?;
    at += after(value.get(at..)?, b":")?;
    at += after(value.get(at..)?, b"[")?;
    (value.get(at) == Some(&b'{')).then_some(at)
}

impl Line {
    fn is_text(self) -> bool {
        self.has_text && !self.has_value
    }
}

#[cfg(test)]
mod tests;
