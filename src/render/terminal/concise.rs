//! `concise`: one line per finding that is not suppressed, as compilers and linters write it, for `grep` and editors.

use std::io::{self, Write};

use crate::report::Report;

use super::table;
use crate::render::place::Place;
use crate::render::{escape, review, summary, words};

/// Writes every finding in the report's order, what was not checked, what changes from a base, and the closing line. Nothing
/// wraps.
pub(in crate::render) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let shown = report.findings.iter().filter(|one| one.suppressed.is_none());
    for finding in shown {
        let place = Place::new(report, &finding.primary).text();
        let (severity, rule) = (finding.severity.as_str(), &finding.rule);
        let message = words::with_origin(report, finding, &table::message(finding));
        let line = format!("{place}: {severity}[{rule}] {}\n", escape::one_line(&message));
        out.write_all(escape::for_log(&line).as_bytes())?;
    }
    for entry in &report.summary.not_checked {
        let how = if entry.failed { "FAILED" } else { "not checked" };
        let (what, why) = (escape::one_line(entry.shown()), escape::one_line(&entry.why));
        out.write_all(escape::for_log(&format!("{what}: {how}: {why}\n")).as_bytes())?;
    }
    for line in review::lines(report) {
        let line = format!("{}\n", escape::one_line(&line));
        out.write_all(escape::for_log(&line).as_bytes())?;
    }
    let line = format!("{}\n", summary::closing(report));
    out.write_all(escape::for_log(&line).as_bytes())
}
