//! `cogward investigate feedback`.

use std::io::BufRead as _;

use serde_json::Value;

use crate::app::diff::PoolQuery;
use crate::app::feedback::{
    self, FeedbackEnd, FeedbackPlace, FeedbackPlan, FeedbackRun, FeedbackTarget, MissingEvent,
};
use crate::app::investigate::InvestigateSettings;
use crate::aws::ConnectWriter as _;
use crate::cli::args::{FeedbackArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::live::{self, LiveSession};
use crate::cli::observation::{Observation, PoolSelection};
use crate::cli::pool_id::pool_id;
use crate::cli::write::{AFTER_THE_CALL, UNREPORTED, journal_names, run_line};
use crate::cli::{environment, output, prompt};
use crate::fs::MAX_SNAPSHOT_BYTES;
use crate::journal::{Journal, Who};
use crate::model::arn::Arn;
use crate::model::event::{AuthEvent, FeedbackValue, Spelling as _};
use crate::model::response::RiskLevel;
use crate::observe::live::{IncidentReader, Place, Silent, Stop};
use crate::render::{self, Format, PlanPart, PlanView, RenderOptions, Shown};
use crate::report::{FeedbackEnding, FeedbackOutcome, FeedbackSection, Report, RunHead, Section, Summary};
use crate::text;

/// Shows the events and their present feedback, says what the word means, asks, writes, journals, and reads again.
pub fn run(context: &RunContext, args: &FeedbackArgs) -> Result<u8, CliError> {
    // What is written to AWS must not end without its reports.
    for file in &context.outputs.files {
        context.tree.can_write(&file.file)?;
    }
    let value = if args.valid {
        FeedbackValue::Valid
    } else {
        FeedbackValue::Invalid
    };
    let args = &FeedbackArgs {
        pool: pool_id(context, &LiveArgs::of_account(&args.reach.account), &args.pool)?,
        ..args.clone()
    };
    let targets = targets(context, args)?;
    if targets.len() > args.max {
        let number = text::count(targets.len(), "event", "events");
        let why = format!(
            "feedback for {number} would be given; --max {} allows it",
            targets.len()
        );
        let head = context.head.clone();
        return Reports { context, args, head }.refuse(nothing(args, value), PlanPart::All, &why);
    }
    let queries = [PoolQuery::of_id(&args.pool)];
    live::same_region(&args.reach.account, &queries)?;
    let session = LiveSession::new(
        &args.reach.account,
        &context.config,
        PoolSelection::Queries(&queries),
    )?;
    let fetched = session.fetch();
    InvestigateSettings::of_pool(&fetched.estate, &args.pool, "AWS")?;
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
    let seen = Observation {
        identities: session.identities(context, 1),
        estate: fetched.estate.clone(),
        ..Observation::default()
    };
    let work = Work {
        reports: Reports {
            context,
            args,
            head: context.filed(&seen, args.from.as_slice(), &context.sources),
        },
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

fn is_of(step: &Value, which: RiskLevel) -> bool {
    step["level"].as_str() == Some(which.as_str())
}

/// What a report says of a run that ended before there was something to give.
fn nothing(args: &FeedbackArgs, value: FeedbackValue) -> FeedbackSection {
    feedback::section(&args.pool, &[], value, &|_| String::new())
}

/// Where reports go.
struct Reports<'a> {
    context: &'a RunContext,
    args: &'a FeedbackArgs,
    /// What they are filed by.
    head: RunHead,
}

impl Reports<'_> {
    fn refuse(&self, mut section: FeedbackSection, part: PlanPart, why: &str) -> Result<u8, CliError> {
        output::say(&format!("refused: {why}; nothing was written"));
        section.ending = FeedbackEnding::Refused;
        section.refused = Some(why.to_owned());
        self.report(section, part, 5)
    }

    /// Refuses because of an event that is not there, or could not be read.
    fn miss(&self, mut section: FeedbackSection, missing: &MissingEvent) -> Result<u8, CliError> {
        let why = missing.words();
        output::say(&format!("error: {why}; nothing was written"));
        section.ending = FeedbackEnding::Refused;
        (section.refused, section.refused_redacted) = (Some(why), Some(missing.redacted()));
        self.report(section, PlanPart::All, if missing.is_failure() { 4 } else { 2 })
    }

    /// Writes the reports. What leaves the terminal names nobody unless that is asked for.
    fn report(&self, section: FeedbackSection, part: PlanPart, code: u8) -> Result<u8, CliError> {
        let context = self.context;
        let was_written = section.ending == FeedbackEnding::CarriedOut;
        let hidden = reported(
            if self.args.names {
                section.clone()
            } else {
                section.clone().redacted()
            },
            code,
        );
        let saved = output::save_all(
            &context.tree,
            Shown::Report(&hidden),
            &context.outputs,
            &self.view(PlanPart::All),
        );
        if let Some(format) = context.outputs.stdout {
            let stays = format == Format::Human && environment::prints_for_a_person();
            let report = if stays { reported(section, code) } else { hidden };
            output::print(format, Shown::Report(&report), context.colour, self.view(part))?;
        }
        Ok(match (code, saved) {
            (code, true) => code,
            (0, false) if was_written => UNREPORTED,
            (code, false) if was_written => code,
            (_, false) => 2,
        })
    }

    fn view(&self, part: PlanPart) -> RenderOptions {
        RenderOptions {
            plan: PlanView { part, calls: false },
            ..output::filed(&self.head)
        }
    }
}

/// Everything that giving feedback needs.
struct Work<'a> {
    reports: Reports<'a>,
    session: &'a LiveSession,
    place: &'a Place,
    value: FeedbackValue,
    at: FeedbackPlace,
}

