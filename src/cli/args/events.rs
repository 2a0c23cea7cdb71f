//! Where events come from.

use clap::Args;

/// `cogward events`.
#[derive(Clone, Debug, Default, Args)]
pub struct EventsArgs {
    /// Logs: files, folders or patterns, compressed (gzip, zstd) or not, in any form; `-` is standard input.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
    /// Write pseudonyms instead of users, client ids, addresses and cities.
    #[arg(long, help_heading = "Output")]
    pub redact: bool,
}
