//! The kinds of drift: what each is called, how much it matters, and why.

use strum::VariantArray as _;

use crate::finding::{RuleMeta, Severity};
use crate::ident::RuleId;
use crate::ident::all;
use crate::model::effective::Direction;

crate::ident::spelled!(Kind);

/// A kind of drift. Like the checks of the input these are not rules: there is no file to change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// A pool stops less, or notifies fewer, than its policy asks.
    LiveWeaker,
    /// The pool of a policy does not exist.
    PoolMissing,
    /// A client that a policy names does not exist.
    ClientUnknown,
    /// The effect of a difference is undefined.
    LiveUndefined,
    /// A pool that no policy is for.
    PoolUncovered,
    /// A difference that changes nothing that protects.
    LiveDifferent,
    /// A pool stops more than its policy asks.
    LiveStronger,
    /// A change of templates makes a pool stop less, or notify fewer.
    ChangeWeaker,
    /// A change of templates of which the effect is undefined.
    ChangeUndefined,
}

impl Kind {
    /// All kinds, what needs attention first.
    pub const ALL: [Self; 9] = all(Self::VARIANTS);

    /// The kind of a difference, by how the pool compares.
    pub fn of(live_is: Direction) -> Self {
        match live_is {
            Direction::Weaker => Self::LiveWeaker,
            Direction::Undefined => Self::LiveUndefined,
            Direction::Neutral => Self::LiveDifferent,
            Direction::Stronger => Self::LiveStronger,
        }
    }

    /// Its id as findings carry it.
    pub fn rule_id(self) -> RuleId {
        RuleId::from_static(self.as_str())
    }

    /// The kind of an id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == id)
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        match self {
            Self::LiveWeaker | Self::PoolMissing | Self::ClientUnknown => Severity::Error,
            Self::LiveUndefined | Self::PoolUncovered | Self::LiveDifferent | Self::ChangeWeaker => {
                Severity::Warning
            }
            Self::LiveStronger | Self::ChangeUndefined => Severity::Note,
        }
    }

    /// What it says of itself, for reports that list rules.
    pub fn meta(self) -> RuleMeta {
        RuleMeta {
            // It has a page, as the built-in rules have.
            builtin: true,
            ..RuleMeta::of(self.as_str(), self.severity(), self.text())
        }
    }

    /// Whether it is between two states of a pool, and found by `scan`; else between a policy and a pool.
    pub fn is_of_change(self) -> bool {
        matches!(self, Self::ChangeWeaker | Self::ChangeUndefined)
    }

    fn text(self) -> [&'static str; 3] {
        match self {
            Self::LiveWeaker => [
                "The pool protects less than its policy asks",
                "The effective-protection table of the live pool has cells in which less is stopped, or fewer users are notified, than under the policy; or an alarm of the pool fires for less, later or to fewer, or logs go nowhere.",
                "Find out who changed the pool and why. Restore what the policy has, or change the policy if the change is intended.",
            ],
            Self::PoolMissing => [
                "A policy has no pool",
                "A policy without a pool protects nobody, and nobody notices.",
                "Correct `target`. If the pool was deleted on purpose, delete this policy.",
            ],
            Self::ClientUnknown => [
                "A policy names a client that the pool does not have",
                "What the policy says about the client has no effect; perhaps the client was created again with another id.",
                "Correct the client's key or `id`, or remove it from the policy.",
            ],
            Self::LiveUndefined => [
                "The pool differs from its policy, with undefined effect",
                "On one side AWS's behaviour is unconfirmed or unknown, such as ENFORCED without responses. Or an alarm is on something else than the policy's, or logs go to another account or to a bucket, whose ARN does not say whose it is.",
                "Change the pool to match the policy, or make the policy explicit.",
            ],
            Self::PoolUncovered => [
                "The pool has no policy",
                "A pool without a policy is neither checked nor corrected.",
                "Write a policy for it, as `cogward init --pool ID` does, or leave `--require-coverage` out.",
            ],
            Self::LiveDifferent => [
                "The pool differs from its policy; protection is the same",
                "No cell of the effective table differs, alarms fire for the same events and notify the same people, and logs stay within their account. Emails and what is inert in the current mode are such differences.",
                "Change the pool to match the policy, or change the policy.",
            ],
            Self::LiveStronger => [
                "The pool protects more than its policy asks",
                "Applying the policy would weaken the pool: either the policy is out of date, or a change of the policy is not applied yet.",
                "If the pool is right, write its value into the policy; if the policy is right, applying it weakens the pool and must be allowed by name.",
            ],
            Self::ChangeWeaker => [
                "The change weakens a pool",
                "After the plan or the template is deployed, less is stopped, or fewer users are notified, than before. Many such changes are not meant: an update that leaves the add-ons out switches threat protection off.",
                "Keep the value that was there, or say in the review why the change is intended.",
            ],
            Self::ChangeUndefined => [
                "The change has an undefined effect on a pool",
                "Before or after the change, AWS's behaviour is unconfirmed, a value is not known, or the pool is not there. The change may weaken the pool.",
                "Make the values explicit; of a template, give what is not known with `--parameter`. If a pool is gone, check that it is meant to go.",
            ],
        }
    }
}
