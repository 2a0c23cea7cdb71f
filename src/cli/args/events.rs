//! Where events come from.

use clap::Args;

#[cfg(feature = "live")]
use super::live::AccountArgs;
#[cfg(feature = "live")]
use super::report::ConfigArgs;

/// `cogward events`.
#[derive(Clone, Debug, Default, Args)]
#[cfg_attr(
    feature = "live",
    command(
        mut_args(of_aws),
        override_usage = "cogward events [OPTIONS] <FILES>...\n       cogward events [OPTIONS] --from-aws --pool <POOL> --output <FILE>"
    )
)]
pub struct EventsArgs {
    /// Logs: files, folders or patterns, compressed (gzip, zstd) or not, in any form; `-` is standard input.
    #[cfg_attr(not(feature = "live"), arg(required = true))]
    #[cfg_attr(feature = "live", arg(required_unless_present_any = ["from_aws", "pool"]))]
    pub files: Vec<String>,
    /// Read the events of all users of a pool from AWS instead, one call for each user at least. The role needs `docs/iam/read.json` and `docs/iam/users.json`.
    #[cfg(feature = "live")]
    #[arg(long, requires_all = ["pool", "output"], conflicts_with = "files", help_heading = "AWS")]
    pub from_aws: bool,
    /// Pool, by id or name.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "POOL", help_heading = "AWS")]
    pub pool: Option<String>,
    /// Only events from this time on: a time (2026-11-27T08:00:00Z), a date, or how long ago (6h, 2d).
    #[cfg(feature = "live")]
    #[arg(long, value_name = "TIME", help_heading = "AWS")]
    pub since: Option<String>,
    #[cfg(feature = "live")]
    #[command(flatten)]
    pub account: AccountArgs,
    #[cfg(feature = "live")]
    #[command(flatten, next_help_heading = "AWS")]
    pub config: ConfigArgs,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
    /// Write pseudonyms instead of users, client ids, addresses and cities, also in the parts of an interrupted run (`--from-aws`).
    #[arg(long, help_heading = "Output")]
    pub redact: bool,
}

/// What is said of AWS makes no sense with files.
#[cfg(feature = "live")]
fn of_aws(arg: clap::Arg) -> clap::Arg {
    let arg = match arg.get_id().as_str() {
        "files" | "from_aws" | "output" | "redact" => return arg,
        "region" => arg.help("Region of the pool. Default: that of its id"),
        _ => arg,
    };
    arg.requires("from_aws").help_heading("AWS")
}
