//! One shard of a run: what its report says, so that `merge` can put the shards together.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::finding::Finding;
use crate::lint::Settings;
use crate::model::observed::Observed;
use crate::model::shard::Cut;
use crate::report::{NotChecked, PoolKey, ShardPart};
use crate::source::Sources;

/// What a shard's report says of the rest of the pools.
pub(super) fn left_out(cut: &Cut) -> NotChecked {
    let why = format!("this is shard {cut}: `cogward merge` puts the shards together");
    NotChecked::left_out("pools of other shards", why)
}

/// What a shard's report holds for `merge`; `run` is the [`digest`].
pub(super) fn part(
    cut: &Cut,
    run: String,
    fails_on: &str,
    pools: &[Observed],
    pending: Vec<Finding>,
) -> ShardPart {
    ShardPart {
        cut: cut.clone(),
        run,
        fails_on: fails_on.to_owned(),
        pools: pools.iter().map(key).collect(),
        pending,
    }
}

/// What pools are ordered by.
fn key(pool: &Observed) -> PoolKey {
    let posture = &pool.posture;
    (
        posture.account.clone(),
        posture.region.clone(),
        pool.id().to_owned(),
    )
}

/// Digest of what shards of one run have in common. `sources` are the texts from before any pool was looked at; `more` are
/// the command and its own options.
pub(super) fn digest(sources: &Sources, settings: &Settings, more: &[&str]) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    add(env!("CARGO_PKG_VERSION"));
    for word in more {
        add(word);
    }
    // Not the day: shards may run around midnight.
    add(settings.min_severity.as_str());
    add(settings.deny.as_str());
    for (rule, severity) in &settings.severities {
        add(rule.as_str());
        add(severity.as_str());
    }
    for (rule, reason) in &settings.disabled {
        add(rule.as_str());
        add(reason);
    }
    for (_, source) in sources.iter().filter(|(_, source)| !source.is_builtin()) {
        add(source.name());
        add(source.shown());
    }
    let mut hex = String::with_capacity(32);
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
