//! Changes: what differs between a pool and a policy, and what that does to protection.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::model::effective::{
    AddressChange, Cell, CellChange, CellOutcome, Comparison, Direction, Event, Flow, Signal, Table, compare,
};
use crate::model::mode::Mode;
use crate::model::posture::{Part, Posture};
use crate::plan::logs;
use crate::plan::setting::Setting;
use crate::plan::value;
use crate::plan::weakening::beside_the_table;

/// One leaf that differs. `live` and `wanted` are in the policy language's words; of an alarm that exists
/// only the members that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What.
    pub leaf: Setting,
    /// What the pool has; `None` for nothing.
    pub live: Option<Value>,
    /// What the policy asks for; `None` for nothing.
    pub wanted: Option<Value>,
    /// What making the pool as the policy asks does to protection: weaker if it weakens anything.
    pub direction: Direction,
    /// Whether it strengthens anything, whatever it weakens besides.
    pub strengthens: bool,
    /// Cells of the effective table that the change moves: from live to wanted, and where it keeps a cell from being
    /// stronger, from what that cell would be without it.
    pub cells: Vec<CellChange>,
    /// Those of them that the plan as a whole moves so: the others are what the change would do alone, or keeps from being.
    pub cells_of_plan: Vec<CellChange>,
    /// Address sets that it moves.
    pub addresses: Vec<AddressChange>,
    /// Whether a mode becomes ENFORCED by it in a pool that has no responses to enforce, as far as they were read.
    pub enforces_nothing: bool,
    /// Whether what was observed before may not be any more, and nobody can say: of an alarm or a log.
    pub is_unordered: bool,
}

impl Change {
    /// How the pool compares with the policy because of it: weaker if it is weaker in anything, so that what an
    /// attacker likes does not hide behind what he does not.
    pub fn live_is(&self) -> Direction {
        if self.strengthens {
            Direction::Weaker
        } else {
            self.direction.reversed()
        }
    }

    /// Whether it is not known that live is at least as strong as the policy because of it.
    pub fn live_may_be_weaker(&self) -> bool {
        let undefined = |cell: &CellChange| cell.direction == Direction::Undefined;
        self.live_is() == Direction::Undefined || self.is_unordered || self.cells.iter().any(undefined)
    }

    /// What people are told that it does: it makes nothing stronger where it leads to an answer that nobody knows.
    pub fn shown_direction(&self) -> Direction {
        let undefined = |cell: &CellChange| cell.shown_direction() == Direction::Undefined;
        match self.direction {
            Direction::Stronger if self.cells.iter().any(undefined) => Direction::Undefined,
            known => known,
        }
    }

    /// Counts what the effective table does not show: a change that takes some of it away is weaker.
    pub(super) fn judged_beside_the_table(mut self, observed: &Posture, wanted: &Posture) -> Self {
        let beside = if let Setting::LogDelivery(source) = &self.leaf {
            let step = logs::step(*source, observed, wanted);
            self.is_unordered |= step.is_unordered;
            step.direction
        } else {
            beside_the_table(&self.leaf, observed, wanted)
        };
        self.direction = worse(self.direction, beside);
        self.strengthens |= beside == Direction::Stronger;
        let responses = &wanted.responses;
        self.enforces_nothing = matches!(self.leaf, Setting::Mode(_))
            && self.wanted == Some(serde_json::json!(Mode::Enforced))
            && !observed.unread.contains(&Part::Responses)
            && responses.account_takeover.is_none()
            && responses.compromised_credentials.is_none();
        self
    }

    /// Whether it is made only if somebody names it.
    pub fn must_be_named(&self) -> bool {
        self.direction == Direction::Weaker || self.may_weaken()
    }

    /// Whether it may weaken only because something of the pool was not read: what could not be read makes the direction
    /// undefined, and no answer of AWS's.
    pub fn may_weaken_by_what_is_unread(&self) -> bool {
        let unread = |cell: &CellChange| {
            let unknown = |side: Cell| side.under(true).outcome == CellOutcome::Unknown;
            unknown(cell.before) || unknown(cell.after)
        };
        let mut undefined = self
            .cells
            .iter()
            .filter(|cell| cell.direction == Direction::Undefined);
        !self.enforces_nothing && !self.is_unordered && undefined.all(unread)
    }

