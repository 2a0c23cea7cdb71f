//! Answers to questions as a paper, and as a table for spreadsheets.

pub(super) mod cells;

use std::collections::BTreeMap;
use std::io::{self, Write};

use owo_colors::Style;

use crate::insights::{AnswerRow, ChartKind, InsightAnswer, InsightReport, MeasureValue};
use crate::text;

use super::programs::csv;
use super::section::{self, Block, Numbers, Paper, Part, Tone};
use super::{Format, RenderOptions, escape, json};
use crate::render::insights::cells::{cells, counts, notes};
use crate::render::picture::{Bar, Chart, Fill, Scale};

/// The formats that show answers.
pub const INSIGHT_FORMATS: [Format; 5] = [
    Format::Human,
    Format::Json,
    Format::Csv,
    Format::Markdown,
    Format::Html,
];

/// Writes the answers; a format that is not among [`INSIGHT_FORMATS`] writes what `human` does.
pub(super) fn insights(
    format: Format,
    report: &InsightReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => json::insights::render(report, options, out),
        Format::Csv => csv(report, out),
        _ => paper(report).write(format, options, out),
    }
}

fn paper(report: &InsightReport) -> Paper {
    Paper {
        question: "What do the records say?",
        kind: "cogward insights",
        subject: text::count(report.answers.len(), "question", "questions"),
        version: report.version,
        facts: Vec::new(),
        tiles: Vec::new(),
        parts: report
            .answers
            .iter()
            .enumerate()
            .map(|(number, one)| part(one, &report.clients, number))
            .collect(),
        tail: section::read(&report.reading, &report.not_checked).collect(),
    }
}

/// Pictures are called by the number of the question.
fn part(answer: &InsightAnswer, clients: &BTreeMap<String, String>, number: usize) -> Part {
    let question = &answer.question;
    let (heads, rows) = cells(answer, clients);
    let words = question.group.len();
    let table = Numbers {
        title: String::new(),
        heads,
        words,
        chart: chart(answer, &rows, format!("q{number}")),
        notes: notes(answer),
        rows,
    };
    let table = Some(table).filter(|table| !table.rows.is_empty());
    let texts = [question.why.clone(), counts(answer)].map(Block::Text);
    let blocks = texts.into_iter().chain(table.map(Block::Numbers));
    let head = format!("{} [{}]", question.title, question.id);
    Part::new(head, Tone::Plain, blocks.collect())
}

/// A bar for each row, labelled with what it groups by; `None` for a question without a chart.
fn chart(answer: &InsightAnswer, rows: &[Vec<String>], id: String) -> Option<Chart> {
    let question = &answer.question;
    if question.chart != ChartKind::Bar {
        return None;
    }
    let measures = &question.measures;
    let order = measures.iter().position(|measure| *measure == question.order);
    let size = |values: &[MeasureValue]| match values.get(order.unwrap_or(0)) {
        Some(MeasureValue::Count { number, .. }) => *number,
        _ => 0,
    };
    let of = question.order.as_str().replace('-', " ");
    let bar = |(row, answer): (&Vec<String>, &AnswerRow)| Bar {
        label: row.get(..question.group.len()).unwrap_or_default().join(", "),
        parts: vec![size(&answer.values)],
    };
    Some(Chart {
        id,
        title: format!("{of}: {}", question.title),
        of,
        fills: vec![Fill {
            class: "amount",
            words: "",
            glyphs: ['█', '#'],
            style: Style::new().cyan(),
        }],
        bars: rows.iter().zip(&answer.rows).map(bar).collect(),
        scale: Scale::Together,
    })
}

/// Writes a head and lines for each question, then what is to be known of it, and how the records were read: each line begins with
/// the question's id, `reading` or `not checked`.
fn csv(report: &InsightReport, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for answer in &report.answers {
        let (head, rows) = cells(answer, &report.clients);
        let id = answer.question.id.as_str();
        text.push_str(&csv::line(
            std::iter::once("question").chain(head.iter().map(String::as_str)),
        ));
        for row in &rows {
            text.push_str(&csv::line(
                std::iter::once(id).chain(row.iter().map(String::as_str)),
            ));
        }
        for note in std::iter::once(counts(answer)).chain(notes(answer)) {
            text.push_str(&csv::line([id, &note]));
        }
    }
    for line in &report.reading {
        text.push_str(&csv::line(["reading", line]));
    }
    for entry in &report.not_checked {
        text.push_str(&csv::line(["not checked", &entry.line()]));
    }
    out.write_all(escape::for_log(&text).as_bytes())
}
