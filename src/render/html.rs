//! `html`: one self-contained page, drawn by a template that escapes everything.

pub(super) mod diff;
pub(super) mod estate;
pub(super) mod excerpt;
pub(super) mod page;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::model::effective::{Cell, CellOutcome, Reason};
use crate::report::{NotChecked, PoolProtection, Report, Section, Summary};

use super::difference;
use super::estate::{self as standing, is_estate};
use super::index::RuleIndex;
use super::matrix::{Group, Line, groups};
use super::place::Place;
use super::section::{self, HtmlPart};
use super::{RenderOptions, bound, escape, head, review, summary, words};
use crate::render::html::diff::{DiffLine, diff};
use crate::render::html::estate::{Estate, Matrix};
use crate::render::html::excerpt::{Excerpt, excerpt};
use crate::render::html::page::Tile;

/// The template; its only input is [`Page`].
/// Its parts for many pools and for a base are macros, which stand first.
const TEMPLATE: &str = concat!(
    "{%- macro script() -%}\n",
    include_str!("html/estate.js"),
    "{%- endmacro -%}\n",
    include_str!("html/estate.html.jinja"),
    include_str!("html/report.html.jinja")
);
/// Effective tables beside the matrix of many pools: some 300 KB.
const ESTATE_TABLES: usize = 25;

/// Writes the page.
pub(super) fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(report, &RuleIndex::new(report, options), options);
    page::draw(TEMPLATE, &page, out)
}

/// What the template shows. Texts are hostile; the template escapes them.
#[derive(Serialize)]
struct Page {
    command: &'static str,
    version: &'static str,
    /// `None` where nothing was judged.
    verdict: Option<&'static str>,
    /// The verdict in words.
    badge: &'static str,
    line: String,
    nothing: Option<String>,
    /// Names and values below it.
    facts: Vec<(&'static str, String)>,
    tiles: Vec<Tile>,
    /// Ids and words of the parts, for the table of contents.
    index: Vec<(&'static str, &'static str)>,
    /// What should have been read.
    failed: Vec<String>,
    not_checked: Vec<String>,
    /// Whether rules ran or anything was compared.
    judged: bool,
    /// What the command has to say beside findings; these are not cards then.
    section: Vec<HtmlPart>,
    /// The pools or policies in rows.
    matrix: Option<Matrix>,
    /// The source of the script that searches and sorts, where there are enough rows for it.
    hash: Option<String>,
    /// Set where there are many pools; their findings are not cards then.
    estate: Option<Estate>,
    /// Set where a base is named.
    changes: Vec<HtmlPart>,
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

#[derive(Serialize)]
struct Card {
    severity: &'static str,
    rule: String,
    docs: Option<String>,
    message: String,
    place: String,
    /// Where the place can be seen.
    source: Option<String>,
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
            let cards: Vec<_> = shown
                .into_iter()
                .map(|one| card(report, rules, one, options))
                .collect();
            (cards, bound::more(more, "finding", "findings"))
        };
        let estate = is_estate(report).then(|| Estate::new(report, rules));
        let (findings, more_findings) = match estate {
            Some(_) => (Vec::new(), None),
            None => shown(false),
        };
        let (suppressed, more_suppressed) = shown(true);
        let most = if estate.is_some() {
            ESTATE_TABLES
        } else {
            bound::POOLS
        };
        let (pools, more_pools) = bound::pools(report, most);
        let matrix = Matrix::of(report, &pools);
        let (failed, not_checked) = not_checked(report, estate.is_some());
        let mut page = Self {
            command: report.command,
            version: report.version,
            verdict: summary::verdict(report).map_or(Some("clean"), |worst| Some(worst.as_str())),
            line: summary::closing(report),
            nothing: summary::nothing(&report.summary),
            badge: badge(report),
            facts: facts(report, options),
            tiles: Vec::new(),
            index: Vec::new(),
            failed,
            not_checked,
            judged: report.command != "explain" && report.section.as_ref().is_none_or(Section::judges),
            section: section::html_parts(report, options),
            hash: matrix
                .as_ref()
                .filter(|matrix| matrix.filtered)
                .map(|_| page::script_hash()),
            matrix,
            estate,
            changes: review::page_parts(report)
                .into_iter()
                .map(section::html_part)
                .collect(),
            findings,
            more_findings,
            suppressed,
            more_suppressed,
            pools: pools.into_iter().map(pool).collect(),
            more_pools: bound::more(more_pools, "table", "tables"),
            signals: words::SIGNALS,
            legend: OUTCOMES.into_iter().map(outlook).collect(),
        };
        if !page.judged {
            page.verdict = None;
        } else if report.section.is_none() {
            page.tiles = tiles(&report.summary);
        }
        page.index = page.parts();
        page
    }

