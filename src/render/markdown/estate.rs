//! `markdown` of many pools: the matrix, what was found by rule, and single findings folded by rule.

use std::fmt::Write as _;

use crate::finding::Finding;
use crate::render::estate::{RuleGroup, Standing, by_rule, first, folded, not_checked};
use crate::render::index::RuleIndex;
use crate::render::markdown::page::{Page, folded as details, severity_mark};
use crate::render::place::Place;
use crate::render::{escape, words};
use crate::report::Report;

/// Findings of one rule that are listed.
const PER_RULE: usize = 100;

/// Fills the page after its head.
pub(in crate::render) fn fill(page: &mut Page, report: &Report, rules: &RuleIndex<'_>) {
    let groups = by_rule(report, rules);
    // What was found, and what was not checked, has room whatever the number of pools.
    let mut tail = Page {
        text: String::new(),
        room: page.room / 2,
    };
    tail.list(
        "\n### Findings by rule\n\n| | Rule | Count | Where |\n|---|---|---|---|\n",
        groups.iter().map(|group| rule(report, rules, group)),
        0,
        ["rule", "rules"],
    );
    let reasons = not_checked(&report.summary).into_iter();
    tail.list(
        "\n### Not checked\n\n",
        reasons.map(|reason| format!("- {}\n", escape::markdown_code(&reason))),
        0,
        ["reason", "reasons"],
    );
    let whole = page.room;
    page.room = whole.saturating_sub(tail.text.len());
    pools(page, report);
    page.room = whole;
    page.text += &tail.text;
    page.list(
        "\n### Details\n\n",
        groups.iter().map(|group| findings(report, group)),
        0,
        ["rule's details", "rules' details"],
    );
}

/// The matrix, equal rows in one.
pub(in crate::render) fn pools(page: &mut Page, report: &Report) {
    let is_live = report.overviews.first().is_none_or(|pool| pool.is_live);
    let title = if is_live { "Pools" } else { "Policies" };
    page.list(
        &format!(
            "\n### {title}\n\n| | {title} | Plan | Standard | Custom | {} | Alarms | Logs |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
            words::SIGNALS.join(" | ")
        ),
        folded(report).iter().map(|group| row(group)),
        0,
        ["row", "rows"],
    );
}

/// Pools of which everything but the name is equal. Values stand in words; the mark only repeats them.
fn row(group: &[Standing<'_>]) -> String {
    let Some(worst) = group.first() else {
        return String::new();
    };
    let [plan, standard, custom] = Standing::modes_of(group);
    let [_, logs] = worst.watched();
    let alarms = worst.alarms();
    let signals = worst
        .pool
        .signals
        .map(|cell| format!("{} {}", words::outcome_symbol(cell.outcome), cell.words()));
    let names = first(group.iter().map(|row| row.pool.title.as_str()));
    format!(
        "| {} | {} | {plan} | {standard} | {custom} | {} | {alarms} | {logs} |\n",
        match worst.severity() {
            Some(severity) => severity_mark(severity),
            None if worst.is_unjudged() => "❔ partial",
            None => "✅",
        },
        escape::markdown(&names),
        signals.join(" | "),
    )
}

fn rule(report: &Report, rules: &RuleIndex<'_>, group: &RuleGroup<'_>) -> String {
    let id = match rules.docs_url(group.rule) {
        Some(url) => format!("[{}]({url})", group.rule),
        None => group.rule.to_string(),
    };
    format!(
        "| {} {} | {id}: {} | {} | {} |\n",
        severity_mark(group.severity()),
        group.severity().as_str(),
        escape::markdown_code(group.about),
        group.count(report),
        escape::markdown(&first(group.pools.iter().map(AsRef::as_ref))),
    )
}

/// Places and messages of one rule, folded.
fn findings(report: &Report, group: &RuleGroup<'_>) -> String {
    let line = |finding: &&Finding| {
        let place = Place::new(report, &finding.primary).text();
        let (place, message) = (escape::markdown(&place), escape::markdown_code(&finding.message));
        format!("- {place}: {message}\n")
    };
    let of_rule = report.findings.iter();
    let of_rule = of_rule.filter(|one| one.suppressed.is_none() && one.rule == *group.rule);
    let mut body: String = of_rule.take(PER_RULE).map(|finding| line(&finding)).collect();
    if let Some(more) = group.findings().checked_sub(PER_RULE).filter(|more| *more > 0) {
        let _ = writeln!(body, "- and {more} more; `--format concise` has all of them");
    }
    let head = format!(
        "{} <b>{}</b> {}",
        severity_mark(group.severity()),
        group.rule,
        group.count(report)
    );
    details(&head, &body)
}
