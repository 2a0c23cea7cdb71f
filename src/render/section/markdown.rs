//! `markdown` of a section, cut at whole parts to a size.

use std::io::{self, Write};

use crate::model::effective::Direction;
use crate::proposal::Planned;
use crate::render::difference::{self, Side};
use crate::render::effects::Effect;
use crate::render::markdown::page::{Page, fenced, folded, head, not_checked};
use crate::render::{RenderOptions, escape};
use crate::report::Report;
use crate::text;

use super::block::{Block, Folded, MOST_LINES, Part, Step, Tone};
use super::parts::parts;

/// Bytes kept for the words that say what was left out.
const RESERVE: usize = 512;

/// Columns of a bar.
const BAR: usize = 48;

/// Writes the headline, what was not checked, and as many parts as there is room for, what is refused before anything else.
pub(in crate::render) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        text: head(report),
        room: options.max_bytes.saturating_sub(RESERVE),
    };
    not_checked(&mut page, report);
    let mut parts = parts(report, options.plan);
    parts.sort_by_key(|part| part.tone != Tone::Bad);
    page.list("", parts.iter().map(part), 0, ["part", "parts"]);
    out.write_all(escape::for_log(&page.text).as_bytes())
}

/// One part.
pub(in crate::render) fn part(part: &Part) -> String {
    let head = part.head.iter().filter(|_| !part.is_folded);
    let head = head.map(|head| format!("\n### {}\n", escape::markdown(head)));
    let mut text: String = head.collect();
    let mut in_list = false;
    for block in &part.blocks {
        let is_item = matches!(
            block,
            Block::Items(_) | Block::Marked(..) | Block::Text(_) | Block::Named(_) | Block::Command(..)
        );
        let drawn = self::block(block);
        if !(drawn.is_empty() || is_item && in_list) {
            text.push('\n');
        }
        in_list = is_item;
        text.push_str(&drawn);
    }
    match &part.head {
        Some(head) if part.is_folded => format!("\n{}", folded(&escape::markdown(head), &text)),
        _ => text,
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Line(_, line) => format!("**{}**\n", escape::markdown_code(line)),
        Block::Text(text) => format!("- {}\n", escape::markdown_code(&text::capital(text))),
        Block::Named(text) => format!("- {}\n", escape::markdown_code(text)),
        Block::Command(label, text) => format!("- {}: {}\n", text::capital(label), escape::code(text)),
        Block::Marked(text) => format!("- ❗ {}\n", escape::markdown_code(text)),
        Block::Items(items) => {
            let item = |(label, text): &(&str, String)| {
                format!("- {}: {}\n", text::capital(label), escape::markdown_code(text))
            };
            items.iter().map(item).collect()
        }
        Block::Rows(rows) => {
            let lines = rows
                .entries
                .iter()
                .map(|row| [escape::markdown(&row.name), escape::markdown_code(&row.words)]);
            table(&rows.heads, lines)
        }
        Block::Numbers(table) => table.markdown(),
        Block::Effects(effects) => {
            let heads = ["", "Clients", "Request", "Before", "After"];
            table(&heads, effects.iter().map(effect))
        }
        Block::Folded(part) => fold(part),
        Block::List(title, lines) => {
            let head = title
                .iter()
                .map(|title| format!("### {}\n\n", text::capital(title)));
            let lines = lines
                .iter()
                .map(|line| format!("- {}\n", escape::markdown_code(line)));
            head.chain(lines).collect()
        }
        Block::Steps(days) => {
            let steps = days
                .iter()
                .flat_map(|(day, steps)| steps.iter().map(move |one| step(day, one)));
            table(&["Time (UTC)", "What", "From", "Settings"], steps)
        }
        Block::Timeline(timeline) => {
            let lines = timeline.lines(BAR, true).into_iter();
            let lines = lines.map(|bar| format!("{:26}{} {}", bar.label, bar.bar, bar.words));
            let lines: Vec<_> = lines.chain(timeline.legend(true)).collect();
            fenced("text", &lines.join("\n"))
        }
        Block::Changes(changes) => table(&["", "Change", "From", "To"], changes.iter().map(change)),
        Block::Calls(calls) => {
            let calls = calls.iter().zip(1..).map(|((call, json), number)| {
                format!(
                    "{number}. {}\n\n{}\n",
                    escape::markdown(call),
                    fenced("json", json)
                )
            });
            folded("Calls", &calls.collect::<String>())
        }
        // These stand at the head.
        Block::Closing | Block::NotChecked => String::new(),
    }
}

/// Lines behind a summary, or open; nothing where there are none.
fn fold(part: &Folded) -> String {
    if part.lines.is_empty() {
        return String::new();
    }
    let lines = part.lines.iter().take(MOST_LINES);
    let lines = lines.map(|line| format!("- {}\n", escape::markdown_code(line)));
    let more = part.lines.len().saturating_sub(MOST_LINES);
    let more = (more > 0).then(|| format!("- and {more} more\n"));
    let lines: String = lines.chain(more).collect();
    if part.is_open {
        lines
    } else {
        folded(&part.head, &lines)
    }
}

/// Cells are Markdown.
fn table<const N: usize>(heads: &[&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<_> = rows.map(|row| format!("| {} |\n", row.join(" | "))).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = format!("| {} |\n{}|\n", heads.join(" | "), "|---".repeat(N));
    head + &rows.concat()
}

fn step(day: &str, step: &Step) -> [String; 4] {
    let note = step.note.iter().map(|note| format!("; {note}"));
    let what = step.what.clone() + &note.collect::<String>();
    let settings = step.settings.clone().unwrap_or_default();
    [format!("{day} {}", step.time), what, step.from.clone(), settings].map(|cell| escape::markdown(&cell))
}

fn effect(effect: &Effect) -> [String; 5] {
    let request = format!("{} {}", effect.requests, effect.signals);
    let [clients, request, before, after] =
        [&effect.clients, &request, &effect.before, &effect.after].map(|cell| escape::markdown(cell));
    [
        mark(effect.direction),
        clients,
        request,
        before,
        format!("**{after}**"),
    ]
}

fn mark(direction: Direction) -> String {
    let mark = match direction {
        Direction::Weaker => "🔻",
        Direction::Undefined => "❓",
        Direction::Neutral => "▫️",
        Direction::Stronger => "🔺",
    };
    format!("{mark} {}", direction.label())
}

fn change(change: &Planned) -> [String; 4] {
    let side = |wanted: Side| {
        let lines = difference::lines(&change.difference).into_iter();
        let lines = lines.filter(|line| line.side == wanted);
        // Blanks at the beginning of a line are the indentation of YAML; Markdown takes them away.
        let lines = lines.map(|line| {
            let words = line.words();
            let own = words.trim_start_matches(' ');
            "&nbsp;".repeat(words.len() - own.len()) + &escape::markdown(own)
        });
        let lines: Vec<_> = lines.collect();
        lines.join("<br>")
    };
    [
        mark(change.direction),
        escape::markdown(change.difference.pointer.as_str()),
        side(Side::Live),
        side(Side::Policy),
    ]
}
