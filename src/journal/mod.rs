//! The journal of an apply: what was done and what was there before, on disk before and after each call.

mod event;
mod read;
mod write;

pub use event::{Begin, Close, End, JournalEvent, JournaledGate, Outcome, Reasons, Run, Who, schema};
pub use read::{Made, Record, read};
pub use write::{Begun, Journal};
