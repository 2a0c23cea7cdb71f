//! `cogward investigate`.

use clap::Args;

#[cfg(feature = "live")]
use super::feedback::InvestigateCommand;
#[cfg(feature = "live")]
use super::live::AccountArgs;
use super::report::{ConfigArgs, OutputArgs, only};
use super::verbs::worded;
use crate::render::INVESTIGATE_FORMATS;

/// Most users whose events are read, unless the command says otherwise.
#[cfg(feature = "live")]
pub const MAX_USERS: usize = 50;

/// `cogward investigate`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(only(&INVESTIGATE_FORMATS)),
    mut_args(worded("region", "Region of the pool. Default: that of its id")),
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct InvestigateArgs {
    /// What else is done with it.
    #[cfg(feature = "live")]
    #[command(subcommand)]
    pub command: Option<InvestigateCommand>,
    /// Pool, by id or name. A name is looked up in the snapshot of --from, else in AWS.
    #[arg(long, value_name = "POOL", required = true, help_heading = "What")]
    pub pool: Option<String>,
    /// From when: a time (2026-11-27T08:00:00Z), a date, or how long ago (90m, 6h, 2d). Default with files: the first record. From AWS, this or --alarm is needed.
    #[arg(long, value_name = "TIME", help_heading = "What")]
    pub since: Option<String>,
    /// Until when, written as for --since. Default: the last record of files, or now from AWS.
    #[arg(long, value_name = "TIME", help_heading = "What")]
    pub until: Option<String>,
    /// The window of an alarm: when it went to ALARM the last time. Needs AWS.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["events", "trail"], help_heading = "What")]
    pub alarm: Option<String>,
    /// Only this user: a sub, a name, or a pseudonym of either.
    #[arg(long, value_name = "USER", help_heading = "What")]
    pub user: Option<String>,
    /// Only users who were seen from this address or range, with all that was seen of them.
    #[arg(long, value_name = "CIDR", help_heading = "What")]
    pub address: Option<String>,
    /// Read these logs of auth events instead of AWS: a file, folder or pattern, in any form that `cogward events` reads; `-` is standard input. Can be repeated.
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Records")]
    pub events: Vec<String>,
    /// Read these files of CloudTrail instead of AWS, in the same way.
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Records")]
    pub trail: Vec<String>,
    /// Maximum number of users whose events are read from AWS, those with the highest risk or refusals first.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "N", default_value_t = MAX_USERS, help_heading = "Records")]
    pub max_users: usize,
    /// Save what is read from AWS, with names, in FILE.1.part and so on, so that the same command continues an interrupted run. The files are deleted when everything has been read.
    #[cfg(feature = "live")]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["events", "trail"], help_heading = "Records")]
    pub resume: Option<String>,
    /// Take the settings, and which clients are the pool's, from this snapshot.
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    pub from: Option<String>,
    /// Take the settings from this policy, which is for the pool.
    #[arg(long, value_name = "FILE", conflicts_with = "from", help_heading = "Settings")]
    pub policy: Option<String>,
    /// Show names also in what leaves the terminal (pipes, files, JSON, Markdown, HTML): users, client ids, addresses, cities.
    #[arg(long, help_heading = "Output")]
    pub names: bool,
    /// Write pseudonyms instead of them, at the terminal as well.
    #[arg(long, conflicts_with = "names", help_heading = "Output")]
    pub redact: bool,
    #[cfg(feature = "live")]
    #[command(flatten)]
    pub account: AccountArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten, next_help_heading = "Settings")]
    pub config: ConfigArgs,
}

impl InvestigateArgs {
    /// The pool's id, which must be given.
    pub fn pool(&self) -> &str {
        self.pool.as_deref().unwrap_or_default()
    }
}
