//! Policies with what differs, and the places that are named for `--accept`: which are meant, and what is said of the others.

use std::collections::BTreeMap;

use crate::app::diff::{Policies, pairs};
use crate::app::policies::KeysOf;
use crate::model::observed::{Estate, Observed};
use crate::plan::guard::Named;
use crate::plan::{self, Change, Diff, Setting};
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
    /// What was compared, pool by pool.
    pub(super) diffs: Vec<Diff>,
}

impl Aimed<'_> {
    /// Whether the policy says anything at a place.
    pub(super) fn has(&self, place: &Pointer) -> bool {
        self.policy.places.tree.locate(place).is_some()
    }

    /// Whether a place is a setting that was compared, holds one, or is part of one.
    fn compares(&self, place: &Pointer) -> bool {
        let settings = self.diffs.iter().flat_map(|diff| &diff.compared);
        settings
            .map(Setting::pointer)
            .any(|at| at.covers(place) || place.covers(&at))
    }

    /// Whether what may be weaker by name is managed in a pool of the policy.
    fn manages(&self, named: &Named) -> bool {
        let mut pools = self.pools.iter().zip(&self.diffs);
        pools.any(|(pool, diff)| named.may_mean(pool.id()) && diff.manages(&named.at))
    }
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
        let diffs = pools
            .iter()
            .map(|pool| plan::diff(&policy.posture, &pool.posture, &KeysOf(policy)));
        let diffs: Vec<_> = diffs.collect();
        for change in diffs.iter().flat_map(|diff| &diff.changes) {
            let entry = differing.entry(change.leaf.clone()).or_default();
            entry.push(change.clone());
        }
        aimed.push(Aimed {
            policy,
            index: at,
            pools,
            differing,
            diffs,
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
        let having: Vec<_> = aimed.iter().filter(|one| one.has(place)).collect();
        if having.is_empty() {
            return Err(unknown(place, &differing));
        }
        if having.iter().all(|one| one.pools.is_empty()) {
            return Err(format!("--accept {place}: no pool of its policy was found"));
        }
        if !having.iter().any(|one| one.compares(place)) {
            return Err(format!(
                "--accept {place}: no pool of this policy has it, so there is nothing to accept"
            ));
        }
        equal.push(place.clone());
    }
    Ok(equal)
}

/// What may be weaker by name and is nowhere, which may be a slip.
///
/// # Errors
/// The first, in words.
pub(super) fn check_permits(weaken: &[Named], aimed: &[Aimed<'_>]) -> Result<(), String> {
    let nowhere = |named: &&Named| !aimed.iter().any(|one| one.manages(named));
    let any = aimed.iter().any(|one| !one.pools.is_empty());
    match weaken.iter().find(|_| any).and(weaken.iter().find(nowhere)) {
        Some(named) => Err(format!(
            "--allow-weaken {named}: no policy manages anything there; name a setting, such as /mode/standard"
        )),
        None => Ok(()),
    }
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
