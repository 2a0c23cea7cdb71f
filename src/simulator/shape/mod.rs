//! Shapes of requests as in the API reference, and what Cognito says of one that does not fit.
//! docs/facts.md, "Ids, names and ARNs" and "`SetRiskConfiguration` and its limits".

pub(super) mod check;
pub(super) mod requests;

mod client;
mod common;
mod pool;
mod risk;
