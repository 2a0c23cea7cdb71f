//! Observed postures in a file.

mod api;

pub use api::{Snapshot, SnapshotError, read, redact, schema, write};
