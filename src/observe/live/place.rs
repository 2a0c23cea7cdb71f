//! Where to look, and at which pools.

use std::collections::BTreeMap;

use crate::aws::session::Session;
use crate::model::observed::Selector;
use crate::model::shard::Shard;

/// One account's region to read. Places with the same session, region, account and shard are read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose credentials.
    pub session: Session,
    /// Region.
    pub region: String,
    /// The account that the credentials must belong to; it is asked for before anything else.
    pub account: Option<String>,
    /// Which pools: those that one of these means. Where every one has an id, pools are not listed.
    pub selectors: Vec<Selector>,
    /// The shard that they must belong to: the others are not read.
    pub shard: Option<Shard>,
}

impl Place {
    /// The same place, for one pool.
    pub(super) fn place_of(&self, pool: &str) -> Self {
        let topics = self.selectors.iter().flat_map(|selector| &selector.topics);
        let selector = Selector {
            topics: topics.cloned().collect(),
            ..Selector::of_id(pool)
        };
        Self {
            session: self.session.clone(),
            region: self.region.clone(),
            account: self.account.clone(),
            selectors: vec![selector],
            shard: None,
        }
    }
}

/// Each session, region, account and shard once, with all that is asked of it, in order.
pub(super) fn merged(places: &[Place]) -> Vec<Place> {
    let mut asked: BTreeMap<_, Vec<Selector>> = BTreeMap::new();
    for place in places {
        let key = (&place.session, &place.region, &place.account, place.shard);
        let selectors = asked.entry(key).or_default();
        for selector in &place.selectors {
            if !selectors.contains(selector) {
                selectors.push(selector.clone());
            }
        }
    }
    let asked = asked.into_iter();
    asked
        .map(|((session, region, account, shard), selectors)| Place {
            session: session.clone(),
            region: region.clone(),
            account: account.clone(),
            selectors,
            shard,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places are looked at once and keep what each asked for.
    #[test]
    fn places_merged_with_their_selectors() {
        let place = |region: &str, selectors| Place {
            session: Session::default(),
            region: region.to_owned(),
            account: None,
            selectors,
            shard: None,
        };
        let ids = |ids: &[&str]| ids.iter().copied().map(Selector::of_id).collect();
        let all = || vec![Selector::default()];
        let found = merged(&[
            place("us-west-2", ids(&["us-west-2_A"])),
            place("eu-west-1", all()),
            place("us-west-2", all()),
            place("us-west-2", ids(&["us-west-2_A", "us-west-2_B"])),
        ]);
        let brief: Vec<_> = found
            .iter()
            .map(|asked| (asked.region.as_str(), asked.selectors.len()))
            .collect();
        assert_eq!(brief, [("eu-west-1", 1), ("us-west-2", 3)]);
    }
}
