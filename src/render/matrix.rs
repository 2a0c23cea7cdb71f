//! The effective-protection table made short enough to read: equal rows and clients in one.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::effective::{Cell, CellOutcome, Event, Flow, Notified, Reason, Row, Table};
use crate::report::PoolProtection;

/// Clients for which exactly the same holds.
pub(super) struct Group {
    /// Names for people, hostile text.
    pub(super) clients: Vec<String>,
    /// Shared between the pools of [`Alike`].
    pub(super) lines: Arc<Vec<Line>>,
}

/// One or more rows of the table that show the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Line {
    /// Flows with the events for which it holds.
    holds_for: Vec<(Flow, Vec<Event>)>,
    /// What the four columns show.
    pub(super) cells: [Cell; 4],
    /// For each column, the reasons of all rows, in the order of the rows.
    pub(super) reasons: [Vec<Reason>; 4],
}

fn same(a: Cell, b: Cell) -> bool {
    let shown = |cell: Cell| -> (CellOutcome, Option<CellOutcome>, Notified) {
        (cell.outcome, cell.would, cell.notifies)
    };
    shown(a) == shown(b)
}

impl Line {
    fn of(row: &Row) -> Self {
        Self {
            holds_for: vec![(row.flow, vec![row.event])],
            // What is shown, and nothing else, so that what looks the same is one group.
            cells: row.cells.map(|cell| Cell {
                if_covered: None,
                ..cell
            }),
            reasons: row.cells.map(|cell| vec![cell.reason]),
        }
    }

    /// Whether all four columns show the same.
    pub(super) fn is_uniform(&self) -> bool {
        self.cells.iter().all(|cell| same(*cell, self.cells[0]))
    }

    /// The flows, `federated, machine to machine`.
    pub(super) fn flows(&self) -> String {
        let flows: Vec<_> = self.holds_for.iter().map(|(flow, _)| flow.label()).collect();
        flows.join(", ")
    }

    /// The events: `sign-in, sign-up`, or by flow where they differ.
    pub(super) fn events(&self) -> String {
        let mut parts: Vec<_> = self
            .holds_for
            .iter()
            .map(|(_, events)| events_of(events))
            .collect();
        if parts.iter().all(|part| *part == parts[0]) {
            parts.truncate(1);
        } else {
            let flows = self.holds_for.iter().map(|(flow, _)| flow.label());
            parts = flows
                .zip(parts)
                .map(|(flow, part)| format!("{flow}: {part}"))
                .collect();
        }
        parts.join("; ")
    }

    /// Takes a row in that shows the same: of the same flow, or of another if all columns are equal.
    fn join(&mut self, row: &Row) -> bool {
        if !self.cells.iter().zip(&row.cells).all(|(a, b)| same(*a, *b)) {
            return false;
        }
        let uniform = self.is_uniform();
        match self.holds_for.iter_mut().find(|(flow, _)| *flow == row.flow) {
            Some((_, events)) => events.push(row.event),
            None if uniform => self.holds_for.push((row.flow, vec![row.event])),
            None => return false,
        }
        for (reasons, cell) in self.reasons.iter_mut().zip(&row.cells) {
            if !reasons.contains(&cell.reason) {
                reasons.push(cell.reason);
            }
        }
        true
    }
}

fn events_of(events: &[Event]) -> String {
    let words: Vec<_> = events.iter().map(|event| event.label()).collect();
    if words.len() == 3 {
        "every event".to_owned()
    } else {
        words.join(", ")
    }
}

/// The table as groups of clients: those that exist in the table's order, then what holds for others.
pub(super) fn groups(table: &Table) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let scopes = table.rows.chunk_by(|a, b| a.scope == b.scope);
    let (others, real): (Vec<_>, Vec<_>) = scopes.partition(|rows| rows[0].scope.is_of_others());
    for rows in real.into_iter().chain(others) {
        let mut lines: Vec<Line> = Vec::new();
        for row in rows {
            if !lines.iter_mut().any(|line| line.join(row)) {
                lines.push(Line::of(row));
            }
        }
        let client = rows[0].scope.label();
        match groups.iter_mut().find(|group| *group.lines == lines) {
            Some(group) => group.clients.push(client),
            None => groups.push(Group {
                clients: vec![client],
                lines: Arc::new(lines),
            }),
        }
    }
    groups
}

