//! A page of Markdown within a size, and its small parts.

use std::fmt::Write as _;

use crate::finding::Severity;
use crate::report::{NotChecked, Report, Section};
use crate::text;

use crate::render::{escape, estate, review, summary};

/// So much that was not checked is listed one by one; more is listed by reason.
const ONE_BY_ONE: usize = 10;

/// Text that grows by whole parts as long as there is room.
pub(in crate::render) struct Page {
    pub(in crate::render) text: String,
    /// Bytes that it may have.
    pub(in crate::render) room: usize,
}

impl Page {
    /// Adds the head and as many parts as fit, and says how many do not, `more` that are not given included; nothing
    /// without parts.
    pub(in crate::render) fn list(
        &mut self,
        head: &str,
        parts: impl Iterator<Item = String>,
        more: usize,
        [one, many]: [&str; 2],
    ) {
        let mut left_out = 0;
        let mut headed = false;
        for part in parts {
            let needed = part.len() + if headed { 0 } else { head.len() };
            if left_out > 0 || self.text.len() + needed > self.room {
                left_out += 1;
                continue;
            }
            if !headed {
                self.text.push_str(head);
                headed = true;
            }
            self.text.push_str(&part);
        }
        left_out += more;
        if left_out > 0 {
            let _ = write!(
                self.text,
                "\n*{} left out: no room.*\n",
                text::count(left_out, one, many)
            );
        }
    }
}

/// The mark of a severity.
pub(in crate::render) fn severity_mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

/// A part that is folded under its head. Both are Markdown that is escaped already.
pub(in crate::render) fn folded(head: &str, body: &str) -> String {
    format!("<details><summary>{head}</summary>\n\n{body}\n</details>\n\n")
}

/// The headline and the closing line.
pub(in crate::render) fn head(report: &Report) -> String {
    let judges = report.section.as_ref().is_none_or(Section::judges);
    // A pull request that weakens sign-ins is no good news, whatever is found of the pools.
    let verdict = match summary::verdict(report) {
        None | Some(Severity::Note) if review::weakens(report) => Some(Severity::Warning),
        verdict => verdict,
    };
    let mark = verdict.map_or("✅", severity_mark);
    let mark = if judges { format!("{mark} ") } else { String::new() };
    format!(
        "## {mark}cogward {}\n\n{}.\n",
        report.command,
        summary::headline(report)
    )
}

/// What was not checked, as far as there is room.
pub(in crate::render) fn not_checked(page: &mut Page, report: &Report) {
    // That `lint` reads no pools is news to nobody who reads its comments.
    let is_known = |entry: &&NotChecked| report.command == "lint" && entry.what == "live pools";
    let skipped: Vec<_> = report
        .summary
        .not_checked
        .iter()
        .filter(|entry| !is_known(entry))
        .collect();
    if skipped.len() > ONE_BY_ONE {
        let reasons = estate::not_checked(&report.summary).into_iter();
        let reasons = reasons.map(|reason| format!("- {}\n", escape::markdown_code(&reason)));
        return page.list("\n### Not checked\n\n", reasons, 0, ["reason", "reasons"]);
    }
    let skipped = skipped.into_iter().map(|entry| {
        let mark = if entry.failed { "❗ " } else { "" };
        format!(
            "- {mark}{}: {}\n",
            escape::markdown_code(&entry.what),
            escape::markdown_code(&entry.why)
        )
    });
    page.list("\n### Not checked\n\n", skipped, 0, ["line", "lines"]);
}

/// A block of text. No line of it may end the block that it stands in.
pub(in crate::render) fn fenced(kind: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    format!("{fence}{kind}\n{text}\n{fence}\n")
}
