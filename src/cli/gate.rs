//! `cogward gate`.

use crate::app::diff::Policies;
use crate::app::gates::{self, Job};
use crate::cli::args::{GateArgs, LintArgs};
use crate::cli::lint::prepare;
use crate::cli::look::look_and_ask;
use crate::cli::options::LintOptions;
use crate::cli::rules::complain;
use crate::cli::run::Failure;
use crate::cli::seen::Seen;
use crate::cli::wanted::Wanted;
use crate::cli::{environment, output};
use crate::fs::Tree;
use crate::render::GATE_FORMATS;
use crate::report::NotChecked;
use crate::text;

/// Prints the evidence and the verdicts.
pub fn run(tree: &Tree, args: &GateArgs, colour: bool) -> Result<u8, Failure> {
    let typed = LintArgs {
        ledger: args.ledger.clone(),
        ..args.report.as_lint(&args.paths)
    };
    let prepared = prepare(tree, &typed)?;
    let options = &prepared.options;
    known_formats(options)?;
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
    // Of a snapshot nothing is known after the day on which it was taken.
    let taken = seen.at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
    let today = match &args.live.from {
        Some(_) => taken.map_or(today, |taken| taken.min(today)),
        None => today,
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
    if args.live.from.is_some() && taken.is_none() {
        let why =
            "it does not say when it was taken (snapshot --with-time), and counts as of the day of the run";
        report
            .not_checked
            .push(NotChecked::left_out("the age of the snapshot", why));
    }
    if faults != 0 {
        report.exit_code = faults;
    }
    for file in &options.outputs {
        if let Err(message) = output::save_gate(tree, file.format, &report, &file.file) {
            output::say(&format!("error: {message}"));
            report.exit_code = 2;
        }
    }
    if let Some(format) = options.stdout {
        output::print_gate(format, &report, colour)?;
    }
    Ok(report.exit_code)
}

/// Refuses formats that show no gate, before anything is looked at.
fn known_formats(options: &LintOptions) -> Result<(), Failure> {
    let formats = options.outputs.iter().map(|output| output.format);
    if let Some(format) = formats
        .chain(options.stdout)
        .find(|format| !GATE_FORMATS.contains(format))
    {
        let known: Vec<_> = GATE_FORMATS
            .iter()
            .map(|format| format.as_str().to_owned())
            .collect();
        let words = format!(
            "--format {}: the gate is shown by {}",
            format.as_str(),
            text::words(&known)
        );
        return Err(Failure::Usage(words));
    }
    Ok(())
}
