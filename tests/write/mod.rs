//! Writes to a simulated AWS through the SDK, over HTTP on loopback, and the journal of them.

#![cfg(feature = "live")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests fail loudly, read files, and one tells another process how far it is"
)]

mod carried;
mod faults;
mod journal;
mod killed;
mod permissions;
mod support;
mod trips;
mod wholes;
