//! Answers, as data.

use std::collections::BTreeMap;

use crate::finding::NotChecked;
use crate::insights::load::InsightQuestion;

/// What was measured in a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MeasureValue {
    /// No record of the row says.
    Unknown,
    /// A number.
    Count {
        /// The number of those that are known.
        number: u64,
        /// Whether there may be more: some records do not say, or more could not be held.
        at_least: bool,
    },
    /// A risk.
    Risk(&'static str),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// A value for each member of the group; `None` is unknown. Hostile texts.
    pub group: Vec<Option<String>>,
    /// A value for each measure.
    pub values: Vec<MeasureValue>,
    /// Records of the row.
    pub events: u64,
}

/// A question's answer.
#[derive(Clone, Debug)]
pub struct InsightAnswer {
    /// The question.
    pub question: InsightQuestion,
    /// Records of the kind that it counts.
    pub records: u64,
    /// Records that count.
    pub matched: u64,
    /// Records of which it is unknown whether they count.
    pub undecided: u64,
    /// Rows, in order.
    pub rows: Vec<AnswerRow>,
    /// Rows beyond the limit.
    pub more_rows: u64,
    /// Records in these.
    pub more_events: u64,
    /// Records that count and are in no row, because there were too many rows to hold.
    pub beyond: u64,
}

/// The answers of a run.
#[derive(Clone, Debug)]
pub struct InsightReport {
    /// Version of the program.
    pub version: &'static str,
    /// The exit code.
    pub exit_code: u8,
    /// Auth events that were read, each once.
    pub events: u64,
    /// `CloudTrail` records of Cognito that were read, each once.
    pub trail: u64,
    /// Values that could not be read.
    pub broken: u64,
    /// How records were read, in sentences.
    pub reading: Vec<String>,
    /// What could not be read.
    pub not_checked: Vec<NotChecked>,
    /// Names of clients by their ids, as far as they are known. Hostile texts.
    pub clients: BTreeMap<String, String>,
    /// The answers, by question.
    pub answers: Vec<InsightAnswer>,
}
