//! The verbs that look at pools, run as a user would against a simulated AWS in the test's own process.

mod accounts;
mod alarms;
mod apply;
mod collect;
mod credentials;
mod differences;
mod elsewhere;
mod endpoints;
mod exports;
mod feedback;
mod formats;
mod gate;
mod hostile;
mod investigate;
mod ledger;
mod partial;
mod resume;
mod review;
mod sane;
mod saved;
mod shards;
mod stopping;
mod support;
mod tokens;
mod topics;
mod verdicts;
