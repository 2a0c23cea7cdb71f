//! The section of a report as blocks.

use crate::report::{Report, Section};

use super::block::Part;
use super::gate;

/// Everything that the section says, but for its closing line. Nothing for a report without one.
pub(super) fn parts(report: &Report) -> Vec<Part> {
    match &report.section {
        None => Vec::new(),
        Some(Section::Gate(section)) => gate::parts(section),
    }
}
