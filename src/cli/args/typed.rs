//! The commands, and what those that only read take.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::args::shared::{LiveArgs, ReportArgs, formats};
#[cfg(feature = "live")]
use crate::cli::args::write::{ApplyArgs, RollbackArgs};
use crate::render::Format;

/// Policy as code for Amazon Cognito threat protection.
#[derive(Debug, Parser)]
#[command(name = "cogward", version, about, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, help_heading = "Output")]
    pub color: Colour,
}

const EXIT_CODES: &str = "Exit codes:
  0  clean
  1  findings at or above the threshold (--deny)
  2  usage or invalid input, nothing to check included
  3  differences between policies and pools (--fail-on), or a plan that was not carried out
  4  something could not be looked at, or a write failed; the rest is reported all the same
  5  refused: by a guard, by the audit gate, or because a plan is out of date";

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` turns it on elsewhere.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check policies offline; needs no AWS account.
    Lint(Box<LintArgs>),
    /// Compare policies with live pools, or with a snapshot of them; reads only.
    Diff(Box<DiffArgs>),
    /// Tell whether modes may become ENFORCED: since when pools are in AUDIT, and what shows it; reads only.
    Gate(Box<GateArgs>),
    /// Make live pools as policies ask: shows the plan, asks, writes, looks again.
    #[cfg(feature = "live")]
    Apply(Box<ApplyArgs>),
    /// Put back what an apply recorded in its journal, by the same guards.
    #[cfg(feature = "live")]
    Rollback(Box<RollbackArgs>),
    /// Check live pools, or a snapshot of them, without any policy; reads only.
    Scan(Box<ScanArgs>),
    /// Save what live pools look like, for reviews and offline comparisons; reads only.
    #[cfg(feature = "live")]
    Snapshot(Box<SnapshotArgs>),
    /// Put the reports, or the snapshots, of all shards together (`--shard`); asks nothing of AWS.
    Merge(MergeArgs),
    /// Write policies of live pools, or of a snapshot of them, each as its pool is.
    Init(Box<InitArgs>),
    /// Five minutes without an AWS account: lint, scan, explain and compare four pools of a simulated one.
    #[cfg(feature = "live")]
    Demo(DemoArgs),
    /// The rule catalogue.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Explain a rule: the fault, why it matters, what to do, examples; or what a pool really does.
    Explain(Box<ExplainArgs>),
    /// Print a JSON Schema.
    Schema {
        /// Which one.
        #[arg(value_enum)]
        name: SchemaName,
    },
    /// Print a shell completion script.
    Completions {
        /// Which shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print a manual page (roff).
    Man {
        /// The command whose page it is; without one, the program's.
        command: Option<String>,
    },
}

/// The catalogue's commands.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List all rules.
    List {
        /// How.
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        /// Folders with rules of your own.
        #[arg(long, value_name = "DIR")]
        rules: Vec<String>,
    },
    /// Run the examples inside rule files.
    Test {
        /// Folders or files with rules of your own; without any, the built-in rules are tested.
        paths: Vec<String>,
    },
}

/// How rules are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Schemas that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// Policy files.
    Policy,
    /// Rule files.
    Rule,
    /// The JSON report.
    Report,
    /// Baseline files.
    Baseline,
    /// What rules see.
    View,
    /// Snapshots.
    Snapshot,
    /// What `gate` writes as JSON.
    Gate,
    /// A line of a ledger.
    Ledger,
    /// What `apply` and `rollback` write with `--format json`.
    Apply,
    /// Saved plans.
    Plan,
    /// Lines of journals.
    Journal,
}

/// A severity as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityArg {
    /// Notes, warnings and errors.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors.
    Error,
}

/// The threshold of failure as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DenyArg {
    /// Any finding fails the run.
    Note,
    /// Warnings and errors do.
    Warning,
    /// Errors do.
    Error,
    /// Findings never do; invalid input still does.
    Never,
}

/// `cogward diff`.
#[derive(Clone, Debug, Default, Args)]
pub struct DiffArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Look at one part of the pools: I/N, or auto/N inside an AWS Batch array or a Kubernetes indexed Job; NAME:I/N where several runs are merged. `cogward merge` puts the parts together.
    #[arg(long, value_name = "[NAME:]I/N", help_heading = "Pools")]
    pub shard: Option<String>,
    /// Which differences fail the run (exit code 3): all of them, or only where live is, or may be, weaker than the policy. Default: any.
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = FailOnArg::Any, help_heading = "Differences")]
    pub fail_on: FailOnArg,
    /// Report pools that no policy is for as well.
    #[arg(long, help_heading = "Differences")]
    pub require_coverage: bool,
    /// Ledger to keep: says of each difference which side moved, and gets a line for each mode and agreement that is new.
    #[arg(long, value_name = "FILE", help_heading = "Differences")]
    pub ledger: Option<String>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `cogward gate`.
#[derive(Clone, Debug, Default, Args)]
pub struct GateArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Ledger that `cogward diff --ledger` keeps: evidence as well.
    #[arg(long, value_name = "FILE", help_heading = "Evidence")]
    pub ledger: Option<String>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Which differences fail a run, as it is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    /// Every difference.
    #[default]
    Any,
    /// Where live is, or may be, weaker.
    Weaker,
}

/// `cogward scan`.
#[derive(Clone, Debug, Default, Args)]
pub struct ScanArgs {
    #[command(flatten)]
    pub live: LiveArgs,
    /// Look at one part of the pools: I/N, or auto/N inside an AWS Batch array or a Kubernetes indexed Job; NAME:I/N where several runs are merged. `cogward merge` puts the parts together.
    #[arg(long, value_name = "[NAME:]I/N", help_heading = "Pools")]
    pub shard: Option<String>,
    /// Look in every region that all accounts have. Regions that must be enabled first are named with --region.
    #[cfg(feature = "live")]
    #[arg(long, conflicts_with_all = ["region", "from"], help_heading = "Pools")]
    pub all_regions: bool,
    /// Leave out findings below this severity: they are counted, and fail nothing.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub min_severity: Option<SeverityArg>,
    /// Fail (exit code 1) on findings of this severity or above. Default: warning.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub deny: Option<DenyArg>,
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<String>,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `cogward snapshot`.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
pub struct SnapshotArgs {
    #[command(flatten)]
    pub live: LiveArgs,
    /// Look at one part of the pools: I/N, or auto/N inside an AWS Batch array or a Kubernetes indexed Job; NAME:I/N where several runs are merged. `cogward merge` puts the parts together.
    #[arg(long, value_name = "[NAME:]I/N", help_heading = "Pools")]
    pub shard: Option<String>,
    /// Look in every region that all accounts have. Regions that must be enabled first are named with --region.
    #[arg(long, conflicts_with_all = ["region", "from"], help_heading = "Pools")]
    pub all_regions: bool,
    /// Only these pools, by id; may be given several times. Default: all pools of the regions.
    #[arg(long, value_name = "ID", help_heading = "Pools")]
    pub pool: Vec<String>,
    /// Write pseudonyms instead of client ids and mail addresses.
    #[arg(long, help_heading = "Output")]
    pub redact: bool,
    /// Keep the time of the look in the file; without it the same pools give the same bytes.
    #[arg(long, help_heading = "Output")]
    pub with_time: bool,
    /// File to write. Default: standard output.
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<String>,
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE", help_heading = "Pools")]
    pub config: Option<String>,
}

/// `cogward merge`.
#[derive(Clone, Debug, Default, Args)]
pub struct MergeArgs {
    /// JSON reports of `diff` or `scan`, or snapshots, of all shards.
    #[arg(required = true)]
    pub files: Vec<String>,
    /// Format on standard output. Default: human.
    #[arg(long, short, value_parser = formats(), help_heading = "Output")]
    pub format: Option<Format>,
    /// Write the report to a file: FORMAT=FILE, or a FILE whose ending tells the format (.json, .sarif, .xml, .md, .html, .txt). May be given several times. Of snapshots, the file to write.
    #[arg(long, short, value_name = "[FORMAT=]FILE", help_heading = "Output")]
    pub output: Vec<String>,
    /// Print no report on standard output.
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

/// `cogward init`.
#[derive(Clone, Debug, Default, Args)]
pub struct InitArgs {
    /// Folder for the policies; a file that is there already is never replaced. Default: policies.
    pub folder: Option<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Only these pools, by id; may be given several times. Default: all pools of the regions.
    #[arg(long, value_name = "ID", help_heading = "Pools")]
    pub pool: Vec<String>,
    /// Day from which what is found is waived for 90 days (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE", help_heading = "Findings")]
    pub today: Option<String>,
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub config: Option<String>,
}

/// `cogward demo`.
#[cfg(feature = "live")]
#[derive(Clone, Debug, Default, Args)]
pub struct DemoArgs {
    /// Keep the simulated AWS running, and say what to type.
    #[arg(long)]
    pub serve: bool,
    /// Port to listen on, at 127.0.0.1. Default: a free one.
    #[arg(long, value_name = "PORT", requires = "serve")]
    pub port: Option<u16>,
    /// Folder for the policies. Default: cogward-demo.
    #[arg(long, value_name = "DIR", requires = "serve")]
    pub dir: Option<String>,
}

/// `cogward explain`.
#[derive(Clone, Debug, Default, Args)]
#[command(override_usage = "cogward explain [OPTIONS] <RULE>\n       cogward explain [OPTIONS] --pool <ID>")]
pub struct ExplainArgs {
    /// Rule id.
    #[arg(required_unless_present = "pool", conflicts_with = "pool")]
    pub rule: Option<String>,
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR", conflicts_with = "pool")]
    pub rules: Vec<String>,
    /// Pool id: what really happens to requests, and why.
    #[arg(long, value_name = "ID", help_heading = "Pools")]
    pub pool: Option<String>,
    #[command(flatten)]
    pub live: LiveArgs,
    /// Format of a pool's table. Default: human.
    #[arg(long, short, value_parser = formats(), requires = "pool", help_heading = "Output")]
    pub format: Option<Format>,
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE", requires = "pool", help_heading = "Pools")]
    pub config: Option<String>,
}

/// `cogward lint`.
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[derive(Debug, Default, Args)]
pub struct LintArgs {
    /// Policy files, folders, or patterns (`*`, `**`, `?`, `[...]`). Default: the paths of cogward.toml, else `policies`.
    pub paths: Vec<String>,
    /// Format on standard output. Default: human.
    #[arg(long, short, value_parser = formats(), conflicts_with_all = ["diff", "write_baseline"], help_heading = "Output")]
    pub format: Option<Format>,
    /// Write a report to a file: FORMAT=FILE, or a FILE whose ending tells the format (.json, .sarif, .xml, .md, .html, .txt). May be given several times.
    #[arg(long, short, value_name = "[FORMAT=]FILE", conflicts_with_all = ["diff", "write_baseline"], help_heading = "Output")]
    pub output: Vec<String>,
    /// Print no report on standard output.
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// Say on standard error what is read and checked.
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
    /// Leave out findings below this severity: they are counted, and fail nothing.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub min_severity: Option<SeverityArg>,
    /// Fail (exit code 1) on findings of this severity or above. Default: warning.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub deny: Option<DenyArg>,
    /// Findings listed in this file do not count.
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub baseline: Option<String>,
    /// Write today's findings to the baseline file (default: .cogward-baseline.json) and end; those below --min-severity are written, too.
    #[arg(long, conflicts_with = "fix", help_heading = "Findings")]
    pub write_baseline: bool,
    /// Judge waivers and the audit gate as of this day (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE", help_heading = "Findings")]
    pub today: Option<String>,
    /// Ledger that `cogward diff --ledger` keeps: evidence for the audit gate.
    #[arg(long, value_name = "FILE", help_heading = "Findings")]
    pub ledger: Option<String>,
    /// Folders with rules of your own.
    #[arg(long, value_name = "DIR", help_heading = "Rules")]
    pub rules: Vec<String>,
    /// Configuration file. Default: cogward.toml in the working directory, if there.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub config: Option<String>,
    /// Make the safe changes; comments and layout stay.
    #[arg(long, help_heading = "Fixes")]
    pub fix: bool,
    /// With --fix: show the changes and write nothing.
    #[arg(long, requires = "fix", help_heading = "Fixes")]
    pub diff: bool,
}
