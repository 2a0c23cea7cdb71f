//! A policy against a pool: every leaf that differs, and what becomes of protection as a whole.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::alarm::{Alarm, Subjects, subjects};
use crate::model::effective::{AddressChange, CellChange, Comparison, Direction, Table, compare};
use crate::model::posture::Posture;
use crate::plan::alarm_coverage::{Around, step};
use crate::plan::alarms::AlarmTarget;
use crate::plan::align::{Aligned, Missing, align};
use crate::plan::change::{Change, Whole, change, key};
use crate::plan::managed::WrittenKeys;
use crate::plan::setting::Setting;
use crate::plan::{alarms, managed, value};
use crate::pointer::Pointer;

/// What differs between a policy and one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The pool, its clients under the policy's keys.
    pub observed: Posture,
    /// The pool as the policy asks: what it does not manage is as observed. Alarms are as observed; the
    /// changes say what becomes of them.
    pub wanted: Posture,
    /// The policy, filled in for this pool.
    pub desired: Posture,
    /// What differs, worst for the pool first: where the pool is weaker than the policy, then what undefined, then
    /// neutral, then where it is stronger; in the language's order within.
    pub changes: Vec<Change>,
    /// The effective tables compared, from live to wanted.
    pub comparison: Comparison,
    /// Clients that the policy names and the pool does not have.
    pub missing: Vec<(String, Missing)>,
    /// The policy's alarms as they are to be, by their index in the policy.
    pub alarms: BTreeMap<usize, AlarmTarget>,
    /// Indexes of alarms that the pool spells otherwise than the policy, where it is unknown which of the two can fire.
    pub spelt_otherwise: Vec<usize>,
    /// Managed leaves of which nothing can be said because they were not read, ordered.
    pub unseen: Vec<Setting>,
    /// Managed leaves that were compared, ordered.
    pub compared: Vec<Setting>,
    /// Managed leaves that were left out on purpose, ordered; then clients that were, and that the pool does not have.
    pub excluded: Vec<Setting>,
}

/// Compares. Pure and total; what the policy does not manage is copied from the pool first, so that it
/// cannot differ.
pub fn diff(desired: &Posture, observed: &Posture, written: &dyn WrittenKeys) -> Diff {
    let aligned = align(desired, observed);
    let leaves = managed::managed(&aligned.desired, &aligned.observed, &|leaf| written.writes(leaf));
    compared(aligned, leaves, written, true)
}

/// Compares these leaves and no others, whatever the desired posture says of them: what it does not have is to be
/// taken away. It is what was there once, and nobody's policy.
pub fn of_settings(aligned: Aligned, leaves: Vec<Setting>, written: &dyn WrittenKeys) -> Diff {
    compared(aligned, leaves, written, false)
}

