//! `github`: workflow commands of GitHub Actions, which annotate the files of a pull request.
//!
//! GitHub shows at most ten annotations of a kind for a step; the worst are written, and a plain
//! line says how many are missing. The plain lines are guarded by escaping rather than by
//! `::stop-commands::`: its token would have to be random to hold against hostile text, and the
//! output is the same for the same report.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::finding::{Finding, Severity};
use crate::report::{Report, Section};
use crate::text;

use crate::render::difference;
use crate::render::place::{Place, is_outside};
use crate::render::{RenderOptions, escape, headline, review, summary, words};

/// Annotations of one kind that GitHub shows for a step.
const MAX_PER_KIND: usize = 10;

/// Lines of what differs in an annotation: GitHub folds longer ones.
const MAX_LINES: usize = 8;

/// Writes annotations, worst first, and the summary.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut left_out = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let findings = report.findings.iter().enumerate();
        let mut kind: Vec<_> = findings
            .filter(|(_, f)| f.suppressed.is_none() && f.severity == severity)
            .collect();
        // Of too many, those that a change brings.
        kind.sort_by_key(|(index, _)| !review::is_introduced(report, *index));
        left_out += kind.len().saturating_sub(MAX_PER_KIND);
        for (_, finding) in kind.into_iter().take(MAX_PER_KIND) {
            writeln!(out, "{}", annotation(report, options, finding))?;
        }
    }
    let passed = report.section.iter().flat_map(Section::passed);
    for passed in passed.take(MAX_PER_KIND) {
        let what = escape::one_line(&format!("{}: {}", passed.title(), passed.what));
        let (command, message) = (report.command, escape::github_data(&what));
        writeln!(out, "::notice title=cogward%3A {command}::{message}")?;
    }
    for entry in report.summary.not_checked.iter().filter(|entry| entry.failed) {
        let message = format!(
            "{}: {}",
            escape::one_line(&entry.what),
            escape::one_line(&entry.why)
        );
        writeln!(
            out,
            "::error title=cogward: could not be read::{}",
            escape::github_data(&message)
        )?;
    }
    let mut text = String::new();
    if left_out > 0 {
        text = format!(
            "{} not annotated: GitHub shows {MAX_PER_KIND} of a kind for a step\n",
            text::count(left_out, "finding", "findings")
        );
    }
    if let Some(headline) = headline::headline(report) {
        let _ = writeln!(text, "{}", escape::one_line(&headline));
    }
    text.push_str(&summary::ending(report));
    out.write_all(escape::for_log(&text).as_bytes())
}

/// `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`.
///
/// Columns are given for a place on one line only, as GitHub demands; `endColumn` is the last
/// column, where spans end one past it.
fn annotation(report: &Report, options: &RenderOptions, finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = Place::new(report, finding.landing(&report.sources));
    let mut properties = Vec::new();
    // GitHub knows the files of the repository alone.
    let has_file = !is_outside(place.source.holder().unwrap_or(place.source.name()));
    if let Some(file) = place.source.holder().filter(|_| has_file) {
        let file = format!("{}{file}", options.path_prefix);
        properties.push(format!("file={}", escape::github_property(&file)));
    } else if has_file && !place.source.is_builtin() && place.logical().is_none() {
        let file = format!("{}{}", options.path_prefix, place.source.name());
        properties.push(format!("file={}", escape::github_property(&file)));
        if let Some(region) = place.region() {
            let (start, end) = (region.start, region.end);
            properties.push(format!("line={}", start.line));
            if start.line == end.line {
                let last = (end.column - 1).max(start.column);
                properties.push(format!(
                    "col={},endLine={},endColumn={last}",
                    start.column, end.line
                ));
            } else {
                properties.push(format!("endLine={}", end.line));
            }
        }
    }
    properties.push(format!(
        "title={}",
        escape::github_property(&format!("cogward: {}", finding.rule))
    ));
    let mut message = escape::one_line(&words::with_origin(report, finding, &finding.message));
    if let Some(logical) = place.logical() {
        message = format!("{logical}: {message}");
    } else if !has_file {
        message = format!("{}: {message}", place.text());
    }
    if let Some(difference) = &finding.difference {
        let lines = difference::brief(difference, MAX_LINES);
        message = format!("{message}\nlive -, policy +:\n{}", lines.join("\n"));
    }
    if let Some(help) = words::filled(&finding.help) {
        message = format!("{message}\n{}", escape::one_line(help));
    }
    format!(
        "::{command} {}::{}",
        properties.join(","),
        escape::github_data(&message)
    )
}
