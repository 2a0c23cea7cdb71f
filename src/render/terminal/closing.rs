//! The closing line of a report at a terminal, and what was not checked.

use std::fmt::Write as _;

use owo_colors::Style;

use crate::finding::Severity;
use crate::report::Report;
use crate::text;

use super::by_rule::Drawing;
use super::draw::{painted, wrap};
use crate::render::{RenderOptions, estate, summary, words};

/// The closing line, in the colour of the worst.
pub(in crate::render) fn closing_line(report: &Report, options: &RenderOptions) -> String {
    let summary = &report.summary;
    let style = match (summary.errors, summary.warnings, summary.notes) {
        _ if report.section.is_some() && summary::verdict(report) == Some(Severity::Error) => {
            words::severity_style(Severity::Error)
        }
        (0, 0, 0) if report.section.is_some() => Style::new().green().bold(),
        _ if summary::nothing(summary).is_some() && report.exit_code == 0 => {
            words::severity_style(Severity::Note)
        }
        _ if summary::nothing(summary).is_some() => words::severity_style(Severity::Error),
        (0, 0, 0) => Style::new().green().bold(),
        (0, 0, _) => words::severity_style(Severity::Note),
        (0, ..) => words::severity_style(Severity::Warning),
        _ => words::severity_style(Severity::Error),
    };
    painted(&summary::closing(report), style, options, "", "  ")
}

/// What was not checked, a line each.
pub(in crate::render) fn not_checked(report: &Report, options: &RenderOptions) -> String {
    // Live, one permission that is missing leaves something unread of every pool.
    let left_out = if report.command == "scan" {
        estate::not_checked(&report.summary)
    } else {
        summary::not_checked(&report.summary).collect()
    };
    reasons(&left_out, options, usize::MAX)
}

/// Why something was not checked, in so many lines at most.
pub(super) fn reasons(reasons: &[String], options: &RenderOptions, most: usize) -> String {
    match reasons {
        [] => return String::new(),
        [one] => return wrap(one, options.columns(), "not checked: ", "  "),
        _ => {}
    }
    let mut drawing = Drawing::default();
    let fits = |one: &&String| drawing.add(&wrap(one, options.columns(), "  - ", "    "), most);
    let left = reasons.len() - reasons.iter().take_while(fits).count();
    let mut text = format!("not checked:\n{}", drawing.text);
    if left > 0 {
        let left = text::count(left, "more reason", "more reasons");
        let _ = writeln!(text, "  - and {left}; `--format json` has all of them");
    }
    text
}
