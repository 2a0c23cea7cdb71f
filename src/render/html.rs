//! `html`: one self-contained page, drawn by a template that escapes everything.

use std::io::{self, Write};

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::model::effective::{Cell, CellOutcome, Reason};
use crate::report::{PoolProtection, Report, Section, Summary};

use super::difference;
use super::html_diff::{DiffLine, diff};
use super::html_estate::Estate;
use super::html_excerpt::{Excerpt, excerpt};
use super::html_review::ReviewPart;
use super::index::RuleIndex;
use super::matrix::{Group, Line, groups};
use super::place::Place;
use super::section::{self, HtmlPart};
use super::{RenderOptions, bound, escape, estate, summary, words};

/// The template; its only input is [`Page`].
/// Its parts for many pools and for a base are macros, which stand first.
const TEMPLATE: &str = concat!(
    include_str!("html/review.html.jinja"),
    include_str!("html/estate.html.jinja"),
    include_str!("html/report.html.jinja")
);
/// Effective tables beside the matrix of many pools: some 300 KB.
const ESTATE_TABLES: usize = 25;

/// Writes the page.
pub(super) fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("code", code);
    environment
        .add_template("report", TEMPLATE)
        .map_err(io::Error::other)?;
    let template = environment.get_template("report").map_err(io::Error::other)?;
    let page = Page::new(report, &RuleIndex::new(report, options), options);
    let text = template
        .render(minijinja::value::Serde(&page))
        .map_err(io::Error::other)?;
    out.write_all(escape::for_log(&text).as_bytes())
}

/// A sentence with its values in backticks set as code. Escapes everything else; a backtick without a
/// partner stays one.
fn code(text: &str) -> minijinja::Value {
    let parts: Vec<_> = text
        .split('`')
        .map(|part| minijinja::HtmlEscape(part).to_string())
        .collect();
    let paired = parts.len() % 2 == 1;
    let mut html = String::with_capacity(text.len() * 2);
    for (index, part) in parts.iter().enumerate() {
        match index {
            0 => html.push_str(part),
            _ if !paired => html.extend(["`", part]),
            _ if index % 2 == 1 => html.extend(["<code>", part]),
            _ => html.extend(["</code>", part]),
        }
    }
    minijinja::Value::from_safe_string(html)
}

