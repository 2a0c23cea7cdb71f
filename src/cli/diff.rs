//! `cogward diff`.

use crate::app::diff::{FailOn, Job, Policies, diff};
use crate::cli::args::{DiffArgs, FailOnArg};
use crate::cli::lint::{finish, prepare};
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
use crate::cli::{environment, look, shard};
use crate::fs::Tree;
use crate::model::observed::Estate;

/// Runs the command. Without a usable policy nothing is asked of AWS.
pub fn run(tree: &Tree, args: &DiffArgs, colour: bool) -> Result<u8, Failure> {
    let cut = shard::cut(args.shard.as_ref())?;
    let prepared = prepare(tree, &args.report.as_lint(&args.paths))?;
    let policies = Policies::read(
        tree,
        &prepared.options.paths,
        &prepared.catalogue,
        &environment::variable,
        prepared.sources.clone(),
        prepared.findings.clone(),
    );
    let wishes = policies.wishes();
    let wanted = if args.require_coverage {
        Wanted::AllAnd(&wishes)
    } else {
        Wanted::Wishes(&wishes)
    };
    let estate = if wishes.is_empty() {
        Estate::default()
    } else {
        look::part(tree, &args.live, &prepared.config, wanted, cut.as_ref())?
    };
    let job = Job {
        estate: &estate,
        settings: &prepared.options.settings,
        require_coverage: args.require_coverage,
        fail_on: match args.fail_on {
            FailOnArg::Any => FailOn::Any,
            FailOnArg::Weaker => FailOn::Weaker,
        },
        wants_tables: prepared.options.wants_tables(),
        cut: cut.as_ref(),
    };
    let report = diff(policies, &job);
    finish(tree, &report, &prepared.options, colour)
}
