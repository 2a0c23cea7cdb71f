//! The impact of policies for people: at a terminal and in Markdown. Both show the same tables.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::impact::{EventCount, ImpactReport, PolicyImpact, WouldBlock};
use crate::report::NotChecked;
use crate::text;

use super::format::COMMENT_ROOM;
use super::grid::grid;
use super::html_page;
use super::human::{paint, wrap};
use super::impact_grid::{Grid, GridSubject, grids};
use super::impact_html::{self, ImpactPage, PictureHead, PictureTable, PoolSection};
use super::impact_picture;
use super::{Format, RenderOptions, escape, json_impact, summary, words};

/// The formats that show an impact.
pub const IMPACT_FORMATS: [Format; 5] = [
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Comment,
    Format::Html,
];

/// Said once, in the head: what the numbers are.
const REPLAY: &str =
    "A replay of recorded events, not a forecast: other responses lead to other risk scores later.";

/// Writes the impact; a format that is not among [`IMPACT_FORMATS`] writes what `human` does.
pub(super) fn impact(
    format: Format,
    report: &ImpactReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match format {
        Format::Json => return json_impact::render(report, options, out),
        Format::Html => return html_page::draw(impact_html::TEMPLATE, &page(report, options), out),
        Format::Markdown => markdown(report, options.max_bytes),
        Format::Comment => markdown(report, options.max_bytes.min(COMMENT_ROOM)),
        _ => human(report, options),
    };
    out.write_all(escape::for_log(&text).as_bytes())
}

fn page(report: &ImpactReport, options: &RenderOptions) -> ImpactPage {
    let shown = |lines: Vec<String>| lines.iter().map(|line| escape::one_line(line)).collect();
    let section = |(number, pool): (usize, &PolicyImpact)| PoolSection {
        title: escape::one_line(&title(pool)),
        facts: facts(pool)
            .into_iter()
            .map(|(name, words)| (name, escape::one_line(&words)))
            .collect(),
        diagnoses: shown(diagnoses(pool)),
        tables: grids(pool)
            .into_iter()
            .enumerate()
            .map(|(at, grid)| beside(grid, pool, &format!("p{number}-{at}")))
            .collect(),
    };
    let (failed, left_out): (Vec<_>, Vec<_>) = report.not_checked.iter().partition(|entry| entry.failed);
    let lines = |entries: Vec<&NotChecked>| entries.into_iter().map(line).collect();
    ImpactPage {
        verb: "impact",
        version: env!("CARGO_PKG_VERSION"),
        replay: REPLAY,
        closing: closing(report),
        facts: super::head::facts(&options.head, super::head::named(&options.head)),
        pools: report.pools.iter().enumerate().map(section).collect(),
        reading: shown(report.reading.clone()),
        failed: lines(failed),
        not_checked: lines(left_out),
    }
}

/// A table with its picture, if it has one.
fn beside(grid: Grid<'_>, pool: &PolicyImpact, id: &str) -> PictureTable {
    let picture = match grid.subject {
        GridSubject::Outcomes => Some(impact_picture::outcomes(&pool.impact, id)),
        GridSubject::Breakdown(breakdown) => impact_picture::breakdown(breakdown, id),
        GridSubject::Other => None,
    };
    let is_number = |cell: &String| cell.chars().next().is_none_or(|first| first.is_ascii_digit());
    let head = |(at, words): (usize, &String)| PictureHead {
        words: escape::one_line(words),
        is_text: !grid.rows.iter().filter_map(|row| row.get(at)).all(is_number),
    };
    PictureTable {
        heads: grid.head.iter().enumerate().map(head).collect(),
        title: grid.title,
        rows: grid
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| escape::one_line(cell)).collect())
            .collect(),
        more: grid.more,
        picture,
    }
}

