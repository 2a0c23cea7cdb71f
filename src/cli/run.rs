//! From arguments to an exit code.

use clap::{CommandFactory, Parser};

use crate::cli::args::{Cli, Command, SchemaName};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
#[cfg(feature = "live")]
use crate::cli::{apply, demo, rollback, snapshot};
use crate::cli::{diff, environment, explain, gate, init, lint, merge, output, pool, rules, scan};
use crate::fs::Tree;
use crate::rule::STACK_BYTES;

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
fn on_large_stack(work: impl FnOnce() -> Result<u8, CliError> + Send) -> Result<u8, CliError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build()
        .map_err(|error| CliError::Usage(format!("threads cannot be started: {error}")))?;
    pool.install(work)
}

fn command(cli: &Cli) -> Result<u8, CliError> {
    let tree = Tree::new(environment::directory()?);
    let colour = environment::colour(cli.color);
    let context = |groups| RunContext::new(tree.clone(), colour, groups);
    match &cli.command {
        Command::Lint(args) => lint::run(context(lint::groups(args))?, args),
        Command::Diff(args) => diff::run(context(diff::groups(args))?, args),
        Command::Gate(args) => gate::run(&context(gate::groups(args))?, args),
        Command::Scan(args) => scan::run(&context(scan::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Apply(args) => apply::run(&context(apply::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Rollback(args) => rollback::run(&context(rollback::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Snapshot(args) => snapshot::run(&context(snapshot::groups(args))?, args),
        Command::Merge(args) => merge::run(&tree, args),
        Command::Init(args) => init::run(&context(init::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Demo(args) => demo::run(&tree, args),
        Command::Rules(command) => rules::run(&tree, command),
        Command::Explain(args) => match (&args.rule, &args.pool) {
            (Some(rule), _) => explain::run(&tree, rule, &args.rules.rules),
            (None, Some(pool)) => pool::run(context(pool::groups(args))?, pool, args),
            (None, None) => Err(CliError::Usage("name a rule, or a pool with --pool".to_owned())),
        },
        Command::Schema { name } => {
            output::write(format!("{:#}\n", schema(*name)).as_bytes())?;
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

fn schema(name: SchemaName) -> serde_json::Value {
    match name {
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
    }
}

/// The manual page of the program, or of one command: `cogward man lint > cogward-lint.1`.
fn man(command: Option<&str>) -> Result<u8, CliError> {
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
                CliError::Usage(format!(
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
