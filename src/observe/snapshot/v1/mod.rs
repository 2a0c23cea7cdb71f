//! The first version of the format. A member that is added is optional; anything else is a new version.

mod file;
mod history;
mod others;
mod pool;
mod responses;
mod surroundings;
mod types;

pub(super) use types::SnapshotV1;
