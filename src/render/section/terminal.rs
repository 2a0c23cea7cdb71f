//! `human` and `table` of a section.

use std::io::{self, Write};

use owo_colors::Style;

use crate::finding::Severity;
use crate::model::effective::Direction;
use crate::proposal::Planned;
use crate::render::difference::{self, Side};
use crate::render::human::{closing_line, not_checked, paint, wrap};
use crate::render::{RenderOptions, escape, summary, words};
use crate::report::Report;

use super::block::{Block, Part, Rows, Tone};
use super::parts::parts;
use super::timeline::Timeline;

/// Columns beside a bar: for the source before it, and for the days after it.
const BESIDE_BAR: usize = 30 + 10;

/// A bar of fewer columns shows nothing.
const LEAST_BAR: usize = 12;

/// A bar of more is no clearer.
const MOST_BAR: usize = 60;

/// Writes all parts.
pub(in crate::render) fn human(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let page = Terminal { report, options };
    let parts = parts(report, options.plan);
    let text: String = parts.iter().map(|part| page.part(part)).collect();
    out.write_all(escape::for_log(&text).as_bytes())
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
    report: &'a Report,
    options: &'a RenderOptions,
}

impl Terminal<'_> {
    fn part(&self, part: &Part) -> String {
        let indent = if part.head.is_some() { "  " } else { "" };
        let blocks = part.blocks.iter().map(|block| self.block(block, indent));
        let blocks: String = blocks.collect();
        let Some(head) = &part.head else { return blocks };
        let style = match part.tone {
            Tone::Bad => words::severity_style(Severity::Error),
            Tone::Plain | Tone::Good => Style::new().bold(),
        };
        format!(
            "{}\n{blocks}\n",
            paint(&escape::one_line(head), style, self.options)
        )
    }

    fn block(&self, block: &Block, indent: &str) -> String {
        let rest = format!("{indent}  ");
        match block {
            Block::Line(tone, text) => self.line(*tone, text, indent),
            Block::Text(text) => self.wrapped(text, indent, &rest),
            Block::Command(line) => format!("{indent}{}\n", escape::one_line(line)),
            Block::Marked(text) => self.wrapped(text, &format!("{indent}× "), &rest),
            Block::Items(items) => {
                let item = |(label, text): &(&'static str, String)| {
                    let label = paint(label, Style::new().cyan(), self.options);
                    self.wrapped(text, &format!("{indent}{label}: "), &rest)
                };
                items.iter().map(item).collect()
            }
            Block::Rows(rows) => self.rows(rows),
            Block::Timeline(timeline) => self.bars(timeline),
            Block::Changes(changes) => {
                let changes: String = changes.iter().map(|change| self.change(change)).collect();
                format!("\n{changes}")
            }
            Block::Calls(calls) => self.calls(calls),
            Block::Closing => closing_line(self.report, self.options),
            Block::NotChecked => not_checked(self.report, self.options),
        }
    }

    fn wrapped(&self, text: &str, head: &str, rest: &str) -> String {
        wrap(&escape::one_line(text), self.options.columns(), head, rest)
    }

    /// Painted line by line: an escape sequence has no width, and ends where the line does.
    fn line(&self, tone: Tone, text: &str, indent: &str) -> String {
        let lines = self.wrapped(text, indent, &format!("{indent}  "));
        let painted = lines.lines().map(|line| {
            let words = line.trim_start();
            let blanks = &line[..line.len() - words.len()];
            format!("{blanks}{}\n", paint(words, style(tone), self.options))
        });
        painted.collect()
    }

    fn rows(&self, rows: &Rows) -> String {
        let (indent, width) = (" ".repeat(rows.indent), rows.width - 1);
        let rest = " ".repeat(rows.indent + rows.width);
        let lines = rows.entries.iter().map(|row| {
            let name = format!("{:width$}", escape::one_line(&row.name));
            let is_long = name.chars().count() > width;
            let name = paint(&name, style(row.tone), self.options);
            if is_long {
                return format!("{indent}{name}\n{}", self.wrapped(&row.words, &rest, &rest));
            }
            self.wrapped(&row.words, &format!("{indent}{name} "), &rest)
        });
        lines.collect()
    }

    /// Nothing where there is no room.
    fn bars(&self, timeline: &Timeline) -> String {
        let (columns, ascii) = (self.options.columns(), self.options.ascii);
        let room = columns.saturating_sub(BESIDE_BAR);
        if room < LEAST_BAR {
            return String::new();
        }
        let lines = timeline.lines(room.min(MOST_BAR), ascii).into_iter().map(|bar| {
            let tone = if bar.is_used { Tone::Good } else { Tone::Plain };
            let drawn = paint(&bar.bar, style(tone), self.options);
            let line = format!("    {:25} {drawn} {}", bar.label, bar.words);
            format!("{}\n", line.trim_end())
        });
        let blank = " ".repeat(30);
        lines.collect::<String>() + &wrap(&timeline.legend(ascii), columns, &blank, &blank)
    }

    fn change(&self, change: &Planned) -> String {
        let style = match change.direction {
            Direction::Weaker => Style::new().red().bold(),
            Direction::Undefined => Style::new().yellow().bold(),
            Direction::Neutral => Style::new().dimmed(),
            Direction::Stronger => Style::new().green().bold(),
        };
        let word = format!("{:<14}", change.direction.label());
        let at = escape::one_line(change.difference.pointer.as_str());
        let mut text = format!("  {} {at}\n", paint(&word, style, self.options));
        for line in difference::lines(&change.difference) {
            let style = match line.side {
                Side::Live => Style::new().red(),
                Side::Policy => Style::new().green(),
                Side::Both => Style::new().dimmed(),
            };
            let words = format!("{} {}", line.side.mark(), escape::visible(&line.words()));
            text = text + "      " + &paint(&words, style, self.options) + "\n";
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
        Tone::Bad => Style::new().red(),
    }
}
