//! Answers to questions for people: tables with bars.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::insights::{ChartKind, InsightAnswer, InsightMeasure, InsightReport, MeasureValue, RecordKind};
use crate::text;

use super::grid::grid;
use super::human::{paint, wrap};
use super::{Format, RenderOptions, escape, json_insights};

/// The formats that show answers.
pub const INSIGHT_FORMATS: [Format; 2] = [Format::Human, Format::Json];

/// Columns of a full bar.
const BAR: usize = 20;

/// Most characters of a value; longer ones are cut.
const VALUE: usize = 60;

/// Writes the answers; a format that is not among [`INSIGHT_FORMATS`] writes what `human` does.
pub(super) fn insights(
    format: Format,
    report: &InsightReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format == Format::Json {
        return json_insights::render(report, out);
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
    out.write_all(escape::for_log(&text).as_bytes())
}

/// Words for the records that a question counts: one, and several.
fn kind(of: RecordKind) -> [&'static str; 2] {
    match of {
        RecordKind::Events => ["event", "events"],
        RecordKind::Trail => ["CloudTrail record", "CloudTrail records"],
    }
}

fn counted(number: u64, of: RecordKind) -> String {
    let [one, many] = kind(of);
    text::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
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
    if answer.records == 0 {
        let _ = writeln!(
            text,
            "  not answered: there are no {} in what was read\n",
            kind(question.of)[1]
        );
        return text;
    }
    let mut line = format!("{} of {}", answer.matched, counted(answer.records, question.of));
    if answer.undecided > 0 {
        let _ = write!(line, "; of {} more it is unknown", answer.undecided);
    }
    text.push_str(&wrap(&line, options.columns(), "  ", "  "));
    if !answer.rows.is_empty() {
        text.push_str(&table(answer, options));
    }
    if answer.more_rows > 0 {
        let rows = text::count(
            usize::try_from(answer.more_rows).unwrap_or(usize::MAX),
            "more row",
            "more rows",
        );
        let _ = writeln!(
            text,
            "    {rows} with {}",
            counted(answer.more_events, question.of)
        );
    }
    if answer.beyond > 0 {
        let events = counted(answer.beyond, question.of);
        let _ = writeln!(
            text,
            "    {events} of rows that could not be held: there are too many"
        );
    }
    let at_least = |value: &MeasureValue| matches!(value, MeasureValue::Count { at_least: true, .. });
    if answer.rows.iter().flat_map(|row| &row.values).any(at_least) {
        text.push_str("    +: at least so many, for some records do not say\n");
    }
    text.push('\n');
    text
}

/// Rows under their head: values left, numbers right, then the bar.
fn table(answer: &InsightAnswer, options: &RenderOptions) -> String {
    let question = &answer.question;
    let words = question.group.len();
    let mut head: Vec<String> = question
        .group
        .iter()
        .map(|member| member.as_str().to_owned())
        .collect();
    for measure in &question.measures {
        head.push(measure.as_str().replace('-', " "));
        if *measure == InsightMeasure::Events {
            head.push("share".to_owned());
        }
    }
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
    for row in &answer.rows {
        let mut cells: Vec<_> = row.group.iter().map(|value| shown(value.as_deref())).collect();
        for (measure, value) in question.measures.iter().zip(&row.values) {
            cells.push(measured(value));
            if *measure == InsightMeasure::Events {
                cells.push(share(row.events, answer.matched));
            }
        }
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

/// A value. Unknown is said without quotes, and a value that reads so with them.
fn shown(value: Option<&str>) -> String {
    let Some(value) = value else {
        return "unknown".to_owned();
    };
    let value = escape::one_line(value);
    if value == "unknown" {
        return format!("\"{value}\"");
    }
    match value.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}...", value.get(..end).unwrap_or_default()),
        None => value,
    }
}

fn measured(value: &MeasureValue) -> String {
    match value {
        MeasureValue::Unknown => "unknown".to_owned(),
        MeasureValue::Count {
            number,
            at_least: true,
        } => format!("{number}+"),
        MeasureValue::Count { number, .. } => number.to_string(),
        MeasureValue::Risk(risk) => (*risk).to_owned(),
    }
}

/// In percent with one decimal, rounded down.
fn share(part: u64, whole: u64) -> String {
    let thousandths = u128::from(part) * 1000 / u128::from(whole.max(1));
    format!("{}.{} %", thousandths / 10, thousandths % 10)
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

    #[test]
    fn a_value_that_reads_as_unknown_is_quoted_and_hostile_ones_are_escaped() {
        assert_eq!(shown(None), "unknown");
        assert_eq!(shown(Some("unknown")), "\"unknown\"");
        assert_eq!(shown(Some("a\u{1b}[2Jb\nc")), "a\\u{1b}[2Jb c");
        assert_eq!(shown(Some(&"ä".repeat(200))).chars().count(), VALUE + 3);
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(0, 0), "0.0 %");
    }
}
