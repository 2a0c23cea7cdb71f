//! Rules as data: rule files, the view they see, and the expression engine behind them.

pub mod build;
pub mod catalogue;
mod cel;
mod check;
pub mod compiled;
pub mod file;
mod functions;
mod lazy;
pub mod load;
pub mod page;
mod schema;
mod template;
mod tree;
pub mod view;
mod work;

pub use cel::STACK_BYTES;
pub use schema::schema;
