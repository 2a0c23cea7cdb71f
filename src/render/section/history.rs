//! The history of pools as blocks: modes, agreement with the policy and findings on one axis, and what happened on which day.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::report::{HistoryRun, HistorySection, HistoryWrite, PARTLY, SubjectHistory};
use crate::text;

use super::alike::{alike, of_all};
use super::block::{Block, Part, Row, Rows, Tone};
use super::timeline::{Bar, Fill, Timeline};

/// Columns of a terminal for days.
const DAY: usize = 11;

/// What the parts of the bars mean.
const LEGEND: [(Fill, &str); 5] = [
    (Fill::Used, "ENFORCED, matches the policy, or no findings"),
    (Fill::Counts, "AUDIT, or warnings or notes"),
    (Fill::Refused, "OFF, differs from the policy, or errors"),
    (Fill::Unread, "partly read"),
    (Fill::Nothing, "nothing known"),
];

/// Everything that the section says, its closing line and what was not checked included.
pub(super) fn parts(section: &HistorySection) -> Vec<Part> {
    let of = |subject: &SubjectHistory| format!("{:?}", (&subject.modes, &subject.runs, &subject.writes));
    let mut subjects = alike(&section.subjects, of);
    subjects.sort_by_key(|same| Reverse(badness(same[0])));
    let subjects = subjects.into_iter().map(|same| {
        let titles: Vec<_> = same.iter().map(|subject| subject.title()).collect();
        of_all(part(same[0], section), &titles)
    });
    let mut all: Vec<_> = compared(section).into_iter().chain(subjects).collect();
    let timelines = all.iter_mut().flat_map(|part| &mut part.blocks);
    let timelines = timelines.filter_map(|block| match block {
        Block::Timeline(timeline) => Some(timeline),
        _ => None,
    });
    Timeline::share_legend(timelines);
    all.into_iter()
        .chain([Part::plain(vec![Block::Closing, Block::NotChecked])])
        .collect()
}

/// What was found last: differences that weaken, all of them, errors, warnings, and what was not read.
fn badness(subject: &SubjectHistory) -> [usize; 5] {
    let compared = subject.last_comparison();
    let checked = subject.checks().last();
    let of = |number: Option<Option<usize>>| number.flatten().unwrap_or_default();
    [
        of(compared.map(|run| run.weaker)),
        of(compared.map(|run| run.differences)),
        checked.map_or(0, |run| run.errors),
        checked.map_or(0, |run| run.warnings),
        usize::from(compared.or(checked).is_some_and(|run| run.partly_read)),
    ]
}

/// How many pools of a day's comparisons are weaker than their policy; `None` where fewer than two pools were compared.
fn compared(section: &HistorySection) -> Option<Part> {
    let mut days: BTreeMap<Date, BTreeMap<usize, &HistoryRun>> = BTreeMap::new();
    for (index, subject) in section.subjects.iter().enumerate() {
        let compared = subject.runs.iter().filter(|run| run.differences.is_some());
        // Of several runs of a day, the last one.
        compared.for_each(|run| _ = days.entry(run.day).or_default().insert(index, run));
    }
    let pools: BTreeSet<_> = days.values().flat_map(BTreeMap::keys).collect();
    if pools.len() < 2 {
        return None;
    }
    let differs = |run: &HistoryRun| run.differences.is_some_and(|number| number > 0);
    let fill = |runs: &BTreeMap<usize, &HistoryRun>| match runs.values().any(|run| differs(run)) {
        true => Fill::Refused,
        false if runs.values().any(|run| run.partly_read) => Fill::Unread,
        false => Fill::Used,
    };
    let words = |runs: &BTreeMap<usize, &HistoryRun>| {
        let number = |is_so: &dyn Fn(&HistoryRun) -> bool| runs.values().filter(|run| is_so(run)).count();
        let weaker = number(&|run| run.weaker.is_some_and(|weaker| weaker > 0));
        let partly = number(&|run| run.partly_read);
        let pools = text::count(runs.len(), "pool", "pools");
        let partly = if partly > 0 {
            format!(", {partly} partly read")
        } else {
            String::new()
        };
        let missing = match number(&|run| run.missing) {
            0 => String::new(),
            missing => format!(", {missing} not found"),
        };
        let differing = match number(&differs) {
            1 => format!("1 of {pools} differs from its policy"),
            differing => format!("{differing} of {pools} differ from their policies"),
        };
        format!("{differing}, {weaker} of them weaker or undefined{missing}{partly}")
    };
    let told = days.iter().map(|(day, runs)| (*day, words(runs)));
    let mut entries: Vec<_> = told.collect();
    entries.dedup_by(|later, earlier| later.1 == earlier.1);
    let (last, runs) = days.iter().next_back()?;
    let bar = Bar::new(
        "policies".to_owned(),
        days.iter().map(|(day, runs)| (*day, fill(runs))),
        if runs.values().any(|run| differs(run)) {
            "differ"
        } else {
            "match"
        }
        .to_owned(),
    );
    let tone = if fill(runs) == Fill::Refused {
        Tone::Bad
    } else {
        Tone::Plain
    };
    let blocks = vec![
        Block::Line(tone, format!("compared on {last}: {}", words(runs))),
        Block::Timeline(Timeline::new(
            [section.from, section.to],
            vec![bar],
            LEGEND.to_vec(),
        )),
        Block::Rows(Rows {
            heads: ["Day", "What was found"],
            indent: 4,
            width: DAY,
            entries: entries.into_iter().map(row).collect(),
        }),
    ];
    Some(Part::new("all pools".to_owned(), Tone::Plain, blocks))
}

