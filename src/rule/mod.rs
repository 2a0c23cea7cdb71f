//! Rules as data: rule files, the view they see, and the expression engine behind them.

pub mod file;
pub mod view;
