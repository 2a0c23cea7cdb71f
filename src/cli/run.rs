//! From arguments to an exit code.

use clap::{CommandFactory, Parser};

use crate::cli::args::{Cli, Command, SchemaName};
#[cfg(feature = "live")]
use crate::cli::{apply, demo, rollback, snapshot};
use crate::cli::{diff, environment, explain, gate, init, lint, merge, output, pool, rules, scan};
use crate::fs::Tree;
use crate::rule::STACK_BYTES;

/// How a command ends when nothing could be reported: one line on standard error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Typed wrongly, or nothing to do.
    #[error("{0}")]
    Usage(String),
    /// Standard output or the working directory.
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
            output::say(&format!("error: {failure}"));
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
        Command::Diff(args) => diff::run(&tree, args, environment::colour(cli.color)),
        Command::Gate(args) => gate::run(&tree, args, environment::colour(cli.color)),
        Command::Scan(args) => scan::run(&tree, args, environment::colour(cli.color)),
        #[cfg(feature = "live")]
        Command::Apply(args) => apply::run(&tree, args, environment::colour(cli.color)),
        #[cfg(feature = "live")]
        Command::Rollback(args) => rollback::run(&tree, args, environment::colour(cli.color)),
        #[cfg(feature = "live")]
        Command::Snapshot(args) => snapshot::run(&tree, args),
        Command::Merge(args) => merge::run(&tree, args, environment::colour(cli.color)),
        Command::Init(args) => init::run(&tree, args),
        #[cfg(feature = "live")]
        Command::Demo(args) => demo::run(&tree, args),
        Command::Rules(command) => rules::run(&tree, command),
        Command::Explain(args) => match (&args.rule, &args.pool) {
            (Some(rule), _) => explain::run(&tree, rule, &args.rules),
            (None, Some(pool)) => pool::run(&tree, pool, args, environment::colour(cli.color)),
            (None, None) => Err(Failure::Usage("name a rule, or a pool with --pool".to_owned())),
        },
        Command::Schema { name } => {
            let schema = match name {
                SchemaName::Policy => crate::policy::published(),
                SchemaName::Rule => crate::rule::schema(),
                SchemaName::Report => crate::render::schema(),
                SchemaName::Baseline => crate::lint::baseline::schema(),
                SchemaName::View => crate::rule::view::schema(),
                SchemaName::Snapshot => crate::observe::snapshot::schema(),
                SchemaName::Gate => crate::render::gate_schema(),
                SchemaName::Ledger => crate::ledger::schema(),
                SchemaName::Apply => crate::render::proposal::schema(),
                SchemaName::Plan => crate::plan::file::schema(),
                SchemaName::Journal => crate::journal::schema(),
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
        Command::Man { command } => man(command.as_deref()),
    }
}

/// The manual page of the program, or of one command: `cogward man lint > cogward-lint.1`.
fn man(command: Option<&str>) -> Result<u8, Failure> {
    let mut program = Cli::command();
    // Global options belong to the pages of commands, too.
    program.build();
    let page = match command {
        None => program,
        Some(name) => {
            let found = program
                .get_subcommands()
                .find(|command| command.get_name() == name);
            let names: Vec<_> = program.get_subcommands().map(clap::Command::get_name).collect();
            let unknown = || {
                Failure::Usage(format!(
                    "there is no command `{name}`; there are {}",
                    names.join(", ")
                ))
            };
            let found = found.ok_or_else(unknown)?;
            found.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    output::write(&text)?;
    Ok(0)
}
