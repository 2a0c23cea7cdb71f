//! `cogward evidence`.

use clap::Args;

use super::ledger::LedgerArgs;
use super::live::LiveArgs;
use super::report::{RunArgs, only};
use super::rules::PathArgs;
use crate::render::HISTORY_FORMATS;

/// `cogward evidence`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&HISTORY_FORMATS)))]
pub struct EvidencePackArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten, next_help_heading = "Evidence")]
    pub ledger: LedgerArgs,
    /// Journals and kept reports, as `cogward history` reads them: files, folders or patterns. Can be repeated.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    pub record: Vec<String>,
    #[command(flatten)]
    pub run: RunArgs,
}
