//! Where observed postures come from: live pools, snapshots and templates.

#[cfg(feature = "live")]
pub mod live;
pub mod snapshot;

pub mod template;
