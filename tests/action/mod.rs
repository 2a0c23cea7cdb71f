//! The GitHub Action, carried out as a runner does it: its steps with their files and variables, a GitHub on the loopback
//! interface, the program itself or a stand-in that records how it was called. Hostile text stays data.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test makes its own files and fails loudly"
)]

mod comments;
mod forks;
mod hub;
mod inputs;
mod install;
mod issues;
#[cfg(feature = "live")]
mod program;
mod releases;
mod reports;
mod runner;
mod workflows;

use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Texts that a shell, a workflow command, an expression or an option would be made of.
const HOSTILE: [&str; 9] = [
    "$(touch made)",
    "`touch made`",
    "; touch made;",
    "| touch made &",
    "a'b\"c\\ $HOME *",
    "--write-baseline",
    "-",
    "x\r::error::owned",
    "${{ github.token }}",
];
