//! The section of a report as blocks.

use crate::render::PlanView;
use crate::report::{Report, Section};

use super::block::Part;
use super::{evidence, feedback, gate, history, plan};

/// Everything that the section says, its closing line and what was not checked included. Nothing for a report without one.
pub(super) fn parts(report: &Report, view: PlanView) -> Vec<Part> {
    match &report.section {
        None => Vec::new(),
        Some(Section::Gate(section)) => gate::parts(section),
        Some(Section::Plan(proposal)) => plan::parts(proposal, view),
        Some(Section::History(section)) => history::parts(section),
        Some(Section::Evidence(section)) => evidence::parts(section, report),
        Some(Section::Feedback(section)) => feedback::parts(section, view),
    }
}
