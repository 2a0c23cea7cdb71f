//! The report: what every renderer gets. It holds everything a format may show and decides nothing.

mod evidence;
mod feedback;
mod gate;
mod gate_limit;
mod head;
mod history;
mod overview;
mod plan;
mod review;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use crate::difference::Cause;
use crate::finding::Finding;
use crate::ident::RuleId;
use crate::model::effective::Table;
use crate::proposal::Proposal;
use crate::source::Sources;

pub use crate::finding::{NotChecked, RuleMeta};
pub use evidence::{
    Control, EvidenceFinding, EvidenceHead, EvidenceSection, EvidenceWaiver, PolicyAgreement, PoolEvidence,
    SignInOutcome,
};
pub use feedback::{FeedbackEnding, FeedbackEvent, FeedbackOutcome, FeedbackSection};
pub use gate::{
    CountingAnswer, GateEvidence, GateReason, GateSection, GateUnread, ModeGate, Passed, PoolGate,
};
pub use gate_limit::GateLimit;
pub use head::{FilesDigest, RunHead, RunParameter};
pub use history::{HistoryRun, HistorySection, HistoryWrite, ModeSpan, PARTLY, SubjectHistory};
pub use overview::{NOT_CHECKED, PoolOverview, STRONGER, WeakestCell, weakest_cells};
pub use review::{PolicyFate, ResolvedFinding, Review, ReviewedPool, SettingChange};

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

/// Differences between policies and pools, by how the pools compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Differences {
    /// Live is weaker; pools and clients that are gone included.
    pub weaker: usize,
    /// Undefined.
    pub undefined: usize,
    /// Makes no difference to protection.
    pub neutral: usize,
    /// Live is stronger.
    pub stronger: usize,
    /// Of `weaker`: policies without their pool, and clients that a pool does not have.
    pub missing: usize,
    /// Of `undefined`: pools without a policy.
    pub uncovered: usize,
}

impl Differences {
    /// All of them.
    pub fn total(self) -> usize {
        self.weaker + self.undefined + self.neutral + self.stronger
    }

    /// Each once, in words for people: weaker, missing, with undefined effect, without a policy, neutral, stronger.
    pub fn parts(self) -> [usize; 6] {
        let weaker = self.weaker.saturating_sub(self.missing);
        let undefined = self.undefined.saturating_sub(self.uncovered);
        [
            weaker,
            self.missing,
            undefined,
            self.uncovered,
            self.neutral,
            self.stronger,
        ]
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
    /// Rules among them that judged nothing of some pool, because what they need of it is not known.
    pub rules_not_checked: BTreeSet<RuleId>,
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
    /// The first last day of the waivers that cover some of them.
    pub first_waiver_ends: Option<jiff::civil::Date>,
    /// Below `--min-severity`; not in [`Report::findings`].
    pub hidden: usize,
    /// Findings that `--fix` would correct.
    pub fixable: usize,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
}

/// What a command has to say beside findings. Formats for people show it instead of the findings, which say the same of what
/// is wrong; formats for findings show those.
#[derive(Clone, Debug)]
pub enum Section {
    /// Audit gates.
    Gate(GateSection),
    /// What an apply, a rollback or an audit would do, and what became of it.
    Plan(Box<Proposal>),
    /// What was kept of earlier runs.
    History(HistorySection),
    /// Evidence for an audit.
    Evidence(Box<EvidenceSection>),
    /// Feedback for recorded events.
    Feedback(Box<FeedbackSection>),
}

impl Section {
    /// The closing line, without a full stop.
    pub fn closing(&self, summary: &Summary) -> String {
        match self {
            Self::Plan(proposal) => proposal.verdict(),
            Self::Gate(gate) => gate.closing(summary.not_checked.iter().any(|entry| entry.failed)),
            Self::History(history) => history.closing(),
            Self::Evidence(evidence) => evidence.closing(),
            Self::Feedback(feedback) => feedback.closing(),
        }
    }

    /// Whether it judges anything; else it only says what is known, and has no verdict.
    pub fn judges(&self) -> bool {
        matches!(self, Self::Gate(_) | Self::Plan(_))
    }

    /// What was checked and found to be good.
    pub fn passed(&self) -> Vec<Passed> {
        match self {
            Self::Gate(gate) => gate.passed(),
            Self::Plan(proposal) => plan::passed(proposal),
            Self::History(_) | Self::Evidence(_) | Self::Feedback(_) => Vec::new(),
        }
    }
}

/// Everything one run has to say.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The command: `lint`, `scan`, `diff`, `gate`.
    pub command: &'static str,
    /// The tool's version.
    pub version: &'static str,
    /// All texts that locations point into.
    pub sources: Sources,
    /// Metadata of every rule that ran or has a finding, ordered by id.
    pub rules: Vec<RuleMeta>,
    /// Findings in output order: by severity, the worst first, then by file name, position, rule. Suppressed ones included.
    pub findings: Vec<Finding>,
    /// Effective protection per policy, in the order of the files.
    pub pools: Vec<PoolProtection>,
    /// What a plan, or new templates, change in each pool, what is weaker first; `None` where nothing says what was before.
    pub changes: Option<Vec<ReviewedPool>>,
    /// One row for each of the pools or policies, for formats that compare them.
    pub overviews: Vec<PoolOverview>,
    /// What the command has to say beside findings.
    pub section: Option<Section>,
    /// What the policies change from a base commit, where one is named.
    pub review: Option<Review>,
    /// Counts.
    pub summary: Summary,
    /// The process's exit code for this report, the same in every format.
    pub exit_code: u8,
}

impl Report {
    /// What a command of this program reports, empty.
    pub fn of(command: &'static str) -> Self {
        Self {
            command,
            version: env!("CARGO_PKG_VERSION"),
            ..Self::default()
        }
    }

    /// What changes from a base, else from what was before; empty where there is nothing to compare with.
    pub fn reviewed(&self) -> &[ReviewedPool] {
        let review = self.review.as_ref().map(|review| &review.pools);
        review.or(self.changes.as_ref()).map_or(&[], Vec::as_slice)
    }
}
