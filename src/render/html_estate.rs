//! `html` of many pools: the matrix and the findings by rule. Nothing of it needs a script.

use serde::Serialize;

use crate::report::Report;

use super::estate::{by_rule, not_checked, standings};
use super::index::RuleIndex;
use super::place::Place;
use super::{bound, escape, words};

/// Findings on the page, each a line.
const FINDINGS: usize = 1_500;

/// What the template shows of many pools. Texts are hostile; the template escapes them.
#[derive(Serialize)]
pub(super) struct Estate {
    rows: Vec<EstateRow>,
    more_rows: Option<String>,
    rules: Vec<EstateRule>,
    more_findings: Option<String>,
    reasons: Vec<String>,
}

/// A pool in the matrix.
#[derive(Serialize)]
struct EstateRow {
    /// `error`, `warning`, `note` or `clean`.
    class: &'static str,
    name: String,
    /// Account and region.
    place: String,
    /// Plan and modes.
    modes: [String; 3],
    signals: [Signalled; 4],
    /// Alarms and logs.
    watched: [String; 2],
    found: [usize; 3],
}

/// What happens at one signal.
#[derive(Serialize)]
struct Signalled {
    class: &'static str,
    symbol: &'static str,
    words: &'static str,
    varies: bool,
}

/// A rule with its findings.
#[derive(Serialize)]
struct EstateRule {
    severity: &'static str,
    rule: String,
    docs: Option<String>,
    about: String,
    count: String,
    help: String,
    /// Place and message.
    findings: Vec<[String; 2]>,
}

impl Estate {
    pub(super) fn new(report: &Report, rules: &RuleIndex<'_>) -> Self {
        let found = report.findings.iter().filter(|one| one.suppressed.is_none());
        let (shown, more) = bound::worst(found, FINDINGS);
        let groups = by_rule(report, rules).into_iter().map(|group| {
            let of_rule = || shown.iter().filter(|one| one.rule == *group.rule);
            let line = |one: &&crate::finding::Finding| {
                let place = Place::new(report, &one.primary).text();
                [place, escape::one_line(&one.message)]
            };
            EstateRule {
                severity: group.severity.as_str(),
                rule: group.rule.to_string(),
                docs: rules.docs_url(group.rule),
                about: escape::one_line(group.about),
                count: group.count(report),
                help: of_rule()
                    .next()
                    .map_or_else(String::new, |one| escape::one_line(&one.help)),
                findings: of_rule().map(line).collect(),
            }
        });
        let rows = standings(report);
        let left = rows.len().saturating_sub(bound::POOLS);
        Self {
            rules: groups.collect(),
            more_findings: bound::more(more, "finding", "findings"),
            rows: rows.iter().take(bound::POOLS).map(row).collect(),
            more_rows: (left > 0).then(|| format!("and {left} more; `--format csv` has all of them")),
            reasons: not_checked(report),
        }
    }
}

fn row(standing: &super::estate::Standing<'_>) -> EstateRow {
    let pool = standing.pool;
    let place = [&pool.account, &pool.region].into_iter().flatten();
    let place: Vec<_> = place.map(|text| escape::one_line(text)).collect();
    EstateRow {
        class: standing
            .severity()
            .map_or("clean", crate::finding::Severity::as_str),
        name: escape::one_line(&pool.title),
        place: place.join(" "),
        modes: standing.modes(),
        signals: pool.signals.map(|cell| Signalled {
            class: cell.outcome.as_str(),
            symbol: words::outcome_symbol(cell.outcome),
            words: cell.outcome.label(),
            varies: cell.varies,
        }),
        watched: standing.watched(),
        found: standing.found,
    }
}
