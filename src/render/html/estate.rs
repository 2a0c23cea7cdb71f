//! `html` of pools in rows: the matrix, and of many pools the findings by rule. Nothing of it needs a script.

use std::collections::HashMap;

use serde::Serialize;

use crate::report::Report;

use crate::render::estate::{Standing, by_rule, standings};
use crate::render::html::card;
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{bound, escape, words};

/// Findings on the page, each a line.
const FINDINGS: usize = 1_500;

/// So many rows are seen at a glance; more are searched and sorted.
const GLANCE: usize = 5;

/// The pools or policies in rows. Texts are hostile; the template escapes them.
#[derive(Serialize)]
pub(in crate::render) struct Matrix {
    title: &'static str,
    rows: Vec<EstateRow>,
    more: Option<String>,
    /// Whether there are enough of them to search.
    pub(in crate::render) filtered: bool,
    /// Choices of rows, and how many each leaves: all of them, those with errors, with errors or warnings, and without
    /// ENFORCED.
    choices: [Choice; 4],
}

/// A choice of rows: the id that the style goes by, words and number.
#[derive(Serialize)]
struct Choice {
    id: &'static str,
    words: &'static str,
    count: usize,
}

/// The findings of many pools by rule. Likewise.
#[derive(Serialize)]
pub(in crate::render) struct Estate {
    rules: Vec<EstateRule>,
    more_findings: Option<String>,
}

/// A pool in the matrix.
#[derive(Serialize)]
struct EstateRow {
    /// `error`, `warning`, `note` or `clean`.
    class: &'static str,
    name: String,
    /// The number of its effective table, if that is on the page.
    table: Option<usize>,
    /// Account and region.
    place: String,
    tags: String,
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
    /// What the column is in order by: the weakest first.
    rank: u8,
}

/// A rule with its findings.
#[derive(Serialize)]
struct EstateRule {
    severity: &'static str,
    rule: String,
    docs: Option<String>,
    about: String,
    count: String,
    /// Why it matters.
    why: String,
    /// Controls of others that are about the same.
    controls: String,
    help: String,
    /// Place and message.
    findings: Vec<[String; 2]>,
}

impl Estate {
    pub(in crate::render) fn new(report: &Report, rules: &RuleIndex<'_>) -> Self {
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
                why: card::why(rules, group.rule).unwrap_or_default(),
                controls: card::controls(rules, group.rule).unwrap_or_default(),
                help: of_rule()
                    .next()
                    .map_or_else(String::new, |one| escape::one_line(&one.help)),
                findings: of_rule().map(line).collect(),
            }
        });
        Self {
            rules: groups.collect(),
            more_findings: bound::more(more, "finding", "findings"),
        }
    }
}

impl Matrix {
    /// The worst first; `tables` are on the same page. `None` without anything to compare, and where a section says more.
    pub(in crate::render) fn of(report: &Report, tables: &HashMap<String, usize>) -> Option<Self> {
        let rows = standings(report);
        let first = rows.first().filter(|_| report.section.is_none())?;
        let left = rows.len().saturating_sub(bound::POOLS);
        let title = if first.pool.is_live { "Pools" } else { "Policies" };
        let shown = rows.iter().take(bound::POOLS);
        let shown: Vec<_> = shown.map(|one| row(one, tables)).collect();
        Some(Self {
            title,
            filtered: rows.len() > GLANCE,
            choices: choices(&shown),
            rows: shown,
            more: (left > 0).then(|| format!("and {left} more; `--format csv` has all of them")),
        })
    }
}

fn choices(rows: &[EstateRow]) -> [Choice; 4] {
    let choice = |id, words, is_one: fn(&EstateRow) -> bool| Choice {
        id,
        words,
        count: rows.iter().filter(|row| is_one(row)).count(),
    };
    [
        choice("only-all", "all", |_| true),
        choice("only-error", "with errors", |row| row.class == "error"),
        choice("only-worse", "with errors or warnings", |row| {
            ["error", "warning"].contains(&row.class)
        }),
        choice("only-open", "standard mode not ENFORCED", |row| {
            row.modes[1] != "ENFORCED"
        }),
    ]
}

fn row(standing: &Standing<'_>, tables: &HashMap<String, usize>) -> EstateRow {
    let pool = standing.pool;
    let [high, leaked, medium, low] = pool.weakness();
    let mut ranks = [low, medium, high, leaked].into_iter();
    let [_, logs] = standing.watched();
    let place = [&pool.account, &pool.region].into_iter().flatten();
    let place: Vec<_> = place.map(|text| escape::one_line(text)).collect();
    EstateRow {
        class: standing
            .severity()
            .map_or("clean", crate::finding::Severity::as_str),
        name: escape::one_line(&pool.title),
        table: tables.get(&pool.title).copied(),
        place: place.join(" "),
        tags: escape::one_line(&pool.tags.join(", ")),
        modes: standing.modes(),
        signals: pool.signals.map(|cell| Signalled {
            class: cell.outcome.as_str(),
            symbol: words::outcome_symbol(cell.outcome),
            words: cell.outcome.label(),
            varies: cell.varies,
            rank: ranks.next().unwrap_or_default(),
        }),
        watched: [standing.alarms(), logs],
        found: standing.found,
    }
}
