//! `human` and `table` of a section.

use std::io::{self, Write};

use owo_colors::Style;

use crate::proposal::Planned;
use crate::render::difference;
use crate::render::terminal::closing::{closing_line, not_checked};
use crate::render::terminal::draw::{columns, listed, padded, paint, painted, side_style, wrap};
use crate::render::{PlanPart, RenderOptions, escape, head, summary};
use crate::report::{Report, Section};

use super::block::{Block, Folded, MOST_LINES, Part, Row, Rows, Step, Tone};
use super::effects::{effects, style_of};
use super::parts::parts;
use super::timeline::Timeline;

/// Columns beside a bar: for the source before it, and for the days after it.
const BESIDE_BAR: usize = 31;

/// A bar of fewer columns shows nothing.
const LEAST_BAR: usize = 12;

/// Beside a name, words in fewer columns stand below it instead.
const LEAST_WORDS: usize = 40;

/// A bar of more is no clearer.
const MOST_BAR: usize = 60;

/// Writes all parts.
pub(in crate::render) fn human(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = Terminal {
        report: Some(report),
        options,
    };
    let mut text = head(report, options);
    for part in parts(report, options.plan) {
        // A head stands apart from lines that are of no part.
        if part.head.is_some() && !text.is_empty() && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text += &page.part(&part);
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

/// When a plan was made, of what and by whom: who agrees to it later has to know. What became of it stands below its plan.
fn head(report: &Report, options: &RenderOptions) -> String {
    if !matches!(report.section, Some(Section::Plan(_))) || options.plan.part == PlanPart::Outcome {
        return String::new();
    }
    let program = format!("cogward {} {}", report.version, report.command);
    let line = head::line(&program, &options.head, head::places(report, &options.head));
    wrap(&line, options.columns(), "", "  ") + "\n"
}

/// One part that is not of a report.
pub(in crate::render) fn part(part: &Part, options: &RenderOptions) -> String {
    Terminal {
        report: None,
        options,
    }
    .part(part)
}

/// Writes the lines that say how something stands, and the ending.
pub(in crate::render) fn table(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text: String = parts(report, options.plan).iter().flat_map(lines).collect();
    let text = text + &summary::ending(report);
    out.write_all(escape::for_log(&text).as_bytes())
}

fn lines(part: &Part) -> Vec<String> {
    let line = |block: &Block| match (block, &part.head) {
        (Block::Line(_, text), Some(head)) => {
            Some(format!("{}\n", escape::one_line(&format!("{head}: {text}"))))
        }
        _ => None,
    };
    part.blocks.iter().filter_map(line).collect()
}

struct Terminal<'a> {
    report: Option<&'a Report>,
    options: &'a RenderOptions,
}

impl Terminal<'_> {
    fn part(&self, part: &Part) -> String {
        let indent = if part.head.is_some() { "  " } else { "" };
        let blocks = self.blocks(&part.blocks, indent);
        let Some(head) = &part.head else { return blocks };
        self.line(style(part.tone).bold(), head, "") + &blocks + "\n"
    }

    /// A bar and a row of the same source are drawn together.
    fn blocks(&self, blocks: &[Block], indent: &str) -> String {
        match blocks {
            [] => String::new(),
            [Block::Timeline(timeline), Block::Rows(rows), rest @ ..] => {
                self.evidence(timeline, rows) + &self.blocks(rest, indent)
            }
            [one, rest @ ..] => self.block(one, indent) + &self.blocks(rest, indent),
        }
    }

    fn block(&self, block: &Block, indent: &str) -> String {
        let rest = format!("{indent}  ");
        match block {
            Block::Line(tone, text) => self.line(style(*tone), text, indent),
            Block::Text(text) | Block::Named(text) => self.wrapped(text, indent, &rest),
            Block::Command(label, line) => format!("{indent}{label}: {}\n", escape::one_line(line)),
            Block::Marked(text) => self.wrapped(text, &format!("{indent}× "), &rest),
            Block::Items(items) => {
                let item = |(label, text): &(&'static str, String)| {
                    let label = paint(label, Style::new().cyan(), self.options);
                    self.wrapped(text, &format!("{indent}{label}: "), &rest)
                };
                items.iter().map(item).collect()
            }
            Block::Rows(rows) => self.rows(rows),
            Block::Numbers(table) => table.human(self.options),
            Block::Effects(rows) => effects(rows, self.options),
            Block::Folded(part) => self.folded(part, indent),
            Block::List(None, lines) => self.list(lines),
            Block::List(Some(title), lines) => format!("{title}:\n{}\n", self.list(lines)),
            Block::Steps(days) => days.iter().map(|(day, steps)| self.day(day, steps)).collect(),
            Block::Timeline(timeline) => self.evidence(timeline, &Rows::default()),
            Block::Changes(changes) => {
                let changes: String = changes.iter().map(|change| self.change(change)).collect();
                format!("\n{changes}")
            }
            Block::Calls(calls) => self.calls(calls),
            Block::Closing => self.of_report(closing_line),
            Block::NotChecked => self.of_report(not_checked),
        }
    }

    fn of_report(&self, draw: impl Fn(&Report, &RenderOptions) -> String) -> String {
        let drawn = self.report.map(|report| draw(report, self.options));
        drawn.unwrap_or_default()
    }

    fn folded(&self, part: &Folded, indent: &str) -> String {
        let label = match part.label {
            "" => indent.to_owned(),
            label => format!("{indent}{}: ", paint(label, Style::new().cyan(), self.options)),
        };
        let lines = part.lines.iter().take(MOST_LINES);
        let lines = lines.map(|line| self.wrapped(line, &label, &format!("{indent}  ")));
        let more = part.lines.len().saturating_sub(MOST_LINES);
        let more = (more > 0).then(|| format!("{indent}and {more} more\n"));
        lines.chain(more).collect()
    }

    fn list(&self, lines: &[String]) -> String {
        let lines = lines.iter();
        lines.map(|line| self.wrapped(line, "  - ", "    ")).collect()
    }

    /// Times stand left, so that the eye finds them; everything of a step stands right of them.
    fn day(&self, day: &str, steps: &[Step]) -> String {
        let rest = " ".repeat(14);
        let mut text = format!("  {day}\n");
        for step in steps {
            let time = paint(&step.time, style(step.tone), self.options);
            text += &self.wrapped(&step.what, &format!("    {time}  "), &rest);
            let lines = step.lines().into_iter();
            text.extend(lines.map(|line| self.wrapped(&line, &rest, &rest)));
        }
        text
    }

    fn wrapped(&self, text: &str, head: &str, rest: &str) -> String {
        wrap(&escape::one_line(text), self.options.columns(), head, rest)
    }

    fn line(&self, style: Style, text: &str, indent: &str) -> String {
        painted(
            &escape::one_line(text),
            style,
            self.options,
            indent,
            &format!("{indent}  "),
        )
    }

    fn rows(&self, rows: &Rows) -> String {
        rows.entries.iter().map(|row| self.row(rows, row)).collect()
    }

    fn row(&self, rows: &Rows, row: &Row) -> String {
        let (indent, width) = (" ".repeat(rows.indent), rows.width - 1);
        let beside = rows.indent + rows.width;
        let room = self.options.columns().saturating_sub(beside);
        let is_narrow = room < LEAST_WORDS && columns(&escape::one_line(&row.words)) > room;
        let rest = " ".repeat(if is_narrow { rows.indent + 4 } else { beside });
        let name = padded(&escape::one_line(&row.name), width);
        if is_narrow || columns(&name) > width {
            let name = self.line(style(row.tone), &row.name, &indent);
            return name + &self.wrapped(&row.words, &rest, &rest);
        }
        let name = paint(&name, style(row.tone), self.options);
        self.wrapped(&row.words, &format!("{indent}{name} "), &rest)
    }

    /// The bars, each with the words of its row below it, what they mean, and the rows of sources without a bar. The rows
    /// alone where there is no room for bars.
    fn evidence(&self, timeline: &Timeline, rows: &Rows) -> String {
        let (wide, ascii) = (self.options.columns(), self.options.ascii);
        let words = timeline
            .lines(1, ascii)
            .iter()
            .map(|bar| columns(&bar.words))
            .max();
        let room = wide.saturating_sub(BESIDE_BAR + words.unwrap_or_default());
        if room < LEAST_BAR {
            let needed = wide + LEAST_BAR - room;
            let words = format!("bars are drawn in {needed} columns or more");
            return self.wrapped(&words, "    ", "    ") + &self.rows(rows);
        }
        let blank = " ".repeat(if wide < 30 + LEAST_WORDS { 8 } else { 30 });
        let bars = timeline.lines(room.min(MOST_BAR), ascii);
        let lines = bars.iter().map(|bar| {
            let tone = if bar.is_used { Tone::Good } else { Tone::Plain };
            let drawn = paint(&bar.bar, style(tone), self.options);
            let line = format!("    {:25} {drawn} {}", bar.label, bar.words);
            let row = rows.entries.iter().find(|row| row.name == bar.label);
            let words = row.map(|row| self.wrapped(&row.words, &blank, &blank));
            format!("{}\n{}", line.trim_end(), words.unwrap_or_default())
        });
        let head = format!("    {:25} ", "legend");
        let legend = timeline.legend(ascii);
        let legend = legend.map(|legend| wrap(&legend, wide, &head, &blank));
        let text = lines.collect::<String>() + &legend.unwrap_or_default();
        let others = rows.entries.iter();
        let others = others.filter(|row| bars.iter().all(|bar| bar.label != row.name));
        text + &others.map(|row| self.row(rows, row)).collect::<String>()
    }

    fn change(&self, change: &Planned) -> String {
        let style = style_of(change.direction);
        let word = format!("{:<14}", change.direction.label());
        let at = escape::one_line(change.difference.pointer.as_str());
        let mut text = format!("  {} {at}\n", paint(&word, style, self.options));
        for line in difference::lines(&change.difference) {
            let style = side_style(line.side);
            let head = format!("      {} ", line.side.mark());
            text += &listed(&escape::visible(&line.words()), style, self.options, &head);
        }
        text
    }

    fn calls(&self, calls: &[(String, String)]) -> String {
        let head = paint("calls", Style::new().cyan(), self.options);
        let calls = calls.iter().zip(1..).map(|((call, json), number)| {
            let json = json.replace('\n', "\n     ");
            self.wrapped(call, &format!("  {number}. "), "     ") + "     " + &json + "\n"
        });
        format!("  {head}:\n{}", calls.collect::<String>())
    }
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => Style::new().green(),
        Tone::Note => Style::new().cyan(),
        Tone::Warning => Style::new().yellow(),
        Tone::Bad => Style::new().red(),
    }
}
