//! Policy as code for Amazon Cognito threat protection.
//!
//! ```text
//!  YAML policy ──> fs ──> yaml ──> policy ──┐
//!                                           ├──> model::posture ──┬──> rule + lint ───────> findings ──┐
//!  AWS, snapshot ──> aws ──> observe ───────┘                     ├──> model::effective ──> tables ────┤
//!                                                                 └──> plan ──┬──> drift ──> findings ─┤
//!                                                                             │                        v
//!  AWS <── aws::write, journal <── app::apply <── guards, consent <── proposal <┘                   report ──> render
//!
//!  cli (arguments, exit codes) ──> app (verbs), which calls all of this in order
//! ```
//!
//! `events` reads logs of any form to [`model::event`].
//!
//! Modules are layered: each imports only from those above it in the list below, and no files import each other in a
//! circle, which `tests/layering` checks. Engines (`fingerprint` to `investigate`) are pure: no file, clock, environment, network or
//! printing. `docs/architecture.md` follows one setting from its file to a finding and to an API call.

pub mod span;

pub mod pointer;

pub mod ident;

pub mod text;

pub mod hidden;

pub mod json;

pub mod source;

pub mod model;

pub mod difference;

pub mod finding;

pub mod fault;

pub mod fingerprint;

pub mod yaml;

pub mod schema;

pub mod policy;

pub mod update;

pub mod plan;

pub mod impact;

pub mod ledger;

pub mod drift;

pub mod proposal;

pub mod report;

pub mod rule;

pub mod lint;

pub mod fix;

pub mod export;

pub mod insights;

pub mod investigate;

pub mod fs;

pub mod config;

pub mod journal;

#[cfg(feature = "live")]
pub mod simulator;

#[cfg(feature = "live")]
pub mod aws;

pub mod observe;

pub mod events;

pub mod render;

pub mod app;

pub mod cli;
