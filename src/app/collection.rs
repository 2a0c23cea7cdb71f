//! What is read over several runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is read over several runs: each continues one that asks for the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// The command as it was typed, as far as it says which times of which pool: how long ago is another time in every run.
    pub command: String,
    /// From when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Until when; absent for when the first run began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// When the first run began. Every run has the same window.
    pub begun: Timestamp,
    /// The alarm that gave the window, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
