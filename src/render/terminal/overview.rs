//! `summary`: counts, the matrix of the pools, and what was found by rule; no line a finding.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::model::effective::CellOutcome;
use crate::report::Report;

use super::by_rule::{Drawing, rules};
use super::draw::columns;
use super::{closing, human};
use crate::render::estate::{Standing, first, folded, not_checked, signs};
use crate::render::{RenderOptions, escape, head, words};

/// Lines that the matrix and the reasons may fill: with those of the rules 250 in all with head, legend and closing line.
const ROWS: usize = 80;
const REASONS: usize = 35;

/// Heads of the columns. A policy has no place of its own, so that the name comes last and may be long.
const HEADS: [&str; 10] = [
    "plan",
    "standard",
    "custom",
    "low",
    "medium",
    "high",
    "compromised",
    "alarms",
    "logs",
    "findings",
];

/// The same where cells are symbols.
const SHORT_HEADS: [&str; 10] = [
    "plan", "std", "cust", "lo", "me", "hi", "cc", "al", "logs", "findings",
];

/// Writes head, matrix, rules, reasons and the closing line; for `human` of many pools `with_pools`, the first of every rule.
pub(in crate::render) fn write(
    report: &Report,
    options: &RenderOptions,
    with_pools: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = head(report, options);
    text.push_str(&matrix(report, options));
    let rules = rules(report, options, with_pools);
    text.push_str(&rules);
    if with_pools && !rules.is_empty() {
        let how = "what a rule means: `cogward explain RULE`; what happens to requests of a pool: `cogward explain --pool ID`; \
                   one line per finding: `--format concise`";
        text.push_str(&human::wrap(how, options.columns(), "", ""));
        text.push('\n');
    }
    text.push_str(&closing(report, options));
    out.write_all(escape::for_log(&text).as_bytes())
}

/// `cogward 0.1.0 scan; 2026-11-28 03:20:00 UTC; accounts 111122223333, 444455556666; region us-west-2; read by …`.
pub(in crate::render) fn head(report: &Report, options: &RenderOptions) -> String {
    let program = format!("cogward {} {}", report.version, report.command);
    let text = head::line(&program, &options.head, head::places(report, &options.head));
    human::wrap(&text, options.columns(), "", "  ") + "\n"
}

/// `human` of a comparison of many pools: what differs, then the matrix.
pub(in crate::render) fn compared(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    human::findings(report, options, out)?;
    let text = matrix(report, options) + &human::closing(report, options);
    out.write_all(escape::for_log(&text).as_bytes())
}

/// The matrix, equal rows in one: values in words, or as symbols where those have no room.
pub(in crate::render) fn matrix(report: &Report, options: &RenderOptions) -> String {
    let groups = folded(report);
    if groups.is_empty() {
        return String::new();
    }
    let wide = draw(&groups, options, true);
    let fits = wide.plain.iter().all(|line| columns(line) <= options.columns());
    let drawn = if fits { wide } else { draw(&groups, options, false) };
    let in_rows = drawn.has_room(options);
    let (mut text, shown) = if in_rows {
        drawn.finish(options)
    } else {
        stacked(&groups, options)
    };
    let more: usize = groups.iter().skip(shown).map(Vec::len).sum();
    if more > 0 {
        let _ = writeln!(text, "and {more} more; `--format csv` has all of them");
    }
    text.push_str(&legend(&groups, options, fits || !in_rows));
    text.push('\n');
    text
}

/// A drawn matrix: with colours, and without, to be measured.
struct Drawn {
    plain: Vec<String>,
    coloured: Vec<String>,
    names: Vec<String>,
}

impl Drawn {
    /// Whether the cells have room, the names left out, which may stand below them.
    fn has_room(&self, options: &RenderOptions) -> bool {
        let cells = self.plain.iter().zip(&self.names);
        let mut cells = cells.map(|(line, name)| columns(line).saturating_sub(columns(name)));
        cells.all(|cells| cells <= options.columns() + 2)
    }

