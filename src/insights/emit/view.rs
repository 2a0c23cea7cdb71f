//! Tables of raw records, and views of records as questions see them: each once, words spelled alike, unknown as NULL.

use minijinja::{Environment, context};

use super::places::{QueryEngine, QueryPlaces};
use super::sql::{literal, view};
use crate::insights::member::{RISKS, RecordKind};
use crate::model::event::{
    AuthEventType, EventResponse, FeedbackValue, RefusalCause, RiskDecision, Spelling,
};
use crate::model::response::RiskLevel;

/// The table and the view of records of a kind, for each engine.
const TEMPLATE: &str = include_str!("view.sql.jinja");

/// The table and the view of records of a kind.
///
/// # Errors
/// The template cannot be rendered, in minijinja's words.
pub(super) fn text(engine: QueryEngine, kind: RecordKind, places: &QueryPlaces) -> Result<String, String> {
    let (table, location) = match kind {
        RecordKind::Events => (
            places.table.as_deref().unwrap_or("cognito_user_activity"),
            &places.location,
        ),
        RecordKind::Trail => ("cognito_cloudtrail", &places.trail_location),
    };
    let location = location.as_deref().unwrap_or_else(|| placeholder(engine, kind));
    let table = match &places.database {
        Some(database) => format!("{database}.{table}"),
        None => table.to_owned(),
    };
    let text = Environment::new().render_str(
        TEMPLATE,
        context! {
            engine => match engine {
                QueryEngine::DuckDb => "duckdb",
                QueryEngine::Athena => "athena",
                QueryEngine::Spark | QueryEngine::LogsInsights => "spark",
            },
            kind => match kind {
                RecordKind::Events => "events",
                RecordKind::Trail => "trail",
            },
            table,
            view => view(kind),
            place => place(engine, location),
            folder => place(engine, &format!("{}/${{datehour}}/", location.trim_end_matches('/'))),
            since => places.partitioned_since.map(|day| day.strftime("%Y/%m/%d/00").to_string()),
            words => context! {
                types => spelled::<AuthEventType>(),
                responses => spelled::<EventResponse>(),
                levels => spelled::<RiskLevel>(),
                decisions => spelled::<RiskDecision>(),
                feedback => spelled::<FeedbackValue>(),
            },
            risks => RISKS,
            causes => causes(),
        },
    );
    text.map(|text| text + "\n\n").map_err(|error| error.to_string())
}

/// What stands for a location that nobody named.
pub(super) fn placeholder(engine: QueryEngine, kind: RecordKind) -> &'static str {
    match (engine, kind) {
        (QueryEngine::Athena, RecordKind::Events) => "s3://amzn-s3-demo-bucket/AWSLogs/",
        (QueryEngine::Athena, RecordKind::Trail) => {
            "s3://amzn-s3-demo-bucket/AWSLogs/123456789012/CloudTrail/"
        }
        (_, RecordKind::Events) => "export/*.json*",
        (_, RecordKind::Trail) => "trail/*.json*",
    }
}

/// A place in quotes, where an expression may not stand: such places are refused by engines, not read as something else.
fn place(engine: QueryEngine, location: &str) -> String {
    let text = match engine {
        QueryEngine::DuckDb => location.replace('\'', "''"),
        _ => location.replace('\\', "\\\\").replace('\'', "\\'"),
    };
    format!("'{text}'")
}

/// Every spelling of a word, folded, with the API's.
fn spelled<T: Spelling>() -> Vec<(String, &'static str)> {
    let of = |word: &T| {
        let (api, aliases) = (word.as_str(), word.aliases().iter());
        let aliases = aliases.map(|&alias| alias.to_owned());
        std::iter::once(api.to_lowercase())
            .chain(aliases)
            .map(move |alias| (alias, api))
    };
    T::WORDS.iter().flat_map(of).collect()
}

/// Why requests were refused, each with the condition under which it is so.
fn causes() -> Vec<(&'static str, String)> {
    let of = |(cause, texts, codes): &(RefusalCause, &[&str], &[&str])| {
        let texts = texts
            .iter()
            .map(|text| format!("lower(message) LIKE {}", literal(&format!("%{text}%"))));
        let codes = codes.iter().map(|code| format!("code = {}", literal(code)));
        let either: Vec<_> = texts.chain(codes).collect();
        (cause.as_str(), either.join(" OR "))
    };
    RefusalCause::ALL.iter().map(of).collect()
}