    /// Whether it weakens under one of the answers that AWS may give: what happens to a request before it, or after it, is
    /// not documented, and not the same. Or a mode becomes ENFORCED without any configuration to enforce. Of alarms and
    /// logs: whether what was observed still is, and by whom.
    pub fn may_weaken(&self) -> bool {
        let undefined = |cell: &CellChange| cell.direction == Direction::Undefined;
        self.enforces_nothing || self.is_unordered || self.cells.iter().any(undefined)
    }
}

/// A plan as a whole: what its changes are evaluated by.
pub(super) struct Whole<'a> {
    /// What is.
    pub(super) observed: &'a Posture,
    /// What will be.
    pub(super) wanted: &'a Posture,
    /// The effective tables of both compared.
    pub(super) comparison: &'a Comparison,
}

/// The change of a leaf within a plan; `None` if there is none.
///
/// A plan goes from what is to what will be, so a change is weaker where a cell of that whole is, and the change does its
/// part in it: by itself, or as the last of all to be made. It is weaker as well where leaving it out would be stronger
/// ([`Views::kept_from`]). So a response that only lets a sign-in pass weakens nothing on the way from AUDIT without
/// responses to ENFORCED with them, though ENFORCED without it might block: nobody can have that state on purpose. What
/// the effective table does not show is evaluated afterwards ([`Change::judged_beside_the_table`]).
pub(super) fn change(leaf: Setting, whole: &Whole<'_>) -> Option<Change> {
    let (observed, wanted) = (whole.observed, whole.wanted);
    let (live, asked) = (value::get(&leaf, observed), value::get(&leaf, wanted));
    if value::compared(&leaf, observed) == value::compared(&leaf, wanted) {
        return None;
    }
    let views = Views::of(&leaf, whole);
    let (cells, addresses) = (views.cells(), views.addresses());
    let has = |direction: &Direction| {
        cells.iter().any(|cell| cell.direction == *direction)
            || addresses.iter().any(|one| one.direction == *direction)
    };
    let worst = [Direction::Weaker, Direction::Undefined, Direction::Stronger];
    Some(Change {
        leaf,
        live,
        wanted: asked,
        direction: worst.into_iter().find(has).unwrap_or(Direction::Neutral),
        strengthens: has(&Direction::Stronger),
        cells,
        cells_of_plan: Vec::new(),
        addresses,
        enforces_nothing: false,
        is_unordered: false,
    })
}

/// A cell of a table: whose, and which.
pub(super) type Key<'a> = (Option<&'a str>, Flow, Event, Signal);

pub(super) fn key(cell: &CellChange) -> Key<'_> {
    (cell.scope.key(), cell.flow, cell.event, cell.signal)
}

/// The outcomes of a cell before and after, whoever is notified.
fn outcomes(cell: &CellChange) -> [CellOutcome; 2] {
    [cell.before, cell.after].map(|side| match side.under(true).outcome {
        CellOutcome::AllowedNotified => CellOutcome::Allowed,
        outcome => outcome,
    })
}

/// Whether nothing but who is notified changes in a cell.
fn is_about_notice(cell: &CellChange) -> bool {
    let [before, after] = outcomes(cell);
    before == after
}

/// The cells that a comparison moves, and how; last, whether in who is notified alone.
fn moves(view: &Comparison) -> BTreeSet<(Key<'_>, Direction, bool)> {
    let moved = view.changes.iter();
    let moved = moved.filter(|cell| cell.direction != Direction::Neutral);
    moved
        .map(|cell| (key(cell), cell.direction, is_about_notice(cell)))
        .collect()
}

/// What a change does, seen from three sides.
struct Views<'a> {
    /// The plan as a whole.
    whole: &'a Comparison,
    /// The change alone, made to what is.
    alone: Comparison,
    /// The change as the last of all that lead to what will be.
    last: Comparison,
}

impl<'a> Views<'a> {
    fn of(leaf: &Setting, whole: &Whole<'a>) -> Self {
        let with = |posture: &Posture, other: &Posture| {
            let narrow = narrow(leaf, posture);
            let mut changed = narrow.clone();
            value::copy(leaf, other, &mut changed);
            (Table::of(&narrow), Table::of(&changed))
        };
        let (is, alone) = with(whole.observed, whole.wanted);
        let (will, without) = with(whole.wanted, whole.observed);
        Self {
            whole: whole.comparison,
            alone: compare(&is, &alone),
            last: compare(&without, &will),
        }
    }

