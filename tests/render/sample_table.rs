//! The sample's effective-protection table, in which every outcome and every reason occurs.

use cogward::model::effective::{Cell, CellOutcome, Event, Flow, Notified, Reason, Row, Scope, Table};

fn cell(outcome: CellOutcome, reason: Reason) -> Cell {
    Cell {
        outcome,
        would: None,
        notifies: Notified::No,
        reason,
        if_covered: None,
    }
}

fn row(scope: &Scope, flow: Flow, event: Event, cells: [Cell; 4]) -> Row {
    Row {
        scope: scope.clone(),
        flow,
        event,
        cells,
    }
}

/// Rows of flows that threat protection never covers.
fn uncovered(scope: &Scope) -> Vec<Row> {
    let events = [Event::SignIn, Event::SignUp, Event::PasswordChange];
    [
        (Flow::Federated, Reason::Federated),
        (Flow::Machine, Reason::Machine),
    ]
    .into_iter()
    .flat_map(|(flow, why)| {
        events.map(|event| row(scope, flow, event, [cell(CellOutcome::NotCovered, why); 4]))
    })
    .collect()
}

const BLOCKED: Cell = Cell {
    outcome: CellOutcome::Blocked,
    would: None,
    notifies: Notified::Yes,
    reason: Reason::Configured,
    if_covered: None,
};
const MFA: Cell = Cell {
    outcome: CellOutcome::MfaIfConfigured,
    ..BLOCKED
};
const TOLD: Cell = Cell {
    outcome: CellOutcome::AllowedNotified,
    ..BLOCKED
};
const AUDITED: Cell = Cell {
    outcome: CellOutcome::OnlyAudited,
    would: Some(CellOutcome::Blocked),
    notifies: Notified::No,
    reason: Reason::AuditMode,
    if_covered: None,
};

/// The rows of clients without a configuration of their own.
fn others() -> Vec<Row> {
    let scope = Scope::Others;
    let required = cell(CellOutcome::MfaRequired, Reason::Configured);
    let only = cell(CellOutcome::NotCovered, Reason::SignInOnly);
    let unchecked = cell(CellOutcome::Allowed, Reason::EventNotChecked);
    let leaked = cell(CellOutcome::Blocked, Reason::Configured);
    let hidden = cell(CellOutcome::Blind, Reason::PasswordHidden);
    let none = cell(CellOutcome::Blind, Reason::NoPassword);
    let mut rows = vec![
        row(
            &scope,
            Flow::Password,
            Event::SignIn,
            [TOLD, MFA, required, BLOCKED],
        ),
        row(&scope, Flow::Password, Event::SignUp, [only, only, only, leaked]),
        row(
            &scope,
            Flow::Password,
            Event::PasswordChange,
            [only, only, only, unchecked],
        ),
        row(&scope, Flow::Srp, Event::SignIn, [TOLD, MFA, required, hidden]),
        row(
            &scope,
            Flow::Custom,
            Event::SignIn,
            [AUDITED, AUDITED, AUDITED, none],
        ),
    ];
    rows.extend(uncovered(&scope));
    rows.push(row(
        &scope,
        Flow::Unknown,
        Event::SignIn,
        [cell(CellOutcome::Unknown, Reason::FlowUndocumented); 4],
    ));
    rows
}

/// A table in which every outcome occurs.
pub fn table() -> Table {
    let own = Scope::Own("web".to_owned());
    let inherits = Scope::Inherits("a<b>|\u{1b}[1m".to_owned());
    let mixed = [
        cell(CellOutcome::Allowed, Reason::Configured),
        cell(CellOutcome::Undefined, Reason::LevelMissing),
        cell(CellOutcome::Blocked, Reason::MfaOff),
        cell(CellOutcome::MfaRequired, Reason::MfaOn),
    ];
    let override_unknown = cell(CellOutcome::Unknown, Reason::OverrideUnknown);
    let mode_unknown = cell(CellOutcome::Unknown, Reason::ModeUnknown);
    let mut rows = others();
    rows.push(row(
        &own,
        Flow::Password,
        Event::SignIn,
        [cell(CellOutcome::Undefined, Reason::SectionMissing); 4],
    ));
    rows.push(row(&own, Flow::Srp, Event::SignIn, mixed));
    rows.extend(uncovered(&own));
    rows.push(row(
        &inherits,
        Flow::Custom,
        Event::SignIn,
        [cell(CellOutcome::Off, Reason::ModeOff); 4],
    ));
    let unclear = [override_unknown, mode_unknown, BLOCKED, BLOCKED];
    rows.push(row(&inherits, Flow::Password, Event::SignIn, unclear));
    Table {
        clients_unread: false,
        rows,
        addresses: Vec::new(),
    }
}
