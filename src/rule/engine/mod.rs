//! The expression engine: all that is known of CEL's implementation, and what expressions may call and
//! cost. Nothing outside this room names the engine.

mod bindings;
mod cel;
mod check;
mod functions;
pub mod tree;
mod work;

pub use bindings::{Bindings, ValueDigest, to_json};
pub use cel::{Engine, EvaluationScope, Expression, ExpressionFault, Reader, STACK_BYTES, display};
pub use check::Checker;
pub use work::RUN_LIMIT;
