//! Where to look, and at which pools.

use std::collections::BTreeMap;

use crate::aws::session::Session;
use crate::model::observed::Selector;
use crate::model::shard::Shard;

/// Which pools of a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// All of them.
    All,
    /// Those that one of the selectors means. Where every selector has an id, pools are not listed.
    Selected(Vec<Selector>),
    /// Those of them that belong to a shard: the others are not read.
    Part(Shard, Box<Query>),
}

impl Query {
    /// Pools by id.
    pub fn ids<S: Into<String>>(ids: impl IntoIterator<Item = S>) -> Self {
        let by_id = |id: S| Selector {
            id: Some(id.into()),
            ..Selector::default()
        };
        Self::Selected(ids.into_iter().map(by_id).collect())
    }

    /// One pool by id, and topics beside those of its alarms.
    pub fn pool(id: &str, topics: impl IntoIterator<Item = String>) -> Self {
        Self::Selected(vec![Selector {
            id: Some(id.to_owned()),
            topics: topics.into_iter().collect(),
            ..Selector::default()
        }])
    }

    /// The same in selectors; the one that says nothing means every pool.
    fn selectors(&self) -> Vec<Selector> {
        match self {
            Self::All => vec![Selector::default()],
            Self::Selected(selectors) => selectors.clone(),
            Self::Part(_, query) => query.selectors(),
        }
    }

    /// The shard that it is for.
    fn shard(&self) -> Option<Shard> {
        match self {
            Self::Part(shard, _) => Some(*shard),
            Self::All | Self::Selected(_) => None,
        }
    }
}

/// One account's region to read. Places with the same session, region and account are read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose credentials.
    pub session: Session,
    /// Region.
    pub region: String,
    /// The account that the credentials must belong to; it is asked for before anything else.
    pub account: Option<String>,
    /// Which pools.
    pub query: Query,
}

/// A place with all that is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) session: Session,
    pub(super) region: String,
    pub(super) account: Option<String>,
    pub(super) selectors: Vec<Selector>,
    pub(super) shard: Option<Shard>,
}

impl Asked {
    /// The same place, for one pool.
    pub(super) fn place_of(&self, pool: &str) -> Place {
        let topics = self
            .selectors
            .iter()
            .flat_map(|selector| selector.topics.iter().cloned());
        Place {
            session: self.session.clone(),
            region: self.region.clone(),
            account: self.account.clone(),
            query: Query::pool(pool, topics),
        }
    }
}

/// Each session, region and account once, with all that is asked of it, in order.
pub(super) fn merged(places: &[Place]) -> Vec<Asked> {
    let mut asked: BTreeMap<_, Vec<Selector>> = BTreeMap::new();
    for place in places {
        let key = (
            place.session.clone(),
            place.region.clone(),
            place.account.clone(),
            place.query.shard(),
        );
        let selectors = asked.entry(key).or_default();
        for selector in place.query.selectors() {
            if !selectors.contains(&selector) {
                selectors.push(selector);
            }
        }
    }
    let place = |((session, region, account, shard), selectors)| Asked {
        session,
        region,
        account,
        selectors,
        shard,
    };
    asked.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places are looked at once and keep what each asked for.
    #[test]
    fn places_merged_with_their_queries() {
        let place = |region: &str, query| Place {
            session: Session::default(),
            region: region.to_owned(),
            account: None,
            query,
        };
        let found = merged(&[
            place("us-west-2", Query::ids(["us-west-2_A"])),
            place("eu-west-1", Query::All),
            place("us-west-2", Query::All),
            place("us-west-2", Query::ids(["us-west-2_A", "us-west-2_B"])),
        ]);
        let brief: Vec<_> = found
            .iter()
            .map(|asked| (asked.region.as_str(), asked.selectors.len()))
            .collect();
        assert_eq!(brief, [("eu-west-1", 1), ("us-west-2", 3)]);
    }
}
