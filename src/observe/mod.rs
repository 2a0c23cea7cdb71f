//! Where observed postures come from: live pools and snapshots.
