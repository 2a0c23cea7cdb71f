//! `--base REF`: what the policies change from a commit, and which findings that brings or ends.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::app::diff::{Policies, query};
use crate::app::policies::KeysOf;
use crate::drift::Kind;
use crate::finding::Finding;
use crate::fingerprint;
use crate::lint::Mask;
use crate::model::effective::{Comparison, Direction, Table, compare};
use crate::model::observed::{Estate, Observed};
use crate::model::posture::Posture;
use crate::plan;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::report::{PolicyFate, Report, ResolvedFinding, Review, ReviewedPool, SettingChange};

/// The two sides of a review, before and after.
pub struct Sides<'a> {
    /// Policies of the base.
    pub before: &'a Policies,
    /// Policies of this run.
    pub after: &'a Policies,
    /// What a file of the base is called in this run.
    pub name: &'a dyn Fn(&str) -> String,
}

/// What changes between the policies, without findings.
#[derive(Default)]
pub struct Changes {
    pools: Vec<ReviewedPool>,
    not_compared: BTreeSet<String>,
    /// Policies that are gone.
    removed: BTreeSet<String>,
    /// Files of policies that were moved: as this run would call the base's, and as it does.
    moved: BTreeMap<String, String>,
    /// Names of the base's policies that have another name in this run.
    renamed: BTreeMap<String, String>,
}

/// One policy with the name of its file in this run.
struct Entry<'a> {
    policy: &'a Policy,
    file: String,
}

/// A policy on the sides on which it is.
type Pair<'a> = (Option<&'a Entry<'a>>, Option<&'a Entry<'a>>);

impl Sides<'_> {
    /// Compares the policies themselves: what they leave to the pool is unknown.
    pub fn policies(&self) -> Changes {
        self.changes(None)
    }

    /// Compares what becomes of pools that were seen: what neither side manages is as it is live.
    pub fn pools(&self, estate: &Estate) -> Changes {
        self.changes(Some(estate))
    }

    fn changes(&self, estate: Option<&Estate>) -> Changes {
        let own = |name: &str| name.to_owned();
        let (before, after) = (entries(self.before, self.name), entries(self.after, &own));
        let masks = [self.before, self.after].map(|side| side.mask(&side.sources));
        let faulty: BTreeSet<_> = faulty(self.before, self.name)
            .chain(faulty(self.after, &own))
            .collect();
        let mut changes = Changes::default();
        for pair in pairs(&before, &after) {
            let one_sided = pair.0.is_none() || pair.1.is_none();
            let Some(entry) = pair.1.or(pair.0) else { continue };
            if one_sided && faulty.contains(&entry.file) {
                changes.not_compared.insert(entry.policy.name.clone());
                continue;
            }
            if let (Some(from), Some(to)) = pair
                && after.iter().all(|one| one.file != from.file)
            {
                changes.moved.insert(from.file.clone(), to.file.clone());
            }
            if let (Some(from), Some(to)) = pair {
                let names = (from.policy.name.clone(), to.policy.name.clone());
                changes.renamed.extend((names.0 != names.1).then_some(names));
            }
            if pair.1.is_none() {
                changes.removed.insert(entry.policy.name.clone());
            }
            let found = match estate {
                None => vec![of_policy(pair, &masks)],
                Some(estate) => of_pools(pair, estate, &masks),
            };
            for one in found.into_iter().flatten() {
                changes.add(one);
            }
        }
        changes
    }
}

/// Policies that are for pools, or are for themselves: no layer that others extend.
fn entries<'a>(policies: &'a Policies, name: &dyn Fn(&str) -> String) -> Vec<Entry<'a>> {
    let documents = policies.checked.iter();
    let one = |policy: &'a Policy| {
        let file = policies.sources.get(policy.places.source).name();
        let is_layer = policies.gathered.layers.contains_key(file);
        (policy.target.is_some() || !is_layer).then(|| Entry {
            policy,
            file: name(file),
        })
    };
    documents
        .filter_map(|document| one(document.policy.as_ref()?))
        .collect()
}

