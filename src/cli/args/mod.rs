//! What the user typed, and nothing decided yet.

mod shared;
mod typed;
#[cfg(feature = "live")]
mod write;

pub use shared::{LiveArgs, ReportArgs};
pub use typed::*;
#[cfg(feature = "live")]
pub use write::{ApplyArgs, RollbackArgs, WriteArgs};
