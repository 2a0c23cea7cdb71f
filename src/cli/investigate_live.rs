//! `cogward investigate` over AWS: from an alarm to users.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::app::impact::Reading;
use crate::app::investigate::InvestigateSettings;
use crate::app::investigate_live::{LiveInvestigation, collect};
use crate::aws::Connect as _;
use crate::cli::args::InvestigateArgs;
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::{self, LiveSession};
use crate::cli::observation::PoolSelection;
use crate::cli::{environment, output};
use crate::investigate::{Investigation, InvestigationScope};
use crate::observe::live::{IncidentReader, Progress, Stop};

/// Reads the pool, the alarm's history, CloudTrail, users and their events, and joins them. Settings that were given count
/// before those of the pool.
pub fn online(
    context: &RunContext,
    args: &InvestigateArgs,
    scope: InvestigationScope,
    given: InvestigateSettings,
) -> Result<Investigation, CliError> {
    let ids = [args.pool().to_owned()];
    let session = LiveSession::new(&args.account, &context.config, PoolSelection::Ids(&ids))?;
    let fetched = session.fetch();
    let live = InvestigateSettings::of_pool(&fetched.estate, args.pool(), "AWS").map_err(CliError::Usage)?;
    let Some(place) = fetched.places.get(args.pool()) else {
        let found = live.investigator(scope).finish();
        return Ok(live.conclude(found, Reading::default(), 0));
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
    let job = LiveInvestigation {
        scope,
        alarm: args.alarm.clone(),
        max_users: args.max_users,
        now: environment::now(),
    };
    let read = session.runtime.block_on(async {
        let port = session
            .connector
            .connect(&place.session, &place.region, place.account.as_deref())
            .await;
        let stop = Stop::default();
        let watcher = tokio::spawn(live::watch(stop.clone()));
        let progress = Calls::new();
        let reader = IncidentReader::new(port.as_ref(), &progress, &stop, &session.limits);
        let read = collect(&reader, job, &settings, &|line| progress.say(line)).await;
        progress.clear();
        watcher.abort();
        read
    });
    let read = read.map_err(CliError::Usage)?;
    let mut found = read.investigator.finish();
    found.alarm = read.alarm;
    found.not_checked = read.not_checked;
    let reading = Reading {
        lines: read.lines,
        ..Reading::default()
    };
    Ok(settings.conclude(found, reading, 0))
}

/// A line on standard error with the number of calls, on a terminal only.
pub(super) struct Calls {
    bar: ProgressBar,
    calls: Mutex<u64>,
}

impl Calls {
    pub(super) fn new() -> Self {
        let target = if environment::talks_to_a_person() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self {
            bar,
            calls: Mutex::new(0),
        }
    }

    /// Says a line above it.
    pub(super) fn say(&self, line: &str) {
        self.bar.suspend(|| output::say(line));
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
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

    fn found(&self, _pools: usize) {}

    fn done(&self) {}
}
