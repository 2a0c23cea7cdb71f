//! `html`: one self-contained page, drawn by a template that escapes everything.

pub(super) mod card;
pub(super) mod diff;
pub(super) mod estate;
pub(super) mod excerpt;
pub(super) mod page;
pub(super) mod pane;
pub(super) mod protection;

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde::Serialize;

use crate::report::{NotChecked, Report, Section, Summary};

use super::difference;
use super::estate::{self as standing, is_by_rule};
use super::index::RuleIndex;
use super::section::{self, HtmlPart};
use super::{RenderOptions, bound, head, review, summary, words};
use crate::render::html::card::{Card, Quiet};
use crate::render::html::estate::{Estate, Matrix};
use crate::render::html::page::Tile;
use crate::render::html::pane::{Choice, Places, severities};
use crate::render::html::protection::{Outlook, Tables};

/// The template; its only input is [`Page`].
/// Its parts for many pools and for a base are macros, which stand first.
const TEMPLATE: &str = concat!(
    "{%- macro script() -%}\n",
    include_str!("html/estate.js"),
    "{%- endmacro -%}\n",
    include_str!("html/estate.html.jinja"),
    include_str!("html/report.html.jinja")
);

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
    /// Choices of findings by severity, and of pools by account and region; none where there are too few to choose from.
    severities: Vec<Choice>,
    places: Vec<Choice>,
    /// Set where there are many findings; they are not cards then.
    estate: Option<Estate>,
    /// Set where a base is named.
    changes: Vec<HtmlPart>,
    findings: Vec<Card>,
    /// What is not on the page; likewise below.
    more_findings: Option<String>,
    suppressed: Vec<Card>,
    more_suppressed: Option<String>,
    /// Rules that found nothing.
    quiet: Vec<Quiet>,
    pools: Tables,
    signals: [&'static str; 4],
    legend: Vec<Outlook>,
}

impl Page {
    fn new(report: &Report, rules: &RuleIndex<'_>, options: &RenderOptions) -> Self {
        let shown = |is_suppressed: bool| {
            let found = report.findings.iter();
            let found = found.filter(|one| one.suppressed.is_some() == is_suppressed);
            let (shown, more) = bound::worst(found, bound::FINDINGS);
            let cards: Vec<_> = difference::alike(shown)
                .iter()
                .filter_map(|group| card::card(report, rules, group, options))
                .collect();
            (cards, bound::more(more, "finding", "findings"))
        };
        let places = Places::of(report);
        let estate = is_by_rule(report).then(|| Estate::new(report, rules, &places));
        let (findings, more_findings) = match estate {
            Some(_) => (Vec::new(), None),
            None => shown(false),
        };
        let (suppressed, more_suppressed) = match estate {
            Some(_) => (Vec::new(), None),
            None => shown(true),
        };
        let pools = Tables::of(report);
        let matrix = Matrix::of(report, &pools.numbers, &places);
        let (failed, not_checked) = not_checked(report, estate.is_some());
        let mut page = Self {
            command: report.command,
            version: report.version,
            verdict: summary::verdict(report).map_or(Some("clean"), |worst| Some(worst.as_str())),
            line: summary::headline(report),
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
            severities: severities(report),
            places: places.choices(report),
            estate,
            changes: review::page_parts(report)
                .into_iter()
                .map(section::html_part)
                .collect(),
            findings,
            more_findings,
            suppressed,
            more_suppressed,
            quiet: card::quiet(report, rules),
            pools,
            signals: words::SIGNALS,
            legend: protection::legend(),
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
            (!self.pools.shown.is_empty(), "protection", "Effective protection"),
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
        let unchecked = &report.summary.rules_not_checked;
        let unknown = unchecked.iter().filter(|rule| !found.contains(rule)).count();
        let nothing = ran.saturating_sub(found.len() + unknown);
        let mut words = vec![
            format!("{} found something", found.len()),
            format!("{nothing} nothing"),
        ];
        words.extend((unknown > 0).then(|| format!("{unknown} not checked on some pool")));
        facts.push(("rules", words.join(", ")));
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

/// The outcome in words: what a section's exit code means, else what was found.
fn badge(report: &Report) -> &'static str {
    let summary = &report.summary;
    match (&report.section, report.exit_code) {
        (Some(Section::Plan(plan)), 0) if plan.outcome.is_some() => "applied",
        (Some(_), 0) => "OK",
        (Some(Section::Plan(_)), 3) => "changes",
        (Some(Section::Feedback(_)), 3) => "nothing written",
        (Some(Section::Plan(_) | Section::Feedback(_)), 5) => "refused",
        (Some(Section::Gate(_)), 5) => "not met",
        (Some(_), _) | (None, 4) => "incomplete",
        (None, 2) if summary.input_faults > 0 => "input errors",
        (None, 2) if summary.differences.is_none_or(|count| count.missing == 0) => "nothing checked",
        (None, _) => match (
            summary.differences,
            summary.errors,
            summary.warnings,
            summary.notes,
        ) {
            (Some(count), ..) if count.weaker > count.missing => "weaker",
            (Some(count), ..) if count.missing > 0 => "missing",
            (Some(count), ..) if count.total() > 0 => "differs",
            (Some(_), ..) => "no differences",
            (None, 0, 0, 0) => "no findings",
            (None, 0, 0, _) => "notes only",
            (None, 0, ..) => "warnings found",
            (None, ..) => "errors found",
        },
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
        Some(count) => {
            let kinds = [
                ("weaker", "error"),
                ("missing", "error"),
                ("effect undefined", "warning"),
                ("without a policy", "warning"),
                ("neutral", "warning"),
                ("stronger", "note"),
            ];
            let tiles = count.parts().into_iter().zip(kinds);
            // Most estates have neither.
            let tiles = tiles.filter(|(number, (words, _))| {
                *number > 0 || !["missing", "without a policy"].contains(words)
            });
            tiles
                .map(|(number, (words, class))| tile(number, words, class))
                .collect()
        }
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
