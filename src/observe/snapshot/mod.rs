//! Observed postures in a file: versioned, with frozen types of its own, without secrets.

mod api;
mod redact;
#[cfg(test)]
mod tests;
mod v1;

pub use api::{Snapshot, SnapshotError, read, schema, write};
pub use redact::redact;
