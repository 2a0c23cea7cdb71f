//! `html` of pools in rows: the matrix, and of many pools the findings by rule. Nothing of it needs a script.

use std::collections::HashMap;

use serde::Serialize;

use crate::finding::Finding;
use crate::report::Report;

use crate::render::estate::{RuleGroup, Standing, by_rule, signs, standings};
use crate::render::html::card;
use crate::render::html::pane::{self, Choice, Places};
use crate::render::index::RuleIndex;
use crate::render::place::Place;
use crate::render::{bound, escape, words};

/// Findings on the page, each a line.
const FINDINGS: usize = 1_500;

/// Suppressed findings, likewise.
const SUPPRESSED: usize = 500;

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
    /// What the marks in it mean.
    signs: String,
}

/// The findings of many pools by rule. Likewise.
#[derive(Serialize)]
pub(in crate::render) struct Estate {
    rules: Vec<EstateRule>,
    suppressed: Vec<Found>,
    more_suppressed: Option<String>,
}

/// A pool in the matrix.
#[derive(Serialize)]
struct EstateRow {
    /// `error`, `warning`, `note`, `clean`, or `unjudged` where there is no finding in what could be read.
    class: &'static str,
    /// What of it was not read; empty for nothing.
    unread: &'static str,
    name: String,
    /// The number of its effective table, if that is on the page.
    table: Option<usize>,
    /// Account and region, and their number in the choices.
    place: String,
    at: Option<usize>,
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
    words: String,
    marks: String,
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
    findings: Vec<Found>,
    more: Option<String>,
}

/// A finding in a line.
#[derive(Serialize)]
struct Found {
    place: String,
    /// What is wrong; of a suppressed one also the rule, and why it does not count.
    message: String,
    /// The number of its pool's account and region in the choices.
    at: Option<usize>,
}

impl Estate {
    pub(in crate::render) fn new(report: &Report, rules: &RuleIndex<'_>, places: &Places<'_>) -> Self {
        let (suppressed, found): (Vec<_>, Vec<_>) =
            report.findings.iter().partition(|one| one.suppressed.is_some());
        let (suppressed, more_suppressed) = bound::worst(suppressed.into_iter(), SUPPRESSED);
        let line = |one: &Finding, message: String| Found {
            place: Place::new(report, &one.primary).text(),
            message: escape::one_line(&message),
            at: words::subject(one).and_then(|title| places.of_pool(&title)),
        };
        let accepted = |one: &&Finding| {
            let why = one
                .suppressed
                .as_ref()
                .map(words::suppression)
                .unwrap_or_default();
            line(one, format!("{}: {}; {why}", one.rule, one.message))
        };
        let mut of_rules: HashMap<_, Vec<_>> = HashMap::new();
        for one in found {
            of_rules.entry(&one.rule).or_default().push(one);
        }
        let groups = by_rule(report, rules);
        let counts: Vec<_> = groups.iter().map(RuleGroup::findings).collect();
        let groups = groups.into_iter().zip(bound::shares(&counts, FINDINGS));
        let groups = groups.map(|(group, share)| {
            let of_rule = of_rules.remove(group.rule).unwrap_or_default();
            let (shown, more) = bound::worst(of_rule.into_iter(), share);
            EstateRule {
                severity: group.severity().as_str(),
                rule: group.rule.to_string(),
                docs: rules.docs_url(group.rule),
                about: escape::one_line(group.about),
                count: group.count(report),
                why: card::why(rules, group.rule).unwrap_or_default(),
                controls: card::controls(rules, group.rule).unwrap_or_default(),
                help: shown
                    .first()
                    .map_or_else(String::new, |one| escape::one_line(&one.help)),
                findings: shown
                    .into_iter()
                    .map(|one| line(one, one.message.clone()))
                    .collect(),
                more: bound::more(more, "finding", "findings"),
            }
        });
        Self {
            rules: groups.collect(),
            suppressed: suppressed.iter().map(accepted).collect(),
            more_suppressed: bound::more(more_suppressed, "suppressed finding", "suppressed findings"),
        }
    }
}

impl Matrix {
    /// The worst first; `tables` are on the same page. `None` without anything to compare, and where a section says more.
    pub(in crate::render) fn of(
        report: &Report,
        tables: &HashMap<String, usize>,
        places: &Places<'_>,
    ) -> Option<Self> {
        let rows = standings(report);
        let first = rows.first().filter(|_| report.section.is_none())?;
        let left = rows.len().saturating_sub(bound::POOLS);
        let title = if first.pool.is_live { "Pools" } else { "Policies" };
        let shown = rows.iter().take(bound::POOLS);
        let shown: Vec<_> = shown.map(|one| row(one, tables, places)).collect();
        Some(Self {
            title,
            filtered: rows.len() > GLANCE,
            choices: choices(&shown),
            signs: signs(rows.iter().map(|row| row.pool)).join("; "),
            rows: shown,
            more: (left > 0).then(|| format!("and {left} more; `--format csv` has all of them")),
        })
    }
}

fn choices(rows: &[EstateRow]) -> [Choice; 4] {
    let choice = |id: &str, words: &str, is_one: fn(&EstateRow) -> bool| Choice {
        id: id.to_owned(),
        words: words.to_owned(),
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

fn row(standing: &Standing<'_>, tables: &HashMap<String, usize>, places: &Places<'_>) -> EstateRow {
    let pool = standing.pool;
    let [high, leaked, medium, low] = pool.weakness();
    let mut ranks = [low, medium, high, leaked].into_iter();
    let [_, logs] = standing.watched();
    EstateRow {
        class: match standing.severity() {
            Some(severity) => severity.as_str(),
            None if standing.is_unjudged() => "unjudged",
            None => "clean",
        },
        unread: standing.unread(),
        name: escape::one_line(&pool.title),
        table: tables.get(&pool.title).copied(),
        place: pane::words(pool),
        at: places.of_pool(&pool.title),
        tags: escape::one_line(&pool.tags.join(", ")),
        modes: Standing::modes_of(std::slice::from_ref(standing)),
        signals: pool.signals.map(|cell| Signalled {
            class: cell.outcome.as_str(),
            symbol: words::outcome_symbol(cell.outcome),
            words: cell.worst(),
            marks: cell.marks(),
            rank: ranks.next().unwrap_or_default(),
        }),
        watched: [standing.alarms(), logs],
        found: standing.found,
    }
}
