//! `cogward rollback`.

use crate::app::apply::{ApplyJob, other_regions, propose_back, recorded};
use crate::app::feedback;
use crate::app::gate_facts::GateFacts;
use crate::app::wrong_file::{JOURNAL, mistaken};
use crate::cli::args::RollbackArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::LiveSession;
use crate::cli::observation::PoolSelection;
use crate::cli::output;
use crate::cli::write::{WriteCommand, chosen, permits, reasons, saved_plan};
use crate::fs::MAX_SNAPSHOT_BYTES;
use crate::journal;
use crate::model::observed::Observed;
use crate::proposal::Proposal;
use crate::report::NotChecked;

/// Runs the command. A journal that cannot be used is an error; one of a run that changed nothing leaves nothing to do.
pub fn run(context: &RunContext, args: &RollbackArgs) -> Result<u8, CliError> {
    let inputs = std::slice::from_ref(&args.recorded);
    let mut write_command = WriteCommand::new(context, &args.write.plan, inputs, (&args.reach, &args.run))?;
    let chosen = chosen(&args.write)?;
    let permits = permits(&args.write)?;
    let saved = saved_plan(&context.tree, args.write.plan.plan.as_deref())?;
    let name = &args.recorded;
    let record = read(context, name)?;
    let pools = recorded(&record);
    let torn = || NotChecked::left_out(name.clone(), TORN);
    let torn: Vec<_> = record.torn.then(torn).into_iter().collect();
    if pools.is_empty() {
        return Ok(write_command.refuse(&Proposal {
            command: "rollback",
            leaves_something: record.torn,
            not_checked: torn,
            ..Proposal::default()
        }));
    }
    let account = &args.reach.account;
    let queries: Vec<_> = pools
        .iter()
        .map(crate::app::apply::RecordedPool::pool_query)
        .collect();
    let refused = other_regions(&queries, &account.region);
    if !refused.is_empty() {
        return Ok(write_command.refuse(&Proposal {
            command: "rollback",
            refused,
            ..Proposal::default()
        }));
    }
    let session = LiveSession::new(account, &context.config, PoolSelection::Queries(&queries))?;
    let fetched = session.fetch();
    write_command.seen(&session, &fetched);
    let today = context.settings.today;
    let enforces = |pool: &Observed| {
        pools
            .iter()
            .any(|back| back.pool == pool.id() && back.has_modes())
    };
    let histories = session.histories(&fetched, today, &enforces);
    let job = ApplyJob {
        fetched: &fetched,
        facts: GateFacts {
            histories: Some(&histories),
            today,
            ..GateFacts::default()
        },
        permits: &permits,
        chosen: &chosen,
        saved: saved.as_ref(),
        findings: &[],
    };
    let mut planned = propose_back(&pools, name, &job)?;
    planned.proposal.leaves_something |= record.torn;
    planned.proposal.not_checked.extend(torn);
    let reasons = reasons(&args.write, &permits);
    Ok(write_command.finish(&session, reasons, planned)?.code)
}

/// That a journal ends within a line. A run that is killed there made no call after it; of a copy nobody knows.
const TORN: &str = "ends within a line: later calls, if there were any, are not in it and are not undone; if this is a copy, use the \
                    complete journal";

/// The journal of a run. Says how it ended, if it did not end well.
fn read(context: &RunContext, name: &str) -> Result<journal::Record, CliError> {
    let text = context
        .tree
        .read_within(name, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| CliError::Usage(fault.told(name)))?;
    let record = journal::read(text.as_bytes())
        .map_err(|error| CliError::Usage(mistaken(name, &text, JOURNAL, &error)))?;
    if record.run.command == feedback::COMMAND {
        let words = "is a journal of feedback: give the other word with `cogward investigate feedback`";
        return Err(CliError::Usage(format!("`{name}` {words}")));
    }
    if record.close.is_none() {
        let what = if record.torn {
            TORN
        } else if record.open().next().is_some() {
            "was cut short: of its last call it is unknown whether it was carried out"
        } else if record.made.is_empty() {
            "has no call: its run ended before the first one"
        } else {
            "has no last line: its run ended early, after a call that is there with its outcome"
        };
        output::say(&format!("`{name}` {what}"));
    }
    Ok(record)
}
