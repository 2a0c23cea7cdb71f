//! The file as a whole.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::observed::{Estate, Unreachable};
use crate::model::shard::{Cut, Shard};
use crate::observe::snapshot::api::Snapshot;
use crate::observe::snapshot::v1::pool::PoolV1;
use crate::observe::snapshot::v1::words::FailureV1;

/// Observed postures of user pools, saved by `cogward snapshot`.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cogward snapshot")]
pub(in crate::observe::snapshot) struct SnapshotV1 {
    /// Version of the format.
    #[schemars(extend("const" = 1))]
    pub(in crate::observe::snapshot) version: u32,
    /// When it was taken, if that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(in crate::observe::snapshot) taken_at: Option<Timestamp>,
    /// Whether client ids and mail addresses are pseudonyms.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::observe::snapshot) redacted: bool,
    /// Which part of the pools it holds, if it is not all that were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<ShardV1>,
    /// Pools, ordered by account, region and id.
    pools: Vec<PoolV1>,
    /// Pool ids that were asked for and do not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    /// Places that could not be seen, so that pools may be missing from this file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unreachable: Vec<UnreachableV1>,
}

/// One part of the pools that were looked at.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShardV1 {
    /// Name of the run; absent where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    /// Which shard, from 1.
    index: u32,
    /// How many there are.
    count: u32,
}

/// A place that could not be seen.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UnreachableV1 {
    /// Account id, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// Region; empty for the whole account.
    region: String,
    /// The pool that was asked for, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    /// The API operation.
    operation: String,
    /// Why.
    failure: FailureV1,
    /// The service's own words.
    detail: String,
}

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
            unreachable: estate.unreachable.iter().map(UnreachableV1::from).collect(),
        }
    }

    /// What was seen; the error is words for a part that cannot be.
    pub(in crate::observe::snapshot) fn snapshot(self) -> Result<Snapshot, String> {
        Ok(Snapshot {
            taken_at: self.taken_at,
            redacted: self.redacted,
            cut: self.shard.map(cut).transpose()?,
            estate: Estate {
                pools: self.pools.into_iter().map(Into::into).collect(),
                missing: self.missing,
                unreachable: self.unreachable.into_iter().map(Into::into).collect(),
            },
        })
    }
}

fn cut(ShardV1 { of, index, count }: ShardV1) -> Result<Cut, String> {
    let shard = Shard::new(index, count).ok_or_else(|| format!("there is no shard {index}/{count}"))?;
    match of {
        Some(name) if !Cut::is_name(&name) => Err("the name of its run is none".to_owned()),
        of => Ok(Cut { of, shard }),
    }
}

impl From<&Unreachable> for UnreachableV1 {
    fn from(live: &Unreachable) -> Self {
        Self {
            account: live.account.clone(),
            region: live.region.clone(),
            pool: live.pool.clone(),
            operation: live.operation.clone(),
            failure: live.failure.into(),
            detail: live.detail.clone(),
        }
    }
}

impl From<UnreachableV1> for Unreachable {
    fn from(frozen: UnreachableV1) -> Self {
        Self {
            account: frozen.account,
            region: frozen.region,
            pool: frozen.pool,
            operation: frozen.operation,
            failure: frozen.failure.into(),
            detail: frozen.detail,
        }
    }
}
