//! Events from files of any form: what the content says decides, never a name. Nothing aborts, and nothing is left out without
//! being counted. docs/events.md lists the forms.

mod compact;
mod decode;
mod distinct;
mod fast;
mod line;
mod lines;
mod looks;
mod python;
mod record;
mod redact;
mod scan;
mod split;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod trail;
mod unwrap;

use std::cell::RefCell;
use std::io::{self, Read};

use serde_json::Value;

use crate::model::event::{AuthEvent, CloudTrailRecord};
use distinct::Row;

pub use compact::KeptTexts;
pub use distinct::{DistinctEvents, EventStore};
pub use line::{schema, write};
pub use looks::A_POLICY;
pub use redact::redact;
pub use tally::{BrokenValue, EventTally, Stranger, UnknownWord};
pub use trail::DistinctTrail;

/// What a file seems to be that holds no record of Cognito.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLog {
    /// The file, as it was named.
    pub file: String,
    /// What it seems to be.
    pub seems: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// Reads a file to its end, gives every auth event in it to `take`, and counts everything in `tally`. If nothing in it is a
/// record of Cognito, it says what the file seems to be.
///
/// # Errors
/// What `take` says. What cannot be read is counted.
pub fn read(
    file: &str,
    source: Box<dyn Read + '_>,
    tally: &mut EventTally,
    take: &mut dyn FnMut(&mut AuthEvent) -> io::Result<()>,
) -> io::Result<Option<NoLog>> {
    read_all(file, source, tally, take, &mut |_| {})
}

/// The same, and gives every `CloudTrail` record of Cognito to `take_trail`, repeats included.
///
/// # Errors
/// What `take` says. What cannot be read is counted.
pub fn read_all(
    file: &str,
    source: Box<dyn Read + '_>,
    tally: &mut EventTally,
    take: &mut dyn FnMut(&mut AuthEvent) -> io::Result<()>,
    take_trail: &mut dyn FnMut(&CloudTrailRecord),
) -> io::Result<Option<NoLog>> {
    let make = |event: &mut AuthEvent| Box::new(std::mem::take(event));
    read_made(
        file,
        source,
        tally,
        (take, take_trail),
        &make,
        &mut |mut event, take| take(&mut event),
    )
}

/// Reads an answer of AWS that is in memory, and counts what is in it: what it does not count was not understood.
pub fn read_answer(
    what: &str,
    answer: &Value,
    take: &mut dyn FnMut(&AuthEvent),
    take_trail: &mut dyn FnMut(&CloudTrailRecord),
) -> EventTally {
    let mut tally = EventTally::default();
    let source = Box::new(io::Cursor::new(answer.to_string().into_bytes()));
    let mut take = |event: &mut AuthEvent| {
        take(event);
        Ok(())
    };
    // Reading from memory does not fail, and taking does not either.
    let _ = read_all(what, source, &mut tally, &mut take, take_trail);
    tally
}

/// Reads a file to its end into `store`; `change` may change each event before it is kept, in any thread.
///
/// # Errors
/// The temporary file cannot be written. What cannot be read is counted.
pub fn read_distinct(
    file: &str,
    source: Box<dyn Read + '_>,
    tally: &mut EventTally,
    store: &mut EventStore,
    change: &(dyn Fn(&mut AuthEvent) + Sync),
    take_trail: &mut dyn FnMut(&CloudTrailRecord),
) -> io::Result<Option<NoLog>> {
    let kept = store.kept();
    let make = |event: &mut AuthEvent| {
        change(event);
        Row::new(event, kept)
    };
    let store = RefCell::new(store);
    let mut take = |event: &mut AuthEvent| store.borrow_mut().add_row(&make(event));
    let mut take_row = |row: Row, _: unwrap::Taker<'_>| store.borrow_mut().add_row(&row);
    read_made(file, source, tally, (&mut take, take_trail), &make, &mut take_row)
}

fn read_made<T: Send>(
    file: &str,
    source: Box<dyn Read + '_>,
    tally: &mut EventTally,
    (take, take_trail): (unwrap::Taker<'_>, unwrap::TrailTaker<'_>),
    make: lines::Maker<'_, T>,
    take_made: &mut dyn FnMut(T, unwrap::Taker<'_>) -> io::Result<()>,
) -> io::Result<Option<NoLog>> {
    let (head, bytes) = decode::decoded(source);
    let mut own = EventTally::default();
    let mut unwrapper = unwrap::Unwrapper {
        file,
        tally: &mut own,
        take,
        take_trail,
    };
    unwrapper.stream(bytes, make, take_made)?;
    own.files = 1;
    // Of what could not be decompressed nobody knows what it is.
    let is_unread = head.is_empty() && own.broken > 0;
    let no_log = (!own.has_records() && !is_unread).then(|| {
        let (seems, help) = looks::looks(&head);
        NoLog {
            file: file.to_owned(),
            seems,
            help,
        }
    });
    tally.add(own);
    Ok(no_log)
}
