//! Black-box tests of the renderers: one sample report, one snapshot of each format, the formats'
//! own schemas, and hostile text.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall fail")]

mod changes;
mod formats;
mod hostile;
mod json;
mod sample;
mod sample_differences;
mod sample_table;
mod sarif;
mod snapshots;
mod widths;
