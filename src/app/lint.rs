//! `lint`: policies to a report.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::app::conclude;
use crate::app::diff::{BaseTerms, Policies};
use crate::app::gather::{Gathered, Input, gather};
use crate::app::policies::{self, Checked, check, unjudged};
use crate::fault::InputError;
use crate::finding::{Finding, Location};
use crate::fs::Tree;
use crate::impact::SignIns;
use crate::ledger::Ledger;
use crate::lint::baseline::Baseline;
use crate::lint::{self, BaselineFile, LintContext, LintInput, Mask, Settings};
use crate::model::effective::Table;
use crate::policy;
use crate::policy::assemble::Policy;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::policy::secret;
use crate::policy::variable::{UsedVariable, Variables};
use crate::policy::withheld::Withheld;
use crate::report::{NotChecked, PoolOverview, PoolProtection, Report};
use crate::rule::catalogue::Catalogue;
use crate::rule::file::Sees;
use crate::source::{SourceId, Sources};
use crate::span::Span;
use crate::yaml::{self, Budget};

/// What a run needs to know.
pub struct LintJob<'a> {
    /// Where policies come from.
    pub input: Input<'a>,
    /// Name and text of the baseline to apply, if any, or why it could not be read.
    pub baseline: Option<(&'a str, Result<String, String>)>,
    /// Settings.
    pub settings: &'a Settings,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Variables of the environment.
    pub variables: &'a Variables<'a>,
    /// Name of the ledger and what it says, if one is kept.
    pub ledger: Option<(&'a str, &'a Ledger)>,
    /// What the audit gates of a base commit say, if only that counts.
    pub base: Option<&'a BaseTerms>,
    /// Findings from before: configuration, users' rules.
    pub findings: Vec<Finding>,
    /// Whether some format shows the effective tables.
    pub wants_tables: bool,
    /// What was recorded of the policy's pool: then the rules about events run, and no others.
    pub events: Option<&'a SignIns>,
}

/// Checks a text that refers to no files, with nothing beside it but a baseline and what was recorded.
pub fn lint_text(
    name: &str,
    text: &str,
    baseline: Option<String>,
    (catalogue, settings): (&Catalogue, &Settings),
    events: Option<&SignIns>,
    sources: Sources,
) -> Report {
    let job = LintJob {
        input: Input::Text(name, text),
        baseline: baseline.map(|text| ("baseline.json", Ok(text))),
        settings,
        catalogue,
        variables: &Variables::none(),
        base: None,
        ledger: None,
        findings: Vec::new(),
        wants_tables: false,
        events,
    };
    // A folder that is not there keeps it so.
    lint(&Tree::new("/nonexistent".into()), job, sources)
}

/// Runs a job. `sources` holds the texts of rules and configuration already.
pub fn lint(tree: &Tree, mut job: LintJob<'_>, mut sources: Sources) -> Report {
    let mut findings = std::mem::take(&mut job.findings);
    let Some(validator) = policy::validator() else {
        // The schema is made from types and tested; without it nothing can be checked.
        let mask = Mask::default();
        return finish(
            &job,
            sources,
            findings,
            (Vec::new(), Vec::new()),
            [0, 0],
            Vec::new(),
            &mask,
        );
    };
    let mut gathered = gather(tree, job.input, validator, job.variables, &mut sources);
    findings.append(&mut gathered.findings);
    let mut checked = check(job.catalogue, job.variables, &gathered, &sources, validator);
    for document in &mut checked {
        findings.append(&mut document.findings);
        if let (Some(base), Some(policy)) = (job.base, &mut document.policy) {
            base.judge(policy);
        }
    }
    policies::once(&mut findings);
    if let Input::Paths(_) = job.input {
        findings.append(&mut policies::aimless(&checked, &gathered, &sources));
    }
    let used = job.variables.used();
    let mask = find(&mut job, &gathered, &checked, &mut sources, &mut findings, used);
    let policies = counted(&checked, &gathered, &sources).len();
    let pools = if job.wants_tables {
        protections(&checked, &gathered, &sources, &mask)
    } else {
        (Vec::new(), Vec::new())
    };
    let mut unjudged = unjudged(&checked, &gathered.files, &sources);
    unjudged.extend(policies::foreign(&gathered));
    finish(
        &job,
        sources,
        findings,
        pools,
        [gathered.files.len(), policies],
        unjudged,
        &mask,
    )
}

