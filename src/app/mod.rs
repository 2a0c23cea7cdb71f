//! Verbs: inputs and ports to an outcome; no command line, no printing.

pub mod baselines;
pub mod catalogue;
pub mod examples;
pub mod fix;
pub mod gather;
pub mod lint;
