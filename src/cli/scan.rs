//! `cogward scan`.

use crate::app::scan::{ScanJob, scan};
use crate::cli::args::ScanArgs;
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
use crate::cli::fetch::observe;
use crate::cli::observation::PoolSelection;

/// The groups of the command.
pub fn groups(args: &ScanArgs) -> Groups<'_> {
    Groups {
        findings: Some(&args.findings),
        rules: Some(&args.rules),
        ..Groups::of(&args.run)
    }
}

/// Runs the command.
pub fn run(context: &RunContext, args: &ScanArgs) -> Result<u8, CliError> {
    let seen = observe(context, &args.live, wanted(args), None, &|_| false)?;
    let job = ScanJob {
        estate: &seen.estate,
        templates: seen.templates.as_ref(),
        settings: &context.settings,
        catalogue: &context.catalogue,
        findings: context.findings.clone(),
        wants_tables: context.outputs.wants_tables(),
    };
    let report = scan(job, context.sources.clone());
    context.finish(&report)
}

#[cfg(feature = "live")]
fn wanted(args: &ScanArgs) -> PoolSelection<'static> {
    if args.everywhere.all_regions {
        PoolSelection::Everywhere
    } else {
        PoolSelection::AllAnd(&[])
    }
}

#[cfg(not(feature = "live"))]
fn wanted(_: &ScanArgs) -> PoolSelection<'static> {
    PoolSelection::AllAnd(&[])
}
