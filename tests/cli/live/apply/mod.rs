//! `apply`, `rollback` and `audit` as a user runs them, against a simulated AWS in the test's own process.

mod audit;
mod endings;
mod findings;
mod guards;
mod lockouts;
mod only;
pub mod prompts;
mod refusable;
mod sent;
pub mod support;
mod trips;
mod words;
