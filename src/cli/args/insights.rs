//! `cogward insights`.

use clap::Args;

use super::report::{OutputArgs, only};
use crate::render::INSIGHT_FORMATS;

/// `cogward insights`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&INSIGHT_FORMATS)))]
pub struct InsightsArgs {
    /// Logs: files, folders or patterns, in any form that `cogward events` reads, and CloudTrail's; `-` is standard input.
    #[arg(required_unless_present = "list")]
    pub files: Vec<String>,
    /// Answer this question only. Can be repeated. Default: all.
    #[arg(long, value_name = "ID", help_heading = "Questions")]
    pub question: Vec<String>,
    /// A folder or file with questions of your own. Can be repeated.
    #[arg(long, value_name = "DIR", help_heading = "Questions")]
    pub questions: Vec<String>,
    /// List the questions.
    #[arg(long, conflicts_with = "files", help_heading = "Questions")]
    pub list: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}
