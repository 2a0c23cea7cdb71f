//! `cogward history` and `cogward evidence`: what earlier runs left behind.

use clap::Args;

use super::live::LiveArgs;
use super::report::{LedgerArgs, OutputArgs, PathArgs, RunArgs, only};
use crate::render::{EVIDENCE_FORMATS, HISTORY_FORMATS};

/// `cogward history`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&HISTORY_FORMATS)))]
pub struct HistoryArgs {
    /// Ledgers, journals, and JSON reports of scan, lint, diff and gate: files, folders or patterns. The day of a report
    /// made with --no-time is the date in its name, such as scan-2026-11-27.json.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// Only the pool with this id or name. Can be repeated.
    #[arg(long, value_name = "POOL", help_heading = "Pools")]
    pub pool: Vec<String>,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `cogward evidence`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&EVIDENCE_FORMATS)))]
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
    /// Write the document (Markdown, HTML and JSON) and the snapshot that it is of to a new folder, with their SHA-256.
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub pack: Option<String>,
    #[command(flatten)]
    pub run: RunArgs,
}
