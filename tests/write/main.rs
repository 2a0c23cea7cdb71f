//! Writes to a simulated AWS through the SDK, over HTTP on loopback, and the journal of them.

#![cfg(feature = "live")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read files"
)]

mod carried;
mod faults;
mod journal;
mod killed;
mod permissions;
mod random;
mod support;
mod trips;
