//! What a report is filed by, in the frozen form of `json`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{FilesDigest, RunHead, RunParameter};

use crate::render::head::Places;

/// When the run was made, by whom, and from which files. Absent fields were not asked for, or are unknown.
#[serde_with::skip_serializing_none]
#[derive(Serialize, JsonSchema)]
pub struct JsonV1Run {
    /// When the report was written; absent with `--no-time`, and where `--today` names another day.
    #[schemars(extend("format" = "date-time"))]
    pub at: Option<String>,
    /// The day that `--today` names.
    #[schemars(extend("format" = "date"))]
    pub today: Option<String>,
    /// Accounts of the pools, or of the policies' targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Their regions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// ARNs of those who read from AWS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<String>,
    /// Files that stand for AWS: snapshots, templates, records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// When the pools of a snapshot were read.
    #[schemars(extend("format" = "date-time"))]
    pub read_at: Option<String>,
    /// Parameters that templates were read with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<RunParameter>,
    /// Policies, layers, users' rules and configuration as a whole.
    pub files: Option<FilesDigest>,
}

impl JsonV1Run {
    /// `None` where nothing is known.
    pub(in crate::render) fn of(head: &RunHead, places: Places<'_>) -> Option<Self> {
        let is_known = *head != RunHead::default() || places.iter().any(|some| !some.is_empty());
        let [accounts, regions] = places.map(|some| some.into_iter().map(str::to_owned).collect());
        is_known.then(|| Self {
            at: head.at.map(|at| at.to_string()),
            today: head.today.map(|day| day.to_string()),
            accounts,
            regions,
            identities: head.identities.clone(),
            from: head.from.clone(),
            read_at: head.read_at.map(|at| at.to_string()),
            parameters: head.parameters.clone(),
            files: head.files.clone(),
        })
    }
}
