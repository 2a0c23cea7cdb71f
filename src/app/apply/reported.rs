//! A plan, and what became of it, as a report: what is refused, what weakens, and what was not applied are findings.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Location, RuleMeta, Severity};
use crate::model::effective::Direction;
use crate::pointer::Pointer;
use crate::proposal::{Guard, PlanReason, Planned, PoolOutcome, PoolProposal, Proposal, Refused, State};
use crate::report::{Report, Section, Summary};
use crate::source::{Source, SourceId, Sources};

/// The report of a proposal.
pub fn reported(proposal: Proposal) -> Report {
    let mut places = Places {
        proposal: &proposal,
        sources: Sources::default(),
        pools: BTreeMap::new(),
    };
    let mut findings: Vec<_> = proposal.refused.iter().map(|one| places.refused(one)).collect();
    for pool in &proposal.pools {
        let weaker = pool
            .changes
            .iter()
            .filter(|change| is_allowed_weakening(&proposal, pool, change));
        findings.extend(weaker.map(|change| places.weaker(pool, change)));
    }
    for pool in proposal.outcome.iter().flat_map(|outcome| &outcome.pools) {
        findings.extend(places.not_applied(pool));
    }
    let sources = places.sources;
    let number = |severity| findings.iter().filter(|one| one.severity == severity).count();
    let command = proposal.command;
    Report {
        rules: rules(&findings),
        summary: Summary {
            pools: proposal.pools.len() + proposal.unchanged.len(),
            errors: number(Severity::Error),
            warnings: number(Severity::Warning),
            not_checked: proposal.not_checked.clone(),
            ..Summary::default()
        },
        exit_code: proposal.exit_code(),
        section: Some(Section::Plan(Box::new(proposal))),
        findings,
        sources,
        ..Report::of(command)
    }
}

/// What a change that weakens may still have against it stands among the refusals.
fn is_allowed_weakening(proposal: &Proposal, pool: &PoolProposal, change: &Planned) -> bool {
    let at = &change.difference.pointer;
    let refuses = |refused: &Refused| {
        refused.guard == Guard::Weakening
            && refused.pool.as_ref().is_none_or(|id| *id == pool.id)
            && pointer(refused).as_ref() == Some(at)
    };
    matches!(change.direction, Direction::Weaker | Direction::Undefined)
        && !proposal.refused.iter().any(refuses)
}

/// The setting that a refusal is about, where its option names one: `/mode/standard`, or the same after a pool's id.
fn pointer(refused: &Refused) -> Option<Pointer> {
    let value = &refused.accept.as_ref()?.value;
    let from = value.find('/')?;
    let of_pool = from == 0 || value[..from].ends_with(':');
    Pointer::parse(&value[from..]).filter(|_| of_pool)
}

fn rules(findings: &[Finding]) -> Vec<RuleMeta> {
    let found: BTreeSet<_> = findings.iter().map(|finding| finding.rule.as_str()).collect();
    let guards = Guard::ALL.into_iter().map(Guard::meta);
    let reasons = PlanReason::ALL.into_iter().map(PlanReason::meta);
    let mut rules: Vec<_> = guards
        .chain(reasons)
        .filter(|meta| found.contains(meta.id.as_str()))
        .collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
}

/// Where findings point: at pools, and at the run where no pool is meant.
struct Places<'a> {
    proposal: &'a Proposal,
    sources: Sources,
    pools: BTreeMap<String, SourceId>,
}

impl Places<'_> {
    fn finding(
        &mut self,
        meta: RuleMeta,
        pool: Option<&str>,
        at: Option<Pointer>,
        message: String,
    ) -> Finding {
        let known = self
            .proposal
            .pools
            .iter()
            .find(|one| Some(one.id.as_str()) == pool);
        let title = known.map(PoolProposal::title);
        let run = || format!("cogward {}", self.proposal.command);
        let title = title.or_else(|| pool.map(str::to_owned)).unwrap_or_else(run);
        let id = pool.unwrap_or(self.proposal.command);
        let sources = &mut self.sources;
        let source = *self
            .pools
            .entry(id.to_owned())
            .or_insert_with(|| sources.add(Source::pool(title, id)));
        let place = Location {
            pointer: at,
            ..Location::file(source)
        };
        Finding {
            policy: known.map(|pool| pool.policy.clone()),
            ..meta.finding(place, message)
        }
    }

    fn refused(&mut self, refused: &Refused) -> Finding {
        let (at, message) = (pointer(refused), refused.message.clone());
        let finding = self.finding(refused.guard.meta(), refused.pool.as_deref(), at, message);
        Finding {
            help: refused.next.clone(),
            ..finding
        }
    }

    fn weaker(&mut self, pool: &PoolProposal, change: &Planned) -> Finding {
        let at = change.difference.pointer.clone();
        let message = format!("{at}: {}", change.direction.label());
        let meta = PlanReason::Weakens.meta();
        let finding = self.finding(meta, Some(&pool.id), Some(at), message);
        Finding {
            difference: Some(Box::new(change.difference.clone())),
            ..finding
        }
    }

    /// Changes that were not made; what went wrong beside them stands at the pool.
    fn not_applied(&mut self, pool: &PoolOutcome) -> Vec<Finding> {
        let missing = pool
            .changes
            .iter()
            .filter(|change| change.state != State::Applied);
        let missing = missing.map(|change| {
            let words = format!("{}: {}", change.at, change.state.label());
            (Some(change.at.clone()), words)
        });
        let troubles = pool.trouble.iter().map(|trouble| (None, trouble.clone()));
        let all: Vec<_> = missing.chain(troubles).collect();
        let meta = || PlanReason::NotApplied.meta();
        all.into_iter()
            .map(|(at, message)| self.finding(meta(), Some(&pool.id), at, message))
            .collect()
    }
}
