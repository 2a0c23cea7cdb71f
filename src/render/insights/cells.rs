//! Answers as cells and sentences, for every format that people read. Texts are escaped as for one line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::insights::{AnswerRow, InsightAnswer, InsightMeasure, MeasureValue, QuestionMember, RecordKind};
use crate::text;

use crate::render::escape;

/// Most characters of a value; longer ones are cut.
const VALUE: usize = 60;

/// Words for the records that a question counts: one, and several.
fn kind(of: RecordKind) -> [&'static str; 2] {
    match of {
        RecordKind::Events => ["event", "events"],
        RecordKind::Trail => ["CloudTrail record", "CloudTrail records"],
    }
}

fn counted(number: u64, of: RecordKind) -> String {
    let [one, many] = kind(of);
    text::count(number, one, many)
}

/// How many records count, of how many.
pub(in crate::render) fn counts(answer: &InsightAnswer) -> String {
    let of = answer.question.of;
    if answer.records == 0 {
        return format!("not answered: there are no {} in what was read", kind(of)[1]);
    }
    let mut line = format!("{} of {}", answer.matched, counted(answer.records, of));
    if answer.undecided > 0 {
        let _ = write!(line, "; of {} more it is unknown", answer.undecided);
    }
    line
}

/// What to know of the rows.
pub(in crate::render) fn notes(answer: &InsightAnswer) -> Vec<String> {
    let of = answer.question.of;
    let mut notes = Vec::new();
    if answer.more_rows > 0 {
        let rows = text::count(answer.more_rows, "more row", "more rows");
        notes.push(format!("{rows} with {}", counted(answer.more_events, of)));
    }
    if answer.beyond > 0 {
        let events = counted(answer.beyond, of);
        notes.push(format!(
            "{events} of rows that could not be held: there are too many"
        ));
    }
    let at_least = |value: &MeasureValue| matches!(value, MeasureValue::Count { at_least: true, .. });
    if answer.rows.iter().flat_map(|row| &row.values).any(at_least) {
        notes.push("+: at least so many, for some records do not say".to_owned());
    }
    notes
}

/// The head of the rows, and the cells of each. Clients are called by name and id where `clients` has their names.
pub(in crate::render) fn cells(
    answer: &InsightAnswer,
    clients: &BTreeMap<String, String>,
) -> (Vec<String>, Vec<Vec<String>>) {
    let question = &answer.question;
    let members = question.group.iter();
    let mut head: Vec<_> = members.map(|member| member.as_str().to_owned()).collect();
    for measure in &question.measures {
        head.push(measure.as_str().replace('-', " "));
        if *measure == InsightMeasure::Events {
            head.push("share".to_owned());
        }
    }
    let row = |row: &AnswerRow| {
        let members = question.group.iter().zip(&row.group);
        let cell = |(member, value): (&QuestionMember, &Option<String>)| {
            let value = value.as_deref();
            let name = value.filter(|_| *member == QuestionMember::Client);
            match name.and_then(|id| clients.get(id)) {
                Some(name) => format!("{} ({})", shown(Some(name)), shown(value)),
                None => shown(value),
            }
        };
        let mut cells: Vec<_> = members.map(cell).collect();
        for (measure, value) in question.measures.iter().zip(&row.values) {
            cells.push(measured(value));
            if *measure == InsightMeasure::Events {
                cells.push(share(row.events, answer.matched));
            }
        }
        cells
    };
    (head, answer.rows.iter().map(row).collect())
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

/// In percent with one decimal, rounded.
fn share(part: u64, whole: u64) -> String {
    let whole = u128::from(whole.max(1));
    let thousandths = (u128::from(part) * 1000 + whole / 2) / whole;
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that reads as unknown is quoted and hostile ones are escaped.
    #[test]
    fn unknown_quoted_and_hostile_escaped() {
        assert_eq!(shown(None), "unknown");
        assert_eq!(shown(Some("unknown")), "\"unknown\"");
        assert_eq!(shown(Some("a\u{1b}[2Jb\nc")), "a\\u{1b}[2Jb c");
        assert_eq!(shown(Some(&"ä".repeat(200))).chars().count(), VALUE + 3);
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(0, 0), "0.0 %");
    }
}
