//! What changes from a base or a state, in Markdown: the heart of a pull request's comment.

use std::fmt::Write as _;

use crate::model::effective::Direction;
use crate::report::{Report, Review};
use crate::text;

use super::markdown_page::{Page, folded, severity_mark};
use super::review::{self, Section};
use super::{escape, summary};

/// Adds the section, if there is something to compare with.
pub(super) fn fill(page: &mut Page, report: &Report) {
    let Some(shown) = review::shown(report) else {
        return;
    };
    let head = format!(
        "\n### {}\n\n{}.\n",
        escape::markdown(&text::capital(&shown.since)),
        text::capital(&shown.verdict)
    );
    let parts = std::iter::once(String::new()).chain(shown.sections.iter().map(section));
    page.list(
        &head,
        parts,
        shown.more,
        ["policy's or pool's changes", "policies' or pools' changes"],
    );
    let Some(review) = &report.review else { return };
    page.list("\n", not_compared(review), 0, ["policy", "policies"]);
    let resolved = review.resolved.iter().map(|one| {
        let line = escape::markdown_code(&review::resolved(one));
        format!("- {} {line}\n", severity_mark(one.severity))
    });
    folded_list(page, "no longer found", &resolved.collect::<Vec<_>>());
    let suppressed = review::findings(report, &review.suppressed).map(|finding| {
        let why = finding.suppressed.as_ref().map(super::words::suppression);
        let line = format!("{}: {}", finding.message, why.unwrap_or_default());
        let mark = severity_mark(finding.severity);
        format!("- {mark} {}: {}\n", finding.rule, escape::markdown_code(&line))
    });
    folded_list(page, "suppressed since then", &suppressed.collect::<Vec<_>>());
}

fn not_compared(review: &Review) -> impl Iterator<Item = String> {
    let names = review.not_compared.iter();
    names.map(|name| {
        format!(
            "- ❗ {}: not compared: one side has input errors\n",
            escape::markdown(name)
        )
    })
}

fn folded_list(page: &mut Page, what: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let count = summary::count(lines.len(), "finding", "findings");
    let part = folded(&format!("{count} {what}"), &lines.concat());
    page.list("\n", std::iter::once(part), 0, ["list", "lists"]);
}

fn section(section: &Section) -> String {
    let mut text = format!("\n**{}**\n", escape::markdown(&section.title));
    if let Some(fate) = section.fate {
        let _ = write!(text, "\n{}.\n", text::capital(fate));
    }
    if !section.effects.rows.is_empty() {
        text.push_str("\n| | Clients | Request | Before | After |\n|---|---|---|---|---|\n");
    }
    for row in &section.effects.rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} {} | {} | **{}** |",
            mark(row.direction),
            escape::markdown(&row.clients),
            escape::markdown(&row.requests),
            escape::markdown(&row.signals),
            escape::markdown(&row.before),
            escape::markdown(&row.after)
        );
    }
    if let Some(others) = &section.effects.others {
        let _ = write!(text, "\n{}.\n", escape::markdown(&text::capital(others)));
    }
    text.push('\n');
    for line in &section.addresses {
        let _ = writeln!(text, "- {}", escape::markdown(line));
    }
    if !section.settings.is_empty() {
        let mut body = "| Setting | Before | After |\n|---|---|---|\n".to_owned();
        for written in &section.settings {
            let cells = [&written.pointer, &written.before, &written.after].map(|text| escape::code(text));
            let _ = writeln!(body, "| {} |", cells.join(" | "));
        }
        let count = summary::count(section.settings.len(), "setting differs", "settings differ");
        // Without a change for requests, the settings are all there is to see.
        let is_all = section.effects.rows.is_empty() && section.addresses.is_empty();
        let part = if is_all { body } else { folded(&count, &body) };
        let _ = write!(text, "\n{part}");
    }
    if section.more > 0 {
        let _ = write!(text, "\n*{} more.*\n", section.more);
    }
    text
}

fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::Weaker => "🔻 weaker",
        Direction::Undefined => "❔ undefined",
        Direction::Neutral => "neutral",
        Direction::Stronger => "🔺 stronger",
    }
}