/// What the template shows. Texts are hostile; the template escapes them.
#[derive(Serialize)]
struct Page {
    command: &'static str,
    version: &'static str,
    verdict: &'static str,
    /// The verdict in words.
    badge: &'static str,
    line: String,
    nothing: Option<String>,
    tiles: Vec<Tile>,
    not_checked: Vec<String>,
    /// What the command has to say beside findings; these are not cards then.
    section: Vec<HtmlPart>,
    /// Set where there are many pools; their findings are not cards then.
    estate: Option<Estate>,
    /// Set where a base is named.
    review: Option<ReviewPart>,
    findings: Vec<Card>,
    /// What is not on the page; likewise below.
    more_findings: Option<String>,
    suppressed: Vec<Card>,
    more_suppressed: Option<String>,
    pools: Vec<Pool>,
    more_pools: Option<String>,
    signals: [&'static str; 4],
    legend: Vec<Outlook>,
}

/// A number in the head of the page.
#[derive(Serialize)]
struct Tile {
    number: usize,
    words: &'static str,
    class: &'static str,
}

#[derive(Serialize)]
struct Card {
    severity: &'static str,
    rule: String,
    docs: Option<String>,
    message: String,
    place: String,
    policy: Option<String>,
    excerpts: Vec<Excerpt>,
    help: Option<String>,
    fix: Option<String>,
    suppressed: Option<String>,
    diff: Vec<DiffLine>,
    effects: Vec<String>,
}

#[derive(Serialize)]
struct Pool {
    title: String,
    source: String,
    groups: Vec<Clients>,
    /// Reasons, referred to by their place, from 1.
    notes: Vec<&'static str>,
}

#[derive(Serialize)]
struct Clients {
    names: Vec<String>,
    lines: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    flows: String,
    events: String,
    /// Four, or one that stands for all four.
    cells: Vec<Look>,
}

#[derive(Serialize)]
struct Look {
    outcome: Outlook,
    /// All columns it stands for.
    columns: usize,
    words: String,
    why: String,
    notes: Vec<usize>,
}

/// How an outcome is drawn.
#[derive(Serialize)]
struct Outlook {
    class: &'static str,
    symbol: &'static str,
    words: &'static str,
}

impl Page {
    fn new(report: &Report, rules: &RuleIndex<'_>, options: &RenderOptions) -> Self {
        let shown = |is_suppressed: bool| {
            let found = report.findings.iter();
            let found = found.filter(|one| one.suppressed.is_some() == is_suppressed);
            let (shown, more) = bound::worst(found, bound::FINDINGS);
            let cards: Vec<_> = shown.into_iter().map(|one| card(report, rules, one)).collect();
            (cards, bound::more(more, "finding", "findings"))
        };
        let estate = estate::is_estate(report).then(|| Estate::new(report, rules));
        let (findings, more_findings) = match estate {
            Some(_) => (Vec::new(), None),
            None => shown(false),
        };
        let (suppressed, more_suppressed) = shown(true);
        let summary = &report.summary;
        let (pools, more_pools) = bound::pools(
            report,
            if estate.is_some() {
                ESTATE_TABLES
            } else {
                bound::POOLS
            },
        );
        Self {
            command: report.command,
            version: report.version,
            verdict: summary::verdict(report).map_or("clean", Severity::as_str),
            line: summary::closing(report),
            nothing: summary::nothing(summary),
            badge: badge(report),
            tiles: if report.section.is_some() {
                Vec::new()
            } else {
                tiles(summary)
            },
            not_checked: summary::not_checked(summary).collect(),
            section: section::html_parts(report, options),
            estate,
            review: ReviewPart::of(report),
            findings,
            more_findings,
            suppressed,
            more_suppressed,
            pools: pools.into_iter().map(pool).collect(),
            more_pools: bound::more(more_pools, "table", "tables"),
            signals: words::SIGNALS,
            legend: OUTCOMES.into_iter().map(outlook).collect(),
        }
    }
}

/// What a section's exit code means; the verdict of a report without one.
fn badge(report: &Report) -> &'static str {
    match (&report.section, report.exit_code) {
        (Some(_), 0) => "OK",
        (Some(Section::Plan(_)), 3) => "changes",
        (Some(Section::Plan(_)), 5) => "refused",
        (Some(Section::Gate(_)), 5) => "not met",
        (Some(_), _) => "incomplete",
        (None, _) => summary::verdict(report).map_or("no findings", Severity::as_str),
    }
}

/// Outcomes in the order of the legend: the strongest protection first.
const OUTCOMES: [CellOutcome; 11] = [
    CellOutcome::Blocked,
    CellOutcome::MfaRequired,
    CellOutcome::MfaIfConfigured,
    CellOutcome::AllowedNotified,
    CellOutcome::Allowed,
    CellOutcome::OnlyAudited,
    CellOutcome::Undefined,
    CellOutcome::Blind,
    CellOutcome::Off,
    CellOutcome::NotCovered,
    CellOutcome::Unknown,
];

fn outlook(outcome: CellOutcome) -> Outlook {
    Outlook {
        class: outcome.as_str(),
        symbol: words::outcome_symbol(outcome),
        words: outcome.label(),
    }
}

