//! `cogward gate`.

use crate::app::diff::Policies;
use crate::app::gates::{self, Job};
use crate::cli::args::{GateArgs, LintArgs};
use crate::cli::lint::prepare;
use crate::cli::look::look_and_ask;
use crate::cli::rules::complain;
use crate::cli::run::Failure;
use crate::cli::seen::Seen;
use crate::cli::wanted::Wanted;
use crate::cli::{environment, output};
use crate::fs::Tree;
use crate::render::Format;

/// Prints the evidence and the verdicts.
pub fn run(tree: &Tree, args: &GateArgs, colour: bool) -> Result<u8, Failure> {
    let format = args.format.unwrap_or(Format::Human);
    if !matches!(format, Format::Human | Format::Json | Format::Markdown) {
        let words = format!(
            "--format {}: the gate is shown by human, json and markdown",
            format.as_str()
        );
        return Err(Failure::Usage(words));
    }
    let typed = LintArgs {
        paths: args.paths.clone(),
        today: args.today.clone(),
        config: args.config.clone(),
        ledger: args.ledger.clone(),
        ..LintArgs::default()
    };
    let prepared = prepare(tree, &typed)?;
    let today = prepared.options.settings.today;
    let policies = Policies::read(
        tree,
        &prepared.options.paths,
        &prepared.catalogue,
        &environment::variable,
        prepared.sources.clone(),
        prepared.findings.clone(),
    );
    let wishes = policies.wishes();
    let faults = complain(policies.findings(), policies.sources());
    let asks = |pool: &_| gates::concerns(&policies, pool);
    let seen = if wishes.is_empty() {
        Seen::default()
    } else {
        let wanted = Wanted::Wishes(&wishes);
        look_and_ask(tree, &args.live, &prepared.config, wanted, None, today, &asks)?
    };
    let mut report = gates::gate(
        &policies,
        &Job {
            estate: &seen.estate,
            histories: seen.histories.as_ref(),
            ledger: prepared.ledger.as_ref().map(|(_, ledger)| ledger),
            ledger_name: args.ledger.as_deref().unwrap_or_default(),
            today,
        },
    );
    if faults != 0 {
        report.exit_code = faults;
    }
    output::print_gate(format, &report, colour)?;
    Ok(report.exit_code)
}
