//! A policy against a pool: every leaf that differs, and what becomes of protection as a whole.

use std::collections::BTreeMap;

use serde_json::json;

use crate::model::alarm::Alarm;
use crate::model::effective::{AddressChange, CellChange, Comparison, Direction, Table, compare};
use crate::model::posture::Posture;
use crate::plan::align::{Aligned, Missing, align};
use crate::plan::change::{Change, Whole, change};
use crate::plan::leaf::Leaf;
use crate::plan::loss::alarm_tells_less;
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
    /// What differs, worst for the pool first: where the pool is weaker than the policy, then what cannot be
    /// said, then neutral, then where it is stronger; in the language's order within.
    pub changes: Vec<Change>,
    /// The effective tables compared, from live to wanted.
    pub comparison: Comparison,
    /// Clients that the policy names and the pool does not have.
    pub missing: Vec<(String, Missing)>,
    /// Names of the pool's alarms that the policy means without naming them, by the alarm's index in the policy.
    pub alarm_names: BTreeMap<usize, String>,
    /// Managed leaves of which nothing can be said because they were not read, ordered.
    pub unseen: Vec<Leaf>,
    /// Managed leaves that were compared, ordered.
    pub compared: Vec<Leaf>,
    /// Managed leaves that were left out on purpose, ordered.
    pub excluded: Vec<Leaf>,
}

/// How a policy writes its leaves: what a posture cannot say.
pub trait Written {
    /// Whether the policy writes this leaf. Asked of lists of IP exceptions only.
    fn writes(&self, leaf: &Leaf) -> bool;

    /// Whether the policy writes this member of its alarm of this index.
    fn writes_alarm(&self, index: usize, member: &str) -> bool;

    /// Whether a leaf that the policy manages is left out this time: it is then as if the policy did not name it.
    fn excludes(&self, _leaf: &Leaf) -> bool {
        false
    }
}

/// Compares. Pure and total; what the policy does not manage is copied from the pool first, so that it
/// cannot differ.
#[must_use]
pub fn diff(desired: &Posture, observed: &Posture, written: &dyn Written) -> Diff {
    let aligned = align(desired, observed);
    let leaves = managed::managed(&aligned.desired, &aligned.observed, &|leaf| written.writes(leaf));
    of_leaves(aligned, leaves, written)
}

/// Compares these leaves and no others, whatever the desired posture says of them: what it does not have is to be
/// taken away.
#[must_use]
pub fn of_leaves(aligned: Aligned, leaves: Vec<Leaf>, written: &dyn Written) -> Diff {
    let Aligned {
        observed,
        desired,
        missing,
    } = aligned;
    let (excluded, leaves): (Vec<_>, Vec<_>) = leaves.into_iter().partition(|leaf| written.excludes(leaf));
    let (seen, unseen): (Vec<_>, Vec<_>) = leaves
        .into_iter()
        .partition(|leaf| managed::was_read(leaf, &observed));
    let mut wanted = observed.clone();
    for leaf in &seen {
        value::copy(leaf, &desired, &mut wanted);
    }
    let comparison = compare(&Table::of(&observed), &Table::of(&wanted));
    let whole = Whole {
        observed: &observed,
        wanted: &wanted,
        comparison: &comparison,
    };
    let compared = seen.clone();
    let mut changes = Vec::new();
    let counterparts = alarms::counterparts(
        desired.alarms.as_deref().unwrap_or_default(),
        observed.alarms.as_deref().unwrap_or_default(),
    );
    let pairs = counterparts.iter().enumerate();
    let alarm_names = pairs
        .filter_map(|(index, alarm)| Some((index, alarm.as_ref()?.name.clone()?)))
        .collect();
    for leaf in seen {
        match leaf {
            Leaf::Alarm(index) => {
                let wish = desired.alarms.as_ref().and_then(|alarms| alarms.get(index));
                let there = counterparts.get(index).copied().flatten();
                changes.extend(wish.and_then(|wish| alarm(index, wish, there, written)));
            }
            leaf => changes.extend(change(leaf, &whole)),
        }
    }
    name_the_weakening(&mut changes, &comparison);
    let judged = changes.into_iter();
    let mut changes: Vec<_> = judged
        .map(|change| change.judged_beside_the_table(&observed, &wanted))
        .collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.direction));
    Diff {
        observed,
        wanted,
        desired,
        changes,
        comparison,
        missing,
        alarm_names,
        unseen,
        compared,
        excluded,
    }
}

impl Diff {
    /// Whether nothing differs. What could not be read may still.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.missing.is_empty()
    }

    /// Whether anything at or below a place is managed, whether it differs or not.
    #[must_use]
    pub fn manages(&self, place: &Pointer) -> bool {
        let leaves = self.compared.iter().chain(&self.unseen).chain(&self.excluded);
        leaves.into_iter().any(|leaf| place.covers(&leaf.pointer()))
    }

    /// How the pool compares with the policy as a whole.
    #[must_use]
    pub fn pool_is(&self) -> Direction {
        self.comparison.direction().reversed()
    }
}

/// The change of one alarm. Alarms are no part of the effective table: they answer nothing, and are weaker only where
/// they tell less.
fn alarm(index: usize, wish: &Alarm, there: Option<&Alarm>, written: &dyn Written) -> Option<Change> {
    let names = |member: &str| written.writes_alarm(index, member);
    let (live, wanted) = match there {
        None => (None, alarms::value(wish)),
        Some(alarm) => {
            let (live, wanted) = alarms::difference(wish, alarm, &names)?;
            (Some(live), wanted)
        }
    };
    let less = alarm_tells_less(live.as_ref(), &wanted);
    Some(Change {
        leaf: Leaf::Alarm(index),
        live: live.filter(|live| *live != json!({})),
        wanted: Some(wanted),
        direction: if less {
            Direction::Weaker
        } else {
            Direction::Neutral
        },
        strengthens: false,
        cells: Vec::new(),
        addresses: Vec::new(),
        enforces_nothing: false,
    })
}

/// Several changes may move a cell together that none of them moves alone: then all that are not plainly of the other
/// direction count as moving it, or all if every one is, so that a guard cannot be walked around in steps.
fn name_the_weakening(changes: &mut [Change], whole: &Comparison) {
    let touches = |change: &Change| !matches!(change.leaf, Leaf::Alarm(_) | Leaf::LogDelivery(_));
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
            if every || change.direction != opposite {
                change.direction = direction;
            }
        }
    }
}
