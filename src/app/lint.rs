//! `lint`: policies to a report.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::app::baselines;
use crate::app::gather::{Gathered, Input, gather};
use crate::fault::Check;
use crate::finding::{Finding, Location};
use crate::fs::Tree;
use crate::lint::baseline::Baseline;
use crate::lint::{self, Bench, Case, Known, Mask, Settings};
use crate::model::effective::Table;
use crate::policy;
use crate::policy::assemble::{Policy, assemble};
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::policy::secret;
use crate::policy::workshop::Workshop;
use crate::report::{NotChecked, PoolProtection, Report, RuleMeta};
use crate::rule::catalogue::Catalogue;
use crate::rule::compiled::Rule;
use crate::rule::file::Sees;
use crate::schema::Validator;
use crate::source::{Source, SourceId, Sources};
use crate::span::Span;
use crate::text;
use crate::yaml::{self, Budget, Node, Style, Value};

/// What a run needs to know.
pub struct Job<'a> {
    /// Where policies come from.
    pub input: Input<'a>,
    /// Name and text of the baseline to apply, if any, or why it could not be read.
    pub baseline: Option<(&'a str, Result<String, String>)>,
    /// Settings.
    pub settings: &'a Settings,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Variables of the environment.
    pub lookup: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Findings from before: configuration, users' rules.
    pub findings: Vec<Finding>,
    /// Whether some format shows the effective tables.
    pub wants_tables: bool,
}

/// A document's way to a judged policy.
struct Checked {
    file: usize,
    policy: Option<Policy>,
    findings: Vec<Finding>,
    /// Whether faults of its own are among the findings.
    faulty: bool,
}

