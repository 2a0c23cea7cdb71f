//! Tables of raw records, and views of records as questions see them: each once, words spelled alike, unknown as NULL.

use std::fmt::Write as _;

use super::places::{QueryEngine, QueryPlaces};
use super::sql::{column, literal};
use crate::insights::member::{QuestionMember, RISKS, RecordKind};
use crate::model::event::{
    AuthEventType, EventResponse, FeedbackValue, RefusalCause, RiskDecision, Spelling,
};
use crate::model::response::RiskLevel;

/// Members of `message`. All scalars of the export are texts.
const MESSAGE: [&str; 20] = [
    "eventId",
    "eventType",
    "userSub",
    "userName",
    "userPoolId",
    "clientId",
    "eventResponse",
    "riskLevel",
    "riskDecision",
    "deviceName",
    "ipAddress",
    "idpName",
    "compromisedCredentialDetected",
    "compromisedCredentialsDetected",
    "city",
    "country",
    "eventFeedbackValue",
    "hasContextData",
    "requestId",
    "creationDate",
];

/// Members of a `CloudTrail` record that are texts.
const RECORD: [&str; 8] = [
    "eventID",
    "eventName",
    "eventType",
    "eventSource",
    "eventTime",
    "sourceIPAddress",
    "errorCode",
    "errorMessage",
];