fn human(report: &ImpactReport, options: &RenderOptions) -> String {
    let mut text = wrap(REPLAY, options.columns(), "", "") + "\n";
    for pool in &report.pools {
        let head = paint(&escape::one_line(&title(pool)), Style::new().bold(), options);
        let _ = writeln!(text, "{head}");
        for (name, words) in facts(pool) {
            let words = escape::one_line(&words);
            text.push_str(&wrap(
                &words,
                options.columns(),
                &format!("  {name:10}"),
                &" ".repeat(12),
            ));
        }
        for line in diagnoses(pool) {
            text.push_str(&wrap(&escape::one_line(&line), options.columns(), "  ! ", "    "));
        }
        for table in grids(pool) {
            let _ = write!(text, "\n{}", drawn(&table, options));
        }
        text.push('\n');
    }
    text.push_str(&wrap(&closing(report), options.columns(), "", ""));
    for line in &report.reading {
        text.push_str(&wrap(&escape::one_line(line), options.columns(), "  - ", "    "));
    }
    let left = not_checked(report);
    if !left.is_empty() {
        text.push_str("not checked:\n");
    }
    for line in left {
        text.push_str(&wrap(&line, options.columns(), "  - ", "    "));
    }
    text
}

/// A table under its title; the first column stands left, the others right.
fn drawn(table: &Grid<'_>, options: &RenderOptions) -> String {
    let mut text = wrap(&escape::one_line(&table.title), options.columns(), "  ", "  ");
    let rows: Vec<Vec<String>> = std::iter::once(&table.head)
        .chain(&table.rows)
        .map(|row| row.iter().map(|cell| escape::one_line(cell)).collect())
        .collect();
    for line in grid(&rows, 1, options.columns() - 4).concat() {
        let _ = writeln!(text, "    {}", line.trim_end());
    }
    if let Some(more) = &table.more {
        let _ = writeln!(text, "    {more}");
    }
    text
}

/// Cut at whole pools to so many bytes.
fn markdown(report: &ImpactReport, room: usize) -> String {
    let mut text = format!(
        "## cogward impact\n\n{REPLAY} {}.\n",
        escape::markdown(&closing(report))
    );
    let mut tail = String::new();
    for (title, lines) in [
        ("Reading", report.reading.clone()),
        ("Not checked", not_checked(report)),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(tail, "\n### {title}\n");
        }
        for line in lines {
            let _ = writeln!(tail, "- {}", escape::markdown(&line));
        }
    }
    tail.truncate(tail.floor_char_boundary(room / 2));
    let room = room.saturating_sub(256 + tail.len());
    let mut left = 0;
    for pool in &report.pools {
        let part = section(pool);
        if text.len() + part.len() > room {
            left += 1;
        } else {
            text.push_str(&part);
        }
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "\n*{} left out: no room.*",
            text::count(left, "pool", "pools")
        );
    }
    text + &tail
}