/// Runs a job. `sources` holds the texts of rules and configuration already.
#[must_use]
pub fn lint(tree: &Tree, mut job: Job<'_>, mut sources: Sources) -> Report {
    let mut findings = std::mem::take(&mut job.findings);
    let Some(validator) = policy::validator() else {
        // The schema is made from types and tested; without it nothing can be checked.
        let mask = Mask::default();
        return finish(&job, sources, findings, Vec::new(), [0, 0], Vec::new(), &mask);
    };
    let mut gathered = gather(tree, job.input, validator, job.lookup, &mut sources);
    findings.append(&mut gathered.findings);
    let mut checked = check(&job, &gathered, &sources, validator);
    for document in &mut checked {
        findings.append(&mut document.findings);
    }
    findings.append(&mut judge(&job, &gathered, &checked, &sources));
    let strays = gathered.strays.iter();
    findings.extend(
        strays.flat_map(|file| lint::stray(file, sources.get(file.source), job.catalogue, job.settings)),
    );
    let bodies = gathered.texts.values().flatten().map(String::as_str);
    let mask = Mask::of(&sources, bodies);
    // Before the baseline: fingerprints must not hold credentials either.
    findings.par_iter_mut().for_each(|finding| mask.finding(finding));
    lint::sort(&mut findings, &sources);
    if let Some((name, text)) = job.baseline.take() {
        let before = findings.len();
        apply_baseline(name, text, &job, &mut sources, &mut findings);
        findings[before..]
            .iter_mut()
            .for_each(|finding| mask.finding(finding));
    }
    let policies = checked
        .iter()
        .filter(|document| document.policy.is_some())
        .count();
    let pools = if job.wants_tables {
        protections(&checked, &gathered.files, &sources, &mask)
    } else {
        Vec::new()
    };
    let unjudged = unjudged(&checked, &gathered.files, &sources);
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

/// Makes a policy of every document, in parallel; the order is that of files and documents.
fn check(job: &Job<'_>, gathered: &Gathered, sources: &Sources, validator: &Validator) -> Vec<Checked> {
    let builtin = baselines::names();
    let workshop = Workshop {
        validator,
        layers: &gathered.layers,
        builtin: &builtin,
        texts: &gathered.texts,
        lookup: job.lookup,
        name_of: &|id| sources.get(id).name().to_owned(),
    };
    gathered
        .files
        .par_iter()
        .enumerate()
        .flat_map_iter(|(index, file)| {
            let source = sources.get(file.source);
            let workshop = &workshop;
            file.documents
                .iter()
                .enumerate()
                .map(move |(position, document)| {
                    let (mut policy, mut findings) = assemble(document.clone(), workshop);
                    if position == 0 {
                        findings.append(&mut lint::unknown_ignores(file, job.catalogue));
                    }
                    if policy.is_none() {
                        findings.append(&mut lint::unknown_waivers(&document.root, job.catalogue));
                    }
                    if let Some(policy) = &mut policy {
                        policy.lines = lines(file, position, source);
                    }
                    Checked {
                        file: index,
                        policy,
                        faulty: findings
                            .iter()
                            .any(|finding| finding.is_input_fault && finding.primary.source == file.source),
                        findings,
                    }
                })
        })
        .collect()
}

/// Judges every policy, in parallel, knowing all others.
fn judge(job: &Job<'_>, gathered: &Gathered, checked: &[Checked], sources: &Sources) -> Vec<Finding> {
    let policies: Vec<(&Policy, &ParsedFile)> = checked
        .iter()
        .filter_map(|document| Some((document.policy.as_ref()?, &gathered.files[document.file])))
        .collect();
    let alone: Vec<_> = policies.iter().map(|(policy, _)| *policy).collect();
    let places: Vec<_> = alone.iter().map(|policy| &policy.places).collect();
    let overlaps = lint::overlaps(&alone);
    let bench = Bench {
        catalogue: job.catalogue,
        settings: job.settings,
        wants_effective: job.catalogue.wants_effective(),
        single: alone.len() == 1,
        others: &places,
    };
    if !bench.single {
        job.catalogue.prepare();
    }
    let found: Vec<_> = policies
        .par_iter()
        .enumerate()
        .map(|(index, (policy, file))| {
            let case = Case {
                policy,
                file,
                source: sources.get(file.source),
                overlaps: overlaps.get(&index).map_or(&[], Vec::as_slice),
            };
            lint::judge(case, bench)
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// First and last line that belong to a document: up to the line before the next one.
fn lines(file: &ParsedFile, position: usize, source: &Source) -> (usize, usize) {
    let start = |index: usize| {
        file.documents
            .get(index)
            .map(|document| source.line(document.span.start))
    };
    let first = if position == 0 {
        1
    } else {
        start(position).unwrap_or(1)
    };
    (
        first,
        start(position + 1).map_or_else(|| source.lines(), |next| next.saturating_sub(1).max(first)),
    )
}

fn apply_baseline(
    name: &str,
    text: Result<String, String>,
    job: &Job<'_>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) {
    let id = sources.add(secret::source(name, text.clone().unwrap_or_default()).0);
    let fault = |offset: usize, message: String| {
        let location = Location {
            source: id,
            span: Span::at(offset),
            pointer: None,
        };
        let help = format!("write it anew: `cogward lint --write-baseline --baseline {name}`");
        Check::BaselineInvalid.finding(location, message).help(help)
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
    let nowhere = || Node {
        source: id,
        span: Span::at(0),
        value: Value::Null,
        style: Style::Plain,
    };
    let places = Places {
        tree: document.map_or_else(nowhere, |document| document.root),
        source: id,
        extends: None,
    };
    let known = Known {
        baseline: &baseline,
        places: &places,
    };
    lint::apply_baseline(findings, &known, sources, job.catalogue, job.settings);
}

fn protections(
    checked: &[Checked],
    files: &[ParsedFile],
    sources: &Sources,
    mask: &Mask,
) -> Vec<PoolProtection> {
    let policies = checked
        .iter()
        .filter_map(|document| Some((document.policy.as_ref()?, &files[document.file])));
    policies
        .map(|(policy, file)| {
            let mut protection = PoolProtection {
                title: policy.name.clone(),
                source: sources.get(file.source).name().to_owned(),
                table: Table::of(&policy.posture),
            };
            mask.text(&mut protection.title);
            mask.table(&mut protection.table);
            protection
        })
        .collect()
}

fn finish(
    job: &Job<'_>,
    sources: Sources,
    mut findings: Vec<Finding>,
    pools: Vec<PoolProtection>,
    [files, policies]: [usize; 2],
    unjudged: Vec<NotChecked>,
    mask: &Mask,
) -> Report {
    if policies == 0 && findings.iter().all(|finding| !finding.is_input_fault) {
        findings.push(nothing(job));
    }
    let outcome = lint::settle(findings, &sources, job.settings);
    let mut summary = outcome.summary;
    summary.files = files;
    summary.policies = policies;
    summary.rules = running(job).count();
    summary.not_checked = not_checked(job, &outcome.findings, &sources, policies, unjudged);
    let mut rules = metadata(job, &outcome.findings);
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
        command: "lint",
        version: env!("CARGO_PKG_VERSION"),
        rules,
        findings: outcome.findings,
        pools,
        summary,
        exit_code: outcome.exit_code,
        sources,
    }
}

/// Only reached when paths hold nothing at all and no fault says so.
fn nothing(job: &Job<'_>) -> Finding {
    let location = Location {
        source: SourceId(0),
        span: Span::at(0),
        pointer: None,
    };
    let place = match job.input {
        Input::Paths(paths) => paths.join(", "),
        Input::Text(name, _) => name.to_owned(),
    };
    let message = format!("no policy was found in {place}");
    Check::EmptyDocument
        .finding(location, message)
        .help("name the folder that holds the policies")
}

/// Rules that judge policies and are not switched off.
fn running<'a>(job: &'a Job<'_>) -> impl Iterator<Item = &'a Rule> {
    let sees = |rule: &&Rule| rule.sees.contains(&Sees::Desired);
    job.catalogue
        .rules()
        .iter()
        .filter(sees)
        .filter(|rule| !job.settings.disabled.contains_key(&rule.meta.id))
}

/// Documents that are whole themselves, and yet no policies: something under them is not.
fn unjudged(checked: &[Checked], files: &[ParsedFile], sources: &Sources) -> Vec<NotChecked> {
    let below = checked
        .iter()
        .filter(|document| document.policy.is_none() && !document.faulty);
    let mut names: Vec<_> = below
        .map(|document| sources.get(files[document.file].source).name())
        .collect();
    names.dedup();
    let entry = |name: &str| NotChecked {
        what: name.to_owned(),
        why: "a layer under it has faults".to_owned(),
    };
    names.into_iter().map(entry).collect()
}

/// What a reader might think was checked and was not.
fn not_checked(
    job: &Job<'_>,
    findings: &[Finding],
    sources: &Sources,
    policies: usize,
    mut unjudged: Vec<NotChecked>,
) -> Vec<NotChecked> {
    let mut list: Vec<_> = job
        .settings
        .disabled
        .iter()
        .map(|(rule, reason)| NotChecked {
            what: format!("rule {rule}"),
            why: format!("disabled: {reason}"),
        })
        .collect();
    let mut faulty: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_input_fault) {
        *faulty
            .entry(sources.get(finding.primary.source).name())
            .or_default() += 1;
    }
    list.extend(faulty.into_iter().map(|(name, faults)| NotChecked {
        what: name.to_owned(),
        why: format!("{} of the input", text::count(faults, "fault", "faults")),
    }));
    list.append(&mut unjudged);
    if policies > 0 {
        list.push(NotChecked {
            what: "live pools".to_owned(),
            why: "lint reads files only and asks nothing of AWS".to_owned(),
        });
    }
    list
}

/// Metadata of the rules that ran and of every input check that found something.
fn metadata(job: &Job<'_>, findings: &[Finding]) -> Vec<RuleMeta> {
    let mut list: Vec<_> = running(job).map(|rule| rule.meta.clone()).collect();
    for check in Check::ALL {
        let id = check.rule_id();
        if findings.iter().any(|finding| finding.rule == id) {
            list.push(RuleMeta {
                id,
                severity: check.severity(),
                summary: check.summary().to_owned(),
                rationale: "The input could not be used as it stands, so nothing was concluded from it."
                    .to_owned(),
                remediation: String::new(),
                references: Vec::new(),
                frameworks: BTreeMap::new(),
                builtin: false,
            });
        }
    }
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}
