//! A whole proposal: pools, refusals, counts, and how the run ends.

use std::collections::BTreeSet;

use crate::finding::NotChecked;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::effective::Direction;
use crate::proposal::guard::{Accept, Guard, Refused};
use crate::proposal::outcome::ApplyOutcome;
use crate::proposal::pool::PoolProposal;
use crate::text;

/// How far a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The command: `apply`, `rollback`, `audit`.
    pub command: &'static str,
    /// What was typed after the program's name, for lines to copy; the command alone where it is unknown. Hostile text.
    pub typed: Vec<String>,
    /// SHA-256 of the plan, in hexadecimal.
    pub digest: String,
    /// Pools that would change, by account, region and id.
    pub pools: Vec<PoolProposal>,
    /// Whether a rollback leaves something as it is that the run changed: it is not done completely then, whatever its calls do.
    pub leaves_something: bool,
    /// Titles of pools that are already up to date. Hostile text.
    pub unchanged: Vec<String>,
    /// What keeps the plan from being carried out.
    pub refused: Vec<Refused>,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
    /// How far the run went.
    pub ending: Ending,
    /// What became of it.
    pub outcome: Option<ApplyOutcome>,
}

/// Numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1Counts")]
pub struct Counts {
    /// Pools that would change.
    pub pools: usize,
    /// Changes.
    pub changes: usize,
    /// Changes that strengthen protection.
    pub stronger: usize,
    /// Changes that protect neither more nor less.
    pub neutral: usize,
    /// Changes with undefined effect.
    pub undefined: usize,
    /// Changes that weaken protection.
    pub weaker: usize,
    /// Calls.
    pub calls: usize,
}

/// Shows a plan and writes nothing.
const DRY_RUN: &str = "--dry-run";

