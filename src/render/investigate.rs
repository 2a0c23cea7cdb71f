//! An investigation as a paper: who was asked for, users with their steps, and what was read.

pub(super) mod index;
pub(super) mod view;

use std::io::{self, Write};

use crate::investigate::{Investigation, StepCause, TimelineStep, TimelineUser};
use crate::model::response::RiskLevel;
use crate::text;

use super::section::{self, Block, Paper, Part, Tone};
use super::{Format, RenderOptions, json};
use crate::render::html::page::Tile;

/// The formats that show an investigation.
pub const INVESTIGATE_FORMATS: [Format; 4] = [Format::Human, Format::Json, Format::Markdown, Format::Html];

/// Users that are shown at a terminal, steps of each, and rows of the lists of users and addresses.
const TERMINAL: [usize; 3] = [10, 20, 10];

/// The same on a page.
const PAGE: [usize; 3] = [200, 200, 100];

/// Kinds of requests without a user that are shown.
const NAMELESS_ROWS: usize = 10;

/// Why requests have no user.
const NAMELESS: &str = "CloudTrail records no user for unknown user names, nor for pages before sign-in; many such requests suggest guessing.";

/// Writes the investigation; a format that is not among [`INVESTIGATE_FORMATS`] writes what `human` does.
pub(super) fn investigation(
    format: Format,
    found: &Investigation,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => json::investigate::render(found, options, out),
        Format::Markdown | Format::Comment | Format::Html => paper(found, PAGE).write(format, options, out),
        _ => paper(found, TERMINAL).write(format, options, out),
    }
}

fn paper(found: &Investigation, [most_users, most_steps, most_rows]: [usize; 3]) -> Paper {
    let mut facts = view::facts(found);
    let all = found.users.len();
    if all > most_users {
        let shown = format!("{most_users} of {all} users: --user shows one, --format json all");
        facts.push(("shown", shown));
    }
    if found.redacted {
        let words = "pseudonyms, the same everywhere; --names shows the names";
        facts.push(("names", words.to_owned()));
    }
    let shown = found.users.iter().take(most_users).enumerate();
    let users = shown.map(|(number, user)| Part {
        is_folded: number >= index::OPEN,
        ..view::user(found, user, most_steps)
    });
    let overview = [index::users(found, most_rows), index::addresses(found, most_rows)];
    Paper {
        question: "Who was it?",
        kind: "Incident note",
        subject: format!("pool {}", view::title(found)),
        version: found.version,
        facts,
        tiles: tiles(&found.users),
        parts: overview.into_iter().flatten().chain(users).collect(),
        tail: nameless(found)
            .into_iter()
            .chain(section::read(&found.reading, &found.not_checked))
            .collect(),
    }
}

fn tiles(users: &[TimelineUser]) -> Vec<Tile> {
    let high = |user: &&TimelineUser| user.risk() == Some(RiskLevel::High);
    let refused = |user: &&TimelineUser| user.causes().keys().any(StepCause::is_threat_protection);
    let tile = |number, words, class| Tile { number, words, class };
    let compromised = |user: &&TimelineUser| user.steps.iter().any(TimelineStep::is_compromised);
    vec![
        tile(users.len(), "users", ""),
        tile(users.iter().filter(high).count(), "at high risk", "warning"),
        tile(users.iter().filter(refused).count(), "blocked", "error"),
        tile(
            users.iter().filter(compromised).count(),
            "with compromised credentials",
            "error",
        ),
    ]
}

/// Requests without a user.
fn nameless(found: &Investigation) -> Option<Part> {
    let nameless = &found.nameless;
    let mut rows: Vec<_> = nameless
        .rows
        .iter()
        .take(NAMELESS_ROWS)
        .map(view::nameless)
        .collect();
    let more = nameless.rows.len().saturating_sub(NAMELESS_ROWS);
    if more > 0 {
        rows.push(format!("and {}", text::count(more, "more kind", "more kinds")));
    }
    let blocks = vec![Block::Text(NAMELESS.to_owned()), Block::List(None, rows)];
    let head = text::count(
        nameless.total,
        "request without a user",
        "requests without a user",
    );
    (nameless.total > 0).then(|| Part::new(head, Tone::Plain, blocks))
}
