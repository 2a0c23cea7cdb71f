//! Renderers of what an apply or a rollback would do, and of what became of it.

mod format;
mod human;
mod json;
mod json_types;
mod lines;
mod markdown;
mod view;

pub use format::{FORMATS, render};
pub use json::schema;
pub use view::{PlanPart, ProposalView};
