//! `cogward events --from-aws`: what was read is kept beside the file until all is.

use crate::app::collect::EventCollector;
use crate::app::investigate::InvestigateSettings;
use crate::app::investigate::live::{per_second, user_limits};
use crate::aws::{COGNITO_PAGE, Operation};
use crate::cli::args::{EventsArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::investigate::live::Calls;
use crate::cli::live::{LiveSession, READ_SO_FAR, watched};
use crate::cli::observation::PoolSelection;
use crate::cli::parts::Parts;
use crate::cli::pool_id::pool_id;
use crate::cli::{environment, output, parts, window};
use crate::observe::live::{Fetched, IncidentReader};
use crate::text;

/// Files with what was read, and whether that is everything.
pub struct CollectedFiles {
    /// The files.
    pub parts: Parts,
    /// Whether everything was read.
    pub is_whole: bool,
}

/// Reads the events of all users of a pool, as far as earlier runs have not.
pub fn collect(context: &RunContext, args: &EventsArgs) -> Result<CollectedFiles, CliError> {
    let (pool, file) = args
        .pool
        .as_deref()
        .zip(args.output.as_deref())
        .unwrap_or_default();
    let pool = &pool_id(context, &LiveArgs::of_account(&args.account), pool)?;
    let now = environment::now();
    let since = args.since.as_deref().map(|since| {
        let at = window::time(since, now);
        at.map(|at| (since, at))
            .map_err(|why| CliError::Usage(format!("--since {since}: {why}")))
    });
    let mut collector = EventCollector::new(pool, since.transpose()?, now, args.redact);
    let mut parts = parts::earlier(&context.tree, file, &mut |line| collector.continue_from(line))?;
    let ids = [pool.clone()];
    let session = LiveSession::new(&args.account, &context.config, PoolSelection::Ids(&ids))?;
    let fetched = session.fetch();
    let seen = InvestigateSettings::of_pool(&fetched.estate, pool, "AWS")?;
    let Some(place) = fetched.places.get(pool) else {
        for unread in seen.not_checked {
            output::say(&format!("could not be read: {}: {}", unread.what, unread.why));
        }
        return Ok(CollectedFiles {
            parts,
            is_whole: false,
        });
    };
    let progress = Calls::new();
    progress.say(&announcement(&fetched, pool, &collector));
    let mut kept = parts::new(&context.tree, file, &parts)?;
    let (name, mut is_empty) = (kept.name().to_owned(), true);
    let read = session.runtime.block_on(watched(READ_SO_FAR, async |stop| {
        let port = session.port(place).await;
        let reader = IncidentReader::new(port.as_ref(), &progress, stop, &session.limits);
        let mut keep = |lines: &[u8]| {
            is_empty = false;
            kept.append(lines)
        };
        collector.collect(&reader, &mut keep).await
    }));
    progress.clear();
    if is_empty {
        context.tree.delete(&name)?;
    } else {
        parts.names.push(name);
    }
    read?;
    for line in collector.lines() {
        output::say(&line);
    }
    let unread = collector.unread();
    for line in &unread {
        output::say(&format!("could not be read: {line}"));
    }
    Ok(CollectedFiles {
        parts,
        is_whole: unread.is_empty(),
    })
}

/// How many calls are to come.
fn announcement(fetched: &Fetched, pool: &str, collector: &EventCollector) -> String {
    let found = fetched.estate.pools.iter().find(|one| one.id() == pool);
    let users = found.and_then(|found| found.estimated_users);
    let before = collector.users_before();
    let calls = users.map_or_else(
        || format!("one call for {COGNITO_PAGE} users, and at least one for each"),
        |users| {
            let left = users.saturating_sub(before as u64);
            let pages = users.div_ceil(COGNITO_PAGE.into());
            let calls = pages + left;
            let [of_users, of_events] = [Operation::ListUsers, Operation::AdminListUserAuthEvents]
                .map(|operation| u64::from(per_second(operation)));
            let seconds = left / of_events + pages / of_users;
            let time = match seconds {
                0..120 => String::new(),
                seconds => format!(", {} minutes", seconds.div_ceil(60)),
            };
            format!(
                "about {}: at least {}{time}",
                text::users(users),
                text::count(calls, "call", "calls")
            )
        },
    );
    let limits = user_limits();
    let until = collector.until();
    let mut words = format!("reading {calls}, {limits}; events until {until:.0}");
    if before > 0 {
        words = format!(
            "continuing an earlier run, {} {} read; {words}",
            text::users(before as u64),
            if before == 1 { "was" } else { "were" }
        );
    }
    words
}
