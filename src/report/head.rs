//! What a report is filed by: when, by whom, and of what.

use jiff::Timestamp;
use jiff::civil::Date;

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
    /// SHA-256 over names and texts, in hexadecimal.
    pub sha256: String,
}