/// The table and the view of records of a kind.
pub(super) fn text(engine: QueryEngine, kind: RecordKind, places: &QueryPlaces) -> String {
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
    match kind {
        RecordKind::Events => events(engine, &table, location),
        RecordKind::Trail => trail(engine, &table, location),
    }
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

/// `name STRING, …` as each engine writes it.
fn fields(engine: QueryEngine, names: &[&str]) -> String {
    let one = |name: &&str| match engine {
        QueryEngine::DuckDb => format!("{name} VARCHAR"),
        QueryEngine::Athena => format!("{}:string", name.to_lowercase()),
        _ => format!("{name}: STRING"),
    };
    names.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn events(engine: QueryEngine, table: &str, location: &str) -> String {
    let message = fields(engine, &MESSAGE);
    let place = place(engine, location);
    let mut text = String::from("-- The user-activity export, one JSON value a line.\n");
    let made = match engine {
        QueryEngine::DuckDb => format!(
            "CREATE OR REPLACE TEMPORARY VIEW {table} AS\nSELECT * FROM read_json({place}, format = 'newline_delimited', columns = {{\n  \
             eventTimestamp: 'VARCHAR', eventSource: 'VARCHAR', logSourceId: 'STRUCT(userPoolId VARCHAR)',\n  \
             message: 'STRUCT({message})'}});\n\n"
        ),
        QueryEngine::Athena => format!(
            "CREATE EXTERNAL TABLE IF NOT EXISTS {table} (\n  eventtimestamp string,\n  eventsource string,\n  \
             logsourceid struct<userpoolid:string>,\n  message struct<{message}>)\n\
             ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\nLOCATION {place};\n\n"
        ),
        _ => format!(
            "CREATE OR REPLACE TEMPORARY VIEW {table} (\n  eventTimestamp STRING, eventSource STRING, \
             logSourceId STRUCT<userPoolId: STRING>,\n  message STRUCT<{message}>)\n\
             USING json OPTIONS (path {place}, mode 'FAILFAST');\n\n"
        ),
    };
    text.push_str(&made);
    text.push_str(&events_view(engine, table));
    text
}

/// A text that says something: see `said` of the model.
fn said(text: &str) -> String {
    format!("CASE WHEN lower(trim({text})) IN ('', 'null') THEN NULL ELSE trim({text}) END")
}

/// A word as the API spells it, or as it stands.
fn word<T: Spelling>(text: &str) -> String {
    let fold = format!("replace(replace(replace(lower({text}), '_', ''), '-', ''), ' ', '')");
    let mut cases = format!("CASE {fold}");
    for word in T::WORDS {
        for alias in std::iter::once(word.as_str().to_lowercase())
            .chain(word.aliases().iter().map(|&alias| alias.to_owned()))
        {
            let _ = write!(cases, " WHEN '{alias}' THEN '{}'", word.as_str());
        }
    }
    format!("{cases} ELSE {text} END")
}

fn flag(text: &str) -> String {
    format!("CASE lower({text}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' END")
}

/// Columns of a `SELECT`.
fn columns(list: &[(String, &str)]) -> String {
    let list: Vec<_> = list
        .iter()
        .map(|(text, name)| format!("    {text} AS {name}"))
        .collect();
    list.join(",\n")
}

fn events_view(engine: QueryEngine, table: &str) -> String {
    let part = |name: &str| said(&format!("message.{name}"));
    let raw = columns(&[
        (part("eventId"), "event_id"),
        (part("eventType"), "raw_type"),
        (part("eventResponse"), "raw_response"),
        (part("riskLevel"), "raw_level"),
        (part("riskDecision"), "raw_decision"),
        (part("eventFeedbackValue"), "raw_feedback"),
        (
            format!(
                "coalesce({}, {})",
                part("compromisedCredentialDetected"),
                part("compromisedCredentialsDetected")
            ),
            "raw_compromised",
        ),
        (part("hasContextData"), "raw_context"),
        (part("idpName"), "idp"),
        (part("city"), "city"),
        (part("country"), "country"),
        (part("deviceName"), "device"),
        (
            format!(
                "coalesce({}, {})",
                part("userPoolId"),
                said("logSourceId.userPoolId")
            ),
            column(QuestionMember::Pool),
        ),
        (part("clientId"), column(QuestionMember::Client)),
        (
            format!("coalesce({}, {})", part("userSub"), part("userName")),
            column(QuestionMember::User),
        ),
        (part("ipAddress"), "address"),
        (
            "NULLIF(TRY_CAST(trim(eventTimestamp) AS bigint), 0)".to_owned(),
            "at_ms",
        ),
    ]);
    let words = columns(&[
        (word::<AuthEventType>("raw_type"), column(QuestionMember::Type)),
        (word::<EventResponse>("raw_response"), "response"),
        (word::<RiskLevel>("raw_level"), "level"),
        (word::<RiskDecision>("raw_decision"), "decision"),
        (word::<FeedbackValue>("raw_feedback"), "feedback"),
        (flag("raw_compromised"), "compromised"),
        (flag("raw_context"), column(QuestionMember::Context)),
        (day(engine), column(QuestionMember::Day)),
    ]);
    let ranks: Vec<_> = RISKS
        .iter()
        .enumerate()
        .map(|(rank, risk)| format!("WHEN '{risk}' THEN {rank}"))
        .collect();
    format!(
        "-- Each event once, with the furthest response.\nCREATE OR REPLACE {}VIEW {} AS\n\
         WITH raw AS (\n  SELECT\n{raw}\n  FROM {table}\n  WHERE (message.eventId IS NOT NULL OR message.userPoolId IS NOT NULL)\n    \
         AND coalesce(upper(eventSource), '') <> 'USER_NOTIFICATION'),\n\
         words AS (\n  SELECT raw.*,\n{words}\n  FROM raw),\n\
         risks AS (\n  SELECT words.*, CASE WHEN level IS NULL AND decision = 'NoRisk' THEN 'none' ELSE level END AS risk,\n    \
         row_number() OVER (PARTITION BY pool_id, event_id ORDER BY\n      \
         CASE response WHEN 'Pass' THEN 3 WHEN 'Fail' THEN 2 WHEN 'InProgress' THEN 1 ELSE 0 END DESC,\n      \
         at_ms DESC NULLS LAST) AS nth\n  FROM words)\n\
         SELECT risks.*, CASE risk {} END AS risk_rank\nFROM risks\nWHERE nth = 1 OR event_id IS NULL;\n\n",
        temporary(engine),
        super::sql::view(RecordKind::Events),
        ranks.join(" ")
    )
}

fn temporary(engine: QueryEngine) -> &'static str {
    if engine == QueryEngine::Athena {
        ""
    } else {
        "TEMPORARY "
    }
}

/// The day in UTC of `at_ms`, whatever the session's time zone.
fn day(engine: QueryEngine) -> String {
    match engine {
        QueryEngine::DuckDb => {
            "CAST(DATE '1970-01-01' + CAST(at_ms // 86400000 AS integer) AS VARCHAR)".to_owned()
        }
        QueryEngine::Spark => {
            "CAST(date_add(DATE '1970-01-01', CAST(at_ms div 86400000 AS int)) AS STRING)".to_owned()
        }
        _ => "CAST(date_add('day', at_ms / 86400000, DATE '1970-01-01') AS varchar)".to_owned(),
    }
}

fn trail(engine: QueryEngine, table: &str, location: &str) -> String {
    let place = place(engine, location);
    let mut text = String::from("-- CloudTrail's files.\n");
    let (record, request, page) = (
        fields(engine, &RECORD),
        fields(engine, &["userPoolId", "clientId", "authFlow"]),
        fields(engine, &["sub", "userPoolId"]),
    );
    let made = match engine {
        QueryEngine::DuckDb => format!(
            "CREATE OR REPLACE TEMPORARY VIEW {table} AS\nSELECT unnest(Records) AS r FROM read_json({place}, columns = {{\n  \
             Records: 'STRUCT({record}, requestParameters STRUCT({request}),\n    \
             additionalEventData STRUCT({page}, requestParameters STRUCT(client_id VARCHAR[], sub VARCHAR[])),\n    \
             responseElements STRUCT(userSub VARCHAR))[]'}});\n\n"
        ),
        QueryEngine::Athena => format!(
            "CREATE EXTERNAL TABLE IF NOT EXISTS {table} (\n  {},\n  requestparameters string,\n  additionaleventdata string,\n  \
             responseelements string)\nROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'\n\
             STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'\n\
             OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\nLOCATION {place};\n\n",
            record.replace(':', " ")
        ),
        _ => format!(
            "CREATE OR REPLACE TEMPORARY VIEW {table}_file (\n  Records ARRAY<STRUCT<{record}, requestParameters: STRUCT<{request}>,\n    \
             additionalEventData: STRUCT<{page}, requestParameters: STRUCT<client_id: ARRAY<STRING>, sub: ARRAY<STRING>>>,\n    \
             responseElements: STRUCT<userSub: STRING>>>)\nUSING json OPTIONS (path {place}, multiLine 'true', mode 'FAILFAST');\n\n\
             CREATE OR REPLACE TEMPORARY VIEW {table} AS\nSELECT explode(Records) AS r FROM {table}_file;\n\n"
        ),
    };
    text.push_str(&made);
    text.push_str(&trail_view(engine, table));
    text
}

/// Columns of the raw table of `CloudTrail`: Athena has its parts as texts of JSON.
fn trail_columns(engine: QueryEngine) -> String {
    let is_athena = engine == QueryEngine::Athena;
    let own = |name: &str| {
        said(&if is_athena {
            name.to_lowercase()
        } else {
            format!("r.{name}")
        })
    };
    let part = |outer: &str, path: &str| {
        said(&if is_athena {
            format!("json_extract_scalar({}, '$.{path}')", outer.to_lowercase())
        } else if let Some(path) = path.strip_suffix("[0]") {
            // Spark's `[0]` fails on an empty list.
            match engine {
                QueryEngine::DuckDb => format!("r.{outer}.{path}[1]"),
                _ => format!("get(r.{outer}.{path}, 0)"),
            }
        } else {
            format!("r.{outer}.{path}")
        })
    };
    let (request, more) = ("requestParameters", "additionalEventData");
    columns(&[
        (own("eventID"), "event_id"),
        (own("eventSource"), "event_source"),
        (own("eventName"), "action"),
        (own("eventType"), "event_kind"),
        (
            format!("substr({}, 1, 10)", own("eventTime")),
            column(QuestionMember::Day),
        ),
        (own("sourceIPAddress"), "address"),
        (own("errorCode"), "code"),
        (own("errorMessage"), "message"),
        (part(request, "authFlow"), "flow"),
        (
            format!(
                "coalesce({}, {})",
                part(request, "userPoolId"),
                part(more, "userPoolId")
            ),
            column(QuestionMember::Pool),
        ),
        (
            format!(
                "coalesce({}, {})",
                part(request, "clientId"),
                part(more, "requestParameters.client_id[0]")
            ),
            column(QuestionMember::Client),
        ),
        (
            format!(
                "coalesce({}, {}, {})",
                part(more, "sub"),
                part(more, "requestParameters.sub[0]"),
                part("responseElements", "userSub")
            ),
            column(QuestionMember::User),
        ),
    ])
}

fn trail_view(engine: QueryEngine, table: &str) -> String {
    let raw = trail_columns(engine);
    format!(
        "-- Each request once.\nCREATE OR REPLACE {}VIEW {} AS\nWITH raw AS (\n  SELECT\n{raw}\n  FROM {table}),\n\
         once AS (\n  SELECT raw.*, row_number() OVER (PARTITION BY event_id ORDER BY action) AS nth,\n    \
         CASE WHEN code IS NOT NULL OR message IS NOT NULL THEN 'true'\n      \
         WHEN coalesce(event_kind, '') <> 'AwsServiceEvent' THEN 'false' END AS failed,\n    {} AS reason\n  FROM raw\n  \
         WHERE event_source = 'cognito-idp.amazonaws.com' AND action IS NOT NULL)\n\
         SELECT * FROM once WHERE nth = 1 OR event_id IS NULL;\n\n",
        temporary(engine),
        super::sql::view(RecordKind::Trail),
        reason()
    )
}

fn reason() -> String {
    let mut cases = String::from("CASE");
    for (cause, texts, codes) in RefusalCause::ALL {
        let texts = texts
            .iter()
            .map(|text| format!("lower(message) LIKE {}", literal(&format!("%{text}%"))));
        let codes = codes.iter().map(|code| format!("code = {}", literal(code)));
        let either: Vec<_> = texts.chain(codes).collect();
        let _ = write!(
            cases,
            "\n      WHEN {} THEN '{}'",
            either.join(" OR "),
            cause.as_str()
        );
    }
    format!(
        "{cases}\n      WHEN code = 'NotAuthorizedException' AND message IS NULL THEN NULL\n      ELSE code END"
    )
}
