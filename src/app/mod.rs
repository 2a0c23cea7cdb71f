//! Verbs: inputs and ports to an outcome; no command line, no printing.

#[cfg(feature = "live")]
pub mod apply;
pub mod baselines;
pub mod catalogue;
mod conclude;
pub mod diff;
mod estate;
pub mod examples;
pub mod explain;
pub mod fix;
pub mod gate;
pub mod gather;
pub mod init;
pub mod lint;
pub mod policies;
pub mod scan;

pub use conclude::unseen;
