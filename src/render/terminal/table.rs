//! `table`: one row per finding that is not suppressed, then the summary.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use crate::finding::Finding;
use crate::report::Report;

use super::draw::{columns, pieces};
use super::human;
use crate::render::place::Place;
use crate::render::{RenderOptions, escape, words};

/// Columns that a message needs at least.
const MESSAGE: usize = 24;

/// Writes the table within the width, in the report's order. Nothing is broken within a word, an id or a place: where these
/// leave too little room for messages, they are above them.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let findings = report.findings.iter();
    let rows: Vec<[String; 4]> = findings
        .filter(|finding| finding.suppressed.is_none())
        .map(|finding| {
            [
                finding.severity.as_str().to_owned(),
                finding.rule.to_string(),
                Place::new(report, &finding.primary).text(),
                message(finding),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let drawn = draw(&rows, options);
        out.write_all(escape::for_log(&format!("{drawn}\n\n")).as_bytes())?;
    }
    out.write_all(escape::for_log(&human::closing(report, options)).as_bytes())
}

fn draw(rows: &[[String; 4]], options: &RenderOptions) -> String {
    let heads = ["severity", "rule", "place", "message"];
    let longest = |at: usize| rows.iter().map(|row| columns(&row[at])).max();
    // A space on each side and a border.
    let width = |at: usize| longest(at).unwrap_or_default().max(heads[at].len()) + 3;
    let room = |columns: &[usize]| {
        let taken: usize = columns.iter().map(|at| width(*at)).sum();
        options.columns().saturating_sub(taken + 2)
    };
    let lines = |text: &str, room: usize| human::wrap(text, room.max(MESSAGE), "", "").trim_end().to_owned();
    let words = rows.iter().flat_map(|row| row[3].split(' '));
    let longest_word = words.map(columns).max().unwrap_or_default();
    let mut table = empty(options);
    if room(&[0, 1, 2]) >= MESSAGE.max(longest_word) {
        table.set_header(heads);
        for [severity, rule, place, message] in rows {
            let message = lines(message, room(&[0, 1, 2]));
            table.add_row([severity, rule, place, &message]);
        }
    } else {
        table.set_header([heads[0], "finding"]);
        for [severity, rule, place, message] in rows {
            let room = room(&[0]);
            let finding = format!("{rule}\n{}\n{}", at_separators(place, room), lines(message, room));
            // A word that is longer than the terminal is broken: a table has no line that is wider than others.
            let finding: Vec<_> = finding.lines().flat_map(|line| pieces(line, |_| room)).collect();
            let finding = finding.join("\n");
            table.add_row([severity, &finding]);
        }
    }
    table.trim_fmt()
}

/// A table whose cells are as wide as what is in them.
pub(in crate::render) fn empty(options: &RenderOptions) -> Table {
    let mut table = Table::new();
    let style = if options.ascii {
        presets::ASCII_HORIZONTAL_ONLY
    } else {
        presets::UTF8_HORIZONTAL_ONLY
    };
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// A place in lines of so many columns, as far as its parts allow it.
fn at_separators(place: &str, room: usize) -> String {
    if place.contains(' ') {
        return human::wrap(place, room, "", "").trim_end().to_owned();
    }
    let mut lines = vec![String::new()];
    for part in place.split_inclusive('/') {
        let last = lines.last().map_or(0, |line| columns(line));
        if last > 0 && last + columns(part) > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(part);
        }
    }
    lines.join("\n")
}

/// The message; of a difference what is live, too.
pub(in crate::render) fn message(finding: &Finding) -> String {
    let message = escape::one_line(&finding.message);
    match (&finding.difference, words::filled(&finding.label)) {
        (Some(_), Some(label)) => format!("{message}; {}", escape::one_line(label)),
        _ => message,
    }
}
