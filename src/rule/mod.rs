//! Rules as data: rule files, the view they see, and the expression engine behind them.

pub mod catalogue;
pub mod compiled;
mod engine;
pub mod file;
pub mod inputs;
mod lazy;
pub mod load;
mod memo;
pub mod page;
mod template;
pub mod view;

pub use engine::STACK_BYTES;
pub use file::schema;
