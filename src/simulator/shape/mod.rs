//! Shapes of requests, and what Cognito says of one that does not fit. Fact sheet sections 1.1 and
//! 1.3.

pub(super) mod check;
pub(super) mod requests;

mod client;
mod common;
mod pool;
mod risk;
