//! The file system: what is read, found and written, and nothing else of the machine.

mod append;
mod discover;
mod folder;
mod pattern;
mod place;
mod read;
mod write;

pub use append::{Growing, Shared};
pub use discover::{Discovery, POLICIES};
pub use place::Tree;
pub use read::{LayerFault, MAX_BYTES, MAX_SNAPSHOT_BYTES, ReadFault, describe_error};