impl Proposal {
    /// Counts everything.
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
            return format!("nothing was planned: refused by {}", text::join_words(&guards));
        }
        if counts.changes == 0 {
            return "nothing to change".to_owned();
        }
        let kinds = text::counted([
            (counts.stronger, "stronger"),
            (counts.neutral, "neutral"),
            (counts.undefined, "with undefined effect"),
        ]);
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

    /// The line that was typed, without `--dry-run`: it carries out what a dry run showed, and keeps to the plan where `apply`
    /// saved one. `None` for what was no dry run,
    /// is refused, or has nothing to change. Hostile text.
    pub fn carry_out(&self) -> Option<String> {
        let is_dry = self.ending == Ending::DryRun && self.typed.iter().any(|word| word == DRY_RUN);
        let applies = self.typed.iter().any(|word| word == "apply");
        let words = self.typed.iter().filter(|word| *word != DRY_RUN);
        let words = words.map(|word| match word.strip_prefix("--plan-out") {
            Some(rest) if applies && (rest.is_empty() || rest.starts_with('=')) => format!("--plan{rest}"),
            _ => word.clone(),
        });
        let line: Vec<_> = std::iter::once("cogward".to_owned())
            .chain(words.map(|word| text::shell(&word)))
            .collect();
        (is_dry && self.refused.is_empty() && !self.pools.is_empty()).then(|| line.join(" "))
    }

    /// The line that lets through all that an option lets through, to be copied into a shell; `None` where there is
    /// nothing of that kind. Hostile text.
    pub fn accept_all(&self) -> Option<String> {
        let mut options: Vec<&Accept> = Vec::new();
        for accept in self.refused.iter().filter_map(|refused| refused.accept.as_ref()) {
            if !options.contains(&accept) {
                options.push(accept);
            }
        }
        if options.is_empty() {
            return None;
        }
        let once = |option: &str| {
            options
                .iter()
                .any(|accept| accept.option == option && accept.is_single())
        };
        let mut typed = self.typed.iter().peekable();
        let mut words = vec!["cogward".to_owned()];
        if self.typed.is_empty() {
            words.push(self.command.to_owned());
        }
        while let Some(word) = typed.next() {
            // An option that may stand once is typed again.
            if once(word) {
                typed.next();
            } else if !word.split_once('=').is_some_and(|(option, _)| once(option)) {
                words.push(text::shell(word));
            }
        }
        words.extend(options.into_iter().map(Accept::typed));
        Some(words.join(" "))
    }

    /// Guards that no option lets through, each once, in the order of the refusals.
    pub fn not_acceptable(&self) -> Vec<Guard> {
        let firm = self.refused.iter().filter(|refused| refused.accept.is_none());
        let mut guards = Vec::new();
        for refused in firm {
            if !guards.contains(&refused.guard) {
                guards.push(refused.guard);
            }
        }
        guards
    }

    /// Whether all that stands against the plan is that it blocks users of the one pool that it changes, or that a
    /// rollback weakens it: then somebody at a terminal may type the pool's name instead of options.
    pub fn wants_its_name_typed(&self) -> bool {
        // What a policy weakens by mistake is not agreed to in passing; what a journal restores was so before.
        let weakens = |guard: Guard| guard == Guard::Weakening && self.command == "rollback";
        let by_name = |refused: &Refused| refused.guard == Guard::Blocking || weakens(refused.guard);
        self.pools.len() == 1
            && !self.refused.is_empty()
            && self.refused.iter().all(by_name)
            && !self.could_not_look()
    }

    /// Whether the plan may be put to somebody: there is something to do, and nothing stands against it.
    pub fn may_be_carried_out(&self) -> bool {
        !self.pools.is_empty() && self.refused.is_empty() && !self.could_not_look()
    }

    fn could_not_look(&self) -> bool {
        self.not_checked.iter().any(|entry| entry.failed)
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        // Where the wrong account was met, nobody looked anywhere.
        let elsewhere = |refused: &Refused| matches!(refused.guard, Guard::OtherAccount | Guard::OtherRegion);
        if self.refused.iter().any(elsewhere) {
            return 5;
        }
        if self.refused.iter().any(|refused| refused.guard.exit_code() == 2) {
            return 2;
        }
        match (&self.outcome, self.could_not_look(), self.refused.is_empty()) {
            (Some(outcome), ..) => match outcome.exit_code() {
                0 if self.leaves_something => 4,
                code => code,
            },
            (None, true, _) => 4,
            (None, false, false) => 5,
            (None, false, true) if self.pools.is_empty() && self.leaves_something => 4,
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
        let said = "1 pool, 2 changes: 1 with undefined effect; 1 weaker; 2 calls";
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

    /// All that can be accepted is one line to copy.
    #[test]
    fn accept_options_form_one_line() {
        let refused = |guard, accept: Option<(&'static str, &str)>| Refused {
            guard,
            pool: None,
            message: String::new(),
            next: String::new(),
            accept: accept.map(|(option, value)| Accept {
                option,
                value: value.to_owned(),
            }),
        };
        let mut proposal = Proposal {
            command: "apply",
            ..Proposal::default()
        };
        assert_eq!(proposal.accept_all(), None);
        proposal.refused.push(refused(Guard::PoolPartial, None));
        assert_eq!(proposal.accept_all(), None);
        let weaken = Some(("--allow-weaken", "/clients/it's/x"));
        proposal.refused.push(refused(Guard::Weakening, weaken));
        proposal.refused.push(refused(Guard::Weakening, weaken));
        proposal
            .refused
            .push(refused(Guard::TooManyPools, Some(("--max-pools", "3"))));
        let said = r"cogward apply --allow-weaken '/clients/it'\''s/x' --max-pools 3";
        assert_eq!(proposal.accept_all().as_deref(), Some(said));
        for one in [&["--max-pools", "2"][..], &["--max-pools=2"]] {
            let typed = [&["apply", "my policies", "--yes"], one].concat();
            proposal.typed = typed.iter().map(ToString::to_string).collect();
            let said = r"cogward apply 'my policies' --yes --allow-weaken '/clients/it'\''s/x' --max-pools 3";
            assert_eq!(proposal.accept_all().as_deref(), Some(said));
        }
        assert_eq!(proposal.not_acceptable(), [Guard::PoolPartial]);
    }

    /// A refusal ends a run and so does what was not seen.
    #[test]
    fn exit_code_for_refusal_or_unseen() {
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
