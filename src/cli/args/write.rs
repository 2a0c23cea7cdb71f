//! What is typed for the commands that write: `apply`, `rollback` and `audit`.

use clap::Args;

use super::impact::EvidenceArgs;
use super::live::AccountArgs;
use super::report::{LedgerArgs, PathArgs, RunArgs, only};
use super::verbs::worded;
use crate::render::PLAN_FORMATS;

/// How a plan is shown, agreed to and recorded.
#[derive(Clone, Debug, Default, Args)]
pub struct PlanArgs {
    /// Show the plan and write nothing; exit code 3 if there is something to do.
    #[arg(long, conflicts_with = "yes", help_heading = "Plan")]
    pub dry_run: bool,
    /// Also show the API calls, and what they carry over unchanged.
    #[arg(long, help_heading = "Plan")]
    pub show_calls: bool,
    /// Save the plan, for --plan.
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub plan_out: Option<String>,
    /// Continue only if the saved plan is not out of date.
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub plan: Option<String>,
    /// Do not ask. Needed where there is no terminal.
    #[arg(long, help_heading = "Guards")]
    pub yes: bool,
    /// New file for the journal of this run: the settings before it, and each write. Default: cogward-journal-TIME.jsonl.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub journal: Option<String>,
}

/// What a write may do.
#[derive(Clone, Debug, Default, Args)]
pub struct WriteArgs {
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Make only the changes at or below this pointer, as the plan shows it: everything else is as if the policy did not
    /// name it. Can be repeated; --exclude then leaves out some of them.
    #[arg(long, value_name = "POINTER", help_heading = "Plan")]
    pub only: Vec<String>,
    /// Leave out changes at or below this pointer, as the plan shows it; can be repeated.
    #[arg(long, value_name = "POINTER", help_heading = "Plan")]
    pub exclude: Vec<String>,
    /// Allow changes at or below this pointer to weaken protection, or to have an effect that is undefined; can be
    /// repeated. Where several pools change, the pool's id goes before it: `ID:/mode/standard`.
    #[arg(long, value_name = "[POOL:]POINTER", help_heading = "Guards")]
    pub allow_weaken: Vec<String>,
    /// Allow changes at or below this pointer to block or challenge more users of a pool that is ENFORCED already; can
    /// be repeated, and is written as for --allow-weaken. At a terminal the pool's name can be typed instead.
    #[arg(long, value_name = "[POOL:]POINTER", help_heading = "Guards")]
    pub allow_block: Vec<String>,
    /// Enforce although the audit gate is not met, for this reason, which the journal keeps.
    #[arg(long, value_name = "REASON", help_heading = "Guards")]
    pub override_gate: Option<String>,
    /// Maximum number of pools to change.
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Guards")]
    pub max_pools: usize,
}

/// `cogward apply`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(worded(
    "ledger",
    "Ledger that `cogward diff --ledger` keeps: evidence for the audit gate; it gets a line for what was applied"
)), mut_args(only(&PLAN_FORMATS)))]
pub struct ApplyArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    /// Apply although this rule finds an error in a policy, for this reason, which the journal keeps; can be repeated.
    #[arg(long, value_name = "RULE=REASON", help_heading = "Guards")]
    pub allow_finding: Vec<String>,
    #[command(flatten, next_help_heading = "Guards")]
    pub ledger: LedgerArgs,
    #[command(flatten, next_help_heading = "Guards")]
    pub evidence: EvidenceArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `cogward rollback`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(only(&PLAN_FORMATS)),
    mut_args(worded("region", "Region of the journal's pools; a different one is refused. Default: those of the journal"))
)]
pub struct RollbackArgs {
    /// Journal of the run to undo.
    #[arg(value_name = "JOURNAL")]
    pub recorded: String,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten)]
    pub write: WriteArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `cogward audit`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(only(&PLAN_FORMATS)),
    mut_args(worded("region", "Region of the pool; a different one than its id's is refused. Default: that of its id"))
)]
pub struct AuditArgs {
    /// Pool to put into AUDIT, by id or name.
    #[arg(long, value_name = "POOL", help_heading = "Pools")]
    pub pool: String,
    /// Why, in words: the plan shows it, and the journal keeps it.
    #[arg(long, value_name = "TEXT", help_heading = "Guards")]
    pub reason: String,
    #[command(flatten)]
    pub reach: ReachArgs,
    #[command(flatten)]
    pub plan: PlanArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// Where live pools are, and with whose credentials they are read and written.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(worded("role_arn", "Role to assume for reading and writing")),
    mut_args(worded(
        "timeout",
        "Stop reading after this many seconds; a pool that was not read by then is not written"
    ))
)]
pub struct ReachArgs {
    #[command(flatten)]
    pub account: AccountArgs,
}

impl ReachArgs {
    /// What has to be typed again to reach the same pools; regions are in a journal.
    pub fn again(&self) -> Vec<String> {
        let account = &self.account;
        let options = [
            ("--profile", &account.profile),
            ("--role-arn", &account.role_arn),
            ("--external-id", &account.external_id),
        ];
        let typed = options
            .into_iter()
            .filter_map(|(option, value)| Some([option.to_owned(), value.clone()?]));
        typed.flatten().collect()
    }
}
