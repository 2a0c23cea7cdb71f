//! The first version of the format. A member that is added is optional; anything else is a new version.

mod alarm;
mod file;
mod history;
mod pool;
mod types;

pub(super) use types::SnapshotV1;
