//! Questions as text for engines that hold more than one machine does. Nothing here is run by cogward.

mod logs_insights;
mod places;
mod sql;
mod view;

pub use places::{QueryEngine, QueryPlaces};

use crate::insights::load::{Condition, InsightQuestion};
use crate::insights::member::RecordKind;

/// The places in the text that stand for locations which nobody named.
pub fn placeholders(engine: QueryEngine, questions: &[InsightQuestion], places: &QueryPlaces) -> Vec<String> {
    if engine == QueryEngine::LogsInsights {
        return Vec::new();
    }
    let kinds = [
        (RecordKind::Events, &places.location),
        (RecordKind::Trail, &places.trail_location),
    ];
    let is_needed = |kind: RecordKind| questions.iter().any(|question| question.of == kind);
    kinds
        .into_iter()
        .filter(|(kind, named)| named.is_none() && is_needed(*kind))
        .map(|(kind, _)| view::placeholder(engine, kind).to_owned())
        .collect()
}

/// Questions as text: what makes tables and views, then each question.
///
/// # Errors
/// Names or places that no engine could be given, in a sentence.
pub fn emit(
    engine: QueryEngine,
    questions: &[InsightQuestion],
    places: &QueryPlaces,
) -> Result<String, String> {
    places.check(engine)?;
    for question in questions {
        let mut values = question.filter.iter().flat_map(Condition::values);
        if values.any(|value| value.chars().any(crate::hidden::is_hidden)) {
            return Err(format!(
                "question `{}`: a value of its filter has control characters, which engines read in different ways",
                question.id
            ));
        }
    }
    if engine == QueryEngine::LogsInsights {
        return Ok(logs_insights::text(questions));
    }
    let mut text = String::new();
    for kind in [RecordKind::Events, RecordKind::Trail] {
        if questions.iter().any(|question| question.of == kind) {
            text.push_str(&view::text(engine, kind, places)?);
        }
    }
    for question in questions {
        text.push_str(&sql::text(question));
    }
    Ok(text)
}