    /// The parts that there are, in the order of the page.
    fn parts(&self) -> Vec<(&'static str, &'static str)> {
        let parts = [
            (!self.failed.is_empty(), "failed", "Could not be read"),
            (!self.changes.is_empty(), "changes", "Changes"),
            (self.matrix.is_some(), "pools", "Overview"),
            (self.judged && self.section.is_empty(), "findings", "Findings"),
            (!self.pools.is_empty(), "protection", "Effective protection"),
            (!self.not_checked.is_empty(), "not-checked", "Not checked"),
        ];
        let there = parts.into_iter().filter(|(is_there, ..)| *is_there);
        there.map(|(_, id, words)| (id, words)).collect()
    }
}

/// What the report is filed by, and how many rules found nothing.
fn facts(report: &Report, options: &RenderOptions) -> Vec<(&'static str, String)> {
    let mut facts = head::facts(&options.head, head::places(report, &options.head));
    let ran = report.summary.rules;
    if ran > 0 {
        let found = report.findings.iter().filter(|one| !one.is_input_fault);
        let found: BTreeSet<_> = found.map(|one| &one.rule).collect();
        let nothing = ran.saturating_sub(found.len());
        facts.push((
            "rules",
            format!("{ran} ran; {} found something, {nothing} nothing", found.len()),
        ));
    }
    facts
}

/// What should have been read, and what nobody meant to; of many pools by reason.
fn not_checked(report: &Report, by_reason: bool) -> (Vec<String>, Vec<String>) {
    let of = |failed: bool| {
        let entries = report.summary.not_checked.iter();
        let entries = entries.filter(|entry| entry.failed == failed);
        // Whether it failed says the heading; without the mark, no text can move an entry under the other one.
        let entries = entries.map(|entry| NotChecked {
            failed: false,
            ..entry.clone()
        });
        let summary = Summary {
            not_checked: entries.collect(),
            ..Summary::default()
        };
        if by_reason {
            standing::not_checked(&summary)
        } else {
            summary::not_checked(&summary).collect()
        }
    };
    (of(true), of(false))
}

/// What a section's exit code means; the verdict of a report without one.
fn badge(report: &Report) -> &'static str {
    match (&report.section, report.exit_code) {
        (Some(_), 0) => "OK",
        (Some(Section::Plan(_)), 3) => "changes",
        (Some(Section::Feedback(_)), 3) => "nothing written",
        (Some(Section::Plan(_) | Section::Feedback(_)), 5) => "refused",
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

fn card(report: &Report, rules: &RuleIndex<'_>, finding: &Finding, options: &RenderOptions) -> Card {
    let text = |text: &str| words::filled(text).map(escape::one_line);
    let primary_place = Place::new(report, &finding.primary);
    // Without a text, the place alone is in the head.
    let primary = primary_place
        .span
        .and_then(|_| excerpt(&primary_place, &finding.label));
    let related = finding.related.iter();
    let related =
        related.filter_map(|related| excerpt(&Place::new(report, &related.location), &related.label));
    let (place, source) = (primary_place.text(), primary_place.url(options));
    // The place in a pool begins with its name.
    let policy = finding.policy.as_deref().map(escape::one_line);
    let policy = policy.filter(|policy| !place.starts_with(policy));
    Card {
        severity: finding.severity.as_str(),
        rule: finding.rule.to_string(),
        docs: rules.docs_url(&finding.rule),
        message: escape::one_line(&finding.message),
        place,
        source,
        policy,
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
        outcome: Outlook {
            // Nobody can configure this: it does not stand out as what a pool lacks does.
            class: match cell.reason {
                Reason::FlowUndocumented => "undocumented",
                _ => cell.outcome.as_str(),
            },
            ..outlook(cell.outcome)
        },
        columns,
        words: cell.words(),
        why: why.join(" "),
        notes: numbers,
    }
}
