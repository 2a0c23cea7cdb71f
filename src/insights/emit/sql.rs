//! A question as SQL that Athena, Spark and `DuckDB` understand alike. Three values, as SQL has them: a condition on what is not
//! known does not hold, and what it leaves undecided is counted by a query of its own.

use std::fmt::Write as _;

use super::places::comment;
use crate::insights::file::{InsightMeasure, KeptGroups};
use crate::insights::load::{Condition, InsightQuestion, Test};
use crate::insights::member::{QuestionMember, RISKS, RecordKind};

/// When an event with a known risk was, and the risk, in one number: the least is the first, the greatest the last.
const DATED: &str = "at_ms * 8 + risk_rank";

/// The view of records of a kind, each once.
pub(super) fn view(of: RecordKind) -> &'static str {
    match of {
        RecordKind::Events => "auth_event",
        RecordKind::Trail => "cognito_request",
    }
}

/// The column of a member in the views.
pub(super) fn column(member: QuestionMember) -> &'static str {
    match member {
        QuestionMember::Type => "event_type",
        QuestionMember::Pool => "pool_id",
        QuestionMember::Client => "client_id",
        QuestionMember::User => "user_id",
        QuestionMember::Day => "event_day",
        QuestionMember::Context => "context_data",
        other => other.as_str(),
    }
}

/// The question, and the one how many records it leaves undecided.
pub(super) fn text(question: &InsightQuestion) -> String {
    let from = view(question.of);
    let conditions: Vec<_> = question.filter.iter().map(condition).collect();
    let mut text = format!(
        "-- question: {}\n-- {}\n{};\n\n",
        comment(&question.id),
        comment(&question.title),
        query(question, &conditions)
    );
    if !conditions.is_empty() {
        let _ = writeln!(
            text,
            "-- undecided: {}\nSELECT count(*) AS undecided\nFROM {from}\nWHERE ({}) IS NULL;\n",
            comment(&question.id),
            conditions.join("\n  AND ")
        );
    }
    text
}

fn condition(condition: &Condition) -> String {
    let column = column(condition.member);
    let list = |values: &[String]| {
        values
            .iter()
            .map(|value| literal(value))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &condition.test {
        Test::Is(values) => format!("{column} IN ({})", list(values)),
        Test::Not(values) => format!("{column} NOT IN ({})", list(values)),
        Test::Known(true) => format!("{column} IS NOT NULL"),
        Test::Known(false) => format!("{column} IS NULL"),
    }
}

/// A text in quotes. Quotes and backslashes, which engines read differently inside them, are written as code points: all of
/// them have `chr`.
pub(super) fn literal(text: &str) -> String {
    let strange = |c: char| c == '\\' || c == '\'';
    if !text.contains(strange) {
        return format!("'{text}'");
    }
    let mut parts = vec!["''".to_owned()];
    let mut plain = String::new();
    for c in text.chars() {
        if strange(c) {
            if !plain.is_empty() {
                parts.push(format!("'{}'", std::mem::take(&mut plain)));
            }
            parts.push(format!("chr({})", u32::from(c)));
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() {
        parts.push(format!("'{plain}'"));
    }
    format!("concat({})", parts.join(", "))
}

/// Measures in a query of their own, so that rows can be kept and ordered by what is not shown: Spark does neither by an
/// aggregate beside the list.
fn query(question: &InsightQuestion, conditions: &[String]) -> String {
    let groups: Vec<_> = question.group.iter().map(|member| column(*member)).collect();
    let groups = groups.join(", ");
    let mut inner: Vec<_> = question
        .measures
        .iter()
        .filter_map(|measure| counted(*measure))
        .collect();
    let risks = [InsightMeasure::FirstRisk, InsightMeasure::LastRisk];
    if question.keep.is_some() || question.measures.iter().any(|measure| risks.contains(measure)) {
        inner.push(format!("min({DATED}) % 8 AS first_rank"));
        inner.push(format!("max({DATED}) % 8 AS last_rank"));
    }
    let from = view(question.of);
    let mut counted = format!("  SELECT {groups}, {}\n  FROM {from}\n", inner.join(", "));
    if !conditions.is_empty() {
        let _ = writeln!(counted, "  WHERE {}", conditions.join("\n    AND "));
    }
    let shown: Vec<_> = question.measures.iter().map(|measure| shown(*measure)).collect();
    let mut text = format!(
        "SELECT {groups}, {}\nFROM (\n{counted}  GROUP BY {groups}) counted\n",
        shown.join(", ")
    );
    if question.keep == Some(KeptGroups::RiskClimbs) {
        text.push_str("WHERE first_rank < last_rank\n");
        for member in &question.group {
            let _ = writeln!(text, "  AND {} IS NOT NULL", column(*member));
        }
    }
    let mut order = vec![format!("{} DESC NULLS LAST", ordered(question.order))];
    order.extend(
        question
            .group
            .iter()
            .map(|member| format!("{} ASC NULLS LAST", column(*member))),
    );
    let _ = write!(text, "ORDER BY {}\nLIMIT {}", order.join(", "), question.limit);
    text
}

/// A number of the inner query.
fn counted(measure: InsightMeasure) -> Option<String> {
    let what = match (measure, measure.distinct()) {
        (InsightMeasure::Events, _) => "count(*)".to_owned(),
        // Nobody who is named is not nobody.
        (_, Some(member)) => format!("NULLIF(count(DISTINCT {}), 0)", column(member)),
        (_, None) => return None,
    };
    Some(format!("{what} AS {}", measure.as_str()))
}

/// What rows are ordered by.
fn ordered(measure: InsightMeasure) -> &'static str {
    match measure {
        InsightMeasure::FirstRisk => "first_rank",
        InsightMeasure::LastRisk => "last_rank",
        other => other.as_str(),
    }
}

/// A column of the answer.
fn shown(measure: InsightMeasure) -> String {
    if !matches!(measure, InsightMeasure::FirstRisk | InsightMeasure::LastRisk) {
        return measure.as_str().to_owned();
    }
    let mut text = format!("CASE {}", ordered(measure));
    for (rank, risk) in RISKS.iter().enumerate() {
        let _ = write!(text, " WHEN {rank} THEN '{risk}'");
    }
    format!("{text} END AS {}", measure.as_str().replace('-', "_"))
}
