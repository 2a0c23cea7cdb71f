//! Leaves that two policies manage for the same pool.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::alarm::Alarm;
use crate::model::posture::Posture;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::policy::file::Target;
use crate::rule::view::OverlapView;
use crate::text::join_words;
use crate::yaml::{Node, Value};

/// Sections whose leaves belong to one policy at a time. Alarms add up, so they do not, but their names do.
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

/// For each policy that shares a leaf with an earlier one: its index and the overlaps, one for each other policy, with the first
/// leaf of each section. A leaf that several policies manage is held against the
/// first of them, so that the work and the result grow with the policies and not with their pairs.
///
/// Policies are compared when they name the same pool id, or select by the very same names and tags in
/// the same account and region, in any order; whether other selectors meet is only known live.
pub fn overlaps(policies: &[&Policy]) -> BTreeMap<usize, Vec<OverlapView>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, policy) in policies.iter().enumerate() {
        if let Some(target) = &policy.target {
            groups.entry(key(target)).or_default().push(index);
        }
    }
    let mut found = BTreeMap::new();
    for (pool, group) in groups.iter().filter(|(_, group)| group.len() > 1) {
        let mut owners = Owners::default();
        for index in group {
            let mut views: Vec<OverlapView> = Vec::new();
            let mut pairs: BTreeMap<usize, (usize, Vec<String>)> = BTreeMap::new();
            for shared in owners.claim(*index, &policies[*index].places.tree) {
                if let Some((_, more)) = pairs.get_mut(&shared.other) {
                    more.push(format!("`{}`", shared.here));
                    continue;
                }
                pairs.insert(shared.other, (views.len(), Vec::new()));
                views.push(OverlapView {
                    pointer: shared.here.to_string(),
                    more: String::new(),
                    other_pointer: format!("~{}{}", shared.other, shared.there),
                    other: policies[shared.other].name.clone(),
                    pool: pool.clone(),
                });
            }
            for (at, more) in pairs.into_values().filter(|(_, more)| !more.is_empty()) {
                views[at].more = format!(" (and {})", join_words(&more));
            }
            if !views.is_empty() {
                found.insert(*index, views);
            }
        }
    }
    for (index, view) in alarms(policies) {
        found.entry(index).or_default().push(view);
    }
    found
}

/// Alarms that an earlier policy puts under the same name: CloudWatch knows an alarm of an account and region by its name
/// alone, whatever pool it is for. A policy whose account or region is unknown is compared with those of its pool.
fn alarms(policies: &[&Policy]) -> Vec<(usize, OverlapView)> {
    let mut owners: BTreeMap<(String, String), (usize, Pointer)> = BTreeMap::new();
    let mut found = Vec::new();
    for (index, policy) in policies.iter().enumerate() {
        let mut known = BTreeSet::new();
        for (at, alarm) in policy.posture.alarms.iter().flatten().enumerate() {
            let pointer = Pointer::root().child("alarms").child(at);
            for place in name_spaces(policy, alarm) {
                let key = (place, alarm.full_name());
                match owners.get(&key) {
                    Some((other, _)) if *other == index => {}
                    Some((other, there)) if known.insert(at) => {
                        let view = OverlapView {
                            pointer: pointer.to_string(),
                            more: String::new(),
                            other_pointer: format!("~{other}{there}"),
                            other: policies[*other].name.clone(),
                            pool: format!("the alarm named `{}` in {}", key.1, key.0),
                        };
                        found.push((index, view));
                    }
                    Some(_) => {}
                    None => drop(owners.insert(key, (index, pointer.clone()))),
                }
            }
        }
    }
    found
}

/// Where the name of an alarm means this alarm alone, as far as the policy says it.
fn name_spaces(policy: &Policy, alarm: &Alarm) -> Vec<String> {
    let Some(target) = &policy.target else {
        return Vec::new();
    };
    // A made name has the pool's id in it, which a selector does not know.
    if target.pool.is_none() && alarm.name.is_none() {
        return Vec::new();
    }
    let Posture { account, region, .. } = &policy.posture;
    let place = account.as_ref().zip(region.as_ref());
    let place = place.map(|(account, region)| format!("account {account}, {region}"));
    let pool = target.pool.as_ref().map(|pool| format!("pool `{pool}`"));
    place.into_iter().chain(pool).collect()
}

