//! `init --group`: pools with equal settings share a policy, and pools that differ only in what is their own share a layer.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::app::init::draft::{Draft, FileNames, InitContext, NewPolicy, alone, written};
use crate::app::init::policy::{no_variables, remarks};
use crate::model::client::{Client, EVERY_OTHER};
use crate::model::observed::{Observed, Selector};
use crate::policy::secret;

/// Sections that a policy has for itself: they name a pool or what belongs to it, or change with its age.
const OWN: [&str; 5] = ["audit_gate", "assumes", "clients", "alarms", "log_delivery"];

/// Those of them that go to the layer where all are equal.
const MAY_BE_SHARED: [&str; 3] = ["clients", "alarms", "log_delivery"];

/// How pools are put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouping {
    /// A tag whose value selects pools, where it selects the very pools that are equal; else their names do.
    pub tag: Option<String>,
}

/// Equal pools, the first of which stands for all.
struct Group<'a> {
    pools: Vec<&'a Draft>,
    /// What is equal in them beside the layer; `None` for a pool that is not to be put together with another.
    shape: Option<String>,
    /// What the policy says beside name and target.
    own: Map<String, Value>,
    /// What the layer says, where several groups share it.
    common: Map<String, Value>,
}

/// Makes policies of pools, and the layers that they share. A pool that no name selects alone, or whose account or region is
/// not known, has a policy of its own; so has one that is like no other.
pub(in crate::app) fn grouped(
    drafts: &[Draft],
    context: InitContext<'_>,
    names: &mut FileNames,
    grouping: &Grouping,
) -> Vec<NewPolicy> {
    let seen: Vec<&Observed> = drafts.iter().map(|draft| &draft.pool).collect();
    let mut by_name: BTreeMap<(Place<'_>, &str), usize> = BTreeMap::new();
    for pool in &seen {
        *by_name.entry((place(pool), pool.name.as_str())).or_default() += 1;
    }
    let mut layers: IndexMap<String, Vec<Group<'_>>> = IndexMap::new();
    for draft in drafts {
        let (own, common) = parts(draft);
        let layer = sorted(&json!([common, draft.left_out, draft.unsaid])).to_string();
        let layer = layers.entry(layer).or_default();
        let is_alone = by_name.get(&(place(&draft.pool), draft.pool.name.as_str())) == Some(&1);
        let is_alone = is_alone && draft.nameless.is_none();
        let shape = (is_alone && is_selectable(&draft.pool)).then(|| shape(&own, draft, grouping));
        let same = layer
            .iter_mut()
            .find(|group| shape.is_some() && group.shape == shape);
        match same {
            Some(group) => group.add(draft, &own),
            None => layer.push(Group {
                pools: vec![draft],
                shape,
                own,
                common,
            }),
        }
    }
    let files = |mut groups: Vec<Group<'_>>| {
        share(&mut groups);
        files(&groups, &seen, context, names, grouping)
    };
    layers.into_values().flat_map(files).collect()
}

/// Account and region of a pool.
type Place<'a> = (Option<&'a str>, Option<&'a str>);

fn place(pool: &Observed) -> Place<'_> {
    (pool.posture.account.as_deref(), pool.posture.region.as_deref())
}

