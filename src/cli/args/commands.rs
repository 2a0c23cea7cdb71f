//! The commands.

use clap::{Parser, Subcommand, ValueEnum};

use super::events::EventsArgs;
use super::history::{EvidencePackArgs, HistoryArgs};
use super::impact::ImpactArgs;
use super::insights::InsightsArgs;
use super::investigate::InvestigateArgs;
use super::report::RuleArgs;
#[cfg(feature = "live")]
use super::verbs::{DemoArgs, SnapshotArgs};
use super::verbs::{DiffArgs, ExplainArgs, ExportArgs, GateArgs, InitArgs, LintArgs, MergeArgs, ScanArgs};
#[cfg(feature = "live")]
use super::write::{ApplyArgs, AuditArgs, RollbackArgs};

/// Policy as code for Amazon Cognito threat protection.
#[derive(Debug, Parser)]
#[command(name = "cogward", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, help_heading = "Output")]
    pub color: Colour,
}

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
    /// Compare policies with live pools, or with those of a snapshot, of templates or of a Terraform plan; reads only.
    Diff(Box<DiffArgs>),
    /// Report whether modes may become ENFORCED: since when pools are in AUDIT, and what shows it; reads only.
    Gate(Box<GateArgs>),
    /// Replay recorded events against policies: who would have been blocked or asked for MFA; reads only.
    Impact(Box<ImpactArgs>),
    /// Change live pools until they match their policies: shows the plan, asks, writes, reads again.
    #[cfg(feature = "live")]
    Apply(Box<ApplyArgs>),
    /// Restore what an apply recorded in its journal, with the same guards.
    #[cfg(feature = "live")]
    Rollback(Box<RollbackArgs>),
    /// Put one pool into AUDIT now, without a policy: threat protection blocks and challenges nobody, and still counts.
    #[cfg(feature = "live")]
    Audit(Box<AuditArgs>),
    /// Check live pools, or those of a snapshot, of templates or of a Terraform plan, without any policy; reads only.
    Scan(Box<ScanArgs>),
    /// Save the settings of live pools, for reviews and offline comparisons; reads only.
    #[cfg(feature = "live")]
    Snapshot(Box<SnapshotArgs>),
    /// Merge the snapshots of all shards (`snapshot --shard`) into one; does not contact AWS.
    Merge(MergeArgs),
    /// Read authentication events from logs of any form, or those of all users of a pool from AWS, and write each event once, as a line of JSON.
    Events(Box<EventsArgs>),
    /// Answer questions about recorded events: where risk comes from, what was refused, which clients pass no context data.
    Insights(Box<InsightsArgs>),
    /// Show who was seen in a window of one pool, user by user: what happened to each sign-in, why, and which setting decides; reads only.
    Investigate(Box<InvestigateArgs>),
    /// Show what was kept of earlier runs as a time line of each pool: modes, drift, findings, who changed it.
    History(Box<HistoryArgs>),
    /// Write one document for an audit: what is enforced where, by which policy, with gates, waivers and who changed what; reads only.
    Evidence(Box<EvidencePackArgs>),
    /// Write policies for pools as they are: live ones, or those of a snapshot, of templates or of a Terraform plan.
    Init(Box<InitArgs>),
    /// Write policies as CloudFormation, Terraform, CDK or AWS CLI text, for pools that only a pipeline changes.
    Export(Box<ExportArgs>),
    /// Run a five-minute tour with four pools of a simulated AWS account: lint, scan, explain, diff. In a terminal it waits between the steps.
    #[cfg(feature = "live")]
    Demo(DemoArgs),
    /// The rule catalogue. Without a command, all rules are listed.
    Rules {
        /// What to do with it.
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    /// Explain an id in brackets (rule, input check, difference, guard, gate, question): why it matters, what to do; or what a pool does with each request.
    Explain(Box<ExplainArgs>),
    /// Print a JSON Schema.
    Schema {
        /// Schema to print.
        #[arg(value_enum)]
        name: SchemaName,
    },
    /// Print a shell completion script.
    Completions {
        /// Shell to write for.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print a manual page (roff), or write all of them.
    Man {
        /// The command whose page it is, such as `rules list`; without one, the program's.
        #[arg(conflicts_with = "dir")]
        command: Vec<String>,
        /// Write the pages of all commands to this folder.
        #[arg(long, value_name = "DIR")]
        dir: Option<String>,
    },
}

/// The catalogue's commands.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// List all rules.
    List {
        /// Output format.
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        #[command(flatten)]
        rules: RuleArgs,
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
    /// A line of what `events` writes.
    Event,
    /// What `impact` writes as JSON.
    Impact,
    /// What `insights` writes as JSON.
    Insights,
    /// What `investigate` writes as JSON.
    Investigation,
    /// Question files of `insights`.
    Question,
    /// What `gate` writes as JSON.
    Gate,
    /// What `history` writes as JSON.
    History,
    /// What `evidence` writes as JSON.
    Evidence,
    /// What `investigate feedback` writes as JSON.
    Feedback,
    /// A line of a ledger.
    Ledger,
    /// What `apply`, `rollback` and `audit` write with `--format json`.
    Apply,
    /// Saved plans.
    Plan,
    /// Lines of journals.
    Journal,
}