fn compared(aligned: Aligned, leaves: Vec<Setting>, written: &dyn WrittenKeys, is_policy: bool) -> Diff {
    let Aligned {
        observed,
        desired,
        missing,
        unread,
    } = aligned;
    let (mut excluded, leaves): (Vec<_>, Vec<_>) =
        leaves.into_iter().partition(|leaf| written.excludes(leaf));
    // A client that is left out need not be there.
    let (left_out, missing): (Vec<_>, Vec<_>) = missing
        .into_iter()
        .partition(|(key, _)| written.excludes(&Setting::Override(key.clone())));
    excluded.extend(left_out.into_iter().map(|(key, _)| Setting::Override(key)));
    let (seen, mut unseen): (Vec<_>, Vec<_>) = leaves
        .into_iter()
        .partition(|leaf| managed::was_read(leaf, &observed));
    // Where clients could not be listed, those that the policy means are not compared. They are not gone.
    let unread = unread.into_iter().map(Setting::Override);
    unseen.extend(unread.filter(|leaf| !written.excludes(leaf)));
    let mut wanted = observed.clone();
    // What means the same stays as it is, to the letter: nothing is sent that is not shown.
    let differs = |leaf: &&Setting| value::compared(leaf, &desired) != value::compared(leaf, &observed);
    for leaf in seen.iter().filter(differs) {
        value::copy(leaf, &desired, &mut wanted);
    }
    let comparison = compare(&Table::of(&observed), &Table::of(&wanted));
    let whole = Whole {
        observed: &observed,
        wanted: &wanted,
        comparison: &comparison,
    };
    let compared = seen.clone();
    let (of_alarms, others): (Vec<_>, Vec<_>) = seen
        .into_iter()
        .partition(|leaf| matches!(leaf, Setting::Alarm(_)));
    let mut changes: Vec<_> = others
        .into_iter()
        .filter_map(|leaf| change(leaf, &whole))
        .collect();
    let pairs = Pairs::of(&desired, &observed, written, is_policy);
    changes.extend(of_alarms.iter().filter_map(|leaf| pairs.change(leaf)));
    let (alarms, spelt_otherwise) = (pairs.targets, pairs.spelt_otherwise);
    name_the_weakening(&mut changes, &comparison);
    name_the_unknown(&mut changes, &comparison);
    let judged = changes.into_iter();
    let mut changes: Vec<_> = judged
        .map(|change| change.judged_beside_the_table(&observed, &wanted))
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.direction));
    let whole: BTreeMap<_, _> = comparison.changes.iter().map(|cell| (key(cell), cell)).collect();
    for change in &mut changes {
        let is_of_plan = |cell: &&CellChange| whole.get(&key(cell)) == Some(cell);
        change.cells_of_plan = change.cells.iter().filter(is_of_plan).cloned().collect();
    }
    Diff {
        observed,
        wanted,
        desired,
        changes,
        comparison,
        missing,
        alarms,
        spelt_otherwise,
        unseen,
        compared,
        excluded,
    }
}

impl Diff {
    /// Whether nothing differs. What could not be read may still.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.missing.is_empty()
    }

    /// Whether anything at or below a place is managed, whether it differs or not.
    pub fn manages(&self, place: &Pointer) -> bool {
        let leaves = self.compared.iter().chain(&self.unseen).chain(&self.excluded);
        leaves.into_iter().any(|leaf| place.covers(&leaf.pointer()))
    }

    /// The places of everything that is managed, clients that the pool does not have included.
    pub fn pointers(&self) -> Vec<Pointer> {
        let leaves = self.compared.iter().chain(&self.unseen).chain(&self.excluded);
        let places = leaves.cloned().chain(self.missing_clients());
        places.map(|leaf| leaf.pointer()).collect()
    }

    /// The clients that the policy names and the pool does not have.
    pub fn missing_clients(&self) -> impl Iterator<Item = Setting> + '_ {
        self.missing.iter().map(|(key, _)| Setting::Override(key.clone()))
    }
}

/// The alarms of a policy with those of a pool. Alarms are no part of the effective table: they answer nothing, and are
/// evaluated by what they ring for and whom they notify.
struct Pairs<'a> {
    observed: &'a Posture,
    there: Vec<Option<&'a Alarm>>,
    around: Around<'a>,
    targets: BTreeMap<usize, AlarmTarget>,
    spelt_otherwise: Vec<usize>,
}

impl<'a> Pairs<'a> {
    fn of(desired: &'a Posture, observed: &'a Posture, written: &dyn WrittenKeys, is_policy: bool) -> Self {
        let asked_alarms = desired.alarms.as_deref().unwrap_or_default();
        let there = alarms::counterparts(asked_alarms, observed, written);
        let seen = alarms::seen(observed);
        let told = || {
            asked_alarms
                .iter()
                .flat_map(|wish| &wish.actions)
                .map(String::as_str)
        };
        let around = Around {
            pool: observed.pool_id.as_deref(),
            seen,
            topics: &observed.topics,
            is_read: observed
                .other_alarms
                .as_ref()
                .is_none_or(|others| !others.is_empty()),
            named: is_policy.then(|| told().collect()),
        };
        let mut spelt_otherwise = Vec::new();
        let mut targets = BTreeMap::new();
        for (index, (wish, there)) in asked_alarms.iter().zip(&there).enumerate() {
            let names = |member: &str| written.writes_alarm(index, member);
            let alarm = match there {
                Some(there) => {
                    let spelling = subjects(wish, there, seen);
                    spelt_otherwise.extend((spelling == Subjects::SpeltOtherwise).then_some(index));
                    alarms::merged(wish, there, seen, &names)
                }
                None => Alarm {
                    name: Some(wish.full_name()),
                    ..wish.clone()
                },
            };
            let exists = there.is_some();
            targets.insert(index, AlarmTarget { alarm, exists });
        }
        Self {
            observed,
            there,
            around,
            targets,
            spelt_otherwise,
        }
    }

