//! What each command takes: groups of arguments, and what it alone has.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Args};

use super::findings::{DateArgs, FindingArgs};
use super::impact::EvidenceArgs;
#[cfg(feature = "live")]
use super::live::{EverywhereArgs, ShardArgs};
use super::live::{LiveArgs, PoolArgs};
use super::report::{
    BaseArgs, ConfigArgs, LedgerArgs, PathArgs, ReportArgs, RuleArgs, RunArgs, formats, only,
};
use crate::app::baselines;
use crate::app::diff::FailOn;
use crate::export::Language;
use crate::render::{Format, GATE_FORMATS, TABLE_FORMATS};

/// What `--region` means where there is no policy.
const OF_ENVIRONMENT: &str =
    "Region; can be repeated. Default: that of cogward.toml, else the environment's or the profile's";

/// An option of a group with the words of one command.
pub(super) fn worded(id: &'static str, help: &'static str) -> impl FnMut(Arg) -> Arg {
    move |arg| if arg.get_id() == id { arg.help(help) } else { arg }
}

/// `cogward lint`.
#[derive(Debug, Default, Args)]
#[command(mut_args(worded(
    "today",
    "Use this date as today for waivers and the audit gate (YYYY-MM-DD). Default: today, UTC"
)))]
pub struct LintArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub findings: FindingArgs,
    /// Findings listed in this file do not count.
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub baseline: Option<String>,
    /// Write today's findings to the baseline file (default: .cogward-baseline.json) and end; those below --min-severity are written, too.
    #[arg(long, conflicts_with_all = ["fix", "format", "output"], help_heading = "Findings")]
    pub write_baseline: bool,
    #[command(flatten)]
    pub date: DateArgs,
    #[command(flatten, next_help_heading = "Findings")]
    pub ledger: LedgerArgs,
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleArgs,
    #[command(flatten, next_help_heading = "Rules")]
    pub config: ConfigArgs,
    /// Make the safe fixes; comments and layout stay.
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// With --fix: show the changes and write nothing.
    #[arg(long, requires = "fix", conflicts_with_all = ["format", "output"], help_heading = "Fixes")]
    pub diff: bool,
}

/// `cogward diff`.
#[derive(Clone, Debug, Default, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Which differences fail the run (exit code 3): all of them, or only where the pool is, or may be, weaker than the policy.
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = FailOn::Any, help_heading = "Differences")]
    pub fail_on: FailOn,
    /// Report pools without a policy as well.
    #[arg(long, help_heading = "Differences")]
    pub require_coverage: bool,
    /// Ledger to keep: says of each difference which side changed, and gets a line for each mode and agreement that is new.
    #[arg(long, value_name = "FILE", help_heading = "Differences")]
    pub ledger: Option<String>,
    /// Write live values at or below this pointer into the policy, then stop; comments and layout are kept; `/` means all. Can be repeated.
    #[arg(long, value_name = "POINTER", conflicts_with_all = ["ledger", "format", "output", "require_coverage"], help_heading = "Policies")]
    pub accept: Vec<String>,
    /// With --accept: show the changes and write nothing.
    #[arg(long, requires = "accept", help_heading = "Policies")]
    pub dry_run: bool,
    /// With --accept: allow a live value at or below this pointer that is, or may be, weaker than the policy's; can be repeated.
    /// Where several pools differ, the pool's id goes before it: `ID:/mode/standard`.
    #[arg(
        long,
        value_name = "[POOL:]POINTER",
        requires = "accept",
        help_heading = "Policies"
    )]
    pub allow_weaken: Vec<String>,
    #[command(flatten, next_help_heading = "Differences")]
    pub base: BaseArgs,
    #[command(flatten, next_help_heading = "Differences")]
    pub evidence: EvidenceArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `cogward gate`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(worded("ledger", "Ledger that `cogward diff --ledger` keeps: evidence as well")),
    mut_args(only(&GATE_FORMATS))
)]
pub struct GateArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten, next_help_heading = "Evidence")]
    pub ledger: LedgerArgs,
    #[command(flatten, next_help_heading = "Evidence")]
    pub evidence: EvidenceArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `cogward scan`.
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(worded("region", OF_ENVIRONMENT)))]
pub struct ScanArgs {
    #[command(flatten)]
    pub live: LiveArgs,
    #[cfg(feature = "live")]
    #[command(flatten)]
    pub everywhere: EverywhereArgs,
    #[command(flatten)]
    pub findings: FindingArgs,
    /// Earlier templates, state or snapshot to compare with; can be repeated. A plan needs none.
    #[arg(long, value_name = "FILE", requires = "from", help_heading = "Findings")]
    pub before: Vec<String>,
    /// Which changes of protection fail the run (exit code 3), of a plan or with --before: all of them, or only where it is, or may be, weaker after than before.
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        requires = "from",
        help_heading = "Findings"
    )]
    pub fail_on: Option<FailOn>,
    #[command(flatten, next_help_heading = "Rules")]
    pub rules: RuleArgs,
    #[command(flatten)]
    pub run: RunArgs,
}

/// `cogward snapshot`.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
#[command(mut_args(worded("region", OF_ENVIRONMENT)))]
pub struct SnapshotArgs {
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten)]
    pub shard: ShardArgs,
    #[command(flatten)]
    pub everywhere: EverywhereArgs,
    #[command(flatten)]
    pub pools: PoolArgs,
    /// Write pseudonyms instead of client ids and email addresses.
    #[arg(long, help_heading = "Output")]
    pub redact: bool,
    /// Also read what CloudTrail and the metrics show of pools in AUDIT: evidence for the audit gate.
    #[arg(long, conflicts_with = "from", help_heading = "Output")]
    pub with_evidence: bool,
    /// Keep the time of reading in the file; without it the same pools give the same bytes.
    #[arg(long, help_heading = "Output")]
    pub with_time: bool,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
    #[command(flatten, next_help_heading = "Pools")]
    pub config: ConfigArgs,
}