/// What a target selects, in words that are equal exactly when the selection is the same but for the
/// order of its names.
fn key(target: &Target) -> String {
    if let Some(pool) = &target.pool {
        return format!("pool `{pool}`");
    }
    let mut names: Vec<_> = target
        .names
        .iter()
        .flatten()
        .map(|name| format!("`{name}`"))
        .collect();
    names.sort_unstable();
    names.dedup();
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
        &[names.join(", "), tags.join(", ")]
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

/// A place by which policies are compared: a client with an id is the same under any key.
type Place = Vec<String>;

/// Which policy was the first to manage a leaf, and where.
#[derive(Default)]
struct Owners(BTreeMap<Place, (usize, Pointer)>);

/// A leaf that an earlier policy manages, too.
struct Shared {
    here: Pointer,
    other: usize,
    there: Pointer,
}

impl Owners {
    /// Enters the leaves of a policy; gives those that others had before.
    fn claim(&mut self, index: usize, tree: &Node) -> Vec<Shared> {
        let mut shared = Vec::new();
        for section in SECTIONS {
            let Some(node) = tree.get(section) else { continue };
            let mut leaves = Vec::new();
            let at = Pointer::root().child(section);
            collect(node, &mut vec![(*section).to_owned()], &at, &mut leaves);
            let mut seen = BTreeSet::new();
            for (place, pointer) in leaves {
                match self.owner(&place, &pointer) {
                    Some(found) if found.other == index => {}
                    Some(found) => {
                        if seen.insert(found.other) {
                            shared.push(found);
                        }
                    }
                    None => {
                        self.0.insert(place, (index, pointer));
                    }
                }
            }
        }
        shared
    }

    /// The leaf itself, a value that stands instead of a mapping around it, or one below it.
    fn owner(&self, place: &Place, pointer: &Pointer) -> Option<Shared> {
        let (mut length, mut here) = (place.len(), pointer.clone());
        while length > 0 {
            if let Some((other, there)) = self.0.get(&place[..length]) {
                return Some(Shared {
                    here,
                    other: *other,
                    there: there.clone(),
                });
            }
            length -= 1;
            here = here.parent();
        }
        let (below, (other, there)) = self.0.range(place.clone()..).next()?;
        let depth = below.len().checked_sub(place.len())?;
        let there = (0..depth).fold(there.clone(), |there, _| there.parent());
        below.starts_with(place).then(|| Shared {
            here: pointer.clone(),
            other: *other,
            there,
        })
    }
}

/// Leaves in the order of the document: everything that is not a mapping. A client's id says which client
/// is meant and manages nothing.
fn collect(node: &Node, place: &mut Place, at: &Pointer, leaves: &mut Vec<(Place, Pointer)>) {
    let Value::Mapping(entries) = &node.value else {
        leaves.push((place.clone(), at.clone()));
        return;
    };
    let clients = matches!(place.as_slice(), [only] if only == "clients");
    let client = matches!(place.as_slice(), [first, _] if first == "clients");
    for entry in entries.iter().filter(|entry| !(client && entry.key == "id")) {
        let id = entry.value.get("id").filter(|_| clients).map(Node::to_json);
        place.push(match id {
            // No key can start like this.
            Some(serde_json::Value::String(id)) => format!("\u{0}{id}"),
            _ => entry.key.clone(),
        });
        collect(&entry.value, place, &at.child(&entry.key), leaves);
        place.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{Budget, parse};

    /// `here other there` of each overlap of the last of some documents.
    fn last(documents: &[&str]) -> Vec<String> {
        let mut owners = Owners::default();
        let mut found = Vec::new();
        for (index, text) in documents.iter().enumerate() {
            let tree = parse(SourceId(0), text, &Budget::default())
                .documents
                .remove(0)
                .root;
            found = owners.claim(index, &tree);
        }
        found
            .iter()
            .map(|shared| format!("{} {} {}", shared.here, shared.other, shared.there))
            .collect()
    }

    /// The first leaf of a section is named for each other policy.
    #[test]
    fn first_shared_leaf_per_other_policy() {
        let found = last(&[
            "mode: {standard: AUDIT}\nmfa: {configuration: ON}",
            "mode: {custom: AUDIT}",
            "mode: {custom: AUDIT, standard: AUDIT}\nmfa: {configuration: ON, factors: [SMS]}",
        ]);
        assert_eq!(
            found,
            [
                "/mode/custom 1 /mode/custom",
                "/mode/standard 0 /mode/standard",
                "/mfa/configuration 0 /mfa/configuration"
            ]
        );
    }

    /// A value meets the mapping that others have in its place.
    #[test]
    fn scalar_overlaps_mapping() {
        let mapping = "clients: {web: {inherit: true}}";
        assert_eq!(
            last(&[mapping, "clients: {web: inherit}"]),
            ["/clients/web 0 /clients/web"]
        );
        assert_eq!(
            last(&["clients: {web: inherit}", mapping]),
            ["/clients/web 0 /clients/web"]
        );
        assert_eq!(
            last(&["clients: {web: inherit}", "clients: {webshop: inherit}"]),
            [""; 0]
        );
        assert_eq!(last(&["mode: {}", "mode: {standard: AUDIT}"]), [""; 0]);
    }

    /// A client is known by its id and the id itself is no setting.
    #[test]
    fn client_matched_by_id() {
        let a = "clients: {web: {id: abc, inherit: true}}";
        assert_eq!(
            last(&[a, "clients: {shop: {id: abc, inherit: true}}"]),
            ["/clients/shop/inherit 0 /clients/web/inherit"]
        );
        assert_eq!(
            last(&[a, "clients: {web: {id: abc, propagate_user_context: true}}"]),
            [""; 0]
        );
    }

    /// A list of copies is held against the first.
    #[test]
    fn copies_compared_with_first_only() {
        let found = last(&["mode: {standard: AUDIT}"; 50]);
        assert_eq!(found, ["/mode/standard 0 /mode/standard"]);
    }
}