fn section(pool: &PolicyImpact) -> String {
    let mut text = format!("\n### {}\n\n", escape::markdown(&title(pool)));
    for (name, words) in facts(pool) {
        let _ = writeln!(text, "- {name}: {}", escape::markdown(&words));
    }
    let diagnoses = diagnoses(pool);
    if !diagnoses.is_empty() {
        text.push_str("\n**Before the numbers**\n\n");
    }
    for line in diagnoses {
        let _ = writeln!(text, "- {}", escape::markdown(&line));
    }
    for grid in grids(pool) {
        let line = |cells: &[String]| {
            let cells: Vec<_> = cells.iter().map(|cell| escape::markdown(cell)).collect();
            format!("| {} |", cells.join(" | "))
        };
        let rule = format!("|---{}|", "|---:".repeat(grid.head.len().saturating_sub(1)));
        let _ = write!(
            text,
            "\n**{}**\n\n{}\n{rule}\n",
            escape::markdown(&grid.title),
            line(&grid.head)
        );
        for row in &grid.rows {
            let _ = writeln!(text, "{}", line(row));
        }
        if let Some(more) = &grid.more {
            let _ = writeln!(text, "\n{}", escape::markdown(more));
        }
    }
    text
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
        let days = number(impact.days, "day", "days");
        seen = format!("{seen}, {first:.0} to {last:.0}, {days} with events");
    }
    if impact.without_user > 0 {
        seen = format!("{seen}; {} name no user", impact.without_user);
    }
    facts.push(("events", seen));
    if impact.total.events > 0 {
        let all = impact.share();
        facts.push(("blocked", share(&all, pool)));
        let account = all.account();
        if !account.is_empty() {
            facts.push(("missing", format!("sign-ins: {}", account.join(", "))));
        }
    }
    if impact.open_clients > 0 {
        let events = number(impact.open_clients, "event names", "events name");
        let words = "no known client: they count only where the outcome is the same for every client";
        facts.push(("clients", format!("{events} {words}")));
    }
    if impact.notifications > 0 {
        facts.push((
            "emails",
            number(impact.notifications, "notification", "notifications"),
        ));
    }
    if impact.uncounted > 0 {
        let events = number(impact.uncounted, "event is", "events are");
        let words = "of users beyond the 500,000 that are counted: numbers of users are at least so many";
        facts.push(("note", format!("{events} {words}")));
    }
    if impact.undiagnosed > 0 {
        let events = number(impact.undiagnosed, "sign-in is", "sign-ins are");
        facts.push((
            "note",
            format!("{events} not diagnosed: too many clients and addresses"),
        ));
    }
    facts.extend(pool.notes.iter().map(|note| ("note", note.clone())));
    facts
}

/// `3 of 24 sign-ins that had not failed would be: 12.50 % (16.67 % with the 1 unknown)`.
fn share(share: &WouldBlock, pool: &PolicyImpact) -> String {
    let of = number(share.sign_ins, "sign-in", "sign-ins");
    let Some((least, most)) = share.percent() else {
        return match share.unclear {
            0 => "no sign-in of a local user is recorded that had not failed".to_owned(),
            unclear => format!(
                "none of {} is certain to count",
                number(unclear, "incomplete sign-in", "incomplete sign-ins")
            ),
        };
    };
    let blocked = share.blocked;
    let mut words = format!("{blocked} of {of} that had not failed would be: {least:.2} %");
    if share.unclear > 0 {
        let _ = write!(words, " at least, and {most:.2} % at most");
    } else if share.unknown > 0 {
        let _ = write!(words, " ({most:.2} % with the {} unknown)", share.unknown);
    }
    if let (Some(max), Some(limit)) = (pool.max_percent, pool.limit()) {
        let limit = if limit == "unmet" { "not met" } else { limit };
        let _ = write!(words, "; the policy allows {max} %: {limit}");
    }
    words
}

/// What makes the numbers wrong, with the id that `cogward explain` explains.
fn diagnoses(pool: &PolicyImpact) -> Vec<String> {
    let diagnoses = pool.impact.diagnoses.iter();
    diagnoses
        .map(|one| format!("{} [{}]", one.sentence(), one.kind.as_str()))
        .collect()
}

fn number(number: u64, one: &str, many: &str) -> String {
    text::count(usize::try_from(number).unwrap_or(usize::MAX), one, many)
}

/// `26 events of 21 users`.
fn counted(count: EventCount) -> String {
    let events = number(count.events, "event", "events");
    format!("{events} of {}", number(count.users, "user", "users"))
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
        number(report.events, "event", "events"),
        if report.events == 1 { "was" } else { "were" }
    );
    if report.other_pools > 0 {
        let _ = write!(text, ", {} of pools without a policy", report.other_pools);
    }
    if report.without_pool > 0 {
        let _ = write!(text, ", {} name no pool", report.without_pool);
    }
    text
}

fn not_checked(report: &ImpactReport) -> Vec<String> {
    report.not_checked.iter().map(line).collect()
}

fn line(entry: &NotChecked) -> String {
    escape::one_line(&entry.line())
}
