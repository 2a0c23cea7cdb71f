//! What a shard's `json` holds for `cogward merge`, in its frozen form.

use std::collections::BTreeSet;

use crate::finding::{Finding, Location};
use crate::fingerprint;
use crate::report::{Report, ShardPart};
use crate::source::SourceId;

use super::json_types::{JsonV1Finding, JsonV1Seen, JsonV1Shard, JsonV1Text};

/// The frozen form of a report's part; `finding` is that of a finding.
pub(super) fn shard(
    report: &Report,
    part: &ShardPart,
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
fn texts(report: &Report, part: &ShardPart) -> Vec<JsonV1Text> {
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
