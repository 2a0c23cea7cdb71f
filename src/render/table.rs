//! `table`: one row per finding that is not suppressed, then the summary.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::finding::Finding;
use crate::report::Report;

use super::place::Place;
use super::{RenderOptions, escape, human, words};

/// Writes the table within the width, in the report's order.
pub(super) fn render(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    let style = if options.ascii {
        presets::ASCII_HORIZONTAL_ONLY
    } else {
        presets::UTF8_HORIZONTAL_ONLY
    };
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(options.columns()).unwrap_or(u16::MAX))
        .set_header(["severity", "rule", "place", "message"]);
    for finding in report
        .findings
        .iter()
        .filter(|finding| finding.suppressed.is_none())
    {
        table.add_row([
            finding.severity.as_str().to_owned(),
            finding.rule.to_string(),
            Place::new(report, &finding.primary).text(),
            message(finding),
        ]);
    }
    constrain(&mut table, options.columns());
    if !table.is_empty() {
        out.write_all(escape::for_log(&format!("{}\n\n", table.trim_fmt())).as_bytes())?;
    }
    out.write_all(escape::for_log(&human::closing(report, options)).as_bytes())
}

/// The message; of a difference what is live, too.
pub(super) fn message(finding: &Finding) -> String {
    let message = escape::one_line(&finding.message);
    match (&finding.difference, words::filled(&finding.label)) {
        (Some(_), Some(label)) => format!("{message}; {}", escape::one_line(label)),
        _ => message,
    }
}

/// Keeps rules and places whole where that leaves room for messages; a severity is never broken.
fn constrain(table: &mut Table, width: usize) {
    const LEAST_MESSAGE: u16 = 24;
    // A space on each side and a border.
    const PADDING: usize = 3;
    let widths = table.column_max_content_widths();
    let [severity, rule, place, _] = widths.as_slice() else {
        return;
    };
    let whole: usize = [severity, rule, place]
        .into_iter()
        .map(|width| usize::from(*width) + PADDING)
        .sum();
    let fits = whole + usize::from(LEAST_MESSAGE) + PADDING <= width;
    for (at, column) in table.column_iter_mut().enumerate() {
        if at == 0 || (fits && at < 3) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        } else if at == 3 {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(LEAST_MESSAGE)));
        }
    }
}