/// Moves what all groups have in common to their layer.
fn share(groups: &mut [Group<'_>]) {
    for section in MAY_BE_SHARED {
        let first = groups.first().and_then(|group| group.own.get(section).cloned());
        let equal = groups
            .iter()
            .all(|group| group.own.get(section) == first.as_ref());
        if let (true, Some(value)) = (equal, first) {
            for group in groups.iter_mut() {
                group.own.shift_remove(section);
                group.common.insert(section.to_owned(), value.clone());
            }
        }
    }
}

/// The files of groups that have their layer in common.
fn files(
    groups: &[Group<'_>],
    seen: &[&Observed],
    context: InitContext<'_>,
    names: &mut FileNames,
    grouping: &Grouping,
) -> Vec<NewPolicy> {
    if let [Group { pools, .. }] = groups
        && let [draft] = pools.as_slice()
    {
        return vec![alone(draft, context, names)];
    }
    let mut made = Vec::new();
    let mut layer = None;
    if let [first, _, ..] = groups {
        let pools: usize = groups.iter().map(|group| group.pools.len()).sum();
        let pool = &first.pools[0].pool;
        let mut policy = Map::new();
        policy.insert("version".to_owned(), 1.into());
        policy.insert(
            "description".to_owned(),
            format!("What {pools} pools share").into(),
        );
        policy.extend(first.common.clone());
        let (text, waived) = written(&policy, policy.clone(), "", context, names);
        let whole = text.is_ok();
        let file = names.of(&format!("shared-{}", pool.name), pool.id());
        layer = whole.then(|| (file.clone(), waived.0 > 0));
        made.push(NewPolicy {
            file,
            of: format!("what {pools} pools share"),
            text,
            waived,
            left_out: Vec::new(),
        });
    }
    made.extend(
        groups
            .iter()
            .map(|group| group.file(seen, layer.as_ref(), context, names, grouping)),
    );
    made
}

impl<'a> Group<'a> {
    /// Takes in a pool that is equal but for dates and numbers of users. What is declared holds for all of the pools then:
    /// the last day, and the least number.
    fn add(&mut self, draft: &'a Draft, own: &Map<String, Value>) {
        self.pools.push(draft);
        if let (Some(gate), Some(more)) = (self.own.get_mut("audit_gate"), own.get("audit_gate")) {
            later(&mut gate["enforced_since"], &more["enforced_since"]);
        }
        if let (Some(assumes), Some(more)) = (self.own.get_mut("assumes"), own.get("assumes"))
            && assumes["users"].as_u64() > more["users"].as_u64()
        {
            assumes["users"] = more["users"].clone();
        }
    }

    /// Version, name and target.
    fn head(&self, seen: &[&Observed], grouping: &Grouping) -> Map<String, Value> {
        let first = self.pools[0];
        let mut name = first.policy.get("name").cloned().unwrap_or_default();
        let mut target = first.policy.get("target").cloned().unwrap_or_default();
        if let (more @ 1.., Some(target)) = (self.pools.len() - 1, target.as_object_mut()) {
            name = format!("{} and {more} more", shortened(&first.pool.name)).into();
            no_variables(&mut name);
            target.shift_remove("pool");
            target.extend(selector(&self.pools, seen, grouping));
        }
        let mut head = Map::new();
        head.insert("version".to_owned(), 1.into());
        head.insert("name".to_owned(), name);
        head.insert("target".to_owned(), target);
        head
    }

    fn file(
        &self,
        seen: &[&Observed],
        layer: Option<&(String, bool)>,
        context: InitContext<'_>,
        names: &mut FileNames,
        grouping: &Grouping,
    ) -> NewPolicy {
        let first = self.pools[0];
        let many = self.pools.len() > 1;
        let more = self.pools.len() - 1;
        let mut policy = self.head(seen, grouping);
        let mut own = self.own.clone();
        for section in MAY_BE_SHARED {
            if let (false, Some(section_of_pool), true) =
                (many, first.policy.get(section), own.contains_key(section))
            {
                own.insert(section.to_owned(), section_of_pool.clone());
            }
        }
        let mut whole = policy.clone();
        whole.extend(self.common.clone());
        whole.extend(own.clone());
        let own = match layer {
            Some((layer, waives)) => {
                policy.shift_insert(2, "extends".to_owned(), layer.as_str().into());
                policy.extend(own);
                if *waives {
                    policy.insert("waivers".to_owned(), json!([]));
                }
                policy
            }
            None => whole.clone(),
        };
        // Which clients have AWS's default flows is said of one pool.
        let clients = if many {
            Observed::default()
        } else {
            first.pool.clone()
        };
        let remarks = remarks(&clients, &first.left_out, &first.unsaid);
        let (text, waived) = written(&whole, own, &remarks, context, names);
        let title = first.pool.title();
        let (stem, of) = match more {
            0 => (first.pool.name.clone(), format!("pool {title}")),
            more => (
                format!("{}-and-{more}-more", shortened(&first.pool.name)),
                format!("{} equal pools, {title} and {more} more", more + 1),
            ),
        };
        NewPolicy {
            file: names.of(&stem, first.pool.id()),
            of,
            text,
            waived,
            left_out: first.left_out.clone(),
        }
    }
}

/// A name, short enough that what follows it has room in a name of a file or of a policy.
fn shortened(name: &str) -> String {
    name.chars().take(80).collect()
}

/// What a policy has for itself, and what it may share: without whatever names the pool.
fn parts(draft: &Draft) -> (Map<String, Value>, Map<String, Value>) {
    let (mut own, mut common) = (Map::new(), Map::new());
    for (key, value) in &draft.policy {
        match key.as_str() {
            "version" | "name" | "target" => {}
            key if OWN.contains(&key) => drop(own.insert(key.to_owned(), value.clone())),
            key => drop(common.insert(key.to_owned(), value.clone())),
        }
    }
    if let Some(Value::Array(alarms)) = own.get_mut("alarms") {
        let general: Vec<_> = alarms
            .iter()
            .map(|alarm| general(alarm, draft.pool.id()))
            .collect();
        // Two alarms on one metric are told apart by their names.
        let subjects: BTreeSet<_> = general.iter().map(subject).collect();
        if subjects.len() == general.len() {
            *alarms = general;
        }
    }
    if let Some(Value::Object(clients)) = own.get_mut("clients") {
        let by_name = |client: &&Client| client.name() == client.key && client.key != EVERY_OTHER;
        for client in draft.pool.posture.clients.iter().filter(by_name) {
            let section = clients.get_mut(&client.key).and_then(Value::as_object_mut);
            section.map(|section| section.shift_remove("id"));
        }
    }
    (own, common)
}

/// An alarm without its name and its pool: it is found by its metric, and the policy's target says which pool it is on. One
/// with other dimensions stays as it is.
fn general(alarm: &Value, pool: &str) -> Value {
    let Some(dimensions) = alarm["dimensions"].as_object() else {
        return alarm.clone();
    };
    let known = |name: &String| ["UserPoolId", "Operation", "RiskLevel"].contains(&name.as_str());
    if dimensions.get("UserPoolId") != Some(&json!(pool)) || !dimensions.keys().all(known) {
        return alarm.clone();
    }
    let mut general = Map::new();
    for (key, value) in alarm.as_object().into_iter().flatten() {
        match key.as_str() {
            "name" => {}
            "dimensions" => {
                let words = [("operation", "Operation"), ("risk_level", "RiskLevel")];
                let there = words
                    .into_iter()
                    .filter_map(|(word, name)| Some((word.to_owned(), dimensions.get(name)?.clone())));
                general.extend(there);
            }
            _ => drop(general.insert(key.clone(), value.clone())),
        }
    }
    Value::Object(general)
}

/// What an alarm without a name is found by.
fn subject(alarm: &Value) -> String {
    json!([
        alarm["name"],
        alarm["namespace"],
        alarm["metric"],
        alarm["operation"],
        alarm["risk_level"],
        alarm["dimensions"]
    ])
    .to_string()
}

/// What must be equal in a group: everything but days and numbers of users, of which it counts that they are there.
fn shape(own: &Map<String, Value>, draft: &Draft, grouping: &Grouping) -> String {
    let mut shape = Value::Object(own.clone());
    if let Some(since) = shape.pointer_mut("/audit_gate/enforced_since") {
        match since {
            Value::Object(days) => days.values_mut().for_each(|day| *day = Value::Null),
            day => *day = Value::Null,
        }
    }
    if let Some(users) = shape.pointer_mut("/assumes/users") {
        *users = Value::Null;
    }
    let tag = grouping.tag.as_ref().and_then(|tag| draft.pool.tags.get(tag));
    sorted(&json!([shape, tag, place(&draft.pool)])).to_string()
}

/// The later one of two days, each alone or one for each type of authentication.
fn later(day: &mut Value, other: &Value) {
    match (day, other) {
        (Value::Object(days), Value::Object(others)) => {
            for (key, day) in days.iter_mut() {
                others.get(key).into_iter().for_each(|other| later(day, other));
            }
        }
        // Days as ISO 8601 writes them are in the order of their letters.
        (day, other) if day.as_str() < other.as_str() => *day = other.clone(),
        _ => {}
    }
}

/// Whether a policy can select the pool by its name, if no other pool of its account and region has the name.
fn is_selectable(pool: &Observed) -> bool {
    let is_placed = pool.posture.account.is_some() && pool.posture.region.is_some();
    // What a pool's name may have (API reference, `CreateUserPool`): nothing of it has a meaning in a pattern.
    let is_plain = |c: char| c.is_alphanumeric() || " _+=,.@-".contains(c);
    is_placed
        && !pool.name.is_empty()
        && pool.name.chars().all(is_plain)
        && secret::find(&pool.name).is_empty()
}

/// How a target selects these pools and no other: by the tag if that is what it does, else by their names.
fn selector(pools: &[&Draft], seen: &[&Observed], grouping: &Grouping) -> Map<String, Value> {
    let first = &pools[0].pool;
    let tag = grouping.tag.as_ref();
    if let Some((tag, value)) = tag.and_then(|tag| Some((tag, first.tags.get(tag)?))) {
        let by_tag = Selector {
            tags: BTreeMap::from([(tag.clone(), value.clone())]),
            ..Selector::default()
        };
        let selected = seen
            .iter()
            .filter(|pool| place(pool) == place(first) && by_tag.selects(pool.id(), &pool.name, &pool.tags))
            .count();
        // All of the group have the value.
        if selected == pools.len() {
            let mut tags = json!({ "tags": { tag: value } });
            no_variables(&mut tags);
            return tags.as_object().cloned().unwrap_or_default();
        }
    }
    let names = pools.iter().map(|draft| draft.pool.name.as_str());
    Map::from_iter([("names".to_owned(), names.collect::<Value>())])
}

/// A value with its keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let sorted_map: BTreeMap<_, _> = map
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect();
            Value::Object(sorted_map.into_iter().collect())
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