/// `cogward merge`.
#[derive(Clone, Debug, Default, Args)]
pub struct MergeArgs {
    /// Snapshots of all shards.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
}

/// `cogward export`.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub paths: PathArgs,
    /// What to write.
    #[arg(long, value_enum, value_name = "LANGUAGE", help_heading = "Output")]
    pub to: Language,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
    #[command(flatten, next_help_heading = "Rules")]
    pub config: ConfigArgs,
}

/// `cogward init`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    mut_args(worded(
        "today",
        "Day from which what is found is waived (YYYY-MM-DD). Default: today, UTC"
    )),
    mut_args(worded("region", OF_ENVIRONMENT))
)]
pub struct InitArgs {
    /// Folder for the policies; a file that is there already is never replaced. Default: policies.
    pub folder: Option<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    #[command(flatten)]
    pub pools: PoolArgs,
    /// Write fewer files: pools with equal settings share a policy, and pools that differ only in clients, alarms, exported logs or dates a layer.
    #[arg(long, conflicts_with = "pool", help_heading = "Policies")]
    pub group: bool,
    /// With --group: select pools by this tag where it selects exactly the equal ones. Default: by their names.
    #[arg(long, value_name = "KEY", requires = "group", help_heading = "Policies")]
    pub tag: Option<String>,
    /// Also write live values into the folder's policies where pools differ from them, comments and layout kept; pools without a policy get one.
    #[arg(long, conflicts_with = "group", help_heading = "Policies")]
    pub update: bool,
    /// With --update: show the changes of policies and write nothing.
    #[arg(long, requires = "update", help_heading = "Policies")]
    pub dry_run: bool,
    /// With --update: allow a live value at or below this pointer that is, or may be, weaker than the policy's; can be repeated.
    /// Where several pools differ, the pool's id goes before it: `ID:/mode/standard`.
    #[arg(
        long,
        value_name = "[POOL:]POINTER",
        requires = "update",
        help_heading = "Policies"
    )]
    pub allow_weaken: Vec<String>,
    /// Write a policy that comes with cogward, to begin without AWS.
    #[arg(long, value_name = "NAME", value_parser = examples(), conflicts_with_all = ["from", "pool", "group", "update", "today"], help_heading = "Policies")]
    #[cfg_attr(feature = "live", arg(conflicts_with_all = ["region", "profile", "role_arn", "timeout"]))]
    pub example: Option<String>,
    #[command(flatten)]
    pub date: DateArgs,
    /// Last day of all waivers (YYYY-MM-DD). Default: 90 days from today, and a week more for each further rule and policy, up to eight weeks.
    #[arg(
        long,
        value_name = "DATE",
        conflicts_with = "example",
        help_heading = "Findings"
    )]
    pub waive_until: Option<String>,
    #[command(flatten, next_help_heading = "Rules")]
    pub config: ConfigArgs,
}

/// The policies that come with the program, each with what it is for.
fn examples() -> PossibleValuesParser {
    let examples = baselines::examples().into_iter();
    PossibleValuesParser::new(
        examples.map(|(name, text)| PossibleValue::new(name).help(baselines::description(text))),
    )
}

/// `cogward demo`.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
pub struct DemoArgs {
    /// Keep the simulated AWS running, and show what to type.
    #[arg(long)]
    pub serve: bool,
    /// With --serve: port to listen on, at 127.0.0.1. Default: a free one.
    #[arg(long, value_name = "PORT", requires = "serve")]
    pub port: Option<u16>,
    /// With --serve: folder for the policies. Default: cogward-demo.
    #[arg(long, value_name = "DIR", requires = "serve")]
    pub dir: Option<String>,
}

/// `cogward explain`.
#[derive(Clone, Debug, Default, Args)]
#[command(
    override_usage = "cogward explain [OPTIONS] <ID>\n       cogward explain [OPTIONS] --pool <POOL>",
    mut_args(of_a_rule_or_a_pool),
    mut_args(worded("region", "Region, if no target of cogward.toml has one; can be repeated. Default: that of the pool's id")),
    mut_args(only(&TABLE_FORMATS))
)]
pub struct ExplainArgs {
    /// What stands in brackets: the id of a rule, an input check, a difference, a guard, a gate or a question; or a shipped layer.
    #[arg(value_name = "ID", required_unless_present = "pool", conflicts_with = "pool")]
    pub rule: Option<String>,
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Pool, by id or name: what really happens to requests, and why.
    #[arg(long, value_name = "POOL", help_heading = "Pools")]
    pub pool: Option<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Format of a pool's table; a rule's page is human, markdown or json. Default: human.
    #[arg(long, short, value_parser = formats(), help_heading = "Output")]
    pub format: Option<Format>,
    #[command(flatten, next_help_heading = "Pools")]
    pub config: ConfigArgs,
}

/// Rules are not asked of a pool, and a configuration only of one.
fn of_a_rule_or_a_pool(arg: Arg) -> Arg {
    match arg.get_id().as_str() {
        "rules" => arg.conflicts_with("pool"),
        "config" => arg.requires("pool"),
        _ => arg,
    }
}