    /// Cells that the change moves: those of the whole in which it does its part, and those that it keeps from being
    /// stronger, or would make stronger alone.
    fn cells(&self) -> Vec<CellChange> {
        let (alone, last) = (moves(&self.alone), moves(&self.last));
        let part = |cell: &&CellChange| {
            // What only changes who is notified, such as a template, has no part in a request that is answered otherwise.
            let notices = if is_about_notice(cell) {
                &[false, true][..]
            } else {
                &[false]
            };
            let is_in = |moves: &BTreeSet<_>, direction| {
                notices
                    .iter()
                    .any(|notice| moves.contains(&(key(cell), direction, *notice)))
            };
            let goes = |direction| is_in(&alone, direction) || is_in(&last, direction);
            match cell.direction {
                Direction::Neutral => false,
                // In which direction it alone goes may be known where the whole is not. From one answer that nobody knows
                // to another one it is only if that is how it ends.
                Direction::Undefined => {
                    goes(Direction::Weaker) || goes(Direction::Stronger) || is_in(&last, Direction::Undefined)
                }
                known => goes(known),
            }
        };
        let mut found: Vec<_> = self.whole.changes.iter().filter(part).cloned().collect();
        for cell in self.kept_from().chain(self.would()) {
            let is_told = |one: &CellChange| {
                let same = (key(one), one.direction) == (key(cell), cell.direction);
                same && outcomes(one) == outcomes(cell) && is_about_notice(one) == is_about_notice(cell)
            };
            if !found.iter().any(is_told) {
                found.push(cell.clone());
            }
        }
        found
    }

    /// Cells that would be stronger without the change. Only where it is known what they would be: nobody can want a
    /// state of which nothing is known, nor get there by this plan.
    fn kept_from(&self) -> impl Iterator<Item = &CellChange> {
        let weaker = self.last.going(Direction::Weaker);
        weaker.filter(|cell| cell.before.outcome.is_known())
    }

    /// The same the other way round, so that a plan and its undoing are evaluated alike: cells that are stronger by the
    /// change alone, where it is known what they are then.
    fn would(&self) -> impl Iterator<Item = &CellChange> {
        let stronger = self.alone.going(Direction::Stronger);
        stronger.filter(|cell| cell.after.outcome.is_known())
    }

    /// Address sets that the change moves, by the same rules.
    fn addresses(&self) -> Vec<AddressChange> {
        let same = |one: &AddressChange, other: &AddressChange| {
            (one.scope.key(), one.list, one.movement) == (other.scope.key(), other.list, other.movement)
        };
        let part = |one: &&AddressChange| {
            let mut moved = self.alone.addresses.iter().chain(&self.last.addresses);
            moved.any(|other| same(one, other))
        };
        let mut found: Vec<_> = self.whole.addresses.iter().filter(part).cloned().collect();
        let kept = self.last.addresses.iter();
        let kept = kept.filter(|one| one.direction == Direction::Weaker);
        let would = self.alone.addresses.iter();
        let would = would.filter(|one| one.direction == Direction::Stronger);
        for one in kept.chain(would) {
            if !found.contains(one) {
                found.push(one.clone());
            }
        }
        found
    }
}

/// A posture with only the client that a leaf is about: the others' cells cannot change with it.
fn narrow(leaf: &Setting, posture: &Posture) -> Posture {
    let mut narrow = posture.clone();
    if let Some(key) = leaf.client() {
        narrow.clients.retain(|client| client.key == key);
    }
    narrow
}

/// The direction that two views of one change give together.
fn worse(a: Direction, b: Direction) -> Direction {
    use Direction::{Neutral, Stronger, Undefined, Weaker};
    match (a, b) {
        (Weaker, _) | (_, Weaker) => Weaker,
        (Undefined, _) | (_, Undefined) => Undefined,
        (Stronger, _) | (_, Stronger) => Stronger,
        (Neutral, Neutral) => Neutral,
    }
}
