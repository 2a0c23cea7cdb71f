//! The end of a `diff` and of a `scan`: order, counts and exit code, from what was found.

use std::collections::BTreeSet;

use crate::app::{conclude, notes};
use crate::drift::Kind;
use crate::finding::{Finding, Severity};
use crate::ident::RuleId;
use crate::lint::{self, Settings};
use crate::model::observed::Estate;
use crate::report::{
    Differences, NotChecked, PolicyFate, PoolOverview, PoolProtection, Report, ReviewedPool, RuleMeta,
    Summary,
};
use crate::source::Sources;

/// Which differences give exit code 3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Every difference.
    #[default]
    Any,
    // What is missing included; the help of `--fail-on` shows the next line.
    /// Where a pool is, or may be, weaker than the policy, or than before.
    Weaker,
}

/// Everything that was found; credentials are hidden already.
#[derive(Default)]
pub(super) struct Found {
    pub(super) sources: Sources,
    pub(super) findings: Vec<Finding>,
    pub(super) not_checked: Vec<NotChecked>,
    /// Files and policies that were read, and pools that were seen.
    pub(super) counts: [usize; 3],
    pub(super) protections: Vec<PoolProtection>,
    pub(super) overviews: Vec<PoolOverview>,
    /// What changes, where there is something to compare with.
    pub(super) changes: Option<Vec<ReviewedPool>>,
    /// Which of them fail the run.
    pub(super) fail_on: Option<FailOn>,
    /// Rules that could not judge some pool.
    pub(super) rules_not_checked: BTreeSet<RuleId>,
    /// What is said where there is no pool at all.
    pub(super) nothing_there: Option<String>,
    /// How many files of templates were read, where it is certain that they make no pool.
    pub(super) without_pools: usize,
}

/// Ends a `diff`.
pub(super) fn diff(found: Found, settings: &Settings, fail_on: FailOn) -> Report {
    let [files, policies, pools] = found.counts;
    let (sources, mut not_checked) = (found.sources, found.not_checked);
    // What fails a comparison is said by `--fail-on`: a severity hides no difference.
    let settings = Settings {
        min_severity: Severity::Note,
        ..settings.clone()
    };
    let outcome = lint::finalize(found.findings, &sources, &settings);
    let findings = outcome.findings;
    let differences = count(&findings);
    let causes = notes::count(&findings);
    not_checked.append(&mut conclude::faulty(&findings, &sources));
    let failing = match fail_on {
        FailOn::Any => differences.total(),
        FailOn::Weaker => differences.weaker + differences.undefined,
    };
    let nothing = policies == 0;
    let gone = findings.iter().any(|one| one.rule == Kind::PoolMissing.rule_id());
    let code = match (outcome.summary.input_faults > 0 || nothing || gone, failing > 0) {
        (true, _) => 2,
        (false, true) => 3,
        (false, false) => 0,
    };
    let exit_code = conclude::exit_code(code, &not_checked);
    if nothing {
        not_checked.push(NotChecked::left_out(
            "pools",
            "there is no policy with a `target`",
        ));
    }
    conclude::order(&mut not_checked);
    let rules = with_kinds(conclude::metadata(std::iter::empty(), &findings), &findings);
    Report {
        rules,
        findings,
        pools: found.protections,
        changes: found.changes,
        overviews: found.overviews,
        summary: Summary {
            files,
            policies,
            pools,
            differences: Some(differences),
            causes,
            not_checked,
            ..outcome.summary
        },
        exit_code,
        sources,
        ..Report::of("diff")
    }
}

/// The kinds of differences that were found, among the rules.
fn with_kinds(mut rules: Vec<RuleMeta>, findings: &[Finding]) -> Vec<RuleMeta> {
    let kinds = Kind::ALL.into_iter();
    let found = kinds.filter(|kind| findings.iter().any(|finding| finding.rule == kind.rule_id()));
    rules.extend(found.map(Kind::meta));
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    rules
}

/// Whether what changes fails a scan. A pool that is gone does as a finding; one that is new does not.
fn is_failing(fail_on: FailOn, found: &Found) -> bool {
    let findings = found.findings.iter();
    let mut kinds = findings.filter_map(|finding| Kind::parse(finding.rule.as_str()));
    let mut changes = found.changes.iter().flatten();
    let changes = changes.any(|pool| pool.fate == PolicyFate::Changed);
    (fail_on == FailOn::Any && changes) || kinds.any(Kind::is_of_change)
}

fn count(findings: &[Finding]) -> Differences {
    let mut count = Differences::default();
    for kind in findings
        .iter()
        .filter_map(|finding| Kind::parse(finding.rule.as_str()))
    {
        match kind {
            Kind::LiveWeaker | Kind::ChangeWeaker => count.weaker += 1,
            Kind::PoolMissing | Kind::ClientUnknown => {
                count.weaker += 1;
                count.missing += 1;
            }
            Kind::LiveUndefined | Kind::ChangeUndefined => count.undefined += 1,
            Kind::PoolUncovered => {
                count.undefined += 1;
                count.uncovered += 1;
            }
            Kind::LiveDifferent => count.neutral += 1,
            Kind::LiveStronger => count.stronger += 1,
        }
    }
    count
}

/// Ends a `scan`: `rules` ran, and `metadata` describes them and of the checks that found something.
pub(super) fn scan(
    found: Found,
    settings: &Settings,
    rules: usize,
    metadata: impl FnOnce(&[Finding]) -> Vec<RuleMeta>,
) -> Report {
    let [.., pools] = found.counts;
    let is_failing = found.fail_on.is_some_and(|fail_on| is_failing(fail_on, &found));
    let (sources, mut not_checked) = (found.sources, found.not_checked);
    let outcome = lint::finalize(found.findings, &sources, settings);
    let nothing_there = found.nothing_there;
    not_checked.append(&mut conclude::faulty(&outcome.findings, &sources));
    let whole = not_checked.iter().all(|entry| !entry.failed);
    let files = if pools == 0 { found.without_pools } else { 0 };
    let rules = if files > 0 { 0 } else { rules };
    // That a pool is gone was seen.
    let is_gone = found.changes.iter().flatten().next().is_some();
    let nothing_seen = pools == 0 && files == 0 && whole && !is_gone;
    let code = match outcome.exit_code {
        2 => 2,
        _ if nothing_seen => 2,
        _ if is_failing => 3,
        code => code,
    };
    let exit_code = conclude::exit_code(code, &not_checked);
    if nothing_seen {
        let words = nothing_there.unwrap_or_else(|| Estate::default().nothing_there());
        not_checked.push(NotChecked::left_out("pools", words));
    }
    conclude::order(&mut not_checked);
    Report {
        rules: with_kinds(metadata(&outcome.findings), &outcome.findings),
        findings: outcome.findings,
        pools: found.protections,
        changes: found.changes,
        overviews: found.overviews,
        summary: Summary {
            files,
            pools,
            rules,
            rules_not_checked: found.rules_not_checked,
            // Nothing here can be fixed in a file.
            fixable: 0,
            not_checked,
            ..outcome.summary
        },
        exit_code,
        sources,
        ..Report::of("scan")
    }
}
