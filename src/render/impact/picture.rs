//! The pictures of an impact: outcomes now and as proposed, by level, client and country, and a strip of days.

use crate::impact::{Breakdown, OutcomeRow, PoolImpact, ReplayOutcome};

use crate::render::picture::{Bar, Caption, bars, columns};

/// Most bars of a picture, as many as its table has rows.
const MOST_BARS: usize = 12;

/// Every outcome, now and as proposed: two bars.
pub(in crate::render) fn outcomes(impact: &PoolImpact, id: &str) -> String {
    let shown = |row: &&OutcomeRow| row.now.events + row.proposed.events > 0;
    let rows: Vec<_> = impact.outcomes.iter().filter(shown).collect();
    let legend = legend(rows.iter().map(|row| row.outcome));
    let bar = |label: &str, events: &dyn Fn(&OutcomeRow) -> u64| Bar {
        label: label.to_owned(),
        parts: rows
            .iter()
            .map(|row| (row.outcome.as_str(), events(row)))
            .collect(),
    };
    let both = [
        bar("now", &|row| row.now.events),
        bar("proposed", &|row| row.proposed.events),
    ];
    let caption = Caption {
        id,
        title: "events by outcome, now and as proposed",
        of: "events",
        legend: &legend,
    };
    bars(&caption, &both)
}

/// Outcomes as proposed by a member of the events; `None` for one that is not drawn.
pub(in crate::render) fn breakdown(breakdown: &Breakdown, id: &str) -> Option<String> {
    let is_drawn = matches!(breakdown.by, "level" | "client" | "country" | "day");
    let has = |outcome: &ReplayOutcome| {
        let mut rows = breakdown.rows.iter();
        rows.any(|row| row.outcomes.contains_key(outcome))
    };
    let shown: Vec<_> = ReplayOutcome::ALL.into_iter().filter(has).collect();
    let all: Vec<_> = breakdown
        .rows
        .iter()
        .map(|row| Bar {
            label: row.value.clone().unwrap_or_else(|| "unknown".to_owned()),
            parts: shown
                .iter()
                .map(|outcome| {
                    (
                        outcome.as_str(),
                        row.outcomes.get(outcome).map_or(0, |count| count.events),
                    )
                })
                .collect(),
        })
        .collect();
    let title = format!("outcomes by {}, as proposed", breakdown.by);
    let legend = legend(shown.iter().copied());
    let caption = Caption {
        id,
        title: &title,
        of: "events",
        legend: &legend,
    };
    is_drawn.then(|| match breakdown.by {
        "day" => columns(&caption, &all),
        _ => bars(&caption, all.get(..MOST_BARS).unwrap_or(&all)),
    })
}

fn legend(outcomes: impl Iterator<Item = ReplayOutcome>) -> Vec<(&'static str, &'static str)> {
    outcomes
        .map(|outcome| (outcome.as_str(), outcome.label()))
        .collect()
}
