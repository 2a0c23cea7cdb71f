//! `human` and `table` of a section.

use std::io::{self, Write};

use owo_colors::Style;

use crate::render::human::{closing, paint, wrap};
use crate::render::{RenderOptions, escape, summary};
use crate::report::Report;

use super::block::{Block, Part, Rows, Tone};
use super::gate::parts;
use super::timeline::Timeline;

/// Columns beside a bar: for the source before it, and for the days after it.
const BESIDE_BAR: usize = 30 + 10;

/// A bar of fewer columns shows nothing.
const LEAST_BAR: usize = 12;

/// A bar of more is no clearer.
const MOST_BAR: usize = 60;

/// Writes all parts, the closing line and what was not checked.
pub(in crate::render) fn human(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text: String = parts(report).iter().map(|one| part(one, options)).collect();
    let text = text + &closing(report, options);
    out.write_all(escape::for_log(&text).as_bytes())
}

/// Writes the lines that say how something stands, and the ending.
pub(in crate::render) fn table(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let text: String = parts(report).iter().flat_map(lines).collect();
    let text = text + &summary::ending(report);
    out.write_all(escape::for_log(&text).as_bytes())
}

fn lines(part: &Part) -> Vec<String> {
    let line = |block: &Block| match block {
        Block::Line(_, text) => Some(format!(
            "{}\n",
            escape::one_line(&format!("{}: {text}", part.head))
        )),
        Block::Rows(_) | Block::Timeline(_) => None,
    };
    part.blocks.iter().filter_map(line).collect()
}

fn part(part: &Part, options: &RenderOptions) -> String {
    let head = paint(&escape::one_line(&part.head), Style::new().bold(), options);
    let blocks = part.blocks.iter().map(|block| match block {
        Block::Line(tone, text) => line(*tone, text, options),
        Block::Rows(rows) => table_rows(rows, options),
        Block::Timeline(timeline) => bars(timeline, options),
    });
    format!("{head}\n{}\n", blocks.collect::<String>())
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => Style::new().green(),
        Tone::Bad => Style::new().red(),
    }
}

/// Painted line by line: an escape sequence has no width, and ends where the line does.
fn line(tone: Tone, text: &str, options: &RenderOptions) -> String {
    let lines = wrap(&escape::one_line(text), options.columns(), "  ", "    ");
    let painted = lines.lines().map(|line| {
        let words = line.trim_start();
        let blanks = &line[..line.len() - words.len()];
        format!("{blanks}{}\n", paint(words, style(tone), options))
    });
    painted.collect()
}

fn table_rows(rows: &Rows, options: &RenderOptions) -> String {
    let (width, rest) = (rows.width, " ".repeat(4 + rows.width));
    let lines = rows.entries.iter().map(|(name, words)| {
        let head = format!("    {:width$}", escape::one_line(name));
        wrap(&escape::one_line(words), options.columns(), &head, &rest)
    });
    lines.collect()
}

/// Nothing where there is no room.
fn bars(timeline: &Timeline, options: &RenderOptions) -> String {
    let room = options.columns().saturating_sub(BESIDE_BAR);
    if room < LEAST_BAR {
        return String::new();
    }
    let bars = timeline.lines(room.min(MOST_BAR), options.ascii).into_iter();
    let lines = bars.map(|bar| {
        let style = if bar.is_used {
            style(Tone::Good)
        } else {
            Style::new()
        };
        let drawn = format!(
            "    {:26}{} {}",
            bar.label,
            paint(&bar.bar, style, options),
            bar.words
        );
        format!("{}\n", drawn.trim_end())
    });
    let legend = wrap(
        &timeline.legend(options.ascii),
        options.columns(),
        &" ".repeat(30),
        &" ".repeat(30),
    );
    lines.collect::<String>() + &legend
}
