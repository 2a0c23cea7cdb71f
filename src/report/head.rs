//! What a report is filed by: when, by whom, and of what.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// When a run was made, by whom, and from which files. Members that are `None` or empty are not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunHead {
    /// When the report was written; `None` where nobody wants it, or another day counts as today.
    pub at: Option<Timestamp>,
    /// The day that counts as today, where one was named.
    pub today: Option<Date>,
    /// Accounts of the pools, beside those of the pools that the report lists.
    pub accounts: BTreeSet<String>,
    /// Their regions.
    pub regions: BTreeSet<String>,
    /// ARNs of those who read from AWS, ordered.
    pub identities: Vec<String>,
    /// When the pools of a snapshot were read; `None` for live pools, and where the snapshot does not say it.
    pub read_at: Option<Timestamp>,
    /// Files that stand for AWS: snapshots, templates, records. Hostile texts.
    pub from: Vec<String>,
    /// Parameters of templates.
    pub parameters: Vec<RunParameter>,
    /// The files that decided: policies, layers, rules, configuration.
    pub files: Option<FilesDigest>,
}

impl RunHead {
    /// Adds where a pool is, as far as it is known.
    pub fn is_of(&mut self, account: Option<&str>, region: Option<&str>) {
        self.accounts.extend(account.map(str::to_owned));
        self.regions.extend(region.map(str::to_owned));
    }
}

/// A parameter that templates were read with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1RunParameter")]
pub struct RunParameter {
    /// Its name.
    pub name: String,
    /// Its value; absent where the template asks not to show it (`NoEcho`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether it is the template's default, and nobody gave it.
    pub is_default: bool,
}

impl RunParameter {
    /// `Name=value`, and where that is from.
    pub fn words(&self) -> String {
        let value = self.value.as_deref().unwrap_or("(not shown)");
        let default = if self.is_default { " (default)" } else { "" };
        format!("{}={value}{default}", self.name)
    }
}

/// Files as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1FilesDigest")]
pub struct FilesDigest {
    /// How many.
    pub count: usize,
    /// SHA-256, in hexadecimal, over the name, the length in bytes and the text of each, ordered by name; a line break stands
    /// after the name and after the length.
    pub sha256: String,
}

impl FilesDigest {
    /// Of names and texts; their order does not count.
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
