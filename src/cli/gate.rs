//! `cogward gate`.

use crate::app::gate_facts::GateFacts;
use crate::app::gates::{self, GateJob};
use crate::cli::args::GateArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::impact::shares;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::output;
use crate::report::NotChecked;

/// Prints the evidence and the verdicts.
pub fn run(context: &RunContext, args: &GateArgs) -> Result<u8, CliError> {
    let policies = context.policies();
    let queries = policies.pool_queries();
    let faults = output::complain(policies.findings(), policies.sources());
    let asks = |pool: &_| gates::concerns(&policies, pool);
    let seen = if queries.is_empty() {
        Observation::default()
    } else {
        fetch(context, &args.live, PoolSelection::Queries(&queries), None, &asks)?
    };
    let from = args.live.from.first().map_or("AWS", String::as_str);
    if seen.templates.is_some() {
        return Err(CliError::Usage(Observation::of_templates(
            from,
            "a gate counts days in AUDIT",
        )));
    }
    let shares = shares(context, &args.evidence, &policies, (&seen.estate, from))?;
    let doubt = seen.doubt(!args.live.from.is_empty(), context.settings.today);
    let mut report = gates::gate(
        &policies,
        &GateJob {
            estate: &seen.estate,
            facts: GateFacts {
                ledger: context.kept(),
                histories: seen.histories.as_ref(),
                shares: shares.as_ref(),
                today: seen.day(!args.live.from.is_empty(), context.settings.today),
                doubt: doubt.as_deref(),
            },
        },
    );
    if let Some(base) = &context.base {
        let what = format!(
            "declarations and ledger lines that {} does not have",
            base.reference
        );
        let left = NotChecked::left_out(what, "they are no evidence (--base)");
        report.summary.not_checked.push(left);
    }
    if faults != 0 {
        report.exit_code = faults;
    }
    let head = context.filed(&seen, &args.live.from, policies.sources());
    output::finish(&context.tree, &report, &context.outputs, context.colour, &head)
}
