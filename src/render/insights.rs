//! Answers to questions for people: tables with bars.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::insights::{ChartKind, InsightAnswer, InsightReport, MeasureValue};
use crate::text;

use super::grid::grid;
use super::human::{paint, wrap};
use super::insights_cells::{cells, counts, notes};
use super::{Format, RenderOptions, escape, insights_markdown, insights_page, json_insights};

/// The formats that show answers.
pub const INSIGHT_FORMATS: [Format; 5] = [
    Format::Human,
    Format::Json,
    Format::Csv,
    Format::Markdown,
    Format::Html,
];

/// Columns of a full bar.
const BAR: usize = 20;

/// Writes the answers; a format that is not among [`INSIGHT_FORMATS`] writes what `human` does.
pub(super) fn insights(
    format: Format,
    report: &InsightReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => return json_insights::render(report, options, out),
        Format::Csv => return insights_page::csv(report, out),
        Format::Html => return insights_page::html(report, options, out),
        Format::Markdown => {
            return out.write_all(escape::for_log(&insights_markdown::render(report)).as_bytes());
        }
        _ => {}
    }
    let mut text = String::new();
    for answer in &report.answers {
        text.push_str(&section(answer, options));
    }
    let _ = writeln!(
        text,
        "{}",
        text::count(report.answers.len(), "question", "questions")
    );
    for line in &report.reading {
        text.push_str(&wrap(&escape::one_line(line), options.columns(), "  - ", "    "));
    }
    if !report.not_checked.is_empty() {
        text.push_str("not checked:\n");
    }
    for entry in &report.not_checked {
        let line = escape::one_line(&entry.line());
        text.push_str(&wrap(&line, options.columns(), "  - ", "    "));
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

fn section(answer: &InsightAnswer, options: &RenderOptions) -> String {
    let question = &answer.question;
    let head = escape::one_line(&format!("{} [{}]", question.title, question.id));
    let head = wrap(&head, options.columns(), "", "");
    let head = head
        .lines()
        .map(|line| paint(line, Style::new().bold(), options) + "\n");
    let mut text: String = head.collect();
    text.push_str(&wrap(
        &escape::one_line(&question.why),
        options.columns(),
        "  ",
        "  ",
    ));
    text.push_str(&wrap(&counts(answer), options.columns(), "  ", "  "));
    if !answer.rows.is_empty() {
        text.push_str(&table(answer, options));
    }
    for line in notes(answer) {
        let _ = writeln!(text, "    {line}");
    }
    text.push('\n');
    text
}

/// Rows under their head: values left, numbers right, then the bar.
fn table(answer: &InsightAnswer, options: &RenderOptions) -> String {
    let question = &answer.question;
    let words = question.group.len();
    let (head, cells) = cells(answer);
    let order = question
        .measures
        .iter()
        .position(|measure| *measure == question.order)
        .unwrap_or(0);
    let size = |values: &[MeasureValue]| match values.get(order) {
        Some(MeasureValue::Count { number, .. }) => *number,
        _ => 0,
    };
    let most = answer.rows.iter().map(|row| size(&row.values)).max().unwrap_or(0);
    let mut rows = vec![(head, 0)];
    for (row, cells) in answer.rows.iter().zip(cells) {
        rows.push((cells, size(&row.values)));
    }
    let (cells, sizes): (Vec<_>, Vec<u64>) = rows.into_iter().unzip();
    let room = options.columns() - 4;
    let drawn = grid(&cells, words, room);
    let width = drawn
        .iter()
        .flatten()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0);
    // Words go before bars.
    let has_bars = question.chart == ChartKind::Bar && most > 0 && width + 2 + BAR <= room;
    let mut text = String::new();
    for (lines, size) in drawn.iter().zip(sizes) {
        for (number, line) in lines.iter().enumerate() {
            let bar = match number {
                0 if has_bars => paint(&bar(size, most, options.ascii), Style::new().cyan(), options),
                _ => String::new(),
            };
            let _ = writeln!(text, "{}", format!("    {line}  {bar}").trim_end());
        }
    }
    text
}

/// A bar in eighths of a column, or in whole ones of ASCII. What is not nothing has a mark.
fn bar(size: u64, most: u64, ascii: bool) -> String {
    let steps = if ascii { BAR } else { BAR * 8 };
    let length = u128::from(size) * steps as u128 / u128::from(most.max(1));
    let length = usize::try_from(length)
        .unwrap_or(steps)
        .max(usize::from(size > 0));
    if ascii {
        return "#".repeat(length);
    }
    let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    format!(
        "{}{}",
        "█".repeat(length / 8),
        eighths.get(length % 8).copied().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        for (size, most, ascii, drawn) in [
            (0, 10, true, ""),
            (1, 1_000, true, "#"),
            (5, 10, true, "##########"),
            (10, 10, true, "####################"),
            (1, 1_000, false, "▏"),
            (10, 10, false, "████████████████████"),
            (u64::MAX, u64::MAX, false, "████████████████████"),
        ] {
            assert_eq!(bar(size, most, ascii), drawn, "{size} of {most}");
        }
    }
}