fn part(subject: &SubjectHistory, section: &HistorySection) -> Part {
    let mut blocks: Vec<_> = told(subject).filter_map(|auth| standing(subject, auth)).collect();
    let last = subject
        .last_comparison()
        .and_then(|run| Some((run, run.differences?)));
    if let Some((run, number)) = last {
        let words = format!("compared on {}: {}", run.day, comparison(run, number));
        let tone = match (number, run.partly_read) {
            (0, false) => Tone::Good,
            (0, true) => Tone::Plain,
            _ => Tone::Bad,
        };
        blocks.push(Block::Line(tone, words));
    }
    if let Some(run) = subject.checks().last() {
        let tone = match (run.errors, run.partly_read) {
            (0, false) => Tone::Good,
            (0, true) => Tone::Plain,
            _ => Tone::Bad,
        };
        blocks.push(Block::Line(
            tone,
            format!("{} on {}: {}", run.command, run.day, run.findings()),
        ));
    }
    let bars = bars(subject);
    if !bars.is_empty() {
        let timeline = Timeline::new([section.from, section.to], bars, LEGEND.to_vec());
        blocks.push(Block::Timeline(timeline));
    }
    blocks.push(Block::Rows(Rows {
        heads: ["Day", "What happened"],
        indent: 4,
        width: DAY,
        entries: rows(subject),
    }));
    Part::new(subject.title(), Tone::Plain, blocks)
}

/// Kinds of authentication of which modes are told: not of custom authentication that was never on.
fn told(subject: &SubjectHistory) -> impl Iterator<Item = &'static str> {
    let was_on = |auth: &str| {
        subject
            .modes
            .iter()
            .any(|span| span.auth == auth && span.mode != "OFF")
    };
    ["standard", "custom"]
        .into_iter()
        .filter(move |auth| *auth == "standard" || was_on(auth))
}

/// The mode in which it was seen last.
fn standing(subject: &SubjectHistory, auth: &str) -> Option<Block> {
    let span = subject.last_mode(auth)?;
    let tone = match span.mode {
        "ENFORCED" => Tone::Good,
        // Of custom authentication it is as it should be where no client uses it.
        "OFF" if auth == "standard" => Tone::Bad,
        _ => Tone::Plain,
    };
    let words = format!(
        "{auth} authentication {}, first seen on {}",
        span.mode, span.since
    );
    Some(Block::Line(tone, words))
}

fn comparison(run: &HistoryRun, number: usize) -> String {
    if run.missing {
        return "the pool was not found".to_owned();
    }
    match (number, run.partly_read) {
        (0, false) => return "matches the policy".to_owned(),
        (0, true) => return format!("no difference in what was read; {PARTLY}"),
        _ => {}
    }
    let partly = if run.partly_read {
        format!("; {PARTLY}")
    } else {
        String::new()
    };
    let differences = text::count(number, "difference", "differences");
    let weaker = match run.weaker {
        None | Some(0) => String::new(),
        Some(1) if number == 1 => ", weaker or undefined".to_owned(),
        Some(weaker) if weaker == number => ", all weaker or undefined".to_owned(),
        Some(weaker) => format!(", {weaker} of them weaker or undefined"),
    };
    format!("{differences} from the policy{weaker}{partly}")
}

