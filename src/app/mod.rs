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
pub mod gates;
pub mod gather;
pub mod history;
pub mod ids;
pub mod impact;
pub mod init;
mod init_draft;
mod init_group;
mod init_policy;
pub mod insights;
pub mod investigate;
#[cfg(feature = "live")]
pub mod investigate_live;
#[cfg(feature = "live")]
pub mod investigate_window;
pub mod lint;
pub mod merge;
mod notes;
pub mod policies;
pub mod remember;
pub mod review;
pub mod scan;
pub mod share;
mod template_change;
pub mod template_load;
mod template_scan;
pub mod template_text;
mod template_walk;
mod template_written;
pub mod templates;
pub mod wrong_file;

pub use conclude::unseen;

#[cfg(test)]
mod tests;
