//! Engines, where records lie for them, and comments that end where they should.

use jiff::civil::Date;

/// Engines that questions can be written for. The words for the command line are theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum QueryEngine {
    /// CloudWatch Logs Insights.
    LogsInsights,
    // It is Trino, with Hive's DDL.
    /// Amazon Athena.
    Athena,
    /// Apache Spark SQL.
    Spark,
    /// `DuckDB`.
    #[value(name = "duckdb")]
    DuckDb,
}

/// Where records lie, and how tables are called. `None` takes what is usual.
#[derive(Clone, Debug, Default)]
pub struct QueryPlaces {
    /// Where the export lies.
    pub location: Option<String>,
    /// Where `CloudTrail`'s files lie.
    pub trail_location: Option<String>,
    /// Athena's database.
    pub database: Option<String>,
    /// Name of the table of raw records.
    pub table: Option<String>,
    /// The first day (UTC) of an export that lies in folders by hour; `None` for one of any other layout.
    pub partitioned_since: Option<Date>,
}

/// Characters of a name.
const LONGEST_NAME: usize = 128;

impl QueryPlaces {
    /// # Errors
    /// What no engine could be given, in a sentence.
    pub(super) fn check(&self, engine: QueryEngine) -> Result<(), String> {
        let plain = |name: &str| {
            let mut chars = name.chars();
            chars
                .next()
                .is_some_and(|first| first.is_ascii_lowercase() || first == '_')
                && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && name.len() <= LONGEST_NAME
        };
        for (option, name) in [("--database", &self.database), ("--table", &self.table)] {
            if let Some(name) = name.as_deref().filter(|name| !plain(name)) {
                return Err(format!(
                    "{option} {name}: a name has lower-case letters, digits and `_`, and begins with no digit"
                ));
            }
        }
        for (option, place) in [
            ("--location", &self.location),
            ("--trail-location", &self.trail_location),
        ] {
            let strange = |place: &String| place.is_empty() || place.chars().any(crate::hidden::is_hidden);
            if place.as_ref().is_some_and(strange) {
                return Err(format!("{option}: it is empty, or has control characters in it"));
            }
        }
        let sql = engine != QueryEngine::LogsInsights;
        if !sql && (self.location.is_some() || self.trail_location.is_some() || self.table.is_some()) {
            return Err(
                "--location and --table: Logs Insights asks log groups, which are chosen where it runs"
                    .to_owned(),
            );
        }
        if self.database.is_some() && engine != QueryEngine::Athena {
            return Err("--database: only Athena's tables lie in one".to_owned());
        }
        if self.partitioned_since.is_some() && engine != QueryEngine::Athena {
            return Err("--partitioned-since: only Athena's tables have projected partitions".to_owned());
        }
        Ok(())
    }
}

/// Text of a comment: one line, without anything that could end it.
pub(super) fn comment(text: &str) -> String {
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || crate::hidden::is_hidden(c))
        .collect();
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
