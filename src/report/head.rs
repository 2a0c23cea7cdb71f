//! What a report is filed by: when, by whom, and of what.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// When a run was made, by whom, and from which files. Members that are `None` or empty are not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunHead {
    /// When the report was written; `None` where nobody wants it, or another day counts as today.
    pub at: Option<Timestamp>,
    /// The day that counts as today, where one was named.
    pub today: Option<Date>,
    /// ARNs of those who read from AWS, ordered.
    pub identities: Vec<String>,
    /// Snapshots or templates that stand for AWS. Hostile texts.
    pub from: Vec<String>,
    /// The files that decided: policies, layers, rules, configuration.
    pub files: Option<FilesDigest>,
}

/// Files as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilesDigest {
    /// How many.
    pub count: usize,
    /// SHA-256 as [`FilesDigest::of`] makes it, in hexadecimal.
    pub sha256: String,
}

impl FilesDigest {
    /// Of names and texts; their order does not count. Of each, in the order of the names, the digest is over the name, the
    /// length of the text in bytes and the text, with a line break after the first two.
    #[must_use]
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files: BTreeSet<_> = files.into_iter().collect();
        let mut hash = Sha256::new();
        for (name, text) in &files {
            hash.update(format!("{name}\n{}\n{text}", text.len()));
        }
        Self {
            count: files.len(),
            sha256: hex::encode(hash.finalize()),
        }
    }
}
