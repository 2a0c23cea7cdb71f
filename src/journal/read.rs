//! Reading a journal: strict, but for a last line that a kill cut off.

use crate::journal::event::{Begin, Close, End, JournalEvent, Run};
use crate::json::{self, LineError};

/// The version that is read and written.
const VERSION: u32 = 1;

/// A journal that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Who, when, what for.
    pub run: Run,
    /// Calls, in the order in which they were begun.
    pub made: Vec<Made>,
    /// How the run ended; `None` where it ended early, or is under way.
    pub close: Option<Close>,
    /// Whether the last line was cut off. What it was about did not happen, or happened and its outcome is unknown:
    /// then its call is one without an end.
    pub torn: bool,
}

/// A call that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// What was to be done.
    pub begin: Begin,
    /// How it ended; `None` where that is unknown.
    pub end: Option<End>,
}

impl Record {
    /// Calls that were begun and not ended: whether they were carried out is unknown.
    pub fn open(&self) -> impl Iterator<Item = &Begin> {
        let open = self.made.iter().filter(|made| made.end.is_none());
        open.map(|made| &made.begin)
    }
}

/// Reads a journal.
///
/// # Errors
/// Anything but whole lines of version 1 in an order in which they can be written. A journal whose first line was cut
/// off has nothing in it: no call was made.
pub fn read(text: &[u8]) -> Result<Record, LineError> {
    let mut record: Option<Record> = None;
    let mut torn = false;
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let fail = |message: String| LineError {
            line: number + 1,
            message,
        };
        let event = match (json::typed(line), line.last()) {
            (Ok(event), _) => event,
            (Err(_), last) if last != Some(&b'\n') => {
                torn = true;
                break;
            }
            (Err(error), _) => return Err(fail(json::words(&error))),
        };
        add(&mut record, event).map_err(fail)?;
    }
    let nothing = || LineError {
        line: 1,
        message: "the journal has no whole first line, so that no call was made".to_owned(),
    };
    let mut record = record.ok_or_else(nothing)?;
    record.torn = torn;
    Ok(record)
}

fn add(record: &mut Option<Record>, event: JournalEvent) -> Result<(), String> {
    let (record, event) = match (record, event) {
        (place @ None, JournalEvent::Run(run)) => {
            if run.version != VERSION {
                return Err(format!(
                    "version {} is unknown; this program reads version {VERSION}",
                    run.version
                ));
            }
            *place = Some(Record {
                run,
                made: Vec::new(),
                close: None,
                torn: false,
            });
            return Ok(());
        }
        (None, _) => return Err("the first line must be of the run".to_owned()),
        (Some(_), JournalEvent::Run(_)) => return Err("a second run begins".to_owned()),
        (Some(record), event) => (record, event),
    };
    if record.close.is_some() {
        return Err("something comes after the run's end".to_owned());
    }
    match event {
        JournalEvent::Begin(begin) => begun(record, begin),
        JournalEvent::End(end) => ended(record, end),
        JournalEvent::Close(close) => {
            record.close = Some(close);
            Ok(())
        }
        JournalEvent::Run(_) => Ok(()),
    }
}

fn begun(record: &mut Record, begin: Begin) -> Result<(), String> {
    let next = record.made.len() + 1;
    if usize::try_from(begin.call) != Ok(next) {
        return Err(format!("call {} begins where call {next} should", begin.call));
    }
    record.made.push(Made { begin, end: None });
    Ok(())
}

fn ended(record: &mut Record, end: End) -> Result<(), String> {
    let mut made = record.made.iter_mut();
    let Some(made) = made.find(|made| made.begin.call == end.call) else {
        return Err(format!("call {} ends and never began", end.call));
    };
    if made.end.is_some() {
        return Err(format!("call {} ends twice", end.call));
    }
    made.end = Some(end);
    Ok(())
}
