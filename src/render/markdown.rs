//! `markdown`: GitHub-flavoured Markdown for job summaries and comments, within a size.

pub(super) mod estate;
pub(super) mod page;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::difference::Difference;
use crate::finding::{Finding, Location};
use crate::model::effective::Reason;
use crate::report::Report;

use super::difference;
use super::estate::{first, is_by_rule, is_compared};
use super::index::RuleIndex;
use super::matrix::{Alike, Line, alike};
use super::place::Place;
use super::{RenderOptions, bound, escape, review, section, words};
use crate::render::markdown::page::{Page, fenced, folded, head, not_checked, severity_mark};

/// Bytes kept for the words that say what was left out.
const RESERVE: usize = 512;

/// Writes headline, findings (worst first), details, protection; cut at whole rows to the size.
pub(super) fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let rules = RuleIndex::new(report, options);
    let findings = report.findings.iter().filter(|one| one.suppressed.is_none());
    let (findings, more) = bound::worst(findings, bound::FINDINGS);
    let mut page = Page {
        text: head(report),
        room: options.max_bytes.saturating_sub(RESERVE),
    };
    let mut changes = review::page_parts(report);
    if !is_by_rule(report) {
        // They have a table of their own.
        let is_told = |block: &section::Block| matches!(block, section::Block::Folded(list) if list.label == review::INTRODUCED);
        for part in &mut changes {
            part.blocks.retain(|block| !is_told(block));
        }
        changes.retain(|part| part.head.is_some() || !part.blocks.is_empty());
    }
    page.list(
        "",
        changes.iter().map(section::markdown_part),
        0,
        ["part", "parts"],
    );
    if is_by_rule(report) {
        estate::fill(&mut page, report, &rules);
        return out.write_all(escape::for_log(&page.text).as_bytes());
    }
    if is_compared(report) {
        // What differs has room whatever the number of pools.
        let (whole, written) = (page.room, page.text.len());
        page.room = written + whole.saturating_sub(written) / 3;
        estate::pools(&mut page, report);
        page.room = whole;
    }
    // What is new is what a review is about.
    let (new, others) = review::apart(report, findings);
    let (new, others) = (difference::alike(new), difference::alike(others));
    let lists = [
        (&new, 0, "New findings"),
        (&others, more, "Findings that are not new"),
    ];
    for (groups, more, head) in lists {
        let head = match &report.review {
            Some(_) => format!("\n### {head}\n"),
            None => String::new(),
        };
        let rows = groups.iter().map(|group| row(report, &rules, group, options));
        page.list(
            &format!("{head}\n| | Rule | Place | Finding |\n|---|---|---|---|\n"),
            rows,
            more,
            ["finding", "findings"],
        );
    }
    let groups = [new, others].concat();
    not_checked(&mut page, report);
    let details = groups
        .iter()
        .filter_map(|group| details(report, group.first()?, options));
    page.list(
        "\n### Details\n\n",
        details,
        more,
        ["finding's details", "findings' details"],
    );
    let (pools, more) = bound::pools(report, bound::POOLS);
    page.list(
        "\n### Effective protection\n\n",
        alike(pools).iter().map(protection),
        more,
        ["policy's table", "policies' tables"],
    );
    out.write_all(escape::for_log(&page.text).as_bytes())
}

/// Findings that are alike; the first stands for all.
fn row(report: &Report, rules: &RuleIndex<'_>, group: &[&Finding], options: &RenderOptions) -> String {
    let Some(finding) = group.first() else {
        return String::new();
    };
    let rule = match rules.docs_url(&finding.rule) {
        Some(url) => format!("[{}]({url})", finding.rule),
        None => finding.rule.to_string(),
    };
    let mut message = escape::markdown_code(&finding.message);
    if let Some(difference) = finding.difference.as_deref() {
        let shown = values(difference).unwrap_or_else(|| escape::markdown_code(&finding.label));
        message = format!("{message}<br>{shown}");
    }
    if let Some(same) = difference::same(group) {
        message = format!("{message}<br>{}", escape::markdown(&same));
    }
    format!(
        "| {} {} | {rule} | {} | {message} |\n",
        severity_mark(finding.severity),
        finding.severity.as_str(),
        place(report, &finding.primary, options),
    )
}

/// Bytes of a value that has room in a cell.
const CELL: usize = 120;

