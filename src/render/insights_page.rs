//! `html` and `csv` of answers: the page that an impact has, and a table for spreadsheets.

use std::io::{self, Write};

use crate::insights::{InsightAnswer, InsightReport};
use crate::text;

use super::impact_html::{ImpactPage, PictureHead, PictureTable, PoolSection, TEMPLATE};
use super::insights_cells::{cells, counts, notes};
use super::{RenderOptions, csv, escape, head, html_page};

/// Writes the page: a section for each question.
pub(super) fn html(report: &InsightReport, options: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let page = ImpactPage {
        verb: "insights",
        version: report.version,
        replay: "What the records say, and nothing more.",
        closing: text::count(report.answers.len(), "question", "questions"),
        facts: head::facts(&options.head, head::named(&options.head)),
        pools: report.answers.iter().map(section).collect(),
        reading: report.reading.iter().map(|line| escape::one_line(line)).collect(),
        failed: report
            .not_checked
            .iter()
            .map(|entry| escape::one_line(&entry.line()))
            .collect(),
        not_checked: Vec::new(),
    };
    html_page::draw(TEMPLATE, &page, out)
}

fn section(answer: &InsightAnswer) -> PoolSection {
    let question = &answer.question;
    let (heads, rows) = cells(answer);
    let heads = heads.into_iter().enumerate().map(|(at, words)| PictureHead {
        words,
        is_text: at < question.group.len(),
    });
    let notes = notes(answer).join("; ");
    let table = PictureTable {
        title: format!(
            "{} [{}]",
            escape::one_line(&question.title),
            escape::one_line(&question.id)
        ),
        heads: heads.collect(),
        rows,
        more: Some(notes).filter(|notes| !notes.is_empty()),
        picture: None,
    };
    PoolSection {
        title: escape::one_line(&question.title),
        facts: vec![
            ("why", escape::one_line(&question.why)),
            ("counted", counts(answer)),
        ],
        diagnoses: Vec::new(),
        tables: Some(table)
            .filter(|table| !table.rows.is_empty())
            .into_iter()
            .collect(),
    }
}

/// Writes a head and lines for each question, then what is to be known of it, and how the records were read: each line begins with
/// the question's id, `reading` or `not checked`.
pub(super) fn csv(report: &InsightReport, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for answer in &report.answers {
        let (head, rows) = cells(answer);
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