/// What `lint` finds in policies that were read for another verb, in output order: the same rules, settings, waivers,
/// ignores and baseline, and nothing is read twice. What does not count, and what is below the lowest severity, is left
/// out; so is what rules find that a guard of `apply` checks with more than they see. Faults, of rules and of the
/// baseline, are added to the policies' own.
pub fn of_policies(policies: &mut Policies, mut job: LintJob<'_>) -> Vec<Finding> {
    let Policies {
        gathered,
        checked,
        sources,
        findings,
        hints,
        used,
    } = policies;
    let mut found = [findings.as_slice(), hints].concat();
    find(&mut job, gathered, checked, sources, &mut found, used.clone());
    let found = lint::finalize(found, sources, job.settings).findings;
    let (faults, mut found): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.is_input_fault);
    *findings = faults;
    let left = |rule: &str| job.catalogue.get(rule).is_some_and(|rule| rule.guard.is_some());
    found.retain(|finding| finding.suppressed.is_none() && !left(finding.rule.as_str()));
    found
}

/// Adds what rules find to findings, hides credentials in all of them, and applies the baseline. They are in output
/// order, but for what there is to say of the baseline.
fn find(
    job: &mut LintJob<'_>,
    gathered: &Gathered,
    checked: &[Checked],
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
    used: BTreeSet<UsedVariable>,
) -> Mask {
    findings.append(&mut evaluate_all(job, gathered, checked, sources));
    let strays = gathered.strays.iter();
    findings.extend(strays.flat_map(|file| {
        lint::referenced_files(file, sources.get(file.source), job.catalogue, job.settings)
    }));
    let bodies = gathered.texts.values().flatten().map(String::as_str);
    let mask = Mask::of(sources, bodies).with_variables(used);
    // Before the baseline: fingerprints must not hold credentials either.
    findings.par_iter_mut().for_each(|finding| mask.finding(finding));
    lint::sort(findings, sources);
    if let Some((name, text)) = job.baseline.take() {
        let before = findings.len();
        apply_baseline(name, text, job, sources, findings);
        findings[before..]
            .iter_mut()
            .for_each(|finding| mask.finding(finding));
    }
    mask
}

/// Judges every policy, in parallel, knowing all others.
fn evaluate_all(
    job: &LintJob<'_>,
    gathered: &Gathered,
    checked: &[Checked],
    sources: &Sources,
) -> Vec<Finding> {
    let policies: Vec<(&Policy, &ParsedFile, &Withheld)> = checked
        .iter()
        .filter_map(|document| {
            let file = &gathered.files[document.file];
            Some((document.policy.as_ref()?, file, &document.withheld))
        })
        .collect();
    let alone: Vec<_> = policies.iter().map(|(policy, ..)| *policy).collect();
    let places: Vec<_> = alone.iter().map(|policy| &policy.places).collect();
    let overlaps = lint::overlaps(&alone);
    let shown: Vec<_> = policies
        .iter()
        .map(|(policy, _, withheld)| withheld.shown(policy))
        .collect();
    let some_withheld = policies
        .iter()
        .any(|(.., withheld)| !matches!(withheld, Withheld::Nothing));
    let withheld_overlaps = if some_withheld {
        lint::overlaps(&shown)
    } else {
        BTreeMap::new()
    };
    let single = alone.len() == 1;
    if !single {
        job.catalogue.prepare();
    }
    let found = job.catalogue.within_work(|left_out| {
        let context = LintContext {
            catalogue: job.catalogue,
            settings: job.settings,
            wants_effective: job.catalogue.wants_effective(),
            single,
            left_out,
            others: &places,
        };
        let found: Vec<_> = policies
            .par_iter()
            .enumerate()
            .map(|(index, (policy, file, withheld))| {
                let case = LintInput {
                    policy,
                    file,
                    source: sources.get(file.source),
                    overlaps: overlaps.get(&index).map_or(&[], Vec::as_slice),
                    withheld,
                    withheld_overlaps: withheld_overlaps.get(&index).map_or(&[], Vec::as_slice),
                    ledger: job.ledger.map(|(_, ledger)| ledger),
                    events: job.events,
                };
                lint::evaluate(case, context)
            })
            .collect();
        found
    });
    let used_up = lint::used_up(job.catalogue);
    found.into_iter().flatten().chain(used_up).collect()
}

fn apply_baseline(
    name: &str,
    text: Result<String, String>,
    job: &LintJob<'_>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) {
    let id = sources.add(secret::source(name, text.clone().unwrap_or_default()).0);
    let fault = |offset: usize, message: String| {
        let location = Location::new(id, Span::at(offset));
        let help = format!("write it again: `cogward lint --write-baseline --baseline {name}`");
        InputError::BaselineInvalid.finding(location, message).help(help)
    };
    let text = match text {
        Ok(text) => text,
        Err(error) => return findings.push(fault(0, format!("`{name}` cannot be read: {error}"))),
    };
    let baseline = match Baseline::read(&text) {
        Ok(baseline) => baseline,
        Err((offset, why)) => return findings.push(fault(offset, format!("`{name}` {why}"))),
    };
    // JSON is YAML: the same reader gives the places. What it refuses to read is applied all the same.
    let document = yaml::parse(id, &text, &Budget::default())
        .documents
        .into_iter()
        .next();
    let nowhere = || Places::without_text(id);
    let places = document.map_or_else(nowhere, |document| Places::of(document.root));
    let known = BaselineFile {
        baseline: &baseline,
        places: &places,
    };
    lint::apply_baseline(findings, &known, sources, job.catalogue, job.settings);
}

