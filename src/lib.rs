//! Policy as code for Amazon Cognito threat protection.
//!
//! ```text
//!  YAML policy ──> yaml ──> policy ──> model::posture ──┬──> rule + lint ──> finding ──┐
//!                                                       └──> model::effective ─────────┤
//!                                                                                      v
//!  cli (arguments, exit codes) ──> app (verbs) ──────────────────────────────────> report ──> render
//! ```
//!
//! Modules are layered: each imports only from those above it in the list below, which
//! `tests/layering` checks. Engines (`yaml` to `report`) are pure: no file, clock, environment,
//! network or printing.

pub mod span;

pub mod pointer;

pub mod ident;

pub mod text;

pub mod source;

pub mod model;

pub mod difference;

pub mod finding;

pub mod fault;

pub mod fingerprint;

pub mod report;

pub mod yaml;

pub mod schema;

pub mod policy;

pub mod whole;

pub mod plan;

pub mod ledger;

pub mod drift;

pub mod proposal;

pub mod rule;

pub mod lint;

pub mod fix;

pub mod fs;

pub mod config;

pub mod journal;

#[cfg(feature = "live")]
pub mod simulator;

#[cfg(feature = "live")]
pub mod aws;

pub mod observe;

pub mod render;

pub mod app;

pub mod cli;
