//! One row of an estate's overview: what a reader compares pools by.

use crate::model::alarm::Alarm;
use crate::model::alarm_reach::Hearing;
use crate::model::effective::{Cell, CellOutcome, Event, Flow, Reason, Row, Table};
use crate::model::mode::{FeaturePlan, Mode};
use crate::model::posture::{Origin, Part, Posture};

/// A pool or a policy in one row. Nothing that is unknown is taken for absent: it is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolOverview {
    /// Policy name, or pool name and id: what [`crate::finding::Finding::policy`] holds. Hostile text.
    pub title: String,
    /// Account id, where it is known.
    pub account: Option<String>,
    /// Region, where it is known.
    pub region: Option<String>,
    /// Tags of a live pool, `key=value`. Hostile texts.
    pub tags: Vec<String>,
    /// Whether it is a live pool; else it is a policy, which does not manage what is `None`.
    pub is_live: bool,
    /// Feature plan.
    pub plan: Option<FeaturePlan>,
    /// Mode of standard authentication.
    pub standard: Option<Mode>,
    /// Mode of custom authentication.
    pub custom: Option<Mode>,
    /// Days since a live pool was modified, where one of its modes is AUDIT: it is in AUDIT for at least as long. `None` where
    /// the pool shows no day.
    pub audit_days: Option<i64>,
    /// What happens at sign-in, in the order of [`crate::model::effective::Signal`].
    pub signals: [WeakestCell; 4],
    /// Alarms on the pool's threat metrics.
    pub alarms: Option<usize>,
    /// Those of a live pool's alarms that notify nobody; `None` where that is unknown.
    pub silent_alarms: Option<usize>,
    /// Whether user activity, in which risks are, is exported.
    pub logs: Option<bool>,
    /// Whether something of it could not be read, so that no finding does not mean that there is nothing to find.
    pub partial: bool,
    /// Whether it is the row of a policy whose pool was not found: nothing of it is known.
    pub is_missing: bool,
}

/// The mark of a cell that has a stronger outcome in other clients or flows.
pub const STRONGER: char = '+';
/// The mark of a cell that is not checked in SRP.
pub const NOT_CHECKED: char = '*';

/// The weakest of what happens to sign-ins of clients that exist, in the flows that threat protection covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WeakestCell {
    /// The weakest outcome; what is unknown counts as weak. Where a client that could not be read may have a weaker one
    /// it is unknown.
    pub outcome: CellOutcome,
    /// Whether another client or flow has another outcome, which is a stronger one.
    pub varies: bool,
    /// Whether nothing is checked in some flow where others are: SRP hides the password.
    pub not_checked: bool,
    /// With an outcome that is unknown because not all clients could be read: the weakest of those that were.
    pub at_most: Option<CellOutcome>,
}

impl WeakestCell {
    /// Words for people: `allowed or stronger`, `unknown, at most allowed`, `blocked; not checked in SRP`.
    pub fn words(self) -> String {
        let stronger = match self.at_most {
            None if self.varies => " or stronger",
            _ => "",
        };
        let blind = if self.not_checked {
            "; not checked in SRP"
        } else {
            ""
        };
        format!("{}{stronger}{blind}", self.worst())
    }

    /// Words of the weakest alone, beside which [`WeakestCell::marks`] stand for the rest.
    pub fn worst(self) -> String {
        let label = self.outcome.label();
        match self.at_most {
            Some(most) => format!("{label}, at most {}", most.label()),
            None => label.to_owned(),
        }
    }

    /// What of it a mark stands for: [`STRONGER`] and [`NOT_CHECKED`], or nothing.
    pub fn marks(self) -> String {
        let marks = [(self.varies, STRONGER), (self.not_checked, NOT_CHECKED)];
        marks
            .iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, mark)| mark)
            .collect()
    }
}

impl PoolOverview {
    /// The row of a posture whose effective table is `table`, as of one that was read as a whole. Total.
    pub fn of(title: String, posture: &Posture, table: &Table) -> Self {
        let read = |part: Part| !posture.unread.contains(&part);
        let is_live = posture.origin == Origin::Observed;
        // A policy that leaves a mode to others says nothing of its flow. Of a pool, a mode that is unknown counts.
        let left_out = (!is_live && posture.mode.custom.is_none()).then_some(Flow::Custom);
        Self {
            title,
            account: posture.account.clone(),
            region: posture.region.clone(),
            is_live,
            plan: posture.feature_plan,
            standard: posture.mode.standard,
            custom: posture.mode.custom,
            signals: weakest_cells(table, left_out),
            alarms: posture
                .alarms
                .as_ref()
                .filter(|_| read(Part::Alarms))
                .map(Vec::len),
            silent_alarms: silent_alarms(posture),
            logs: logs(posture),
            ..Self::default()
        }
    }

    /// The row of a policy whose pool was not found.
    pub fn missing(title: String, posture: &Posture) -> Self {
        Self {
            title,
            account: posture.account.clone(),
            region: posture.region.clone(),
            is_live: true,
            partial: true,
            is_missing: true,
            ..Self::default()
        }
    }

