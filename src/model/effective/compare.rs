//! Comparing two tables: which cells changed, and whether that weakens protection.

use std::collections::BTreeMap;

use crate::model::client::{Client, EVERY_OTHER, Override};
use crate::model::effective::addresses::{AddressChange, ScopeAddresses, address_changes};
use crate::model::effective::order::Direction;
use crate::model::effective::table::{Governed, Row, Table, cells, pool_source};
use crate::model::effective::terms::{Cell, Event, Flow, Scope, Signal};
use crate::model::posture::{Origin, Posture};

/// A cell that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// Whose: as the tables have it, or [`Scope::Switches`]; as one of them has it where the other does not have the client.
    pub scope: Scope,
    /// How the user signs in.
    pub flow: Flow,
    /// What the request is.
    pub event: Event,
    /// What threat protection sees.
    pub signal: Signal,
    /// The earlier cell.
    pub before: Cell,
    /// The later cell.
    pub after: Cell,
    /// What the change does. A change of the reason alone is mostly neutral.
    pub direction: Direction,
}

impl CellChange {
    /// What people are told that the change does: [`CellChange::direction`], but an answer that nobody knows is called
    /// stronger only where it is so whatever the truth is ([`Cell::claim`]). Of a flow that AWS may not cover, it is what
    /// it is if AWS does. Guards go by the direction itself.
    pub fn shown_direction(&self) -> Direction {
        let (before, after) = (self.before.under(true), self.after.under(true));
        match self.direction {
            Direction::Stronger if !after.outcome.is_known() => Cell::claim(before, after),
            known => known,
        }
    }

    /// The request in words: "password sign-in at high risk", "SRP sign-up with compromised credentials".
    pub fn what(&self) -> String {
        let (flow, request) = (self.flow.label(), self.by_any_flow());
        if request.starts_with(flow) {
            // A password change by the password flow.
            return request;
        }
        format!("{flow} {request}")
    }

    /// The same without how the user signs in: "sign-in at high risk".
    pub fn by_any_flow(&self) -> String {
        let join = if self.signal.risk_level().is_some() {
            "at"
        } else {
            "with"
        };
        format!("{} {join} {}", self.event.label(), self.signal.label())
    }
}

/// One of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The earlier one.
    Before,
    /// The later one.
    After,
}

/// A flow of a scope that only one table has: a client that began or ceased to allow it, or of
/// which the flows are known on one side only. No direction can be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unmatched {
    /// Whose.
    pub scope: Scope,
    /// The flow.
    pub flow: Flow,
    /// The table that has it.
    pub side: Side,
}

/// What changes from one table to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Changed cells, in the order of the tables.
    pub changes: Vec<CellChange>,
    /// Changed address sets.
    pub addresses: Vec<AddressChange>,
    /// Flows without a counterpart.
    pub unmatched: Vec<Unmatched>,
}

impl Comparison {
    /// Cells that changed in one direction.
    pub fn going(&self, direction: Direction) -> impl Iterator<Item = &CellChange> {
        self.changes
            .iter()
            .filter(move |change| change.direction == direction)
    }

    /// Whether any cell or address set got weaker.
    pub fn weakens(&self) -> bool {
        self.has(Direction::Weaker)
    }

    /// Whether any cell or address set changed in this direction.
    pub fn has(&self, direction: Direction) -> bool {
        self.going(direction).next().is_some() || self.addresses.iter().any(|c| c.direction == direction)
    }

    /// One word for the whole: weaker if anything is, else undefined, else stronger, else neutral.
    pub fn direction(&self) -> Direction {
        let order = [Direction::Weaker, Direction::Undefined, Direction::Stronger];
        order
            .into_iter()
            .find(|d| self.has(*d))
            .unwrap_or(Direction::Neutral)
    }

    /// Whether nothing at all changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.addresses.is_empty() && self.unmatched.is_empty()
    }

    fn retain(&mut self, direction: Direction) {
        self.changes.retain(|change| change.direction == direction);
        self.addresses.retain(|change| change.direction == direction);
    }
}

/// Compares two tables.
///
/// Scopes are matched by the client's key, whether it inherits or has its own configuration. A
/// client that one table does not have is matched with what that table says of clients it does
/// not name: the key `*` where there is one, else [`Scope::Others`].
pub fn compare(before: &Table, after: &Table) -> Comparison {
    let (before, after) = (Index::of(before), Index::of(after));
    let mut found = Comparison::default();
    for key in before.keys.iter().chain(after.only_here(&before)) {
        let (old, new) = (before.stand_in(*key), after.stand_in(*key));
        let scope = match (before.scopes.get(key), after.scopes.get(key)) {
            (Some(old), Some(new)) => old.with(new),
            (None, Some(scope)) | (Some(scope), None) => (*scope).clone(),
            (None, None) => continue,
        };
        let scope = &scope;
        for flow in Flow::ALL {
            let (old_rows, new_rows) = (before.rows(old, flow), after.rows(new, flow));
            match (old_rows, new_rows) {
                (Some(old), Some(new)) => found.changes.extend(row_changes(scope, flow, old, new)),
                (Some(_), None) if old == *key => found.unmatched.push(unmatched(scope, flow, Side::Before)),
                (None, Some(_)) if new == *key => found.unmatched.push(unmatched(scope, flow, Side::After)),
                _ => {}
            }
        }
        if let (Some(old), Some(new)) = (before.addresses.get(&old), after.addresses.get(&new)) {
            found.addresses.extend(address_changes(scope, old, new));
        }
    }
    found
}

