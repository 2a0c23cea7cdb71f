//! Writing and reading snapshots.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::hidden;
use crate::json;
use crate::model::observed::Estate;
use crate::observe::snapshot::contents::Snapshot;
use crate::observe::snapshot::v1::SnapshotV1;
use crate::schema;

/// Why a text is not a snapshot, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    /// Line, from 1; 0 where it is the whole that is wrong.
    pub line: usize,
    /// Column in bytes, from 1; 0 where it is the whole line.
    pub column: usize,
    /// What is wrong: lower case, without a full stop. Hostile text may be in it.
    pub message: String,
}

impl std::error::Error for SnapshotError {}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}, column {}: {}", self.column, self.message),
        }
    }
}

/// The file's text: pretty-printed JSON in a stable order, with a newline at its end. Hidden characters are escaped: it may be
/// printed.
///
/// What only policies have (`Client`s for "all others", the long form of exceptions) is left out. Everything that a
/// look sees comes back from [`read`] as it was.
pub fn write(snapshot: &Snapshot) -> String {
    let file = SnapshotV1::new(snapshot);
    hidden::json(&file)
}

/// Reads a file's text.
///
/// # Errors
/// Text that is not JSON, a version that this program does not know, members that are unknown or missing, values that
/// are unknown or of another kind, and pools that stand twice.
pub fn read(text: &str) -> Result<Snapshot, SnapshotError> {
    // The library would take a list for an object with its members in order.
    if !text.trim_start().starts_with('{') {
        return Err(whole("a snapshot is a JSON object".to_owned()));
    }
    let file: SnapshotV1 = json::typed(text.as_bytes())
        .map_err(|error| known_version(text).err().unwrap_or_else(|| located(&error)))?;
    known(u64::from(file.version))?;
    let snapshot = file.snapshot().map_err(whole)?;
    check(&snapshot.estate)?;
    Ok(snapshot)
}

/// The schema of the file (`schemas/snapshot.json`).
pub fn schema() -> Value {
    schema::of::<SnapshotV1>("snapshot")
}

fn whole(message: String) -> SnapshotError {
    SnapshotError {
        line: 0,
        column: 0,
        message,
    }
}

fn located(error: &serde_json::Error) -> SnapshotError {
    SnapshotError {
        line: error.line(),
        column: error.column(),
        message: json::words(error),
    }
}

/// A file of another version is reported as such, not by the members that are new in it.
fn known_version(text: &str) -> Result<(), SnapshotError> {
    #[derive(Deserialize)]
    struct Head {
        version: u64,
    }
    match json::typed::<Head>(text.as_bytes()) {
        Ok(head) => known(head.version),
        Err(_) => Ok(()),
    }
}

fn known(version: u64) -> Result<(), SnapshotError> {
    let own = u64::from(SnapshotV1::VERSION);
    if version == own {
        return Ok(());
    }
    Err(whole(format!(
        "this is a snapshot of version {version}, and this program reads version {own}"
    )))
}

fn check(estate: &Estate) -> Result<(), SnapshotError> {
    let mut known = BTreeSet::new();
    for pool in &estate.pools {
        if pool.id().is_empty() {
            return Err(whole(format!("the pool `{}` has no id", pool.name)));
        }
        if !known.insert(pool.id()) {
            return Err(whole(format!("the pool `{}` stands twice", pool.id())));
        }
    }
    Ok(())
}
