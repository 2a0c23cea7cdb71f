//! One observed pool checked: the rules that see such postures, as far as what they need was read.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::finding::Finding;
use crate::ident::RuleId;
use crate::lint::evaluate::override_severities;
use crate::lint::input::LintContext;
use crate::lint::resolve::{self, Ground};
use crate::model::observed::Observed;
use crate::model::posture::Part;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::rule::compiled::Rule;
use crate::rule::file::{Sees, Stage};
use crate::rule::inputs::{Facts, view};
use crate::source::SourceId;

/// What judging one pool gave.
#[derive(Debug, Default)]
pub struct Evaluated {
    /// What was found; the places are pointers into the pool.
    pub findings: Vec<Finding>,
    /// Rules that could not run, because a part that they need was not read.
    pub left_out: Vec<RuleId>,
    /// Rules that failed on it, or used up the work of the run: what they would have found is unknown.
    pub failed: Vec<RuleId>,
}

/// Whether a finding is about a client's own.
fn is_of_client(finding: &Finding) -> bool {
    let pointer = finding.primary.pointer.as_ref();
    pointer.is_some_and(|pointer| pointer.as_str().starts_with("/clients/"))
}

/// Runs the rules that see observed postures. `source` is the pool's; nothing is known of it after `day`.
pub fn evaluate_observed(
    pool: &Observed,
    source: SourceId,
    day: Date,
    context: LintContext<'_>,
) -> Evaluated {
    let posture = &pool.posture;
    let view = view(Facts {
        name: pool.id(),
        posture: Some(posture),
        created: pool.created,
        modified: pool.modified(day),
        users: pool.estimated_users,
        today: day,
        wants_effective: context.wants_effective,
        ..Facts::default()
    });
    let places = Places::without_text(source);
    let file = ParsedFile::empty(source);
    let ground = Ground {
        places: &places,
        file: &file,
        others: &[],
    };
    let enabled = |rule: &Rule| context.runs(rule);
    // Clients that are there are judged where others may be as well.
    let is_unread =
        |part| posture.unread.contains(&part) && !(part == Part::Clients && posture.template.more_clients);
    let blind = |rule: &Rule| rule.needs.iter().any(|need| is_unread(need.part()));
    // Responses of a client stand for themselves: in a template, where the pool's may be elsewhere, they are judged.
    let sees_clients = |rule: &Rule| {
        let is_read = |part| part == Part::Responses || !is_unread(part);
        posture.template.is_source && rule.needs.iter().all(|need| is_read(need.part()))
    };
    let runs = |rule: &Rule| enabled(rule) && (!blind(rule) || sees_clients(rule));
    let results = context.catalogue.run(Stage::Posture, &view, &runs);
    let failed = results.iter().filter(|(_, result)| result.is_err());
    let failed = failed.map(|(rule, _)| rule.meta.id.clone()).collect();
    let mut findings = resolve::findings(results, &ground, None);
    let blind_to_pool: BTreeSet<_> = context
        .catalogue
        .rules()
        .iter()
        .filter(|rule| blind(rule))
        .map(|rule| &rule.meta.id)
        .collect();
    findings.retain(|finding| !blind_to_pool.contains(&finding.rule) || is_of_client(finding));
    override_severities(&mut findings, context.settings);
    for finding in &mut findings {
        finding.policy = Some(pool.title());
        // A pool is not fixed by changing a file.
        finding.fix = None;
    }
    let sees = |rule: &&Rule| rule.sees.contains(&Sees::Observed) && rule.stage == Stage::Posture;
    let left_out = context
        .catalogue
        .rules()
        .iter()
        .filter(sees)
        .filter(|rule| enabled(rule) && blind(rule));
    Evaluated {
        findings,
        left_out: left_out.map(|rule| rule.meta.id.clone()).collect(),
        failed,
    }
}
