//! `csv`: the matrix of the pools for spreadsheets: RFC 4180 with line feeds, as every other output has them.

use std::io::{self, Write};

use crate::report::{Report, WeakestCell};

use crate::render::estate::{Standing, standings};
use crate::render::place::Place;
use crate::render::{escape, words};

/// Heads of the columns before and after the four signals.
const BEFORE: [&str; 6] = [
    "name",
    "account",
    "region",
    "plan",
    "standard mode",
    "custom mode",
];
const AFTER: [&str; 8] = [
    "alarms",
    "alarms that notify nobody",
    "logs",
    "days in AUDIT at least",
    "errors",
    "warnings",
    "notes",
    "not checked",
];

/// Writes a head, a line per pool or policy, the weakest first, and one for every fault of the input and for everything that
/// was not checked: a pool that could not be read is not absent.
pub(in crate::render) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let head = BEFORE.into_iter().chain(words::SIGNALS).chain(AFTER);
    let mut text = line(head);
    for standing in standings(report) {
        text.push_str(&row(&standing));
    }
    let faults = report
        .findings
        .iter()
        .filter(|one| one.is_input_fault && one.suppressed.is_none());
    for fault in faults {
        text.push_str(&unseen(
            &Place::new(report, &fault.primary).text(),
            &words::with_origin(report, fault, &fault.message),
        ));
    }
    for entry in &report.summary.not_checked {
        text.push_str(&unseen(&entry.what, &format!("{}{}", entry.mark(), entry.why)));
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

/// The row of something of which nothing is known, and why.
fn unseen(what: &str, why: &str) -> String {
    let between = BEFORE.len() + words::SIGNALS.len() + AFTER.len() - 2;
    let cells = std::iter::once(what).chain(std::iter::repeat_n("", between));
    line(cells.chain([why]))
}

fn row(standing: &Standing<'_>) -> String {
    let pool = standing.pool;
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let [plan, standard, custom] = standing.modes();
    let signals = pool.signals.map(WeakestCell::words);
    let [alarms, logs] = standing.watched();
    let silent = pool.silent_alarms.map(|silent| silent.to_string());
    let silent = silent.unwrap_or_else(|| "unknown".to_owned());
    let days = pool.audit_days.map(|days| days.to_string()).unwrap_or_default();
    let before = [
        pool.title.clone(),
        known(&pool.account),
        known(&pool.region),
        plan,
        standard,
        custom,
    ];
    let counts = standing.found.map(|count| count.to_string());
    let cells = before
        .into_iter()
        .chain(signals)
        .chain([alarms, silent, logs, days])
        .chain(counts);
    line(cells.chain([standing.unread().to_owned()]))
}

/// A line of quoted cells.
pub(in crate::render) fn line(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| quoted(cell.as_ref())).collect();
    format!("{}\n", cells.join(","))
}

/// A cell in quotes, on one line. A spreadsheet takes what begins with `=`, `+`, `-`, `@`, or their full-width forms, for a
/// formula, quoted or not, and some skip spaces before: an apostrophe makes it text (OWASP, "CSV Injection").
fn quoted(text: &str) -> String {
    let shown = escape::one_line(text);
    let formula = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'];
    let guard = if shown.trim_start().starts_with(formula) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", shown.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        for (text, cell) in [
            ("a", "\"a\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            (" \t=1", "\"'=1\""),
            ("\r\n=1", "\"'=1\""),
            ("\u{a0}=1", "\"'=1\""),
            ("＝1", "\"'＝1\""),
            ("|x", "\"'|x\""),
            ("a\",=1", "\"a\"\",=1\""),
            ("a\n=1", "\"a =1\""),
            ("\u{1b}[2J", "\"\\u{1b}[2J\""),
            ("", "\"\""),
        ] {
            assert_eq!(quoted(text), cell, "{text:?}");
        }
    }
}
