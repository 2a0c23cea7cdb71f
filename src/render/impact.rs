//! The impact of policies as a paper: what the events are, and for each pool what would have become of them.

mod csv;
pub(super) mod grid;
pub(super) mod picture;

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::impact::{
    EventCount, ImpactFlow, ImpactReport, PolicyImpact, PoolImpact, ReplayOutcome, WouldBlock,
};
use crate::text;

use super::section::{self, Block, Paper, Part, Tone};
use super::{Format, RenderOptions, json, summary, words};
use crate::render::html::page::Tile;
use crate::render::impact::grid::{sentence, tables};

/// The formats that show an impact.
pub const IMPACT_FORMATS: [Format; 6] = [
    Format::Human,
    Format::Csv,
    Format::Json,
    Format::Markdown,
    Format::Comment,
    Format::Html,
];

/// Said once, in the head: what the numbers are.
const REPLAY: &str =
    "a replay of recorded events, not a forecast: other responses lead to other risk scores later";

/// Writes the impact; a format that is not among [`IMPACT_FORMATS`] writes what `human` does.
pub(super) fn impact(
    format: Format,
    report: &ImpactReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Csv => csv::render(report, out),
        Format::Json => json::impact::render(report, options, out),
        _ => paper(report).write(format, options, out),
    }
}

fn paper(report: &ImpactReport) -> Paper {
    let pools = report.pools.iter().enumerate();
    Paper {
        question: "What would have happened?",
        kind: "cogward impact",
        subject: closing(report),
        version: report.version,
        facts: vec![("what", REPLAY.to_owned())],
        tiles: tiles(report),
        parts: pools.map(|(number, pool)| part(pool, number)).collect(),
        tail: section::read(&report.reading, &report.not_checked).collect(),
    }
}

/// What changes for most users.
fn tiles(report: &ImpactReport) -> Vec<Tile> {
    let tile = |flow: ImpactFlow, class| {
        let changes = report.pools.iter().flat_map(|pool| &pool.impact.changes);
        let events = changes
            .filter(|change| change.flow == flow)
            .map(|change| change.count.events);
        Tile {
            number: usize::try_from(events.sum::<u64>()).unwrap_or(usize::MAX),
            words: match flow {
                ImpactFlow::NewlyBlocked => "events newly blocked",
                ImpactFlow::NewlyChallenged => "events newly asked for MFA",
                _ => "events no longer blocked",
            },
            class,
        }
    };
    vec![
        tile(ImpactFlow::NewlyBlocked, "error"),
        tile(ImpactFlow::NewlyChallenged, "warning"),
        tile(ImpactFlow::NoLongerBlocked, "note"),
    ]
}

fn part(pool: &PolicyImpact, number: usize) -> Part {
    let (accepted, counted): (Vec<_>, Vec<_>) = pool
        .findings
        .iter()
        .partition(|finding| finding.suppressed.is_some());
    let mut items = facts(pool);
    items.extend(
        accepted
            .into_iter()
            .map(|finding| ("accepted", sentence(finding))),
    );
    let marked = counted
        .into_iter()
        .map(|finding| Block::Marked(sentence(finding)));
    // What makes numbers say less comes before them.
    let blocks = marked.chain([Block::Items(items)]);
    let tables = tables(pool, number).into_iter().map(Block::Numbers);
    Part::new(title(pool), Tone::Plain, blocks.chain(tables).collect())
}

fn title(pool: &PolicyImpact) -> String {
    words::policy_title(&pool.pool_name, &pool.pool, &pool.policy)
}

