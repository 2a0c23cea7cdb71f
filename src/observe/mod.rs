//! Where observed postures come from: live pools and snapshots.

#[cfg(feature = "live")]
pub mod live;
pub mod snapshot;

pub mod template;
