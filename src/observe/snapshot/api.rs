//! Writing and reading snapshots.

use jiff::Timestamp;
use serde_json::Value;

use crate::model::observed::Estate;

/// What a snapshot file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// When it was taken, if that was to be kept: a file in git is stable without.
    pub taken_at: Option<Timestamp>,
    /// Whether client ids and mail addresses are pseudonyms.
    pub redacted: bool,
    /// What was seen.
    pub estate: Estate,
}

/// Why a text is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct SnapshotError {
    /// Line, from 1; 0 where the fault is in the whole.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
    /// What is wrong. Hostile text may be in it.
    pub message: String,
}

/// The file's text: pretty-printed JSON in a stable order, with a newline at its end.
#[must_use]
pub fn write(snapshot: &Snapshot) -> String {
    let _ = snapshot;
    String::new()
}

/// Reads a file's text.
///
/// # Errors
/// Text that is no JSON, a version that this program does not know, unknown or missing members, unknown values.
pub fn read(text: &str) -> Result<Snapshot, SnapshotError> {
    let _ = text;
    Ok(Snapshot::default())
}

/// The same with client ids and mail addresses replaced by pseudonyms: equal ones stay equal.
#[must_use]
pub fn redact(snapshot: Snapshot) -> Snapshot {
    snapshot
}

/// The schema of the file (`schemas/snapshot.json`).
#[must_use]
pub fn schema() -> Value {
    Value::Null
}
