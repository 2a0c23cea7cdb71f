//! Events of the files that were named, each once, and what is said of the reading.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cli::error::CliError;
use crate::cli::{environment, output};
use crate::events::{
    self, DistinctEvents, DistinctTrail, EventStore, EventTally, KeptTexts, NoLog, Stranger, UnknownWord,
};
use crate::fs::Tree;
use crate::model::event::{AuthEvent, CloudTrailRecord};
use crate::text;

/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Most files that are named of those that are no logs.
const MOST_NAMED: usize = 10;

/// What was read.
pub struct ReadEvents {
    /// The events.
    pub events: DistinctEvents,
    /// `CloudTrail` records, where somebody takes them.
    pub trail: Option<DistinctTrail>,
    /// Counts.
    pub tally: EventTally,
    /// Events of a day after today (UTC), repeats included: some clock is wrong.
    future: u64,
    /// Files without any record of Cognito.
    pub no_logs: Vec<NoLog>,
    /// What could not be opened, in sentences.
    pub faults: Vec<String>,
    /// Whether a name is of nothing, which is wrong input.
    pub is_nothing_named: bool,
}

/// Reads files to their end; `change` may change each event before it is kept.
///
/// # Errors
/// The temporary file cannot be written.
pub fn read(
    tree: &Tree,
    names: &[String],
    change: &(dyn Fn(&mut AuthEvent) + Sync),
) -> Result<ReadEvents, CliError> {
    read_into(tree, names, KeptTexts::ALL, change, None)
}

/// The same for counting: of events only these texts are kept, and each `CloudTrail` record of Cognito is given once to
/// `take_trail`.
///
/// # Errors
/// The temporary file cannot be written.
pub fn read_with_trail(
    tree: &Tree,
    names: &[String],
    kept: KeptTexts,
    change: &(dyn Fn(&mut AuthEvent) + Sync),
    take_trail: &mut dyn FnMut(&CloudTrailRecord),
) -> Result<ReadEvents, CliError> {
    read_into(tree, names, kept, change, Some(take_trail))
}

fn read_into(
    tree: &Tree,
    names: &[String],
    kept: KeptTexts,
    change: &(dyn Fn(&mut AuthEvent) + Sync),
    mut take_trail: Option<&mut dyn FnMut(&CloudTrailRecord)>,
) -> Result<ReadEvents, CliError> {
    let (today, future) = (environment::today(), AtomicU64::new(0));
    let change = |event: &mut AuthEvent| {
        if event.at.is_some_and(|at| text::day(at) > today) {
            future.fetch_add(1, Ordering::Relaxed);
        }
        change(event);
    };
    let mut store = EventStore::keeping(kept);
    let mut trail = take_trail.is_some().then(DistinctTrail::default);
    let (mut tally, mut no_logs, mut faults) = (EventTally::default(), Vec::new(), Vec::new());
    let mut read = |name: &str, source: Box<dyn Read + '_>| -> io::Result<()> {
        let no_log = events::read_distinct(name, source, &mut tally, &mut store, &change, &mut |record| {
            if let (Some(trail), Some(take)) = (trail.as_mut(), take_trail.as_mut())
                && trail.is_new(record)
            {
                take(record);
            }
        })?;
        no_logs.extend(no_log);
        Ok(())
    };
    let (input, files): (Vec<_>, Vec<_>) = names.iter().cloned().partition(|name| name == STANDARD_INPUT);
    if !input.is_empty() {
        read("stdin", Box::new(io::stdin().lock())).map_err(|error| temporary(&error))?;
    }
    let found = tree.discover_logs(&files);
    let is_nothing_named = !found.faults.is_empty();
    for (name, message, help) in found.faults {
        faults.push(format!("`{name}`: {message} ({help})"));
    }
    for name in &found.files {
        match tree.open(name) {
            Ok(file) => read(name, Box::new(file)).map_err(|error| temporary(&error))?,
            Err(fault) => faults.push(fault.told(name)),
        }
    }
    let events = store.finish().map_err(|error| temporary(&error))?;
    Ok(ReadEvents {
        events,
        trail,
        tally,
        future: future.into_inner(),
        no_logs,
        faults,
        is_nothing_named,
    })
}

impl ReadEvents {
    /// Whether there is no event and no record.
    pub fn is_empty(&self) -> bool {
        self.events.distinct() + self.trail.as_ref().map_or(0, DistinctTrail::distinct) == 0
    }

    /// Refuses a policy that was named as a log: an option that takes many names takes those of policies after it, too.
    ///
    /// # Errors
    /// One of the names is a policy's.
    pub fn refuse_policies(&self, names: &[String]) -> Result<(), CliError> {
        let is_policy = |one: &&NoLog| one.seems == events::A_POLICY && names.contains(&one.file);
        match self.no_logs.iter().find(is_policy) {
            None => Ok(()),
            Some(one) => Err(CliError::Usage(format!(
                "`{0}` is a policy, not a log: --events takes every name that follows it; name policies before it",
                one.file
            ))),
        }
    }

