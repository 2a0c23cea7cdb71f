//! From arguments to an exit code.

use std::io::Write;

use clap::{CommandFactory, Parser};

use crate::cli::args::{Cli, Command, SchemaName};
use crate::cli::{environment, explain, lint, output, rules};
use crate::fs::Tree;
use crate::rule::STACK_BYTES;

/// How a command ends when nothing could be reported: one line on standard error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Typed wrongly, or nothing to do.
    #[error("{0}")]
    Usage(String),
    /// Standard output, the working directory or the thread pool.
    #[error("{0}")]
    System(#[from] std::io::Error),
}

/// Runs the program; the exit codes are those of the documentation.
#[must_use]
pub fn run() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    match on_large_stack(|| command(&cli)) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            2
        }
    }
}

/// Expressions of rules need more stack than threads have by default.
fn on_large_stack(work: impl FnOnce() -> Result<u8, Failure> + Send) -> Result<u8, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|error| Failure::Usage(format!("threads cannot be started: {error}")))?;
    pool.install(work)
}

fn command(cli: &Cli) -> Result<u8, Failure> {
    let tree = Tree::new(environment::directory()?);
    match &cli.command {
        Command::Lint(args) => lint::run(&tree, args, environment::colour(cli.color)),
        Command::Rules(command) => rules::run(&tree, command),
        Command::Explain { rule, rules } => explain::run(&tree, rule, rules),
        Command::Schema { name } => {
            let schema = match name {
                SchemaName::Policy => crate::policy::published(),
                SchemaName::Rule => crate::rule::schema(),
                SchemaName::Report => crate::render::schema(),
                SchemaName::Baseline => crate::lint::baseline::schema(),
                SchemaName::View => crate::rule::view::schema(),
            };
            output::write(format!("{schema:#}\n").as_bytes())?;
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "cogward", &mut text);
            output::write(&text)?;
            Ok(0)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            output::write(&text)?;
            Ok(0)
        }
    }
}
