//! What would be done to one pool.

use serde_json::Value;

use crate::difference::Difference;
use crate::finding::Severity;
use crate::model::effective::{AddressChange, CellChange, Direction};
use crate::pointer::Pointer;

/// What would be done to one pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PoolProposal {
    /// Pool id.
    pub id: String,
    /// Pool name. Hostile text.
    pub name: String,
    /// Account, where it is known.
    pub account: Option<String>,
    /// Region, where it is known.
    pub region: Option<String>,
    /// Name of the policy, or of the journal; the reason of an audit. Hostile text.
    pub policy: String,
    /// Changes, where the pool is weakest first.
    pub changes: Vec<Planned>,
    /// Calls, in the order in which they are made.
    pub calls: Vec<CallShown>,
    /// Cells of the effective table that change by all of it together.
    pub cells: Vec<CellChange>,
    /// Address sets that change.
    pub addresses: Vec<AddressChange>,
    /// About how many users the pool has, where that is known.
    pub users: Option<u64>,
    /// What newly blocks or challenges users, though the pool is enforced already.
    pub blocks: Vec<Block>,
    /// What it costs, a sentence each.
    pub costs: Vec<String>,
    /// Whole objects that are sent back, each once.
    pub carried: Vec<Carried>,
    /// The places that are all that is wanted this time; none where everything is.
    pub only: Vec<Pointer>,
    /// Changes that were left out on purpose.
    pub excluded: Vec<Pointer>,
    /// Gates that the plan goes through.
    pub gates: Vec<Gate>,
    /// What rules find in the policy, in its order.
    pub findings: Vec<PolicyFinding>,
    /// What else is to be known, a sentence each. Hostile text.
    pub notes: Vec<String>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What differs, from live to wanted.
    pub difference: Difference,
    /// What the change does to protection.
    pub direction: Direction,
    /// Whether it is made only if somebody names it.
    pub must_be_named: bool,
}

/// Requests that are answered more strictly from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Which: `sign-in at low risk`, or `requests from 203.0.113.0/24`.
    pub what: String,
    /// What happens to them today.
    pub from: String,
    /// What will happen to them.
    pub to: String,
    /// By which clients, each once. Hostile text.
    pub clients: Vec<String>,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallShown {
    /// The API operation.
    pub operation: &'static str,
    /// Id of the client that it is about.
    pub client: Option<String>,
    /// What it sets, in the API's words. Hostile text.
    pub sets: Value,
    /// The changes that it makes.
    pub makes: Vec<Pointer>,
}

/// A whole object that is sent back with only the managed members changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The operation that sends it.
    pub operation: &'static str,
    /// Id of the client that it is; `None` for the pool.
    pub client: Option<String>,
    /// Members that are sent as they were.
    pub members: Vec<String>,
    /// Those of them that this version does not know.
    pub unknown: Vec<String>,
    /// Places that are not sent, with the reason.
    pub left_out: Vec<(Pointer, &'static str)>,
}

/// What a rule finds in the policy that is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFinding {
    /// The rule's id.
    pub rule: String,
    /// How much it matters. An error is applied only if somebody allowed it.
    pub severity: Severity,
    /// What is wrong. Hostile text.
    pub message: String,
    /// Where: `policies/a.yaml:5:19`. Hostile text.
    pub place: String,
    /// The place in the policy, where there is one.
    pub at: Option<Pointer>,
    /// Why an error does not count, where somebody said so. Hostile text.
    pub allowed: Option<String>,
}

/// A step to ENFORCED, and what the gate says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// `standard` or `custom`.
    pub auth: &'static str,
    /// What is shown, and by what: `20 of 14 days in AUDIT, by the ledger`.
    pub words: String,
    /// Whether it is met.
    pub met: bool,
    /// Why it does not count, where somebody said so. Hostile text.
    pub overridden: Option<String>,
}

impl PoolProposal {
    /// Name and id, for people. Hostile text.
    #[must_use]
    pub fn title(&self) -> String {
        if self.name.is_empty() {
            self.id.clone()
        } else {
            format!("{} ({})", self.name, self.id)
        }
    }
}
