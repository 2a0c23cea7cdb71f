//! The effective-protection tables of a report for people at a terminal.

use std::fmt::Write as _;
use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use owo_colors::Style;

use crate::model::effective::{Reason, Scope};
use crate::report::{PoolProtection, Report};

use super::human::{paint, wrap};
use super::matrix::{Line, groups};
use super::{RenderOptions, escape, summary, words};

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
    let mut text = format!(
        "{}\n",
        paint(&escape::one_line(&pool.title), Style::new().bold(), options)
    );
    let mut reasons: Vec<Reason> = Vec::new();
    for group in groups(&pool.table) {
        let names: Vec<_> = group.clients.iter().map(|name| escape::one_line(name)).collect();
        let _ = write!(
            text,
            "\n{}\n",
            paint(&names.join(", "), Style::new().cyan(), options)
        );
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
            .set_header(["flow", "event"].into_iter().chain(words::SIGNALS));
        for line in &group.lines {
            table.add_row(row(line, options, &mut reasons));
        }
        let _ = writeln!(text, "{}", table.trim_fmt());
    }
    for (index, reason) in reasons.iter().enumerate() {
        let head = format!("  {}. ", index + 1);
        text.push_str(&wrap(reason.sentence(), options.columns(), &head, "     "));
    }
    if pool.table.rows.iter().any(|row| row.scope == Scope::Others) {
        let sentence = "other clients: clients that are not listed, also those created later.";
        text.push_str(&wrap(sentence, options.columns(), "  ", "     "));
    }
    for addresses in &pool.table.addresses {
        for (list, ranges) in [
            ("always blocked", &addresses.block),
            ("never challenged or blocked", &addresses.allow),
        ] {
            if !ranges.is_empty() {
                let ranges: Vec<_> = ranges.iter().map(ToString::to_string).collect();
                let scope = escape::one_line(&addresses.scope.label());
                let _ = writeln!(text, "  {scope}: {list}: {}", ranges.join(", "));
            }
        }
    }
    text.push('\n');
    text
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
