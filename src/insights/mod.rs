//! Questions as data, and the engine that answers them over events, each once. What a record does not say is a row of its own,
//! never "no risk" and never 0.

mod answer;
mod count;
mod emit;
mod file;
mod load;
mod member;
#[cfg(test)]
mod tests;

pub use answer::{AnswerRow, InsightAnswer, InsightReport, MeasureValue};
pub use count::QuestionCounter;
pub use emit::{QueryEngine, QueryPlaces, emit, placeholders};
pub use file::{ChartKind, ConditionValue, InsightMeasure, KeptGroups, QuestionFile, QuestionFilter};
pub use load::{InsightQuestion, QuestionLoader, builtin_questions};
pub use member::{InsightRecord, QuestionMember, RecordKind};

use serde_json::Value;

/// The schema of a question file (`schemas/question.json`).
pub fn question_schema() -> Value {
    crate::schema::of::<QuestionFile>("question")
}
