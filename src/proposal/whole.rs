//! A whole proposal: pools, refusals, counts, and how the run ends.

use std::collections::BTreeSet;

use crate::model::effective::Direction;
use crate::proposal::guard::{Guard, Refused};
use crate::proposal::outcome::Outcome;
use crate::proposal::pool::PoolProposal;
use crate::report::NotChecked;
use crate::text;

/// How far a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It only showed what it would do.
    #[default]
    DryRun,
    /// Somebody was asked and did not agree.
    Declined,
    /// It was carried out, as far as the outcome says.
    CarriedOut,
}

/// What an apply or a rollback would do, and what became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// The command: `apply`, `rollback`.
    pub command: &'static str,
    /// SHA-256 of the plan, in hexadecimal.
    pub digest: String,
    /// Pools that would change, by account, region and id.
    pub pools: Vec<PoolProposal>,
    /// Titles of pools that are as wanted already. Hostile text.
    pub unchanged: Vec<String>,
    /// What keeps the plan from being carried out.
    pub refused: Vec<Refused>,
    /// What could not be looked at.
    pub not_checked: Vec<NotChecked>,
    /// How far the run went.
    pub ending: Ending,
    /// What became of it.
    pub outcome: Option<Outcome>,
}

/// Numbers of the line that says it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pools that would change.
    pub pools: usize,
    /// Changes.
    pub changes: usize,
    /// Changes that strengthen.
    pub stronger: usize,
    /// Changes that protect neither more nor less.
    pub neutral: usize,
    /// Changes of which it cannot be said.
    pub undefined: usize,
    /// Changes that weaken.
    pub weaker: usize,
    /// Calls.
    pub calls: usize,
}

impl Proposal {
    /// Counts everything.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let of = |wanted: Direction| {
            let changes = self.pools.iter().flat_map(|pool| &pool.changes);
            changes.filter(|change| change.direction == wanted).count()
        };
        Counts {
            pools: self.pools.len(),
            changes: self.pools.iter().map(|pool| pool.changes.len()).sum(),
            stronger: of(Direction::Stronger),
            neutral: of(Direction::Neutral),
            undefined: of(Direction::Undefined),
            weaker: of(Direction::Weaker),
            calls: self.pools.iter().map(|pool| pool.calls.len()).sum(),
        }
    }

    /// `2 pools, 5 changes: 4 stronger, 1 neutral; 0 weaker; 7 calls`.
    #[must_use]
    pub fn verdict(&self) -> String {
        let counts = self.counts();
        if counts.changes == 0 && self.could_not_look() {
            return "nothing could be planned".to_owned();
        }
        if counts.changes == 0 && !self.refused.is_empty() {
            let guards: BTreeSet<_> = self
                .refused
                .iter()
                .map(|refused| refused.guard.as_str())
                .collect();
            let guards: Vec<_> = guards.into_iter().map(str::to_owned).collect();
            return format!("nothing was planned: refused by {}", text::words(&guards));
        }
        if counts.changes == 0 {
            return "nothing to change".to_owned();
        }
        let kinds = [
            (counts.stronger, "stronger"),
            (counts.neutral, "neutral"),
            (counts.undefined, "that cannot be judged"),
        ];
        let kinds: Vec<_> = kinds
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}"))
            .collect();
        let kinds = if kinds.is_empty() {
            String::new()
        } else {
            format!("{}; ", kinds.join(", "))
        };
        format!(
            "{}, {}: {kinds}{} weaker; {}",
            text::count(counts.pools, "pool", "pools"),
            text::count(counts.changes, "change", "changes"),
            counts.weaker,
            text::count(counts.calls, "call", "calls"),
        )
    }

    /// Whether the plan may be put to somebody: there is something to do, and nothing stands against it.
    #[must_use]
    pub fn may_be_carried_out(&self) -> bool {
        !self.pools.is_empty() && self.refused.is_empty() && !self.could_not_look()
    }

    fn could_not_look(&self) -> bool {
        self.not_checked.iter().any(|entry| entry.failed)
    }

    /// The exit code.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        // Where the wrong account was met, nobody looked anywhere.
        let elsewhere = |refused: &Refused| matches!(refused.guard, Guard::OtherAccount | Guard::OtherRegion);
        if self.refused.iter().any(elsewhere) {
            return 5;
        }
        match (&self.outcome, self.could_not_look(), self.refused.is_empty()) {
            (Some(outcome), ..) => outcome.exit_code(),
            (None, true, _) => 4,
            (None, false, false) => 5,
            (None, false, true) if self.pools.is_empty() => 0,
            (None, false, true) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::difference::{Difference, Shape};
    use crate::pointer::Pointer;
    use crate::proposal::pool::{CallShown, Planned};

    fn planned(direction: Direction) -> Planned {
        Planned {
            direction,
            must_be_named: false,
            difference: Difference {
                pool: String::new(),
                pool_name: String::new(),
                client: None,
                pointer: Pointer::root(),
                shape: Shape::Value,
                live: None,
                policy: None,
                live_is: direction.reversed(),
                cells: Vec::new(),
                addresses: Vec::new(),
                cause: None,
            },
        }
    }

    fn pool(directions: &[Direction], calls: usize) -> PoolProposal {
        let call = CallShown {
            operation: "UpdateUserPool",
            client: None,
            sets: serde_json::Value::Null,
            makes: Vec::new(),
        };
        PoolProposal {
            changes: directions.iter().map(|direction| planned(*direction)).collect(),
            calls: vec![call; calls],
            ..PoolProposal::default()
        }
    }

    #[test]
    fn one_line_says_it_all() {
        use Direction::{Neutral, Stronger, Undefined, Weaker};
        let mut proposal = Proposal {
            pools: vec![
                pool(&[Stronger, Stronger, Stronger], 4),
                pool(&[Stronger, Neutral], 3),
            ],
            ..Proposal::default()
        };
        let said = "2 pools, 5 changes: 4 stronger, 1 neutral; 0 weaker; 7 calls";
        assert_eq!(proposal.verdict(), said);
        proposal.pools = vec![pool(&[Weaker], 1)];
        assert_eq!(proposal.verdict(), "1 pool, 1 change: 1 weaker; 1 call");
        proposal.pools = vec![pool(&[Undefined, Weaker], 2)];
        let said = "1 pool, 2 changes: 1 that cannot be judged; 1 weaker; 2 calls";
        assert_eq!(proposal.verdict(), said);
        proposal.pools = Vec::new();
        assert_eq!(proposal.verdict(), "nothing to change");
        proposal.refused.push(Refused {
            guard: Guard::OtherRegion,
            pool: None,
            message: String::new(),
            next: String::new(),
            accept: None,
        });
        assert_eq!(proposal.verdict(), "nothing was planned: refused by other-region");
    }

    #[test]
    fn a_refusal_ends_a_run_and_so_does_what_was_not_seen() {
        let mut proposal = Proposal::default();
        assert_eq!(proposal.exit_code(), 0);
        proposal.pools = vec![pool(&[Direction::Stronger], 1)];
        assert!(proposal.may_be_carried_out());
        assert_eq!(proposal.exit_code(), 3);
        proposal.refused.push(Refused {
            guard: Guard::Weakening,
            pool: None,
            message: String::new(),
            next: String::new(),
            accept: None,
        });
        assert!(!proposal.may_be_carried_out());
        assert_eq!(proposal.exit_code(), 5);
        proposal.not_checked.push(NotChecked::failed("a", "b"));
        assert_eq!(proposal.exit_code(), 4);
        proposal.refused[0].guard = Guard::OtherAccount;
        assert_eq!(proposal.exit_code(), 5);
    }
}
