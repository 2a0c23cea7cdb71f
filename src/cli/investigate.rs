//! `cogward investigate`.

#[cfg(feature = "live")]
pub(super) mod live;

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use crate::app::impact::Reading;
use crate::app::investigate::InvestigateSettings;
use crate::cli::args::{InvestigateArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
#[cfg(feature = "live")]
use crate::cli::investigate::live::online;
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::pool_id::pool_id;
use crate::cli::{environment, events, output, window};
use crate::events::KeptTexts;
use crate::investigate::{Investigation, InvestigationScope};
use crate::render::{Format, Shown};
use crate::report::RunHead;
use crate::text;

/// Prints who was seen in a window, and what happened to them.
pub fn run(mut context: RunContext, args: &InvestigateArgs) -> Result<u8, CliError> {
    let args = &InvestigateArgs {
        pool: Some(pool_id(&context, &place(args), args.pool())?),
        ..args.clone()
    };
    let scope = scope(args, environment::now())?;
    let settings = settings(&mut context, args)?;
    let account = settings
        .posture
        .as_ref()
        .and_then(|posture| posture.account.clone());
    let (found, seen) = if args.events.is_empty() && args.trail.is_empty() {
        online(&context, args, scope, settings)?
    } else {
        (offline(&context, args, scope, settings)?, Observation::default())
    };
    let files = [&args.events[..], &args.trail[..], args.from.as_slice()].concat();
    let mut head = context.head_of(&seen, &files, &context.sources);
    let region = args.pool().split_once('_').map(|(region, _)| region);
    head.is_of(account.as_deref(), region);
    finish(&context, args, found, &head)
}

/// Where a pool's name is looked up.
fn place(args: &InvestigateArgs) -> LiveArgs {
    if let Some(file) = &args.from {
        return LiveArgs::of_snapshot(file);
    }
    #[cfg(feature = "live")]
    return LiveArgs::of_account(&args.account);
    #[cfg(not(feature = "live"))]
    LiveArgs::default()
}

/// What is asked, from what was typed.
fn scope(args: &InvestigateArgs, now: Timestamp) -> Result<InvestigationScope, CliError> {
    let time = |option: &str, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => window::time(text, now)
            .map(Some)
            .map_err(|why| CliError::Usage(format!("{option} {text}: {why}"))),
    };
    let (since, until) = (time("--since", &args.since)?, time("--until", &args.until)?);
    // Files may come from a machine whose clock is ahead.
    let is_live = args.events.is_empty() && args.trail.is_empty();
    if is_live && since.is_some_and(|since| since > now) {
        let words = format!("--since is in the future: it is {now:.0} now");
        return Err(words.into());
    }
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        return Err(CliError::Usage(
            "--since is after --until: the window would be empty".to_owned(),
        ));
    }
    let range = |text: &String| {
        let net = text.parse::<IpNet>().ok();
        let net = net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let words = format!("--address {text}: neither an address nor a range such as 198.51.100.0/24");
        net.ok_or(CliError::Usage(words))
    };
    Ok(InvestigationScope {
        pool: args.pool().to_owned(),
        since,
        until,
        user: args.user.clone(),
        address: args.address.as_ref().map(range).transpose()?,
    })
}

/// The settings that steps are judged by.
fn settings(context: &mut RunContext, args: &InvestigateArgs) -> Result<InvestigateSettings, CliError> {
    if let Some(file) = &args.policy {
        context.paths = vec![file.clone()];
        let policies = context.policies();
        if output::complain(policies.findings(), policies.sources()) != 0 {
            return Err(CliError::Usage(format!("`{file}` cannot be used as a policy")));
        }
        context.sources = policies.sources().clone();
        return InvestigateSettings::of_policy(&policies, args.pool()).map_err(CliError::Usage);
    }
    let Some(file) = &args.from else {
        return Ok(InvestigateSettings::default());
    };
    let ids = [args.pool().to_owned()];
    let live = LiveArgs::of_snapshot(file);
    let seen = fetch(context, &live, PoolSelection::Ids(&ids), None, &|_| false)?;
    InvestigateSettings::of_pool(&seen.estate, args.pool(), &format!("`{file}`")).map_err(CliError::Usage)
}

/// Joins what AWS has.
#[cfg(not(feature = "live"))]
fn online(
    _: &RunContext,
    _: &InvestigateArgs,
    _: InvestigationScope,
    _: InvestigateSettings,
) -> Result<(Investigation, Observation), CliError> {
    let words = "name the records: --events FILES of auth events, --trail FILES of CloudTrail, or both";
    Err(CliError::Usage(words.to_owned()))
}

/// Joins what files have.
fn offline(
    context: &RunContext,
    args: &InvestigateArgs,
    scope: InvestigationScope,
    settings: InvestigateSettings,
) -> Result<Investigation, CliError> {
    let mut investigator = settings.investigator(scope);
    let files = [&args.events[..], &args.trail[..]].concat();
    let mut read =
        events::files::read_with_trail(&context.tree, &files, KeptTexts::ALL, &|_| {}, &mut |record| {
            investigator.add_record(record);
        })?;
    read.refuse_policies(&args.events)?;
    let given = read.events.events(&mut |event| investigator.add_event(event));
    given.map_err(|error| events::files::temporary(&error))?;
    let reading = Reading {
        lines: read.lines(),
        unread: read.unread(),
        events: read.events.distinct(),
        events_digest: String::new(),
        broken: read.tally.broken,
        is_nothing_named: read.is_nothing_named,
    };
    let mut found = investigator.finish();
    if found.user.is_some() && found.users.is_empty() {
        let words = "no record is of the user who was asked for: check the name, or give more files or a wider window";
        found.notes.push(words.to_owned());
    }
    Ok(settings.conclude(found, reading, 2))
}

/// Writes what was found. What leaves the terminal names nobody unless that is asked for.
fn finish(
    context: &RunContext,
    args: &InvestigateArgs,
    mut found: Investigation,
    head: &RunHead,
) -> Result<u8, CliError> {
    let hidden = found.clone().redacted();
    let options = output::filed(head);
    let shown = Shown::Investigation(if args.names { &found } else { &hidden });
    if !output::save_all(&context.tree, shown, &context.outputs, &options) {
        found.exit_code = 2;
    }
    if let Some(format) = context.outputs.stdout {
        let stays = format == Format::Human && !args.redact && environment::prints_for_a_person();
        let shown = if args.names || stays { &found } else { &hidden };
        output::print(format, Shown::Investigation(shown), context.colour, options)?;
    } else {
        output::failures(&hidden.not_checked);
    }
    if found.exit_code == 2 && found.counts.events + found.counts.records == 0 {
        let others = match found.counts.other_pools {
            0 => String::new(),
            some => format!(
                ", {} of other pools",
                text::count(some, "record is", "records are")
            ),
        };
        output::say(&format!(
            "error: nothing in the files is of pool {} in the window{others}; check --pool, --since and --until, or name the logs of \
             that pool",
            found.pool
        ));
    }
    Ok(found.exit_code)
}
