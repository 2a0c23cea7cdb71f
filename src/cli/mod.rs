//! The command line: what was typed, what is done, how it ends.

mod args;
#[cfg(feature = "live")]
mod demo;
mod diff;
mod environment;
mod explain;
mod fix;
mod init;
mod lint;
#[cfg(feature = "live")]
mod live;
mod look;
mod merge;
mod options;
mod output;
mod pool;
mod rules;
mod run;
mod scan;
mod shard;
#[cfg(feature = "live")]
mod snapshot;
mod wanted;

pub use run::run;