/// Where an override protects less than the pool's would, for the client's flows
/// (all where they are unknown): only weaker cells and address sets, with the pool as `before`.
/// Empty for a client without an override. Nothing is weaker than what is unknown
/// ([`Cell::claim`]).
///
/// In a desired posture a section that the pool's side does not name is not managed: nothing is
/// known to compare with, so its cells and lists are left out.
pub fn weaker_than_pool(posture: &Posture, client: &Client) -> Comparison {
    let mut found = Comparison::default();
    if !matches!(client.risk, Override::Own(_)) {
        return found;
    }
    let own = Governed::client(posture, client);
    let pool = pool_source(posture);
    for &flow in &own.flows {
        for event in Event::ALL {
            let before = cells(posture, &pool, flow, event);
            let after = cells(posture, &own.source, flow, event);
            found
                .changes
                .extend(cell_changes(&own.scope, flow, event, before, after));
        }
    }
    let before = ScopeAddresses::of(posture, Scope::Others, &pool);
    let after = ScopeAddresses::of(posture, own.scope.clone(), &own.source);
    found.addresses = address_changes(&own.scope, &before, &after);
    leave_out_unmanaged(posture, &mut found);
    found
        .changes
        .retain(|change| Cell::claim(change.before, change.after) == Direction::Weaker);
    found.retain(Direction::Weaker);
    found
}

fn leave_out_unmanaged(posture: &Posture, found: &mut Comparison) {
    if posture.origin != Origin::Desired {
        return;
    }
    let pool = &posture.responses;
    found.changes.retain(|change| match change.signal.risk_level() {
        Some(_) => pool.account_takeover.is_some(),
        None => pool.compromised_credentials.is_some(),
    });
    if pool.risk_exceptions.is_none() {
        found.addresses.clear();
    }
}

/// A client's key; `None` is [`Scope::Others`].
type Key<'a> = Option<&'a str>;

/// A table by key. Where a key appears twice, the first counts.
struct Index<'a> {
    keys: Vec<Key<'a>>,
    scopes: BTreeMap<Key<'a>, &'a Scope>,
    rows: BTreeMap<(Key<'a>, Flow), BTreeMap<Event, [Cell; 4]>>,
    addresses: BTreeMap<Key<'a>, &'a ScopeAddresses>,
}

impl<'a> Index<'a> {
    fn of(table: &'a Table) -> Self {
        let mut index = Self {
            keys: Vec::new(),
            scopes: BTreeMap::new(),
            rows: BTreeMap::new(),
            addresses: BTreeMap::new(),
        };
        for Row {
            scope,
            flow,
            event,
            cells,
        } in &table.rows
        {
            index.name(scope);
            let events = index.rows.entry((scope.key(), *flow)).or_default();
            events.entry(*event).or_insert(*cells);
        }
        for addresses in &table.addresses {
            index.name(&addresses.scope);
            index.addresses.entry(addresses.scope.key()).or_insert(addresses);
        }
        index
    }

    fn name(&mut self, scope: &'a Scope) {
        if !self.scopes.contains_key(&scope.key()) {
            self.keys.push(scope.key());
            self.scopes.insert(scope.key(), scope);
        }
    }

    fn only_here<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = &'s Key<'a>> {
        self.keys.iter().filter(|key| !other.scopes.contains_key(*key))
    }

    /// The key under which this table says something of a client.
    fn stand_in(&self, key: Key<'a>) -> Key<'a> {
        let rest = Some(EVERY_OTHER);
        if self.scopes.contains_key(&key) {
            key
        } else if key.is_some() && self.scopes.contains_key(&rest) {
            rest
        } else {
            None
        }
    }

    fn rows(&self, key: Key<'a>, flow: Flow) -> Option<&BTreeMap<Event, [Cell; 4]>> {
        self.rows.get(&(key, flow))
    }
}

fn unmatched(scope: &Scope, flow: Flow, side: Side) -> Unmatched {
    Unmatched {
        scope: scope.clone(),
        flow,
        side,
    }
}

fn row_changes(
    scope: &Scope,
    flow: Flow,
    before: &BTreeMap<Event, [Cell; 4]>,
    after: &BTreeMap<Event, [Cell; 4]>,
) -> Vec<CellChange> {
    let both = before
        .iter()
        .filter_map(|(event, old)| Some((*event, *old, *after.get(event)?)));
    both.flat_map(|(event, old, new)| cell_changes(scope, flow, event, old, new))
        .collect()
}

fn cell_changes(
    scope: &Scope,
    flow: Flow,
    event: Event,
    before: [Cell; 4],
    after: [Cell; 4],
) -> Vec<CellChange> {
    let pairs = Signal::ALL.into_iter().zip(before).zip(after);
    let changed = pairs.filter(|((_, before), after)| before != after);
    changed
        .map(|((signal, before), after)| CellChange {
            scope: scope.clone(),
            flow,
            event,
            signal,
            before,
            after,
            direction: Cell::direction(before, after),
        })
        .collect()
}

#[cfg(test)]
mod tests;
