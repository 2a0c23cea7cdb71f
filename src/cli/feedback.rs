//! `cogward investigate feedback`.

use std::fmt::Write as _;
use std::io::BufRead as _;

use serde_json::Value;

use crate::app::apply::{audit_query, other_regions};
use crate::app::feedback::{self, FeedbackEnd, FeedbackPlace, FeedbackPlan, FeedbackRun, FeedbackTarget};
use crate::aws::{Connect as _, ConnectWriter as _};
use crate::cli::args::{AllOf, FeedbackArgs};
use crate::cli::context::{Groups, RunContext};
use crate::cli::error::CliError;
use crate::cli::live::LiveSession;
use crate::cli::observation::PoolSelection;
use crate::cli::{environment, output, prompt};
use crate::fs::MAX_SNAPSHOT_BYTES;
use crate::journal::{self, Journal, Reasons, Who};
use crate::model::arn::Arn;
use crate::model::event::{FeedbackValue, Spelling as _};
use crate::observe::live::{IncidentReader, Place, Silent, Stop};
use crate::render;
use crate::text;

/// The groups of the command.
pub fn groups(args: &FeedbackArgs) -> Groups<'_> {
    Groups {
        config: Some(&args.config),
        ..Groups::default()
    }
}

/// Shows the events and their present feedback, says what the word means, asks, writes, journals, and reads again.
pub fn run(context: &RunContext, args: &FeedbackArgs) -> Result<u8, CliError> {
    let value = if args.valid {
        FeedbackValue::Valid
    } else {
        FeedbackValue::Invalid
    };
    let targets = targets(context, args)?;
    if targets.len() > args.max {
        output::say(&format!(
            "refused: feedback for {} would be given; --max {} allows it",
            text::count(targets.len(), "event", "events"),
            targets.len()
        ));
        return Ok(5);
    }
    let Some(query) = audit_query(&args.pool) else {
        let words = format!(
            "--pool {}: a pool id begins with its region: us-west-2_EXAMPLE",
            args.pool
        );
        return Err(CliError::Usage(words));
    };
    let queries = [query];
    if let Some(refused) = other_regions(&queries, &args.reach.account.region).first() {
        return Err(CliError::Elsewhere(format!(
            "{}; {}",
            refused.message, refused.next
        )));
    }
    let session = LiveSession::new(
        &args.reach.account,
        &context.config,
        PoolSelection::Queries(&queries),
    )?;
    let fetched = session.fetch();
    let Some(place) = fetched.places.get(&args.pool) else {
        crate::app::unseen(&fetched.estate)
            .iter()
            .for_each(output::unseen);
        output::say(&format!(
            "error: pool `{}` was not read, so that nothing was written",
            args.pool
        ));
        return Ok(4);
    };
    let account = fetched.estate.pools.iter().find(|pool| pool.id() == args.pool);
    let account = account.and_then(|pool| pool.posture.account.clone());
    let work = Work {
        context,
        args,
        session: &session,
        place,
        value,
        at: FeedbackPlace {
            pool: args.pool.clone(),
            region: place.region.clone(),
            account,
        },
    };
    work.run(&targets)
}

/// The events: the one that is named, or those of a saved report.
fn targets(context: &RunContext, args: &FeedbackArgs) -> Result<Vec<FeedbackTarget>, CliError> {
    if let (Some(user), Some(event)) = (&args.user, &args.event) {
        return Ok(vec![FeedbackTarget {
            user: user.clone(),
            event: event.clone(),
        }]);
    }
    let (Some(file), Some(which)) = (&args.from, args.all_of) else {
        let words = "name an event (--user U --event E), or many (--from REPORT.json --all-of LEVEL)";
        return Err(CliError::Usage(words.to_owned()));
    };
    let unusable = |why: &str| CliError::Usage(format!("`{file}` cannot be used: {why}"));
    let text = context
        .tree
        .read_within(file, MAX_SNAPSHOT_BYTES)
        .map_err(|fault| unusable(&fault.to_string()))?;
    let other = "it is not what `cogward investigate --format json` writes";
    let report: Value = crate::json::value(text.as_bytes()).map_err(|_| unusable(other))?;
    if report.get("version").and_then(Value::as_u64) != Some(1) || report.get("users").is_none() {
        return Err(unusable(other));
    }
    if report["redacted"] == true {
        return Err(unusable("it has pseudonyms; write it with --names"));
    }
    if report["pool"] != args.pool.as_str() {
        return Err(unusable(&format!("it is about pool {}", report["pool"])));
    }
    let mut targets = Vec::new();
    for user in report["users"].as_array().into_iter().flatten() {
        let name = user["name"].as_str().or(user["sub"].as_str());
        let is_meant = |name: &str| {
            args.user
                .as_ref()
                .is_none_or(|wanted| name == wanted || user["sub"] == wanted.as_str())
        };
        let Some(name) = name.filter(|name| is_meant(name)) else {
            continue;
        };
        for step in user["steps"].as_array().into_iter().flatten() {
            if let Some(event) = step["event"].as_str().filter(|_| is_of(step, which)) {
                targets.push(FeedbackTarget {
                    user: name.to_owned(),
                    event: event.to_owned(),
                });
            }
        }
    }
    targets.sort();
    targets.dedup();
    if targets.is_empty() {
        return Err(unusable("no event in it is of that risk level"));
    }
    Ok(targets)
}

