//! One observed pool judged: the rules that see such postures, as far as what they need was read.

use crate::finding::Finding;
use crate::lint::case::Bench;
use crate::lint::judge::override_severities;
use crate::lint::resolve::{self, Ground};
use crate::model::observed::Observed;
use crate::policy::parse::ParsedFile;
use crate::policy::place::Places;
use crate::rule::compiled::Rule;
use crate::rule::file::{Sees, Stage};
use crate::rule::inputs::{Facts, view};

/// What judging one pool gave.
#[derive(Debug, Default)]
pub struct Judged<'a> {
    /// What was found; places are in the pool's document.
    pub findings: Vec<Finding>,
    /// Rules that could not run, because a part that they need was not read.
    pub left_out: Vec<&'a Rule>,
}

/// Runs the rules that see observed postures. `places` is the pool written as a policy.
#[must_use]
pub fn judge_observed<'a>(pool: &Observed, places: &Places, bench: Bench<'a>) -> Judged<'a> {
    let posture = &pool.posture;
    let view = view(Facts {
        name: pool.id(),
        posture: Some(posture),
        created: pool.created,
        modified: pool.modified(bench.settings.today),
        users: pool.estimated_users,
        today: bench.settings.today,
        wants_effective: bench.wants_effective,
        ..Facts::default()
    });
    let file = ParsedFile {
        source: places.source,
        documents: Vec::new(),
        ignores: Vec::new(),
        secrets: Vec::new(),
        findings: Vec::new(),
    };
    let ground = Ground {
        places,
        file: &file,
        others: &[],
    };
    let enabled = |rule: &Rule| !bench.settings.disabled.contains_key(&rule.meta.id);
    let blind = |rule: &Rule| {
        rule.needs
            .iter()
            .any(|need| posture.unread.contains(&need.part()))
    };
    let runs = |rule: &Rule| enabled(rule) && !blind(rule);
    let results = bench.catalogue.run(Stage::Posture, &view, &runs);
    let mut findings = resolve::findings(results, &ground, None);
    override_severities(&mut findings, bench.settings);
    for finding in &mut findings {
        finding.policy = Some(pool.title());
        // A pool is not mended by changing a file.
        finding.fix = None;
    }
    let sees = |rule: &&Rule| rule.sees.contains(&Sees::Observed) && rule.stage == Stage::Posture;
    let left_out = bench
        .catalogue
        .rules()
        .iter()
        .filter(sees)
        .filter(|rule| enabled(rule) && blind(rule));
    Judged {
        findings,
        left_out: left_out.collect(),
    }
}
