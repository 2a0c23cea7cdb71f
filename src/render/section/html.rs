//! What the template of `html` shows of a section. Texts are hostile; the template escapes them.

use serde::Serialize;

use crate::model::effective::Direction;
use crate::proposal::Planned;
use crate::render::effects::{self, Effect};
use crate::render::html::diff::{DiffLine, diff};
use crate::render::{RenderOptions, escape};
use crate::report::Report;
use crate::text;

use super::block::{Block, Part, Step, Tone};
use super::numbers::HtmlNumbers;
use super::parts::parts as parts_of;
use super::timeline::Picture;

/// A part of the section.
#[derive(Serialize)]
pub(in crate::render) struct HtmlPart {
    head: Option<String>,
    class: &'static str,
    is_folded: bool,
    blocks: Vec<HtmlBlock>,
}

/// A block: its kind says which.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
enum HtmlBlock {
    Line {
        class: &'static str,
        text: String,
    },
    Text {
        text: String,
    },
    Command {
        label: String,
        text: String,
    },
    Items {
        items: Vec<[String; 2]>,
    },
    /// The first cell of a row is its name.
    Table {
        heads: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    Numbers {
        table: HtmlNumbers,
    },
    Effects {
        rows: Vec<HtmlEffect>,
    },
    Folded {
        head: String,
        is_open: bool,
        lines: Vec<String>,
    },
    List {
        title: Option<String>,
        lines: Vec<String>,
    },
    Steps {
        days: Vec<(String, Vec<HtmlStep>)>,
    },
    Timeline {
        picture: Picture,
    },
    Changes {
        changes: Vec<Change>,
    },
    Calls {
        calls: Vec<[String; 2]>,
    },
}

#[derive(Serialize)]
struct HtmlEffect {
    class: &'static str,
    mark: &'static str,
    clients: String,
    request: String,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct HtmlStep {
    class: &'static str,
    time: String,
    what: String,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Change {
    class: &'static str,
    word: &'static str,
    at: String,
    diff: Vec<DiffLine>,
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
fn block(block: Block) -> Option<HtmlBlock> {
    let line = |text: &String| escape::one_line(text);
    Some(match block {
        Block::Line(tone, text) => HtmlBlock::Line {
            class: tone.class(),
            text: line(&text),
        },
        Block::Marked(text) => HtmlBlock::Line {
            class: "error",
            text: format!("× {}", line(&text)),
        },
        Block::Text(text) => HtmlBlock::Text {
            text: line(&text::capital(&text)),
        },
        Block::Command(label, text) => HtmlBlock::Command {
            label: text::capital(&label),
            text: line(&text),
        },
        Block::Items(items) => HtmlBlock::Items {
            items: items
                .iter()
                .map(|(label, text)| [text::capital(label), line(text)])
                .collect(),
        },
        Block::Rows(rows) => HtmlBlock::Table {
            heads: rows.heads.map(str::to_owned).to_vec(),
            rows: rows
                .entries
                .iter()
                .map(|row| vec![line(&row.name), line(&row.words)])
                .collect(),
        },
        Block::Numbers(table) => HtmlBlock::Numbers { table: table.html() },
        Block::Effects(rows) if rows.is_empty() => return None,
        Block::Folded(part) if part.lines.is_empty() => return None,
        Block::Effects(rows) => HtmlBlock::Effects {
            rows: rows.iter().map(effect).collect(),
        },
        Block::Folded(part) => HtmlBlock::Folded {
            head: part.head,
            is_open: part.is_open,
            lines: part.lines.iter().map(line).collect(),
        },
        Block::List(title, lines) => HtmlBlock::List {
            title: title.map(text::capital),
            lines: lines.iter().map(line).collect(),
        },
        Block::Steps(days) => HtmlBlock::Steps {
            days: days
                .into_iter()
                .map(|(day, steps)| (day, steps.iter().map(step).collect()))
                .collect(),
        },
        Block::Timeline(timeline) => HtmlBlock::Timeline {
            picture: timeline.picture(),
        },
        Block::Changes(changes) => HtmlBlock::Changes {
            changes: changes.iter().map(change).collect(),
        },
        Block::Calls(calls) => HtmlBlock::Calls {
            calls: calls
                .iter()
                .map(|(call, json)| [line(call), json.clone()])
                .collect(),
        },
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

fn effect(effect: &Effect) -> HtmlEffect {
    HtmlEffect {
        class: class(effect.direction),
        mark: effects::mark(effect.direction),
        clients: escape::one_line(&effect.clients),
        request: format!("{} {}", effect.requests, effect.signals),
        before: effect.before.clone(),
        after: effect.after.clone(),
    }
}

fn step(step: &Step) -> HtmlStep {
    HtmlStep {
        class: step.tone.class(),
        time: step.time.clone(),
        what: escape::one_line(&step.what),
        lines: step.lines().iter().map(|line| escape::one_line(line)).collect(),
    }
}

fn change(change: &Planned) -> Change {
    Change {
        class: class(change.direction),
        word: change.direction.label(),
        at: escape::one_line(change.difference.pointer.as_str()),
        diff: diff(&change.difference),
    }
}
