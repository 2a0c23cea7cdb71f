//! `csv`: the numbers of an impact for spreadsheets, one number of events a line, none left out.

use std::io::{self, Write};

use crate::impact::{EventCount, ImpactReport, PolicyImpact, ReplayOutcome};
use crate::render::escape;
use crate::render::programs::csv::line;

use super::grid::{named, sentence};

const HEAD: [&str; 8] = [
    "pool", "policy", "by", "value", "when", "outcome", "events", "users",
];

/// Writes a head; for each pool its events by outcome, then by each member of [`PoolImpact::breakdowns`], now where that was
/// counted and as proposed; what rules about events found; and what was not checked, as `scan` does.
///
/// [`PoolImpact::breakdowns`]: crate::impact::PoolImpact::breakdowns
pub(super) fn render(report: &ImpactReport, out: &mut dyn Write) -> io::Result<()> {
    let mut text = line(HEAD);
    for pool in &report.pools {
        counts(pool, &mut text);
        for finding in &pool.findings {
            let said = sentence(finding);
            text.push_str(&of(pool, ["finding", finding.rule.as_str(), "", &said, "", ""]));
        }
    }
    for entry in &report.not_checked {
        let why = format!("{}{}", entry.mark(), entry.why);
        text.push_str(&line(["", "", "not checked", &entry.what, "", &why, "", ""]));
    }
    out.write_all(escape::for_log(&text).as_bytes())
}

fn of(pool: &PolicyImpact, cells: [&str; 6]) -> String {
    line([pool.pool.as_str(), &pool.policy].into_iter().chain(cells))
}

fn counts(pool: &PolicyImpact, text: &mut String) {
    let row = |text: &mut String, [by, value, when]: [&str; 3], outcome: ReplayOutcome, count: EventCount| {
        if count.events > 0 {
            let [events, users] = [count.events, count.users].map(|number| number.to_string());
            text.push_str(&of(pool, [by, value, when, outcome.label(), &events, &users]));
        }
    };
    for all in &pool.impact.outcomes {
        row(text, ["all", "", "now"], all.outcome, all.now);
        row(text, ["all", "", "proposed"], all.outcome, all.proposed);
    }
    for breakdown in &pool.impact.breakdowns {
        for one in &named(breakdown, pool).rows {
            for (when, outcomes) in [("now", &one.now), ("proposed", &one.outcomes)] {
                for (outcome, count) in outcomes {
                    row(text, [breakdown.by, one.name(), when], *outcome, *count);
                }
            }
        }
        if breakdown.beyond > 0 {
            let beyond = breakdown.beyond.to_string();
            text.push_str(&of(pool, [breakdown.by, "further values", "", "", &beyond, ""]));
        }
    }
}
