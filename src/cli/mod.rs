//! The command line: what was typed, what is done, how it ends.

mod accept;
#[cfg(feature = "live")]
mod apply;
mod args;
#[cfg(feature = "live")]
mod audit;
mod base;
mod context;
#[cfg(feature = "live")]
mod demo;
mod diff;
mod environment;
mod error;
mod events;
mod evidence;
mod explain;
mod export;
#[cfg(feature = "live")]
mod feedback;
mod fetch;
mod fix;
mod gate;
mod history;
mod impact;
mod init;
mod insights;
mod investigate;
mod ledger;
mod lint;
mod linter;
#[cfg(feature = "live")]
mod live;
mod man;
mod merge;
mod observation;
mod options;
mod output;
#[cfg(feature = "live")]
mod parts;
mod pool;
mod pool_id;
#[cfg(feature = "live")]
mod prompt;
#[cfg(feature = "live")]
mod reasons;
#[cfg(feature = "live")]
mod rollback;
mod rules;
mod run;
mod scan;
#[cfg(feature = "live")]
mod shard;
#[cfg(feature = "live")]
mod snapshot;
mod usage;
mod window;
#[cfg(feature = "live")]
mod write;

pub use run::run;