    /// As many rows as have room, and how many these are. Names stand after the cells, or below where some have no room
    /// there.
    fn finish(self, options: &RenderOptions) -> (String, usize) {
        let beside = self.plain.iter().all(|line| columns(line) <= options.columns());
        let mut drawing = Drawing::default();
        let mut shown = 0;
        for (line, name) in self.coloured.iter().zip(&self.names) {
            let row = if beside || name.is_empty() {
                format!("{}\n", format!("{line}  {name}").trim_end())
            } else {
                let name = human::wrap(name, options.columns(), "    ", "    ");
                format!("{}\n{name}", line.trim_end())
            };
            if !drawing.add(&row, ROWS) {
                break;
            }
            shown += 1;
        }
        // The head is no row.
        (drawing.text, shown.max(1) - 1)
    }
}

/// As many rows as have room, each with its cells in words below its names, for a narrow terminal.
fn stacked(groups: &[Vec<Standing<'_>>], options: &RenderOptions) -> (String, usize) {
    let mut drawing = Drawing::default();
    for (shown, group) in groups.iter().enumerate() {
        let names = named(group);
        let cells = HEADS.iter().zip(cells(group, options, true));
        let cells: Vec<_> = cells.map(|(head, (text, _))| format!("{head}: {text}")).collect();
        let row = human::wrap(&names, options.columns(), "", "  ")
            + &human::wrap(&cells.join("; "), options.columns(), "    ", "    ");
        if !drawing.add(&row, ROWS) {
            return (drawing.text, shown);
        }
    }
    (drawing.text, groups.len())
}

fn draw(groups: &[Vec<Standing<'_>>], options: &RenderOptions, in_words: bool) -> Drawn {
    let (heads, gap) = if in_words {
        (HEADS, "  ")
    } else {
        (SHORT_HEADS, " ")
    };
    let mut rows = vec![heads.map(|head| (head.to_owned(), Style::new().bold()))];
    rows.extend(groups.iter().map(|group| cells(group, options, in_words)));
    let width = |column: usize| rows.iter().map(|row| columns(&row[column].0)).max();
    let widths: [usize; 10] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let names: Vec<_> = std::iter::once(String::new())
        .chain(groups.iter().map(|group| named(group)))
        .collect();
    let lines = |paint: &dyn Fn(&str, Style) -> String| -> Vec<String> {
        let line = |row: &[(String, Style); 10]| {
            let cells = row.iter().zip(widths).map(|((text, style), width)| {
                let blank = " ".repeat(width.saturating_sub(columns(text)));
                format!("{}{blank}", paint(text, *style))
            });
            cells.collect::<Vec<_>>().join(gap)
        };
        rows.iter().map(line).collect()
    };
    let plain = lines(&|text, _| text.to_owned());
    Drawn {
        plain: plain
            .iter()
            .zip(&names)
            .map(|(line, name)| format!("{line}  {name}"))
            .collect(),
        coloured: lines(&|text, style| human::paint(text, style, options)),
        names,
    }
}

/// Names of equal rows, and that they stand for no pool.
fn named(group: &[Standing<'_>]) -> String {
    let names = first(group.iter().map(|row| row.pool.title.as_str()));
    if group.iter().any(|row| row.pool.is_missing) {
        return format!("{names}: not found");
    }
    names
}

fn cells(group: &[Standing<'_>], options: &RenderOptions, in_words: bool) -> [(String, Style); 10] {
    let row = &group[0];
    let uncoloured = |text: String| (text, Style::new());
    let short = |text: String| match text.as_str() {
        "unknown" | "not managed" | "not found" if !in_words => "?".to_owned(),
        _ => text,
    };
    let [plan, standard, custom] = Standing::modes_of(group).map(short).map(uncoloured);
    let [alarms, logs] = row.watched().map(short).map(uncoloured);
    let alarms = match row.pool.silent_alarms.unwrap_or(0) {
        0 => alarms,
        silent => (format!("{} ({silent}!)", alarms.0), Style::new().red()),
    };
    let [low, medium, high, leaked] = row.pool.signals.map(|cell| {
        let shown = match (in_words, options.ascii) {
            (true, _) => cell.worst(),
            (false, true) => letter(cell.outcome).to_owned(),
            (false, false) => words::outcome_symbol(cell.outcome).to_owned(),
        };
        (format!("{shown}{}", cell.marks()), colour(cell.outcome))
    });
    let [errors, warnings, notes] = row.found;
    let found = [(errors, 'E'), (warnings, 'W'), (notes, 'N')];
    let found: Vec<_> = found
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, letter)| format!("{count}{letter}"))
        .collect();
    let found = if row.is_unjudged() {
        "partial".to_owned()
    } else if found.is_empty() {
        "none".to_owned()
    } else {
        found.join(" ")
    };
    [
        plan,
        standard,
        custom,
        low,
        medium,
        high,
        leaked,
        alarms,
        logs,
        uncoloured(found),
    ]
}

/// The colour of an outcome on a terminal.
pub(in crate::render) fn colour(outcome: CellOutcome) -> Style {
    match outcome {
        CellOutcome::Blocked | CellOutcome::MfaRequired | CellOutcome::MfaIfConfigured => {
            Style::new().green()
        }
        CellOutcome::AllowedNotified | CellOutcome::Allowed => Style::new().yellow(),
        CellOutcome::OnlyAudited => Style::new().cyan(),
        CellOutcome::Undefined | CellOutcome::Off => Style::new().red(),
        CellOutcome::Blind | CellOutcome::NotCovered | CellOutcome::Unknown => Style::new().magenta(),
    }
}

/// What stands for an outcome in ASCII.
fn letter(outcome: CellOutcome) -> &'static str {
    match outcome {
        CellOutcome::Blocked => "B",
        CellOutcome::MfaRequired => "M",
        CellOutcome::MfaIfConfigured => "m",
        CellOutcome::AllowedNotified => "n",
        CellOutcome::Allowed => "a",
        CellOutcome::OnlyAudited => "A",
        CellOutcome::Undefined => "!",
        CellOutcome::Blind => "h",
        CellOutcome::Off => "O",
        CellOutcome::NotCovered => "-",
        CellOutcome::Unknown => "?",
    }
}

/// What the heads, symbols and marks in the rows mean; only those that are there.
fn legend(groups: &[Vec<Standing<'_>>], options: &RenderOptions, in_words: bool) -> String {
    let cells = || groups.iter().flat_map(|group| group[0].pool.signals);
    let mut parts = Vec::new();
    if !in_words {
        parts.push("lo, me, hi: low, medium, high risk; cc: compromised credentials; al: alarms".to_owned());
    }
    for outcome in CellOutcome::ALL {
        if !in_words && cells().any(|cell| cell.outcome == outcome) {
            let mark = if options.ascii {
                letter(outcome)
            } else {
                words::outcome_symbol(outcome)
            };
            parts.push(format!("{mark} {}", outcome.label()));
        }
    }
    parts.extend(signs(groups.iter().flatten().map(|row| row.pool)));
    if groups
        .iter()
        .any(|group| group[0].pool.silent_alarms.is_some_and(|silent| silent > 0))
    {
        parts.push("(1!) one of the alarms notifies nobody".to_owned());
    }
    if groups.iter().any(|group| group[0].is_unjudged()) {
        parts.push("partial: no findings in what could be read".to_owned());
    }
    if groups.iter().any(|group| group[0].found != [0; 3]) {
        parts.push("E errors, W warnings, N notes".to_owned());
    }
    if parts.is_empty() {
        return String::new();
    }
    human::wrap(&parts.join("; "), options.columns(), "", "")
}

/// The closing line, and what was not checked by reason.
pub(in crate::render) fn closing(report: &Report, options: &RenderOptions) -> String {
    human::changes(report, options)
        + &closing::closing_line(report, options)
        + &closing::reasons(&not_checked(&report.summary), options, REASONS)
}
