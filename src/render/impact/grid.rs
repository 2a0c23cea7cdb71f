//! The tables of an impact, the same in every format for people.

use crate::impact::{
    Breakdown, BreakdownRow, EventCount, ImpactChange, ImpactFlow, PolicyImpact, ReplayOutcome,
};

use crate::render::impact::picture;
use crate::render::section::Numbers;

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
    let mut tables = vec![outcomes(pool, number), changes(&impact.changes), reasons(pool)];
    let breakdowns = impact.breakdowns.iter().enumerate();
    tables.extend(breakdowns.map(|(at, one)| breakdown(&named(one, pool), &format!("p{number}-{at}"))));
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
        bars: Vec::new(),
        notes: Vec::new(),
        picture: None,
    }
}

fn outcomes(pool: &PolicyImpact, number: usize) -> Numbers {
    let rows = pool.impact.outcomes.iter();
    let rows = rows.filter(|row| row.now.events + row.proposed.events > 0);
    let row = |row: &crate::impact::OutcomeRow| {
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
    Numbers {
        picture: Some(picture::outcomes(&pool.impact, &format!("p{number}"))),
        ..table(title, &heads, 1, rows.map(row))
    }
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
fn named(breakdown: &Breakdown, pool: &PolicyImpact) -> Breakdown {
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
    let has = |outcome: &ReplayOutcome| {
        breakdown
            .rows
            .iter()
            .any(|row| row.outcomes.contains_key(outcome))
    };
    let outcomes: Vec<_> = ReplayOutcome::ALL.into_iter().filter(has).collect();
    let mut heads = vec![breakdown.by, "events (users)"];
    heads.extend(outcomes.iter().map(|outcome| outcome.label()));
    let row = |row: &BreakdownRow| {
        let mut cells = vec![
            row.value.clone().unwrap_or_else(|| "unknown".to_owned()),
            short(row.total),
        ];
        let number = |outcome| {
            row.outcomes
                .get(outcome)
                .map_or(String::new(), |count| short(*count))
        };
        cells.extend(outcomes.iter().map(number));
        cells
    };
    let most = if breakdown.by == "day" {
        MOST_DAYS
    } else {
        MOST_ROWS
    };
    let mut notes = more(breakdown.rows.len(), most);
    if breakdown.beyond > 0 {
        notes = vec![format!(
            "{} events of further values are not shown",
            breakdown.beyond
        )];
    }
    let title = format!("by {}, as proposed", breakdown.by);
    let rows = breakdown.rows.iter().take(most).map(row);
    Numbers {
        notes,
        picture: picture::breakdown(breakdown, id),
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
