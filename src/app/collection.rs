//! What is read over several runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is read over several runs: each continues one that asks for the same.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The command as it was typed, as far as it says which times of which pool: how long ago is another time in every run.
    pub command: String,
    /// From when.
    pub since: Option<Timestamp>,
    /// Until when; absent for when the first run began.
    pub until: Option<Timestamp>,
    /// When the first run began. Every run has the same window.
    pub begun: Timestamp,
    /// The alarm that gave the window, for people.
    pub alarm: Option<String>,
}

impl Collection {
    /// Until when.
    pub fn end(&self) -> Timestamp {
        self.until.unwrap_or(self.begun)
    }

    /// Takes the window of an earlier run.
    ///
    /// # Errors
    /// That one asked for something else: in words.
    pub fn continue_from(&mut self, earlier: Self) -> Result<(), String> {
        if earlier.command != self.command {
            return Err(format!("it is of `cogward {}`", earlier.command));
        }
        *self = earlier;
        Ok(())
    }
}
