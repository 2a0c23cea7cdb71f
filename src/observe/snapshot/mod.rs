//! Observed postures in a file: versioned, with frozen types of its own, without secrets.

mod api;
mod contents;
mod redact;
#[cfg(test)]
mod tests;
mod v1;

pub use api::{SnapshotError, read, schema, write};
pub use contents::Snapshot;
pub use redact::redact;
