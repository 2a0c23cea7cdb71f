//! The tables of an impact, the same in every format for people.

use std::fmt::Write as _;

use crate::finding::{Finding, Severity};
use crate::impact::{
    Breakdown, BreakdownRow, EventCount, ImpactChange, ImpactFlow, OutcomeRow, PolicyImpact, PoolImpact,
    ReplayOutcome,
};

use crate::text;

use crate::render::impact::picture::{self, Outcomes};
use crate::render::picture::Scale;
use crate::render::section::Numbers;
use crate::render::words;

/// Most rows of a table; the others are counted.
const MOST_ROWS: usize = 12;

/// Days of a table: a month.
const MOST_DAYS: usize = 31;

/// The tables that have rows, in their order. Pictures are called by the number of the pool and their own.
pub(in crate::render) fn tables(pool: &PolicyImpact, number: usize) -> Vec<Numbers> {
    let impact = &pool.impact;
    if impact.total.events == 0 {
        return Vec::new();
    }
    let id = |at| format!("p{number}-{at}");
    let (levels, others): (Vec<_>, Vec<_>) = impact.breakdowns.iter().partition(|one| one.by == "level");
    let mut tables = vec![outcomes(pool), changes(&impact.changes)];
    tables.extend(levels.into_iter().map(|one| by_level(impact, one, &id(0))));
    tables.push(reasons(pool));
    let others = others.into_iter().zip(1..);
    tables.extend(others.map(|(one, at)| breakdown(&named(one, pool), &id(at))));
    tables.push(users(pool));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

/// A table of which the first columns hold words.
fn table(title: &str, heads: &[&str], words: usize, rows: impl Iterator<Item = Vec<String>>) -> Numbers {
    Numbers {
        title: title.to_owned(),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        words,
        rows: rows.collect(),
        notes: Vec::new(),
        chart: None,
    }
}

fn outcomes(pool: &PolicyImpact) -> Numbers {
    let rows = pool.impact.outcomes.iter();
    let rows = rows.filter(|row| row.now.events + row.proposed.events > 0);
    let row = |row: &OutcomeRow| {
        vec![
            row.outcome.label().to_owned(),
            short(row.now),
            short(row.proposed),
            row.failed.to_string(),
            row.valid.to_string(),
            row.invalid.to_string(),
        ]
    };
    let title = "all events (users) by outcome; the last three columns are about what is proposed";
    let heads = [
        "outcome",
        "now",
        "proposed",
        "failed already",
        "it was the user",
        "it was not",
    ];
    table(title, &heads, 1, rows.map(row))
}

/// Two rows for all events and for each level: now, and as proposed.
fn by_level(impact: &PoolImpact, levels: &Breakdown, id: &str) -> Numbers {
    let all = |count: &dyn Fn(&OutcomeRow) -> EventCount| -> Outcomes {
        let rows = impact.outcomes.iter();
        rows.map(|row| (row.outcome, count(row))).collect()
    };
    let (now, proposed) = (all(&|row| row.now), all(&|row| row.proposed));
    let shown = shown(&[&now, &proposed].into_iter());
    let all = ("all", impact.total, &now, &proposed);
    let rank = |name: &str| {
        ["high", "medium", "low", "no risk"]
            .iter()
            .position(|one| *one == name)
    };
    let mut rows: Vec<_> = levels.rows.iter().collect();
    rows.sort_by_key(|row| (rank(row.name()).unwrap_or(usize::MAX), row.value.is_none()));
    let levels = rows.into_iter().take(MOST_ROWS);
    let levels = levels.map(|row| (row.name(), row.total, &row.now, &row.outcomes));
    let rows: Vec<_> = std::iter::once(all)
        .chain(levels)
        .flat_map(|(level, total, now, proposed)| {
            [("now", now), ("proposed", proposed)]
                .map(|(when, outcomes)| (format!("{level}, {when}"), total, outcomes))
        })
        .collect();
    let title = "by risk level, now and proposed";
    let bars = rows.iter().map(|(name, _, outcomes)| (name.clone(), *outcomes));
    let cells = rows.iter().map(|(name, total, outcomes)| {
        let first = [name.clone(), short(*total)];
        first.into_iter().chain(numbers(outcomes, &shown)).collect()
    });
    Numbers {
        chart: Some(picture::chart((id, title), Scale::Each, &shown, bars)),
        ..table(title, &heads("level", &shown), 1, cells)
    }
}

/// The outcomes that some of these events have.
fn shown<'a>(rows: &(impl Iterator<Item = &'a Outcomes> + Clone)) -> Vec<ReplayOutcome> {
    let has = |outcome: &ReplayOutcome| {
        let mut counts = rows.clone().filter_map(|row| row.get(outcome));
        counts.any(|count| count.events > 0)
    };
    ReplayOutcome::ALL.into_iter().filter(has).collect()
}