    fn change(&self, leaf: &Setting) -> Option<Change> {
        let Setting::Alarm(index) = leaf else { return None };
        let AlarmTarget { alarm, .. } = self.targets.get(index)?;
        let there = self.there.get(*index).copied().flatten();
        let (live, wanted) = match there {
            Some(there) => alarms::changing(there, alarm)?,
            None => (self.other_kind(alarm), alarms::whole(alarm)),
        };
        let step = step(there, alarm, &self.around);
        // What replaces an alarm of another kind rings for something else.
        let replaces = there.is_none() && live != json!({});
        Some(Change {
            leaf: leaf.clone(),
            live: Some(live).filter(|live| *live != json!({})),
            wanted: Some(wanted),
            direction: if replaces {
                Direction::Undefined
            } else {
                step.direction
            },
            strengthens: step.strengthens && !replaces,
            cells: Vec::new(),
            cells_of_plan: Vec::new(),
            addresses: Vec::new(),
            enforces_nothing: false,
            is_unordered: step.is_unordered || replaces,
        })
    }

    /// An alarm of this name that no policy can describe; nothing if there is none.
    fn other_kind(&self, alarm: &Alarm) -> Value {
        let mut all = self.observed.alarms.iter().flatten();
        let found = all.find(|other| other.beyond.is_other_kind && other.name == alarm.name);
        found.map_or_else(
            || json!({}),
            |other| json!({ "name": other.name, "kind": OTHER_KIND }),
        )
    }
}

/// What an alarm is called of which a policy can have no equal.
const OTHER_KIND: &str = "of another kind, such as one on an expression";

/// Several changes may move a cell together that none of them moves alone: then all that are not plainly of the other
/// direction count as moving it, or all if every one is, so that a guard cannot be walked around in steps.
fn name_the_weakening(changes: &mut [Change], whole: &Comparison) {
    for direction in [Direction::Weaker, Direction::Stronger] {
        let claimed = |cell: &CellChange| changes.iter().any(|change| change.cells.contains(cell));
        let claimed_too = |one: &AddressChange| changes.iter().any(|change| change.addresses.contains(one));
        let mut addresses = whole.addresses.iter().filter(|one| one.direction == direction);
        if whole.going(direction).all(claimed) && addresses.all(claimed_too) {
            continue;
        }
        let opposite = direction.reversed();
        // What is weaker stays so; but a weakening must not go unnamed because everything strengthens besides.
        let every = direction == Direction::Weaker
            && changes
                .iter()
                .filter(|change| touches(change))
                .all(|change| change.direction == opposite);
        for change in changes.iter_mut().filter(|change| touches(change)) {
            change.strengthens |= direction == Direction::Stronger;
            // What may be weaker is not stronger because something else is.
            let is_worse = direction == Direction::Weaker || change.direction == Direction::Neutral;
            if every || (change.direction != opposite && is_worse) {
                change.direction = direction;
            }
        }
    }
}

/// The same for cells that may be weaker, or not: which of the two nobody knows.
fn name_the_unknown(changes: &mut [Change], whole: &Comparison) {
    let claimed = |cell: &&CellChange| changes.iter().any(|change| change.cells.contains(cell));
    let open = whole.going(Direction::Undefined).filter(|cell| !claimed(cell));
    let open: Vec<_> = open.cloned().collect();
    if open.is_empty() {
        return;
    }
    for change in changes.iter_mut().filter(|change| touches(change)) {
        change.cells.extend(open.iter().cloned());
        if change.direction != Direction::Weaker {
            change.direction = Direction::Undefined;
        }
    }
}

/// Whether a change may move a cell of the effective table.
fn touches(change: &Change) -> bool {
    !matches!(change.leaf, Setting::Alarm(_) | Setting::LogDelivery(_))
}