    /// Sort key: the weakest protection first.
    pub fn weakness(&self) -> [u8; 4] {
        let [low, medium, high, leaked] = self.signals.map(|cell| rank(cell.outcome));
        [high, leaked, medium, low]
    }
}

/// Alarms that reach nobody, neither by themselves nor by an alarm above them.
fn silent_alarms(posture: &Posture) -> Option<usize> {
    let (Some(alarms), Some(_)) = (&posture.alarms, &posture.other_alarms) else {
        return None;
    };
    let hearing = Hearing::of(posture);
    let is_silent = |alarm: &&Alarm| {
        let is_below = alarm
            .name
            .as_deref()
            .is_some_and(|name| hearing.is_spoken_for(name));
        hearing.silence(alarm.actions_enabled, &alarm.actions).is_some() && !is_below
    };
    Some(alarms.iter().filter(is_silent).count())
}

/// Whether user activity is exported; a live pool that has no delivery of it exports nothing.
fn logs(posture: &Posture) -> Option<bool> {
    let logs = posture.log_delivery.as_ref()?;
    match &logs.user_auth_events {
        _ if posture.unread.contains(&Part::LogDelivery) => None,
        Some(delivery) => Some(!delivery.nowhere),
        None => (posture.origin == Origin::Observed).then_some(false),
    }
}

/// The weakest of what happens at sign-in, in the order of [`crate::model::effective::Signal`], of other flows than
/// `left_out` where there are any.
pub fn weakest_cells(table: &Table, left_out: Option<Flow>) -> [WeakestCell; 4] {
    std::array::from_fn(|signal| weakest(table, signal, left_out))
}

/// The weakest cell of a column.
fn weakest(table: &Table, signal: usize, left_out: Option<Flow>) -> WeakestCell {
    let is_real = |row: &&Row| !row.scope.is_of_others();
    let has_clients = table.rows.iter().any(|row| is_real(&row));
    let rows = table.rows.iter().filter(|row| {
        row.event == Event::SignIn && (!has_clients || is_real(row)) && Some(row.flow) != left_out
    });
    let rows: Vec<&Row> = rows.collect();
    if rows.is_empty() && left_out.is_some() {
        return weakest(table, signal, None);
    }
    let found = weakest_of(rows.iter().map(|row| row.cells[signal]));
    // A mode that is OFF is so for every client.
    if !table.clients_unread || (found.outcome == CellOutcome::Off && !found.varies) {
        return found;
    }
    let known = rows
        .iter()
        .filter(|row| is_real(row) && !has_every_flow(table, row));
    let known = known.map(|row| row.cells[signal]);
    let known = weakest_of(known.filter(|cell| cell.outcome != CellOutcome::Unknown));
    match known.outcome {
        // Nothing is worse.
        CellOutcome::Off | CellOutcome::Undefined => WeakestCell {
            outcome: known.outcome,
            ..found
        },
        CellOutcome::Unknown | CellOutcome::NotCovered | CellOutcome::Blind => WeakestCell::default(),
        most => WeakestCell {
            at_most: Some(most),
            ..WeakestCell::default()
        },
    }
}

/// Whether the table has every flow of a row's client, as it does where its flows could not be read.
fn has_every_flow(table: &Table, row: &Row) -> bool {
    let own = table
        .rows
        .iter()
        .filter(|own| own.scope == row.scope && own.event == row.event);
    own.count() == Flow::ALL.len()
}

/// The weakest of some cells, those that threat protection does not cover left out where there are others.
fn weakest_of(cells: impl Iterator<Item = Cell>) -> WeakestCell {
    let cells: Vec<_> = cells.collect();
    let covered =
        |cell: &&Cell| cell.outcome != CellOutcome::NotCovered && cell.reason != Reason::FlowUndocumented;
    let mut compared: Vec<_> = cells.iter().filter(covered).collect();
    if compared.is_empty() {
        compared = cells.iter().collect();
    }
    // That SRP hides a password is a fact of the flow, not of the pool: it decides only where there is no other flow.
    let key = |cell: &&Cell| (cell.outcome == CellOutcome::Blind, rank(cell.outcome));
    let Some(first) = compared.iter().copied().min_by_key(key) else {
        return WeakestCell::default();
    };
    let has = |is: &dyn Fn(CellOutcome) -> bool| compared.iter().any(|cell| is(cell.outcome));
    WeakestCell {
        outcome: first.outcome,
        varies: has(&|outcome| outcome != first.outcome && outcome != CellOutcome::Blind),
        not_checked: first.outcome != CellOutcome::Blind && has(&|outcome| outcome == CellOutcome::Blind),
        at_most: None,
    }
}

