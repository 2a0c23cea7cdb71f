//! `cogward impact`.

use clap::Args;

use super::live::input;
use super::report::{ConfigArgs, OutputArgs, PathArgs, RuleArgs, only};
use crate::render::IMPACT_FORMATS;

/// Events as evidence for `audit_gate.max_would_block_percent`.
#[derive(Clone, Debug, Default, Args)]
pub struct EvidenceArgs {
    /// Logs with the events of the time in AUDIT, in any form that `cogward events` reads: evidence for `audit_gate.max_would_block_percent`. Can be repeated.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "impact")]
    pub events: Vec<String>,
    /// Report that `cogward impact --format json` wrote: the same evidence; refused if the settings it judged have changed since.
    #[arg(long, value_name = "REPORT")]
    pub impact: Option<String>,
}

/// `cogward impact`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(only(&IMPACT_FORMATS)))]
pub struct ImpactArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    /// Logs: a file, folder or pattern, in any form that `cogward events` reads; `-` is standard input. Can be repeated.
    #[arg(long, value_name = "FILE", required = true, num_args = 1.., help_heading = "Events")]
    pub events: Vec<String>,
    /// Only these pools, by id, or with --from by name; can be repeated. Default: those of all policies.
    #[arg(long, value_name = "POOL", help_heading = "Pools")]
    pub pool: Vec<String>,
    /// Take the pools of this snapshot as they are now. Default: the policies themselves in AUDIT.
    #[arg(long, value_name = "FILE", value_parser = input, help_heading = "Pools")]
    pub from: Option<String>,
    /// Count sign-ins from always-allow ranges as blocked where their risk level is (AWS documents only that they get no MFA).
    #[arg(long, help_heading = "Events")]
    pub allow_ranges_block: bool,
    /// Show the names of the users most hit, not only their subs.
    #[arg(long, help_heading = "Output")]
    pub names: bool,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub config: ConfigArgs,
}