/// Files with a document that is no policy because of input errors, and files with errors that hide what documents they have.
fn faulty<'a>(
    policies: &'a Policies,
    name: &'a dyn Fn(&str) -> String,
) -> impl Iterator<Item = String> + use<'a> {
    let unusable = policies.checked.iter().filter(|one| one.policy.is_none());
    let unusable = unusable.map(|one| policies.gathered.files[one.file].source);
    let faults = policies.findings.iter().filter(|finding| finding.is_input_fault);
    let sources = unusable.chain(faults.map(|finding| finding.primary.source));
    sources.map(move |source| name(policies.sources.get(source).name()))
}

/// Which policy is which: the same name in the same file, else the same name, else the same target. In the order of this run;
/// then those that are gone.
fn pairs<'a>(before: &'a [Entry<'a>], after: &'a [Entry<'a>]) -> Vec<Pair<'a>> {
    let mut left: Vec<&Entry<'_>> = before.iter().collect();
    let mut found: Vec<Option<&Entry<'_>>> = vec![None; after.len()];
    let same: [fn(&Entry<'_>, &Entry<'_>) -> bool; 3] = [
        |one, other| one.policy.name == other.policy.name && one.file == other.file,
        |one, other| one.policy.name == other.policy.name,
        |one, other| one.policy.target.is_some() && one.policy.target == other.policy.target,
    ];
    for same in same {
        for (entry, partner) in after.iter().zip(&mut found) {
            if partner.is_none() {
                let at = left.iter().position(|one| same(one, entry));
                *partner = at.map(|at| left.remove(at));
            }
        }
    }
    let kept = found.into_iter().zip(after);
    let kept = kept.map(|(partner, entry)| (partner, Some(entry)));
    kept.chain(left.into_iter().map(|entry| (Some(entry), None)))
        .collect()
}

fn fate(pair: Pair<'_>) -> PolicyFate {
    match pair {
        (None, _) => PolicyFate::Added,
        (_, None) => PolicyFate::Removed,
        _ => PolicyFate::Changed,
    }
}

/// What a policy changes by itself; `None` for nothing.
fn of_policy(pair: Pair<'_>, masks: &[Mask; 2]) -> Option<ReviewedPool> {
    let comparison = match pair {
        (Some(before), Some(after)) => compare(
            &Table::of(&before.policy.posture),
            &Table::of(&after.policy.posture),
        ),
        _ => Comparison::default(),
    };
    reviewed(pair, masks, None, comparison)
}

/// What a policy changes in each pool that it is for, on either side.
fn of_pools(pair: Pair<'_>, estate: &Estate, masks: &[Mask; 2]) -> Vec<Option<ReviewedPool>> {
    let is_for = |entry: Option<&Entry<'_>>, pool: &Observed| {
        entry.is_some_and(|entry| query(entry.policy).means(pool))
    };
    let mut found = Vec::new();
    for pool in &estate.pools {
        let narrowed = (
            pair.0.filter(|_| is_for(pair.0, pool)),
            pair.1.filter(|_| is_for(pair.1, pool)),
        );
        if narrowed.0.is_none() && narrowed.1.is_none() {
            continue;
        }
        let comparison = match narrowed {
            // Nothing is applied because of a policy that is gone.
            (_, None) => Comparison::default(),
            (before, Some(after)) => {
                let before = before.map_or_else(|| pool.posture.clone(), |one| wanted(one, pool));
                compare(&Table::of(&before), &Table::of(&wanted(after, pool)))
            }
        };
        found.push(reviewed(narrowed, masks, Some(pool), comparison));
    }
    if found.is_empty() {
        // No pool of it was seen: it still changes.
        found.push(of_policy(pair, masks));
    }
    found
}

/// The pool as a policy asks, its clients under their own names.
fn wanted(entry: &Entry<'_>, pool: &Observed) -> Posture {
    let mut wanted = plan::diff(&entry.policy.posture, &pool.posture, &KeysOf(entry.policy)).wanted;
    for client in &mut wanted.clients {
        let known = pool.posture.clients.iter();
        let mut known = known.filter(|one| one.id.is_some() && one.id == client.id);
        if let Some(known) = known.next() {
            client.key.clone_from(&known.key);
        }
    }
    wanted
}

fn reviewed(
    pair: Pair<'_>,
    masks: &[Mask; 2],
    pool: Option<&Observed>,
    mut comparison: Comparison,
) -> Option<ReviewedPool> {
    let entry = pair.1.or(pair.0)?;
    comparison
        .changes
        .retain(|change| change.direction != Direction::Neutral);
    let settings = match pair {
        (Some(before), Some(after)) => settings([before, after], masks),
        _ => Vec::new(),
    };
    let fate = fate(pair);
    if fate == PolicyFate::Changed && settings.is_empty() && comparison.is_empty() {
        return None;
    }
    let mut title = pool.map_or_else(|| entry.policy.name.clone(), Observed::title);
    for mask in masks {
        mask.comparison(&mut comparison);
        mask.credential(&mut title);
    }
    Some(ReviewedPool {
        names: vec![(title, entry.file.clone())],
        fate,
        is_pool: pool.is_some(),
        settings,
        comparison,
        condition: None,
    })
}

/// What is written otherwise, layers and variables resolved; credentials and what variables hold are hidden afterwards.
fn settings([before, after]: [&Entry<'_>; 2], masks: &[Mask; 2]) -> Vec<SettingChange> {
    let written = |entry: &Entry<'_>| entry.policy.places.tree.to_json();
    let mut changes = Vec::new();
    differing(
        &Pointer::root(),
        Some(&written(before)),
        Some(&written(after)),
        &mut changes,
    );
    let same = changes.is_empty() && before.policy.posture != after.policy.posture;
    if same {
        // A body in a file of its own.
        let text = |words: &str| Some(Value::String(words.to_owned()));
        changes.push(SettingChange {
            pointer: Pointer::root().child("notifications"),
            before: text("a text in another file"),
            after: text("the same file with another text"),
        });
    }
    for change in &mut changes {
        for (value, mask) in [&mut change.before, &mut change.after].into_iter().zip(masks) {
            if let Some(value) = value {
                mask.value(value);
            }
        }
    }
    changes
}

/// Adds the smallest parts that differ: mappings by their keys, lists of mappings by their places, all else as it is.
fn differing(at: &Pointer, before: Option<&Value>, after: Option<&Value>, into: &mut Vec<SettingChange>) {
    if before == after {
        return;
    }
    let members = |side: Option<&Value>| match side {
        Some(Value::Object(map)) if !map.is_empty() => Some(map.clone()),
        // What one side does not have at all is shown by its members.
        None => Some(serde_json::Map::new()),
        _ => None,
    };
    match (before, after) {
        (Some(Value::Object(_)), _) | (_, Some(Value::Object(_)))
            if members(before).is_some() && members(after).is_some() =>
        {
            let (before, after) = (
                members(before).unwrap_or_default(),
                members(after).unwrap_or_default(),
            );
            let gone = before.keys().filter(|key| !after.contains_key(*key));
            for key in after.keys().chain(gone) {
                differing(&at.child(key), before.get(key), after.get(key), into);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) if sections(one) && sections(other) => {
            for index in 0..one.len().max(other.len()) {
                differing(&at.child(index), one.get(index), other.get(index), into);
            }
        }
        _ => into.push(SettingChange {
            pointer: at.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn sections(list: &[Value]) -> bool {
    list.iter().all(Value::is_object)
}

impl Changes {
    /// Adds what changes somewhere; where the same changes elsewhere, to that.
    fn add(&mut self, mut one: ReviewedPool) {
        let same = |other: &&mut ReviewedPool| {
            (other.fate, other.is_pool) == (one.fate, one.is_pool)
                && other.settings == one.settings
                && other.comparison == one.comparison
        };
        match self.pools.iter_mut().find(same) {
            Some(other) => other.names.append(&mut one.names),
            None => self.pools.push(one),
        }
    }

    /// Adds which findings are new or gone. `before` is the report on the base; `name` says what its files are called here.
    pub fn review(
        self,
        [reference, commit]: [&str; 2],
        before: &Report,
        after: &Report,
        name: &dyn Fn(&str) -> String,
    ) -> Review {
        let compared = |finding: &&Finding| {
            let policy = finding.policy.as_ref();
            !policy.is_some_and(|policy| self.not_compared.contains(policy))
        };
        let moved = |file: &str| {
            let here = name(file);
            self.moved.get(&here).cloned().unwrap_or(here)
        };
        let renamed = |policy: &str| self.renamed.get(policy).map_or(policy, String::as_str).to_owned();
        let same = |name: &str| name.to_owned();
        let (old, new) = (keys(before, [&moved, &renamed]), keys(after, [&same, &same]));
        let counted = |report: &Report, keys: &[String]| -> BTreeSet<String> {
            let findings = report.findings.iter().zip(keys);
            let counted = findings.filter(|(finding, _)| finding.suppressed.is_none());
            counted.map(|(_, key)| key.clone()).collect()
        };
        let (was, is) = (counted(before, &old), counted(after, &new));
        let mut review = Review {
            reference: reference.to_owned(),
            commit: commit.to_owned(),
            not_compared: self.not_compared.iter().cloned().collect(),
            ..Review::default()
        };
        for (index, (finding, key)) in after.findings.iter().zip(&new).enumerate() {
            match (finding.suppressed.is_some(), was.contains(key)) {
                (false, false) if compared(&finding) => review.introduced.insert(index),
                (true, true) => review.suppressed.insert(index),
                _ => false,
            };
        }
        let suppressed: BTreeSet<_> = review.suppressed.iter().map(|index| &new[*index]).collect();
        let gone = before.findings.iter().zip(&old).filter(|(finding, key)| {
            finding.suppressed.is_none() && !is.contains(*key) && !suppressed.contains(key)
        });
        // Pools of a policy that is gone were not asked for: whether they are there nobody has seen.
        let is_unasked = |finding: &Finding| {
            let mut policy = finding.policy.iter();
            finding.rule == Kind::PoolMissing.rule_id() && policy.any(|name| self.removed.contains(name))
        };
        let gone = gone.filter(|(finding, _)| !is_unasked(finding));
        let gone = gone.filter(|(finding, _)| {
            // A folder that is not there yet is no fault that ends.
            compared(finding) && !before.sources.get(finding.primary.source).text().is_empty()
        });
        review.resolved = gone.map(|(finding, _)| resolved(finding, before, name)).collect();
        review.pools = self.pools;
        review
    }
}

/// What makes a finding the same on both sides. A difference is another one when the policy asks for something else.
fn keys(report: &Report, names: [&dyn Fn(&str) -> String; 2]) -> Vec<String> {
    let prints = fingerprint::renamed(&report.findings, &report.sources, names);
    let asked = |finding: &Finding| match &finding.difference {
        Some(difference) => format!("{:?} {:?}", difference.policy, difference.live_is),
        None => String::new(),
    };
    let findings = report.findings.iter().zip(prints);
    findings.map(|(finding, print)| print + &asked(finding)).collect()
}

fn resolved(finding: &Finding, report: &Report, name: &dyn Fn(&str) -> String) -> ResolvedFinding {
    let source = report.sources.get(finding.primary.source);
    let at = source.position(finding.primary.span.start);
    let place = match source.pool_id() {
        Some(_) => source.name().to_owned(),
        None => format!("{}:{}:{}", name(source.name()), at.line, at.column),
    };
    ResolvedFinding {
        rule: finding.rule.clone(),
        severity: finding.severity,
        message: finding.message.clone(),
        place,
    }
}
