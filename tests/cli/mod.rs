//! What users see, at the edges: exit codes, streams, files written, bad input. Transcripts are in
//! `transcripts/`; `TRYCMD=overwrite cargo test transcripts` writes them anew, to be read
//! before they are committed.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests make their own files and fail loudly"
)]
#![expect(clippy::panic, reason = "tests fail loudly, too")]

#[cfg(feature = "live")]
mod accept;
#[cfg(feature = "live")]
mod accept_refused;
mod audit_time;
mod baseline;
mod commands;
mod confined;
mod confined_writes;
#[cfg(feature = "live")]
mod demo;
mod events;
mod export;
mod fix;
mod formats;
mod gaps;
#[cfg(feature = "live")]
mod history;
mod hostile;
mod ids;
mod impact;
#[cfg(feature = "live")]
mod init;
mod insights;
mod investigate;
mod layers;
mod limits;
#[cfg(feature = "live")]
mod live;
mod mistakes;
mod paths;
mod review;
mod rules;
mod saved_impact;
mod streams;
mod support;
mod template_changes;
mod template_compared;
mod template_counterparts;
mod template_empty;
mod template_faults;
mod template_files;
mod template_forms;
mod template_functions;
mod template_limits;
mod template_lists;
mod template_loops;
mod template_names;
mod template_nested;
mod template_open;
mod template_places;
mod template_plans;
mod template_public;
mod template_references;
mod template_shared;
mod template_stacks;
mod template_targets;
mod template_unread;
mod template_values;
mod templates;
mod texts;
mod unread_evidence;
mod usage;
mod variables;
mod withheld;
#[cfg(feature = "live")]
mod wrong_files;

/// Commands, what they print and how they end. Both streams are in a transcript as a terminal shows
/// them; which is which is checked in `streams.rs`.
#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cli/transcripts/*.trycmd");
}