impl Work<'_> {
    fn run(&self, targets: &[FeedbackTarget]) -> Result<u8, CliError> {
        let plans = match self.present(targets) {
            Ok(plans) => plans,
            Err(missing) => {
                return self
                    .reports
                    .miss(nothing(self.reports.args, self.value), &missing);
            }
        };
        let words = |event: &AuthEvent| render::event_words(event);
        let mut section = feedback::section(&self.reports.args.pool, &plans, self.value, &words);
        let open = plans.iter().filter(|plan| !plan.is_there).count();
        if open == 0 {
            return self.reports.report(section, PlanPart::All, 0);
        }
        if self.reports.args.dry_run {
            return self.reports.report(section, PlanPart::All, 3);
        }
        let mut part = PlanPart::All;
        if !self.reports.args.yes {
            if !prompt::somebody_is_there() {
                let why = "there is no terminal to ask at; --yes gives the feedback without asking";
                return self.reports.refuse(section, part, why);
            }
            let (report, view) = (reported(section.clone(), 3), self.reports.view(PlanPart::Plan));
            part = output::show_before_asking(
                &report,
                &self.reports.context.outputs,
                self.reports.context.colour,
                view,
            )?;
            if !self.agrees(open)? {
                section.ending = FeedbackEnding::Declined;
                return self.reports.report(section, part, 3);
            }
        }
        match self.who() {
            Ok(who) => self.give(&plans, who, section, part),
            Err(why) => self.reports.refuse(section, part, &why),
        }
    }

    fn present(&self, targets: &[FeedbackTarget]) -> Result<Vec<FeedbackPlan>, MissingEvent> {
        self.session.runtime.block_on(async {
            let port = self.session.port(self.place).await;
            let stop = Stop::default();
            let reader = IncidentReader::new(port.as_ref(), &Silent, &stop, &self.session.limits);
            feedback::present(&reader, &self.reports.args.pool, targets, self.value).await
        })
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
        let caller = async { self.session.port(self.place).await.caller().await };
        let arn = self.session.runtime.block_on(caller);
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

    fn give(
        &self,
        plans: &[FeedbackPlan],
        who: Who,
        mut section: FeedbackSection,
        part: PlanPart,
    ) -> Result<u8, CliError> {
        let digest = feedback::digest(&self.reports.args.pool, plans, self.value);
        let run = run_line(feedback::COMMAND, digest, vec![who], self.session);
        let names = journal_names(self.reports.args.journal.as_deref());
        let journal = Journal::create_first(&self.reports.context.tree, names, run)?;
        let name = journal.name().to_owned();
        let place = self.place;
        let work = live::watched(AFTER_THE_CALL, async |stop| {
            let reader = self.session.port(place).await;
            let connector = &self.session.connector;
            let writer = connector
                .connect_writer(&place.session, &place.region, place.account.as_deref())
                .await;
            let never = Stop::default();
            let run = FeedbackRun {
                reader: IncidentReader::new(reader.as_ref(), &Silent, &never, &self.session.limits),
                writer: writer.as_ref(),
                place: &self.at,
                value: self.value,
                clock: &environment::now,
                stop,
            };
            run.give(plans, journal).await
        });
        let (ends, trouble) = self.session.runtime.block_on(work);
        let good = |end: &FeedbackEnd| {
            matches!(
                end.outcome,
                FeedbackOutcome::Given | FeedbackOutcome::AlreadyThere
            )
        };
        let code = if trouble.is_none() && ends.iter().all(good) {
            0
        } else {
            4
        };
        feedback::ended(&mut section, ends, name);
        if let Some(message) = trouble {
            output::say(&format!("error: {message}"));
        }
        // The exit code is that of the calls, whatever becomes of standard output.
        self.reports.report(section, part, code).or_else(|error| {
            output::say(&format!("error: {error}"));
            Ok(UNREPORTED)
        })
    }
}

fn reported(section: FeedbackSection, code: u8) -> Report {
    Report {
        summary: Summary {
            pools: 1,
            ..Summary::default()
        },
        section: Some(Section::Feedback(Box::new(section))),
        exit_code: code,
        ..Report::of("investigate feedback")
    }
}
