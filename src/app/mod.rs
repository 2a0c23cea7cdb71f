//! Verbs: inputs and ports to an outcome; no command line, no printing.

pub mod accept;
#[cfg(feature = "live")]
pub mod apply;
pub mod baselines;
pub mod catalogue;
#[cfg(feature = "live")]
pub mod collect;
#[cfg(feature = "live")]
pub mod collection;
mod conclude;
pub mod diff;
mod ended;
mod estate;
pub mod evidence;
pub mod examples;
pub mod explain;
pub mod export;
#[cfg(feature = "live")]
pub mod feedback;
pub mod fix;
pub mod gate;
pub mod gate_facts;
pub mod gates;
pub mod gather;
pub mod history;
pub mod ids;
pub mod impact;
pub mod init;
pub mod insights;
pub mod investigate;
pub mod lint;
pub mod merge;
mod notes;
pub mod policies;
mod pool_query;
pub mod remember;
pub mod review;
pub mod scan;
pub mod share;
pub mod template;
pub mod wrong_file;

pub use conclude::{no_pool, unseen};

#[cfg(test)]
mod tests;
