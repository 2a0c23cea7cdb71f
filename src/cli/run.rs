//! From arguments to an exit code.

use clap::FromArgMatches as _;

use crate::app::catalogue;
#[cfg(feature = "live")]
use crate::cli::args::InvestigateCommand;
use crate::cli::args::{Cli, Command, SchemaName};
use crate::cli::context::RunContext;
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
#[must_use]
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

fn command(cli: &Cli) -> Result<u8, CliError> {
    let tree = Tree::new(environment::directory()?);
    let colour = environment::colour(cli.color);
    let context = |groups| RunContext::new(tree.clone(), colour, groups);
    match &cli.command {
        Command::Lint(args) => lint::run(context(lint::groups(args))?, args),
        Command::Diff(args) => diff::run(context(diff::groups(args))?, args),
        Command::Gate(args) => gate::run(&context(gate::groups(args))?, args),
        Command::Impact(args) => impact::run(&context(impact::groups(args))?, args),
        Command::Scan(args) => scan::run(&context(scan::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Apply(args) => apply::run(&context(apply::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Rollback(args) => rollback::run(&context(rollback::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Audit(args) => audit::run(&context(audit::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Snapshot(args) => snapshot::run(&context(snapshot::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Events(args) if args.from_aws => events::run_live(&context(events::groups(args))?, args),
        Command::Events(args) => events::run(&tree, args),
        Command::Insights(args) => insights::run(&tree, colour, args),
        Command::Investigate(args) => {
            #[cfg(feature = "live")]
            if let Some(InvestigateCommand::Feedback(args)) = &args.command {
                return feedback::run(&context(feedback::groups(args))?, args);
            }
            investigate::run(context(investigate::groups(args))?, args)
        }
        Command::History(args) => history::run(&tree, colour, args),
        Command::Evidence(args) => evidence::run(&context(evidence::groups(args))?, args),
        Command::Merge(args) => merge::run(&tree, args),
        Command::Init(args) => init::run(&context(init::groups(args))?, args),
        Command::Export(args) => export::run(&context(export::groups(args))?, args),
        #[cfg(feature = "live")]
        Command::Demo(args) => demo::run(&tree, args),
        Command::Rules { command } => rules::run(&tree, command.as_ref()),
        Command::Explain(args) => match (&args.rule, &args.pool) {
            (Some(rule), _) => explain::run(&tree, rule, args),
            (None, Some(pool)) => pool::run(context(pool::groups(args))?, pool, args),
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