/// Pools or policies that look alike, each with its clients; at least one.
pub(super) struct Alike<'a> {
    pub(super) pools: Vec<(&'a PoolProtection, Vec<Group>)>,
}

impl Alike<'_> {
    /// Whether all of them call the clients of a group alike, for each group.
    pub(super) fn named(&self) -> Vec<bool> {
        let groups = self.pools.first().map_or(&[][..], |(_, groups)| groups);
        let is_named = |(at, group): (usize, &Group)| {
            let mut others = self.pools.iter().filter_map(|(_, groups)| groups.get(at));
            others.all(|other| other.clients == group.clients)
        };
        groups.iter().enumerate().map(is_named).collect()
    }
}

/// Pools of which the tables show the same, whatever their clients are called.
pub(super) fn alike<'a>(pools: impl IntoIterator<Item = &'a PoolProtection>) -> Vec<Alike<'a>> {
    let mut all: Vec<Alike<'_>> = Vec::new();
    let mut places: HashMap<_, usize> = HashMap::new();
    for pool in pools {
        let mut groups = groups(&pool.table);
        let lines: Vec<_> = groups.iter().map(|group| Arc::clone(&group.lines)).collect();
        let look = (pool.table.clients_unread, lines);
        if let Some(((_, shared), at)) = places.get_key_value(&look) {
            // 20,000 pools that look alike hold their lines once.
            for (group, lines) in groups.iter_mut().zip(shared) {
                group.lines = Arc::clone(lines);
            }
            all[*at].pools.push((pool, groups));
        } else {
            places.insert(look, all.len());
            all.push(Alike {
                pools: vec![(pool, groups)],
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::model::effective::Scope;

    use super::*;

    fn row(scope: Scope, flow: Flow, event: Event, outcome: CellOutcome, reason: Reason) -> Row {
        let cell = Cell {
            outcome,
            would: None,
            notifies: Notified::No,
            reason,
            if_covered: None,
        };
        Row {
            scope,
            flow,
            event,
            cells: [cell; 4],
        }
    }

    #[test]
    fn rows_that_show_the_same_are_one() {
        let not =
            |scope: &Scope, flow, event, why| row(scope.clone(), flow, event, CellOutcome::NotCovered, why);
        let mut table = Table::default();
        for scope in [
            Scope::Others,
            Scope::Inherits("a".to_owned()),
            Scope::Own("b".to_owned()),
        ] {
            table.rows.push(row(
                scope.clone(),
                Flow::Srp,
                Event::SignIn,
                CellOutcome::Blocked,
                Reason::Configured,
            ));
            for event in [Event::SignIn, Event::SignUp, Event::PasswordChange] {
                table
                    .rows
                    .push(not(&scope, Flow::Federated, event, Reason::Federated));
            }
            table
                .rows
                .push(not(&scope, Flow::Machine, Event::SignIn, Reason::Machine));
        }
        table.rows[10].cells[0].outcome = CellOutcome::Allowed;
        let groups = groups(&table);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].clients, ["a (pool configuration)", "other clients"]);
        assert_eq!(groups[0].lines.len(), 2);
        let merged = &groups[0].lines[1];
        assert_eq!(merged.flows(), "federated, machine to machine");
        assert_eq!(
            merged.events(),
            "federated: every event; machine to machine: sign-in"
        );
        assert_eq!(merged.reasons[0], [Reason::Federated, Reason::Machine]);
        assert!(!groups[1].lines[0].is_uniform());
    }

    /// Different columns are never joined across flows.
    #[test]
    fn differing_columns_not_joined() {
        let mut table = Table::default();
        for flow in [Flow::Password, Flow::Srp] {
            let mut row = row(
                Scope::Others,
                flow,
                Event::SignIn,
                CellOutcome::Blocked,
                Reason::Configured,
            );
            row.cells[3].outcome = CellOutcome::Allowed;
            table.rows.push(row);
        }
        assert_eq!(groups(&table)[0].lines.len(), 2);
    }
}
