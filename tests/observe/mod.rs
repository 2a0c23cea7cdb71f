//! Looks at a simulated AWS through the SDK, over HTTP on loopback.

#![cfg(feature = "live")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read the clock"
)]

mod answers;
mod endless;
mod environment;
mod histories;
mod limits;
mod older;
mod partial;
mod permissions;
mod places;
mod saved;
mod subject;
mod support;
mod unknown;
mod whole;
