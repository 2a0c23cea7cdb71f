//! Policies with what differs, and the places that are named for `--accept`: which are meant, and what is said of the others.

use std::collections::BTreeMap;

use crate::app::diff::{Policies, pairs};
use crate::app::policies::KeysOf;
use crate::model::observed::{Estate, Observed};
use crate::plan::{self, Change, Setting};
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::text;

/// Most places that are listed.
const MOST: usize = 10;

/// A policy that is for pools, and what differs.
pub(super) struct Aimed<'a> {
    pub(super) policy: &'a Policy,
    /// Which document of its file.
    pub(super) index: usize,
    pub(super) pools: Vec<&'a Observed>,
    pub(super) differing: BTreeMap<Setting, Vec<Change>>,
}

/// The policies that are for pools.
pub(super) fn aimed<'a>(policies: &'a Policies, estate: &'a Estate) -> Vec<Aimed<'a>> {
    let (mut next, mut aimed) = (BTreeMap::<usize, usize>::new(), Vec::new());
    for document in &policies.checked {
        let index = next.entry(document.file).or_default();
        let at = *index;
        *index += 1;
        let Some(policy) = document.policy.as_ref().filter(|policy| policy.target.is_some()) else {
            continue;
        };
        let pools = pairs(&[policy], &estate.pools).into_iter();
        let pools: Vec<_> = pools.flat_map(|(_, pools)| pools).collect();
        let mut differing = BTreeMap::<Setting, Vec<Change>>::new();
        for pool in &pools {
            for change in plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)).changes {
                differing.entry(change.leaf.clone()).or_default().push(change);
            }
        }
        aimed.push(Aimed {
            policy,
            index: at,
            pools,
            differing,
        });
    }
    aimed
}

/// Whether a setting is at a place that was named, or below it.
pub(super) fn for_it(wanted: &[Pointer], setting: &Setting) -> bool {
    wanted.iter().any(|place| place.covers(&setting.pointer()))
}

/// The places at which nothing differs, because the policies and their pools are equal there.
///
/// # Errors
/// A place at which no policy has anything, or which is part of a setting.
pub(super) fn equal(wanted: &[Pointer], aimed: &[Aimed<'_>]) -> Result<Vec<Pointer>, String> {
    let differing: Vec<_> = aimed
        .iter()
        .flat_map(|one| one.differing.keys())
        .map(Setting::pointer)
        .collect();
    let mut equal = Vec::new();
    for place in wanted.iter().filter(|place| **place != Pointer::root()) {
        if differing.iter().any(|at| place.covers(at)) {
            continue;
        }
        if let Some(whole) = differing.iter().find(|at| at.covers(place)) {
            return Err(format!(
                "--accept {place}: `{whole}` is accepted as a whole: name that"
            ));
        }
        let has = |one: &&Aimed<'_>| one.policy.places.tree.locate(place).is_some();
        let having: Vec<_> = aimed.iter().filter(has).collect();
        if having.is_empty() {
            return Err(unknown(place, &differing));
        }
        if having.iter().all(|one| one.pools.is_empty()) {
            return Err(format!("--accept {place}: no pool of its policy was found"));
        }
        equal.push(place.clone());
    }
    Ok(equal)
}

fn unknown(place: &Pointer, differing: &[Pointer]) -> String {
    let near = text::nearest(place.as_str(), differing.iter().map(Pointer::as_str));
    let near = near.map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| {
        let mut list: Vec<_> = differing.iter().map(ToString::to_string).collect();
        list.sort();
        list.dedup();
        let more = list.len().saturating_sub(MOST);
        list.truncate(MOST);
        match (list.as_slice(), more) {
            ([], _) => "no policy differs from its pools".to_owned(),
            (list, 0) => format!("there are differences at {}", text::join_words(list)),
            (list, more) => format!("there are differences at {} and {more} more", list.join(", ")),
        }
    });
    format!("--accept {place}: no policy has anything there; {help}")
}
