//! `table`: one row per finding that is not suppressed, then the summary.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::report::Report;

use super::place::Place;
use super::{RenderOptions, escape, human};

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
            escape::one_line(&finding.message),
        ]);
    }
    // Words of a severity are not broken, and messages get most of the room.
    for (column, least) in [(0, Width::Fixed(10)), (3, Width::Percentage(45))] {
        if let Some(column) = table.column_mut(column) {
            column.set_constraint(ColumnConstraint::LowerBoundary(least));
        }
    }
    if !table.is_empty() {
        out.write_all(escape::for_log(&format!("{}\n\n", table.trim_fmt())).as_bytes())?;
    }
    out.write_all(escape::for_log(&human::closing(report, options)).as_bytes())
}
