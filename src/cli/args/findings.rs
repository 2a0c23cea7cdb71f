//! Which findings count.

use clap::{Args, ValueEnum};

/// Thresholds of findings.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FindingArgs {
    /// Leave out findings below this severity: they are counted, and fail nothing.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub min_severity: Option<SeverityArg>,
    /// Fail (exit code 1) on findings of this severity or above. Default: warning.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub deny: Option<DenyArg>,
}

/// The day of a run.
#[derive(Clone, Debug, Default, Args)]
pub struct DateArgs {
    /// Use this date as today (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE", help_heading = "Findings")]
    pub today: Option<String>,
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
    /// Fail on any finding.
    Note,
    /// Fail on warnings and errors.
    Warning,
    /// Fail on errors.
    Error,
    /// Never fail on findings; invalid input still fails the run.
    Never,
}
