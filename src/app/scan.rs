//! `scan`: observed pools to a report, without any policy.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::app::conclude;
pub use crate::app::conclude::unseen;
use crate::app::ended::{self, FailOn, Found};
use crate::app::estate;
use crate::app::template::Templates;
use crate::app::template::scan;
use crate::finding::Finding;
use crate::ident::RuleId;
use crate::lint::{self, Evaluated, LintContext, Mask, Settings};
use crate::model::observed::{Estate, Observed};
use crate::report::{NotChecked, Report, ReviewedPool};
use crate::rule::catalogue::Catalogue;
use crate::rule::file::Sees;
use crate::source::{SourceId, Sources};

/// What a run needs to know.
pub struct ScanJob<'a> {
    /// What was seen.
    pub estate: &'a Estate,
    /// The last day of which the pools show something: that of the snapshot, if they are from one.
    pub today: Date,
    /// The templates that the pools are from, if they are: they are judged case by case.
    pub templates: Option<&'a Templates>,
    /// Settings.
    pub settings: &'a Settings,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Findings from before: configuration, users' rules.
    pub findings: Vec<Finding>,
    /// Which changes of protection fail the run, where something says what was before.
    pub fail_on: Option<FailOn>,
    /// Whether some format shows the effective tables.
    pub wants_tables: bool,
}

/// Runs something with the rules.
fn with_rules<T>(job: &ScanJob<'_>, run: impl Fn(LintContext<'_>) -> T) -> T {
    let catalogue = job.catalogue;
    let single = job.estate.pools.len() == 1 && job.templates.is_none();
    if !single {
        catalogue.prepare();
    }
    catalogue.within_work(|left_out| {
        run(LintContext {
            catalogue,
            settings: job.settings,
            wants_effective: catalogue.wants_effective(),
            single,
            left_out,
            others: &[],
        })
    })
}

/// What was found in each pool; `places` are theirs.
pub(in crate::app) fn judge(job: &ScanJob<'_>, places: &[SourceId]) -> Vec<Evaluated> {
    let pools = &job.estate.pools;
    with_rules(job, |context| {
        let one =
            |(pool, place): (&Observed, &SourceId)| lint::evaluate_observed(pool, *place, job.today, context);
        pools.par_iter().zip(places).map(one).collect()
    })
}

/// So many rules are named to people.
const FEW: usize = 3;

fn left_out(rules: &[RuleId], pool: &str) -> NotChecked {
    let rules: Vec<_> = rules.iter().map(RuleId::as_str).collect();
    let what = format!("{} on pool {pool}", rules.join(", "));
    NotChecked {
        brief: (rules.len() > FEW).then(|| format!("{} rules on pool {pool}", rules.len())),
        ..NotChecked::left_out(what, "what they need is not known")
    }
}

/// Hides credentials, and what variables hold, in a change that is shown.
fn hide(mask: &Mask, change: &mut ReviewedPool) {
    for (title, _) in &mut change.names {
        mask.text(title);
    }
    if let Some(condition) = &mut change.condition {
        mask.text(condition);
    }
    for setting in &mut change.settings {
        let values = [&mut setting.before, &mut setting.after];
        values.into_iter().flatten().for_each(|value| mask.value(value));
    }
    mask.comparison(&mut change.comparison);
}

/// Judges every pool that was seen. What could not be seen is in the report, and gives exit code 4.
pub fn scan(mut job: ScanJob<'_>, mut sources: Sources) -> Report {
    let pools = &job.estate.pools;
    let mut findings = std::mem::take(&mut job.findings);
    let mut not_checked = conclude::disabled(job.settings);
    let mut changes = None;
    let mut rules_not_checked = BTreeSet::new();
    let judged = if let Some(templates) = job.templates {
        // The rules may run twice, so that each run adds its places to the same texts.
        let (judged, places) = with_rules(&job, |context| {
            let mut places = sources.clone();
            let judged = scan::judge(templates, &mut places, context);
            (judged, places)
        });
        sources = places;
        findings.extend(judged.findings);
        for (pool, rules) in judged.left_out {
            not_checked.push(left_out(&rules, &pool));
            rules_not_checked.extend(rules);
        }
        not_checked.extend(templates.notes.iter().cloned());
        not_checked.extend(judged.notes);
        changes = judged.changes;
        Vec::new()
    } else {
        let places = estate::sources(pools, &mut sources);
        judge(&job, &places)
    };
    findings.append(&mut lint::used_up(job.catalogue));
    not_checked.extend(conclude::used_up(job.catalogue));
    // Of 20,000 pools, a list that doubles as it grows would be the largest thing of the run.
    findings.reserve_exact(judged.iter().map(|judged| judged.findings.len()).sum());
    for (pool, judged) in pools.iter().zip(judged) {
        findings.extend(judged.findings);
        if !judged.left_out.is_empty() {
            not_checked.push(left_out(&judged.left_out, pool.id()));
            rules_not_checked.extend(judged.left_out);
        }
    }
    let mask = estate::mask(pools, &sources);
    findings.par_iter_mut().for_each(|finding| mask.finding(finding));
    // Of templates each case is checked by itself: what differs between them is no less checked.
    let by_case = job.templates.map(Templates::unread);
    not_checked.append(&mut unseen(by_case.as_ref().unwrap_or(job.estate)));
    not_checked.extend(conclude::asked_elsewhere(job.estate));
    mask.entries(&mut not_checked);
    changes
        .iter_mut()
        .flatten()
        .for_each(|change| hide(&mask, change));
    let found = Found {
        findings,
        not_checked,
        counts: [0, 0, pools.len()],
        changes,
        fail_on: job.fail_on,
        rules_not_checked,
        overviews: estate::overviews(pools, &mask, job.today),
        protections: if job.wants_tables {
            estate::protections(pools, &mask)
        } else {
            Vec::new()
        },
        sources,
        nothing_there: Some(job.estate.nothing_there()),
        without_pools: job.templates.map_or(0, Templates::without_any_pool),
    };
    let running = || conclude::running(job.catalogue, job.settings, Sees::Observed);
    ended::scan(found, job.settings, running().count(), |findings| {
        conclude::metadata(running(), findings)
    })
}
