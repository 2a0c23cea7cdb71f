//! Drift: differences between policies and pools as findings.

mod find;
mod kind;

pub use find::{Against, findings, missing_pool, shown, uncovered};
pub use kind::Kind;
