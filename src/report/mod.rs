//! The report: what every renderer gets. It holds everything a format may show and decides nothing.

mod gate;
mod overview;

use std::collections::BTreeMap;

use crate::difference::Cause;
use crate::finding::{Finding, Severity};
use crate::ident::RuleId;
use crate::model::effective::Table;
use crate::source::Sources;

pub use gate::{GateEvidence, GateLimit, GateReport, GateUnread, ModeGate, PoolGate, Worth};
pub use overview::{PoolOverview, WeakestCell};

/// What a rule says of itself; built-in rules, users' own and input checks alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleMeta {
    /// The id, which is the file's name.
    pub id: RuleId,
    /// Severity before overrides.
    pub severity: Severity,
    /// The fault in a few words, no full stop.
    pub summary: String,
    /// Why it matters. Markdown.
    pub rationale: String,
    /// What to do. Markdown.
    pub remediation: String,
    /// Title and address of each reference.
    pub references: Vec<(String, String)>,
    /// Framework name to control ids, such as `security-hub` to `Cognito.1`.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Whether the rule ships inside the program (it then has a page in `docs/rules/`).
    pub builtin: bool,
}

/// What really happens under one policy or in one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolProtection {
    /// Policy name, or pool name and id. Hostile text.
    pub title: String,
    /// The file it comes from, as shown; empty for live pools.
    pub source: String,
    /// The table.
    pub table: Table,
}

/// Something that was not read, and why: shown in every format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// What: a rule id, a file, a policy.
    pub what: String,
    /// Why, one sentence without a full stop.
    pub why: String,
    /// Whether it should have been read and could not be: exit code 4.
    pub failed: bool,
}

impl NotChecked {
    /// Something that nobody meant to read.
    pub fn left_out(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            failed: false,
        }
    }

    /// Something that should have been read and could not be.
    pub fn failed(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            failed: true,
            ..Self::left_out(what, why)
        }
    }
}

/// Differences between policies and pools, by how the pools compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Live is weaker than the policy; pools and clients that are gone included.
    pub weaker: usize,
    /// Undefined.
    pub undefined: usize,
    /// Makes no difference to protection.
    pub neutral: usize,
    /// Live is stronger.
    pub stronger: usize,
}

impl Differences {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.weaker + self.undefined + self.neutral + self.stronger
    }
}

/// Counts for the closing line. Findings that are suppressed or below the minimum severity are
/// counted apart and never among `errors`, `warnings` and `notes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Policies checked.
    pub policies: usize,
    /// Pools that were seen, live or in a snapshot.
    pub pools: usize,
    /// Differences, in a `diff`.
    pub differences: Option<Differences>,
    /// How many of them have which cause, where some have one.
    pub causes: Option<Vec<(Cause, usize)>>,
    /// Rules that ran.
    pub rules: usize,
    /// Findings that count.
    pub errors: usize,
    /// Findings that count.
    pub warnings: usize,
    /// Findings that count.
    pub notes: usize,
    /// Input errors among the errors: the run ends with exit code 2.
    pub input_faults: usize,
    /// Waived, ignored or in the baseline.
    pub suppressed: usize,
    /// Below `--min-severity`; not in [`Report::findings`].
    pub hidden: usize,
    /// Findings that `--fix` would correct.
    pub fixable: usize,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

/// Everything one run has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The command: `lint`, `scan`, `diff`.
    pub command: &'static str,
    /// The tool's version.
    pub version: &'static str,
    /// All texts that locations point into.
    pub sources: Sources,
    /// Metadata of every rule that ran or has a finding, ordered by id.
    pub rules: Vec<RuleMeta>,
    /// Findings in output order: by file name, position, rule. Suppressed ones included.
    pub findings: Vec<Finding>,
    /// Effective protection per policy, in the order of the files.
    pub pools: Vec<PoolProtection>,
    /// One row for each of the pools or policies, for formats that compare them.
    pub overviews: Vec<PoolOverview>,
    /// Counts.
    pub summary: Summary,
    /// The process's exit code for this report, the same in every format.
    pub exit_code: u8,
}