/// The policies with their files. Layers that others extend are parts of those.
fn counted<'c>(
    checked: &'c [Checked],
    gathered: &'c Gathered,
    sources: &Sources,
) -> Vec<(&'c Policy, &'c ParsedFile)> {
    let is_layer = |policy: &Policy, file: &ParsedFile| {
        policy.target.is_none() && gathered.layers.contains_key(sources.get(file.source).name())
    };
    let policies = checked.iter();
    let policies =
        policies.filter_map(|document| Some((document.policy.as_ref()?, &gathered.files[document.file])));
    let (layers, others): (Vec<_>, Vec<_>) = policies.partition(|(policy, file)| is_layer(policy, file));
    // Where there is nothing else to check, they are checked.
    if others.is_empty() { layers } else { others }
}

fn protections(
    checked: &[Checked],
    gathered: &Gathered,
    sources: &Sources,
    mask: &Mask,
) -> (Vec<PoolProtection>, Vec<PoolOverview>) {
    let policies = counted(checked, gathered, sources).into_iter();
    policies
        .map(|(policy, file)| {
            let mut protection = PoolProtection {
                title: policy.name.clone(),
                source: sources.get(file.source).name().to_owned(),
                table: Table::of(&policy.posture),
            };
            mask.text(&mut protection.title);
            mask.table(&mut protection.table);
            let title = protection.title.clone();
            let overview = PoolOverview::of(title, &policy.posture, &protection.table);
            (protection, overview)
        })
        .unzip()
}

fn finish(
    job: &LintJob<'_>,
    sources: Sources,
    mut findings: Vec<Finding>,
    (pools, overviews): (Vec<PoolProtection>, Vec<PoolOverview>),
    [files, policies]: [usize; 2],
    unjudged: Vec<NotChecked>,
    mask: &Mask,
) -> Report {
    if policies == 0 && findings.iter().all(|finding| !finding.is_input_fault) {
        findings.push(nothing(job));
    }
    let outcome = lint::finalize(findings, &sources, job.settings);
    let mut summary = outcome.summary;
    summary.files = files;
    summary.policies = policies;
    summary.rules = conclude::running(job.catalogue, job.settings, Sees::Desired).count();
    summary.not_checked = not_checked(job, &outcome.findings, &sources, policies, unjudged);
    let running = conclude::running(job.catalogue, job.settings, Sees::Desired);
    let mut rules = conclude::metadata(running, &outcome.findings);
    // Reasons of the configuration, and words of users' rules.
    for entry in &mut summary.not_checked {
        mask.text(&mut entry.why);
    }
    for rule in rules.iter_mut().filter(|rule| !rule.builtin) {
        for text in [&mut rule.summary, &mut rule.rationale, &mut rule.remediation] {
            mask.text(text);
        }
    }
    Report {
        rules,
        findings: outcome.findings,
        pools,
        overviews,
        summary,
        exit_code: outcome.exit_code,
        sources,
        ..Report::of("lint")
    }
}

/// Only reached when paths hold nothing at all and no fault says so.
fn nothing(job: &LintJob<'_>) -> Finding {
    let location = Location::file(SourceId(0));
    let place = match job.input {
        Input::Paths(paths) => paths.join(", "),
        Input::Text(name, _) => name.to_owned(),
    };
    let message = format!("no policy was found in {place}");
    InputError::EmptyDocument
        .finding(location, message)
        .help("name the folder that holds the policies")
}

/// What a reader might think was checked and was not.
fn not_checked(
    job: &LintJob<'_>,
    findings: &[Finding],
    sources: &Sources,
    policies: usize,
    mut unjudged: Vec<NotChecked>,
) -> Vec<NotChecked> {
    let mut list = conclude::disabled(job.settings);
    list.extend(conclude::used_up(job.catalogue));
    list.append(&mut conclude::faulty(findings, sources));
    list.append(&mut unjudged);
    list.extend(
        job.ledger
            .into_iter()
            .flat_map(|(name, ledger)| conclude::damaged(name, ledger)),
    );
    if policies > 0 {
        list.push(NotChecked::left_out(
            "live pools",
            "lint reads files only, never AWS",
        ));
    }
    list
}
