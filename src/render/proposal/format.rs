//! The formats of a proposal.

use std::io::{self, Write};

use crate::proposal::Proposal;
use crate::render::{Format, RenderOptions};

use super::view::ProposalView;
use super::{human, json, markdown};

/// The formats that a proposal has.
pub const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// Writes a proposal. A format that it does not have is an error.
pub fn render(
    format: Format,
    proposal: &Proposal,
    view: ProposalView,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::render(proposal, view, options, out),
        Format::Json => json::render(proposal, out),
        Format::Markdown => markdown::render(proposal, view, options, out),
        other => {
            let words = format!("a plan is not shown as {}", other.as_str());
            Err(io::Error::other(words))
        }
    }
}
