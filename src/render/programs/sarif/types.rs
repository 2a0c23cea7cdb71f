//! The part of SARIF 2.1.0 that is written for each result, as serde structs (OASIS standard, section 3).

use serde::Serialize;
use serde_json::{Map, Value};

/// 3.13 `sarifLog`.
#[derive(Serialize)]
pub(in crate::render) struct Log {
    #[serde(rename = "$schema")]
    pub(in crate::render) schema: &'static str,
    pub(in crate::render) version: &'static str,
    pub(in crate::render) runs: [Run; 1],
}

/// 3.14 `run`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct Run {
    pub(in crate::render) tool: Value,
    pub(in crate::render) invocations: [Value; 1],
    pub(in crate::render) original_uri_base_ids: Value,
    pub(in crate::render) column_kind: &'static str,
    pub(in crate::render) results: Vec<SarifResult>,
}

/// 3.11 `message`.
#[derive(Serialize)]
pub(in crate::render) struct Message {
    pub(in crate::render) text: String,
}

/// 3.27 `result`.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct SarifResult {
    pub(in crate::render) rule_id: String,
    pub(in crate::render) rule_index: Option<usize>,
    pub(in crate::render) level: &'static str,
    pub(in crate::render) message: Message,
    pub(in crate::render) locations: [SarifLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::render) related_locations: Vec<SarifLocation>,
    pub(in crate::render) partial_fingerprints: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::render) suppressions: Vec<SarifSuppression>,
    pub(in crate::render) baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(in crate::render) properties: Map<String, Value>,
}

/// 3.28 `location`.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct SarifLocation {
    pub(in crate::render) id: Option<usize>,
    pub(in crate::render) physical_location: Option<PhysicalLocation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::render) logical_locations: Vec<LogicalLocation>,
    pub(in crate::render) message: Option<Message>,
}

/// 3.29 `physicalLocation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct PhysicalLocation {
    pub(in crate::render) artifact_location: ArtifactLocation,
    pub(in crate::render) region: SarifRegion,
}

/// 3.4 `artifactLocation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct ArtifactLocation {
    pub(in crate::render) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::render) uri_base_id: Option<&'static str>,
}

/// 3.30 `region`.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct SarifRegion {
    pub(in crate::render) start_line: usize,
    pub(in crate::render) start_column: Option<usize>,
    pub(in crate::render) end_line: Option<usize>,
    pub(in crate::render) end_column: Option<usize>,
}

/// 3.33 `logicalLocation`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::render) struct LogicalLocation {
    pub(in crate::render) fully_qualified_name: String,
    pub(in crate::render) kind: &'static str,
}

/// 3.35 `suppression`.
#[derive(Serialize)]
pub(in crate::render) struct SarifSuppression {
    pub(in crate::render) kind: &'static str,
    pub(in crate::render) status: &'static str,
    pub(in crate::render) justification: String,
}