fn card(report: &Report, rules: &RuleIndex<'_>, finding: &Finding) -> Card {
    let text = |text: &str| words::filled(text).map(escape::one_line);
    let primary = excerpt(&Place::new(report, &finding.primary), &finding.label);
    let related = finding.related.iter();
    let related =
        related.filter_map(|related| excerpt(&Place::new(report, &related.location), &related.label));
    Card {
        severity: finding.severity.as_str(),
        rule: finding.rule.to_string(),
        docs: rules.docs_url(&finding.rule),
        message: escape::one_line(&finding.message),
        place: Place::new(report, &finding.primary).text(),
        policy: finding.policy.as_deref().map(escape::one_line),
        excerpts: primary.into_iter().chain(related).collect(),
        help: text(&finding.help),
        fix: finding.fix.as_ref().map(|fix| escape::one_line(&fix.title)),
        suppressed: finding
            .suppressed
            .as_ref()
            .map(|why| escape::one_line(&words::suppression(why))),
        diff: finding.difference.iter().flat_map(|one| diff(one)).collect(),
        effects: finding
            .difference
            .iter()
            .flat_map(|one| difference::effects(one))
            .map(|effect| escape::one_line(&effect))
            .collect(),
    }
}

/// The numbers in the head: of findings, or of differences.
fn tiles(summary: &Summary) -> Vec<Tile> {
    let tile = |number, words, class| Tile { number, words, class };
    let scope = [
        (summary.pools, "pools"),
        (summary.policies, "policies"),
        (summary.files, "files"),
        (summary.rules, "rules"),
    ];
    let mut tiles = match summary.differences {
        _ if summary::nothing(summary).is_some() => Vec::new(),
        Some(count) => vec![
            tile(count.weaker, "weaker", "error"),
            tile(count.undefined, "effect undefined", "warning"),
            tile(count.neutral, "neutral", "warning"),
            tile(count.stronger, "stronger", "note"),
        ],
        None => vec![
            tile(summary.errors, "errors", "error"),
            tile(summary.warnings, "warnings", "warning"),
            tile(summary.notes, "notes", "note"),
            tile(summary.suppressed, "suppressed", ""),
        ],
    };
    let lint = summary.pools == 0 && summary.differences.is_none();
    let shown = scope
        .into_iter()
        .filter(|(number, words)| if lint { *words != "pools" } else { *number > 0 });
    tiles.extend(shown.map(|(number, words)| tile(number, words, "")));
    tiles
}

fn pool(pool: &PoolProtection) -> Pool {
    let mut notes = Vec::new();
    let clients = |group: Group| Clients {
        names: group
            .clients
            .iter()
            .map(|client| escape::one_line(client))
            .collect(),
        lines: group.lines.iter().map(|line| entry(line, &mut notes)).collect(),
    };
    let groups = groups(&pool.table).into_iter().map(clients).collect();
    Pool {
        title: escape::one_line(&pool.title),
        source: escape::one_line(&pool.source),
        groups,
        notes: notes.into_iter().map(Reason::sentence).collect(),
    }
}

fn entry(line: &Line, notes: &mut Vec<Reason>) -> Entry {
    let shown = if line.is_uniform() { 1 } else { 4 };
    let cells = line.cells.iter().enumerate().take(shown);
    Entry {
        flows: line.flows(),
        events: line.events(),
        cells: cells
            .map(|(at, cell)| {
                let columns = if shown == 1 { 0..4 } else { at..at + 1 };
                let mut reasons: Vec<Reason> = Vec::new();
                for reason in line.reasons[columns.clone()].iter().flatten() {
                    if !reasons.contains(reason) {
                        reasons.push(*reason);
                    }
                }
                look(*cell, &reasons, columns.len(), notes)
            })
            .collect(),
    }
}

fn look(cell: Cell, reasons: &[Reason], columns: usize, notes: &mut Vec<Reason>) -> Look {
    let mut numbers = Vec::new();
    // That the policy says so needs no note.
    for reason in reasons.iter().filter(|reason| **reason != Reason::Configured) {
        let at = notes.iter().position(|note| note == reason).unwrap_or_else(|| {
            notes.push(*reason);
            notes.len() - 1
        });
        numbers.push(at + 1);
    }
    let why: Vec<_> = reasons.iter().map(|reason| reason.sentence()).collect();
    Look {
        outcome: outlook(cell.outcome),
        columns,
        words: cell.words(),
        why: why.join(" "),
        notes: numbers,
    }
}
