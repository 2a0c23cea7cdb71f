//! `cogward diff`.

use jiff::Timestamp;

use crate::app::diff::{FailOn, Job, Policies, diff};
use crate::app::gates;
use crate::app::remember::{Remembered, remembered};
use crate::cli::args::{DiffArgs, FailOnArg};
use crate::cli::lint::{finish, prepare};
use crate::cli::look::look_and_ask;
use crate::cli::run::Failure;
use crate::cli::seen::Seen;
use crate::cli::wanted::Wanted;
use crate::cli::{environment, ledger, output, shard};
use crate::fs::Tree;

/// Runs the command. Without a usable policy nothing is asked of AWS.
pub fn run(tree: &Tree, args: &DiffArgs, colour: bool) -> Result<u8, Failure> {
    let cut = shard::cut(args.shard.as_ref())?;
    let mut prepared = prepare(tree, &args.report.as_lint(&args.paths))?;
    if let Some(file) = &args.ledger {
        let known = ledger::read_or_new(tree, file)?;
        if prepared.options.stdout.is_none() {
            ledger::complain(file, &known);
        }
        prepared.ledger = Some((file.clone(), known));
    }
    let policies = Policies::read(
        tree,
        &prepared.options.paths,
        &prepared.catalogue,
        &environment::variable,
        prepared.sources.clone(),
        prepared.findings.clone(),
    );
    let wishes = policies.wishes();
    let wanted = if args.require_coverage {
        Wanted::AllAnd(&wishes)
    } else {
        Wanted::Wishes(&wishes)
    };
    let today = prepared.options.settings.today;
    let asks = |pool: &_| gates::has_steps(&policies, pool);
    let seen = if wishes.is_empty() {
        Seen::default()
    } else {
        let (live, config) = (&args.live, &prepared.config);
        look_and_ask(tree, live, config, wanted, cut.as_ref(), today, &asks)?
    };
    let remembered = match &args.ledger {
        Some(_) => remembered(&policies, &seen.estate),
        None => Vec::new(),
    };
    let job = Job {
        estate: &seen.estate,
        settings: &prepared.options.settings,
        require_coverage: args.require_coverage,
        fail_on: match args.fail_on {
            FailOnArg::Any => FailOn::Any,
            FailOnArg::Weaker => FailOn::Weaker,
        },
        wants_tables: prepared.options.wants_tables(),
        cut: cut.as_ref(),
        ledger: prepared
            .ledger
            .as_ref()
            .map(|(name, ledger)| (name.as_str(), ledger)),
        histories: seen.histories.as_ref(),
    };
    let report = diff(policies, &job);
    let code = finish(tree, &report, &prepared.options, colour)?;
    match &args.ledger {
        Some(file) => Ok(keep(tree, file, &remembered, seen.at).map_or(code, |error| {
            output::say(&format!("error: {error}"));
            2
        })),
        None => Ok(code),
    }
}

/// Adds what is new to the ledger; the error, if there is one. Of a snapshot without a time it is not known when it was
/// so.
fn keep(tree: &Tree, file: &str, remembered: &[Remembered<'_>], at: Option<Timestamp>) -> Option<Failure> {
    let Some(at) = at else {
        output::say(&format!(
            "nothing is added to {file}: the snapshot does not say when it was taken (snapshot --with-time)"
        ));
        return None;
    };
    let sights: Vec<_> = remembered.iter().map(Remembered::sight).collect();
    ledger::record(tree, file, &sights, at, "diff").err()
}
