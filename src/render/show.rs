//! Everything that a command can show, in any format.

use std::io::{self, Write};

use crate::impact::ImpactReport;
use crate::insights::InsightReport;
use crate::investigate::Investigation;
use crate::report::Report;

use super::{Format, RenderOptions, impact, insights, investigate};

/// What a command has to show.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// Findings, gates or a plan.
    Report(&'a Report),
    /// What policies would have done to events.
    Impact(&'a ImpactReport),
    /// Answers to questions.
    Insights(&'a InsightReport),
    /// Who was seen.
    Investigation(&'a Investigation),
}

/// Writes what a command has to show; a format that its help does not list writes what `human` does.
pub fn show(
    format: Format,
    shown: Shown<'_>,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match shown {
        Shown::Report(report) => super::format::render(format, report, options, out),
        Shown::Impact(report) => impact::impact(format, report, options, out),
        Shown::Insights(report) => insights::insights(format, report, options, out),
        Shown::Investigation(found) => investigate::investigation(format, found, options, out),
    }
}