    /// The exit code that the reading alone gives: nothing to read, and a name of nothing, are wrong input; what could not be
    /// read is said.
    pub fn exit_code(&self) -> u8 {
        if self.is_empty() || self.is_nothing_named {
            2
        } else if self.tally.broken > 0 || self.other_version() > 0 || !self.faults.is_empty() {
            4
        } else {
            0
        }
    }

    /// Says on standard error what was read and what was not.
    pub fn say(&self) {
        for line in self.lines() {
            output::say(&line);
        }
        for line in self.unread() {
            output::say(&format!("could not be read: {line}"));
        }
    }

    /// What was read, and what in it was no event, a line each.
    pub fn lines(&self) -> Vec<String> {
        let tally = &self.tally;
        let mut lines = vec![self.headline()];
        let strangers = tally.strangers.iter();
        for (kind, number) in strangers.filter(|(kind, _)| **kind != Stranger::OtherVersion) {
            let [one, many] = kind.label();
            lines.push(format!("no event: {}", text::count(*number, one, many)));
        }
        if tally.texts > 0 {
            let texts = text::count(tally.texts, "line without a value", "lines without a value");
            lines.push(format!("no event: {texts}"));
        }
        if tally.trail > 0 {
            let records = text::count(tally.trail, "CloudTrail record", "CloudTrail records");
            lines.push(match &self.trail {
                None => format!("not used here: {records} of Cognito"),
                Some(trail) => format!("{records} of Cognito, {} of them distinct", trail.distinct()),
            });
        }
        let unchecked = self.trail.as_ref().map_or(0, DistinctTrail::unchecked);
        if unchecked > 0 {
            let records = text::count(unchecked, "CloudTrail record", "CloudTrail records");
            lines.push(format!(
                "beyond 5,000,000, so that repeats are not found: {records}"
            ));
        }
        for (word, number) in &tally.words {
            let UnknownWord {
                member,
                text,
                is_kept,
            } = word;
            let events = text::count(*number, "event", "events");
            lines.push(if *is_kept {
                format!("unknown {member} `{text}`: {events}, kept as it stands")
            } else {
                format!("unknown {member} `{text}`, neither `true` nor `false`: {events}, taken as unknown")
            });
        }
        if tally.other_words > 0 {
            lines.push(format!("other unknown words: {}", tally.other_words));
        }
        if tally.without_time > 0 {
            let events = text::count(tally.without_time, "event", "events");
            lines.push(format!("without a time: {events}"));
        }
        if self.future > 0 {
            let events = text::count(self.future, "event", "events");
            lines.push(format!("with a time in the future: {events}"));
        }
        if tally.without_id > 0 {
            let events = text::count(tally.without_id, "event", "events");
            lines.push(format!("without an id, so that repeats are not found: {events}"));
        }
        for no_log in self.no_logs.iter().take(MOST_NAMED) {
            let NoLog { file, seems, help } = no_log;
            lines.push(format!(
                "no record of Cognito in `{file}`: it seems to be {seems}; {help}"
            ));
        }
        let more = self.no_logs.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            let files = text::count(more, "more file", "more files");
            lines.push(format!("no record of Cognito in {files}"));
        }
        lines
    }

    fn headline(&self) -> String {
        let tally = &self.tally;
        let files = text::count(tally.files, "file", "files");
        let events = text::count(self.events.distinct(), "event", "events");
        let mut line = format!("read {files}: {events}");
        if self.events.repeats() > 0 {
            let repeats = text::count(self.events.repeats(), "repeat", "repeats");
            line = format!("{line}, {repeats} left out");
        }
        if let (Some(first), Some(last)) = (tally.first, tally.last) {
            line = format!("{line}; from {first:.0} to {last:.0}");
        }
        line
    }

    /// Lines that are events, and were not understood.
    fn other_version(&self) -> u64 {
        let strangers = &self.tally.strangers;
        strangers.get(&Stranger::OtherVersion).copied().unwrap_or(0)
    }

    /// What should have been read and could not be, a line each.
    pub fn unread(&self) -> Vec<String> {
        let mut lines = self.faults.clone();
        if self.other_version() > 0 {
            let [one, many] = Stranger::OtherVersion.label();
            lines.push(text::count(self.other_version(), one, many));
        }
        lines.extend(self.tally.named.iter().map(ToString::to_string));
        let more = self.tally.broken - self.tally.named.len() as u64;
        if more > 0 {
            let mut line = text::count(more, "more value is not listed", "more values are not listed");
            let named = self.tally.named.chunk_by(|a, b| a.file == b.file).count() as u64;
            let files = self.tally.broken_files.saturating_sub(named);
            if files > 0 {
                let files = text::count(files, "further file has", "further files have");
                line = format!("{line}; {files} such values");
            }
            lines.push(line);
        }
        lines
    }
}

/// An error of the file that events are kept in.
pub fn temporary(error: &io::Error) -> CliError {
    CliError::System(io::Error::other(format!(
        "a temporary file cannot be used: {}; TMPDIR names the folder for it",
        crate::fs::describe_error(error)
    )))
}
