//! What `history` has to say of each pool. The types are those of `schemas/history.json`, version 1: fields may be added, and
//! none is renamed, removed or given another meaning.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::severities;
use crate::text;

/// The history of pools and policies.
#[derive(Clone, Debug)]
pub struct HistorySection {
    /// The first day of which something is known.
    pub from: Date,
    /// The last one.
    pub to: Date,
    /// Pools by id, then policies by name.
    pub subjects: Vec<SubjectHistory>,
}

/// The history of one pool, or of one policy that reports of `lint` are about.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1SubjectHistory")]
pub struct SubjectHistory {
    /// Pool id; absent for a policy.
    pub pool: Option<String>,
    /// Name of the pool where a report has it, or of the policy.
    pub name: Option<String>,
    /// Modes in which it was seen, standard first, oldest first.
    pub modes: Vec<ModeSpan>,
    /// Runs that compared it with a policy or checked it, oldest first.
    pub runs: Vec<HistoryRun>,
    /// Runs that changed it, oldest first.
    pub writes: Vec<HistoryWrite>,
}

/// A time in which a mode was seen and no other one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1ModeSpan")]
pub struct ModeSpan {
    /// `standard` or `custom`.
    pub auth: &'static str,
    /// The mode.
    pub mode: &'static str,
    /// The day on which it was seen first. The pool may have been in it earlier.
    #[schemars(with = "String", extend("format" = "date"))]
    pub since: Date,
    /// The day on which another mode was seen; absent for the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

/// What one report says of a pool or a policy.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1HistoryRun")]
pub struct HistoryRun {
    /// The day of the run.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// The report.
    pub file: String,
    /// `scan`, `lint` or `diff`.
    pub command: &'static str,
    /// Findings that count; of `diff`, differences are not among them.
    pub errors: usize,
    /// Findings that count.
    pub warnings: usize,
    /// Findings that count.
    pub notes: usize,
    /// Findings that are waived, ignored or in the baseline.
    pub suppressed: usize,
    /// Differences from the policy, but for changes of the policy that are still to be applied; only of `diff`.
    pub differences: Option<usize>,
    /// Those of them where the pool is, or may be, weaker.
    pub weaker: Option<usize>,
    /// Whether the run looked for the pool, and it was not there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// Whether something was not read: more findings, and more differences, are possible.
    pub partly_read: bool,
}

/// What is said of a run that did not read everything.
pub const PARTLY: &str = "something could not be read";

impl HistoryRun {
    /// `2 errors, 1 note`; `no findings` for none, where everything was read.
    pub fn findings(&self) -> String {
        let mut words = severities([self.errors, self.warnings, self.notes]);
        if words.is_empty() {
            let none = if self.partly_read {
                "nothing found in what was read"
            } else {
                "no findings"
            };
            words.push(none.to_owned());
        }
        if self.suppressed > 0 {
            words.push(format!("{} suppressed", self.suppressed));
        }
        if self.partly_read {
            words.push(PARTLY.to_owned());
        }
        words.join(", ")
    }
}

/// A run that changed a pool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "JsonV1HistoryWrite")]
pub struct HistoryWrite {
    /// The day of the run.
    #[schemars(with = "String", extend("format" = "date"))]
    pub day: Date,
    /// The journal.
    pub file: String,
    /// `apply`, `rollback` or `audit`.
    pub command: String,
    /// Whose credentials were used: the ARN, else the account.
    pub who: Vec<String>,
    /// SHA-256 of the plan, in hexadecimal.
    pub plan_digest: String,
    /// JSON pointers of the changes that AWS confirmed.
    pub changed: Vec<String>,
    /// JSON pointers of the changes of which it is unknown whether they were made: their call has no answer.
    pub unknown: Vec<String>,
    /// Whether all calls of the run were confirmed.
    pub complete: bool,
    /// What was given to guards: `gate overridden: REASON`.
    pub reasons: Vec<String>,
}

impl SubjectHistory {
    /// Name and id, or the policy's name. Hostile text.
    pub fn title(&self) -> String {
        match (&self.pool, &self.name) {
            (Some(id), Some(name)) => format!("{name} ({id})"),
            (Some(id), None) => id.clone(),
            (None, name) => format!("policy {}", name.as_deref().unwrap_or_default()),
        }
    }

    /// The mode in which it was seen last.
    pub fn last_mode(&self, auth: &str) -> Option<&ModeSpan> {
        self.modes.iter().rev().find(|span| span.auth == auth)
    }

    /// The last run that compared it with a policy.
    pub fn last_comparison(&self) -> Option<&HistoryRun> {
        self.runs.iter().rev().find(|run| run.differences.is_some())
    }

    /// Runs that checked it: those of live pools, where there are any.
    pub fn checks(&self) -> impl Iterator<Item = &HistoryRun> {
        self.runs.iter().filter(|run| run.differences.is_none())
    }
}

impl HistorySection {
    /// `4 pools, 2026-08-01 to 2026-11-27: 3 ENFORCED, 1 AUDIT; 1 differs from its policy`.
    pub fn closing(&self) -> String {
        if self.subjects.is_empty() {
            return "nothing is known: no ledger, journal or report of use was read".to_owned();
        }
        let pools = self.subjects.iter().filter(|one| one.pool.is_some());
        let policies = self.subjects.len() - pools.clone().count();
        let mut parts = Vec::new();
        if pools.clone().next().is_some() || policies == 0 {
            parts.push(text::count(pools.clone().count(), "pool", "pools"));
        }
        if policies > 0 {
            parts.push(text::count(policies, "policy", "policies"));
        }
        let mut words = format!("{}, {} to {}", parts.join(" and "), self.from, self.to);
        let modes = ["ENFORCED", "AUDIT", "OFF"].map(|mode| {
            let last =
                |one: &&SubjectHistory| one.last_mode("standard").is_some_and(|span| span.mode == mode);
            (pools.clone().filter(last).count(), mode)
        });
        let modes = text::counted(modes);
        if !modes.is_empty() {
            words = format!("{words}: {}", modes.join(", "));
        }
        let differs = |one: &&SubjectHistory| {
            let last = one.last_comparison();
            last.and_then(|run| run.differences)
                .is_some_and(|number| number > 0)
        };
        let differing = pools.filter(differs).count();
        if differing > 0 {
            words = format!(
                "{words}; {} from the policy",
                text::count(differing, "differs", "differ")
            );
        }
        words
    }
}
