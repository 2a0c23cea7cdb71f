//! `apply` as a user runs it, against a simulated AWS in the test's own process.

mod guards;
mod support;
mod trips;
