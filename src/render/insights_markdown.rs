//! `markdown` of answers: a section with a table for each question.

use std::fmt::Write as _;

use crate::insights::{InsightAnswer, InsightReport};

use super::escape;
use super::insights_cells::{cells, counts, notes};

pub(super) fn render(report: &InsightReport) -> String {
    let mut text = String::from("## cogward insights\n");
    for answer in &report.answers {
        section(&mut text, answer);
    }
    if !report.reading.is_empty() {
        text.push_str("\n### Reading\n\n");
    }
    for line in &report.reading {
        let _ = writeln!(text, "- {}", escape::markdown(line));
    }
    if !report.not_checked.is_empty() {
        text.push_str("\n### Not checked\n\n");
    }
    for entry in &report.not_checked {
        let _ = writeln!(text, "- {}", escape::markdown(&entry.line()));
    }
    text
}

fn section(text: &mut String, answer: &InsightAnswer) {
    let question = &answer.question;
    let [title, why, counts] =
        [&question.title, &question.why, &counts(answer)].map(|part| escape::markdown(part));
    let _ = writeln!(text, "\n### {title}\n\n{why}\n\n{counts}");
    let (head, rows) = cells(answer);
    if !rows.is_empty() {
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells.iter().map(|cell| escape::markdown(cell)).collect();
            format!("| {} |", cells.join(" | "))
        };
        let numbers = head.len().saturating_sub(question.group.len());
        let rule = format!(
            "|{}{}",
            "---|".repeat(question.group.len()),
            "---:|".repeat(numbers)
        );
        let _ = writeln!(text, "\n{}\n{rule}", line(&head));
        for row in &rows {
            let _ = writeln!(text, "{}", line(row));
        }
    }
    for note in notes(answer) {
        let _ = writeln!(text, "\n{}", escape::markdown(&note));
    }
}
