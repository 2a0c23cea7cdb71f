//! `cogward apply`.

use crate::app::apply::{Job, other_regions, propose};
use crate::app::diff::{Policies, faults};
use crate::app::gates::has_steps;
use crate::app::remember::{Remembered, remembered};
use crate::cli::args::{ApplyArgs, LintArgs};
use crate::cli::lint::{finish, prepare};
use crate::cli::live::Reach;
use crate::cli::run::Failure;
use crate::cli::wanted::Wanted;
use crate::cli::write::{Desk, permits, pointers, saved_plan};
use crate::cli::{environment, ledger, output};
use crate::fs::Tree;
use crate::proposal::Proposal;

/// Runs the command. Policies with faults are told of as by `diff`, and nothing is asked of AWS.
pub fn run(tree: &Tree, args: &ApplyArgs, colour: bool) -> Result<u8, Failure> {
    let typed = LintArgs {
        ledger: args.ledger.clone(),
        ..args.report.as_lint(&args.paths)
    };
    let prepared = prepare(tree, &typed)?;
    let desk = Desk::new(tree, &args.write, &prepared.options, colour)?;
    let exclude = pointers("--exclude", &args.write.exclude)?;
    let permits = permits(&args.write)?;
    let saved = saved_plan(tree, args.write.plan.as_deref())?;
    let policies = Policies::read(
        tree,
        &prepared.options.paths,
        &prepared.catalogue,
        &environment::variable,
        prepared.sources.clone(),
        prepared.findings.clone(),
    );
    let wishes = policies.wishes();
    if policies.are_faulty() || wishes.is_empty() {
        let mut report = faults(policies, &prepared.options.settings);
        report.command = "apply";
        return finish(tree, &report, &prepared.options, colour);
    }
    let refused = other_regions(&wishes, &args.reach.region);
    if !refused.is_empty() {
        return desk.refuse(&Proposal {
            command: "apply",
            refused,
            ..Proposal::default()
        });
    }
    let reach = Reach::new(&args.reach.as_live(), &prepared.config, Wanted::Wishes(&wishes))?;
    let look = reach.look();
    let today = prepared.options.settings.today;
    let histories = reach.histories(&look, today, &|pool| has_steps(&policies, pool));
    let job = Job {
        look: &look,
        histories: &histories,
        ledger: prepared.ledger.as_ref().map(|(_, ledger)| ledger),
        permits: &permits,
        exclude: &exclude,
        today,
        saved: saved.as_ref(),
    };
    let planned = propose(&policies, &job).map_err(Failure::Usage)?;
    let end = desk.settle(&reach, planned)?;
    match &args.ledger {
        Some(file) if end.carried_out => Ok(keep(tree, file, &reach, &policies, end.code)),
        _ => Ok(end.code),
    }
}

/// Looks once more, and adds what is new to the ledger: what was applied is what pool and policy agree on. What was
/// written to AWS goes before a ledger that was not written.
fn keep(tree: &Tree, file: &str, reach: &Reach, policies: &Policies, code: u8) -> u8 {
    let look = reach.look();
    let remembered = remembered(policies, &look.estate);
    let sights: Vec<_> = remembered.iter().map(Remembered::sight).collect();
    match ledger::record(tree, file, &sights, environment::now(), "apply") {
        Ok(_) => code,
        Err(error) => {
            output::say(&format!("error: {error}"));
            if code == 0 { 2 } else { code }
        }
    }
}
