//! The tables of an impact, the same in every format for people.

use crate::impact::{
    Breakdown, BreakdownRow, EventCount, ImpactChange, ImpactFlow, PolicyImpact, ReplayOutcome,
};
use crate::text;

/// Most rows of a table; the others are counted.
const MOST_ROWS: usize = 12;

/// A table: its title, its head, and its rows. Cells are as they came.
pub(super) struct Grid<'a> {
    /// What a picture beside it would show.
    pub(super) subject: GridSubject<'a>,
    pub(super) title: String,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// What was left out, in words.
    pub(super) more: Option<String>,
}

/// What a table is about, as far as there is a picture of it.
#[derive(Clone, Copy)]
pub(super) enum GridSubject<'a> {
    /// Outcomes, now and proposed.
    Outcomes,
    /// Outcomes by a member of the events.
    Breakdown(&'a Breakdown),
    /// Anything else.
    Other,
}

/// The tables that have rows, in their order.
pub(super) fn grids(pool: &PolicyImpact) -> Vec<Grid<'_>> {
    let impact = &pool.impact;
    if impact.total.events == 0 {
        return Vec::new();
    }
    let mut grids = vec![outcomes(pool), changes(&impact.changes), reasons(pool)];
    grids.extend(impact.breakdowns.iter().map(breakdown));
    if !impact.users.is_empty() {
        grids.push(users(pool));
    }
    grids.retain(|grid| !grid.rows.is_empty());
    grids
}

fn outcomes(pool: &PolicyImpact) -> Grid<'_> {
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
    Grid {
        subject: GridSubject::Outcomes,
        title: "events (users) by outcome; of the proposed: failed already (no new harm), feedback"
            .to_owned(),
        head: words(&[
            "outcome",
            "now",
            "proposed",
            "failed already",
            "it was the user",
            "it was not",
        ]),
        rows: rows.map(row).collect(),
        more: None,
    }
}

fn changes(changes: &[ImpactChange]) -> Grid<'_> {
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
    Grid {
        subject: GridSubject::Other,
        title: "what changes, from now to proposed".to_owned(),
        head: words(&[
            "change",
            "events (users)",
            "failed already",
            "MFA recorded",
            "it was the user",
            "it was not",
        ]),
        rows: rows.map(row).collect(),
        more: None,
    }
}

fn reasons(pool: &PolicyImpact) -> Grid<'_> {
    let all = &pool.impact.reasons;
    let row = |row: &crate::impact::ReasonRow| {
        let pointer = row.pointer.as_ref().map(ToString::to_string).unwrap_or_default();
        vec![
            format!("{}: {}", row.outcome.label(), row.reason.label()),
            pointer,
            row.events.to_string(),
        ]
    };
    Grid {
        subject: GridSubject::Other,
        title: "why, and the setting that decides".to_owned(),
        head: words(&["outcome", "setting", "events"]),
        rows: all.iter().take(MOST_ROWS).map(row).collect(),
        more: more(all.len()),
    }
}

fn breakdown(breakdown: &Breakdown) -> Grid<'_> {
    let has = |outcome: &ReplayOutcome| {
        breakdown
            .rows
            .iter()
            .any(|row| row.outcomes.contains_key(outcome))
    };
    let outcomes: Vec<_> = ReplayOutcome::ALL.into_iter().filter(has).collect();
    let mut head = words(&[breakdown.by, "events (users)"]);
    head.extend(outcomes.iter().map(|outcome| outcome.label().to_owned()));
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
    let mut more = more(breakdown.rows.len());
    if breakdown.beyond > 0 {
        more = Some(format!(
            "{} events of further values are not shown",
            breakdown.beyond
        ));
    }
    Grid {
        subject: GridSubject::Breakdown(breakdown),
        title: format!("by {}, as proposed", breakdown.by),
        head,
        rows: breakdown.rows.iter().take(MOST_ROWS).map(row).collect(),
        more,
    }
}

fn users(pool: &PolicyImpact) -> Grid<'_> {
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
    Grid {
        subject: GridSubject::Other,
        title: "users most hit, without what had failed already".to_owned(),
        head: words(&["user", "newly blocked", "newly asked for MFA"]),
        rows: pool.impact.users.iter().map(row).collect(),
        more: None,
    }
}

fn more(rows: usize) -> Option<String> {
    let left = rows.saturating_sub(MOST_ROWS);
    (left > 0).then(|| format!("and {}", text::count(left, "more", "more")))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// `26 (21)`.
fn short(count: EventCount) -> String {
    if count.events == 0 {
        "0".to_owned()
    } else {
        format!("{} ({})", count.events, count.users)
    }
}
