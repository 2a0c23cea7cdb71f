//! `cogward impact`.

use crate::app::diff::Policies;
use crate::app::impact::{ImpactJob, ImpactRun, Reading};
use crate::app::share::Shares;
use crate::app::wrong_file::{IMPACT, mistaken};
use crate::cli::args::{EvidenceArgs, ImpactArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::events::files;
use crate::cli::fetch::fetch;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::output;
use crate::cli::pool_id::{is_id, pool_ids};
use crate::events;
use crate::fs::MAX_BYTES;
use crate::impact::{EventsDigest, HitUser, ImpactReport, SavedImpactError, Strictness, read_saved};
use crate::model::observed::Estate;
use crate::render::Shown;

/// Prints what the policies would have done to recorded events.
pub fn run(context: &RunContext, args: &ImpactArgs) -> Result<u8, CliError> {
    let policies = context.policies();
    let faults = output::complain(policies.findings(), policies.sources());
    let queries = policies.pool_queries();
    let mut seen = Observation::default();
    if let Some(file) = &args.from {
        let live = LiveArgs::of_snapshot(file);
        let wanted = PoolSelection::Queries(&queries);
        seen = fetch(context, &live, wanted, None, &|_| false)?;
    }
    let pools = pools(context, args)?;
    let job = ImpactJob {
        only: &pools,
        now: args.from.as_deref().map(|file| (&seen.estate, file)),
        strictness: Strictness {
            allow_ranges_block: args.allow_ranges_block,
        },
        today: context.settings.today,
        rules: Some((&context.catalogue, &context.settings)),
    };
    let mut report = replay(context, &args.events, &policies, job)?;
    let faults = faults.max(output::complain(&report.faults, policies.sources()));
    if faults != 0 {
        report.exit_code = faults;
    }
    if !args.names {
        for pool in &mut report.pools {
            pool.impact.users.iter_mut().for_each(HitUser::hide_name);
        }
    }
    let files = [&args.events[..], args.from.as_slice()].concat();
    let mut head = context.head_of(&seen, &files, policies.sources());
    for query in &queries {
        head.is_of(query.account.as_deref(), query.region.as_deref());
    }
    let options = output::filed(&head);
    if !output::save_all(&context.tree, Shown::Impact(&report), &context.outputs, &options) {
        report.exit_code = 2;
    }
    if let Some(format) = context.outputs.stdout {
        output::print(format, Shown::Impact(&report), context.colour, options)?;
    } else {
        output::failures(&report.not_checked);
    }
    if let Some(why) = report.nothing_judged() {
        output::say(&format!("error: {why}"));
    }
    Ok(report.exit_code)
}

/// The ids of the pools that are named. A name is looked up in the snapshot; without one, only an id says which pool it is.
fn pools(context: &RunContext, args: &ImpactArgs) -> Result<Vec<String>, CliError> {
    if let Some(file) = &args.from {
        return pool_ids(context, &LiveArgs::of_snapshot(file), &args.pool);
    }
    match args.pool.iter().find(|pool| !is_id(pool)) {
        Some(name) => Err(CliError::Usage(format!(
            "--pool {name}: name the pool by its id, or name a snapshot that has it: --from SNAPSHOT"
        ))),
        None => Ok(args.pool.clone()),
    }
}

/// What events show of the share that would be blocked, if any are given; `now` is the pools and where they are from.
///
/// # Errors
/// The saved report cannot be read, is none, or was edited.
pub fn shares(
    context: &RunContext,
    args: &EvidenceArgs,
    policies: &Policies,
    now: (&Estate, &str),
) -> Result<Option<Shares>, CliError> {
    if let Some(file) = &args.impact {
        let text = context.tree.read_within(file, MAX_BYTES * 16);
        let text = text.map_err(|fault| CliError::Usage(fault.told(file)))?;
        let saved = read_saved(&text).map_err(|error| match error {
            SavedImpactError::Foreign(why) => CliError::Usage(mistaken(file, &text, IMPACT, &why)),
            error => CliError::Usage(format!("--impact: `{file}`: {error}")),
        })?;
        return Ok(Some(Shares::of_file(file, saved)));
    }
    if args.events.is_empty() {
        return Ok(None);
    }
    let job = ImpactJob {
        only: &[],
        now: Some(now),
        strictness: Strictness::default(),
        today: context.settings.today,
        rules: None,
    };
    let report = replay(context, &args.events, policies, job)?;
    Ok(Some(Shares::of_replay(&report)))
}

/// Reads events, and replays them against policies.
///
/// # Errors
/// The temporary file that events are kept in cannot be used.
pub fn replay(
    context: &RunContext,
    events: &[String],
    policies: &Policies,
    job: ImpactJob<'_>,
) -> Result<ImpactReport, CliError> {
    let mut run = ImpactRun::new(policies, job);
    let mut read = files::read(&context.tree, events, &|_| {})?;
    read.refuse_policies(events)?;
    let mut digest = EventsDigest::default();
    let replayed = read.events.events(&mut |event| {
        digest.add(&events::write(event));
        run.add(event);
    });
    replayed.map_err(|error| files::temporary(&error))?;
    Ok(run.finish(Reading {
        lines: read.lines(),
        unread: read.unread(),
        events: read.events.distinct(),
        events_digest: digest.text(),
        broken: read.tally.broken,
        is_nothing_named: read.is_nothing_named,
    }))
}
