//! Renderers of what an apply or a rollback would do, and of what became of it.

mod human;
mod json;
mod json_types;
mod lines;
mod markdown;

use std::io::{self, Write};

use crate::proposal::Proposal;

use super::{Format, RenderOptions};

pub use json::schema;

/// Which part of a proposal is written by formats for people. `json` always has all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What would be done, and what stands against it.
    Plan,
    /// What became of it.
    Outcome,
    /// Both.
    All,
}

/// How a proposal is shown.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Which part.
    pub section: Section,
    /// Whether calls, and what they carry over, are listed.
    pub calls: bool,
}

/// The formats that a proposal has.
pub const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// Writes a proposal. A format that it does not have is an error.
pub fn render(
    format: Format,
    proposal: &Proposal,
    view: View,
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
