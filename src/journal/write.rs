//! Writing a journal.

use crate::fs::{Growing, Tree};
use crate::journal::event::{Begin, Close, End, JournalEvent, Run};
use crate::update::drop_secrets;

/// A journal that is being written. Every line is on disk before a function returns; after an error nothing more is
/// written, and no call may be made.
#[derive(Debug)]
pub struct Journal {
    file: Growing,
    calls: u32,
}

/// A call that was begun, to be ended.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a call that is never ended reads as one whose outcome is unknown"]
pub struct Begun {
    call: u32,
}

impl Begun {
    /// Number of the call in the run, from 1.
    pub fn call(&self) -> u32 {
        self.call
    }
}

impl Journal {
    /// Begins a journal in a file that must not exist yet.
    ///
    /// # Errors
    /// The file cannot be made or written, in words that name it.
    pub fn create(tree: &Tree, name: &str, run: Run) -> Result<Self, String> {
        Self::create_first(tree, [name.to_owned()], run)
    }

    /// Begins a journal under the first of these names that is free. Two runs that choose among the same names at the
    /// same time have each a journal of its own.
    ///
    /// # Errors
    /// No name is free, or the file cannot be made or written: in words that name it.
    pub fn create_first(
        tree: &Tree,
        names: impl IntoIterator<Item = String>,
        run: Run,
    ) -> Result<Self, String> {
        let file = tree.grow(names)?;
        let mut journal = Self { file, calls: 0 };
        journal.line(&JournalEvent::Run(run))?;
        Ok(journal)
    }

    /// The name of its file.
    pub fn name(&self) -> &str {
        self.file.name()
    }

    /// Says that a call is about to be made. The journal numbers it; secrets are taken out of what it holds.
    ///
    /// # Errors
    /// The line is not on disk: do not make the call.
    pub fn begin(&mut self, mut line: Begin) -> Result<Begun, String> {
        let call = self.calls + 1;
        line.call = call;
        drop_secrets(&mut line.before);
        drop_secrets(&mut line.after);
        self.line(&JournalEvent::Begin(line))?;
        self.calls = call;
        Ok(Begun { call })
    }

    /// Says how a call ended. Secrets are taken out of what the line holds.
    ///
    /// # Errors
    /// The line is not on disk: make no more calls.
    #[expect(clippy::needless_pass_by_value, reason = "a call ends once")]
    pub fn end(&mut self, begun: Begun, mut end: End) -> Result<(), String> {
        end.call = begun.call;
        drop_secrets(&mut end.beside);
        self.line(&JournalEvent::End(end))
    }

    /// Says that the run has ended.
    ///
    /// # Errors
    /// The line is not on disk.
    pub fn close(mut self, close: Close) -> Result<(), String> {
        self.line(&JournalEvent::Close(close))
    }

    fn line(&mut self, event: &JournalEvent) -> Result<(), String> {
        let mut line =
            serde_json::to_vec(event).map_err(|error| format!("the journal cannot be written: {error}"))?;
        line.push(b'\n');
        self.file.append(&line)
    }
}
