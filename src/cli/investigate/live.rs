//! `cogward investigate` over AWS: from an alarm to users.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::ProgressBar;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::collection::Collection;
use crate::app::impact::Reading;
use crate::app::investigate::InvestigateSettings;
use crate::app::investigate::live::{LiveInvestigation, LiveRecords, collect};
use crate::app::investigate::window::window;
use crate::cli::args::{InvestigateArgs, MAX_USERS};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::{self, LiveSession, READ_SO_FAR, watched};
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::parts::Parts;
use crate::cli::{environment, output, parts};
use crate::investigate::{Investigation, InvestigationScope, UnreadUsers};
use crate::observe::live::{Answers, IncidentReader, KeptPage, Progress};
use crate::report::NotChecked;
use crate::text;

/// Reads the pool, the alarm's history, CloudTrail, users and their events, and joins them. Settings that were given count
/// before those of the pool.
pub fn online(
    context: &RunContext,
    args: &InvestigateArgs,
    scope: InvestigationScope,
    given: InvestigateSettings,
) -> Result<(Investigation, Observation), CliError> {
    let ids = [args.pool().to_owned()];
    let session = LiveSession::new(&args.account, &context.config, PoolSelection::Ids(&ids))?;
    let fetched = session.fetch();
    let live = InvestigateSettings::of_pool(&fetched.estate, args.pool(), "AWS")?;
    let Some(place) = fetched.places.get(args.pool()) else {
        let found = live.investigator(scope).finish();
        return Ok((
            live.conclude(found, Reading::default(), 0),
            Observation::default(),
        ));
    };
    let seen = Observation {
        identities: session.identities(context, 1),
        estate: fetched.estate.clone(),
        ..Observation::default()
    };
    let settings = if given.posture.is_some() {
        InvestigateSettings {
            seen: live.seen,
            pool_name: live.pool_name,
            ..given
        }
    } else {
        live
    };
    let now = environment::now();
    let mut kept = Kept::read(context, args, &scope, now)?;
    let read = session.runtime.block_on(watched(READ_SO_FAR, async |stop| {
        let port = session.port(place).await;
        let progress = Calls::new();
        let reader = IncidentReader::new(port.as_ref(), &progress, stop, &session.limits);
        let read = read(context, args, &reader, scope, &settings, &mut kept, &progress).await;
        progress.clear();
        read
    }));
    let mut read = read?;
    let is_undamaged = kept.finish(context, args, read.is_whole)?;
    let mut found = read.investigator.finish();
    found.alarm = kept.collection.alarm;
    found.not_checked = std::mem::take(&mut read.not_checked);
    found
        .not_checked
        .extend(read.unread_users.iter().map(UnreadUsers::named));
    if !is_undamaged {
        let why = "lines of it could not be read; these calls were made again";
        found.not_checked.push(NotChecked::failed("an earlier run", why));
    }
    found.unread_users = read.unread_users;
    found.notes = read.notes;
    found.mentioned = read.mentioned;
    if found.user.is_some() && found.users.is_empty() {
        let words = if read.is_nobody {
            "the pool has no such user, and CloudTrail has nothing of them in the window: give the name as the pool has it, or the sub"
        } else {
            "nothing is recorded of the user in the window"
        };
        found.notes.push(words.to_owned());
    }
    let reading = Reading {
        lines: read.lines,
        ..Reading::default()
    };
    let found = settings.conclude(found, reading, if read.is_nobody { 2 } else { 0 });
    Ok((found, seen))
}

/// Finds the window, unless an earlier run did, and reads.
async fn read(
    context: &RunContext,
    args: &InvestigateArgs,
    reader: &IncidentReader<'_>,
    scope: InvestigationScope,
    settings: &InvestigateSettings,
    kept: &mut Kept,
    progress: &Calls,
) -> Result<LiveRecords, CliError> {
    let mut job = LiveInvestigation {
        scope,
        collection: kept.collection.clone(),
        max_users: args.max_users,
    };
    if !kept.is_known {
        let found = window(reader, job.collection, args.alarm.as_deref(), args.pool()).await;
        match found? {
            Ok(collection) => job.collection = collection,
            Err(unread) => return Ok(LiveRecords::of_nothing(settings.investigator(job.scope), unread)),
        }
        kept.collection = job.collection.clone();
    }
    let say = |line: &str| progress.say(line);
    match kept.answers(context, args)? {
        None => Ok(collect(reader, job, settings, &say).await),
        Some(answers) => Ok(collect(&reader.continuing(&answers), job, settings, &say).await),
    }
}

/// A line of the file with what was read: the window alone, or a page with it.
#[derive(Serialize, Deserialize)]
struct KeptLine {
    collection: Collection,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<KeptPage>,
}

