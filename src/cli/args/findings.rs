//! Which findings count.

use clap::Args;

use crate::finding::Severity;
use crate::lint::settings::Deny;

/// Thresholds of findings.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FindingArgs {
    /// Leave out findings below this severity: they are counted, and fail nothing.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub min_severity: Option<Severity>,
    /// Fail (exit code 1) on findings of this severity or above. Default: warning.
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Findings")]
    pub deny: Option<Deny>,
}

/// The day of a run.
#[derive(Clone, Debug, Default, Args)]
pub struct DateArgs {
    /// Use this date as today (YYYY-MM-DD). Default: today, UTC.
    #[arg(long, value_name = "DATE", help_heading = "Findings")]
    pub today: Option<String>,
}
