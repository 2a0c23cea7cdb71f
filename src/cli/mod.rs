//! The command line: what was typed, what is done, how it ends.

#[cfg(feature = "live")]
mod apply;
mod args;
mod context;
#[cfg(feature = "live")]
mod demo;
mod diff;
mod environment;
mod error;
mod explain;
mod fix;
mod gate;
mod init;
mod ledger;
mod lint;
mod linter;
#[cfg(feature = "live")]
mod live;
mod look;
mod merge;
mod options;
mod output;
mod pool;
#[cfg(feature = "live")]
mod prompt;
#[cfg(feature = "live")]
mod rollback;
mod rules;
mod run;
mod scan;
mod seen;
mod shard;
#[cfg(feature = "live")]
mod snapshot;
mod wanted;
#[cfg(feature = "live")]
mod write;

pub use run::run;
