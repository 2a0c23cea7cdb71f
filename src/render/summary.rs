//! The closing words of a report: what was found, in what, and what was not read.

use std::fmt::Write as _;

use crate::difference::Cause;
use crate::finding::{Severity, severities};
use crate::proposal::Ending;
use crate::report::{Differences, Report, Section, Summary};
use crate::text::{self, count};

use super::escape;

/// How bad it is as a whole, for a mark at the head: a run that could not use its input or could not read
/// something is an error, and one that checked nothing is not good news. `None` is clean.
pub(super) fn verdict(report: &Report) -> Option<Severity> {
    let summary = &report.summary;
    if report.section.is_some() {
        return match report.exit_code {
            0 => None,
            3 => Some(Severity::Note),
            _ => Some(Severity::Error),
        };
    }
    let judged_nothing = summary.rules == 0 && summary.differences.is_none();
    match (summary.errors, summary.warnings, summary.notes) {
        _ if matches!(report.exit_code, 2 | 4) => Some(Severity::Error),
        (0, 0, 0) if judged_nothing || !summary.rules_not_checked.is_empty() => Some(Severity::Note),
        (0, 0, 0) => None,
        (0, 0, _) => Some(Severity::Note),
        (0, ..) => Some(Severity::Warning),
        _ => Some(Severity::Error),
    }
}

/// `3 errors, 1 warning` for the findings that count; empty when there are none.
pub(super) fn findings(summary: &Summary) -> String {
    severities([summary.errors, summary.warnings, summary.notes]).join(", ")
}

/// What was read and checked: `5 policies (7 files), 52 rules for policies`, or `3 pools, 40 rules for pools (2 not checked on some pool)`, or `2 pools against
/// 5 policies (7 files)`.
pub(super) fn scope(summary: &Summary) -> String {
    let policies = count(summary.policies, "policy", "policies");
    let files = count(summary.files, "file", "files");
    let rules = count(summary.rules, "rule", "rules");
    let pools = count(summary.pools, "pool", "pools");
    match (summary.differences, summary.files) {
        (Some(_), _) => format!("{pools} against {policies} ({files})"),
        // Other rules are for live pools than for policies.
        (None, 0) if summary.pools > 0 => format!("{pools}, {rules} for pools{}", left_out(summary)),
        (None, _) => format!("{policies} ({files}), {rules} for policies"),
    }
}

/// ` (51 not checked)`; empty for none.
fn left_out(summary: &Summary) -> String {
    match (summary.rules_not_checked.len(), summary.pools) {
        (0, _) => String::new(),
        (rules, 1) => format!(" ({rules} not checked)"),
        (rules, _) => format!(" ({rules} not checked on some pool)"),
    }
}

/// `2 weaker than the policy, 1 stronger`; empty for none.
pub(super) fn differences(count: Differences) -> String {
    let words = [
        "weaker than the policy",
        "missing",
        "with undefined effect",
        "without a policy",
        "neutral",
        "stronger",
    ];
    text::counted(count.parts().into_iter().zip(words)).join(", ")
}

/// What to say of a run that saw nothing: zeros would look like a good result. `None` if something was compared or
/// checked.
pub(super) fn nothing(summary: &Summary) -> Option<String> {
    if summary.pools > 0 {
        return None;
    }
    match summary.differences {
        Some(count) if count.total() > 0 => None,
        Some(_) if summary.policies == 0 => {
            Some(nothing_seen("compared", Some("policy with a `target`"), false))
        }
        Some(_) => Some(nothing_seen("compared", None, has_failed(summary))),
        // Files of templates, none of which makes one.
        None if summary.files > 0 && summary.policies + summary.rules == 0 => Some(format!(
            "no user pool in {}",
            count(summary.files, "file", "files")
        )),
        None if summary.files == 0 && findings(summary).is_empty() => {
            Some(nothing_seen("checked", None, has_failed(summary)))
        }
        None => None,
    }
}

/// What is said where nothing of AWS was read.
const NO_POOL: &str = "no pool could be read";

/// `nothing was compared: no pool could be read`, or what was not read instead.
pub(super) fn nothing_seen(verb: &str, unread: Option<&str>, failed: bool) -> String {
    match (unread, failed) {
        (Some(what), _) => format!("nothing was {verb}: no {what} was read"),
        (None, true) => format!("nothing was {verb}: {NO_POOL}"),
        (None, false) => format!("nothing was {verb}: no pool was read"),
    }
}

fn has_failed(summary: &Summary) -> bool {
    summary.not_checked.iter().any(|entry| entry.failed)
}

/// The closing line of a report, without a full stop.
pub(super) fn closing(report: &Report) -> String {
    match &report.section {
        Some(section) => section.closing(&report.summary),
        None => line(&report.summary),
    }
}

/// The line at the head of a page: the closing line, and of a plan how far the run went.
pub(super) fn headline(report: &Report) -> String {
    let closing = closing(report);
    let Some(Section::Plan(proposal)) = &report.section else {
        return closing;
    };
    if let Some(outcome) = &proposal.outcome {
        return format!("outcome: {}; planned were {closing}", outcome.states());
    }
    let how_far = match proposal.ending {
        _ if !proposal.refused.is_empty() => "refused",
        Ending::Declined => "cancelled",
        Ending::DryRun | Ending::CarriedOut => "dry run",
    };
    format!("{how_far}, nothing was written: {closing}")
}

