//! Bounds the work of a rule. Expressions are short, but loops inside loops, lists that double with
//! every step and texts that replace themselves are not: without a bound, 200 bytes fill any memory.
//!
//! A rule has a number of units, and what costs more than its own text pays before it is done: a loop
//! for its elements and turns, a call or a literal for the values that it copies or goes through. The
//! engine knows nothing of this, so [`metered`] rewrites expressions to call functions of this module,
//! whose names cannot be written.

mod budget;
mod functions;
mod meter;

pub use budget::{EXCEEDED, FREE, RUN_LIMIT, begin, is_exceeded, pay, spend, units, used};
pub use functions::declare;
pub use meter::{metered, nodes};
