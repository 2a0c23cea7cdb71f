//! `cogward audit`.

use crate::app::apply::{ApplyJob, Chosen, other_regions, propose_audit};
use crate::app::diff::PoolQuery;
use crate::app::gate_facts::GateFacts;
use crate::cli::args::{AuditArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::LiveSession;
use crate::cli::observation::PoolSelection;
use crate::cli::pool_id::pool_id;
use crate::cli::reasons::reason;
use crate::cli::write::{WriteCommand, saved_plan};
use crate::journal::Reasons;
use crate::plan::guard::Permits;
use crate::proposal::Proposal;

/// Runs the command. No policy is read: in an incident it may be wrong, or elsewhere.
pub fn run(context: &RunContext, args: &AuditArgs) -> Result<u8, CliError> {
    let mut write_command = WriteCommand::new(context, &args.plan, &[], (&args.reach, &args.run))?;
    let why = reason("--reason", &args.reason)?;
    let saved = saved_plan(&context.tree, args.plan.plan.as_deref())?;
    let account = &args.reach.account;
    let pool = pool_id(context, &LiveArgs::of_account(account), &args.pool)?;
    let queries = [PoolQuery::of_id(&pool)];
    let refused = other_regions(&queries, &account.region);
    if !refused.is_empty() {
        return Ok(write_command.refuse(&Proposal {
            command: "audit",
            refused,
            ..Proposal::default()
        }));
    }
    let session = LiveSession::new(account, &context.config, PoolSelection::Queries(&queries))?;
    let fetched = session.fetch();
    write_command.seen(&session, &fetched);
    let job = ApplyJob {
        fetched: &fetched,
        // Nothing becomes ENFORCED, so that no gate is asked.
        facts: GateFacts {
            today: context.settings.today,
            ..GateFacts::default()
        },
        permits: &Permits::default(),
        chosen: &Chosen::default(),
        saved: saved.as_ref(),
        findings: &[],
    };
    let planned = propose_audit(&pool, &why, &job)?;
    let reasons = Reasons {
        audit: Some(why),
        ..Reasons::default()
    };
    Ok(write_command.finish(&session, reasons, planned)?.code)
}
