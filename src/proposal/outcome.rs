//! What became of a plan that was carried out, in the types of `schemas/apply.json`. All texts are hostile.

use schemars::JsonSchema;
use serde::Serialize;

use crate::pointer::Pointer;
use crate::text;

crate::ident::spelled!(Ended);

/// What became of one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The call that makes it was confirmed.
    Applied,
    /// The call was confirmed, and the pool is not up to date afterwards.
    NotTaken,
    /// The call that makes it failed, or it is unknown what became of it.
    Failed,
    /// No call for it was made.
    NotTried,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Applied, Self::NotTaken, Self::Failed, Self::NotTried];

    /// Words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NotTaken => "did not take effect",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// The service confirmed it, or was seen to have carried it out.
    Done,
    /// There was nothing to do any more: no call was made.
    Already,
    /// It failed and changed nothing, as far as can be seen.
    Failed,
    /// It may have been carried out, and that cannot be seen.
    Unknown,
    /// What it rests on is not as it was in the plan: no call was made.
    Moved,
    /// It was not made.
    NotTried,
}

/// What became of one call.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1CallOutcome")]
pub struct CallOutcome {
    /// The API operation.
    pub operation: &'static str,
    /// Id of the client that it is about.
    pub client: Option<String>,
    /// `done`, `already`, `failed`, `unknown`, `moved` or `not-tried`.
    #[schemars(with = "String")]
    pub ended: Ended,
    /// The service's id of the request.
    pub request_id: Option<String>,
    /// What there is to say of it, for people.
    pub detail: Option<String>,
}

/// What became of one pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1PoolOutcome")]
pub struct PoolOutcome {
    /// Pool id.
    pub id: String,
    /// Name and id.
    #[serde(skip)]
    pub title: String,
    /// Changes.
    pub changes: Vec<ChangeOutcome>,
    /// Calls.
    pub calls: Vec<CallOutcome>,
    /// What went wrong beside calls, for people.
    pub trouble: Vec<String>,
    /// Whether the pool was read again and is up to date; absent where that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_as_wanted: Option<bool>,
}

/// What became of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ChangeOutcome")]
pub struct ChangeOutcome {
    /// JSON pointer of the leaf.
    #[schemars(with = "String")]
    pub at: Pointer,
    /// `applied`, `not-taken`, `failed` or `not-tried`.
    #[schemars(with = "String")]
    pub state: State,
}

/// What became of a plan.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ApplyOutcome")]
pub struct ApplyOutcome {
    /// The journal's file.
    pub journal: String,
    /// The line for a shell that undoes what was applied, with the options that it will need; absent where nothing was.
    pub undo: Option<String>,
    /// Whether somebody ended the run early.
    pub stopped: bool,
    /// Why no more calls were made in any pool.
    pub trouble: Option<String>,
    /// Pools, in the order of the plan.
    pub pools: Vec<PoolOutcome>,
}

impl ApplyOutcome {
    /// `3 applied, 1 failed, 2 not tried`.
    pub fn states(&self) -> String {
        let states = text::counted(State::ALL.map(|state| (self.count(state), state.label())));
        if states.is_empty() {
            "nothing was applied".to_owned()
        } else {
            states.join(", ")
        }
    }

    /// How many changes came to this.
    pub fn count(&self, state: State) -> usize {
        let changes = self.pools.iter().flat_map(|pool| &pool.changes);
        changes.filter(|found| found.state == state).count()
    }

    /// Whether there may be something to undo: a change was made, or nobody can say that it was not.
    pub fn may_have_changed_something(&self) -> bool {
        let unknown = |call: &CallOutcome| call.ended == Ended::Unknown;
        self.count(State::Applied) + self.count(State::NotTaken) > 0 || self.calls().any(unknown)
    }

    fn calls(&self) -> impl Iterator<Item = &CallOutcome> {
        self.pools.iter().flat_map(|pool| &pool.calls)
    }

    /// The exit code: 4 where something failed, or could not be seen to have worked; 5 where all that stood against
    /// the plan is that pools had moved.
    pub fn exit_code(&self) -> u8 {
        let failed = |call: &CallOutcome| matches!(call.ended, Ended::Failed | Ended::Unknown);
        let moved = |call: &CallOutcome| call.ended == Ended::Moved;
        let unsure = |pool: &PoolOutcome| {
            let made = pool.calls.iter().any(|call| call.ended == Ended::Done);
            !pool.trouble.is_empty() || (made && pool.is_as_wanted.is_none())
        };
        let broken = self.trouble.is_some() || self.stopped || self.count(State::NotTaken) > 0;
        if broken || self.calls().any(failed) || self.pools.iter().any(unsure) {
            4
        } else if self.calls().any(moved) {
            5
        } else if self.count(State::NotTried) > 0
            || self.pools.iter().any(|pool| pool.is_as_wanted == Some(false))
        {
            4
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nobody can say was not done may have to be undone.
    #[test]
    fn uncertain_call_may_need_undoing() {
        let of = |state, ended| {
            let call = CallOutcome {
                operation: "UpdateUserPool",
                client: None,
                ended,
                request_id: None,
                detail: None,
            };
            let pool = PoolOutcome {
                changes: vec![ChangeOutcome {
                    at: Pointer::root(),
                    state,
                }],
                calls: vec![call],
                ..PoolOutcome::default()
            };
            let outcome = ApplyOutcome {
                pools: vec![pool],
                ..ApplyOutcome::default()
            };
            outcome.may_have_changed_something()
        };
        assert!(of(State::Applied, Ended::Done) && of(State::NotTaken, Ended::Done));
        assert!(of(State::Failed, Ended::Unknown));
        assert!(!of(State::Failed, Ended::Failed) && !of(State::NotTried, Ended::Moved));
        assert!(!ApplyOutcome::default().may_have_changed_something());
    }
}
