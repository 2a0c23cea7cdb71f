//! The effective-protection tables of a report for people at a terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use comfy_table::{ColumnConstraint, ContentArrangement, Width};
use owo_colors::Style;

use crate::model::effective::{CellOutcome, Reason, Scope, Table};
use crate::report::{PoolProtection, Report, weakest_cells};

use super::draw::{self, columns, painted, wrap};
use super::{overview, table};
use crate::render::matrix::{Line, groups};
use crate::render::{RenderOptions, escape, summary, words};

/// Writes the table of every pool with its reasons, then what could not be read.
pub fn protection(report: &Report, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    for pool in &report.pools {
        out.write_all(escape::for_log(&self::pool(pool, options)).as_bytes())?;
    }
    let mut text = String::new();
    for entry in summary::not_checked(&report.summary) {
        text.push_str(&wrap(&entry, options.columns(), "not checked: ", "  "));
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

fn pool(pool: &PoolProtection, options: &RenderOptions) -> String {
    let title = escape::one_line(&pool.title);
    let mut text = painted(&title, Style::new().bold(), options, "", "");
    text += &painted(&verdict(&pool.table), Style::new().bold(), options, "  ", "    ");
    let mut reasons: Vec<Reason> = Vec::new();
    for group in groups(&pool.table) {
        let names: Vec<_> = group.clients.iter().map(|name| escape::one_line(name)).collect();
        text.push('\n');
        text += &painted(&names.join(", "), Style::new().cyan(), options, "", "");
        let rows: Vec<_> = group
            .lines
            .iter()
            .map(|line| row(line, options, &mut reasons))
            .collect();
        let _ = writeln!(text, "{}", coloured(grid(&rows, options), options));
    }
    for (index, reason) in reasons.iter().enumerate() {
        let head = format!("  {}. ", index + 1);
        text.push_str(&wrap(reason.sentence(), options.columns(), &head, "     "));
    }
    if pool.table.rows.iter().any(|row| row.scope == Scope::Others) {
        let sentence = "other clients: clients that are not listed, also those created later.";
        text.push_str(&wrap(sentence, options.columns(), "  ", "     "));
    }
    if pool.table.clients_unread {
        text.push_str(&wrap(words::CLIENTS_UNREAD, options.columns(), "  ", "     "));
    }
    for addresses in &pool.table.addresses {
        for (list, ranges) in [
            ("always blocked", &addresses.block),
            ("never challenged or blocked", &addresses.allow),
        ] {
            if !ranges.is_empty() {
                let ranges: Vec<_> = ranges.iter().map(ToString::to_string).collect();
                let scope = escape::one_line(&addresses.scope.label());
                let line = format!("{scope}: {list}: {}", ranges.join(", "));
                text += &wrap(&line, options.columns(), "  ", "     ");
            }
        }
    }
    text.push('\n');
    text
}

/// Whether anything is enforced, and the weakest of what happens to sign-ins of clients that exist.
fn verdict(table: &Table) -> String {
    let has_clients = table.rows.iter().any(|row| !row.scope.is_of_others());
    let rows = table
        .rows
        .iter()
        .filter(|row| !has_clients || table.clients_unread || !row.scope.is_of_others());
    let outcomes: BTreeSet<_> = rows.flat_map(|row| row.cells).map(|cell| cell.outcome).collect();
    let is_any = |some: &[CellOutcome]| some.iter().any(|one| outcomes.contains(one));
    let head = if is_any(&[
        CellOutcome::Blocked,
        CellOutcome::MfaRequired,
        CellOutcome::MfaIfConfigured,
        CellOutcome::AllowedNotified,
    ]) {
        "enforced"
    } else if is_any(&[CellOutcome::Undefined]) {
        "undefined: AWS does not say whether anything is enforced"
    } else if is_any(&[CellOutcome::Unknown]) || (table.clients_unread && is_any(&[CellOutcome::Allowed])) {
        "unknown whether anything is enforced"
    } else {
        "nothing is enforced"
    };
    let weakest = weakest_cells(table, None);
    if weakest.iter().all(|cell| *cell == weakest[0]) {
        return format!("{head}; at sign-in: {}", weakest[0].words());
    }
    let cells = words::SIGNALS.iter().zip(weakest);
    let cells: Vec<_> = cells
        .map(|(signal, cell)| format!("{signal} {}", cell.words()))
        .collect();
    format!("{head}; at sign-in: {}", cells.join(", "))
}

/// The symbols of a drawn table in their colours: a colour has no width, so that it comes last.
fn coloured(drawn: String, options: &RenderOptions) -> String {
    if !options.colour || options.ascii {
        return drawn;
    }
    let paint = |drawn: String, outcome: CellOutcome| {
        let symbol = words::outcome_symbol(outcome);
        drawn.replace(symbol, &draw::paint(symbol, overview::colour(outcome), options))
    };
    CellOutcome::ALL.into_iter().fold(drawn, paint)
}

/// A table where every word has room in its column, and a list where not.
fn grid(rows: &[Vec<String>], options: &RenderOptions) -> String {
    let heads: Vec<_> = ["flow", "event"].into_iter().chain(words::SIGNALS).collect();
    let words = |at: usize| {
        let cells = rows.iter().map(move |row| row[at].as_str()).chain([heads[at]]);
        cells.flat_map(str::split_whitespace)
    };
    let all: BTreeSet<_> = (0..heads.len()).flat_map(words).collect();
    let is_whole = |drawn: &String| {
        let drawn: BTreeSet<_> = drawn.split_whitespace().collect();
        all.is_subset(&drawn)
    };
    let longest = |at: usize| words(at).map(columns).max().unwrap_or_default();
    let least: Vec<_> = (0..heads.len()).map(longest).collect();
    // Columns that nothing holds are more even.
    let drawn = [&[][..], &least].map(|least| table(rows, &heads, least, options));
    // A space on each side and a border.
    let fits = least.iter().map(|least| least + 3).sum::<usize>() <= options.columns();
    let whole = drawn.into_iter().find(is_whole).filter(|_| fits);
    whole.unwrap_or_else(|| list(rows, &heads, options))
}

/// The table with columns that are no narrower than so many characters.
fn table(rows: &[Vec<String>], heads: &[&str], least: &[usize], options: &RenderOptions) -> String {
    let mut table = table::empty(options);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(options.columns()).unwrap_or(u16::MAX))
        .set_header(heads);
    for row in rows {
        table.add_row(row);
    }
    for (column, least) in table.column_iter_mut().zip(least) {
        // With the blanks beside it.
        let least = Width::Fixed(u16::try_from(least + 2).unwrap_or(u16::MAX));
        column.set_constraint(ColumnConstraint::LowerBoundary(least));
    }
    table.trim_fmt()
}

/// The rows one below the other, each with a line for every signal.
fn list(rows: &[Vec<String>], heads: &[&str], options: &RenderOptions) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&wrap(
            &format!("{}: {}", row[0], row[1]),
            options.columns(),
            "",
            "  ",
        ));
        for (head, cell) in heads.iter().zip(row).skip(2) {
            text.push_str(&wrap(&format!("{head}: {cell}"), options.columns(), "  ", "    "));
        }
    }
    text.trim_end().to_owned()
}

fn row(line: &Line, options: &RenderOptions, reasons: &mut Vec<Reason>) -> Vec<String> {
    let mut row = vec![line.flows(), line.events()];
    for (cell, why) in line.cells.iter().zip(&line.reasons) {
        let mut text = cell.words();
        if !options.ascii {
            text = format!("{} {text}", words::outcome_symbol(cell.outcome));
        }
        // That the configuration says so needs no note.
        for reason in why.iter().filter(|reason| **reason != Reason::Configured) {
            let at = reasons
                .iter()
                .position(|known| known == reason)
                .unwrap_or_else(|| {
                    reasons.push(*reason);
                    reasons.len() - 1
                });
            let _ = write!(text, " ({})", at + 1);
        }
        row.push(text);
    }
    row
}
