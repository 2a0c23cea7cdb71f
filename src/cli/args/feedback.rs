//! `cogward investigate feedback`.

use clap::{ArgGroup, Args, Subcommand};

use super::report::{ConfigArgs, OutputArgs, only};
use super::verbs::worded;
use super::write::ReachArgs;
use crate::model::response::RiskLevel;
use crate::render::EVIDENCE_FORMATS;

/// Commands of `investigate`.
#[derive(Clone, Debug, Subcommand)]
pub enum InvestigateCommand {
    /// Tell Cognito of recorded events whether it was the user: shows them, asks, writes, reads again.
    Feedback(Box<FeedbackArgs>),
}

/// `cogward investigate feedback`.
#[derive(Clone, Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option that is typed or not"
)]
#[command(
    group = ArgGroup::new("word").required(true),
    mut_args(only(&EVIDENCE_FORMATS)),
    mut_args(worded("region", "Region of the pool; a different one than its id's is refused. Default: that of its id"))
)]
pub struct FeedbackArgs {
    /// Pool, by id or name.
    #[arg(long, value_name = "POOL", help_heading = "What")]
    pub pool: String,
    /// The user: a name, or the sub of a local user. With --from: only this user.
    #[arg(long, value_name = "USER", help_heading = "What")]
    pub user: Option<String>,
    /// The event's id, as `cogward investigate` shows it.
    #[arg(long, value_name = "ID", requires = "user", conflicts_with_all = ["from", "all_of"], help_heading = "What")]
    pub event: Option<String>,
    /// Events of a saved report: what `investigate --format json --names` wrote.
    #[arg(long, value_name = "FILE", requires = "all_of", help_heading = "What")]
    pub from: Option<String>,
    /// Which events of the report: all of this risk level.
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        requires = "from",
        help_heading = "What"
    )]
    pub all_of: Option<RiskLevel>,
    /// Valid: this was the user, a false positive.
    #[arg(long, group = "word", help_heading = "What")]
    pub valid: bool,
    /// Invalid: this was not the user, or the risk was rated too low.
    #[arg(long, group = "word", help_heading = "What")]
    pub invalid: bool,
    /// Maximum number of events that get feedback; more are refused.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Guards")]
    pub max: usize,
    /// Show the events and write nothing; exit code 3 if there is something to do.
    #[arg(long, conflicts_with = "yes", help_heading = "Guards")]
    pub dry_run: bool,
    /// Do not ask. Needed where there is no terminal.
    #[arg(long, help_heading = "Guards")]
    pub yes: bool,
    /// New file for the journal of this run. Default: cogward-journal-TIME.jsonl.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub journal: Option<String>,
    /// Show users' names also in what leaves the terminal (pipes, files, JSON, Markdown, HTML).
    #[arg(long, help_heading = "Output")]
    pub names: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten, next_help_heading = "Pools")]
    pub config: ConfigArgs,
}
