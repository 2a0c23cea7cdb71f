//! The simulator, driven by the SDK clients that the program itself uses.

#![cfg(feature = "live")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod reads;
mod roles;
mod support;
