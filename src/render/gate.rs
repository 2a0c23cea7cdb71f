//! The gates of a run for people: at a terminal, in Markdown, and as annotations.

use std::fmt::Write as _;
use std::io::{self, Write};

use owo_colors::Style;

use crate::report::{GateEvidence, GateLimit, GateReport, GateUnread, ModeGate, NotChecked, PoolGate, Worth};
use crate::text;

use super::format::COMMENT_ROOM;
use super::github::MAX_PER_KIND;
use super::human::{paint, wrap};
use super::{Format, RenderOptions, escape, json_gate, summary, words};

/// The formats that show gates.
pub const GATE_FORMATS: [Format; 6] = [
    Format::Human,
    Format::Table,
    Format::Json,
    Format::Markdown,
    Format::Comment,
    Format::Github,
];

/// Bytes kept for the words that say what was left out.
const RESERVE: usize = 256;

/// Writes the gates of a run; a format that is not among [`GATE_FORMATS`] writes what `human` does.
pub fn gate(
    format: Format,
    report: &GateReport,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match format {
        Format::Json => return json_gate::render(report, out),
        Format::Markdown => markdown(report, options.max_bytes),
        Format::Comment => markdown(report, options.max_bytes.min(COMMENT_ROOM)),
        Format::Github => return github(report, out),
        Format::Table => table(report),
        _ => human(report, options),
    };
    out.write_all(escape::for_log(&text).as_bytes())
}

/// A line for each mode, without the evidence.
fn table(report: &GateReport) -> String {
    let mut text = String::new();
    for pool in &report.pools {
        for mode in &pool.modes {
            let line = format!("{}: {}", title(pool), verdict(mode));
            let _ = writeln!(text, "{}", escape::one_line(&line));
        }
        if let Some(limit) = &pool.limit {
            let line = format!("{}: {}", title(pool), share(limit));
            let _ = writeln!(text, "{}", escape::one_line(&line));
        }
    }
    text.push_str(&ending(report));
    text
}

/// An annotation for each gate that counts; the plain line says how many are met.
fn github(report: &GateReport, out: &mut dyn Write) -> io::Result<()> {
    let pools = report.pools.iter();
    let modes = pools.flat_map(|pool| pool.modes.iter().map(move |mode| (pool, mode)));
    let (open, shut): (Vec<_>, Vec<_>) = modes
        .filter(|(_, mode)| mode.counts && mode.answer.is_some())
        .partition(|(_, mode)| mode.answer == Some("met"));
    let limits = report
        .pools
        .iter()
        .filter_map(|pool| Some((pool, pool.limit.as_ref()?)));
    let (within, beyond): (Vec<_>, Vec<_>) = limits
        .filter(|(_, limit)| limit.counts)
        .partition(|(_, limit)| limit.answer == "met");
    let lines = |modes: Vec<(&PoolGate, &ModeGate)>, limits: Vec<(&PoolGate, &GateLimit)>| {
        let modes = modes
            .into_iter()
            .map(|(pool, mode)| format!("{}: {}", title(pool), verdict(mode)));
        let limits = limits
            .into_iter()
            .map(|(pool, limit)| format!("{}: {}", title(pool), share(limit)));
        modes.chain(limits).collect::<Vec<_>>()
    };
    for (command, list) in [("error", lines(shut, beyond)), ("notice", lines(open, within))] {
        for line in list.into_iter().take(MAX_PER_KIND) {
            let message = escape::github_data(&escape::one_line(&line));
            writeln!(out, "::{command} title=cogward%3A audit gate::{message}")?;
        }
    }
    for entry in report.not_checked.iter().filter(|entry| entry.failed) {
        let message = escape::github_data(&missed(entry));
        writeln!(out, "::error title=cogward%3A could not be read::{message}")?;
    }
    out.write_all(escape::for_log(&ending(report)).as_bytes())
}

/// The closing line and what was not checked, a line each.
fn ending(report: &GateReport) -> String {
    let mut text = format!("{}\n", closing(report));
    for entry in &report.not_checked {
        let _ = writeln!(text, "not checked: {}", missed(entry));
    }
    text
}

