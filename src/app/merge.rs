//! `merge`: the snapshots of all shards of a run, or of several runs, to the snapshot of everything.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::observed::Estate;
use crate::model::shard::Shard;
use crate::observe::snapshot::Snapshot;

/// A snapshot and the file that it was read from.
#[derive(Clone, Debug)]
pub struct ShardSnapshot {
    /// The file, for messages.
    pub file: String,
    /// The snapshot.
    pub snapshot: Snapshot,
}

/// Merges snapshots; the time of the whole is the earliest of its parts.
///
/// # Errors
/// One sentence for each shard that is missing or there twice, and for each pool that is where it does not belong.
pub fn merge(pieces: Vec<ShardSnapshot>) -> Result<Snapshot, Vec<String>> {
    let faults = faults(&pieces);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut whole = Snapshot::default();
    for ShardSnapshot { snapshot, .. } in pieces {
        whole.redacted = snapshot.redacted;
        whole.taken_at = match (whole.taken_at, snapshot.taken_at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if let Some(histories) = snapshot.histories {
            whole.histories.get_or_insert_default().extend(histories);
        }
        let estate = snapshot.estate;
        whole.estate.pools.extend(estate.pools);
        whole.estate.missing.extend(estate.missing);
        whole.estate.unreachable.extend(estate.unreachable);
        whole.estate.endpoints.extend(estate.endpoints);
    }
    order(&mut whole.estate);
    Ok(whole)
}

/// The order of every run.
fn order(estate: &mut Estate) {
    estate.pools.sort_by_cached_key(|pool| {
        let posture = &pool.posture;
        (
            posture.account.clone(),
            posture.region.clone(),
            pool.id().to_owned(),
        )
    });
    let known: BTreeSet<_> = estate.pools.iter().map(|pool| pool.id().to_owned()).collect();
    // What one account does not have another may.
    estate.missing.retain(|id| !known.contains(id));
    estate.missing.sort();
    estate.missing.dedup();
    estate.unreachable.sort();
    estate.unreachable.dedup();
    estate.endpoints.sort();
    estate.endpoints.dedup();
}

fn faults(pieces: &[ShardSnapshot]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut runs: BTreeMap<Option<&str>, Vec<Member>> = BTreeMap::new();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for ShardSnapshot { file, snapshot } in pieces {
        let Some(cut) = &snapshot.cut else {
            faults.push(format!(
                "`{file}` is not the snapshot of a shard: create it with --shard"
            ));
            continue;
        };
        let member = Member {
            file: file.clone(),
            shard: cut.shard,
        };
        runs.entry(cut.of.as_deref()).or_default().push(member);
        for pool in &snapshot.estate.pools {
            if !cut.shard.owns(pool.id()) {
                let (id, shard) = (pool.id(), cut.shard);
                faults.push(format!("`{file}` holds pool {id}, which is not in shard {shard}"));
            } else if let Some(before) = known.insert(pool.id(), file)
                && before != file
            {
                faults.push(format!("pool {} is in `{before}` and in `{file}`", pool.id()));
            }
        }
    }
    if let [first, others @ ..] = pieces {
        let other = others
            .iter()
            .find(|other| other.snapshot.redacted != first.snapshot.redacted);
        if let Some(other) = other {
            faults.push(format!(
                "one of `{}` and `{}` is redacted, and the other is not",
                first.file, other.file
            ));
        }
    }
    let with_histories = |piece: &&ShardSnapshot| piece.snapshot.histories.is_some();
    if let (Some(with), Some(without)) = (
        pieces.iter().find(with_histories),
        pieces.iter().find(|piece| !with_histories(piece)),
    ) {
        faults.push(format!(
            "`{}` has evidence for the audit gate and `{}` has none: create both with --with-evidence, or neither",
            with.file, without.file
        ));
    }
    for (name, members) in &runs {
        faults.extend(incomplete(*name, members));
    }
    faults
}

/// One file of a run.
struct Member {
    /// The file, for messages.
    file: String,
    /// Its shard.
    shard: Shard,
}

/// What keeps files from being all shards of one run: other counts, a shard that is there twice, shards that are missing.
fn incomplete(name: Option<&str>, members: &[Member]) -> Vec<String> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let count = first.shard.count();
    let mut faults = Vec::new();
    let mut known: BTreeMap<u32, &str> = BTreeMap::new();
    for Member { file, shard } in members {
        if shard.count() != count {
            let words = format!(
                "`{file}` is shard {shard}, and `{}` shard {}",
                first.file, first.shard
            );
            faults.push(format!("{words}: they are not of one run"));
        } else if let Some(before) = known.insert(shard.index(), file) {
            faults.push(format!("shard {shard} is there twice: `{before}` and `{file}`"));
        }
    }
    let missing: Vec<_> = (1..=count)
        .filter(|index| !known.contains_key(index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    if let [shown @ .., _] = missing.as_slice() {
        let of = name.map_or_else(String::new, |name| format!(" of `{name}`"));
        let word = if shown.is_empty() {
            "shard is"
        } else {
            "shards are"
        };
        let shown = &missing[..missing.len().min(20)];
        let more = if missing.len() > shown.len() { ", …" } else { "" };
        faults.push(format!("{word} missing{of}: {}{more}", shown.join(", ")));
    }
    faults
}
