//! Small words and colours that several formats share.

use std::borrow::Cow;
use std::collections::HashMap;

use owo_colors::Style;

use crate::finding::{Finding, Severity, Suppression};
use crate::model::effective::CellOutcome;
use crate::render::place::Place;
use crate::report::Report;

/// The colour of a severity on a terminal.
pub(super) fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Note => Style::new().cyan().bold(),
    }
}

/// Something said of a finding, and what made its place, for formats without related locations: a resource of a plan, or a
/// construct and its line. Hostile text.
pub(super) fn with_origin(report: &Report, finding: &Finding, said: &str) -> String {
    let Some(origin) = finding.origin(&report.sources) else {
        return said.to_owned();
    };
    let place = Place::new(report, &origin.location);
    // An address says already where in the plan it is.
    if place.source.holder().is_some() {
        return format!("{said} ({})", origin.label);
    }
    format!("{said} ({}, made at {})", origin.label, place.text())
}

/// The text, unless it is blank.
pub(super) fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

/// Why a finding does not count, in a sentence without a full stop. Hostile text.
pub(super) fn suppression(suppression: &Suppression) -> String {
    match suppression {
        Suppression::Waiver { reason, until } => format!("waived until {until}: {reason}"),
        Suppression::Ignore { reason } if reason.trim().is_empty() => {
            "ignored in the file, without a reason".to_owned()
        }
        Suppression::Ignore { reason } => format!("ignored in the file: {reason}"),
        Suppression::Baseline => "listed in the baseline".to_owned(),
    }
}

/// What a finding is about, as overviews and effective tables are titled: the pool that differs, else the policy or pool.
/// Hostile text.
pub(super) fn subject(finding: &Finding) -> Option<Cow<'_, str>> {
    match finding.difference.as_deref() {
        Some(difference) if difference.pool_name.is_empty() => Some(Cow::from(&difference.pool)),
        Some(difference) => Some(Cow::from(format!(
            "{} ({})",
            difference.pool_name, difference.pool
        ))),
        None => finding.policy.as_deref().map(Cow::from),
    }
}

/// Errors, warnings and notes that count, by what they are about.
pub(super) fn found(report: &Report) -> HashMap<Cow<'_, str>, [usize; 3]> {
    let mut found: HashMap<_, [usize; 3]> = HashMap::new();
    for finding in report.findings.iter().filter(|one| one.suppressed.is_none()) {
        if let Some(subject) = subject(finding) {
            let place = match finding.severity {
                Severity::Error => 0,
                Severity::Warning => 1,
                Severity::Note => 2,
            };
            found.entry(subject).or_default()[place] += 1;
        }
    }
    found
}

/// `✕`-like mark of an outcome, so that a table can be read without colour.
pub(super) fn outcome_symbol(outcome: CellOutcome) -> &'static str {
    match outcome {
        CellOutcome::Blocked => "✕",
        CellOutcome::MfaRequired => "◆",
        CellOutcome::MfaIfConfigured => "◇",
        CellOutcome::AllowedNotified => "✉",
        CellOutcome::Allowed => "→",
        CellOutcome::OnlyAudited => "◎",
        CellOutcome::Undefined => "‼",
        CellOutcome::Blind => "◌",
        CellOutcome::Off => "○",
        CellOutcome::NotCovered => "–",
        CellOutcome::Unknown => "?",
    }
}

/// What is said below an effective table of which not all clients could be read.
pub(super) const CLIENTS_UNREAD: &str = "Not all clients of the pool could be read: some may be missing here, and may be protected less than these.";

/// Headings of the four columns, in the order of [`Signal`](crate::model::effective::Signal).
pub(super) const SIGNALS: [&str; 4] = ["low risk", "medium risk", "high risk", "compromised credentials"];

/// `customers (us-west-2_A), policy customers-prod`; a pool without a name goes by its id. Hostile text.
pub(super) fn policy_title(name: &str, id: &str, policy: &str) -> String {
    if name.is_empty() {
        format!("{id}, policy {policy}")
    } else {
        format!("{name} ({id}), policy {policy}")
    }
}
