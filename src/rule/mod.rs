//! Rules as data: rule files, the view they see, and the expression engine behind them.

pub mod file;
mod schema;
pub mod view;

pub use schema::schema;
