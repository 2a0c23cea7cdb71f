//! Changes: what differs between a pool and a policy, and what that does to protection.

use serde_json::Value;

use crate::model::effective::{AddressChange, CellChange, Comparison, Direction, Outcome, Table, compare};
use crate::model::mode::Mode;
use crate::model::posture::Posture;
use crate::plan::leaf::Leaf;
use crate::plan::loss::{beside_the_table, logs_leave};
use crate::plan::value;

/// One leaf that differs. `live` and `wanted` are in the policy language's words; of an alarm that exists
/// only the members that differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What.
    pub leaf: Leaf,
    /// What the pool has; `None` for nothing.
    pub live: Option<Value>,
    /// What the policy asks for; `None` for nothing.
    pub wanted: Option<Value>,
    /// What making the pool as the policy asks does to protection: weaker if it weakens anything.
    pub direction: Direction,
    /// Whether it strengthens anything, whatever it weakens besides.
    pub strengthens: bool,
    /// Cells of the effective table that the change moves, from live to wanted.
    pub cells: Vec<CellChange>,
    /// Address sets that it moves.
    pub addresses: Vec<AddressChange>,
    /// Whether a mode becomes ENFORCED by it in a pool that has no responses to enforce.
    pub enforces_nothing: bool,
}

impl Change {
    /// How the pool compares with the policy because of it: weaker if it is weaker in anything, so that what an
    /// attacker likes does not hide behind what he does not.
    #[must_use]
    pub fn live_is(&self) -> Direction {
        if self.strengthens {
            Direction::Weaker
        } else {
            self.direction.reversed()
        }
    }

    /// Counts what the effective table does not show: a change that takes some of it away is weaker.
    pub(super) fn judged_beside_the_table(mut self, observed: &Posture, wanted: &Posture) -> Self {
        let leaves = matches!(self.leaf, Leaf::LogDelivery(_));
        let beside = if leaves && logs_leave(self.live.as_ref(), self.wanted.as_ref()) {
            Direction::Weaker
        } else {
            beside_the_table(&self.leaf, observed, wanted)
        };
        self.direction = worse(self.direction, beside);
        self.strengthens |= beside == Direction::Stronger;
        let responses = &wanted.responses;
        self.enforces_nothing = matches!(self.leaf, Leaf::Mode(_))
            && self.wanted == Some(serde_json::json!(Mode::Enforced))
            && responses.account_takeover.is_none()
            && responses.compromised_credentials.is_none();
        self
    }

    /// Whether it is made only if somebody names it.
    #[must_use]
    pub fn must_be_named(&self) -> bool {
        self.direction == Direction::Weaker || self.leads_into_the_unknown()
    }

    /// Whether it leads to where nothing is known: a mode becomes ENFORCED without any configuration to enforce, or what
    /// was stopped is undefined from then on. Whether that blocks or lets in is unconfirmed.
    #[must_use]
    pub fn leads_into_the_unknown(&self) -> bool {
        let stopped = |outcome| {
            matches!(
                outcome,
                Outcome::Blocked | Outcome::MfaRequired | Outcome::MfaIfConfigured
            )
        };
        self.enforces_nothing
            || self
                .cells
                .iter()
                .any(|cell| cell.after.outcome == Outcome::Undefined && stopped(cell.before.outcome))
    }
}

/// The change of a leaf from one posture to another; `None` if there is none.
///
/// Its direction is that of the change alone on the pool as it is, or of the change as the last of all to
/// be made: weaker if either is, else stronger if either is, for the other then only cannot tell. What the effective
/// table does not show is judged afterwards ([`Change::judged_beside_the_table`]).
#[must_use]
pub fn change(leaf: Leaf, observed: &Posture, wanted: &Posture) -> Option<Change> {
    let (live, wish) = (value::get(&leaf, observed), value::get(&leaf, wanted));
    if live == wish {
        return None;
    }
    let first = {
        let before = narrow(&leaf, observed);
        let mut after = before.clone();
        value::copy(&leaf, wanted, &mut after);
        compare(&Table::of(&before), &Table::of(&after))
    };
    let last = {
        let after = narrow(&leaf, wanted);
        let mut before = after.clone();
        value::copy(&leaf, observed, &mut before);
        compare(&Table::of(&before), &Table::of(&after))
    };
    let direction = worse(first.direction(), last.direction());
    let strengthens = [&first, &last].iter().any(|view| view.has(Direction::Stronger));
    let told = if last.direction() == direction {
        last
    } else {
        first
    };
    Some(Change {
        leaf,
        live,
        wanted: wish,
        direction,
        strengthens,
        cells: telling(&told),
        addresses: told.addresses,
        enforces_nothing: false,
    })
}

/// The cells whose change matters, or all if none does.
fn telling(comparison: &Comparison) -> Vec<CellChange> {
    let moved = comparison
        .changes
        .iter()
        .filter(|cell| cell.direction != Direction::Neutral);
    moved.cloned().collect()
}

/// A posture with only the client that a leaf is about: the others' cells cannot change with it.
fn narrow(leaf: &Leaf, posture: &Posture) -> Posture {
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
        (Stronger, _) | (_, Stronger) => Stronger,
        (Undefined, _) | (_, Undefined) => Undefined,
        (Neutral, Neutral) => Neutral,
    }
}
