//! The simulator, driven by the SDK clients that the program itself uses.

#![cfg(feature = "live")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails loudly and has a clock"
)]

mod alarms;
mod demo;
mod faults;
mod metrics;
mod reads;
mod responses;
mod roles;
mod support;
mod topics;
mod updates;
mod users;
