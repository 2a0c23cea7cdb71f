//! Answers to questions as a paper, and as a table for spreadsheets.

pub(super) mod cells;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::insights::{ChartKind, InsightAnswer, InsightReport, MeasureValue};
use crate::text;

use super::programs::csv;
use super::section::{self, Block, Numbers, Paper, Part, Tone};
use super::{Format, RenderOptions, escape, json};
use crate::render::insights::cells::{cells, counts, notes};
use crate::render::picture::{Bar, Caption, bars};

/// Most bars of a picture.
const MOST_BARS: usize = 20;

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
    let order = question
        .measures
        .iter()
        .position(|measure| *measure == question.order);
    let size = |values: &[MeasureValue]| match values.get(order.unwrap_or(0)) {
        Some(MeasureValue::Count { number, .. }) => *number,
        _ => 0,
    };
    let bars: Vec<_> = answer.rows.iter().map(|row| size(&row.values)).collect();
    let bars = if question.chart == ChartKind::Bar {
        bars
    } else {
        Vec::new()
    };
    let words = question.group.len();
    let table = Numbers {
        title: String::new(),
        heads,
        words,
        picture: picture(answer, &rows, &bars, &format!("q{number}")),
        bars,
        notes: notes(answer),
        rows,
    };
    let table = Some(table).filter(|table| !table.rows.is_empty());
    let texts = [question.why.clone(), counts(answer)].map(Block::Text);
    let blocks = texts.into_iter().chain(table.map(Block::Numbers));
    let head = format!("{} [{}]", question.title, question.id);
    Part::new(head, Tone::Plain, blocks.collect())
}

/// A bar for each row, labelled with what it groups by; none for one row, and where nothing is counted.
fn picture(answer: &InsightAnswer, rows: &[Vec<String>], sizes: &[u64], id: &str) -> Option<String> {
    let question = &answer.question;
    let of = question.order.as_str().replace('-', " ");
    let bar = |(row, size): (&Vec<String>, &u64)| Bar {
        label: row.get(..question.group.len()).unwrap_or_default().join(", "),
        parts: vec![("amount", *size)],
    };
    let all: Vec<_> = rows.iter().zip(sizes).take(MOST_BARS).map(bar).collect();
    let caption = Caption {
        id,
        title: &format!("{of}: {}", question.title),
        of: &of,
        legend: &[],
    };
    (all.len() > 1 && sizes.iter().any(|size| *size > 0)).then(|| bars(&caption, &all))
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
