//! One part of an estate that is read by several runs: which pools are its own.

use std::fmt;

use sha2::{Digest, Sha256};

/// Most shards of one run: more than an AWS Batch array has jobs.
pub const MOST: u32 = 10_000;

/// The shard `index` of `count`.
///
/// A pool belongs to the shard that the first eight bytes of the SHA-256 of its id, as a big-endian number modulo
/// `count`, tell. The id holds the region and is given by AWS, so a pool stays where it is when others come and go; only
/// another `count` moves pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// The shard `index`, from 1, of `count`; `None` where there is no such shard, or more than [`MOST`].
    pub fn new(index: u32, count: u32) -> Option<Self> {
        ((1..=MOST).contains(&count) && (1..=count).contains(&index)).then_some(Self { index, count })
    }

    /// Which one, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether a pool, by its id, belongs to this shard.
    pub fn owns(self, pool: &str) -> bool {
        let digest = Sha256::digest(pool);
        let first = digest.iter().take(8);
        let number = first.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        number % u64::from(self.count) == u64::from(self.index - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Which part of which run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Name of the run, where the shards of several runs are merged: an account, a stage.
    pub of: Option<String>,
    /// The shard.
    pub shard: Shard,
}

impl Cut {
    /// Whether a text can be the name of a run: letters, digits, `.`, `_` and `-`, at most 64 of them.
    pub fn is_name(text: &str) -> bool {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        (1..=64).contains(&text.len()) && text.bytes().all(fits)
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.of {
            Some(of) => write!(f, "{of}:{}", self.shard),
            None => self.shard.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<String> {
        (0..1000).map(|number| format!("us-west-2_{number:09}")).collect()
    }

    /// Every pool has one shard and shards are alike.
    #[test]
    fn each_pool_in_one_even_shard() {
        for count in [1, 2, 7, 16] {
            let shards: Vec<_> = (1..=count)
                .map(|index| Shard::new(index, count).unwrap())
                .collect();
            let mut sizes = vec![0_u32; shards.len()];
            for id in ids() {
                let owners: Vec<_> = (0..shards.len()).filter(|at| shards[*at].owns(&id)).collect();
                assert_eq!(owners.len(), 1, "{id} of {count}");
                sizes[owners[0]] += 1;
            }
            let fair = 1000 / count;
            assert!(
                sizes.iter().all(|size| (fair / 2..=fair * 2).contains(size)),
                "{sizes:?}"
            );
        }
    }

    /// These are written into reports and job definitions: another answer would be a break.
    #[test]
    fn a_pool_stays_in_its_shard_for_ever() {
        let of = |id: &str| (1..=4).find(|index| Shard::new(*index, 4).unwrap().owns(id));
        let found: Vec<_> = ["us-west-2_EXAMPLE", "us-west-2_A", "eu-central-1_Zzzzzzzzz"]
            .map(|id| of(id).unwrap())
            .into();
        assert_eq!(found, PINNED);
    }

    const PINNED: [u32; 3] = [2, 1, 2];

    #[test]
    fn there_is_no_shard_outside_its_count() {
        for (index, count) in [(0, 4), (5, 4), (1, 0), (0, 0), (1, MOST + 1)] {
            assert_eq!(Shard::new(index, count), None, "{index}/{count}");
        }
        assert_eq!(Shard::new(4, 4).unwrap().to_string(), "4/4");
    }
}
