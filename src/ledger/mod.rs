//! The ledger: what pools were and what policies and pools agreed on, one line a change, in a file that only grows.
//!
//! It is made to live in a repository: lines of two branches may be merged in any order, twice or not. Reading
//! gives the same for each. Pure: files are read and written by the verbs.

mod line;
mod news;
mod read;
#[cfg(test)]
mod tests;

pub use crate::difference::Cause;
pub use line::{AgreedLine, Line, ModeLine, schema};
pub use news::{Sight, grown, news};
pub use read::{Ledger, is_to_come, read};