/// The closing line and what was not checked, a line each; nothing wraps.
pub(super) fn ending(report: &Report) -> String {
    let mut text = format!("{}\n", closing(report));
    for entry in not_checked(&report.summary) {
        let _ = writeln!(text, "not checked: {entry}");
    }
    text
}

/// What counts say, without a full stop.
pub fn line(summary: &Summary) -> String {
    let found = findings(summary);
    let mut text = if let Some(nothing) = nothing(summary) {
        nothing + &faults(summary)
    } else if let Some(count) = summary.differences {
        differing(count, summary)
    } else if summary.files == 0 && summary.rules == 0 && found.is_empty() {
        format!(
            "effective protection of {}",
            count(summary.pools, "pool", "pools")
        )
    } else if summary.files + summary.policies + summary.pools == 0 {
        format!("{found}; nothing was checked")
    } else if found.is_empty() {
        format!("no findings in {}", scope(summary))
    } else {
        format!("{found} in {}", scope(summary))
    };
    let more = [
        (summary.suppressed, "suppressed"),
        (summary.hidden, "below the minimum severity"),
        (summary.fixable, "fixable with --fix"),
    ];
    for (number, what) in more.into_iter().filter(|(number, _)| *number > 0) {
        let _ = write!(text, "; {number} {what}");
        if let ("suppressed", Some(day)) = (what, &summary.first_waiver_ends) {
            let _ = write!(text, " (the first waiver ends on {day})");
        }
    }
    let failed = summary.not_checked.iter().filter(|entry| entry.failed).count();
    // Where no pool was read, that is what could not be.
    if failed > 0 && !text.ends_with(NO_POOL) {
        let _ = write!(text, "; {failed} could not be read");
    }
    text
}

/// `3 differences (2 weaker than the policy, 1 stronger) in 2 pools against 1 policy (1 file)`.
fn differing(count: Differences, summary: &Summary) -> String {
    let mut text = match count.total() {
        0 => "no differences".to_owned(),
        total => {
            let words = self::count(total, "difference", "differences");
            format!("{words} ({})", differences(count))
        }
    };
    let _ = write!(text, " in {}", scope(summary));
    let causes = summary.causes.iter().flatten().filter(|(_, number)| *number > 0);
    let causes: Vec<_> = causes
        .map(|(cause, number)| match cause {
            Cause::Differs => format!("{number} not recorded"),
            cause => format!("{number} {}", cause.as_str()),
        })
        .collect();
    if !causes.is_empty() {
        let _ = write!(text, ": {}", causes.join(", "));
    }
    text + &faults(summary)
}

/// `; 1 input error` of a comparison; empty for none.
fn faults(summary: &Summary) -> String {
    match (summary.differences, summary.input_faults) {
        (None, _) | (_, 0) => String::new(),
        (_, number) => format!("; {}", count(number, "input error", "input errors")),
    }
}

/// `what: why` for everything that was not checked, one line each, hidden characters visible.
pub(super) fn not_checked(summary: &Summary) -> impl Iterator<Item = String> + '_ {
    let entries = summary.not_checked.iter();
    entries.map(|entry| {
        let mark = if entry.failed { "FAILED: " } else { "" };
        let (what, why) = (escape::one_line(entry.shown()), escape::one_line(&entry.why));
        format!("{mark}{what}: {why}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::NotChecked;

    #[test]
    fn the_line_counts_everything() {
        let mut summary = Summary {
            files: 7,
            policies: 5,
            rules: 52,
            errors: 3,
            warnings: 1,
            notes: 2,
            suppressed: 2,
            fixable: 3,
            ..Summary::default()
        };
        assert_eq!(
            line(&summary),
            "3 errors, 1 warning, 2 notes in 5 policies (7 files), 52 rules for policies; 2 suppressed; 3 fixable with --fix"
        );
        (summary.errors, summary.warnings, summary.notes, summary.fixable) = (0, 0, 0, 0);
        assert_eq!(
            line(&summary),
            "no findings in 5 policies (7 files), 52 rules for policies; 2 suppressed"
        );
        assert_eq!(line(&Summary::default()), "nothing was checked: no pool was read");
        summary.differences = Some(Differences::default());
        summary.suppressed = 0;
        assert_eq!(line(&summary), "nothing was compared: no pool was read");
        summary.not_checked.push(NotChecked::failed("pool", "no answer"));
        assert_eq!(line(&summary), "nothing was compared: no pool could be read");
        (summary.policies, summary.input_faults) = (0, 1);
        summary.not_checked.clear();
        assert_eq!(
            line(&summary),
            "nothing was compared: no policy with a `target` was read; 1 input error"
        );
        (summary.policies, summary.input_faults) = (5, 0);
        summary.pools = 1;
        summary.suppressed = 0;
        assert_eq!(
            line(&summary),
            "no differences in 1 pool against 5 policies (7 files)"
        );
        summary.differences = Some(Differences {
            weaker: 2,
            missing: 1,
            undefined: 1,
            uncovered: 1,
            ..Differences::default()
        });
        assert_eq!(
            line(&summary),
            "3 differences (1 weaker than the policy, 1 missing, 1 without a policy) in 1 pool against 5 policies (7 files)"
        );
        summary.differences = Some(Differences {
            weaker: 2,
            stronger: 1,
            ..Differences::default()
        });
        assert_eq!(
            line(&summary),
            "3 differences (2 weaker than the policy, 1 stronger) in 1 pool against 5 policies (7 files)"
        );
    }
}
