//! What the user decided about rules: severities, switches, thresholds.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::finding::Severity;
use crate::ident::RuleId;

/// From which severity on findings give exit code 1. The words for the command line are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Deny {
    /// Fail on any finding.
    Note,
    /// Fail on warnings and errors.
    Warning,
    /// Fail on errors.
    Error,
    /// Never fail on findings; invalid input still fails the run.
    Never,
}

/// Settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The day that counts as today for waivers and the gate.
    pub today: Date,
    /// Findings below are counted and not shown.
    pub min_severity: Severity,
    /// What fails the run.
    pub deny: Deny,
    /// Severities instead of the rules' own.
    pub severities: BTreeMap<RuleId, Severity>,
    /// Rules that do not run, with the reason.
    pub disabled: BTreeMap<RuleId, String>,
}

impl Settings {
    /// Everything shown, warnings fail the run, nothing overridden.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            min_severity: Severity::Note,
            deny: Deny::Warning,
            severities: BTreeMap::new(),
            disabled: BTreeMap::new(),
        }
    }

    /// Whether a severity fails the run.
    pub fn denies(&self, severity: Severity) -> bool {
        match self.deny {
            Deny::Note => true,
            Deny::Warning => severity >= Severity::Warning,
            Deny::Error => severity >= Severity::Error,
            Deny::Never => false,
        }
    }
}
