//! What is typed for the commands that write: `apply` and `rollback`.

use clap::Args;

use crate::cli::args::shared::{LiveArgs, ReportArgs};

/// What a write may do, and how it is agreed to.
#[derive(Clone, Debug, Default, Args)]
pub struct WriteArgs {
    /// Show the plan and write nothing; exit code 3 if there is something to do.
    #[arg(long, conflicts_with = "yes", help_heading = "Plan")]
    pub dry_run: bool,
    /// Show the API calls and what they carry over unchanged as well.
    #[arg(long, help_heading = "Plan")]
    pub show_calls: bool,
    /// Save the plan, for --plan.
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub plan_out: Option<String>,
    /// Go on only if the plan of now is this saved one.
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub plan: Option<String>,
    /// Leave out changes at or below this place (a JSON pointer, as the plan shows it); may be given several times.
    #[arg(long, value_name = "POINTER", help_heading = "Plan")]
    pub exclude: Vec<String>,
    /// Do not ask. Needed where there is no terminal.
    #[arg(long, help_heading = "Guards")]
    pub yes: bool,
    /// Allow the change at this place to weaken protection, or to lead to where nothing is known of it; may be given
    /// several times. Where several pools change, the pool's id goes before it: `ID:/mode/standard`.
    #[arg(long, value_name = "[POOL:]POINTER", help_heading = "Guards")]
    pub allow_weaken: Vec<String>,
    /// Enforce although the audit gate is unmet, for this reason, which the journal keeps.
    #[arg(long, value_name = "REASON", help_heading = "Guards")]
    pub override_gate: Option<String>,
    /// Most pools that may change.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Guards")]
    pub max_pools: usize,
    /// Journal of this run: what was there, and what was done; a new file. Default: cogward-journal-TIME.jsonl.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub journal: Option<String>,
}

/// `cogward apply`.
#[derive(Clone, Debug, Default, Args)]
pub struct ApplyArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
    /// Ledger that `cogward diff --ledger` keeps: evidence for the audit gate; it gets a line for what was applied.
    #[arg(long, value_name = "FILE", help_heading = "Guards")]
    pub ledger: Option<String>,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `cogward rollback`.
#[derive(Clone, Debug, Default, Args)]
pub struct RollbackArgs {
    /// Journal of the run that is to be undone.
    #[arg(value_name = "JOURNAL")]
    pub recorded: String,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Where live pools are, and with whose credentials they are reached.
#[derive(Clone, Debug, Default, Args)]
pub struct ReachArgs {
    /// Region; may be given several times. Default: the policy's, else the environment's or the profile's.
    #[arg(long, value_name = "REGION", help_heading = "Pools")]
    pub region: Vec<String>,
    /// Profile of the shared AWS configuration.
    #[arg(long, value_name = "NAME", help_heading = "Pools")]
    pub profile: Option<String>,
    /// Role to assume for reading and writing.
    #[arg(long, value_name = "ARN", help_heading = "Pools")]
    pub role_arn: Option<String>,
    /// External id that the role asks for.
    #[arg(long, value_name = "ID", requires = "role_arn", help_heading = "Pools")]
    pub external_id: Option<String>,
    /// Stop looking after so many seconds; a pool that was not read by then is not written.
    #[arg(long, value_name = "SECONDS", help_heading = "Pools")]
    pub timeout: Option<u64>,
}

impl ReachArgs {
    /// The same choices as commands that only read have them.
    #[must_use]
    pub fn as_live(&self) -> LiveArgs {
        LiveArgs {
            from: None,
            region: self.region.clone(),
            profile: self.profile.clone(),
            role_arn: self.role_arn.clone(),
            external_id: self.external_id.clone(),
            timeout: self.timeout,
        }
    }
}
