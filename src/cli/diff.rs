//! `cogward diff`.

use jiff::Timestamp;

use crate::app::diff::{DiffJob, diff};
use crate::app::gate_facts::GateFacts;
use crate::app::gates;
use crate::app::remember::{Remembered, remembered};
use crate::app::review::Sides;
use crate::cli::args::DiffArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::observe;
use crate::cli::impact::shares;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::{accept, environment, ledger, output};
use crate::fs::Tree;
use crate::ledger::is_to_come;

/// Runs the command. Without a usable policy AWS is not contacted.
pub fn run(mut context: RunContext, args: &DiffArgs) -> Result<u8, CliError> {
    // It is made here if it is not there.
    if let Some(file) = &args.ledger {
        let known = ledger::read_or_new(&context.tree, file)?;
        context.keep_ledger(file, known)?;
    }
    let policies = context.policies();
    let accepted = accept::places(&args.accept)?;
    let queries = policies.pool_queries();
    let wanted = if args.require_coverage {
        PoolSelection::AllAnd(&queries)
    } else {
        PoolSelection::Queries(&queries)
    };
    let asks = |pool: &_| gates::has_steps(&policies, pool);
    let seen = if queries.is_empty() {
        Observation::default()
    } else {
        observe(&context, &args.live, wanted, None, &asks)?
    };
    if !accepted.is_empty() && !policies.are_faulty() && seen.is_whole() {
        let terms = accept::Terms::of(&args.live, &args.allow_weaken, args.dry_run);
        return accept::run(&context, &policies, &seen.estate, &accepted, &terms);
    }
    let remembered = match &args.ledger {
        Some(_) => remembered(&policies, &seen.estate),
        None => Vec::new(),
    };
    let from = args.live.from.first().map_or("AWS", String::as_str);
    let shares = shares(&context, &args.evidence, &policies, (&seen.estate, from))?;
    let doubt = seen.doubt(!args.live.from.is_empty(), context.settings.today);
    let before = context.at_base.take().zip(context.base.as_ref());
    let job = DiffJob {
        estate: &seen.estate,
        templates: seen.templates.as_ref(),
        settings: &context.settings,
        require_coverage: args.require_coverage,
        fail_on: args.fail_on,
        wants_tables: context.outputs.wants_tables(),
        facts: GateFacts {
            ledger: context.kept(),
            histories: seen.histories.as_ref(),
            shares: shares.as_ref(),
            today: seen.day(!args.live.from.is_empty(), context.settings.today),
            doubt: doubt.as_deref(),
        },
    };
    let reviewed = before.map(|(before, base)| {
        let name = |file: &str| base.name_here(file);
        let changes = Sides {
            before: &before,
            after: &policies,
            name: &name,
        }
        .pools(&seen.estate);
        (changes, diff(before, &job), base)
    });
    let mut report = diff(policies, &job);
    report.review = reviewed.map(|(changes, at_base, base)| {
        let commit = [base.reference.as_str(), &base.commit];
        changes.review(commit, &at_base, &report, &|file| base.name_here(file))
    });
    let code = context.finish_of(&report, &seen, &args.live.from)?;
    if !accepted.is_empty() {
        output::say("nothing was accepted: something could not be read");
    }
    let Some(file) = &args.ledger else {
        return Ok(code);
    };
    let is_kept = keep(&context.tree, file, &remembered, seen.at);
    Ok(if is_kept { code } else { 2 })
}

/// Adds what is new to the ledger, and gives whether that went well; an error is said. Of a snapshot without a time, or of one
/// that is still to come, it is unknown when it was so.
fn keep(tree: &Tree, file: &str, remembered: &[Remembered<'_>], at: Option<Timestamp>) -> bool {
    let why = match at {
        None => "does not say when it was taken (snapshot --with-time)",
        Some(_) => "has a time in the future",
    };
    let Some(at) = at.filter(|at| !is_to_come(*at, environment::now())) else {
        output::say(&format!("nothing is added to {file}: the snapshot {why}"));
        return true;
    };
    let sights: Vec<_> = remembered.iter().map(Remembered::sight).collect();
    let failed = ledger::record(tree, file, &sights, at, "diff").err();
    if let Some(error) = &failed {
        output::say(&format!("error: {error}"));
    }
    failed.is_none()
}
