//! `cogward insights`.

use clap::Args;
use jiff::civil::Date;

use super::report::{OutputArgs, only};
use crate::insights::QueryEngine;
use crate::render::INSIGHT_FORMATS;

/// `cogward insights`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&INSIGHT_FORMATS)))]
pub struct InsightsArgs {
    /// Logs: files, folders or patterns, in any form that `cogward events` reads, and CloudTrail's; `-` is standard input.
    /// With --emit: ids of questions.
    #[arg(required_unless_present_any = ["list", "emit"])]
    pub files: Vec<String>,
    /// Answer this question only. Can be repeated. Default: all.
    #[arg(long, value_name = "ID", help_heading = "Questions")]
    pub question: Vec<String>,
    /// A folder or file with questions of your own. Can be repeated.
    #[arg(long, value_name = "DIR", help_heading = "Questions")]
    pub questions: Vec<String>,
    /// Show the names of users whose events have no sub; without this, a pseudonym stands for each.
    #[arg(long, help_heading = "Names")]
    pub names: bool,
    /// Call clients by the names that they have in this snapshot; without names, their ids stand alone.
    #[arg(long, value_name = "FILE", help_heading = "Names")]
    pub from: Option<String>,
    /// Call clients by the names that they have in these policies: a file or folder. Clients without an `id` have none.
    #[arg(long, value_name = "PATH", help_heading = "Names")]
    pub policy: Option<String>,
    /// List the questions.
    #[arg(long, conflicts_with = "files", help_heading = "Questions")]
    pub list: bool,
    /// Print the questions as text for an engine, with the statements that create its tables and views; nothing is answered.
    #[arg(long, value_enum, value_name = "ENGINE", conflicts_with_all = ["list", "format", "output", "quiet"], help_heading = "Other engines")]
    pub emit: Option<QueryEngine>,
    /// Location of the export, for the engine.
    #[arg(long, value_name = "PLACE", requires = "emit", help_heading = "Other engines")]
    pub location: Option<String>,
    /// Location of CloudTrail's files, for the engine.
    #[arg(long, value_name = "PLACE", requires = "emit", help_heading = "Other engines")]
    pub trail_location: Option<String>,
    /// Athena's database.
    #[arg(long, value_name = "NAME", requires = "emit", help_heading = "Other engines")]
    pub database: Option<String>,
    /// Name of the export's table.
    #[arg(long, value_name = "NAME", requires = "emit", help_heading = "Other engines")]
    pub table: Option<String>,
    /// Athena reads the export by hour from this day on (UTC): it lies in folders such as 2026/10/05/08/ below the location, as
    /// Firehose writes it.
    #[arg(long, value_name = "DATE", requires = "emit", help_heading = "Other engines")]
    pub partitioned_since: Option<Date>,
    #[command(flatten)]
    pub output: OutputArgs,
}
