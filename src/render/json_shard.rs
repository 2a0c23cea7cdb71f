//! The frozen types of what a shard's `json` holds for `cogward merge`, version 1.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Location};
use crate::fingerprint;
use crate::report::{Part, Report};
use crate::source::SourceId;

use super::json_types::JsonV1Finding;

/// What `cogward merge` needs of the report of one shard.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct JsonV1Shard {
    /// Name of the run that it is a shard of; absent where there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Which shard, from 1.
    pub index: u32,
    /// How many there are.
    pub count: u32,
    /// Digest of what all shards of a run have in common: the program, policies, rules and settings.
    pub run: String,
    /// What fails the run: the word of `--fail-on` or `--deny`.
    pub fails_on: String,
    /// Pools that were seen; as many as the tables in `pools`, in the same order.
    pub seen: Vec<JsonV1Seen>,
    /// Findings that stand if every shard of the run has them.
    pub pending: Vec<JsonV1Finding>,
    /// Texts that findings point into, credentials masked.
    pub texts: Vec<JsonV1Text>,
}

/// A pool that was seen.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct JsonV1Seen {
    /// Account; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Region; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Pool id.
    pub pool: String,
}

/// A text, credentials masked.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct JsonV1Text {
    /// Its name, as in `location.file`.
    pub file: String,
    /// Whether it ships inside the program.
    pub builtin: bool,
    /// The text; empty for a file that could not be read.
    pub text: String,
}

/// The frozen form of a report's part; `finding` is that of a finding.
pub(super) fn shard(
    report: &Report,
    part: &Part,
    finding: impl Fn(&Finding, String) -> JsonV1Finding,
) -> JsonV1Shard {
    let prints = fingerprint::all(&part.pending, &report.sources);
    let pools = part.pools.iter();
    JsonV1Shard {
        of: part.cut.of.clone(),
        index: part.cut.shard.index(),
        count: part.cut.shard.count(),
        run: part.run.clone(),
        fails_on: part.fails_on.clone(),
        seen: pools
            .map(|(account, region, id)| JsonV1Seen {
                account: account.clone(),
                region: region.clone(),
                pool: id.clone(),
            })
            .collect(),
        pending: part
            .pending
            .iter()
            .zip(prints)
            .map(|(pending, print)| finding(pending, print))
            .collect(),
        texts: texts(report, part),
    }
}

/// The texts that something points into, in their order.
fn texts(report: &Report, part: &Part) -> Vec<JsonV1Text> {
    let findings = report.findings.iter().chain(&part.pending);
    let places = findings.flat_map(|finding| {
        let related = finding.related.iter().map(|related| &related.location);
        related.chain([&finding.primary])
    });
    let wanted: BTreeSet<SourceId> = places.map(|location: &Location| location.source).collect();
    let text = |id: SourceId| {
        let source = report.sources.get(id);
        JsonV1Text {
            file: source.name().to_owned(),
            builtin: source.is_builtin(),
            text: source.shown().to_owned(),
        }
    };
    wanted.into_iter().map(text).collect()
}
