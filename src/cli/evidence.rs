//! `cogward evidence`.

use crate::app::evidence::{EvidenceJob, evidence};
use crate::app::gates::{GateJob, concerns};
use crate::app::scan::ScanJob;
use crate::cli::args::EvidencePackArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::history::records;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::output;

/// Prints the evidence. Policies with faults are evidence of nothing.
pub fn run(context: &RunContext, args: &EvidencePackArgs) -> Result<u8, CliError> {
    let policies = context.policies();
    let faults = output::complain(policies.findings(), policies.sources());
    if faults != 0 {
        return Ok(faults);
    }
    let asks = |pool: &_| concerns(&policies, pool);
    let queries = policies.pool_queries();
    let seen = fetch(context, &args.live, PoolSelection::AllAnd(&queries), None, &asks)?;
    if seen.templates.is_some() {
        let from = args.live.from.first().map_or("", String::as_str);
        return Err(CliError::Usage(Observation::of_templates(
            from,
            "evidence is of pools that are there",
        )));
    }
    let mut files = args.record.clone();
    files.extend(args.ledger.ledger.clone());
    let doubt = seen.doubt(!args.live.from.is_empty(), context.settings.today);
    let today = seen.day(!args.live.from.is_empty(), context.settings.today);
    let job = EvidenceJob {
        policies: &policies,
        gate: GateJob {
            estate: &seen.estate,
            histories: seen.histories.as_ref(),
            ledger: context.ledger.as_ref().map(|(_, ledger)| ledger),
            ledger_name: args.ledger.ledger.as_deref().unwrap_or_default(),
            shares: None,
            today,
            doubt: doubt.as_deref(),
        },
        scan: ScanJob {
            estate: &seen.estate,
            today,
            templates: None,
            settings: &context.settings,
            catalogue: &context.catalogue,
            findings: Vec::new(),
            fail_on: None,
            wants_tables: false,
        },
        records: records(&context.tree, &files),
        read_at: seen.at,
    };
    let head = context.filed(&seen, &args.live.from, policies.sources());
    output::finish(
        &context.tree,
        &evidence(job),
        &context.outputs,
        context.colour,
        &head,
    )
}
