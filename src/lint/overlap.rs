//! Leaves that two policies manage for the same pool.

use std::collections::BTreeMap;

use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::file::Target;
use crate::rule::view::OverlapView;
use crate::yaml::{Node, Value};

/// Sections whose leaves belong to one policy at a time. Alarms add up, so they do not.
const SECTIONS: &[&str] = &[
    "feature_plan",
    "mode",
    "mfa",
    "account_takeover",
    "compromised_credentials",
    "risk_exceptions",
    "clients",
    "log_delivery",
];

/// For each policy that shares a leaf with an earlier one: its index and the overlaps, one for each
/// section and pair. Policies are compared when they name the same pool id, or select by the very same
/// names and tags in the same account and region; whether other selectors meet is only known live.
#[must_use]
pub fn overlaps(policies: &[&Policy]) -> Vec<(usize, Vec<OverlapView>)> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, policy) in policies.iter().enumerate() {
        if let Some(target) = &policy.target {
            groups.entry(key(target)).or_default().push(index);
        }
    }
    let mut found = Vec::new();
    for (pool, group) in groups.iter().filter(|(_, group)| group.len() > 1) {
        for (position, index) in group.iter().enumerate().skip(1) {
            let views: Vec<_> = group[..position]
                .iter()
                .flat_map(|other| between(policies[*index], policies[*other], *other, pool))
                .collect();
            if !views.is_empty() {
                found.push((*index, views));
            }
        }
    }
    found.sort_by_key(|(index, _)| *index);
    found
}

/// What a target selects, in words that are equal exactly when the selection is written the same.
fn key(target: &Target) -> String {
    if let Some(pool) = &target.pool {
        return format!("pool `{pool}`");
    }
    let names = target
        .names
        .iter()
        .flatten()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let tags: Vec<_> = target
        .tags
        .iter()
        .flatten()
        .map(|(name, value)| format!("`{name}={value}`"))
        .collect();
    let place = [target.account.as_deref(), target.region.as_deref()];
    let place: Vec<_> = place.into_iter().flatten().collect();
    let mut words = "pools selected by ".to_owned();
    words.push_str(
        &[names, tags.join(", ")]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" and "),
    );
    if place.is_empty() {
        words
    } else {
        format!("{words} in {}", place.join(" "))
    }
}

fn between(policy: &Policy, other: &Policy, other_index: usize, pool: &str) -> Vec<OverlapView> {
    let mut views = Vec::new();
    for section in SECTIONS {
        let (Some(a), Some(b)) = (policy.places.tree.get(section), other.places.tree.get(section)) else {
            continue;
        };
        if let Some(leaf) = common(a, b, &Pointer::root().child(section)) {
            views.push(OverlapView {
                other_pointer: format!("~{other_index}{leaf}"),
                pointer: leaf.to_string(),
                other: other.name.clone(),
                pool: pool.to_owned(),
            });
        }
    }
    views
}

/// The first leaf that both have. A list, or a scalar against anything, is a leaf.
fn common(a: &Node, b: &Node, at: &Pointer) -> Option<Pointer> {
    match (&a.value, &b.value) {
        (Value::Mapping(entries), Value::Mapping(_)) => entries
            .iter()
            .find_map(|entry| common(&entry.value, b.get(&entry.key)?, &at.child(&entry.key))),
        _ => Some(at.clone()),
    }
}
