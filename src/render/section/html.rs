//! What the template of `html` shows of a section. Texts are hostile; the template escapes them.

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::effective::Direction;
use crate::proposal::Planned;
use crate::render::effects::{self, Effect};
use crate::render::html::diff::diff;
use crate::render::{RenderOptions, escape};
use crate::report::Report;
use crate::text;

use super::block::{Block, Part, Step, Tone};
use super::parts::parts as parts_of;

/// A part of the section.
#[derive(Serialize)]
pub(in crate::render) struct HtmlPart {
    head: Option<String>,
    class: &'static str,
    is_folded: bool,
    /// Each with its kind, and members as `frame.html.jinja` reads them.
    blocks: Vec<Value>,
}

/// All parts; none for a report without a section.
pub(in crate::render) fn parts(report: &Report, options: &RenderOptions) -> Vec<HtmlPart> {
    let mut parts = parts_of(report, options.plan);
    // What is refused stands before anything else.
    parts.sort_by_key(|part| part.tone != Tone::Bad);
    let parts = parts.into_iter().map(part);
    parts
        .filter(|part| part.head.is_some() || !part.blocks.is_empty())
        .collect()
}

/// One part.
pub(in crate::render) fn part(part: Part) -> HtmlPart {
    HtmlPart {
        head: part.head.as_deref().map(escape::one_line),
        class: part.tone.class(),
        is_folded: part.is_folded,
        blocks: part.blocks.into_iter().filter_map(block).collect(),
    }
}

/// `None` for what stands at the head of the page.
fn block(block: Block) -> Option<Value> {
    let line = |text: &String| escape::one_line(text);
    let lines = |lines: &[String]| lines.iter().map(line).collect::<Vec<_>>();
    Some(match block {
        Block::Line(tone, text) => json!({ "kind": "line", "class": tone.class(), "text": line(&text) }),
        Block::Marked(text) => {
            json!({ "kind": "line", "class": "error", "text": format!("× {}", line(&text)) })
        }
        Block::Text(text) => json!({ "kind": "text", "text": line(&text::capital(&text)) }),
        Block::Named(text) => json!({ "kind": "text", "text": line(&text) }),
        Block::Command(label, text) => {
            json!({ "kind": "command", "label": text::capital(&label), "text": line(&text) })
        }
        Block::Items(items) => {
            let items = items
                .iter()
                .map(|(label, text)| [text::capital(label), line(text)]);
            json!({ "kind": "items", "items": items.collect::<Vec<_>>() })
        }
        // The first cell of a row is its name.
        Block::Rows(rows) => {
            let cells = rows.entries.iter().map(|row| [line(&row.name), line(&row.words)]);
            json!({ "kind": "table", "heads": rows.heads, "rows": cells.collect::<Vec<_>>() })
        }
        Block::Numbers(table) => json!({ "kind": "numbers", "table": table.html() }),
        Block::Effects(rows) if rows.is_empty() => return None,
        Block::Folded(part) if part.lines.is_empty() => return None,
        Block::Effects(rows) => {
            json!({ "kind": "effects", "rows": rows.iter().map(effect).collect::<Vec<_>>() })
        }
        Block::Folded(part) => {
            let lines = lines(&part.lines);
            json!({ "kind": "folded", "head": part.head, "is_open": part.is_open, "lines": lines })
        }
        Block::List(title, list) => {
            json!({ "kind": "list", "title": title.map(text::capital), "lines": lines(&list) })
        }
        Block::Steps(days) => {
            let steps = |steps: &[Step]| steps.iter().map(step).collect::<Vec<_>>();
            let days = days.iter().map(|(day, of_day)| (day, steps(of_day)));
            json!({ "kind": "steps", "days": days.collect::<Vec<_>>() })
        }
        Block::Timeline(timeline) => json!({ "kind": "timeline", "picture": timeline.picture() }),
        Block::Changes(changes) => {
            json!({ "kind": "changes", "changes": changes.iter().map(change).collect::<Vec<_>>() })
        }
        Block::Calls(calls) => {
            let calls = calls.iter().map(|(call, json)| [line(call), json.clone()]);
            json!({ "kind": "calls", "calls": calls.collect::<Vec<_>>() })
        }
        Block::Closing | Block::NotChecked => return None,
    })
}

fn class(direction: Direction) -> &'static str {
    match direction {
        Direction::Weaker => "error",
        Direction::Undefined => "warning",
        Direction::Neutral => "plain",
        Direction::Stronger => "clean",
    }
}

fn effect(effect: &Effect) -> Value {
    json!({
        "class": class(effect.direction),
        "mark": effects::mark(effect.direction),
        "clients": escape::one_line(&effect.clients),
        "request": format!("{} {}", effect.requests, effect.signals),
        "before": effect.before,
        "after": effect.after,
    })
}

fn step(step: &Step) -> Value {
    let lines = step.lines();
    json!({
        "class": step.tone.class(),
        "time": step.time,
        "what": escape::one_line(&step.what),
        "lines": lines.iter().map(|line| escape::one_line(line)).collect::<Vec<_>>(),
    })
}

fn change(change: &Planned) -> Value {
    json!({
        "class": class(change.direction),
        "word": change.direction.label(),
        "at": escape::one_line(change.difference.pointer.as_str()),
        "diff": diff(&change.difference),
    })
}
