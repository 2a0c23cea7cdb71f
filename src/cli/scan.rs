//! `cogward scan`.

use crate::app::scan::{Job, scan};
use crate::cli::args::{LintArgs, ScanArgs};
use crate::cli::lint::{finish, prepare};
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
use crate::cli::{look, shard};
use crate::fs::Tree;

/// Runs the command.
pub fn run(tree: &Tree, args: &ScanArgs, colour: bool) -> Result<u8, Failure> {
    let typed = LintArgs {
        min_severity: args.min_severity,
        deny: args.deny,
        rules: args.rules.clone(),
        ..args.report.as_lint(&[])
    };
    let cut = shard::cut(args.shard.as_ref())?;
    let prepared = prepare(tree, &typed)?;
    let estate = look::part(tree, &args.live, &prepared.config, wanted(args), cut.as_ref())?;
    let job = Job {
        estate: &estate,
        settings: &prepared.options.settings,
        catalogue: &prepared.catalogue,
        findings: prepared.findings.clone(),
        wants_tables: prepared.options.wants_tables(),
        cut: cut.as_ref(),
    };
    let report = scan(job, prepared.sources.clone());
    finish(tree, &report, &prepared.options, colour)
}

#[cfg(feature = "live")]
fn wanted(args: &ScanArgs) -> Wanted<'static> {
    if args.all_regions {
        Wanted::Everywhere
    } else {
        Wanted::AllAnd(&[])
    }
}

#[cfg(not(feature = "live"))]
fn wanted(_: &ScanArgs) -> Wanted<'static> {
    Wanted::AllAnd(&[])
}
