//! The closing words of a report: what was found, in what, and what was not looked at.

use std::fmt::Write as _;

use crate::report::Summary;

use super::escape;

/// `2 policies`: a number with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `3 errors, 1 warning` for the findings that count; empty when there are none.
pub(super) fn findings(summary: &Summary) -> String {
    let kinds = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.notes, "note", "notes"),
    ];
    let parts: Vec<_> = kinds
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number, one, many))
        .collect();
    parts.join(", ")
}

/// What was read and checked: `5 policies (7 files), 52 rules`.
pub(super) fn scope(summary: &Summary) -> String {
    let policies = count(summary.policies, "policy", "policies");
    let files = count(summary.files, "file", "files");
    let rules = count(summary.rules, "rule", "rules");
    format!("{policies} ({files}), {rules}")
}

/// The whole closing line, without a full stop.
pub(super) fn line(summary: &Summary) -> String {
    let found = findings(summary);
    let mut text = if summary.files == 0 && found.is_empty() {
        "nothing was checked: no file was read".to_owned()
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
    }
    text
}

/// `what: why` for everything that was not checked, one line each, hidden characters visible.
pub(super) fn not_checked(summary: &Summary) -> impl Iterator<Item = String> + '_ {
    let entries = summary.not_checked.iter();
    entries.map(|entry| {
        format!(
            "{}: {}",
            escape::one_line(&entry.what),
            escape::one_line(&entry.why)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "3 errors, 1 warning, 2 notes in 5 policies (7 files), 52 rules; 2 suppressed; 3 fixable with --fix"
        );
        (summary.errors, summary.warnings, summary.notes, summary.fixable) = (0, 0, 0, 0);
        assert_eq!(
            line(&summary),
            "no findings in 5 policies (7 files), 52 rules; 2 suppressed"
        );
        assert_eq!(line(&Summary::default()), "nothing was checked: no file was read");
    }
}