/// How strong an outcome is in a list for people; what is unknown stands beside what is weak.
fn rank(outcome: CellOutcome) -> u8 {
    let order = [
        CellOutcome::Off,
        CellOutcome::NotCovered,
        CellOutcome::Unknown,
        CellOutcome::Undefined,
        CellOutcome::Blind,
        CellOutcome::Allowed,
        CellOutcome::OnlyAudited,
        CellOutcome::AllowedNotified,
        CellOutcome::MfaIfConfigured,
        CellOutcome::MfaRequired,
        CellOutcome::Blocked,
    ];
    let place = order.iter().position(|one| *one == outcome);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::effective::{Notified, Scope};

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
    fn the_weakest_client_that_exists_counts() {
        let client = |name: &str| Scope::Own(name.to_owned());
        let configured = |scope, flow, outcome| row(scope, flow, Event::SignIn, outcome, Reason::Configured);
        let mut table = Table::default();
        assert_eq!(
            weakest(&table, 0, None),
            WeakestCell::default(),
            "unknown is not absent"
        );
        table.rows = vec![
            configured(Scope::Others, Flow::Password, CellOutcome::Off),
            configured(client("a"), Flow::Password, CellOutcome::Blocked),
            row(
                client("a"),
                Flow::Federated,
                Event::SignIn,
                CellOutcome::NotCovered,
                Reason::Federated,
            ),
            row(
                client("a"),
                Flow::Password,
                Event::SignUp,
                CellOutcome::Allowed,
                Reason::Configured,
            ),
        ];
        let blocked = WeakestCell {
            outcome: CellOutcome::Blocked,
            ..WeakestCell::default()
        };
        assert_eq!(weakest(&table, 0, None), blocked);
        table
            .rows
            .push(configured(client("b"), Flow::Srp, CellOutcome::Blind));
        assert_eq!(
            weakest(&table, 3, None),
            WeakestCell {
                not_checked: true,
                ..blocked
            }
        );
        assert_eq!(weakest(&table, 3, None).words(), "blocked; not checked in SRP");
        table
            .rows
            .push(configured(client("b"), Flow::Password, CellOutcome::Allowed));
        assert_eq!(weakest(&table, 2, None).outcome, CellOutcome::Allowed);
        table
            .rows
            .push(configured(client("c"), Flow::Password, CellOutcome::Unknown));
        assert_eq!(weakest(&table, 2, None).outcome, CellOutcome::Unknown);
    }

    /// A mode that a policy leaves out says nothing of other flows.
    #[test]
    fn unmanaged_mode_of_other_flows_ignored() {
        let configured = |flow, outcome| row(Scope::Others, flow, Event::SignIn, outcome, Reason::Configured);
        let mut table = Table {
            rows: vec![configured(Flow::Custom, CellOutcome::Unknown)],
            ..Table::default()
        };
        let custom = Some(Flow::Custom);
        assert_eq!(weakest(&table, 0, custom).outcome, CellOutcome::Unknown);
        table.rows.push(configured(Flow::Password, CellOutcome::Blocked));
        assert_eq!(weakest(&table, 0, custom).outcome, CellOutcome::Blocked);
        assert_eq!(weakest(&table, 0, None).outcome, CellOutcome::Unknown);
    }

    /// Where not all clients were read the weakest is unknown.
    #[test]
    fn weakest_unknown_with_unread_clients() {
        use CellOutcome::{Allowed, Blocked, NotCovered, Off, OnlyAudited, Undefined, Unknown};
        let words = |outcomes: &[(&str, &[Flow], CellOutcome)]| {
            let rows = outcomes.iter().flat_map(|(client, flows, outcome)| {
                let scope = match *client {
                    "" => Scope::Others,
                    name => Scope::Own(name.to_owned()),
                };
                let row =
                    move |flow: &Flow| row(scope.clone(), *flow, Event::SignIn, *outcome, Reason::Configured);
                flows.iter().map(row)
            });
            let table = Table {
                rows: rows.collect(),
                clients_unread: true,
                ..Table::default()
            };
            weakest(&table, 0, None).words()
        };
        let one: &[Flow] = &[Flow::Password];
        for (rows, expected) in [
            (
                &[("", one, Blocked), ("a", one, Blocked)][..],
                "unknown, at most blocked",
            ),
            (
                &[("a", one, Blocked), ("b", one, Allowed)],
                "unknown, at most allowed",
            ),
            (&[("a", one, OnlyAudited)], "unknown, at most audit only"),
            // What others have is of no client that is known.
            (&[("", one, Blocked)], "unknown"),
            // Of a client without known flows all are listed.
            (&[("a", &Flow::ALL, Allowed)], "unknown"),
            (
                &[("a", &Flow::ALL, Allowed), ("b", one, Blocked)],
                "unknown, at most blocked",
            ),
            (
                &[("a", one, Unknown), ("b", one, Blocked)],
                "unknown, at most blocked",
            ),
            (&[("a", one, NotCovered)], "unknown"),
            (
                &[("a", one, Undefined), ("b", one, Blocked)],
                "undefined or stronger",
            ),
            (&[("a", one, Off), ("b", one, Blocked)], "off or stronger"),
            (&[("", &Flow::ALL, Off)], "off"),
        ] {
            assert_eq!(words(rows), expected, "{rows:?}");
        }
    }

    #[test]
    fn every_outcome_has_a_rank_of_its_own() {
        let mut ranks = CellOutcome::ALL.map(rank).to_vec();
        ranks.sort_unstable();
        ranks.dedup();
        assert_eq!(ranks.len(), CellOutcome::ALL.len());
    }
}
