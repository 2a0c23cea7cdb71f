//! `cogward scan`.

use std::collections::BTreeSet;

use crate::app::scan::{ScanJob, scan, unseen};
use crate::cli::args::{LiveArgs, ScanArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::{fetch, is_snapshot, observe};
use crate::cli::observation::PoolSelection;
use crate::observe::template::TemplateCase;
use crate::report::NotChecked;

/// Runs the command.
pub fn run(context: &RunContext, args: &ScanArgs) -> Result<u8, CliError> {
    let before = before(context, args)?;
    let mut live = args.live.clone();
    live.templates.declared_before = before.iter().flat_map(|before| before.declared.clone()).collect();
    let mut seen = observe(context, &live, wanted(args), None, &|_| false)?;
    if let (Some(templates), Some(before)) = (&mut seen.templates, before) {
        templates.before = Some(before.cases);
        templates.notes.extend(before.unread);
    }
    let has_before = seen
        .templates
        .as_ref()
        .is_some_and(|templates| templates.before.is_some());
    if !has_before && (args.fail_on.is_some() || !args.before.is_empty()) {
        let words = "--before and --fail-on compare templates, or a plan, with what was before: name a plan, or templates with --before; \
                     policies are compared with pools by `cogward diff`";
        return Err(CliError::Usage(words.to_owned()));
    }
    let job = ScanJob {
        estate: &seen.estate,
        today: seen.day(!args.live.from.is_empty(), context.settings.today),
        templates: seen.templates.as_ref(),
        settings: &context.settings,
        catalogue: &context.catalogue,
        findings: context.findings.clone(),
        fail_on: args.fail_on,
        wants_tables: context.outputs.wants_tables(),
    };
    let report = scan(job, context.sources.clone());
    context.finish_of(&report, &seen, &args.live.from)
}

/// What was before a change.
struct Before {
    cases: Vec<TemplateCase>,
    /// What of it is not read.
    unread: Vec<NotChecked>,
    /// The parameters that its templates have.
    declared: BTreeSet<String>,
}

/// What `--before` names; `None` where it names nothing.
fn before(context: &RunContext, args: &ScanArgs) -> Result<Option<Before>, CliError> {
    if args.before.is_empty() {
        return Ok(None);
    }
    let mut live = LiveArgs {
        from: args.before.clone(),
        ..args.live.clone()
    };
    live.templates.is_before = true;
    // The options of templates are for those of `--from`: a snapshot says all of it.
    let live = match args.before.as_slice() {
        [file] if is_snapshot(&context.tree, file) => LiveArgs::of_snapshot(file),
        _ => live,
    };
    let seen = fetch(context, &live, PoolSelection::AllAnd(&[]), None, &|_| false)?;
    let notes = seen
        .templates
        .iter()
        .flat_map(|templates| templates.notes.clone());
    let unread = unseen(&seen.estate).into_iter().chain(notes);
    let unread = unread.map(NotChecked::before).collect();
    let declared = seen
        .templates
        .iter()
        .flat_map(|templates| templates.declared.clone());
    let declared = declared.collect();
    let cases = match seen.templates {
        Some(templates) => templates.cases.of_other_files().cases,
        None => vec![TemplateCase::of_estate(seen.estate)],
    };
    Ok(Some(Before {
        cases,
        unread,
        declared,
    }))
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