/// `live → policy`; `None` where one side has no room in a cell.
fn values(difference: &Difference) -> Option<String> {
    let sides = [&difference.live, &difference.policy].map(|value| Difference::words(value.as_ref()));
    let [live, policy] = &sides;
    sides
        .iter()
        .all(|words| words.len() <= CELL && !words.contains('\n'))
        .then(|| format!("live {} → policy {}", escape::code(live), escape::code(policy)))
}

/// A place, as a link where the repository's address is known.
fn place(report: &Report, location: &Location, options: &RenderOptions) -> String {
    let place = Place::new(report, location);
    let text = escape::markdown(&place.text());
    match place.url(options) {
        Some(url) => format!("[{text}]({url})"),
        None => text,
    }
}

/// Help, fix and related locations, folded; `None` if there are none.
fn details(report: &Report, finding: &Finding, options: &RenderOptions) -> Option<String> {
    let mut lines = Vec::new();
    if let Some(help) = words::filled(&finding.help) {
        lines.push(format!("- Help: {}\n", escape::markdown_code(help)));
    }
    if let Some(fix) = &finding.fix {
        lines.push(format!(
            "- Fix: {} (fixable with `--fix`)\n",
            escape::markdown(&fix.title)
        ));
    }
    if let Some(difference) = &finding.difference {
        lines.extend(self::difference(difference));
    }
    for related in &finding.related {
        lines.push(format!(
            "- See {}: {}\n",
            place(report, &related.location, options),
            escape::markdown_code(&related.label)
        ));
    }
    if lines.is_empty() {
        return None;
    }
    let place = Place::new(report, &finding.primary).text();
    let head = format!(
        "{} <b>{}</b> at {}",
        severity_mark(finding.severity),
        finding.rule,
        escape::markdown(&place)
    );
    Some(folded(&head, &lines.concat()))
}

/// What differs, as a diff from live to the policy, and what that does to requests.
fn difference(difference: &Difference) -> Vec<String> {
    let effects = difference::effects(difference).into_iter();
    let mut lines: Vec<_> = effects
        .map(|effect| format!("- Effect: {}\n", escape::markdown(&effect)))
        .collect();
    let shown: Vec<_> = difference::lines(difference)
        .iter()
        .map(|line| format!("{} {}", line.side.mark(), escape::visible(&line.words())))
        .collect();
    lines.push(format!("\n{}", fenced("diff", &shown.join("\n"))));
    lines
}

/// The table of policies that look alike, folded, with the reasons below it.
fn protection(alike: &Alike<'_>) -> String {
    let Some(((pool, groups), others)) = alike.pools.split_first() else {
        return String::new();
    };
    let mut body = format!(
        "| Clients | Flow | Event | {} |\n|---|---|---|---|---|---|---|\n",
        words::SIGNALS.join(" | ")
    );
    let mut why = BTreeSet::new();
    for group in groups {
        let clients: Vec<_> = group
            .clients
            .iter()
            .map(|client| escape::markdown(client))
            .collect();
        for line in group.lines.iter() {
            let cells = line
                .cells
                .map(|cell| format!("{} {}", words::outcome_symbol(cell.outcome), cell.words()));
            let cells = cells.join(" | ");
            let _ = writeln!(
                body,
                "| {} | {} | {} | {cells} |",
                clients.join(", "),
                line.flows(),
                line.events()
            );
            why.extend(reasons(line));
        }
    }
    body.push('\n');
    for (outcome, reason) in why {
        let _ = writeln!(body, "- {outcome}: {reason}");
    }
    if pool.table.clients_unread {
        let _ = writeln!(body, "- {}", words::CLIENTS_UNREAD);
    }
    let mut head = format!("<b>{}</b>", escape::markdown(&pool.title));
    if let Some(source) = words::filled(&pool.source) {
        let _ = write!(head, " ({})", escape::markdown(source));
    }
    if !others.is_empty() {
        let _ = write!(head, " and {} more like it", others.len());
        let names = first(others.iter().map(|(pool, _)| pool.title.as_str()));
        let called = if alike.named().contains(&false) {
            ", whose clients have other names"
        } else {
            ""
        };
        let _ = writeln!(body, "- The same holds for {}{called}.", escape::markdown(&names));
    }
    folded(&head, &body)
}

/// Outcomes with their reasons, where the policy itself is not the reason.
fn reasons(line: &Line) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    let cells = line.cells.iter().zip(&line.reasons);
    cells.flat_map(|(cell, reasons)| {
        let reasons = reasons.iter().filter(|reason| **reason != Reason::Configured);
        reasons.map(|reason| (cell.outcome.label(), reason.sentence()))
    })
}
