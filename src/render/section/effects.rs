//! What changes of requests, for a terminal: a table, or lines where a table would break words.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use owo_colors::Style;

use crate::model::effective::Direction;
use crate::render::effects::{Effect, mark};
use crate::render::terminal::draw::{paint, wrap};
use crate::render::{RenderOptions, escape};

/// Columns that a table needs.
const TABLE_COLUMNS: usize = 80;

/// One row a change: direction, clients, request, before, after.
pub(super) fn effects(rows: &[Effect], options: &RenderOptions) -> String {
    let marked = |row: &Effect| {
        let mark = mark(row.direction);
        let (_, plain) = mark.split_once(' ').unwrap_or_default();
        let mark = if options.ascii { plain } else { mark };
        (mark, style_of(row.direction))
    };
    if options.columns() < TABLE_COLUMNS {
        let line = |row: &Effect| {
            let request = format!("{}: {} {}", row.clients, row.requests, row.signals);
            let line = escape::one_line(&format!("{request}: {} → {}", row.before, row.after));
            let (mark, style) = marked(row);
            wrap(
                &line,
                options.columns(),
                &format!("  {}: ", paint(mark, style, options)),
                "    ",
            )
        };
        return rows.iter().map(line).collect();
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(options.columns() - 2).unwrap_or(u16::MAX))
        .set_header(["change", "clients", "request", "before", "after"]);
    for row in rows {
        table.add_row([
            marked(row).0.to_owned(),
            escape::one_line(&row.clients),
            format!("{} {}", row.requests, row.signals),
            row.before.clone(),
            row.after.clone(),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    // An escape sequence would count as columns: the marks are painted in the drawn table.
    let marks: Vec<_> = rows.iter().map(marked).collect();
    let table = table.trim_fmt();
    let lines = table.lines().map(|line| {
        let painted = marks.iter().find_map(|(mark, style)| {
            let rest = line.trim_start().strip_prefix(mark)?;
            Some(format!("{}{rest}", paint(mark, *style, options)))
        });
        // A mark stands without the blank before its cell, and so does all else.
        let other = || line.strip_prefix(' ').unwrap_or(line).to_owned();
        format!("  {}\n", painted.unwrap_or_else(other))
    });
    lines.collect()
}

/// The colour of a direction.
pub(super) fn style_of(direction: Direction) -> Style {
    match direction {
        Direction::Weaker => Style::new().red().bold(),
        Direction::Undefined => Style::new().yellow().bold(),
        Direction::Neutral => Style::new().dimmed(),
        Direction::Stronger => Style::new().green().bold(),
    }
}
