//! The `cogward` program: parse, run, map to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cogward::cli::run())
}
