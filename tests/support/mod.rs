//! What tests of several subjects share: the names of a simulated AWS, random pools, what was written to it, and documented
//! permissions.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail loudly and read files"
)]

pub mod aws;
pub mod iam;
pub mod random;
pub mod writes;