/// The command, as far as it says what is asked of AWS: whose events are read depends on each of these options.
fn command(args: &InvestigateArgs) -> String {
    let max_users = (args.max_users != MAX_USERS).then(|| args.max_users.to_string());
    let options = [
        ("alarm", &args.alarm),
        ("since", &args.since),
        ("until", &args.until),
        ("user", &args.user),
        ("address", &args.address),
        ("max-users", &max_users),
        ("from", &args.from),
        ("policy", &args.policy),
    ];
    let mut command = format!("investigate --pool {}", args.pool());
    for (name, value) in options {
        if let Some(value) = value {
            let _ = write!(command, " --{name} {}", text::shell(value));
        }
    }
    command
}

/// What earlier runs read.
struct Kept {
    collection: Collection,
    pages: Vec<KeptPage>,
    parts: Parts,
    /// Whether one of them says the window.
    is_known: bool,
}

impl Kept {
    /// Reads it, where it is asked for. A line that is cut is of a page that is read again.
    fn read(
        context: &RunContext,
        args: &InvestigateArgs,
        scope: &InvestigationScope,
        now: Timestamp,
    ) -> Result<Self, CliError> {
        let mut kept = Self {
            collection: Collection {
                command: command(args),
                since: scope.since,
                until: scope.until,
                begun: now,
                alarm: None,
            },
            pages: Vec::new(),
            parts: Parts::default(),
            is_known: false,
        };
        let Some(file) = &args.resume else { return Ok(kept) };
        kept.parts = parts::earlier(&context.tree, file, &mut |line| {
            let line = crate::json::value(line).ok();
            let line = line.and_then(|value| serde_json::from_value::<KeptLine>(value).ok());
            let Some(line) = line else { return Ok(false) };
            kept.collection.continue_from(line.collection)?;
            kept.pages.extend(line.page);
            kept.is_known = true;
            Ok(true)
        })?;
        if !kept.is_known {
            // Files of something else are left alone.
            kept.parts = Parts::default();
        }
        Ok(kept)
    }

    /// The pages, and a new file for those of this run, if they are kept.
    fn answers(&mut self, context: &RunContext, args: &InvestigateArgs) -> Result<Option<Answers>, CliError> {
        let Some(file) = &args.resume else { return Ok(None) };
        if self.is_known {
            let calls = text::count(self.pages.len(), "call is", "calls are");
            output::say(&format!(
                "continuing an earlier run: the answers to {calls} there"
            ));
        }
        let mut part = parts::new(&context.tree, file, &self.parts)?;
        self.parts.names.push(part.name().to_owned());
        let collection = self.collection.clone();
        let mut add = move |page: Option<KeptPage>| {
            let collection = collection.clone();
            // A value of texts has a text.
            let mut line = serde_json::to_vec(&KeptLine { collection, page }).unwrap_or_default();
            line.push(b'\n');
            part.append(&line)
        };
        add(None)?;
        let mut has_failed = false;
        let keep = move |page| {
            if let Err(why) = add(Some(page))
                && !std::mem::replace(&mut has_failed, true)
            {
                output::say(&format!("{why}: a later run asks for it again"));
            }
        };
        Ok(Some(Answers::new(
            std::mem::take(&mut self.pages),
            Box::new(keep),
        )))
    }

    /// Removes the files if everything was read, and else says how it goes on. Whether none is damaged, as far as that is known.
    fn finish(&self, context: &RunContext, args: &InvestigateArgs, is_whole: bool) -> Result<bool, CliError> {
        match &args.resume {
            Some(_) if is_whole => return parts::finish(&context.tree, &self.parts),
            None if !is_whole => output::say(
                "partial: not everything could be read; with --resume FILE the same command continues",
            ),
            Some(_) if !self.parts.names.is_empty() => output::say(&format!(
                "partial: run the same command again to continue; what was read, with names, is in {}",
                self.parts.names.join(", ")
            )),
            _ => {}
        }
        Ok(true)
    }
}

/// A line on standard error with the number of calls, on a terminal only.
pub(in crate::cli) struct Calls {
    bar: ProgressBar,
    calls: Mutex<u64>,
}

impl Calls {
    pub(in crate::cli) fn new() -> Self {
        let bar = live::bar(None);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            calls: Mutex::new(0),
        }
    }

    /// Says a line above it.
    pub(in crate::cli) fn say(&self, line: &str) {
        self.bar.suspend(|| output::say(line));
    }

    /// Takes the line away.
    pub(in crate::cli) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Calls {
    fn called(&self, operation: &'static str) {
        let Ok(mut calls) = self.calls.lock() else { return };
        *calls += 1;
        self.bar
            .set_message(format!("{calls} calls, the last one {operation}"));
    }
}