/// The heads of a table with a column for each of these outcomes.
fn heads<'a>(first: &'a str, shown: &[ReplayOutcome]) -> Vec<&'a str> {
    let first = [first, "events (users)"].into_iter();
    first.chain(shown.iter().map(|outcome| outcome.label())).collect()
}

fn numbers(outcomes: &Outcomes, shown: &[ReplayOutcome]) -> impl Iterator<Item = String> {
    let counts = shown.iter().map(|outcome| outcomes.get(outcome));
    let counts = counts.map(|count| count.filter(|count| count.events > 0));
    counts.map(|count| count.map_or(String::new(), |count| short(*count)))
}

fn changes(changes: &[ImpactChange]) -> Numbers {
    let rows = changes.iter().filter(|change| change.count.events > 0);
    let row = |change: &ImpactChange| {
        let mfa = match change.flow {
            ImpactFlow::NewlyChallenged | ImpactFlow::NoLongerChallenged => change.with_mfa.to_string(),
            _ => String::new(),
        };
        vec![
            change.flow.label().to_owned(),
            short(change.count),
            change.failed.to_string(),
            mfa,
            change.valid.to_string(),
            change.invalid.to_string(),
        ]
    };
    let heads = [
        "change",
        "events (users)",
        "failed already",
        "MFA recorded",
        "it was the user",
        "it was not",
    ];
    table(
        "events (users) with another outcome than now",
        &heads,
        1,
        rows.map(row),
    )
}

fn reasons(pool: &PolicyImpact) -> Numbers {
    let all = &pool.impact.reasons;
    let row = |row: &crate::impact::ReasonRow| {
        let pointer = row.pointer.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![
            format!("{}: {}", row.outcome.label(), row.reason.label()),
            pointer,
            row.events.to_string(),
        ]
    };
    let heads = ["outcome", "setting", "events"];
    let rows = all.iter().take(MOST_ROWS).map(row);
    Numbers {
        notes: more(all.len(), MOST_ROWS),
        ..table("why, and the setting that decides", &heads, 2, rows)
    }
}

/// Clients go by their names, with their ids beside them.
pub(super) fn named(breakdown: &Breakdown, pool: &PolicyImpact) -> Breakdown {
    let mut named = breakdown.clone();
    for row in named.rows.iter_mut().filter(|_| breakdown.by == "client") {
        if let Some(id) = &mut row.value
            && let Some(name) = pool.clients.get(id.as_str())
            && name != id
        {
            *id = format!("{name} ({id})");
        }
    }
    named
}

fn breakdown(breakdown: &Breakdown, id: &str) -> Numbers {
    let shown = shown(&breakdown.rows.iter().map(|row| &row.outcomes));
    let heads = heads(breakdown.by, &shown);
    let row = |row: &BreakdownRow| {
        let first = [row.name().to_owned(), short(row.total)];
        first.into_iter().chain(numbers(&row.outcomes, &shown)).collect()
    };
    let most = if breakdown.by == "day" {
        MOST_DAYS
    } else {
        MOST_ROWS
    };
    let mut notes = more(breakdown.rows.len(), most);
    if breakdown.beyond > 0 {
        let words = "event of further values is not shown";
        let all = "events of further values are not shown";
        notes.push(text::count(breakdown.beyond, words, all));
    }
    let title = format!("by {}, as proposed", breakdown.by);
    // Days are in order, and the last of them tell most; of others the first have most events.
    let from = match breakdown.by {
        "day" => breakdown.rows.len().saturating_sub(most),
        _ => 0,
    };
    let rows = breakdown.rows.iter().skip(from).take(most).map(row);
    Numbers {
        notes,
        chart: picture::breakdown(breakdown, &shown, id),
        ..table(&title, &heads, 1, rows)
    }
}

fn users(pool: &PolicyImpact) -> Numbers {
    let row = |user: &crate::impact::HitUser| {
        let name = user
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" ({name})"));
        vec![
            format!("{}{name}", user.user),
            user.blocked.to_string(),
            user.challenged.to_string(),
        ]
    };
    let heads = ["user", "newly blocked", "newly asked for MFA"];
    let title = "users most hit, without what had failed already";
    table(title, &heads, 1, pool.impact.users.iter().map(row))
}

/// What a rule about events says, with the id that `cogward explain` explains. Warnings go without saying so.
pub(super) fn sentence(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Warning => String::new(),
        other => format!("{}: ", other.as_str()),
    };
    let mut text = format!("{severity}{} [{}]", finding.message, finding.rule);
    if let Some(suppression) = &finding.suppressed {
        let _ = write!(text, ", {}", words::suppression(suppression));
    }
    text
}

/// How many rows are left out.
fn more(rows: usize, most: usize) -> Vec<String> {
    let left = rows.saturating_sub(most);
    (left > 0)
        .then(|| format!("and {left} more"))
        .into_iter()
        .collect()
}

/// `26 (21)`.
fn short(count: EventCount) -> String {
    if count.events == 0 {
        "0".to_owned()
    } else {
        format!("{} ({})", count.events, count.users)
    }
}
