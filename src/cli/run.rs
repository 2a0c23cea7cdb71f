//! Runs the command and gives its exit code.

use clap::FromArgMatches as _;

use crate::app::catalogue;
#[cfg(feature = "live")]
use crate::cli::args::InvestigateCommand;
use crate::cli::args::{Cli, Command, SchemaName};
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
#[cfg(feature = "live")]
use crate::cli::{apply, audit, demo, feedback, rollback, snapshot};
use crate::cli::{
    diff, environment, events, evidence, explain, export, gate, history, impact, init, insights, investigate,
    lint, man, merge, output, pool, rules, scan, usage,
};
use crate::fs::Tree;
use crate::rule::STACK_BYTES;
use crate::source::Sources;

/// Runs the program; the exit codes are those of the documentation.
pub fn run() -> u8 {
    let parsed = usage::program().try_get_matches_from(environment::words());
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            if let Some(hint) = usage::hint(&error) {
                output::say(&format!("error: {hint}"));
                return 2;
            }
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            if code == 0 {
                // Help and version are no errors, and go to standard output.
                let _ = error.print();
            } else {
                // It repeats what was typed, which may be hostile.
                output::say(error.render().to_string().trim_end());
            }
            return code;
        }
    };
    match on_large_stack(|| command(&cli)) {
        Ok(code) => code,
        Err(failure) => {
            output::say(&format!("error: {failure}"));
            failure.exit_code()
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

/// The groups of arguments that a command has.
fn groups(command: &Command) -> Groups<'_> {
    match command {
        Command::Lint(args) => Groups {
            findings: Some(&args.findings),
            date: Some(&args.date),
            rules: Some(&args.rules),
            ..Groups::config(&args.config)
                .paths(&args.paths)
                .output(&args.report.output)
                .ledger(&args.ledger)
        },
        Command::Diff(args) => Groups {
            base: Some(&args.base),
            ..Groups::of(&args.run).paths(&args.paths)
        },
        Command::Gate(args) => Groups::of(&args.run).paths(&args.paths).ledger(&args.ledger),
        Command::Evidence(args) => Groups::of(&args.run).paths(&args.paths).ledger(&args.ledger),
        Command::Impact(args) => Groups {
            rules: Some(&args.rules),
            ..Groups::config(&args.config)
                .paths(&args.paths)
                .output(&args.output)
        },
        Command::Scan(args) => Groups {
            findings: Some(&args.findings),
            rules: Some(&args.rules),
            ..Groups::of(&args.run)
        },
        #[cfg(feature = "live")]
        Command::Apply(args) => Groups::of(&args.run).paths(&args.paths).ledger(&args.ledger),
        #[cfg(feature = "live")]
        Command::Rollback(args) => Groups::of(&args.run),
        #[cfg(feature = "live")]
        Command::Audit(args) => Groups::of(&args.run),
        #[cfg(feature = "live")]
        Command::Snapshot(args) => Groups::config(&args.config),
        #[cfg(feature = "live")]
        Command::Events(args) => Groups::config(&args.config),
        Command::Investigate(args) => {
            #[cfg(feature = "live")]
            if let Some(InvestigateCommand::Feedback(args)) = &args.command {
                return Groups::config(&args.config).output(&args.output);
            }
            Groups::config(&args.config).output(&args.output)
        }
        Command::Insights(args) => Groups::default().output(&args.output),
        Command::Init(args) => Groups {
            date: Some(&args.date),
            ..Groups::config(&args.config)
        },
        Command::Export(args) => Groups::config(&args.config).paths(&args.paths),
        Command::Explain(args) => Groups::config(&args.config),
        _ => Groups::default(),
    }
}

fn command(cli: &Cli) -> Result<u8, CliError> {
    let tree = Tree::new(environment::directory()?);
    let colour = environment::colour(cli.color);
    let context = || RunContext::new(tree.clone(), colour, groups(&cli.command));
    match &cli.command {
        Command::Lint(args) => lint::run(context()?, args),
        Command::Diff(args) => diff::run(context()?, args),
        Command::Gate(args) => gate::run(&context()?, args),
        Command::Impact(args) => impact::run(&context()?, args),
        Command::Scan(args) => scan::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Apply(args) => apply::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Rollback(args) => rollback::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Audit(args) => audit::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Snapshot(args) => snapshot::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Events(args) if args.from_aws => events::run_live(&context()?, args),
        Command::Events(args) => events::run(&tree, args),
        Command::Insights(args) => insights::run(context()?, args),
        Command::Investigate(args) => {
            #[cfg(feature = "live")]
            if let Some(InvestigateCommand::Feedback(args)) = &args.command {
                return feedback::run(&context()?, args);
            }
            investigate::run(context()?, args)
        }
        Command::History(args) => history::run(&tree, colour, args),
        Command::Evidence(args) => evidence::run(context()?, args),
        Command::Merge(args) => merge::run(&tree, args),
        Command::Init(args) => init::run(&context()?, args),
        Command::Export(args) => export::run(&context()?, args),
        #[cfg(feature = "live")]
        Command::Demo(args) => demo::run(&tree, args),
        Command::Rules { command } => rules::run(&tree, command.as_ref()),
        Command::Explain(args) => match (&args.rule, &args.pool) {
            (Some(rule), _) => explain::run(&tree, rule, args),
            (None, Some(pool)) => pool::run(context()?, pool, args),
            (None, None) => Err(CliError::Usage("name a rule, or a pool with --pool".to_owned())),
        },
        Command::Schema { name } => {
            output::write(format!("{:#}\n", schema(*name)).as_bytes())?;
            Ok(0)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            let (catalogue, _) = catalogue::load(&tree, &[], &mut Sources::default());
            let rules = catalogue
                .rules()
                .iter()
                .map(|rule| rule.meta.id.as_str().to_owned());
            clap_complete::generate(*shell, &mut usage::for_completions(rules), "cogward", &mut text);
            output::write(&text)?;
            Ok(0)
        }
        Command::Man { command, dir } => man::run(&tree, command, dir.as_deref()),
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
        SchemaName::Event => crate::events::schema(),
        SchemaName::Gate => crate::render::gate_schema(),
        SchemaName::Impact => crate::render::impact_schema(),
        SchemaName::Insights => crate::render::insights_schema(),
        SchemaName::Investigation => crate::render::investigation_schema(),
        SchemaName::Question => crate::insights::question_schema(),
        SchemaName::History => crate::render::history_schema(),
        SchemaName::Evidence => crate::render::evidence_schema(),
        SchemaName::Feedback => crate::render::feedback_schema(),
        SchemaName::Ledger => crate::ledger::schema(),
        SchemaName::Apply => crate::render::apply_schema(),
        SchemaName::Plan => crate::plan::file::schema(),
        SchemaName::Journal => crate::journal::schema(),
    }
}
