//! Lock-outs: what newly blocks or challenges users of a pool that is enforced already.

use crate::model::effective::{
    AddressChange, AddressList, CellChange, CellOutcome, Movement, Scope, governing_mode,
};
use crate::model::mode::Mode;
use crate::plan::change::Change;
use crate::plan::diff::Diff;
use crate::plan::setting::{Auth, Setting, mode_of};

/// What newly blocks or challenges users: of the plan as a whole, or of one change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockOut {
    /// Requests that are answered more strictly, of clients that exist.
    pub cells: Vec<CellChange>,
    /// Addresses that are always blocked from then on.
    pub addresses: Vec<AddressChange>,
}

impl LockOut {
    /// Whether nobody is kept out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.addresses.is_empty()
    }
}

/// What a plan newly blocks or challenges. Only where the mode that governs is ENFORCED before and after: the step to
/// ENFORCED is the audit gate's business. Only clients that exist count, for nobody signs in by another.
#[must_use]
pub fn lock_out(diff: &Diff) -> LockOut {
    let cells = diff.comparison.changes.iter();
    let addresses = diff.comparison.addresses.iter();
    LockOut {
        cells: cells.filter(|cell| keeps_out(cell, diff)).cloned().collect(),
        addresses: addresses.filter(|one| blocks(one, diff)).cloned().collect(),
    }
}

/// The same for each change that has a part in it, in the order of the changes. What no change does alone is everybody's
/// part.
#[must_use]
pub fn lock_outs(diff: &Diff) -> Vec<(&Change, LockOut)> {
    let whole = lock_out(diff);
    let claimed = |cell: &&CellChange| diff.changes.iter().any(|change| change.cells.contains(cell));
    let unclaimed: Vec<_> = whole
        .cells
        .iter()
        .filter(|cell| !claimed(cell))
        .cloned()
        .collect();
    let part = |change: &Change| {
        let moves = |cell: &&CellChange| change.cells.contains(cell);
        let mut cells: Vec<_> = whole.cells.iter().filter(moves).cloned().collect();
        if !matches!(change.leaf, Setting::Alarm(_) | Setting::LogDelivery(_)) {
            cells.extend(unclaimed.iter().cloned());
        }
        let moves = |one: &&AddressChange| change.addresses.contains(one);
        LockOut {
            cells,
            addresses: whole.addresses.iter().filter(moves).cloned().collect(),
        }
    };
    let parts = diff.changes.iter().map(|change| (change, part(change)));
    parts.filter(|(_, part)| !part.is_empty()).collect()
}

/// How much an answer keeps somebody out who is who he says: not at all, if he has no second factor at hand, or at all.
/// What is unknown is `None`.
fn strictness(outcome: CellOutcome) -> Option<u8> {
    match outcome {
        CellOutcome::Allowed
        | CellOutcome::AllowedNotified
        | CellOutcome::OnlyAudited
        | CellOutcome::Blind
        | CellOutcome::Off
        | CellOutcome::NotCovered => Some(0),
        CellOutcome::MfaIfConfigured => Some(1),
        CellOutcome::MfaRequired => Some(2),
        CellOutcome::Blocked => Some(3),
        CellOutcome::Undefined | CellOutcome::Unknown => None,
    }
}

fn keeps_out(cell: &CellChange, diff: &Diff) -> bool {
    let mode = |posture| governing_mode(posture, cell.flow, cell.event);
    let enforced = [&diff.observed, &diff.wanted].map(mode) == [Some(Mode::Enforced); 2];
    // Of a flow that AWS may not cover, what happens if it does.
    let [before, after] = [cell.before, cell.after].map(|side| strictness(side.under(true).outcome));
    let stricter = match (before, after) {
        // A challenge that only those get who can meet it keeps nobody out.
        (Some(before), Some(after)) => after > before && after > 1,
        // Where it is unknown what happens today, everybody may be let in.
        (None, Some(after)) => after > 1,
        // Where it is unknown what happens then, nobody may be. What was stopped before has to be named already,
        // for it may be let in.
        (Some(before), None) => before == 0,
        (None, None) => false,
    };
    enforced && stricter && cell.scope != Scope::Others
}

fn blocks(one: &AddressChange, diff: &Diff) -> bool {
    let enforced = |auth: Auth| {
        [&diff.observed, &diff.wanted]
            .iter()
            .all(|posture| mode_of(posture.mode, auth) == Some(Mode::Enforced))
    };
    one.list == AddressList::Block
        && one.movement == Movement::Grew
        && one.scope != Scope::Others
        && Auth::ALL.into_iter().any(enforced)
}