fn is_of(step: &Value, which: AllOf) -> bool {
    let level = step["level"].as_str();
    match which {
        AllOf::Low => level == Some("low"),
        AllOf::Medium => level == Some("medium"),
        AllOf::High => level == Some("high"),
    }
}

/// Everything that giving feedback needs.
struct Work<'a> {
    context: &'a RunContext,
    args: &'a FeedbackArgs,
    session: &'a LiveSession,
    place: &'a Place,
    value: FeedbackValue,
    at: FeedbackPlace,
}

impl Work<'_> {
    fn run(&self, targets: &[FeedbackTarget]) -> Result<u8, CliError> {
        let plans = match self.present(targets) {
            Ok(plans) => plans,
            Err((why, is_failure)) => {
                output::say(&format!("error: {why}; nothing was written"));
                return Ok(if is_failure { 4 } else { 2 });
            }
        };
        output::write_lines(&self.shown(&plans))?;
        let open = plans.iter().filter(|plan| !plan.is_there).count();
        if open == 0 {
            output::write_lines("already up to date: nothing was written\n")?;
            return Ok(0);
        }
        if self.args.dry_run {
            output::write_lines("dry run: nothing was written\n")?;
            return Ok(3);
        }
        if !self.args.yes {
            if !prompt::somebody_is_there() {
                output::say(
                    "refused: there is no terminal to ask at; --yes gives the feedback without asking",
                );
                return Ok(5);
            }
            if !self.agrees(open)? {
                output::write_lines("cancelled: nothing was changed\n")?;
                return Ok(3);
            }
        }
        let who = match self.who() {
            Ok(who) => who,
            Err(why) => {
                output::say(&format!("refused: {why}; nothing was written"));
                return Ok(5);
            }
        };
        self.give(&plans, who)
    }

    fn present(&self, targets: &[FeedbackTarget]) -> Result<Vec<FeedbackPlan>, (String, bool)> {
        self.session.runtime.block_on(async {
            let place = self.place;
            let port = self
                .session
                .connector
                .connect(&place.session, &place.region, place.account.as_deref())
                .await;
            let stop = Stop::default();
            let reader = IncidentReader::new(port.as_ref(), &Silent, &stop, &self.session.limits);
            feedback::present(&reader, &self.args.pool, targets, self.value).await
        })
    }

    /// The events, and what the word means.
    fn shown(&self, plans: &[FeedbackPlan]) -> String {
        let mut text = format!("pool {}\n", self.args.pool);
        for plan in plans {
            let _ = writeln!(text, "  user {}, event {}", plan.target.user, plan.target.event);
            let at = plan
                .event
                .at
                .map_or_else(|| "time unknown".to_owned(), |at| format!("{at:.0}"));
            let _ = writeln!(text, "    {at}: {}", render::event_words(&plan.event));
            let present = plan.event.feedback.as_ref().map_or("no feedback", |feedback| {
                feedback.value.text().unwrap_or("unknown")
            });
            let _ = writeln!(text, "    feedback: {present} -> {}", self.value.as_str());
        }
        let means = match self.value {
            FeedbackValue::Valid => {
                "Valid: this was the user, a false positive. Cognito trusts such sign-ins more"
            }
            FeedbackValue::Invalid => "Invalid: this was not the user, or the risk was rated too low",
        };
        let _ = writeln!(
            text,
            "{means}.\nIt counts for later risk levels at once. AWS does not document that it can be taken back."
        );
        text
    }

    /// One word for one event, and the number for many.
    fn agrees(&self, open: usize) -> Result<bool, CliError> {
        let word = match open {
            1 => self.value.as_str().to_lowercase(),
            many => format!("{many} events"),
        };
        output::ask(&format!(
            "Type `{word}` to give this feedback, anything else to cancel: "
        ))?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        Ok(answer.trim() == word)
    }

    /// Whose credentials are used, which must be of the pool's account.
    fn who(&self) -> Result<Who, String> {
        let place = self.place;
        let arn = self.session.runtime.block_on(async {
            let port = self
                .session
                .connector
                .connect(&place.session, &place.region, place.account.as_deref())
                .await;
            port.caller().await
        });
        let arn = arn.map_err(|error| format!("whose credentials these are is unknown: {error}"))?;
        let account = Arn::parse(&arn)
            .map(|arn| arn.account.to_owned())
            .unwrap_or_default();
        match &self.at.account {
            Some(own) if *own != account => Err(format!(
                "the credentials are of account {account}, the pool of {own}"
            )),
            _ => Ok(Who {
                account,
                arn: Some(arn),
            }),
        }
    }

    fn give(&self, plans: &[FeedbackPlan], who: Who) -> Result<u8, CliError> {
        let run = journal::Run {
            version: 1,
            at: environment::now(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            command: feedback::COMMAND.to_owned(),
            plan_digest: feedback::digest(&self.args.pool, plans, self.value),
            who: vec![who],
            endpoints: self.session.connector.endpoints(),
            reasons: Reasons::default(),
            gates: Vec::new(),
        };
        let names = crate::cli::write::journal_names(self.args.journal.as_deref());
        let journal = Journal::create_first(&self.context.tree, names, run).map_err(CliError::Usage)?;
        let name = journal.name().to_owned();
        let place = self.place;
        let (ends, trouble) = self.session.runtime.block_on(async {
            let connector = &self.session.connector;
            let account = place.account.as_deref();
            let reader = connector.connect(&place.session, &place.region, account).await;
            let writer = connector
                .connect_writer(&place.session, &place.region, account)
                .await;
            let stop = Stop::default();
            let never = Stop::default();
            let watcher = tokio::spawn(crate::cli::write::watch(stop.clone()));
            let run = FeedbackRun {
                reader: IncidentReader::new(reader.as_ref(), &Silent, &never, &self.session.limits),
                writer: writer.as_ref(),
                place: &self.at,
                value: self.value,
                clock: &environment::now,
                stop: &stop,
            };
            let given = run.give(plans, journal).await;
            watcher.abort();
            given
        });
        let unwritten = output::write_lines(&self.outcome(plans, &ends, &name)).err();
        let unwritten = unwritten.map(|error| error.to_string());
        for message in trouble.iter().chain(&unwritten) {
            output::say(&format!("error: {message}"));
        }
        let good = |end: &FeedbackEnd| matches!(end, FeedbackEnd::Given | FeedbackEnd::Already);
        Ok(
            if trouble.is_none() && unwritten.is_none() && ends.iter().all(good) {
                0
            } else {
                4
            },
        )
    }

    fn outcome(&self, plans: &[FeedbackPlan], ends: &[FeedbackEnd], journal: &str) -> String {
        let mut text = String::new();
        for (plan, end) in plans.iter().zip(ends) {
            let words = match end {
                FeedbackEnd::Given => format!("feedback given; read again: {}", self.value.as_str()),
                FeedbackEnd::Already => "already up to date".to_owned(),
                FeedbackEnd::NotSeen(why) => format!("given, and {why}"),
                FeedbackEnd::Refused(why) => format!("FAILED, nothing was changed: {why}"),
                FeedbackEnd::Unknown(why) => format!("UNKNOWN: {why}"),
                FeedbackEnd::NotTried => "not tried".to_owned(),
            };
            let _ = writeln!(text, "  event {}: {words}", plan.target.event);
        }
        let given = ends
            .iter()
            .filter(|end| matches!(end, FeedbackEnd::Given | FeedbackEnd::NotSeen(_)))
            .count();
        let _ = writeln!(
            text,
            "feedback given for {} of {}\njournal: {journal}",
            given,
            text::count(plans.len(), "event", "events")
        );
        text
    }
}