fn bars(subject: &SubjectHistory) -> Vec<Bar> {
    let mut bars = Vec::new();
    for auth in told(subject) {
        let spans: Vec<_> = subject.modes.iter().filter(|span| span.auth == auth).collect();
        let fill = |mode: &str| match mode {
            "ENFORCED" => Fill::Used,
            "AUDIT" => Fill::Counts,
            _ => Fill::Refused,
        };
        if let Some(last) = spans.last() {
            let parts = spans.iter().map(|span| (span.since, fill(span.mode)));
            bars.push(Bar::new(format!("{auth} mode"), parts, last.mode.to_owned()));
        }
    }
    let compared = subject
        .runs
        .iter()
        .filter_map(|run| Some((run, run.differences?)));
    if let Some((run, last)) = compared.clone().next_back() {
        let fill = |run: &HistoryRun, number: usize| match (number, run.partly_read) {
            (0, false) => Fill::Used,
            (0, true) => Fill::Unread,
            _ => Fill::Refused,
        };
        let parts = compared.map(|(run, number)| (run.day, fill(run, number)));
        let words = match (last, run.partly_read) {
            _ if run.missing => "not found",
            (0, false) => "matches",
            (0, true) => "partly read",
            _ => "differs",
        };
        bars.push(Bar::new("policy".to_owned(), parts, words.to_owned()));
    }
    if let Some(last) = subject.checks().last() {
        let fill = |run: &HistoryRun| match (run.errors, run.warnings + run.notes) {
            (0, 0) if run.partly_read => Fill::Unread,
            (0, 0) => Fill::Used,
            (0, _) => Fill::Counts,
            _ => Fill::Refused,
        };
        let parts = subject.checks().map(|run| (run.day, fill(run)));
        let all = last.errors + last.warnings + last.notes;
        let partly = if last.partly_read { ", partly read" } else { "" };
        bars.push(Bar::new(
            "findings".to_owned(),
            parts,
            format!("{all} open{partly}"),
        ));
    }
    bars
}

/// What a run changed, and what it may have changed.
fn changed(write: &HistoryWrite) -> String {
    let mut parts = Vec::new();
    if !write.changed.is_empty() {
        parts.push(write.changed.join(", "));
    }
    if !write.unknown.is_empty() {
        parts.push(format!("unknown whether changed: {}", write.unknown.join(", ")));
    }
    if parts.is_empty() {
        parts.push("nothing was confirmed".to_owned());
    }
    parts.join("; ")
}

/// Days on which something became otherwise, oldest first.
pub(super) fn rows(subject: &SubjectHistory) -> Vec<Row> {
    let mut rows: Vec<(Date, String)> = Vec::new();
    for auth in told(subject) {
        let mut before: Option<&str> = None;
        for span in subject.modes.iter().filter(|span| span.auth == auth) {
            let was = before.map_or_else(String::new, |was| format!(", {was} before"));
            rows.push((
                span.since,
                format!("{auth} authentication seen in {}{was}", span.mode),
            ));
            before = Some(span.mode);
        }
    }
    for write in &subject.writes {
        let changed = changed(write);
        let by = write.who.join(", ");
        let mut words = format!("{} by {by}: {changed}", write.command);
        if !write.complete {
            words.push_str("; not complete");
        }
        for reason in &write.reasons {
            words = format!("{words}; {reason}");
        }
        rows.push((write.day, format!("{words} ({})", write.file)));
    }
    let mut before = None;
    for run in &subject.runs {
        if let Some(number) = run.differences
            && before != Some((number, run.weaker, run.missing, run.partly_read))
        {
            before = Some((number, run.weaker, run.missing, run.partly_read));
            rows.push((run.day, comparison(run, number)));
        }
    }
    let mut before = None;
    for run in subject.checks() {
        let now = run.findings();
        if before.as_ref() != Some(&now) {
            rows.push((run.day, format!("{now} ({})", run.command)));
            before = Some(now);
        }
    }
    rows.sort_by_key(|(day, _)| *day);
    rows.into_iter().map(row).collect()
}

fn row((day, words): (Date, String)) -> Row {
    Row {
        tone: Tone::Plain,
        name: day.to_string(),
        words,
    }
}
