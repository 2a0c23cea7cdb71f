//! The lists at the head of an investigation: users, and addresses, the worst first.

use std::collections::{BTreeMap, BTreeSet};

use crate::investigate::{AddressRow, Investigation, StepCause, TimelineStep, TimelineUser};
use crate::model::response::RiskLevel;
use crate::text;

use crate::render::section::{Block, Numbers, Part, Tone};

/// So many users are read one by one; more have a list, and a page folds them.
pub(in crate::render) const OPEN: usize = 5;

/// Countries that are named.
const COUNTRIES: usize = 3;

/// All users in a table; `None` for few.
pub(in crate::render) fn users(found: &Investigation, most: usize) -> Option<Part> {
    let row = |user: &TimelineUser| {
        let addresses: BTreeSet<_> = user.steps.iter().filter_map(TimelineStep::address).collect();
        let compromised = user.steps.iter().filter(|step| step.is_compromised()).count() as u64;
        let last = user.steps.iter().filter_map(TimelineStep::at).max();
        vec![
            user.title(),
            risk(user.risk(), user.steps.iter().any(TimelineStep::is_free)),
            what(compromised, &user.causes()),
            last.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string()),
            user.steps.len().to_string(),
            addresses.len().to_string(),
        ]
    };
    let heads = [
        "user",
        "highest risk",
        "what happened",
        "last seen (UTC)",
        "steps",
        "addresses",
    ];
    let rows = found.users.iter().take(most).map(row).collect();
    let all = found.users.len();
    (all > OPEN).then(|| part(text::count(all, "user", "users"), &heads, 4, rows, all))
}

/// All addresses of users in a table; `None` for a single one.
pub(in crate::render) fn addresses(found: &Investigation, most: usize) -> Option<Part> {
    let row = |row: &AddressRow| {
        vec![
            row.address.clone().unwrap_or_else(|| "unknown".to_owned()),
            text::some_words(&row.countries, COUNTRIES),
            risk(row.risk, row.is_free),
            what(row.compromised, &row.causes),
            row.users.to_string(),
            row.steps.to_string(),
        ]
    };
    let all = found.addresses();
    let heads = [
        "address",
        "countries",
        "highest risk",
        "what happened",
        "users",
        "steps",
    ];
    let rows = all.iter().take(most).map(row).collect();
    // Requests without a user stand apart.
    let head = format!("{} addresses of users", all.len());
    (all.len() > 1).then(|| part(head, &heads, 4, rows, all.len()))
}

fn part(head: String, heads: &[&str], words: usize, rows: Vec<Vec<String>>, all: usize) -> Part {
    let left = all.saturating_sub(rows.len());
    let more = (left > 0).then(|| format!("and {left} more; --format json has all"));
    let table = Numbers {
        title: String::new(),
        heads: heads.iter().map(|head| (*head).to_owned()).collect(),
        words,
        rows,
        notes: more.into_iter().collect(),
        chart: None,
    };
    Part::new(head, Tone::Plain, vec![Block::Numbers(table)])
}

/// What no event rates is unknown.
fn risk(level: Option<RiskLevel>, is_free: bool) -> String {
    let otherwise = if is_free { "no risk" } else { "unknown" };
    level.map_or(otherwise, RiskLevel::as_str).to_owned()
}

/// `1 × compromised credentials, 3 × wrong password`.
fn what(compromised: u64, causes: &BTreeMap<StepCause, u64>) -> String {
    let compromised = (compromised > 0).then_some((compromised, "compromised credentials"));
    let causes = causes.iter().map(|(cause, number)| (*number, cause.label()));
    let all = compromised.into_iter().chain(causes);
    let all = all.map(|(number, words)| format!("{number} × {words}"));
    all.collect::<Vec<_>>().join(", ")
}
