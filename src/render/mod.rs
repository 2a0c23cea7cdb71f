//! Renderers: each turns a report into one format. They decide nothing: counts, verdicts and the
//! exit code come with the report.

mod escape;
mod fingerprint;
mod format;
mod human;
mod index;
mod options;
mod place;
mod sarif;
mod sarif_types;
mod snippet;
mod summary;
mod words;

pub use format::{Format, render};
pub use options::RenderOptions;
