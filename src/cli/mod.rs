//! The command line: what was typed, what is done, how it ends.

mod args;
mod environment;
mod explain;
mod fix;
mod lint;
mod options;
mod output;
mod rules;
mod run;

pub use run::run;
