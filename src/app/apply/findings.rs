//! What rules find in the policies of a plan, and which of it keeps the plan from being carried out.

use std::collections::BTreeSet;

use crate::app::apply::job::ApplyJob;
use crate::app::apply::refuse;
use crate::finding::{Finding, Severity};
use crate::plan::guard::Permits;
use crate::pointer::Pointer;
use crate::policy::assemble::Policy;
use crate::proposal::{PolicyFinding, Refused};
use crate::source::Sources;

/// The findings of one policy among those of all, but for places that are left out: they are not applied.
pub(super) fn of_policy(policy: &Policy, sources: &Sources, job: &ApplyJob<'_>) -> Vec<PolicyFinding> {
    let (first, last) = policy.lines;
    let own = |finding: &&Finding| {
        let at = &finding.primary;
        let left_out = |at: &Pointer| job.chosen.is_about_others(at);
        at.source == policy.places.source
            && (first..=last).contains(&sources.get(at.source).line(at.span.start))
            && !at.pointer.as_ref().is_some_and(left_out)
    };
    let one = |finding: &Finding| {
        let source = sources.get(finding.primary.source);
        let start = source.position(finding.primary.span.start);
        let allowed = job.permits.findings.get(finding.rule.as_str());
        PolicyFinding {
            rule: finding.rule.as_str().to_owned(),
            severity: finding.severity,
            message: finding.message.clone(),
            at: finding.primary.pointer.clone(),
            place: format!("{}:{}:{}", source.name(), start.line, start.column),
            allowed: allowed.filter(|_| finding.severity == Severity::Error).cloned(),
        }
    };
    job.findings.iter().filter(own).map(one).collect()
}

/// Errors of one rule in one policy.
struct Broken<'a> {
    policy: &'a str,
    first: &'a PolicyFinding,
    places: BTreeSet<&'a str>,
    pools: BTreeSet<&'a str>,
}

/// Errors that nobody allowed: a refusal for each rule of a policy. `policies` are those that would change something:
/// name, pool id, findings.
pub(super) fn refusals<'a>(
    policies: impl Iterator<Item = (&'a str, &'a str, &'a [PolicyFinding])>,
) -> Vec<Refused> {
    let mut refused: Vec<Broken<'_>> = Vec::new();
    for (policy, pool, findings) in policies {
        let counts = |one: &&PolicyFinding| one.severity == Severity::Error && one.allowed.is_none();
        for finding in findings.iter().filter(counts) {
            let same = |one: &&mut Broken<'_>| one.policy == policy && one.first.rule == finding.rule;
            if let Some(known) = refused.iter_mut().find(same) {
                known.places.insert(&finding.place);
                known.pools.insert(pool);
            } else {
                refused.push(Broken {
                    policy,
                    first: finding,
                    places: [finding.place.as_str()].into(),
                    pools: [pool].into(),
                });
            }
        }
    }
    let words = |one: Broken<'_>| {
        // A policy for several pools is refused once.
        let pool = one.pools.first().copied().filter(|_| one.pools.len() == 1);
        refuse::lint_error(one.policy, pool, one.first, one.places.len() - 1)
    };
    refused.into_iter().map(words).collect()
}

/// Rules that were allowed and of which nothing was found: what is mistyped would allow nothing, and what was fixed
/// would be allowed when it comes back.
pub(super) fn idle(permits: &Permits, found: &[&PolicyFinding]) -> Option<String> {
    let allowed = permits.findings.keys();
    let mut idle = allowed.filter(|rule| found.iter().all(|finding| finding.rule != **rule));
    let rule = idle.next()?;
    Some(format!(
        "--allow-finding {rule}: nothing of that rule is found in the policies that are applied; --dry-run shows what is"
    ))
}
