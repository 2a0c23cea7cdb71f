//! `cogward insights`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::app::insights;
use crate::app::share::EVENTS;
use crate::cli::args::{InsightsArgs, LiveArgs};
use crate::cli::context::RunContext;
use crate::cli::error::CliError;
use crate::cli::fetch::fetch;
use crate::cli::observation::PoolSelection;
use crate::cli::{events, output};
use crate::events::{DistinctTrail, KeptTexts};
use crate::finding::NotChecked;
use crate::fs::Tree;
use crate::ident::{is_pseudonym, pseudonym};
use crate::insights::{
    self as engine, InsightQuestion, InsightRecord, InsightReport, QueryEngine, QueryPlaces, QuestionCounter,
    QuestionMember,
};
use crate::model::event::AuthEvent;
use crate::model::observed::Estate;
use crate::render::Shown;
use crate::source::Sources;
use crate::text;

/// Answers questions about recorded events, or lists the questions.
pub fn run(mut context: RunContext, args: &InsightsArgs) -> Result<u8, CliError> {
    let mut sources = Sources::default();
    let (questions, findings) = insights::load(&context.tree, &args.questions, &mut sources);
    let faults = output::complain(&findings, &sources);
    let ids = match args.emit {
        Some(_) => [&args.question[..], &args.files[..]].concat(),
        None => args.question.clone(),
    };
    let questions = insights::named(questions, &ids)?;
    if let Some(engine) = args.emit {
        let (text, assumed) = emitted(engine, &questions, args)?;
        output::write_lines(&text)?;
        if !assumed.is_empty() {
            output::say(&format!(
                "the text reads {}, a placeholder: change it, or name the place with --location and --trail-location",
                text::join_words(&assumed)
            ));
        }
        return Ok(faults);
    }
    if args.list {
        output::write_lines(&list(&questions))?;
        return Ok(faults);
    }
    let clients = clients(&mut context, args)?;
    let mut report = answers(&context.tree, questions, clients, args)?;
    if faults != 0 {
        report.exit_code = faults;
    }
    let options = output::filed(&output::head_of(&args.files, &args.output));
    if !output::save_all(
        &context.tree,
        Shown::Insights(&report),
        &context.outputs,
        &options,
    ) {
        report.exit_code = 2;
    }
    if let Some(format) = context.outputs.stdout {
        output::print(format, Shown::Insights(&report), context.colour, options)?;
    } else {
        output::failures(&report.not_checked);
    }
    if report.events + report.trail == 0 {
        output::say(
            "error: there are no events and no CloudTrail records of Cognito in the files; name the files of the user-activity \
             export or of CloudTrail, or what `cogward events --from-aws` wrote",
        );
    }
    Ok(report.exit_code)
}

/// The text, and the placeholders in it.
fn emitted(
    engine: QueryEngine,
    questions: &[InsightQuestion],
    args: &InsightsArgs,
) -> Result<(String, Vec<String>), String> {
    let places = QueryPlaces {
        location: args.location.clone(),
        trail_location: args.trail_location.clone(),
        database: args.database.clone(),
        table: args.table.clone(),
        partitioned_since: args.partitioned_since,
    };
    let text = engine::emit(engine, questions, &places)?;
    Ok((text, engine::placeholders(engine, questions, &places)))
}

fn list(questions: &[InsightQuestion]) -> String {
    let width = questions
        .iter()
        .map(|question| question.id.len())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for question in questions {
        let own = if question.is_builtin { "" } else { " (own)" };
        let _ = writeln!(text, "{:width$}  {}{own}", question.id, question.title);
    }
    text
}

/// The texts of an event that a member of a question is made of.
fn texts(member: QuestionMember) -> KeptTexts {
    match member {
        QuestionMember::Idp => KeptTexts::IDP,
        QuestionMember::City => KeptTexts::CITY,
        QuestionMember::Country => KeptTexts::COUNTRY,
        QuestionMember::Device => KeptTexts::DEVICE,
        QuestionMember::Pool => KeptTexts::POOL,
        QuestionMember::Client => KeptTexts::CLIENT,
        QuestionMember::User => KeptTexts::USER,
        QuestionMember::Address => KeptTexts::ADDRESS,
        QuestionMember::Type
        | QuestionMember::Response
        | QuestionMember::Risk
        | QuestionMember::Decision
        | QuestionMember::Compromised
        | QuestionMember::Context
        | QuestionMember::Feedback
        | QuestionMember::Day
        | QuestionMember::Action
        | QuestionMember::Flow
        | QuestionMember::Failed
        | QuestionMember::Reason => KeptTexts::NONE,
    }
}

/// Names of clients by their ids, as far as a snapshot or policies say them.
fn clients(context: &mut RunContext, args: &InsightsArgs) -> Result<BTreeMap<String, String>, CliError> {
    let mut estate = Estate::default();
    if let Some(file) = &args.from {
        let live = LiveArgs::of_snapshot(file);
        estate = fetch(context, &live, PoolSelection::Everywhere, None, &|_| false)?.estate;
    }
    let mut policies = None;
    if let Some(path) = &args.policy {
        context.paths = vec![path.clone()];
        let read = policies.insert(context.policies());
        if output::complain(read.findings(), read.sources()) != 0 {
            return Err(CliError::Usage(format!("`{path}` cannot be used as a policy")));
        }
    }
    Ok(insights::clients(&estate, policies.as_ref()))
}

/// Reads files to their end. Trail records are counted as they come; events when it is known which record of each counts.
fn answers(
    tree: &Tree,
    questions: Vec<InsightQuestion>,
    clients: BTreeMap<String, String>,
    args: &InsightsArgs,
) -> Result<InsightReport, CliError> {
    let members = questions.iter().flat_map(InsightQuestion::members);
    let kept = members.fold(KeptTexts::NONE, |kept, member| kept.and(texts(member)));
    let mut counters: Vec<_> = questions.into_iter().map(QuestionCounter::new).collect();
    // A name may be an email address. The sub is shown, as it says nothing by itself.
    let hide = |event: &mut AuthEvent| {
        if !args.names
            && event.sub.is_none()
            && event.user_name.as_deref().is_some_and(|name| !is_pseudonym(name))
        {
            event.user_name = event.user_name.as_deref().map(pseudonym);
        }
    };
    let mut read = events::files::read_with_trail(tree, &args.files, kept, &hide, &mut |record| {
        let record = InsightRecord::Trail(record);
        for counter in &mut counters {
            counter.add(record);
        }
    })?;
    let given = read.events.events(&mut |event| {
        let record = InsightRecord::Event(event);
        for counter in &mut counters {
            counter.add(record);
        }
    });
    given.map_err(|error| events::files::temporary(&error))?;
    let unread = read.unread().into_iter();
    Ok(InsightReport {
        version: env!("CARGO_PKG_VERSION"),
        exit_code: read.exit_code(),
        events: read.events.distinct(),
        trail: read.trail.as_ref().map_or(0, DistinctTrail::distinct),
        broken: read.tally.broken,
        reading: read.lines(),
        not_checked: unread.map(|line| NotChecked::failed(EVENTS, line)).collect(),
        clients,
        answers: counters.into_iter().map(QuestionCounter::finish).collect(),
    })
}