/// What stands above the tables.
fn facts(pool: &PolicyImpact) -> Vec<(&'static str, String)> {
    let impact = &pool.impact;
    let mut facts = vec![("now", pool.now.clone()), ("proposed", pool.proposed.clone())];
    let mut seen = counted(impact.total);
    if let (Some(first), Some(last)) = (impact.first, impact.last) {
        let days = text::count(impact.days, "day", "days");
        seen = format!("{seen}, {first:.0} to {last:.0}, {days} with events");
    }
    if impact.without_user > 0 {
        let none = text::count(impact.without_user, "names", "name");
        seen = format!("{seen}; {none} no user");
    }
    facts.push(("events", seen));
    if impact.total.events > 0 {
        let all = impact.share();
        facts.extend(blocked(impact).map(|words| ("blocked", words)));
        facts.push(("would be blocked", share(&all, pool)));
        let account = all.account();
        if !account.is_empty() {
            facts.push(("missing", format!("sign-ins: {}", account.join(", "))));
        }
    }
    if impact.open_clients > 0 {
        let events = text::count(impact.open_clients, "event names", "events name");
        let words = "no known client: they count only where the outcome is the same for every client";
        facts.push(("clients", format!("{events} {words}")));
    }
    if impact.notifications > 0 {
        facts.push((
            "emails",
            text::count(impact.notifications, "notification", "notifications"),
        ));
    }
    if impact.unconfirmed_notifications > 0 {
        let emails = text::count(impact.unconfirmed_notifications, "notification", "notifications");
        let words = "unconfirmed whether sent: the notification configuration or its template is missing";
        facts.push(("emails", format!("{emails} {words}")));
    }
    if impact.uncounted > 0 {
        let events = text::count(impact.uncounted, "event is", "events are");
        let words = "of users beyond the 500,000 that are counted: numbers of users are at least so many";
        facts.push(("note", format!("{events} {words}")));
    }
    if impact.undiagnosed > 0 {
        let events = text::count(impact.undiagnosed, "sign-in is", "sign-ins are");
        facts.push((
            "note",
            format!("{events} not counted by client or address: there are too many of both"),
        ));
    }
    facts.extend(pool.notes.iter().map(|note| ("note", note.clone())));
    facts
}

/// How the numbers of blocked events belong together: `5 events as proposed, 1 of them now too; 4 newly, of which 1 had failed
/// anyway`. `None` where none is blocked.
fn blocked(impact: &PoolImpact) -> Option<String> {
    let row = impact
        .outcomes
        .iter()
        .find(|row| row.outcome == ReplayOutcome::Blocked)?;
    let (now, proposed) = (row.now.events, row.proposed.events);
    if now + proposed == 0 {
        return None;
    }
    let newly = impact
        .changes
        .iter()
        .find(|change| change.flow == ImpactFlow::NewlyBlocked);
    let (newly, failed) = newly.map_or((0, 0), |change| (change.count.events, change.failed));
    Some(format!(
        "{} of all kinds as proposed, {now} now; {newly} newly, of which {failed} had failed anyway",
        text::count(proposed, "event", "events")
    ))
}

/// `3 of 24 sign-ins that had not failed (12.50 %; 16.67 % with the 1 unknown)`.
fn share(share: &WouldBlock, pool: &PolicyImpact) -> String {
    let of = text::count(share.sign_ins, "sign-in", "sign-ins");
    let Some((least, most)) = share.percent() else {
        return match share.unclear {
            0 => "no sign-in of a local user is recorded that had not failed".to_owned(),
            unclear => format!(
                "none of {} is certain to count",
                text::count(unclear, "incomplete sign-in", "incomplete sign-ins")
            ),
        };
    };
    let blocked = share.blocked;
    let mut words = format!("{blocked} of {of} that had not failed ({least:.2} %");
    if share.unclear > 0 {
        let _ = write!(words, " at least, {most:.2} % at most");
    } else if share.unknown > 0 {
        let _ = write!(words, "; {most:.2} % with the {} unknown", share.unknown);
    }
    words.push(')');
    if let (Some(max), Some(limit)) = (pool.max_percent, pool.limit()) {
        let limit = if limit == "unmet" { "not met" } else { limit };
        let _ = write!(words, "; the policy allows {max} %: {limit}");
    }
    words
}

/// `26 events of 21 users`.
fn counted(count: EventCount) -> String {
    let events = text::count(count.events, "event", "events");
    format!("{events} of {}", text::count(count.users, "user", "users"))
}

fn closing(report: &ImpactReport) -> String {
    let failed = report.not_checked.iter().any(|entry| entry.failed);
    if report.pools.is_empty() {
        let unread = (!failed).then_some("policy with a `target`");
        return summary::nothing_seen("judged", unread, failed);
    }
    let pools = text::count(report.pools.len(), "pool", "pools");
    let mut text = format!(
        "{} {} read for {pools}",
        text::count(report.events, "event", "events"),
        if report.events == 1 { "was" } else { "were" }
    );
    if report.other_pools > 0 {
        let _ = write!(text, ", {} of pools without a policy", report.other_pools);
    }
    if report.without_pool > 0 {
        let _ = write!(
            text,
            ", {} no pool",
            text::count(report.without_pool, "names", "name")
        );
    }
    text
}
