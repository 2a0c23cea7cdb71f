//! `cogward history`.

use clap::Args;

use super::report::{OutputArgs, only};
use crate::render::HISTORY_FORMATS;

/// `cogward history`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&HISTORY_FORMATS)))]
pub struct HistoryArgs {
    /// Ledgers, journals, and JSON reports of scan, lint, diff and gate: files, folders or patterns. The day of a report is the date
    /// in its name, such as scan-2026-11-27.json.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// Only the pool with this id. Can be repeated.
    #[arg(long, value_name = "ID", help_heading = "Pools")]
    pub pool: Vec<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}
