//! The file as a whole.

use crate::model::observed::Estate;
use crate::model::shard::{Cut, Shard};
use crate::observe::snapshot::contents::Snapshot;
use crate::observe::snapshot::v1::types::{PoolV1, ShardV1, SnapshotV1};
use crate::plan::gate::Known;

impl SnapshotV1 {
    pub(in crate::observe::snapshot) const VERSION: u32 = 1;

    /// The format's form of what was seen.
    pub(in crate::observe::snapshot) fn new(snapshot: &Snapshot) -> Self {
        let estate = &snapshot.estate;
        Self {
            version: Self::VERSION,
            taken_at: snapshot.taken_at,
            redacted: snapshot.redacted,
            shard: snapshot.cut.as_ref().map(|cut| ShardV1 {
                of: cut.of.clone(),
                index: cut.shard.index(),
                count: cut.shard.count(),
            }),
            pools: estate.pools.iter().map(PoolV1::from).collect(),
            missing: estate.missing.clone(),
            unreachable: estate.unreachable.clone(),
            endpoints: estate.endpoints.clone(),
            histories: snapshot.histories.as_ref().map(|histories| {
                let one = |(id, known): (&String, &Known)| (id.clone(), known.into());
                histories.iter().map(one).collect()
            }),
        }
    }

    /// What was seen; the error is words for a part that cannot be.
    pub(in crate::observe::snapshot) fn snapshot(self) -> Result<Snapshot, String> {
        Ok(Snapshot {
            taken_at: self.taken_at,
            redacted: self.redacted,
            cut: self.shard.map(cut).transpose()?,
            histories: self
                .histories
                .map(|all| all.into_iter().map(|(id, known)| (id, known.into())).collect()),
            estate: Estate {
                pools: self.pools.into_iter().map(Into::into).collect(),
                missing: self.missing,
                unreachable: self.unreachable,
                endpoints: self.endpoints,
                ..Estate::default()
            },
        })
    }
}

fn cut(ShardV1 { of, index, count }: ShardV1) -> Result<Cut, String> {
    let shard = Shard::new(index, count).ok_or_else(|| format!("there is no shard {index}/{count}"))?;
    match of {
        Some(name) if !Cut::is_name(&name) => Err("the name of its run is not valid".to_owned()),
        of => Ok(Cut { of, shard }),
    }
}
