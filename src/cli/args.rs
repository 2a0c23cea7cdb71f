//! What the user typed, and nothing decided yet.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

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
  2  usage or invalid input, nothing to check included";

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
    /// The rule catalogue.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Explain a rule: the fault, why it matters, what to do, examples.
    Explain {
        /// Rule id.
        rule: String,
        /// Folders with rules of your own.
        #[arg(long, value_name = "DIR")]
        rules: Vec<String>,
    },
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

/// The formats as they are typed: their own words.
fn formats() -> impl TypedValueParser<Value = Format> {
    let known = Format::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.purpose()));
    // Only known words come here.
    PossibleValuesParser::new(known).map(|word| Format::parse(&word).unwrap_or(Format::Human))
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