fn human(report: &GateReport, options: &RenderOptions) -> String {
    let mut text = String::new();
    for pool in &report.pools {
        let head = paint(&escape::one_line(&title(pool)), Style::new().bold(), options);
        let _ = writeln!(text, "{head}");
        for mode in &pool.modes {
            let style = match mode.answer {
                Some("met") | None => Style::new().green(),
                _ if mode.counts => Style::new().red(),
                _ => Style::new(),
            };
            let _ = writeln!(text, "  {}", paint(&verdict(mode), style, options));
            for (source, words) in rows(mode) {
                let head = format!("    {source:26}");
                let words = escape::one_line(&words);
                text.push_str(&wrap(&words, options.columns(), &head, &" ".repeat(30)));
            }
        }
        if let Some(limit) = &pool.limit {
            let style = match limit.answer {
                "met" => Style::new().green(),
                _ if limit.counts => Style::new().red(),
                _ => Style::new(),
            };
            let line = escape::one_line(&share(limit));
            let _ = writeln!(text, "  {}", paint(&line, style, options));
        }
        if pool.modes.is_empty() {
            text.push_str("  the policy asks for neither AUDIT nor ENFORCED\n");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", closing(report));
    if !report.not_checked.is_empty() {
        text.push_str("not checked:\n");
    }
    for entry in &report.not_checked {
        text.push_str(&wrap(&missed(entry), options.columns(), "  - ", "    "));
    }
    text
}

fn missed(entry: &NotChecked) -> String {
    let mark = if entry.failed { "FAILED: " } else { "" };
    format!(
        "{mark}{}: {}",
        escape::one_line(&entry.what),
        escape::one_line(&entry.why)
    )
}

/// Cut at whole pools to so many bytes.
fn markdown(report: &GateReport, room: usize) -> String {
    let mark = match report.exit_code {
        0 => "✅",
        _ => "❌",
    };
    let mut text = format!("## {mark} cogward gate\n\n{}.\n", closing(report));
    let mut tail = String::new();
    if !report.not_checked.is_empty() {
        tail.push_str("\n### Not checked\n\n");
    }
    for entry in &report.not_checked {
        let _ = writeln!(tail, "- {}", escape::markdown(&missed(entry)));
    }
    tail.truncate(tail.floor_char_boundary(room / 2));
    let room = room.saturating_sub(RESERVE + tail.len());
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
        let words = text::count(left, "pool", "pools");
        let _ = writeln!(text, "\n*{words} left out: no room.*");
    }
    text + &tail
}

fn section(pool: &PoolGate) -> String {
    let mut text = format!("\n### {}\n", escape::markdown(&title(pool)));
    for mode in &pool.modes {
        let _ = write!(text, "\n**{}**\n", escape::markdown(&verdict(mode)));
        let rows = rows(mode);
        if !rows.is_empty() {
            text.push_str("\n| Source | What it shows |\n|---|---|\n");
        }
        for (source, words) in rows {
            let _ = writeln!(text, "| {source} | {} |", escape::markdown(&words));
        }
    }
    if let Some(limit) = &pool.limit {
        let _ = write!(text, "\n**{}**\n", escape::markdown(&share(limit)));
    }
    text
}

/// `would be blocked: not met, 0.80 % of 5231 sign-ins, 0.5 % allowed`.
fn share(limit: &GateLimit) -> String {
    let standing = if limit.answer == "unmet" {
        "not met"
    } else {
        limit.answer
    };
    let mut words = format!("would be blocked: {standing}");
    if let Some((least, most)) = limit.percent {
        let of = limit.sign_ins;
        let _ = if limit.answer == "unknown" {
            write!(words, ", {least:.2} to {most:.2} % of {of} sign-ins")
        } else {
            write!(words, ", {least:.2} % of {of} sign-ins")
        };
    }
    let _ = write!(words, ", {} % allowed", limit.max_percent);
    if !limit.why.is_empty() {
        let _ = write!(words, "; {}", limit.why);
    }
    if !limit.counts {
        words.push_str(" (the policy asks for no change)");
    }
    words
}

fn title(pool: &PoolGate) -> String {
    words::policy_title(&pool.pool_name, &pool.pool, &pool.policy)
}

/// `standard: AUDIT → ENFORCED: not met, 6 of 14 days in AUDIT; met on 2026-11-29`.
fn verdict(mode: &ModeGate) -> String {
    let live = mode.live.unwrap_or("unknown");
    let Some(answer) = mode.answer else {
        return format!("{}: {live} already", mode.auth);
    };
    let asked = match mode.wanted {
        Some(wanted) if Some(wanted) != mode.live => format!(" → {wanted}"),
        _ => String::new(),
    };
    let minimum = text::count(mode.minimum_days as usize, "day", "days");
    let days = match mode.days {
        Some(days) if days < 0 => "the declared day is in the future".to_owned(),
        Some(days) if days >= i64::from(mode.minimum_days) => {
            format!("{days} days in AUDIT, {} required", mode.minimum_days)
        }
        Some(days) => format!("{days} of {minimum} in AUDIT"),
        None => format!("nothing shows {minimum} in AUDIT"),
    };
    let standing = if answer == "unmet" { "not met" } else { answer };
    let soon = match mode.enough_on {
        Some(day) if answer == "unmet" => format!("; met on {day}"),
        _ => String::new(),
    };
    let counts = if mode.counts {
        ""
    } else {
        " (the policy asks for no change)"
    };
    format!("{}: {live}{asked}: {standing}, {days}{soon}{counts}", mode.auth)
}

/// Sources with what they show, strongest first, then what could not be read or was not asked.
fn rows(mode: &ModeGate) -> Vec<(&'static str, String)> {
    if mode.answer.is_none() {
        return Vec::new();
    }
    let mut rows: Vec<_> = mode
        .evidence
        .iter()
        .map(|one| (one.label, shows(one, mode.by == Some(one.source))))
        .collect();
    rows.extend(mode.unread.iter().map(|one| (one.label, unread(one))));
    rows.extend(
        mode.not_asked
            .iter()
            .map(|label| (*label, "not consulted".to_owned())),
    );
    rows
}

fn shows(one: &GateEvidence, used: bool) -> String {
    let mut parts = Vec::new();
    if let (Some(since), Some(days)) = (one.since, one.days) {
        let days = usize::try_from(days).map_or_else(
            |_| "in the future".to_owned(),
            |days| text::count(days, "day", "days"),
        );
        parts.push(format!("in AUDIT since {since}, {days}"));
    }
    if !one.note.is_empty() {
        parts.push(one.note.clone());
    }
    if let Some((day, was)) = &one.other {
        parts.push(match was {
            Some(was) => format!("{was} on {day}"),
            None => format!("created on {day}"),
        });
    }
    match &one.worth {
        Worth::Counts if used => parts.push("used".to_owned()),
        Worth::Counts | Worth::Silent => {}
        Worth::Refuted { by, day, was } => {
            let was = was.map_or_else(|| "created".to_owned(), |was| format!("{was} after that,"));
            parts.push(format!("does not count: {by} shows it {was} on {day}"));
        }
        Worth::Modified(day) => {
            parts.push(format!(
                "does not count: the pool was modified on {day}, and a declaration does not show what was changed"
            ));
        }
        Worth::Doubtful(source) => {
            parts.push(format!(
                "does not count: {source} may say otherwise and was not read"
            ));
        }
    }
    parts.join("; ")
}

fn unread(one: &GateUnread) -> String {
    match one.before {
        Some(day) => format!("not read before {day}: {}", one.why),
        None => format!("not read: {}", one.why),
    }
}

/// `1 of 2 gates met, 1 unknown`.
fn closing(report: &GateReport) -> String {
    if report.pools.is_empty() {
        let failed = report.not_checked.iter().any(|entry| entry.failed);
        let unread = (!failed).then_some("policy with a `target`");
        return summary::nothing_seen("checked", unread, failed);
    }
    let limits = report.pools.iter().filter_map(|pool| pool.limit.as_ref());
    let limits = limits.filter(|limit| limit.counts).map(|limit| limit.answer);
    let modes = report.pools.iter().flat_map(|pool| &pool.modes);
    let answers: Vec<_> = modes
        .filter(|mode| mode.counts)
        .filter_map(|mode| mode.answer)
        .chain(limits)
        .collect();
    if answers.is_empty() {
        return "no step to ENFORCED is pending".to_owned();
    }
    let number = |word: &str| answers.iter().filter(|answer| **answer == word).count();
    let mut text = format!(
        "{} of {} met",
        number("met"),
        text::count(answers.len(), "gate", "gates")
    );
    if number("unknown") > 0 {
        let _ = write!(text, ", {} unknown", number("unknown"));
    }
    text
}
