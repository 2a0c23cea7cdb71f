//! `cogward apply`.

use crate::app::apply::{ApplyJob, other_regions, propose};
use crate::app::diff::{Policies, faults};
use crate::app::gate_facts::GateFacts;
use crate::app::gates::has_steps;
use crate::app::remember::{Remembered, remembered};
use crate::cli::args::ApplyArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::impact::shares;
use crate::cli::linter::Linter;
use crate::cli::live::LiveSession;
use crate::cli::observation::PoolSelection;
use crate::cli::reasons::allowed_findings;
use crate::cli::write::{UNREPORTED, WriteCommand, chosen, permits, reasons, saved_plan};
use crate::cli::{environment, ledger, output};
use crate::fs::Tree;
use crate::proposal::Proposal;

/// Runs the command. Policies with input errors are reported as by `diff`, and AWS is not contacted.
pub fn run(context: &RunContext, args: &ApplyArgs) -> Result<u8, CliError> {
    let mut write_command = WriteCommand::new(
        context,
        &args.write.plan,
        &args.paths.paths,
        (&args.reach, &args.run),
    )?;
    let chosen = chosen(&args.write)?;
    let mut permits = permits(&args.write)?;
    permits.findings = allowed_findings(&args.allow_finding)?;
    let saved = saved_plan(&context.tree, args.write.plan.plan.as_deref())?;
    let mut policies = context.policies();
    let queries = policies.pool_queries();
    let findings = if policies.are_faulty() || queries.is_empty() {
        Vec::new()
    } else {
        Linter::of(context).findings_of(&mut policies)
    };
    // A rule that fails is a fault, too.
    if policies.are_faulty() || queries.is_empty() {
        let mut report = faults(policies, &context.settings);
        report.command = "apply";
        return context.finish(&report);
    }
    write_command.decided_by(policies.sources());
    let account = &args.reach.account;
    let refused = other_regions(&queries, &account.region);
    if !refused.is_empty() {
        return Ok(write_command.refuse(&Proposal {
            command: "apply",
            refused,
            ..Proposal::default()
        }));
    }
    let session = LiveSession::new(account, &context.config, PoolSelection::Queries(&queries))?;
    let fetched = session.fetch();
    write_command.seen(&session, &fetched);
    let today = context.settings.today;
    let histories = session.histories(&fetched, today, &|pool| has_steps(&policies, pool));
    let shares = shares(context, &args.evidence, &policies, (&fetched.estate, "AWS"))?;
    let job = ApplyJob {
        fetched: &fetched,
        facts: GateFacts {
            ledger: context.kept(),
            histories: Some(&histories),
            shares: shares.as_ref(),
            today,
            doubt: None,
        },
        permits: &permits,
        chosen: &chosen,
        saved: saved.as_ref(),
        findings: &findings,
    };
    let planned = propose(&policies, &job)?;
    let end = write_command.finish(&session, reasons(&args.write, &permits), planned)?;
    match &args.ledger.ledger {
        Some(file) if end.carried_out => Ok(keep(&context.tree, file, &session, &policies, end.code)),
        _ => Ok(end.code),
    }
}

/// Looks once more, and adds what is new to the ledger: what was applied is what pool and policy agree on. What was
/// written to AWS goes before a ledger that was not written.
fn keep(tree: &Tree, file: &str, session: &LiveSession, policies: &Policies, code: u8) -> u8 {
    let fetched = session.fetch();
    let remembered = remembered(policies, &fetched.estate);
    let sights: Vec<_> = remembered.iter().map(Remembered::sight).collect();
    match ledger::record(tree, file, &sights, environment::now(), "apply") {
        Ok(_) => code,
        Err(error) => {
            output::say(&format!("error: {error}"));
            if code == 0 { UNREPORTED } else { code }
        }
    }
}
